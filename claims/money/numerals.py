"""Amounts in financial numerals, which cannot be altered by a stroke."""

from states.policy import Yuan


def in_words(yuan: Yuan) -> str:
    """人民币叁拾万元整."""
    import cn2an  # what prints no letter and no list does not wait for it

    if yuan < 0:
        raise ValueError("no negative amount is written in words")
    return f"人民币{cn2an.an2cn(yuan, 'rmb')}"
