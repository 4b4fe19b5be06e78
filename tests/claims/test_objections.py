"""Objections during a public notice: by name, protected, each holding up its own claim and no other."""

from dataclasses import replace
from datetime import date
from functools import partial

import journey as j
import pytest
from at_once import at_once
from sqlalchemy import select

from claims.desk import Desk
from claims.errors import BadValue, NotAllowed, ObjectionDecided, ObjectionNotPossible, UnknownObjection
from claims.models import EventRow, Objection, PublishedLine
from claims.publicity.objections import decide_objection, file_objection, objections
from claims.publicity.resolutions import publish
from claims.timing.due import settle_due
from states.errors import DeclaredConflict, NoObjectionUpheld, SamePerson
from states.facts import Actor
from states.stages import Role, Stage, Trigger

OBJECTOR = "张三（嵊泗县某合作社）"


def objected(desk: Desk, number: str, by: str = OBJECTOR) -> int:
    with desk.transaction() as tx:
        return file_objection(tx, number, by=by, text="该单位并非第一起草单位。").id


def decided(desk: Desk, objection: int, outcome: str, actor: Actor | None = None) -> None:
    with desk.transaction() as tx:
        decide_objection(
            tx, objection, outcome, actor=actor or j.coordinator(desk), reason="已核对标准文本前言"
        )


def test_an_objection_holds_up_its_own_claim_and_no_other(desk: Desk) -> None:
    first, second = j.published(desk, 2)
    objected(desk, first)
    with j.later(10):
        settle_due(desk)
    assert j.stage_of(desk, first) is Stage.PUBLIC_NOTICE
    assert j.stage_of(desk, second) is Stage.FINANCE_PAYOUT


def test_dismissed_during_the_notice_the_claim_goes_on_with_its_list(desk: Desk) -> None:
    [number] = j.published(desk)
    decided(desk, objected(desk, number), "dismissed")
    with j.on(date(2025, 3, 17), hour=23):
        settle_due(desk)
        assert j.stage_of(desk, number) is Stage.PUBLIC_NOTICE
    with j.on(date(2025, 3, 18), hour=0):
        settle_due(desk)
        assert j.stage_of(desk, number) is Stage.FINANCE_PAYOUT
    j.require_whole(desk)


def test_dismissed_after_the_notice_the_claim_goes_on_by_a_slot_of_its_own(desk: Desk) -> None:
    [number] = j.published(desk)
    objection = objected(desk, number)
    with j.later(10):
        assert j.settled(settle_due(desk), "end_notice") == {j.RESOLUTION: "skipped"}
        decided(desk, objection, "dismissed")
        assert j.stage_of(desk, number) is Stage.PUBLIC_NOTICE
        assert j.settled(settle_due(desk), "end_notice") == {number: "done"}
    assert j.stage_of(desk, number) is Stage.FINANCE_PAYOUT
    j.require_whole(desk)


def test_of_two_objections_both_must_be_dismissed(sqlite_desk: Desk) -> None:
    [number] = j.published(sqlite_desk)
    first, second = objected(sqlite_desk, number), objected(sqlite_desk, number, "李四")
    with j.later(10):
        settle_due(sqlite_desk)
        decided(sqlite_desk, first, "dismissed")
        settle_due(sqlite_desk)
        assert j.stage_of(sqlite_desk, number) is Stage.PUBLIC_NOTICE
        decided(sqlite_desk, second, "dismissed")
        settle_due(sqlite_desk)
    assert j.stage_of(sqlite_desk, number) is Stage.FINANCE_PAYOUT


def test_two_who_object_at_one_moment_are_both_heard(postgres_desk: Desk) -> None:
    (number,) = j.published(postgres_desk)

    both = [partial(objected, postgres_desk, number, by) for by in ("赵甲", "钱乙")]
    found = sorted(at_once(*both))
    with postgres_desk.reading() as tx:
        assert sorted(each["id"] for each in objections(tx)) == found


def test_upheld_the_claim_is_never_paid_but_remanded_or_revoked(sqlite_desk: Desk) -> None:
    first, second = j.published(sqlite_desk, 2)
    for number in (first, second):
        decided(sqlite_desk, objected(sqlite_desk, number), "upheld")
    with j.later(10):
        settle_due(sqlite_desk)
        assert j.stage_of(sqlite_desk, first) is Stage.PUBLIC_NOTICE
        stage = j.do(sqlite_desk, first, Trigger.REMAND, j.coordinator(sqlite_desk), reason="异议成立")
        assert stage is Stage.MARKET_SUPERVISION_REVIEW
        stage = j.do(sqlite_desk, second, Trigger.REVOKE, j.coordinator(sqlite_desk), reason="异议成立")
        assert stage is Stage.REVOKED
    assert j.balances(sqlite_desk) == {"appropriated": -2_000_000, "available": 2_000_000}


def test_without_an_upheld_objection_nothing_is_remanded(sqlite_desk: Desk) -> None:
    [number] = j.published(sqlite_desk)
    decided(sqlite_desk, objected(sqlite_desk, number), "dismissed")
    with pytest.raises(NoObjectionUpheld):
        j.do(sqlite_desk, number, Trigger.REMAND, j.coordinator(sqlite_desk), reason="再看看")


def test_after_a_remand_the_claim_is_reviewed_published_and_paid_by_its_new_list(sqlite_desk: Desk) -> None:
    [number] = j.published(sqlite_desk)
    decided(sqlite_desk, objected(sqlite_desk, number), "upheld")
    with j.later(1):
        j.do(sqlite_desk, number, Trigger.REMAND, j.coordinator(sqlite_desk), reason="异议成立")
        j.do(
            sqlite_desk,
            number,
            Trigger.ENDORSE,
            j.reviewer(sqlite_desk),
            amount_yuan=80_000,
            reason="按实际排名核减",
        )
        j.do(sqlite_desk, number, Trigger.APPROVE, j.coordinator(sqlite_desk), resolution="〔2025〕2号")
        with sqlite_desk.transaction() as tx:
            publish(tx, "〔2025〕2号", actor=j.coordinator(sqlite_desk))
    with j.later(15):
        settle_due(sqlite_desk)
        assert j.stage_of(sqlite_desk, number) is Stage.FINANCE_PAYOUT, "the old objection is answered"
        j.released(sqlite_desk)
    with sqlite_desk.reading() as tx:
        lines = tx.session.execute(select(PublishedLine.resolution, PublishedLine.yuan)).tuples().all()
    assert set(lines) == {(j.RESOLUTION, 100_000), ("〔2025〕2号", 80_000)}
    assert j.balances(sqlite_desk)["published"] == 80_000
    j.require_whole(sqlite_desk)


# When and how


def test_an_objection_is_possible_from_publication_to_the_end_of_the_last_day(sqlite_desk: Desk) -> None:
    number = j.brought_to(sqlite_desk, Stage.PUBLIC_NOTICE)
    with pytest.raises(ObjectionNotPossible):
        objected(sqlite_desk, number)
    with sqlite_desk.transaction() as tx:
        publish(tx, j.RESOLUTION, actor=j.coordinator(sqlite_desk))
    with j.on(date(2025, 3, 17), hour=23):
        objected(sqlite_desk, number)
    with j.on(date(2025, 3, 18), hour=0), pytest.raises(ObjectionNotPossible) as refusal:
        objected(sqlite_desk, number)
    assert refusal.value.ends_on == "2025-03-17"


@pytest.mark.parametrize(("by", "text"), [(" ", "排名不实"), ("张三", " "), ("张" * 101, "排名不实")])
def test_an_objection_is_signed_and_says_something(sqlite_desk: Desk, by: str, text: str) -> None:
    [number] = j.published(sqlite_desk)
    with sqlite_desk.transaction() as tx, pytest.raises(BadValue):
        file_objection(tx, number, by=by, text=text)


def test_the_objectors_name_is_for_the_coordination_body_only(sqlite_desk: Desk) -> None:
    [number] = j.published(sqlite_desk)
    objected(sqlite_desk, number)
    with sqlite_desk.reading() as tx:
        [seen] = objections(tx, j.coordinator(sqlite_desk))
        assert seen["by"] == OBJECTOR
        for viewer in (None, j.reviewer(sqlite_desk), j.owner(sqlite_desk, number)):
            [seen] = objections(tx, viewer)
            assert (seen["claim"], seen["by"]) == (number, None)
        stored = tx.session.scalars(select(Objection)).one()
        assert OBJECTOR not in stored.objector_sealed
        events = "".join(f"{row.actor}{row.data}{row.reason}" for row in tx.session.scalars(select(EventRow)))
        assert "张三" not in events


def test_a_unit_sees_objections_to_its_own_claims_only(sqlite_desk: Desk) -> None:
    first, second = j.published(sqlite_desk, 2)
    objected(sqlite_desk, first)
    with sqlite_desk.reading() as tx:
        assert objections(tx, j.owner(sqlite_desk, second)) == []


# Deciding


def test_an_objection_stays_decided(sqlite_desk: Desk) -> None:
    [number] = j.published(sqlite_desk)
    objection = objected(sqlite_desk, number)
    decided(sqlite_desk, objection, "upheld")
    with pytest.raises(ObjectionDecided) as refusal:
        decided(sqlite_desk, objection, "dismissed")
    assert refusal.value.outcome == "upheld"


@pytest.mark.parametrize("outcome", ["", "perhaps", "成立"])
def test_an_objection_is_upheld_or_dismissed_and_nothing_else(sqlite_desk: Desk, outcome: str) -> None:
    [number] = j.published(sqlite_desk)
    with pytest.raises(BadValue):
        decided(sqlite_desk, objected(sqlite_desk, number), outcome)


def test_deciding_takes_a_reason(sqlite_desk: Desk) -> None:
    [number] = j.published(sqlite_desk)
    objection = objected(sqlite_desk, number)
    with sqlite_desk.transaction() as tx, pytest.raises(BadValue):
        decide_objection(tx, objection, "upheld", actor=j.coordinator(sqlite_desk), reason=" ")


def test_only_the_coordinator_decides_and_only_without_a_conflict(sqlite_desk: Desk) -> None:
    [number] = j.published(sqlite_desk)
    objection = objected(sqlite_desk, number)
    with pytest.raises(NotAllowed):
        decided(sqlite_desk, objection, "dismissed", j.reviewer(sqlite_desk))
    conflicted = replace(
        j.person(sqlite_desk, "chen", Role.COORDINATOR), declared=frozenset({j.form(1).uscc})
    )
    with pytest.raises(DeclaredConflict):
        decided(sqlite_desk, objection, "dismissed", conflicted)
    reviewed_it = j.person(sqlite_desk, j.reviewer(sqlite_desk).name, Role.COORDINATOR)
    with pytest.raises(SamePerson):
        decided(sqlite_desk, objection, "dismissed", reviewed_it)


def test_an_unknown_objection_is_named_as_such(sqlite_desk: Desk) -> None:
    with pytest.raises(UnknownObjection):
        decided(sqlite_desk, 999, "upheld")
