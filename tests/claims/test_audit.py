"""The audit log: what is done to it behind the desk's back is found, by the desk and by an outsider's script."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.event import listen
from world import add_draft, approve, bring_to, who

from claims import verify as script
from claims.desk import Desk, Tx
from claims.models import Checkpoint, EventRow
from claims.submission.filing import correct
from claims.trail.audit import checkpoint, export_lines, seal, verify
from states.events import chained
from states.stages import Stage

TABLES = ("event", "ledger_entry", "published_line", "checkpoint")


@pytest.fixture
def number(desk: Desk) -> str:
    """A claim with a history, beside the chains of the cycle and of the users."""
    with desk.transaction() as tx:
        number = bring_to(tx, Stage.COORDINATION_APPROVAL)
        other = add_draft(tx)
        correct(tx, other, {"remark": "备注"}, actor=who(tx, "lin"))
        return number


def behind_the_desks_back(desk: Desk, *statements: str) -> None:
    """What only somebody with the database in their hands can do: the triggers are off, then on again."""
    with desk.engine.begin() as connection:
        postgres = connection.dialect.name == "postgresql"
        triggers: Sequence[Any] = ()
        if postgres:
            for table in TABLES:
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        else:
            triggers = connection.execute(
                text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            ).all()
            for name, _ in triggers:
                connection.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            connection.execute(text(statement))
        for _, sql in triggers:
            connection.exec_driver_sql(sql)
        if postgres:
            for table in TABLES:
                connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))


def found(desk: Desk, against: dict[str, Any] | None = None) -> list[tuple[str, int]]:
    with desk.reading() as tx:
        return [(each.stream, each.seq) for each in verify(tx, against).problems]


# What is found


def test_a_log_that_the_desk_wrote_is_in_order(desk: Desk, number: str) -> None:
    with desk.transaction() as tx:
        approve(tx, number)
        seal(tx)
    with desk.reading() as tx:
        verification = verify(tx, checkpoint(tx))
    assert verification.as_json() == {"ok": True, "events": verification.events, "problems": []}
    assert verification.events > 20


@pytest.mark.parametrize(
    ("what", "statement"),
    [
        ("a reason", "UPDATE event SET reason = 'altered' WHERE stream = '{number}' AND seq = 3"),
        ("an actor", "UPDATE event SET actor = 'somebody' WHERE stream = '{number}' AND seq = 3"),
        ("an amount", "UPDATE event SET data = replace(data, '100000', '900000') WHERE stream = '{number}' AND seq = 1"),
        ("data that is no JSON", "UPDATE event SET data = '{{' WHERE stream = '{number}' AND seq = 3"),
        ("a hash", "UPDATE event SET hash = previous_hash WHERE stream = '{number}' AND seq = 3"),
        ("one event away", "UPDATE event SET stream = 'elsewhere' WHERE stream = '{number}' AND seq = 3"),
        ("the first event away", "UPDATE event SET stream = 'elsewhere' WHERE stream = '{number}' AND seq = 1"),
        ("the last event away", "UPDATE event SET stream = 'elsewhere' WHERE stream = '{number}' AND seq = (SELECT max(seq) FROM event WHERE stream = '{number}')"),
        ("the claim's amount", "UPDATE claim SET proposed_yuan = 99999 WHERE number = '{number}'"),
        ("the claim's account", "UPDATE claim SET account_digest = 'x' WHERE number = '{number}'"),
        ("the claim's stage", "UPDATE claim SET stage = 'finance_payout' WHERE number = '{number}'"),
        ("the claim's date", "UPDATE claim SET dated_on = '2024-01-01' WHERE number = '{number}'"),
        ("the claim's version", "UPDATE claim SET version = version + 1 WHERE number = '{number}'"),
        ("a number that has no events", "UPDATE claim SET number = 'SB-2025-9999' WHERE number = '{number}'"),
        ("a head", "UPDATE stream_head SET seq = seq - 1 WHERE stream = 'cycle/2025'"),
        ("a head away", "DELETE FROM stream_head WHERE stream = 'cycle/2025'"),
    ],
)  # fmt: skip
def test_what_is_changed_behind_the_desks_back_is_found(
    desk: Desk, number: str, what: str, statement: str
) -> None:
    assert found(desk) == []
    behind_the_desks_back(desk, statement.format(number=number))
    assert {stream for stream, _ in found(desk)} & {number, "cycle/2025", "elsewhere"}, what


def test_a_changed_event_is_named_once_at_its_place(desk: Desk, number: str) -> None:
    behind_the_desks_back(desk, f"UPDATE event SET reason = 'altered' WHERE stream = '{number}' AND seq = 3")
    assert found(desk) == [(number, 3)]


def test_a_chain_forged_as_a_whole_is_found_by_the_seal(desk: Desk, number: str) -> None:
    with desk.transaction() as tx:
        seal(tx)
        kept = checkpoint(tx)
    _forge(desk, number)
    assert found(desk) == [("checkpoint", 1)]
    with desk.transaction() as tx:
        add_draft(tx)
        seal(tx)
    assert found(desk) == [("checkpoint", 1)], "no later seal covers it up"
    assert found(desk, kept)[0][0] == number, "and a checkpoint kept elsewhere names the chain"


def _forge(desk: Desk, number: str) -> None:
    """Rewrite the last event of a chain with everything that hangs on it, as a careful forger would."""
    with desk.reading() as tx:
        line = [json.loads(each) for each in export_lines(tx)]
    last = [each for each in line if each["stream"] == number][-1]
    body = {name: value for name, value in last.items() if name != "hash"} | {"actor": "nobody"}
    digest = chained(**body).hash
    behind_the_desks_back(
        desk,
        f"UPDATE event SET actor = 'nobody', hash = '{digest}' WHERE stream = '{number}' AND seq = {last['seq']}",
        f"UPDATE claim SET last_hash = '{digest}' WHERE number = '{number}'",
    )


# Seals


def test_seals_follow_from_each_other_and_stay_true_while_the_desk_works_on(desk: Desk, number: str) -> None:
    for _ in range(3):
        with desk.transaction() as tx:
            seal(tx)
        with desk.transaction() as tx:
            add_draft(tx)
    assert found(desk) == []
    with desk.reading() as tx:
        seals = tx.session.scalars(select(Checkpoint).order_by(Checkpoint.id)).all()
        assert [each.previous_root for each in seals[1:]] == [each.root for each in seals[:-1]]
        assert [each.events for each in seals] == sorted({each.events for each in seals})
    behind_the_desks_back(desk, "DELETE FROM checkpoint WHERE id = 2")
    assert found(desk) == [("checkpoint", 3)]


def test_a_seal_reads_only_what_was_written_since_the_one_before(sqlite_desk: Desk) -> None:
    with sqlite_desk.transaction() as tx:
        bring_to(tx, Stage.COORDINATION_APPROVAL)
        first = seal(tx)
        add_draft(tx)
        read: list[Any] = []
        listen(sqlite_desk.engine, "before_cursor_execute", lambda *call: read.append(call[2:4]))
        second = seal(tx)
    assert (second.since, second.events - first.events, second.streams - first.streams) == (
        first.last_event,
        1,
        1,
    )
    of_events = [values for statement, values in read if "FROM event" in statement]
    assert of_events == [(first.last_event,)]


def test_seals_of_the_form_before_stay_good(desk: Desk, number: str) -> None:
    """They were over the heads of all chains; the last of them is held against the events as it was."""
    with desk.transaction() as tx:
        older = seal(tx)
        approve(tx, number)
        tx.session.add(_over_all_chains(tx, older))
    with desk.transaction() as tx:
        add_draft(tx)
        seal(tx)
    assert found(desk) == []
    _forge(desk, number)
    assert found(desk) == [("checkpoint", 2)]


def _over_all_chains(tx: Tx, before: Checkpoint) -> Checkpoint:
    kept = checkpoint(tx)
    heads = {stream: (seq, digest) for stream, (seq, digest) in kept["heads"].items()}
    return Checkpoint(
        sealed_at=tx.now,
        streams=kept["streams"],
        events=kept["events"],
        last_event=tx.session.scalars(select(func.max(EventRow.id))).one(),
        root=script.root_of(heads, before.root),
        previous_root=before.root,
    )


def test_a_checkpoint_finds_events_cut_off_with_everything_that_told_of_them(desk: Desk, number: str) -> None:
    with desk.reading() as tx:
        kept = checkpoint(tx)
        lines = [json.loads(each) for each in export_lines(tx)]
    last, before = (each for each in reversed([line for line in lines if line["stream"] == number][-2:]))
    behind_the_desks_back(
        desk,
        f"DELETE FROM owed_letters WHERE event_id = (SELECT max(id) FROM event WHERE stream = '{number}')",
        f"DELETE FROM event WHERE stream = '{number}' AND seq = {last['seq']}",
        f"UPDATE claim SET version = {before['seq']}, last_hash = '{before['hash']}', stage = '{before['target']}', "
        f"proposed_yuan = NULL WHERE number = '{number}'",
    )
    assert found(desk) == [], "nothing inside the desk tells of it"
    assert found(desk, kept) == [(number, last["seq"])]


def test_what_is_no_checkpoint_is_refused(desk: Desk) -> None:
    for wrong in ({}, {"format": "jiangbu-checkpoint-1", "root": "", "heads": {"a": 1}}, {"heads": []}):
        with desk.reading() as tx, pytest.raises(ValueError, match="checkpoint"):
            verify(tx, wrong)


# The outsider's script


@dataclass
class Export:
    folder: Path
    lines: list[str]
    checkpoint: dict[str, Any]

    def verify(
        self, alter: Callable[["Export"], None] = lambda _export: None
    ) -> subprocess.CompletedProcess[str]:
        """Run the script on the export, altered."""
        alter(self)
        (self.folder / "export.jsonl").write_text(
            "".join(f"{each}\n" for each in self.lines), encoding="utf-8"
        )
        (self.folder / "checkpoint.json").write_text(json.dumps(self.checkpoint), encoding="utf-8")
        command = [sys.executable, "-I", script.__file__, "export.jsonl", "checkpoint.json"]
        return subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)


@pytest.fixture
def export(sqlite_desk: Desk, tmp_path: Path) -> Export:
    with sqlite_desk.transaction() as tx:
        bring_to(tx, Stage.COORDINATION_APPROVAL)
    with sqlite_desk.reading() as tx:
        return Export(tmp_path, list(export_lines(tx)), checkpoint(tx))


def test_the_script_needs_nothing_but_python_and_agrees(export: Export) -> None:
    ran = export.verify()
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("完好 / ok")
    assert f"{len(export.lines)} events" in ran.stdout


def _alter_content(export: Export) -> None:
    export.lines[0] = export.lines[0].replace("林某", "").replace('"lin"', '"he"')


def _remove_one(export: Export) -> None:
    del export.lines[1]


def _double_one(export: Export) -> None:
    export.lines.insert(1, export.lines[1])


def _swap_two(export: Export) -> None:
    export.lines[1], export.lines[2] = export.lines[2], export.lines[1]


def _cut_the_end(export: Export) -> None:
    number = json.loads(export.lines[0])["stream"]
    last = max(place for place, line in enumerate(export.lines) if json.loads(line)["stream"] == number)
    del export.lines[last]


def _alter_the_checkpoint(export: Export) -> None:
    export.checkpoint["heads"].popitem()


@pytest.mark.parametrize(
    "alter", [_alter_content, _remove_one, _double_one, _swap_two, _cut_the_end, _alter_the_checkpoint]
)
def test_the_script_names_what_is_wrong(export: Export, alter: Callable[[Export], None]) -> None:
    ran = export.verify(alter)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "NOT OK" in ran.stdout


@pytest.mark.parametrize(
    "line",
    ["", "[]", "{}", "null", '{"stream":1}', "[" * 100_000, '{"seq":1.0}', '{"a":1,"a":2}'],
)
def test_the_script_refuses_what_is_no_export(export: Export, line: str) -> None:
    ran = export.verify(lambda each: each.lines.append(line))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert f"line {len(export.lines)}" in ran.stderr


def test_the_script_says_how_it_is_used() -> None:
    ran = subprocess.run([sys.executable, "-I", script.__file__], capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert "EXPORT [CHECKPOINT]" in ran.stderr


def test_the_script_is_a_second_opinion_on_the_form_of_events() -> None:
    body = {
        "stream": "SB-2025-0001", "seq": 1, "trigger": "file", "source": None, "target": "draft", "actor": "林",
        "role": "applicant", "at": "2025-03-10T09:30:00.000000+08:00", "reason": "“引号”\n", "data": {"b": [1], "a": None},
        "previous_hash": "0" * 64,
    }  # fmt: skip
    assert script.digest_of(body) == chained(**body).hash
