"""The desk is one command: it comes up in order, stays up, and leaves nothing behind when it goes."""

import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from desks import StandInDesk, alive, free_port, until

from flows import children
from flows.children import Child, Ward, delay

pytestmark = pytest.mark.slow

Start = Callable[..., StandInDesk]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    desks: list[StandInDesk] = []

    def start_one(port: int | None = None, **manners: str) -> StandInDesk:
        desks.append(StandInDesk.start(tmp_path / "home", port or free_port(), manners))
        return desks[-1]

    yield start_one
    for desk in desks:
        if desk.process.poll() is None:
            desk.stop()
        desk.end_leftovers()


def test_the_runner_starts_once_prefect_answers_and_people_hear_of_it_when_all_is_up(start: Start) -> None:
    desk = start().ready()
    journal = desk.journal()
    assert journal.index("prefect healthy") < journal.index("runner started")
    assert "web healthy" in journal
    assert desk.said().splitlines()[0] == "prepared"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_stops_dependents_first_and_leaves_no_process(start: Start, number: int) -> None:
    desk = start(runner="parent").ready()
    run = desk.run()
    assert desk.stop(number) == 0
    journal = desk.journal()
    assert journal.index("runner stopping") < journal.index("prefect stopping")
    assert "web stopping" in journal
    assert not [pid for pid in (*desk.everyone(), run) if alive(pid)]


def test_children_that_will_not_stop_are_ended_within_ten_seconds(start: Start) -> None:
    desk = start(web="stubborn", prefect="stubborn", runner="stubborn").ready()
    before = time.monotonic()
    assert desk.stop() == 0
    assert time.monotonic() - before < 10
    assert not [pid for pid in desk.everyone() if alive(pid)]


@pytest.mark.parametrize("name", ["web", "prefect", "runner"])
def test_a_killed_child_is_started_again_and_the_others_stay(start: Start, name: str) -> None:
    desk = start().ready()
    os.kill(desk.pids(name)[0], signal.SIGKILL)
    until(lambda: len(desk.pids(name)) == 2)
    assert [len(desk.pids(each)) for each in ("web", "prefect", "runner") if each != name] == [1, 1]
    assert "log" in desk.said()
    assert name in desk.said()


def test_what_a_killed_runner_left_running_is_ended_before_the_next_one_starts(start: Start) -> None:
    desk = start(runner="parent").ready()
    run = desk.run()
    os.kill(desk.pids("runner")[0], signal.SIGKILL)
    until(lambda: len(desk.pids("runner")) == 2)
    assert not alive(run)


def test_when_the_desk_itself_is_killed_everything_under_it_ends(start: Start) -> None:
    desk = start(runner="parent").ready()
    run = desk.run()
    time.sleep(0.5)  # the run ties its bond when its own code begins
    desk.process.kill()
    desk.process.wait()
    until(lambda: not [pid for pid in (*desk.everyone(), run) if alive(pid)], seconds=3)


def test_after_any_end_it_can_be_started_again_at_the_same_addresses(start: Start) -> None:
    port = free_port()
    first = start(port).ready()
    said = first.said().splitlines()[-1]
    first.process.kill()
    first.process.wait()
    (first.home / "said").unlink()
    assert start(port).ready().said().splitlines()[-1] == said


def test_a_second_desk_on_the_same_folder_is_refused_and_told_who_holds_it(start: Start) -> None:
    first = start().ready()
    second = start()
    assert second.process.wait(10) == 3
    assert f"pid {first.process.pid}" in second.said()
    assert len(first.pids("web")) == 1


def test_a_taken_web_port_is_refused_before_anything_starts(start: Start) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        desk = start(other.getsockname()[1])
        assert desk.process.wait(10) == 3
    assert "--port" in desk.said()
    assert "prepared" not in desk.said()
    assert desk.journal() == []


def test_a_child_that_cannot_start_ends_the_attempt_and_its_log_is_named(start: Start) -> None:
    desk = start(web="broken")
    assert desk.process.wait(20) == 3
    assert f"{desk.home / 'log' / 'web.log'} says why" in desk.said()
    assert "no such module" in (desk.home / "log" / "web.log").read_text()
    assert not [pid for pid in desk.everyone() if alive(pid)]


def test_a_log_that_has_grown_large_is_cut_while_its_child_goes_on_writing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(children, "_LOG_BYTES", 1000)
    loop = "import time\nwhile True: print('x' * 99, flush=True); time.sleep(0.01)"
    ward = Ward(Child("loud", (sys.executable, "-c", loop), os.environ), tmp_path / "log" / "loud.log")
    ward.start()
    try:
        until(lambda: ward.log.stat().st_size > 1000)
        ward.trim_log()
        old = ward.log.with_suffix(".old.log")
        assert old.stat().st_size > 1000
        until(lambda: 0 < ward.log.stat().st_size < 1000)
        assert not ward.log.read_bytes().startswith(b"\0"), "it writes at the new end, not at the old place"
    finally:
        ward.kill()
        until(lambda: ward.ended() is not None)


def test_restarts_come_slower_and_slower_up_to_a_minute() -> None:
    assert [delay(failures) for failures in (0, 1, 2, 3, 4, 20)] == [0, 1, 2, 4, 8, 60]


def test_logs_are_for_the_owner_alone(start: Start) -> None:
    desk = start().ready()
    assert (desk.home / "log" / "web.log").stat().st_mode & 0o077 == 0
