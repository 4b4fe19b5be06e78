"""A claim's whole way by programs alone, each answer as described; and what else the pages can do."""

import io

import openpyxl
import pytest
import world
from fastapi import FastAPI
from programs import Program, program

from claims import clock
from claims.desk import Desk
from claims.models import Claim
from notifications.round import run_round
from states.stages import Stage
from web.app import create_app

BANK = {"content-type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
AFTER_THE_NOTICE = world.MORNING.replace(day=19)


@pytest.fixture
def programs(desk: Desk) -> dict[str, Program]:
    """A program for everybody, on either database."""
    app = create_app(desk)
    return {name: program(app, desk, name) for name in world.PEOPLE}


def new_claim(**changes: object) -> dict[str, object]:
    """The world's form as a program sends it."""
    form = {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in ((each, getattr(world.FORM, each)) for each in world.FORM.__slots__)
    }
    return {"cycle": world.YEAR, **form, "drafters": list(world.FORM.drafters), **changes}


def filed(lin: Program) -> str:
    answer = lin.call("POST", "/claims", new_claim())
    assert answer.status_code == 201, answer.text
    number = str(answer.json()["number"])
    assert answer.headers["location"] == f"/api/v1/claims/{number}"
    for kind in [each["kind"] for each in answer.json()["evidence"] if each["required"]]:
        claim = lin.attach(number, kind, world.a_paper(kind))
    assert claim["actions"] == ["submit", "withdraw"]
    return number


def test_a_claim_goes_from_filing_to_payment_by_programs_alone(
    desk: Desk, programs: dict[str, Program]
) -> None:
    number = filed(programs["lin"])
    acting, minutes = f"/claims/{number}/actions", "舟标议〔2025〕1/甲号"
    for name, order in (
        ("lin", {"trigger": "submit"}),
        ("sun", {"trigger": "return_for_correction", "missing": ["rank"], "reason": "请核对排名。"}),
    ):
        claim = programs[name].post(acting, order)
    fixed = {"changes": {"remark": "排名已核对"}, "version": claim["version"]}
    claim = programs["lin"].post(f"/claims/{number}/corrections", fixed)
    assert claim["remark"] == "排名已核对"
    assert claim["standard"]["rank"] == 1
    for name, order in (
        ("lin", {"trigger": "resubmit"}),
        ("sun", {"trigger": "accept"}),
        ("qian", {"trigger": "clear"}),
        ("li", {"trigger": "endorse"}),
        ("xu", {"trigger": "approve", "resolution": minutes}),
    ):
        claim = programs[name].post(acting, order)
    assert (claim["stage"], claim["amounts"]["granted_yuan"]) == ("public_notice", 100_000)
    (listed,) = programs["xu"].get("/resolutions")
    assert programs["xu"].get(f"/resolutions/{minutes}")["lines"][0]["claim"] == number
    published = programs["xu"].post(f"/resolutions/{minutes}/publication")
    assert (listed["sha256"], published["claims"], published["ends_on"]) == (None, 1, "2025-03-17")
    stated = {"by": "王某", "text": "请复核起草单位排名。"}
    objection = programs["he"].post(f"/claims/{number}/objections", stated)
    assert [each["by"] for each in programs["xu"].get("/objections")] == ["王某"]
    assert [each["by"] for each in programs["lin"].get("/objections")] == [None]
    answered = {"outcome": "dismissed", "reason": "经查前言，排名第一。"}
    programs["xu"].post(f"/objections/{objection['id']}/decision", answered)
    with clock.standing_at(AFTER_THE_NOTICE):
        run_round(desk)
        _pay(programs, number)
        claim = programs["lin"].get(f"/claims/{number}")
        assert (claim["stage"], claim["payments"][0]["outcome"]) == ("paid", "paid")
        history = programs["lin"].get(f"/claims/{number}/history")
        assert [each["seq"] for each in history] == list(range(1, len(history) + 1))
        assert programs["lin"].get(f"/claims/{number}/explanation")["quote"]["county_yuan"] == 100_000
        (entry,) = programs["wu"].get("/register")
        assert (entry["claim"], entry["county_yuan"], entry["is_standard"]) == (number, 100_000, True)
        run_round(desk)
        _read_on(programs, number)
    assert programs["tang"].get("/audit/verification")["problems"] == []


def _pay(programs: dict[str, Program], number: str) -> None:
    proposed = programs["feng"].call("POST", "/payouts", {"cycle": world.YEAR})
    batch = proposed.json()["batch"]
    assert proposed.headers["location"] == f"/api/v1/payouts/{batch}"
    assert programs["feng"].refused("POST", f"/payouts/{batch}/release") == (403, "same_releaser")
    assert programs["deng"].post(f"/payouts/{batch}/release")["total_yuan"] == 100_000
    (line,) = programs["tang"].get(f"/payouts/{batch}")["lines"]
    assert (line["claim"], line["account"]) == (number, "**** 9012")
    answer = _answered_by_bank(programs["feng"].call("GET", f"/payouts/{batch}/sheet").content)
    sent = {"files": {"file": ("answer.xlsx", answer)}}
    settled = programs["feng"].post(f"/payouts/{batch}/reconciliation", **sent)
    assert settled["paid"] == [number]
    assert programs["feng"].post(f"/payouts/{batch}/reconciliation", **sent)["unchanged"] == [number]
    assert [each["outcomes"]["paid"] for each in programs["guo"].get("/payouts?cycle=2025")] == [1]


def _answered_by_bank(content: bytes) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    headers = [cell.value for cell in sheet[1]]
    for column, value in (("结果", "成功"), ("失败原因", "")):
        place = headers.index(column) + 1 if column in headers else sheet.max_column + 1
        sheet.cell(1, place, column)
        sheet.cell(2, place, value)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def _read_on(programs: dict[str, Program], number: str) -> None:
    """Everything else that there is to look at, by those who may."""
    letters = programs["lin"].get(f"/notices?claim={number}")
    letter = programs["lin"].get(f"/notices/{letters[0]['id']}")
    assert letter["text"]
    assert programs["guo"].post(f"/notices/{letter['id']}/resend")["status"] == "queued"
    assert programs["he"].refused("GET", f"/notices/{letter['id']}") == (404, "unknown_letter")
    assert programs["guo"].get("/cycles")[0] == programs["zhou"].get("/cycles/2025")
    assert {each["outcome"] for each in programs["xu"].get("/due?until=2025-03-19")} >= {"done"}
    assert len(programs["zhao"].get("/policy/items")) == 26
    assert programs["tang"].get("/audit/checkpoint")["streams"] > 1
    lines = programs["tang"].call("GET", "/audit/events").text.splitlines()
    assert len(lines) == programs["tang"].get("/audit/verification")["events"]
    report = programs["guo"].call("GET", "/cycles/2025/report")
    assert report.headers["content-type"] == BANK["content-type"]
    assert report.headers["content-disposition"].startswith("attachment;")
    assert {each["name"] for each in programs["guo"].get("/users")} == set(world.PEOPLE)
    assert len(programs["lin"].get("/organisations")) > len(world.UNITS)


def test_a_paper_comes_back_as_it_was_sent_and_only_as_a_file(
    desk: Desk, programs: dict[str, Program]
) -> None:
    number = filed(programs["lin"])
    paper = next(
        each["files"][0] for each in programs["lin"].get(f"/claims/{number}")["evidence"] if each["files"]
    )
    kind = paper["name"].removesuffix(".pdf")
    answer = programs["zhou"].call("GET", f"/claims/{number}/evidence/{paper['sha256']}")
    assert answer.content == world.a_paper(kind)
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["content-security-policy"].endswith("sandbox")
    missing = f"/claims/{number}/evidence/{'0' * 64}"
    assert programs["zhou"].refused("GET", missing) == (404, "unknown_claim")


def test_many_claims_are_decided_at_once_with_a_result_for_each(
    desk: Desk, programs: dict[str, Program]
) -> None:
    with desk.transaction() as tx:
        numbers = [world.bring_to(tx, Stage.SUBMITTED) for _ in range(3)]
        draft = world.add_draft(tx)
    order = {"trigger": "accept", "numbers": [*numbers, draft, "SB-2025-9999"]}
    outcomes = programs["sun"].post("/claims/actions", order)
    assert [each["outcome"] for each in outcomes] == ["done"] * 3 + ["refused"] * 2
    assert [each["code"] for each in outcomes[3:]] == ["wrong_stage", "unknown_claim"]
    again = programs["sun"].post("/claims/actions", order)
    assert [each["outcome"] for each in again] == ["unchanged"] * 3 + ["refused"] * 2
    assert programs["sun"].refused("POST", "/claims/actions", {**order, "numbers": []})[0] == 422


def test_a_township_imports_a_sheet_and_reads_what_is_wrong_with_its_rows(
    desk: Desk, programs: dict[str, Program]
) -> None:
    from claims.submission.forms import COLUMNS

    values = {COLUMNS[name]: value for name, value in new_claim().items() if name in COLUMNS}
    values |= {"是否修订": "否", "起草单位": "；".join(world.FORM.drafters)}
    head, row = ",".join(values), ",".join(str(value) for value in values.values())
    wrong = row.replace("DB3309/T 112-2024", "DB3309/T 999-2024").replace(world.FORM.uscc, "91330922")
    sheet = f"{head}\n{row}\n{wrong}\n".encode()
    sent = {"data": {"cycle": "2025", "dry_run": "true"}, "files": {"file": ("a.csv", sheet)}}
    tried = programs["zhou"].post("/claims/imports", **sent)
    assert [each["row"] for each in tried["filed"]] == [2]
    assert {(each["row"], each["column"]) for each in tried["refused"]} == {(3, "统一社会信用代码")}
    assert programs["zhou"].get("/claims") == []
    sent["data"]["dry_run"] = "false"
    done = programs["zhou"].post("/claims/imports", **sent)
    assert [each["number"] for each in done["filed"]] == ["SB-2025-0001"]
    assert programs["zhou"].post("/claims/imports", **sent)["unchanged"][0]["number"] == "SB-2025-0001"
    sent["data"]["cycle"] = "2024"
    assert programs["zhou"].refused("POST", "/claims/imports", **sent) == (404, "unknown_cycle")


def test_what_stands_beside_decisions_is_recorded_too(desk: Desk, programs: dict[str, Program]) -> None:
    with desk.transaction() as tx:
        number = world.bring_to(tx, Stage.MARKET_SUPERVISION_REVIEW, world.FORM)
    city = {"amount_yuan": 80_000, "document": "舟市监〔2025〕18号", "decided_on": "2025-03-03"}
    recorded = programs["li"].post(f"/claims/{number}/municipal-decision", city)
    assert recorded["municipal_decided_yuan"] == 80_000
    interest = {"reason": "配偶任职于该单位。"}
    assert programs["li"].post(f"/claims/{number}/interest", interest)["unit"] == world.FORM.uscc
    endorse = {"trigger": "endorse"}
    assert programs["li"].refused("POST", f"/claims/{number}/actions", endorse) == (403, "declared_conflict")
    named = {"office": "嵊泗县财政局", "users": ["feng"], "reason": "r"}
    assert programs["xu"].refused("POST", f"/claims/{number}/disclosures", named) == (422, "bad_value")
    assert programs["li"].refused("POST", f"/claims/{number}/undo", {}) == (409, "undo_over")
    open_items = [each["code"] for each in programs["li"].get("/policy/items") if not each["confirmed"]]
    ground = {"reason": "市局书面答复。"}
    confirmed = programs["li"].post(f"/policy/items/{open_items[0]}/confirmation", ground)
    assert confirmed["confirmed_by"] == "li"
    assert programs["li"].get(f"/policy/items/{open_items[0]}")["confirmation"] == confirmed
    new = {"name": "shen", "role": "department", "org": "县经信局"}
    assert programs["guo"].post("/users", new)["password"]


def test_an_own_last_step_that_is_held_can_be_taken_back(desk: Desk, programs: dict[str, Program]) -> None:
    from claims.review import undo
    from claims.review.decisions import act
    from states.stages import Trigger

    with desk.transaction() as tx:
        number = world.bring_to(tx, Stage.SUBMITTED)
        sun = world.who(tx, "sun")
        undo.decide(tx, number, Trigger.ACCEPT, lambda: act(tx, number, Trigger.ACCEPT, actor=sun))
    version = programs["sun"].get(f"/claims/{number}")["version"]
    taken_back = programs["sun"].post(f"/claims/{number}/undo", {"version": version})
    assert taken_back["stage"] == "submitted"


def test_the_policy_answers_what_a_number_is_and_what_it_pays(programs: dict[str, Program]) -> None:
    lin = programs["lin"]
    assert lin.get("/policy/identify?number=gb/t%2020556—2006")["items"]
    assert lin.get("/policy/identify?number=nonsense")["items"] == []
    quote = lin.post("/policy/quote", {"code": "lead-zhoushan-local", "rank": 1})
    assert (quote["county_yuan"], quote["eligible"]) == (100_000, True)
    assert lin.refused("POST", "/policy/quote", {"code": "no-such"}) == (404, "unknown_item")


def test_accounts_leave_only_in_the_banks_sheet(rehearsal_desk: Desk, app: FastAPI) -> None:
    with rehearsal_desk.transaction() as tx:
        number = world.bring_to(tx, Stage.MARKET_SUPERVISION_REVIEW, world.FORM)
        assert tx.session.query(Claim).count() == 1
    for name in world.PEOPLE:
        caller = program(app, rehearsal_desk, name)
        for path in ("", "/history", "/explanation"):
            assert world.FORM.account not in caller.call("GET", f"/claims/{number}{path}").text
