"""The rehearsal year, told by the real use cases: thirty claims on their way, as if the desk had run for ten weeks."""

import csv
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from claims import clock
from claims.desk import Desk
from claims.identity import people
from claims.money import payouts
from claims.money.reconciliation import reconcile
from claims.publicity import objections
from claims.publicity.resolutions import publish
from claims.review.decisions import act
from claims.review.disclosures import disclose
from claims.submission.filing import attach, file_claim
from claims.timing.cycles import Plan, plan_cycle
from cli.demo.diary import Diary, working_days_before
from cli.demo.papers import forms, specimen, units
from cli.demo.people import PEOPLE
from states.stages import Role, Trigger

OPENED, DAYS_LEFT = 50, 8
"""The window of claims in working days: opened so long ago, open for so much longer."""

BUDGET_YUAN = 5_000_000
RESULTS_FROM, RESULTS_TO = date(2009, 1, 1), date(2025, 12, 31)
"""Wide enough for the real standards; a later year goes on to its own December."""

CHECKED_BY = {
    "marine-technology": ("department",),
    "exchange": ("department",),
    "services": ("department2",),
    "common-prosperity": ("department5",),
}
"""Who clears a claim of a field: the people of the departments it names."""

REVIEWED = "标准文本、排名和发布日期与申报一致，材料齐全。"


def live_through(desk: Desk) -> None:
    """Fill an empty rehearsal desk. Everything lies before now."""
    year = _Year(desk)
    opened_on = year.set_up()
    _write(year, Diary()).relive(desk, opened_on)


class _Year:
    """What people do in the rehearsal year, each deed in a transaction of its own."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.cycle = clock.today().year
        self.forms = forms()
        self.numbers: dict[str, str] = {}
        self.batches: list[str] = []
        self.objections: dict[str, int] = {}
        self.first, self.second, self.third = (f"演练标协〔{self.cycle}〕{number}号" for number in (1, 2, 3))

    def set_up(self) -> date:
        """Users and the plan of the cycle, on the day before it opened; answers with the day it opens."""
        today = clock.today()
        opening = working_days_before(today, OPENED + 1, self.desk.workdays)
        before = clock.now() - (today - opening[-1])
        with clock.standing_at(before), self.desk.transaction() as tx:
            known = {
                each.key: people.add_unit(tx, each.name, each.uscc, each.township, each.email)
                for each in units().values()
            }
            for each in PEOPLE:
                org = known[each.org].code if each.org in known else each.org or None
                people.add_user(
                    tx, each.name, each.role, org=org, email=f"{each.name}@example.org", password=each.name
                )
            plan_cycle(
                tx,
                Plan(
                    year=self.cycle,
                    opens_on=opening[-2],
                    deadline_on=self.desk.workdays.add_working_days(today, DAYS_LEFT).on,
                    budget_yuan=BUDGET_YUAN,
                    results_from=RESULTS_FROM,
                    results_to=max(RESULTS_TO, date(self.cycle - 1, 12, 31)),
                ),
                actor="administrator",
                role=Role.ADMINISTRATOR,
            )
        return opening[-2]

    def file(self, key: str, *, complete: bool = True) -> None:
        """File a claim by its unit or, where that has no user, by its township, with its papers or all but one."""
        form = self.forms[key]
        with self.desk.transaction() as tx:
            actor = people.actor(tx, self.filer(key))
            number = file_claim(tx, self.cycle, form, actor=actor).number
            self.numbers[key] = number
            kinds = self.desk.rulebook.policy_on(tx.now.date()).items[form.item].required_evidence
            for kind in kinds if complete else kinds[:-1]:
                attach(
                    tx, number, kind, f"{kind}.pdf", specimen("Rehearsal specimen", number, kind), actor=actor
                )

    def filer(self, key: str) -> str:
        form = self.forms[key]
        offices = {each.township: each.code for each in self.desk.directory.townships()}
        unit = next(each.key for each in units().values() if each.uscc == form.uscc)
        wanted = (unit, offices[form.township])
        return min(
            (each for each in PEOPLE if each.org in wanted), key=lambda each: wanted.index(each.org)
        ).name

    def act(self, key: str, trigger: Trigger, user: str, **said: Any) -> None:
        with self.desk.transaction() as tx:
            act(tx, self.numbers[key], trigger, actor=people.actor(tx, user), **said)

    def submit(self, key: str) -> None:
        self.act(key, Trigger.SUBMIT, self.filer(key))

    def disclose(self, key: str, office: str, user: str, reason: str) -> None:
        with self.desk.transaction() as tx:
            actor = people.actor(tx, "coordinator")
            disclose(tx, self.numbers[key], office, (user,), actor=actor, reason=reason)

    def publish(self, ref: str) -> None:
        with self.desk.transaction() as tx:
            publish(tx, ref, actor=people.actor(tx, "coordinator"))

    def object_to(self, key: str, text: str) -> None:
        with self.desk.transaction() as tx:
            filed = objections.file_objection(tx, self.numbers[key], by="张某（演练）", text=text)
        self.objections[key] = filed.id

    def answer(self, key: str, outcome: str, reason: str) -> None:
        with self.desk.transaction() as tx:
            actor = people.actor(tx, "coordinator")
            objections.decide_objection(tx, self.objections[key], outcome, actor=actor, reason=reason)

    def propose_payout(self) -> None:
        with self.desk.transaction() as tx:
            self.batches.append(payouts.propose(tx, self.cycle, actor=people.actor(tx, "finance")).batch)

    def release_payout(self) -> None:
        with self.desk.transaction() as tx:
            payouts.release(tx, self.batches[-1], actor=people.actor(tx, "finance2"))

    def bank_answers(self, failing: str) -> None:
        """The bank pays the last batch, all but one payment."""
        with self.desk.reading() as tx:
            columns, rows = payouts.export(tx, self.batches[-1])
            actor = people.actor(tx, "finance")
        place = columns.index("申报编号")
        answers = [
            (*row, "失败", "户名与账号不符") if row[place] == self.numbers[failing] else (*row, "成功", "")
            for row in rows
        ]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "answer.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([(*columns, "结果", "失败原因"), *answers])
            reconcile(self.desk, self.batches[-1], path, actor=actor)


def _write(year: _Year, diary: Diary) -> Diary:
    """The whole year, from the claims that went furthest to those that have just begun."""
    _first_list(year, diary)
    _second_list(year, diary)
    _third_list(year, diary)
    _on_their_way(year, diary)
    _just_begun(year, diary)
    _ended(year, diary)
    return diary


# How far a claim gets: each goes on where the one before ends


def _submitted(year: _Year, diary: Diary, key: str, day: int) -> None:
    diary.on(day, year.file, key)
    diary.on(day, year.submit, key)


def _checked(year: _Year, diary: Diary, key: str, day: int, departments: Sequence[str] = ()) -> None:
    _submitted(year, diary, key, day)
    diary.on(day - 1, year.act, key, Trigger.ACCEPT, "intake", departments=departments)
    for user in CHECKED_BY[year.forms[key].field]:
        diary.on(day - 3, year.act, key, Trigger.CLEAR, user)


def _endorsed(year: _Year, diary: Diary, key: str, day: int) -> None:
    _checked(year, diary, key, day)
    diary.on(day - 7, year.act, key, Trigger.ENDORSE, "reviewer", reason=REVIEWED)


def _approved(year: _Year, diary: Diary, key: str, day: int, ref: str) -> None:
    _endorsed(year, diary, key, day)
    diary.on(day - 13, year.act, key, Trigger.APPROVE, "coordinator", resolution=ref)


# The year itself


def _first_list(year: _Year, diary: Diary) -> None:
    """Published, paid but for one payment that failed; one revoked during the notice, one reclaimed later."""
    for key in ("paid-local", "paid-national", "paid-pilot", "reclaimed", "failed-payment", "revoked"):
        _approved(year, diary, key, 49, year.first)
    diary.on(35, year.publish, year.first)
    reason = "公示期间查实该单位未实际参与起草，不符合“参与制定”条件。"
    diary.on(33, year.act, "revoked", Trigger.REVOKE, "coordinator", reason=reason)
    diary.on(27, year.propose_payout)
    diary.on(26, year.release_payout)
    diary.on(24, year.bank_answers, "failed-payment")
    reason = "申报后查明该标准已被废止且单位隐瞒情况，全额追回。"
    diary.on(12, year.act, "reclaimed", Trigger.RECLAIM, "coordinator", reason=reason, amount_yuan=100_000)
    diary.on(11, year.act, "reclaimed", Trigger.RECLAIM, "finance")


def _second_list(year: _Year, diary: Diary) -> None:
    """Its notice is over: three in a batch that waits for release, one sent back, one let go on only now."""
    for key in ("batch-national", "batch-enterprise", "batch-third", "dismissed", "remanded"):
        _approved(year, diary, key, 32, year.second)
    diary.on(18, year.publish, year.second)
    diary.on(16, year.object_to, "dismissed", "该规范的主要内容似由其他单位完成，请核实。")
    diary.on(15, year.object_to, "remanded", "标准前言所列第三起草单位并非该公司。")
    diary.on(7, year.answer, "remanded", "upheld", "经核对标准前言，排名有疑问，异议成立。")
    diary.on(6, year.act, "remanded", Trigger.REMAND, "coordinator", reason="请重新核对起草单位排名。")
    diary.on(5, year.propose_payout)
    diary.on(2, year.answer, "dismissed", "dismissed", "经核实，起草过程记录完整，异议不成立。")


def _third_list(year: _Year, diary: Diary) -> None:
    """In its public notice today, one of three held up by an objection."""
    for key in ("notice-objection", "notice-committee", "notice-award"):
        _approved(year, diary, key, 24, year.third)
    diary.on(3, year.publish, year.third)
    diary.on(
        1, year.object_to, "notice-objection", "该标准的第一起草单位在公开平台上显示为其他单位，请核实排名。"
    )


def _on_their_way(year: _Year, diary: Diary) -> None:
    """Waiting for the coordination body, for review, for departments; some overdue, some due soon."""
    _endorsed(year, diary, "approval-reading", 20)
    _endorsed(year, diary, "approval-leader", 18)
    _endorsed(year, diary, "approval-pilot", 12)
    # The bureau is among the drafters: its intake was named after disclosure, a reviewer is still to be.
    reason = "受理只作形式审查，指定由未参与起草的受理人员办理。"
    diary.on(9, year.file, "review-conflict")
    diary.on(9, year.submit, "review-conflict")
    diary.on(9, year.disclose, "review-conflict", "market-supervision", "intake", reason)
    diary.on(8, year.act, "review-conflict", Trigger.ACCEPT, "intake")
    diary.on(6, year.act, "review-conflict", Trigger.CLEAR, "department")
    _checked(year, diary, "review-series", 12)
    _checked(year, diary, "review-overdue", 16)
    _submitted(year, diary, "check-partly", 8)
    diary.on(7, year.act, "check-partly", Trigger.ACCEPT, "intake")
    diary.on(5, year.act, "check-partly", Trigger.CLEAR, "department")
    diary.on(4, year.act, "check-partly", Trigger.CLEAR, "department2")
    _submitted(year, diary, "check-overdue", 15)
    diary.on(14, year.act, "check-overdue", Trigger.ACCEPT, "intake")
    _submitted(year, diary, "check-deemed", 14)


def _just_begun(year: _Year, diary: Diary) -> None:
    """Submitted, still drafts, or returned for correction."""
    _submitted(year, diary, "submitted-soon", 4)
    _submitted(year, diary, "submitted-group", 2)
    _submitted(year, diary, "submitted-today", 1)
    diary.on(10, year.file, "draft-missing", complete=False)
    diary.on(3, year.file, "draft-complete")
    _submitted(year, diary, "correction-new", 8)
    said: dict[str, Any] = {
        "missing": ("publication", "published_on"),
        "reason": "请补交发布公告，并按公告填写发布日期。",
    }
    diary.on(6, year.act, "correction-new", Trigger.RETURN_FOR_CORRECTION, "intake", **said)
    _checked(year, diary, "correction-last-day", 16)
    said = {"missing": ("acceptance",), "reason": "验收文件缺少盖章页，请补交完整文件。"}
    diary.on(9, year.act, "correction-last-day", Trigger.RETURN_FOR_CORRECTION, "reviewer2", **said)


def _ended(year: _Year, diary: Diary) -> None:
    """Lapsed without correction, rejected, withdrawn."""
    _submitted(year, diary, "lapsed", 30)
    said: dict[str, Any] = {"missing": ("founding_approval",), "reason": "请补交批准成立文件全文。"}
    diary.on(27, year.act, "lapsed", Trigger.RETURN_FOR_CORRECTION, "intake", **said)
    _checked(year, diary, "rejected", 22)
    reason = "所附文件为入围公示，不是获奖决定；意见奖励的是获得标准创新贡献奖的单位。"
    diary.on(14, year.act, "rejected", Trigger.REJECT, "reviewer", reason=reason)
    _submitted(year, diary, "withdrawn", 25)
    diary.on(
        21,
        year.act,
        "withdrawn",
        Trigger.WITHDRAW,
        year.filer("withdrawn"),
        reason="单位自行撤回，拟明年申报。",
    )
