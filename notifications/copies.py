"""Fair copies: a letter's paper and its mail are made once, kept, and only then sent. What leaves is what is kept.

The paper goes with the mail. Where it cannot be set (a name with a character that no font holds), the mail leaves
without it rather than late, and the paper is tried again with each round.
"""

import logging
from collections.abc import Collection, Mapping, Sequence

from claims.desk import Desk
from claims.letters import kept
from claims.letters.kept import FairCopy, Form, UnsetPaper
from claims.letters.outbox import Way
from claims.letters.sending import LeasedLetter
from notifications.channels.channel import DeliveryError, Sender
from notifications.mailing import message_of
from notifications.paper.errors import UnprintableCharacters, UnusableFont
from notifications.paper.faces import Faces, faces
from notifications.paper.form import Paper
from notifications.paper.typesetting import TypesettingError, pdf

BATCH = 50
"""Papers of one transaction; nothing is held while they are set."""

DAMAGED = DeliveryError(
    "存档件已损坏，请运行 jiangbu audit verify 核验。 The kept copy is damaged; run jiangbu audit verify.",
    permanent=True,
)

FORM_OF = {Way.MAIL: Form.MAIL, Way.SMS: Form.SMS}

Copies = Mapping[int, bytes | DeliveryError]

_log = logging.getLogger("jiangbu.letters")


def fair_copies(desk: Desk, leased: Sequence[LeasedLetter], way: Way, sender: Sender) -> Copies:
    """The bytes of each leased letter as they are to leave, kept for ever; or why it cannot leave as it is.

    A letter that was kept before leaves as it was then, whatever has changed since.
    """
    form, ids = FORM_OF[way], [each.id for each in leased]
    with desk.reading() as tx:
        standing = kept.kept(tx, ids)
    wrong = _keep(desk, [each for each in leased if form not in standing.get(each.id, {})], form, sender)
    with desk.reading() as tx:
        found = kept.contents(tx, form, ids)
    return {each: found.get(each) or wrong.get(each, DAMAGED) for each in ids}


def _keep(
    desk: Desk, letters: Sequence[LeasedLetter], form: Form, sender: Sender
) -> dict[int, DeliveryError]:
    """Make and keep copies; answers with those letters that none can be made of, and why."""
    papers = _papers(desk, [each.id for each in letters]) if form is Form.MAIL else {}
    copies: list[FairCopy] = []
    wrong: dict[int, DeliveryError] = {}
    for letter in letters:
        try:
            paper = papers.get(letter.id)
            content = message_of(letter, sender, paper) if form is Form.MAIL else letter.text.encode()
        except DeliveryError as error:
            wrong[letter.id] = error
        else:
            copies.append(FairCopy(letter.id, form, content))
    if copies:
        with desk.transaction() as tx:
            kept.keep(tx, copies)
    return wrong


def _papers(desk: Desk, letters: Collection[int]) -> dict[int, bytes]:
    with desk.reading() as tx:
        unset = kept.unset_papers_of(tx, letters)
    _set(desk, unset)
    with desk.reading() as tx:
        return kept.contents(tx, Form.PAPER, letters)


def set_papers(desk: Desk) -> int:
    """Set and keep all papers that are still to be set, also of letters without an address; answers with how many."""
    done, after = 0, 0
    while True:
        with desk.reading() as tx:
            unset = kept.unset_papers(tx, BATCH, after=after)
        done += _set(desk, unset)
        if len(unset) < BATCH:
            return done
        after = unset[-1].letter


def _set(desk: Desk, unset: Collection[UnsetPaper]) -> int:
    if not unset:
        return 0
    try:
        set_in = faces(desk.settings.fonts_folder)
        made = {each.letter: _typeset(each, set_in) for each in unset}
    except UnusableFont as refusal:
        made = {each.letter: refusal.message("zh") for each in unset}
    copies = [FairCopy(each, Form.PAPER, paper) for each, paper in made.items() if isinstance(paper, bytes)]
    with desk.transaction() as tx:
        kept.keep(tx, copies)
        for letter, paper in made.items():
            if isinstance(paper, str):
                kept.note_unset(tx, letter, paper)
    return len(copies)


def _typeset(unset: UnsetPaper, set_in: Faces) -> bytes | str:
    """The paper as PDF, or why it cannot be set."""
    try:
        return pdf(Paper.of_words(unset.words), set_in)
    except UnprintableCharacters as refusal:
        return refusal.message("zh")
    except TypesettingError:
        _log.exception("the paper of letter %s cannot be set", unset.letter)
        return "纸面件未能生成，请联系管理员查看日志。"
