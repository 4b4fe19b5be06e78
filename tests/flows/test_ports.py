"""Prefect's port is found, and stays: bookmarks survive a restart."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from desks import free_port

from flows import ports
from flows.errors import CannotStart
from flows.ports import remembered_port


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_the_port_of_last_time_is_taken_again(tmp_path: Path) -> None:
    memory = tmp_path / "prefect" / "port"
    first = remembered_port(memory, avoid=8000)
    memory.write_text(f"{(last := free_port())}\n")
    assert first in range(4200, 4300)
    assert remembered_port(memory, avoid=8000) == last


def test_a_port_that_someone_took_meanwhile_is_given_up(tmp_path: Path, taken: int) -> None:
    memory = tmp_path / "port"
    memory.write_text(f"{taken}\n")
    found = remembered_port(memory, avoid=8000)
    assert found != taken
    assert int(memory.read_text()) == found


def test_the_webs_own_port_is_never_given_to_prefect(tmp_path: Path) -> None:
    memory = tmp_path / "port"
    memory.write_text(f"{(wanted := free_port())}\n")
    assert remembered_port(memory, avoid=wanted) != wanted


def test_when_no_port_is_left_the_message_says_which_to_free(
    tmp_path: Path,
    taken: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ports, "_FIRST_CHOICES", range(taken, taken + 1))
    with pytest.raises(CannotStart, match=str(taken)):
        remembered_port(tmp_path / "port", avoid=8000)
