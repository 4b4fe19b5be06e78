"""Long lists, a page at a time: nothing twice, nothing passed over, whatever comes in meanwhile."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import world
from fastapi import FastAPI
from programs import Program, program

from claims.desk import Desk
from notifications.round import run_round
from states.stages import Stage
from web.api.app import PREFIX
from web.app import create_app


def pages(caller: Program, path: str) -> Iterator[list[dict[str, Any]]]:
    """The pages of a list, each asked for only when it is wanted."""
    following: str | None = path
    while following is not None:
        answer = caller.call("GET", following)
        assert answer.status_code == 200, answer.text
        yield answer.json()
        link = answer.headers.get("link")
        found = re.fullmatch(r'<([^>]+)>; rel="next"', link) if link else None
        following = found[1].removeprefix(PREFIX) if found else None


def test_pages_go_on_where_they_ended_while_claims_come_in(desk: Desk) -> None:
    app = create_app(desk)
    with desk.transaction() as tx:
        before = [world.add_draft(tx) for _ in range(5)]
    li = program(app, desk, "li")
    seen, came_in = [], []
    for page in pages(li, "/claims?limit=2"):
        assert len(page) <= 2
        seen += [each["number"] for each in page]
        if len(came_in) < 2:
            with desk.transaction() as tx:
                came_in.append(world.add_draft(tx))
    assert seen == [*before, *came_in]


def test_the_last_page_leads_nowhere(desk: Desk) -> None:
    li = program(create_app(desk), desk, "li")
    assert list(pages(li, "/claims")) == [[]]
    with desk.transaction() as tx:
        for _ in range(2):
            world.add_draft(tx)
    assert [len(page) for page in pages(li, "/claims?limit=2")] == [2]
    assert [len(page) for page in pages(li, "/claims?limit=1")] == [1, 1]


def test_letters_slots_and_awards_come_in_pages_too(app: FastAPI, rehearsal_desk: Desk) -> None:
    with rehearsal_desk.transaction() as tx:
        for _ in range(3):
            world.bring_to(tx, Stage.DEPARTMENT_CHECK)
    run_round(rehearsal_desk)
    guo = program(app, rehearsal_desk, "guo")
    for path, key in (("/notices", "id"), ("/due", "slot"), ("/register", "claim")):
        whole = [each[key] for each in guo.get(f"{path}?limit=200")]
        assert [each[key] for page in pages(guo, f"{path}?limit=1") for each in page] == whole
        assert path == "/register" or len(whole) > 3
    due = guo.get("/due")
    assert [each["due_at"] for each in due] == sorted(each["due_at"] for each in due)
    assert guo.get("/due?until=2025-02-28") == [each for each in due if each["due_at"] < "2025-03-01"]
    assert guo.refused("GET", "/due?cursor=no-such-slot") == (422, "bad_value")


@pytest.mark.parametrize("limit", ["0", "201", "-1", "many", "1e3"])
def test_a_page_holds_up_to_200_rows(app: FastAPI, rehearsal_desk: Desk, limit: str) -> None:
    li = program(app, rehearsal_desk, "li")
    assert li.refused("GET", f"/claims?limit={limit}") == (422, "invalid_request")
    assert li.get("/claims?limit=200") == []


def test_lists_can_be_narrowed_as_pages_and_commands_do(app: FastAPI, rehearsal_desk: Desk) -> None:
    with rehearsal_desk.transaction() as tx:
        mussel = world.add_draft(tx, world.FORM)
        group = world.bring_to(tx, Stage.SUBMITTED, world.another_form(title="嵊泗海钓 50% 规范"))
    sun = program(app, rehearsal_desk, "sun")

    def found(query: str) -> list[str]:
        return [each["number"] for each in sun.get(f"/claims?{query}")]

    assert found("") == [mussel, group]
    assert found("stage=submitted") == [group]
    assert found("waiting=true") == [group]
    assert found("item=lead-group&cycle=2025") == [group]
    assert found("cycle=2024") == []
    assert found(f"township={quote('菜园镇')}") == [mussel, group]
    assert found(f"q={quote('贻贝苗种')}") == [mussel]
    assert found(f"q={quote('50%')}") == [group]
    assert found(f"q={quote('%')}&limit=1") == [group]
    assert found("overdue=true") == []
    assert sun.refused("GET", "/claims?stage=nowhere") == (422, "invalid_request")


def test_everybody_finds_their_own_claims_and_no_others(app: FastAPI, rehearsal_desk: Desk) -> None:
    with rehearsal_desk.transaction() as tx:
        number = world.bring_to(tx, Stage.DEPARTMENT_CHECK)
    sees = {
        name
        for name in world.PEOPLE
        if [each["number"] for each in program(app, rehearsal_desk, name).get("/claims")] == [number]
    }
    assert sees == set(world.PEOPLE) - {"he", "wu", "zhao"}
