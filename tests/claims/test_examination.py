"""Looking through the papers: each person's own notes, which hold for the files that were looked at."""

import pytest
import world
from world import who

from claims.desk import Desk
from claims.errors import NotAllowed, NotUnderReview, UnknownClaim, UnknownEvidenceKind
from claims.facts import load_claim
from claims.identity.people import declare_interest
from claims.review.examination import Examined, Verdict, examinations, examine, own
from claims.submission.evidence import attach
from states.errors import DeclaredConflict, Refusal, SamePerson
from states.facts import Actor
from states.stages import Role, Stage

TEXT = "standard_text"


@pytest.fixture
def number(desk: Desk) -> str:
    with desk.transaction() as tx:
        return world.bring_to(tx, Stage.MARKET_SUPERVISION_REVIEW)


def look(desk: Desk, number: str, verdict: Verdict, name: str = "li", **more: str) -> Examined:
    with desk.transaction() as tx:
        return examine(tx, number, more.pop("kind", TEXT), verdict, actor=who(tx, name), **more)


def checklist(desk: Desk, number: str, name: str = "li") -> dict[str, Examined]:
    with desk.reading() as tx:
        return dict(own(examinations(tx, load_claim(tx, number)), name))


def test_looked_at_and_not_finished_is_apart_from_not_begun(desk: Desk, number: str) -> None:
    assert checklist(desk, number) == {}
    look(desk, number, Verdict.BEGUN)
    found = checklist(desk, number)
    assert (found[TEXT].verdict, found[TEXT].settled) == (Verdict.BEGUN, False)
    look(desk, number, Verdict.DOUBTFUL, note="前言页不清")
    found = checklist(desk, number)
    assert (found[TEXT].verdict, found[TEXT].note, found[TEXT].settled) == (
        Verdict.DOUBTFUL,
        "前言页不清",
        True,
    )


def test_opening_a_paper_again_leaves_the_verdict_and_another_verdict_the_note(
    desk: Desk, number: str
) -> None:
    look(desk, number, Verdict.FAILS, note="不是正式文本")
    assert look(desk, number, Verdict.BEGUN).verdict is Verdict.FAILS
    assert look(desk, number, Verdict.MEETS).note == "不是正式文本"
    assert look(desk, number, Verdict.MEETS, note="").note == ""


def test_a_verdict_is_the_persons_own_and_changes_nothing_of_the_claim(desk: Desk, number: str) -> None:
    with desk.reading() as tx:
        before = load_claim(tx, number).version
    look(desk, number, Verdict.MEETS)
    assert checklist(desk, number, "xu") == {}
    assert checklist(desk, number)[TEXT].version == before
    with desk.reading() as tx:
        assert load_claim(tx, number).version == before


def test_a_verdict_on_files_that_were_added_to_is_stale(desk: Desk, number: str) -> None:
    look(desk, number, Verdict.MEETS)
    with desk.transaction() as tx:
        load_claim(tx, number).stage = Stage.CORRECTION
        tx.session.flush()
        attach(tx, number, TEXT, "neu.pdf", world.a_paper("new"), actor=who(tx, "lin"))
    assert checklist(desk, number)[TEXT].stale
    with desk.transaction() as tx:
        load_claim(tx, number).stage = Stage.MARKET_SUPERVISION_REVIEW
    assert look(desk, number, Verdict.BEGUN).verdict is Verdict.BEGUN


@pytest.mark.parametrize(
    ("name", "kind", "refusal"),
    [
        ("sun", TEXT, NotAllowed),
        ("xu", TEXT, NotAllowed),
        ("guo", TEXT, NotAllowed),
        ("lin", TEXT, NotAllowed),
        ("he", TEXT, UnknownClaim),
        ("li", "a_poem", UnknownEvidenceKind),
    ],
)
def test_only_whose_stage_it_is_examines_and_only_papers_of_the_item(
    desk: Desk, number: str, name: str, kind: str, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        look(desk, number, Verdict.MEETS, name, kind=kind)


def test_whoever_must_stand_aside_does_not_examine_either(desk: Desk, number: str) -> None:
    with desk.transaction() as tx:
        both = Actor("sun", frozenset({Role.INTAKE, Role.REVIEWER}))
        with pytest.raises(SamePerson):
            examine(tx, number, TEXT, Verdict.MEETS, actor=both)
        declare_interest(tx, "li", world.INSTITUTE[1], "亲属任职")
    with pytest.raises(DeclaredConflict):
        look(desk, number, Verdict.MEETS)


def test_papers_are_examined_from_intake_to_approval_only(desk: Desk) -> None:
    with desk.transaction() as tx:
        number = world.bring_to(tx, Stage.PUBLIC_NOTICE)
    with pytest.raises(NotUnderReview):
        look(desk, number, Verdict.MEETS, "xu")
