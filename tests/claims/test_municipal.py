"""The city's own decision is recorded with its document, and the county's ceiling follows it."""

from datetime import date, timedelta
from typing import Any

import journey as j
import pytest
from sqlalchemy import select

from claims.desk import Desk
from claims.errors import BadDates, BadValue, NotAllowed, ReviewOver
from claims.models import EventRow
from claims.review.municipal import MunicipalDecisionRecorded, record_municipal_decision
from states.errors import AmountAboveCeiling, OwnOrganisation
from states.facts import Actor, Office
from states.stages import Role, Stage, Trigger

DOCUMENT = "舟标奖〔2025〕2号"


def record(desk: Desk, number: str, actor: Actor, **given: Any) -> MunicipalDecisionRecorded:
    said = {"yuan": 120_000, "document": DOCUMENT, "decided_on": date(2025, 2, 1)} | given
    with desk.transaction() as tx:
        return record_municipal_decision(tx, number, actor=actor, **said)


def ceiling_claim(desk: Desk) -> str:
    return j.brought_to(
        desk,
        Stage.MARKET_SUPERVISION_REVIEW,
        item="participate-national",
        standard_number="GB/T 41545-2024",
        rank=2,
        requested_yuan=150_000,
    )


def test_a_ceiling_follows_what_the_city_decided(desk: Desk) -> None:
    number = ceiling_claim(desk)
    assert record(desk, number, j.reviewer(desk)).yuan == 120_000
    with pytest.raises(AmountAboveCeiling) as refused:
        j.do(desk, number, Trigger.ENDORSE, j.reviewer(desk), amount_yuan=150_000, reason="同级别")
    assert refused.value.ceiling == 120_000
    j.do(desk, number, Trigger.ENDORSE, j.reviewer(desk), amount_yuan=120_000, reason="参考市级")


def test_the_record_names_the_document_and_stands_in_the_chain(sqlite_desk: Desk) -> None:
    number = ceiling_claim(sqlite_desk)
    record(sqlite_desk, number, j.reviewer(sqlite_desk))
    with sqlite_desk.reading() as tx:
        data = tx.session.scalars(
            select(EventRow.data).where(EventRow.stream == number, EventRow.trigger == "municipal_decided")
        ).one()
    assert DOCUMENT in data
    assert '"municipal_decided_yuan":120000' in data


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"yuan": 0}, BadValue),
        ({"document": "  "}, BadValue),
        ({"decided_on": date(2099, 1, 1)}, BadDates),
    ],
)
def test_what_is_no_decision_is_refused(sqlite_desk: Desk, said: dict[str, Any], refusal: type) -> None:
    number = ceiling_claim(sqlite_desk)
    with pytest.raises(refusal):
        record(sqlite_desk, number, j.reviewer(sqlite_desk), **said)


def test_only_the_offices_that_review_record_it_and_never_for_their_own_unit(sqlite_desk: Desk) -> None:
    desk, number = sqlite_desk, ceiling_claim(sqlite_desk)
    with pytest.raises(NotAllowed):
        record(desk, number, j.department(desk))
    unit = j.form(1)
    own = Actor("kin", frozenset({Role.REVIEWER}), Office("x", "unit", (unit.unit_name,), uscc=unit.uscc))
    with pytest.raises(OwnOrganisation):
        record(desk, number, own)


def test_after_the_approval_it_is_too_late(sqlite_desk: Desk) -> None:
    number = j.brought_to(sqlite_desk, Stage.PUBLIC_NOTICE)
    with j.later(1), pytest.raises(ReviewOver):
        record(sqlite_desk, number, j.reviewer(sqlite_desk), decided_on=date(2025, 2, 1) - timedelta(days=1))
