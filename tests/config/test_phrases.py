"""The sentences that reviewers tick: whole, each once, and for decisions that take a reason."""

from config.phrases import load_phrases
from states.stages import Trigger


def test_returns_and_rejections_have_sentences_to_tick() -> None:
    offered = {trigger for each in load_phrases() for trigger in each.triggers}
    assert offered == {Trigger.RETURN_FOR_CORRECTION, Trigger.REJECT}


def test_every_sentence_is_whole_in_both_languages_and_stands_once() -> None:
    phrases = [phrase for each in load_phrases() for phrase in each.phrases]
    assert all(each.zh.endswith("。") and each.en.endswith(".") for each in phrases)
    assert len({each.zh for each in phrases}) == len(phrases)
