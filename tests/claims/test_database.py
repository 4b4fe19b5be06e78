"""The database keeps its promises whoever writes: times, transactions, and writers who wait instead of failing."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pytest
from databases import sqlite_url
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, StatementError
from world import MORNING, YEAR, add_draft, bring_to, who

from claims.database import open_engine, session_of
from claims.desk import Desk, Tx
from claims.facts import load_claim
from claims.models import Balance, Claim, Cycle, EventRow, PayoutBatch, StreamHead
from claims.timing.cycles import budget_of
from claims.trail.chains import append
from states.stages import Stage


def test_times_are_kept_as_moments_and_given_back_in_shanghai(desk: Desk) -> None:
    with desk.transaction() as tx:
        number = add_draft(tx)
        load_claim(tx, number).filed_at = MORNING.astimezone(UTC)
    with desk.reading() as tx:
        found = load_claim(tx, number).filed_at
        assert (found, found.isoformat()) == (MORNING, "2025-03-10T09:30:00+08:00")


def test_a_time_without_its_offset_is_refused(desk: Desk) -> None:
    with desk.transaction() as tx, pytest.raises(StatementError, match="offset"):
        tx.session.execute(select(Claim).where(Claim.filed_at > datetime(2025, 3, 10)))  # noqa: DTZ001


def test_an_error_undoes_all_of_a_transaction(desk: Desk) -> None:
    with pytest.raises(ZeroDivisionError), desk.transaction() as tx:
        _file_and_fail(tx)
    with desk.transaction() as tx:
        assert add_draft(tx) == "SB-2025-0001"


def _file_and_fail(tx: Tx) -> None:
    add_draft(tx)
    raise ZeroDivisionError


@pytest.mark.parametrize(
    "break_it",
    [
        lambda _tx, claim: setattr(claim, "requested_yuan", 0),
        lambda _tx, claim: setattr(claim, "granted_yuan", 0),
        lambda _tx, claim: setattr(claim, "cycle", 1999),
        lambda _tx, claim: setattr(claim, "resolution", "no such minutes"),
        lambda tx, _claim: setattr(tx.session.get_one(Balance, (YEAR, "available")), "yuan", -1),
        lambda tx, _claim: tx.session.add(_batch(tx, "feng", "feng")),
    ],
    ids=[
        "nothing asked for",
        "nothing granted",
        "no such cycle",
        "no such minutes",
        "overspent",
        "one person alone",
    ],
)
def test_what_no_rule_may_break_the_database_refuses(
    desk: Desk, break_it: Callable[[Tx, Claim], None]
) -> None:
    with desk.transaction() as tx:
        number = add_draft(tx)
    with pytest.raises(IntegrityError), desk.transaction() as tx:
        break_it(tx, load_claim(tx, number))


def _batch(tx: Tx, proposed_by: str, released_by: str) -> PayoutBatch:
    times = {"proposed_at": tx.now, "released_at": tx.now}
    return PayoutBatch(
        code="x", cycle=YEAR, proposed_by=proposed_by, released_by=released_by, sha256="", **times
    )


def test_budgets_of_billions_have_room(desk: Desk) -> None:
    with desk.transaction() as tx:
        for account, yuan in (("appropriated", -(10**12)), ("available", 10**12)):
            tx.session.get_one(Balance, (YEAR, account)).yuan = yuan
    with desk.reading() as tx:
        assert budget_of(tx, YEAR) == 10**12


def test_writers_wait_for_each_other_and_none_is_lost(desk: Desk) -> None:
    def write(_: int) -> None:
        with desk.transaction() as tx:
            # A transaction that has read first and then writes is what a deferred one would refuse.
            assert budget_of(tx, YEAR)
            append(tx, "cycle/2025", "townships_reminded", actor="system", role="system")

    with desk.reading() as tx:
        before = tx.session.get_one(StreamHead, "cycle/2025").seq
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(30)))
    with desk.reading() as tx:
        seqs = list(
            tx.session.scalars(
                select(EventRow.seq).where(EventRow.stream == "cycle/2025").order_by(EventRow.seq)
            )
        )
        assert seqs == list(range(1, before + 31))


def test_processes_wait_for_each_other_too(sqlite_desk: Desk) -> None:
    program = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from claims.trail.chains import append
        from claims.desk import open_desk
        from config.settings import Settings

        with open_desk(Settings(Path(sys.argv[1]), sys.argv[2], sys.argv[3])) as desk:
            for _ in range(10):
                with desk.transaction() as tx:
                    append(tx, "user/many", "role_given", actor="system", role="system")
        """
    )
    given = sqlite_desk.settings
    command = [sys.executable, "-c", program, str(given.home), given.database_url, given.secret_key]
    writers = [subprocess.Popen(command) for _ in range(3)]
    assert [each.wait(60) for each in writers] == [0, 0, 0]
    with sqlite_desk.reading() as tx:
        assert tx.session.get_one(StreamHead, "user/many").seq == 30


def test_a_reader_waits_for_no_writer_and_sees_one_state(desk: Desk) -> None:
    with desk.reading() as reader:
        assert not _numbers(reader)
        with desk.transaction() as writer:
            add_draft(writer)
            with desk.reading() as other:
                assert not _numbers(other), "nothing is seen before it is committed"


def _numbers(tx: Tx) -> list[str]:
    return list(tx.session.scalars(select(Claim.number)))


def test_forty_look_at_once_and_nobody_waits_for_a_connection(desk: Desk) -> None:
    """So many threads serve pages (`anyio`'s own limit)."""
    together = Barrier(40)

    def look(_: int) -> int:
        with desk.reading() as tx:
            found = tx.session.scalars(select(Cycle.year)).one()
            together.wait(timeout=20)
            return found

    with ThreadPoolExecutor(40) as pool:
        assert set(pool.map(look, range(40))) == {YEAR}


def test_sqlite_loses_nothing_that_was_committed(sqlite_desk: Desk) -> None:
    with sqlite_desk.engine.connect() as connection:
        found = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_the_world_of_these_tests_has_somebody_for_every_part(desk: Desk) -> None:
    with desk.transaction() as tx:
        number = bring_to(tx, Stage.PUBLIC_NOTICE)
        assert load_claim(tx, number).granted_yuan == 100_000
        assert {
            who(tx, name).office is not None for name in ("lin", "zhou", "sun", "qian", "li", "xu", "feng")
        } == {True}


def test_nobody_else_on_the_machine_reads_a_desk_in_a_folder_that_is_open_to_all(tmp_path: Path) -> None:
    home = tmp_path / "open"
    home.mkdir(mode=0o755)
    (home / "jiangbu.db").touch(mode=0o644)
    done = subprocess.run(
        ["/bin/sh", "-c", f"umask 022; exec {sys.executable} -m cli init --rehearsal"],
        env={"JIANGBU_HOME": str(home), "PATH": os.environ["PATH"]},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    written = [each for each in home.rglob("*") if each.is_file()]
    assert {"jiangbu.db", "secret_key"} <= {each.name for each in written}
    assert [each.name for each in written if each.stat().st_mode & 0o077] == []


def test_the_records_are_private_also_where_a_program_opens_them_without_the_command_line(
    tmp_path: Path,
) -> None:
    before = os.umask(0o022)
    try:
        engine = open_engine(sqlite_url(tmp_path / "jiangbu.db"))
        with session_of(engine) as session:
            session.execute(text("create table t (a)"))
            modes = {each.name: each.stat().st_mode & 0o777 for each in tmp_path.iterdir()}
    finally:
        os.umask(before)
    assert modes["jiangbu.db"] == 0o600
    assert set(modes.values()) == {0o600}
    assert len(modes) > 1, "SQLite's journals are there too"
