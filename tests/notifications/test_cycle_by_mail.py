"""A whole cycle by mail: a real mail server gets every letter that its events call for, each to whom it belongs."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import world
from post_office import Post, letters, sending_to, serving
from world import MINUTES, YEAR, who

from claims import clock
from claims.desk import Desk
from claims.money import payouts
from claims.money.reconciliation import reconcile
from claims.publicity.resolutions import publish
from claims.review.decisions import act
from claims.sheets import read_rows, write_sheet
from claims.timing.slots import SlotKind
from config.series import load_series
from notifications.round import run_round
from states.calendar import TZ
from states.stages import Trigger

pytestmark = pytest.mark.slow

LIN, HE = "lin@unit.example", "he@unit.example"
COMPANY = {"unit_name": world.COMPANY[0], "uscc": world.COMPANY[1], "township": world.COMPANY[2]}
ZHOU, WU = "zhou@example.org", "wu@example.org"
BUREAU, DEPARTMENT = "li@example.org, sun@example.org", "qian@example.org"
BODY, FINANCE, ADMINISTRATOR = "xu@example.org", "deng@example.org, feng@example.org", "guo@example.org"
OF_THE_CYCLE = frozenset(SlotKind) - {SlotKind.BACKUP, SlotKind.RESTORE_DRILL, SlotKind.SEAL_AUDIT}
WORDS = {series.word: kind for kind, series in load_series().items()}


class County:
    """The desk over a year, a round at every moment at which it is looked at."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk, self.folder = desk, folder

    @contextmanager
    def on(self, month: int, day: int, hour: int = 9, year: int = YEAR) -> Iterator[None]:
        with clock.standing_at(datetime(year, month, day, hour, 5, tzinfo=TZ)):
            yield
            run_round(self.desk, kinds=OF_THE_CYCLE)

    def file(self, by: str, email: str, **given: Any) -> str:
        with self.desk.transaction() as tx:
            return world.add_draft(tx, world.another_form(email=email, **given), by)

    def submit(self, number: str, by: str) -> None:
        with self.desk.transaction() as tx:
            world.submit(tx, number, by)

    def act(self, name: str, trigger: Trigger, *numbers: str, **said: Any) -> None:
        for number in numbers:
            with self.desk.transaction() as tx:
                act(tx, number, trigger, actor=who(tx, name), **said)

    def pay(self, failing: str) -> None:
        """A batch of all that waits; the bank pays all but one."""
        with self.desk.transaction() as tx:
            code = payouts.propose(tx, YEAR, actor=who(tx, "feng")).batch
        with self.desk.transaction() as tx:
            payouts.release(tx, code, actor=who(tx, "deng"))
        path = self.folder / "bank.xlsx"
        with self.desk.reading() as tx:
            payouts.export_file(tx, code, path)
        sheet = read_rows(path)
        rows = []
        for row in sheet.rows:
            failed = row.values["申报编号"] == failing
            said = {"结果": "失败" if failed else "成功", "失败原因": "账户已销户" if failed else ""}
            rows.append(tuple({**row.values, **said}[name] for name in sheet.headers))
        write_sheet(path, sheet.headers, rows)
        with self.desk.reading() as tx:
            actor = who(tx, "feng")
        reconcile(self.desk, code, path, actor=actor)


def _year(county: County) -> None:
    """Five claims of two units: two are approved (one is paid, one payment fails), one is refused after a correction,
    one withdrawn, one never submitted.
    """
    with county.on(3, 10):
        paid, refused, withdrawn = (county.file("lin", LIN) for _ in range(3))
        failing = county.file("he", HE, **COMPANY)
        county.file("he", HE, **COMPANY)
        for number, by in ((paid, "lin"), (refused, "lin"), (withdrawn, "lin"), (failing, "he")):
            county.submit(number, by)
    with county.on(3, 11):
        county.act("lin", Trigger.WITHDRAW, withdrawn)
        county.act("sun", Trigger.RETURN_FOR_CORRECTION, refused, missing=["contact"], reason="联系人有误")
        county.act("sun", Trigger.ACCEPT, paid, failing)
    with county.on(3, 12):
        county.act("lin", Trigger.RESUBMIT, refused)
        county.act("qian", Trigger.CLEAR, paid, failing)
    with county.on(3, 13):
        county.act("sun", Trigger.REJECT, refused, reason="不属于奖补范围", clause="二（一）")
        county.act("li", Trigger.ENDORSE, paid, failing)
    with county.on(4, 16):
        """Fourteen days before the deadline: those who have drafts are reminded."""
    with county.on(4, 22):
        county.act("xu", Trigger.APPROVE, paid, failing, resolution=MINUTES)
        with county.desk.transaction() as tx:
            publish(tx, MINUTES, actor=who(tx, "xu"))
    with county.on(5, 1, 0):
        """The window is over."""
    with county.on(5, 6):
        """The notice is over, and the morning has come to ask for a batch."""
    with county.on(5, 7):
        county.pay(failing)
    with county.on(1, 10, year=YEAR + 1):
        """A Saturday: the report on the year is written, its letters wait for Monday."""
    with county.on(1, 12, year=YEAR + 1):
        """The payment that failed has been waiting since, and is told of."""


EXPECTED = {
    LIN: {
        "receipt": 3,
        "withdrawal": 1,
        "correction": 1,
        "correction_receipt": 1,
        "refusal": 1,
        "acceptance": 1,
        "departments_cleared": 1,
        "endorsement": 1,
        "approval": 1,
        "public_notice": 1,
        "notice_ended": 1,
        "payment": 1,
    },
    HE: {
        "receipt": 1,
        "acceptance": 1,
        "departments_cleared": 1,
        "endorsement": 1,
        "draft_reminder": 1,
        "approval": 1,
        "public_notice": 1,
        "lapse": 1,
        "notice_ended": 1,
        "payment_failed": 1,
    },
    ZHOU: {
        "township_call": 1,
        "township_published": 1,
        "township_closing": 1,
        "township_results": 1,
        "township_payments": 1,
        "township_year": 1,
    },
    WU: {
        "township_call": 1,
        "township_reminder": 1,
        "township_published": 1,
        "township_closing": 1,
        "township_results": 1,
        "township_year": 1,
    },
    BUREAU: {"work_digest": 2},
    DEPARTMENT: {"work_digest": 1},
    BODY: {"meeting_resolution": 1, "overdue_report": 1, "year_report": 1},
    FINANCE: {"payout_prompt": 2, "work_digest": 1},
    ADMINISTRATOR: {"year_report": 1},
}
"""By where a letter goes: how many of which kind."""

TOWNSHIPS_WITHOUT_ADDRESS = 5


def test_every_letter_of_a_cycle_arrives_where_it_belongs_and_no_other(
    sqlite_desk: Desk, tmp_path: Path
) -> None:
    server = Post()
    desk = replace(sqlite_desk, settings=replace(sqlite_desk.settings, papers=False))
    with serving(server) as port:
        _year(County(sending_to(desk, f"smtp://127.0.0.1:{port}"), tmp_path))
    came: dict[str, Counter[str]] = {}
    for mail in server.mails:
        came.setdefault(mail["To"], Counter())[_kind(mail["Subject"])] += 1
    assert came == EXPECTED
    assert len({mail["Message-ID"] for mail in server.mails}) == len(server.mails)
    left = Counter((each.status, each.kind) for each in letters(desk) if each.status != "sent")
    assert left == {
        ("no_address", kind): TOWNSHIPS_WITHOUT_ADDRESS
        for kind in ("township_call", "township_closing", "township_year")
    }


def _kind(subject: str) -> str:
    """The kind of a letter by the word of its document number, as a reader would tell it."""
    word = re.search(r" (\S+)〔\d{4}〕\d+号$", subject)
    assert word, subject
    return WORDS[word.group(1)]
