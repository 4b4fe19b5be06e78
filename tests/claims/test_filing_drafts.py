"""Filings under way on both databases: kept as typed, filed when nothing speaks against them, confirmed letters once."""

from dataclasses import replace
from datetime import date
from threading import Barrier, Thread

import pytest
import world
from sqlalchemy import func, select

from claims import clock
from claims.desk import Desk
from claims.facts import load_claim
from claims.letters.receipts import confirm_receipt, unconfirmed
from claims.models import EventRow, FilingDraft, Letter, LetterReceipt
from claims.reading.township_units import units
from claims.review.decisions import act
from claims.submission import filing_drafts, filing_starts
from claims.submission.corrections import latest_return
from claims.submission.filing import form_of
from claims.submission.forms import COLUMNS
from claims.timing.cycles import plan_cycle
from notifications.round import run_round
from states.errors import FindingsOpen
from states.stages import Stage, Trigger

TYPED = {
    "contact": world.FORM.contact,
    "phone": world.FORM.phone,
    "email": world.FORM.email,
    "bank": world.FORM.bank,
    "account": world.FORM.account,
    "item": world.FORM.item,
    "field": world.FORM.field,
    "standard_number": world.FORM.standard_number,
    "title": world.FORM.title,
    "rank": "第一位",
    "revision": filing_drafts.NO,
    "dated_on": "2024年12月17日",
    "effective_on": "2025/1/17",
    "requested_yuan": "10万元",
    "drafters": "\n".join(world.FORM.drafters),
}


def begun(desk: Desk, **typed: str) -> str:
    with desk.transaction() as tx:
        lin = world.who(tx, "lin")
        key = filing_starts.start_filing(tx, actor=lin)
        filing_drafts.save_typed(tx, key, {**TYPED, **typed}, actor=lin)
    return key


def settled(desk: Desk, key: str) -> str:
    with desk.transaction() as tx:
        return filing_drafts.settle(tx, key, actor=world.who(tx, "lin"))


def test_what_is_typed_as_people_write_it_becomes_the_claim_it_means(desk: Desk) -> None:
    number = settled(desk, begun(desk))
    with desk.reading() as tx:
        assert form_of(tx, load_claim(tx, number)) == world.FORM
        found = filing_drafts.filing(tx, number, actor=world.who(tx, "lin"))
    assert (found.claim, found.pending, found.errors) == (number, False, ())


def test_a_filing_with_an_error_stays_with_its_pages(desk: Desk) -> None:
    key = begun(desk, rank="2")
    assert settled(desk, key) == key
    with desk.transaction() as tx:
        lin = world.who(tx, "lin")
        found = filing_drafts.filing(tx, key, actor=lin)
        assert {each.column for each in found.errors} == {COLUMNS["rank"]}
        with pytest.raises(FindingsOpen):
            filing_drafts.submit(tx, key, actor=lin)


def test_the_account_lies_sealed_also_before_it_is_a_claims(desk: Desk) -> None:
    begun(desk)
    with desk.reading() as tx:
        row = tx.session.scalars(select(FilingDraft)).one()
        assert "account" not in row.typed
        assert world.FORM.account not in row.account_sealed
        assert desk.vault.open(row.account_sealed) == world.FORM.account


def test_a_page_saved_again_with_what_the_claim_holds_leaves_nothing_pending(desk: Desk) -> None:
    key = begun(desk)
    number = settled(desk, key)
    with desk.transaction() as tx:
        lin = world.who(tx, "lin")
        filing_drafts.save_typed(tx, key, {"contact": world.FORM.contact}, actor=lin)
        assert not filing_drafts.filing(tx, number, actor=lin).pending
        filing_drafts.save_typed(tx, key, {"contact": "王某"}, actor=lin)
        assert filing_drafts.filing(tx, number, actor=lin).pending
        filing_drafts.discard(tx, number, actor=lin)
        assert filing_drafts.filing(tx, number, actor=lin).typed["contact"] == world.FORM.contact


def test_two_saves_over_one_claim_at_once_are_both_kept(desk: Desk) -> None:
    number = settled(desk, begun(desk))
    with desk.transaction() as tx:
        tx.session.delete(tx.session.scalars(select(FilingDraft)).one())
    start, troubles = Barrier(2), []

    def save(name: str, text: str) -> None:
        start.wait()
        try:
            with desk.transaction() as tx:
                filing_drafts.save_typed(tx, number, {name: text}, actor=world.who(tx, "lin"))
        except Exception as trouble:  # noqa: BLE001 - told by the test
            troubles.append(trouble)

    threads = [Thread(target=save, args=each) for each in (("contact", "王某"), ("remark", "加急"))]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert troubles == []
    with desk.reading() as tx:
        assert tx.session.scalar(select(func.count()).select_from(FilingDraft)) == 1


def test_submitting_hands_the_claim_in_and_forgets_the_pages(desk: Desk) -> None:
    number = settled(desk, begun(desk))
    with desk.transaction() as tx:
        world.add_papers(tx, number)
        assert filing_drafts.submit(tx, number, actor=world.who(tx, "lin")).stage is Stage.SUBMITTED
        assert tx.session.scalar(select(func.count()).select_from(FilingDraft)) == 0


def test_a_return_tells_what_was_asked_and_what_was_done_about_it(desk: Desk) -> None:
    with desk.transaction() as tx:
        number = world.add_draft(tx, world.FORM)
        assert latest_return(tx, number, viewer=world.who(tx, "lin")) is None
        world.submit(tx, number)
        order = {"reason": "请补正", "missing": ("standard_text", "bank_account", "contact")}
        act(tx, number, Trigger.RETURN_FOR_CORRECTION, actor=world.who(tx, "sun"), **order)  # type: ignore[arg-type]
    with desk.transaction() as tx:
        lin = world.who(tx, "lin")
        filing_drafts.save_typed(tx, number, {"account": "62284800100"}, actor=lin)
        filing_drafts.settle(tx, number, actor=lin)
        found = latest_return(tx, number, viewer=lin)
    assert found is not None
    assert [(each.key, each.is_field, each.answered) for each in found.asked] == [
        ("standard_text", False, False),
        ("bank_account", True, True),
        ("contact", True, False),
    ]


def test_what_was_begun_in_a_year_that_is_over_is_forgotten(desk: Desk) -> None:
    old = begun(desk)
    opens, deadline = date(2026, 3, 1), date(2026, 4, 30)
    with clock.standing_at(world.MORNING.replace(year=2026)), desk.transaction() as tx:
        lin = world.who(tx, "lin")
        with pytest.raises(filing_starts.NoCycleOpen):
            filing_starts.start_filing(tx, actor=lin)
        plan_cycle(tx, replace(world.PLAN, year=2026, opens_on=opens, deadline_on=deadline))
        filing_starts.start_filing(tx, actor=lin)
        with pytest.raises(filing_drafts.UnknownFiling):
            filing_drafts.filing(tx, old, actor=lin)


def test_units_and_letters_read_the_same_on_both_databases(desk: Desk) -> None:
    begun(desk)
    run_round(desk)
    with desk.transaction() as tx:
        (unit,) = units(tx, "菜园镇", world.YEAR)
        assert (unit.typing, unit.claims, unit.missing) == (1, (), True)
        zhou = world.who(tx, "zhou")
        letter = tx.session.scalars(select(Letter.id).where(Letter.township == "菜园镇")).one()
        assert unconfirmed(tx, zhou) == 1
        first = confirm_receipt(tx, letter, actor=zhou)
        assert confirm_receipt(tx, letter, actor=zhou) == first
        assert unconfirmed(tx, zhou) == 0
        assert tx.session.scalar(select(func.count()).select_from(LetterReceipt)) == 1
        events = select(func.count()).select_from(EventRow).where(EventRow.trigger == "letter_received")
        assert tx.session.scalar(events) == 1
