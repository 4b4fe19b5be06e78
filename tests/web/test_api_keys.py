"""The same request again gets the first answer and changes nothing: after a lost answer, twice at once, after a crash."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

import httpx
import pytest
import world
from programs import Program, program

from claims import clock, idempotency
from claims.desk import Desk
from claims.facts import load_claim
from claims.models import AnsweredRequest
from claims.reading.queries import history_json
from states.stages import Stage
from web.app import create_app

KEY = "5b0f3f0e-1d2c-4c7e-9d3f-2f6f1c1f0a11"
DRAFT = {"trigger": "submit"}


@pytest.fixture
def number(desk: Desk) -> str:
    """A draft that may be submitted."""
    with desk.transaction() as tx:
        made = world.add_draft(tx)
        world.add_papers(tx, made)
        return made


@pytest.fixture
def lin(desk: Desk) -> Program:
    return program(create_app(desk), desk, "lin")


def triggers(desk: Desk, number: str) -> list[str]:
    with desk.reading() as tx:
        return [each["trigger"] for each in history_json(tx, number)]


def test_the_same_request_again_gets_the_first_answer_and_changes_nothing(
    desk: Desk, lin: Program, number: str
) -> None:
    first = lin.call("POST", f"/claims/{number}/actions", DRAFT, key=KEY)
    events = triggers(desk, number)
    again = lin.call("POST", f"/claims/{number}/actions", DRAFT, key=KEY)
    assert (again.status_code, again.text) == (first.status_code, first.text)
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert triggers(desk, number) == events


def test_a_claim_filed_twice_under_one_key_is_one_claim(desk: Desk, lin: Program) -> None:
    from test_api_journey import new_claim

    first, again = (lin.call("POST", "/claims", new_claim(), key=KEY) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.headers["location"] == again.headers["location"]
    assert first.json() == again.json()
    assert len(lin.get("/claims")) == 1


def test_a_paper_sent_twice_is_the_same_request_whatever_parts_it_came_in(
    desk: Desk, lin: Program, number: str
) -> None:
    kind = lin.get(f"/claims/{number}")["evidence"][0]["kind"]
    first = lin.attach(number, kind, b"%PDF-1.7 new", key=KEY)
    assert lin.attach(number, kind, b"%PDF-1.7 new", key=KEY) == first
    other = {"data": {"kind": kind}, "files": {"file": ("b.pdf", b"%PDF-1.7 other", "application/pdf")}}
    refused = lin.refused("POST", f"/claims/{number}/evidence", key=KEY, **other)
    assert refused == (422, "idempotency_key_reused")


@pytest.mark.parametrize("body", [{"trigger": "withdraw"}, {"trigger": "submit", "reason": "r"}])
def test_a_key_stands_for_one_request_only(
    desk: Desk, lin: Program, number: str, body: dict[str, str]
) -> None:
    lin.post(f"/claims/{number}/actions", DRAFT, key=KEY)
    events = triggers(desk, number)
    assert lin.refused("POST", f"/claims/{number}/actions", body, key=KEY) == (
        422,
        "idempotency_key_reused",
    )
    assert lin.refused("POST", "/claims/SB-2025-0099/actions", DRAFT, key=KEY)[1] == "idempotency_key_reused"
    assert triggers(desk, number) == events


def test_everybody_has_keys_of_their_own(desk: Desk, lin: Program, number: str) -> None:
    lin.post(f"/claims/{number}/actions", DRAFT, key=KEY)
    he = program(create_app(desk), desk, "he")
    assert he.refused("POST", f"/claims/{number}/actions", DRAFT, key=KEY) == (404, "unknown_claim")


def test_a_refusal_is_an_answer_too(desk: Desk, lin: Program) -> None:
    """Otherwise a request whose answer was lost might be carried out long after it was refused."""
    with desk.transaction() as tx:
        number = world.add_draft(tx)
    path = f"/claims/{number}/actions"
    first = lin.call("POST", path, DRAFT, key=KEY)
    assert first.json()["code"] == "evidence_missing"
    with desk.transaction() as tx:
        world.add_papers(tx, number)
    again = lin.call("POST", path, DRAFT, key=KEY)
    assert (again.status_code, again.text) == (first.status_code, first.text)
    assert again.headers["content-type"] == "application/problem+json"
    assert lin.post(path, DRAFT, key="another")["stage"] == "submitted"


def test_what_was_refused_has_written_nothing_but_the_refusal(desk: Desk, lin: Program, number: str) -> None:
    before = triggers(desk, number)
    order = {"trigger": "submit", "version": 1}
    assert lin.refused("POST", f"/claims/{number}/actions", order, key=KEY) == (409, "version_conflict")
    assert triggers(desk, number) == before


@pytest.mark.parametrize("key", ["", " ", "a b", "键", "x" * 256])
def test_a_key_is_a_word_of_up_to_255_signs(lin: Program, number: str, key: str) -> None:
    headers = [(b"Idempotency-Key", key.encode())]
    answer = lin.client.request(
        "POST", f"/api/v1/claims/{number}/actions", json=DRAFT, headers=httpx.Headers(headers)
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


def test_without_a_key_each_request_stands_for_itself(desk: Desk, lin: Program, number: str) -> None:
    lin.post(f"/claims/{number}/actions", DRAFT)
    assert lin.refused("POST", f"/claims/{number}/actions", DRAFT) == (409, "wrong_stage")


def test_an_answer_is_kept_sealed(desk: Desk, lin: Program, number: str) -> None:
    """It holds how people are reached, and for a new user the password."""
    lin.post(f"/claims/{number}/actions", DRAFT, key=KEY)
    with desk.reading() as tx:
        (row,) = tx.session.query(AnsweredRequest).all()
        assert row.answer is not None
        assert number not in row.answer
        assert KEY not in row.key
        assert number in desk.vault.open(row.answer)


# Two at once


@contextmanager
def held_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Event, Event]]:
    """The first decision waits before its answer is kept: (it has come there, let it go on)."""
    there, go_on, keep = Event(), Event(), idempotency._keep

    def wait(*args: Any) -> bool:
        if not there.is_set():
            there.set()
            assert go_on.wait(20)
        return keep(*args)

    with monkeypatch.context() as patch:
        patch.setattr(idempotency, "_keep", wait)
        yield there, go_on


class Calling:
    """A call in a thread of its own, at the same moment as its maker."""

    def __init__(self, caller: Program, path: str, body: Any) -> None:
        self._work = (caller, path, body)
        self.answer: httpx.Response | None = None
        self.thread = Thread(target=self._call, daemon=True)
        self.thread.start()

    def _call(self) -> None:
        caller, path, body = self._work
        with clock.standing_at(world.MORNING):
            self.answer = caller.call("POST", path, body, key=KEY)

    def ended(self) -> httpx.Response:
        self.thread.join(30)
        assert self.answer is not None
        return self.answer


def test_of_two_at_once_the_second_waits_and_gets_the_first_ones_answer(
    desk: Desk, lin: Program, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/claims/{number}/actions"
    with held_up(monkeypatch) as (there, go_on):
        first = Calling(lin, path, DRAFT)
        assert there.wait(20)
        second = Calling(lin, path, DRAFT)
        second.thread.join(0.5)
        assert second.thread.is_alive()
        go_on.set()
        answers = [first.ended(), second.ended()]
    assert [each.status_code for each in answers] == [200, 200]
    assert answers[0].text == answers[1].text
    assert [each.headers.get("idempotent-replayed") for each in answers] == [None, "true"]
    assert triggers(desk, number).count("submit") == 1


def test_where_the_first_of_two_breaks_down_the_second_decides(
    desk: Desk, lin: Program, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, broken = idempotency._keep, []

    def break_once(*args: Any) -> bool:
        if not broken:
            broken.append(True)
            raise RuntimeError("the power went")
        return keep(*args)

    monkeypatch.setattr(idempotency, "_keep", break_once)
    path = f"/claims/{number}/actions"
    assert lin.refused("POST", path, DRAFT, key=KEY) == (500, "internal_error")
    assert "submit" not in triggers(desk, number)
    assert lin.post(path, DRAFT, key=KEY)["stage"] == "submitted"
    assert lin.post(path, DRAFT, key=KEY)["stage"] == "submitted"
    assert triggers(desk, number).count("submit") == 1


def test_work_on_many_claims_under_one_key_is_done_by_one_at_a_time(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sun = program(create_app(desk), desk, "sun")
    with desk.transaction() as tx:
        numbers = [world.bring_to(tx, Stage.SUBMITTED) for _ in range(2)]
    order = {"trigger": "accept", "numbers": numbers}
    with held_up(monkeypatch) as (there, go_on):
        first = Calling(sun, "/claims/actions", order)
        assert there.wait(20)
        if desk.engine.dialect.name == "postgresql":
            # On SQLite everybody waits for the writer under way.
            answer = sun.call("POST", "/claims/actions", order, key=KEY)
            assert (answer.status_code, answer.json()["code"]) == (409, "request_in_progress")
            assert answer.headers["retry-after"]
        go_on.set()
        assert [each["outcome"] for each in first.ended().json()] == ["done", "done"]
    again = sun.call("POST", "/claims/actions", order, key=KEY)
    assert [each["outcome"] for each in again.json()] == ["done", "done"]
    with desk.reading() as tx:
        assert {load_claim(tx, each).stage for each in numbers} == {Stage.DEPARTMENT_CHECK}
