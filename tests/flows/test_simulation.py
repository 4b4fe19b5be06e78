"""A simulated year holds, is the same whenever it is run, and its inspection finds what a broken desk would do."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import pairwise, takewhile
from pathlib import Path
from types import MappingProxyType
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import update

from claims import clock
from claims.identity import people
from claims.identity.people import add_user
from claims.letters import outbox
from claims.models import Claim
from claims.money import ledger, payouts
from claims.money.ledger import Account
from claims.review import decisions
from claims.timing import due
from claims.timing.due import Rule
from claims.timing.slots import SlotKind
from flows.simulation.county import Journal, county
from flows.simulation.mishaps import Crash
from flows.simulation.report import Report
from flows.simulation.run import simulate
from flows.simulation.scenario import Scenario, outages_of
from flows.simulation.years import Years
from notifications import derive
from states.stages import Role, Trigger

pytestmark = pytest.mark.slow

SCENARIO = Scenario(years=1, claims=30, seed=3, outages=True)
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Argon2 takes its time by design; nobody signs in here."""
    with pytest.MonkeyPatch.context() as patch:
        quick = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=64, parallelism=1),))
        patch.setattr(people, "_hasher", lambda: quick)
        yield


@dataclass
class Ran:
    """The same scenario run here and, at the same time, from the command line of another process."""

    report: Report
    out: Path
    other: dict[str, Any]
    other_out: Path


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    home = tmp_path_factory.mktemp("simulation")
    command = [sys.executable, "-m", "cli", "simulate", "--years", "1", "--claims", "30", "--seed", "3"]
    environment = {**os.environ, "JIANGBU_HOME": str(home / "desk"), "PYTHONHASHSEED": "77"}
    with subprocess.Popen(
        [*command, "--outages", "--json"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        report = simulate(SCENARIO, home / "here")
        printed, _ = process.communicate()
    assert process.returncode == 0
    return Ran(
        report, home / "here", json.loads(printed), home / "desk" / "simulations" / "1x30-seed3-outages"
    )


def test_a_year_with_outages_and_crashes_has_no_violation(ran: Ran) -> None:
    report = ran.report
    assert report.violations == ()
    assert len(report.outages) >= 5
    assert report.crashes > 0
    assert report.paid_yuan > 0
    assert report.slots["done"] > 300
    assert report.letters > report.claims


def test_the_same_seed_leaves_the_same_bytes(ran: Ran) -> None:
    names = sorted(path.name for path in ran.out.iterdir())
    assert names == ["lateness.svg", "log.txt", "money.svg", "report.md", "stages.svg"]
    assert {name: (ran.out / name).read_bytes() for name in names} == {
        name: (ran.other_out / name).read_bytes() for name in names
    }


def test_the_command_prints_the_agreed_document_and_clears_its_county_away(ran: Ran) -> None:
    assert list(ran.other) == ["years", "claims", "paid_yuan", "outages", "violations", "slots", "seconds"]
    assert {**ran.other, "seconds": 0} == {**ran.report.as_json(), "seconds": 0}
    assert ran.other["seconds"] > 0


def test_the_log_tells_everything_in_simulated_time_and_no_secret(ran: Ran) -> None:
    log = (ran.out / "log.txt").read_text(encoding="utf-8")
    assert all(line.startswith("2025-") for line in log.splitlines()[:-1])
    assert "crashed" in log
    assert f"audit root {ran.report.root}" in log
    assert "20100000" not in log, "account numbers stay out"
    assert "simulated county" not in log, "and so does the key"


def test_the_charts_are_whole_pictures(ran: Ran) -> None:
    for name in ("stages", "money", "lateness"):
        assert ET.parse(ran.out / f"{name}.svg").getroot().tag.endswith("svg")


# A broken desk is found out

SPRING = date(2025, 5, 20)
"""By then the first claims of a year are paid."""


APRIL = date(2025, 4, 24)


@contextmanager
def lived(home: Path, until: date = SPRING) -> Iterator[Years]:
    """A small county without outages, as it is on a day, inspected after each."""
    scenario = Scenario(years=1, claims=6, seed=1)
    with county(scenario, home, Journal(io.StringIO())) as found:
        years = Years(found, home)
        for day in takewhile(lambda day: day <= until, scenario.days()):
            years.live(day)
            years.inspect(day, whole=day == until)
        yield years


def problems(home: Path, until: date = SPRING) -> str:
    with lived(home, until) as years:
        return "\n".join(years.county.problems)


def test_a_slot_marked_as_done_without_its_work_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    idle = {**due.RULES, SlotKind.END_NOTICE: Rule(lambda _tx, _slot: None)}
    monkeypatch.setattr(due, "RULES", MappingProxyType(idle))
    assert "is in public_notice and nothing will move it on" in problems(tmp_path)


def test_a_slot_that_a_round_leaves_out_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = due.slots.pending
    monkeypatch.setattr(due.slots, "pending", lambda *given: found(*given)[1:])
    assert "was left pending by a round" in problems(tmp_path, date(2025, 1, 3))


def test_a_payment_booked_twice_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    post = decisions._post

    def twice(tx: Any, number: str, cycle: int, facts: Any, change: Any, posting: str) -> None:
        post(tx, number, cycle, facts, change, posting)
        if change.trigger is Trigger.PAY:
            ledger.move(tx, cycle, f"{posting}/again", 50_000, Account.AVAILABLE, Account.PAID, number)

    monkeypatch.setattr(decisions, "_post", twice)
    assert "the claims say" in problems(tmp_path)


def test_a_claim_that_the_bank_pays_twice_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payouts, "WAITING", Claim.stage == "finance_payout")
    propose = payouts.propose

    def careless(tx: Any, *, cycle: int, actor: Any) -> Any:
        tx.session.connection().exec_driver_sql("DROP INDEX IF EXISTS uq_payout_line_claim_open")
        return propose(tx, cycle, actor=actor)

    monkeypatch.setattr(payouts, "propose", careless)
    assert "the bank has paid SB-2025-" in problems(tmp_path)


def test_a_letter_that_is_never_written_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derive, "concerns_of", lambda _event: ())
    assert "has not made its letter: receipt" in problems(tmp_path, APRIL)


def test_events_that_owe_their_letters_for_ever_are_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "settle_owed", lambda *_given: None)
    assert "still owe their letters after a round" in problems(tmp_path, date(2025, 1, 12))


@pytest.fixture(scope="module")
def spring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Years]:
    with lived(tmp_path_factory.mktemp("spring")) as years:
        assert years.county.problems == [], "an honest desk is left in peace"
        yield years


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (
            "UPDATE due_slot SET outcome = 'late' WHERE outcome = 'done'",
            "is not any more what it was settled as",
        ),
        ("UPDATE claim SET granted_yuan = granted_yuan + 1 WHERE stage = 'paid'", "the claims say"),
        ("UPDATE balance SET yuan = yuan + 1 WHERE account = 'available'", "available shows"),
        ("UPDATE claim SET stage = 'submitted'", "is in submitted and nothing will move it on"),
        ("UPDATE claim SET stage = 'department_check'", "no department is asked"),
        (
            "UPDATE claim SET stage = 'finance_payout', due_on = '2025-01-09', moved_at = '2025-01-02'",
            "since long after its deadline",
        ),
    ],
)
def test_records_changed_behind_the_desks_back_are_found(spring: Years, change: str, found: str) -> None:
    """The inspection looks through the connection that changes them, so that the change can be taken back."""
    county = spring.county
    with closing(county.desk.engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute("BEGIN")
        cursor.execute(change)
        assert cursor.rowcount > 0
        eyes, county.eyes = county.eyes, connection.driver_connection
        try:
            spring.inspect(SPRING, whole=True)
        finally:
            county.eyes = eyes
            cursor.execute("ROLLBACK")
    assert found in "\n".join(county.problems)


def test_an_altered_audit_log_is_found(tmp_path: Path) -> None:
    with lived(tmp_path, APRIL) as years:
        with years.county.desk.transaction() as tx:
            tx.session.execute(update(Claim).values(version=Claim.version + 1))
        years.inspect(APRIL, whole=True)
        assert "ends with event" in "\n".join(years.county.problems)


# Crashes


@pytest.mark.parametrize("uses", range(12))
def test_a_transaction_that_dies_leaves_nothing_and_the_next_goes_on(spring: Years, uses: int) -> None:
    desk, mishaps = spring.county.desk, spring.county.desk.mishaps
    with pytest.MonkeyPatch.context() as patch, clock.standing_at(spring.county.moment(SPRING, 12)):
        patch.setattr(type(mishaps), "draw", lambda _: uses)
        before, known = mishaps.version(), list(mishaps.problems)
        with pytest.raises(Crash), desk.transaction() as tx:
            add_user(tx, f"nobody-{uses}", Role.AUDITOR)
        assert (mishaps.version(), mishaps.problems) == (before, known)
        patch.undo()
        with desk.transaction() as tx:
            add_user(tx, f"nobody-{uses}", Role.AUDITOR)
        assert mishaps.version() != before


def test_what_a_dead_transaction_leaves_behind_is_noticed(spring: Years) -> None:
    desk, mishaps = spring.county.desk, spring.county.desk.mishaps
    with pytest.MonkeyPatch.context() as patch, clock.standing_at(spring.county.moment(SPRING, 12)):
        patch.setattr(type(mishaps), "draw", lambda _: 30)
        with pytest.raises(Crash), desk.transaction() as tx:  # noqa: PT012 - the crash comes at its end
            add_user(tx, "leaky", Role.AUDITOR)
            tx.session.commit()
    assert "left something behind" in "\n".join(mishaps.problems)


def test_outages_last_from_an_hour_to_two_months_and_do_not_overlap() -> None:
    outages = outages_of(Scenario(years=5, claims=1, seed=1, outages=True)).all
    lengths = sorted((each.end - each.start).total_seconds() / 3600 for each in outages)
    assert lengths[0] <= 10
    assert lengths[-1] >= 14 * 24
    assert all(before.end < after.start for before, after in pairwise(outages))
    assert outages_of(Scenario(years=5, claims=1, seed=1)).all == ()
