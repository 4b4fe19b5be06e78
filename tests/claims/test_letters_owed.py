"""What the use cases write is enough for every letter that follows from it."""

from pathlib import Path

import journey as j
import pytest
from sqlalchemy import select
from test_objections import decided, objected
from test_reports import a_year

from claims.desk import Desk
from claims.models import EventRow, OwedLetters
from claims.publicity.resolutions import publish
from claims.timing.due import settle_due
from notifications.concerns import CONCERNS, INTERNAL
from notifications.derive import derive
from states.stages import Stage, Trigger

MINUTES = "〔2025〕2号"


@pytest.fixture
def eventful(sqlite_desk: Desk, tmp_path: Path) -> Desk:
    """A desk on which everything has happened that can happen to a claim on its way to the money and back."""
    desk = sqlite_desk
    a_year(desk, tmp_path)
    returned = j.brought_to(desk, Stage.MARKET_SUPERVISION_REVIEW, 11)
    missing = {"missing": ["title"], "reason": "名称有误"}
    j.do(desk, returned, Trigger.RETURN_FOR_CORRECTION, j.reviewer(desk), **missing)
    j.do(desk, returned, Trigger.RESUBMIT, j.owner(desk, returned))
    j.do(desk, returned, Trigger.REJECT, j.reviewer(desk), reason="排名不符")
    j.do(desk, returned, Trigger.RECONSIDER, j.coordinator(desk), reason="申诉成立")
    j.do(desk, returned, Trigger.WITHDRAW, j.owner(desk, returned))
    remanded, revoked = (j.brought_to(desk, Stage.COORDINATION_APPROVAL, serial) for serial in (12, 13))
    for number in (remanded, revoked):
        j.do(desk, number, Trigger.APPROVE, j.coordinator(desk), resolution=MINUTES)
    with desk.transaction() as tx:
        publish(tx, MINUTES, actor=j.coordinator(desk))
    decided(desk, objected(desk, remanded), "upheld")
    j.do(desk, remanded, Trigger.REMAND, j.coordinator(desk), reason="异议成立")
    j.do(desk, revoked, Trigger.REVOKE, j.coordinator(desk), reason="经查材料不实")
    with j.later(37):
        settle_due(desk)
    with j.later(60):
        settle_due(desk)
    return desk


def test_every_event_has_its_letters_or_a_reason_for_none(
    eventful: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    with eventful.reading() as tx:
        triggers = set(tx.session.scalars(select(EventRow.trigger)))
    assert triggers >= {str(each) for each in Trigger} | {"payment_failed", "objection_decided"}
    assert triggers <= CONCERNS.keys() | INTERNAL.keys()
    assert derive(eventful) > len(triggers)
    assert caplog.records == []
    with eventful.reading() as tx:
        assert tx.session.scalars(select(OwedLetters)).all() == []
