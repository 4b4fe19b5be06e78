"""Lists, payouts, letters, the year, the audit, users, and townships, as those who work there find them."""

import hashlib
import io
import json
import re

import openpyxl
import pytest
import world
from visitors import SignIn, words_of

from claims.desk import Desk
from claims.facts import load_claim
from claims.publicity.resolutions import publish
from notifications.round import run_round
from states.stages import Stage
from web.prefect_runs import PrefectAway, RunView


def at_payout(desk: Desk, count: int = 1) -> list[str]:
    """Claims whose public notice is over."""
    from claims import clock
    from claims.timing.due import settle_due

    with desk.transaction() as tx:
        numbers = [world.bring_to(tx, Stage.PUBLIC_NOTICE) for _ in range(count)]
        publish(tx, world.MINUTES, actor=world.who(tx, "xu"))
    from datetime import timedelta

    clock.pin(world.MORNING + timedelta(days=8))
    settle_due(desk)
    return numbers


# Lists


def test_the_coordinator_publishes_a_list_and_sees_beforehand_when_it_would_end(
    rehearsal_desk: Desk, sign_in: SignIn
) -> None:
    with rehearsal_desk.transaction() as tx:
        number = world.bring_to(tx, Stage.PUBLIC_NOTICE)
    visitor = sign_in("xu")
    assert f"{world.MINUTES} 2025 1 10.00 待公布" in visitor.read("/resolutions")
    page = visitor.read(f"/resolution?ref={world.MINUTES}")
    assert "公示 5 个工作日，至 2025年3月17日" in page
    assert number in page
    assert "公布并开始公示" not in sign_in("li").read(f"/resolution?ref={world.MINUTES}")
    assert visitor.post("/resolution", {"ref": world.MINUTES}).status_code == 303
    assert "公示中 3月10日 — 3月17日" in visitor.read("/resolutions")
    again = visitor.post("/resolution", {"ref": world.MINUTES})
    assert again.status_code == 409
    assert "已公示并冻结" in words_of(again.text)


def test_a_list_that_there_is_not_is_no_page(sign_in: SignIn) -> None:
    assert sign_in("xu").get("/resolution?ref=none").status_code == 404


# Payouts


def test_a_batch_takes_two_people_and_the_banks_answer(rehearsal_desk: Desk, sign_in: SignIn) -> None:
    (number,) = at_payout(rehearsal_desk)
    proposer, releaser = sign_in("feng"), sign_in("deng")
    assert "1 件处于财政拨付环节" in proposer.read("/payouts")
    answer = proposer.post("/payouts", {"cycle": "2025"})
    url = answer.headers["location"]
    assert "人民币壹拾万元整" in proposer.read(url) or "壹拾万元整" in proposer.read(url)
    assert "核对无误，放行" not in proposer.read(url)
    assert proposer.post(f"{url}/release").status_code == 403
    assert releaser.get(f"{url}/sheet.xlsx").status_code == 409
    assert releaser.post(f"{url}/release").status_code == 303
    sheet = releaser.get(f"{url}/sheet.xlsx")
    assert sheet.headers["content-disposition"].startswith("attachment")
    book = openpyxl.load_workbook(io.BytesIO(sheet.content))
    rows = list(book.active.iter_rows(values_only=True))
    assert world.FORM.account in rows[1]
    book.active.cell(2, rows[0].index("结果") + 1, "成功")
    filled = io.BytesIO()
    book.save(filled)
    for says in ("成功 1，失败 0，待查 0，无变化 0", "成功 0，失败 0，待查 0，无变化 1"):
        read = releaser.post(f"{url}/answer", files={"file": ("answer.xlsx", filled.getvalue(), "x/y")})
        assert says in words_of(read.text)
    with rehearsal_desk.reading() as tx:
        assert load_claim(tx, number).stage is Stage.PAID


def test_account_numbers_in_full_are_for_finance_only(rehearsal_desk: Desk, sign_in: SignIn) -> None:
    at_payout(rehearsal_desk)
    url = sign_in("feng").post("/payouts", {"cycle": "2025"}).headers["location"]
    sign_in("deng").post(f"{url}/release")
    for name in ("guo", "tang", "xu"):
        visitor = sign_in(name)
        assert "**** 9012" in visitor.read(url)
        assert world.FORM.account not in visitor.get(url).text
        assert visitor.get(f"{url}/sheet.csv").status_code == 403


def test_a_file_that_is_no_answer_of_a_bank_is_refused_in_words(
    rehearsal_desk: Desk, sign_in: SignIn
) -> None:
    at_payout(rehearsal_desk)
    url = sign_in("feng").post("/payouts", {"cycle": "2025"}).headers["location"]
    visitor = sign_in("deng")
    visitor.post(f"{url}/release")
    for name, content in (("a.csv", "姓名,金额\n甲,1\n".encode()), ("a.xlsx", b"not a workbook")):
        answer = visitor.post(f"{url}/answer", files={"file": (name, content, "x/y")})
        assert answer.status_code == 422, name
        assert "请先处理以下问题" in words_of(answer.text)


def test_proposing_with_nothing_to_pay_says_so(sign_in: SignIn) -> None:
    answer = sign_in("feng").post("/payouts", {"cycle": "2025"})
    assert answer.status_code == 422
    assert "没有待拨付的申报件" in words_of(answer.text)


# The year


def test_the_years_board_shows_claims_money_and_what_falls_due(
    rehearsal_desk: Desk, sign_in: SignIn, under_review: str
) -> None:
    visitor = sign_in("guo")
    assert visitor.get("/cycle").headers["location"] == "/cycle/2025"
    page = visitor.read("/cycle/2025")
    for words in (
        "2025 年度兑现看板",
        "申报 1 件",
        "预算 200.00 万元",
        "市监审核 1",
        "可用 200.00 100.0%",
        "截止申报 2025 年度",
    ):
        assert words in page, words
    assert visitor.get("/cycle/2031").status_code == 404


def test_the_years_report_is_a_workbook(sign_in: SignIn, under_review: str) -> None:
    answer = sign_in("xu").get("/cycle/2025/report.xlsx")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames


def test_the_board_stays_when_prefect_is_away(sign_in: SignIn) -> None:
    assert "Prefect 现在没有应答" in sign_in("guo").read("/cycle/2025")


def test_runs_have_their_chinese_names_times_and_links(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = RunView(
        "end-notices-2025-03-10T00:02",
        "公示期满",
        "failed",
        "失败",
        world.MORNING,
        world.MORNING,
        64.0,
        "http://127.0.0.1:4200/v2/x",
    )
    monkeypatch.setattr("web.pages.cycle.recent_runs", lambda url, limit: (run,))
    monkeypatch.setattr("web.pages.cycle.upcoming_runs", lambda url, limit: PrefectAway(url, "gone"))
    answer = sign_in("guo").get("/cycle/2025")
    assert "公示期满 end-notices-2025-03-10T00:02 3月10日 09:30 失败 1 分 4 秒" in words_of(answer.text)
    assert 'href="http://127.0.0.1:4200/v2/x"' in answer.text


def test_of_the_planned_runs_the_next_of_each_flow_is_shown(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned = tuple(
        RunView(
            f"name-{hour}",
            flow,
            "scheduled",
            "待运行",
            world.MORNING.replace(hour=hour),
            None,
            None,
            "http://127.0.0.1:4200/",
        )
        for hour, flow in ((10, "例行办理"), (11, "发送函件"), (12, "例行办理"), (13, "审计封存"))
    )
    monkeypatch.setattr("web.pages.cycle.recent_runs", lambda url, limit: ())
    monkeypatch.setattr("web.pages.cycle.upcoming_runs", lambda url, limit: planned)
    page = sign_in("guo").read("/cycle/2025")
    assert "例行办理 3月10日 10:30 待运行 — 发送函件 3月10日 11:30 待运行 — 审计封存 3月10日 13:30" in page
    assert "12:30" not in page


def test_prefects_address_is_the_administrators_business(sign_in: SignIn) -> None:
    assert "Prefect" not in sign_in("xu").read("/cycle/2025")


# Letters


def test_everybody_reads_the_letters_they_may_see(
    rehearsal_desk: Desk, sign_in: SignIn, under_review: str
) -> None:
    run_round(rehearsal_desk)
    page = sign_in("lin").get("/notices").text
    (link, *_) = re.findall(r'href="(/notices/\d+)"', page)
    assert world.INSTITUTE[0] in sign_in("lin").read(link)
    assert sign_in("he").get(link).status_code == 404
    assert "没有函件" in sign_in("he").read("/notices")
    assert "已存为文件" in sign_in("tang").read("/notices?status=written")
    assert sign_in("tang").get("/notices?status=nonsense").status_code == 200


def test_a_letter_is_taken_along_as_it_is_kept_by_those_who_may_read_it(
    rehearsal_desk: Desk, sign_in: SignIn, under_review: str
) -> None:
    run_round(rehearsal_desk)
    lin = sign_in("lin")
    (link, *_) = re.findall(r'href="(/notices/\d+\.pdf)"', lin.get("/notices").text)
    paper = lin.get(link)
    assert (paper.headers["content-type"], paper.content[:4]) == ("application/pdf", b"%PDF")
    page = lin.get(link.removesuffix(".pdf")).text
    assert f'href="{link}"' in page
    assert hashlib.sha256(paper.content).hexdigest() in page
    mail = lin.get(link.replace(".pdf", ".eml"))
    assert mail.headers["content-type"] == "message/rfc822"
    assert hashlib.sha256(mail.content).hexdigest() in page
    assert sign_in("he").get(link).status_code == 404
    assert sign_in("tang").get(link).content == paper.content
    assert lin.get(link.replace(".pdf", ".exe")).status_code in {404, 422}


def test_the_administrator_sends_a_letter_once_more(
    rehearsal_desk: Desk, sign_in: SignIn, under_review: str
) -> None:
    run_round(rehearsal_desk)
    visitor = sign_in("guo")
    (link, *_) = re.findall(r'href="(/notices/\d+)"', visitor.get("/notices?status=written").text)
    assert "再次发送" not in sign_in("tang").read(link)
    assert visitor.post(f"{link}/resend").status_code == 303
    assert "待发送" in visitor.read(link)


# Audit and users


def test_the_auditor_verifies_and_takes_the_records_along(
    rehearsal_desk: Desk, sign_in: SignIn, under_review: str
) -> None:
    run_round(rehearsal_desk)
    visitor = sign_in("tang")
    assert "审计链完好" in words_of(visitor.post("/audit/verification").text)
    lines = visitor.get("/audit/events.jsonl").text.splitlines()
    assert {json.loads(line)["stream"] for line in lines} >= {under_review}
    assert visitor.get("/audit/checkpoint.json").json()["heads"][under_review]
    assert "封存" in visitor.read("/audit")


def test_the_administrator_adds_a_user_whose_password_is_shown_once(sign_in: SignIn) -> None:
    visitor = sign_in("guo")
    answer = visitor.post(
        "/admin/users", {"name": "ma", "role": "department", "org": "县农业农村局", "email": ""}
    )
    (password,) = re.findall(r"只显示这一次：<code>([^<]+)</code>", answer.text)
    assert password not in visitor.get("/admin").text
    entered = sign_in(None).post("/sign-in", {"name": "ma", "password": password})
    assert entered.status_code == 303


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"role": ""}, "请选择角色"),
        ({"role": "system"}, "请选择角色"),
        ({"name": "a b"}, "用户名不能为空或含空格"),
        ({"role": "department", "org": ""}, "须写明所属单位"),
        ({"role": "department", "org": "没有的局"}, "没有名为“没有的局”的单位"),
    ],
)
def test_a_user_who_cannot_be_added_is_explained(sign_in: SignIn, fields: dict[str, str], says: str) -> None:
    answer = sign_in("guo").post("/admin/users", {"name": "ma", "role": "reviewer", **fields})
    assert answer.status_code in {404, 422}
    assert says in words_of(answer.text)


# Townships


def test_a_township_sees_its_own_claims_and_letters(rehearsal_desk: Desk, sign_in: SignIn) -> None:
    with rehearsal_desk.transaction() as tx:
        number = world.add_draft(tx)
    run_round(rehearsal_desk)
    page = sign_in("zhou").read("/township")
    assert "菜园镇" in page
    assert number in page
    assert "关于组织申报2025年度标准化奖补的通知" in page
    assert number not in sign_in("wu").read("/township")
