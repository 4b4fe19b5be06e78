"""What programs do around the claims: plan a year, hold a meeting, put a duty into a colleague's hands, settle doubts."""

from typing import Any

import pytest
import world
from fastapi import FastAPI
from programs import Program, program
from sqlalchemy import update
from test_office_pages import at_payout

from claims.desk import Desk
from claims.letters.outbox import LetterStatus
from claims.models import Letter, PayoutLine
from notifications.round import run_round
from states.stages import Stage

VOTE = {"held_on": "2025-03-10", "present": 7, "in_favour": 6, "against": 0, "abstained": 1}


@pytest.fixture
def programs(app: FastAPI, rehearsal_desk: Desk) -> dict[str, Program]:
    return {name: program(app, rehearsal_desk, name) for name in world.PEOPLE}


def test_a_year_is_planned_once_and_its_budget_can_grow(programs: dict[str, Program]) -> None:
    plan: dict[str, Any] = {"opens_on": "2026-03-02", "deadline_on": "2026-04-30", "budget_yuan": 2_000_000}
    planned = programs["guo"].post("/cycles/2026/plan", plan)
    assert (planned["status"], planned["deadline_on"]) == ("planned", "2026-04-30")
    again = programs["xu"].post("/cycles/2026/plan", {**plan, "budget_yuan": 3_000_000})
    assert again["budget_yuan"] == again["balances"]["available"] == 3_000_000
    assert programs["guo"].get("/cycles/2026") == again
    fixed = {**plan, "opens_on": "2025-03-03"}
    assert programs["guo"].refused("POST", "/cycles/2025/plan", fixed) == (409, "cycle_fixed")


def test_a_meeting_is_called_held_and_carried_out(programs: dict[str, Program], rehearsal_desk: Desk) -> None:
    with rehearsal_desk.transaction() as tx:
        number = world.bring_to(tx, Stage.COORDINATION_APPROVAL)
    xu = programs["xu"]
    sitting = {"held_on": "2025-03-14", "begins": "9:30", "place": "三楼会议室"}
    agenda = xu.post("/cycles/2025/sitting", sitting)
    assert [(each["claim"], each["running_yuan"]) for each in agenda["items"]] == [(number, 100_000)]
    assert programs["tang"].get("/cycles/2025/agenda") == agenda
    assert xu.refused("GET", f"/resolutions/{world.MINUTES}/vote") == (404, "not_found")
    lost = {**VOTE, "resolution": world.MINUTES, "in_favour": 3, "against": 3}
    assert xu.refused("POST", "/cycles/2025/votes", lost)[1] == "not_carried"
    recorded = xu.post("/cycles/2025/votes", {**VOTE, "resolution": world.MINUTES})
    assert recorded == {**VOTE, "recorded_by": "xu"} == xu.get(f"/resolutions/{world.MINUTES}/vote")
    (done,) = xu.post(
        "/claims/actions", {"trigger": "approve", "numbers": [number], "resolution": world.MINUTES}
    )
    assert done["outcome"] == "done"
    assert xu.get("/cycles/2025/agenda")["waiting"] == 0


def test_whoever_must_stand_aside_is_named_on_the_agenda(
    programs: dict[str, Program], rehearsal_desk: Desk
) -> None:
    with rehearsal_desk.transaction() as tx:
        number = world.bring_to(tx, Stage.COORDINATION_APPROVAL, world.FORM)
    programs["xu"].post(f"/claims/{number}/interest", {"reason": "亲属任职"})
    (item,) = programs["xu"].get("/cycles/2025/agenda")["items"]
    assert [(each["name"], each["code"]) for each in item["recusals"]] == [("xu", "declared_conflict")]


def test_an_absence_is_recorded_and_called_off(programs: dict[str, Program]) -> None:
    away = {"absent": "feng", "stand_in": "deng", "role": "finance", "reason": "休假"}
    away |= {"from_on": "2025-03-12", "to_on": "2025-03-14"}
    assert programs["guo"].refused("POST", "/absences", away)[1] == "cannot_stand_in"
    programs["guo"].post("/users/deng/roles/finance/removal")
    recorded = programs["guo"].call("POST", "/absences", away).json()
    assert (recorded["state"], recorded["stand_in"]) == ("coming", "deng")
    (ended,) = programs["guo"].post(f"/absences/{recorded['id']}/end")
    assert ended == {**recorded, "state": "ended"} == programs["guo"].get("/absences")[0]


def test_an_account_that_is_closed_calls_nothing_until_it_is_opened_again(
    programs: dict[str, Program],
) -> None:
    assert programs["guo"].post("/users/li/deactivation")["active"] is False
    assert programs["li"].refused("GET", "/me") == (401, "not_signed_in")
    assert programs["guo"].post("/users/li/reactivation")["roles"] == ["reviewer"]
    assert programs["li"].get("/me")["name"] == "li"
    assert programs["guo"].refused("POST", "/users/guo/deactivation")[1] == "own_account"
    assert programs["guo"].refused("POST", "/users/nobody/deactivation") == (404, "unknown_user")


def test_what_was_found_about_a_paper_is_noted(programs: dict[str, Program], under_review: str) -> None:
    verdict = {"kind": "standard_text", "verdict": "doubtful", "note": "排名待核。"}
    found = programs["li"].post(f"/claims/{under_review}/examination", verdict)
    assert (found["by"], found["verdict"], found["stale"]) == ("li", "doubtful", False)
    assert programs["sun"].refused("POST", f"/claims/{under_review}/examination", verdict)[0] == 403
    assert programs["qian"].refused("POST", "/claims/SB-2025-7777/examination", verdict)[0] == 404


def test_a_payment_that_was_unknown_is_settled_by_the_banks_word(
    programs: dict[str, Program], rehearsal_desk: Desk
) -> None:
    (number,) = at_payout(rehearsal_desk)
    batch = programs["feng"].post("/payouts", {"cycle": 2025})["batch"]
    programs["deng"].post(f"/payouts/{batch}/release")
    said = {"claim": number, "outcome": "paid", "reason": "银行复函〔2025〕12号"}
    assert programs["deng"].refused("POST", f"/payouts/{batch}/unknown", said)[1] == "not_unknown"
    with rehearsal_desk.transaction() as tx:
        tx.session.execute(update(PayoutLine).values(outcome="unknown"))
    assert programs["deng"].post(f"/payouts/{batch}/unknown", said)["outcomes"]["paid"] == 1


def test_letters_are_confirmed_by_whom_they_went_to_and_held_ones_let_go(
    programs: dict[str, Program], rehearsal_desk: Desk
) -> None:
    with rehearsal_desk.transaction() as tx:
        world.bring_to(tx, Stage.DEPARTMENT_CHECK, world.FORM)
    run_round(rehearsal_desk)
    letter = next(each for each in programs["lin"].get("/notices") if each["kind"] == "receipt")
    receipt = programs["lin"].post(f"/notices/{letter['id']}/receipt")
    assert (receipt["letter"], receipt["by"]) == (letter["id"], "lin")
    assert programs["lin"].post(f"/notices/{letter['id']}/receipt") == receipt
    assert programs["he"].refused("POST", f"/notices/{letter['id']}/receipt")[0] in {403, 404}
    with rehearsal_desk.transaction() as tx:
        tx.session.execute(
            update(Letter).where(Letter.kind == "receipt").values(status=str(LetterStatus.HELD))
        )
    (held,) = programs["guo"].get("/notices/held")
    assert (held["kind"], held["count"]) == ("receipt", 1)
    released = programs["guo"].post("/notices/held/receipt/release", {"reason": "已核实。"})
    assert released == {"kind": "receipt", "letters": 1}
    assert (
        programs["guo"].refused("POST", "/notices/held/receipt/discard", {"reason": "x"})[1] == "nothing_held"
    )
