"""A letter as it is kept: whoever looks at it reads the bytes that left, never a letter written anew."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from claims.desk import Tx
from claims.letters import kept, outbox
from claims.letters.codes import grouped
from claims.letters.kept import Form, Kept
from claims.letters.numbering import imprint_of
from claims.letters.outbox import LetterView
from notifications.mailing import words_of
from states.facts import Actor


@dataclass(frozen=True, slots=True)
class ArchivedLetter:
    """A letter in the words that left (before it leaves, in those that it will leave with), and what proves it.

    `check_code` is empty for a letter that has none. `unset`: why it has no paper yet, empty where nothing is amiss.
    """

    letter: LetterView
    check_code: str
    copies: Mapping[Form, Kept]
    unset: str

    def as_json(self) -> dict[str, Any]:
        return self.letter.whole_json() | {
            "check_code": self.check_code,
            "copies": [
                {"form": str(each.form), "sha256": each.sha256, "bytes": each.size}
                for each in self.copies.values()
            ],
        }


def archived(tx: Tx, letter_id: int, *, viewer: Actor | None = None) -> ArchivedLetter:
    """Raises `UnknownLetter`, also for what the viewer may not see; `DatabaseNotReady` for a copy that was altered."""
    found = outbox.letter(tx, letter_id, viewer=viewer)
    mail, text = (kept.content(tx, form, letter_id) for form in (Form.MAIL, Form.SMS))
    if mail is not None:
        said = words_of(mail)
        found = replace(found, text=said.text, html=said.html)
    elif text is not None:
        found = replace(found, text=text.decode())
    imprint = imprint_of(tx, letter_id)
    return ArchivedLetter(
        letter=found,
        check_code=grouped(imprint.check_code) if imprint else "",
        copies=kept.kept(tx, (letter_id,)).get(letter_id, {}),
        unset=kept.unset_because(tx, letter_id),
    )


def file_of(tx: Tx, letter_id: int, form: Form, *, viewer: Actor | None = None) -> tuple[str, bytes] | None:
    """The kept bytes of a letter as a file, with its name; None where nothing is kept in this form. Raises as above."""
    found = outbox.letter(tx, letter_id, viewer=viewer)
    content = kept.content(tx, form, letter_id)
    if content is None:
        return None
    return f"{found.document_number or letter_id}.{SUFFIXES[form]}", content


SUFFIXES = {Form.MAIL: "eml", Form.PAPER: "pdf", Form.SMS: "txt"}
