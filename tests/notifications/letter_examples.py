"""One example of every kind of letter, with the words and figures of a real year."""

import dataclasses
from datetime import date
from typing import Any

from claims.letters.numbering import Imprint
from config.series import load_series
from notifications import contexts
from notifications.contexts import LetterContext, Table
from notifications.letters import Letterhead
from states.calendar import Due
from states.policy import Yuan

HEAD = Letterhead(
    "嵊泗县市场监督管理局（标准化奖补）",
    ("联系地址：嵊泗县菜园镇某路1号", "联系电话：0580-0000000"),
    rehearsal=False,
    check_at="https://jiangbu.example.org/check",
)
REHEARSAL_HEAD = dataclasses.replace(HEAD, rehearsal=True)


def imprint_of(context: LetterContext) -> Imprint:
    """What such a letter bears: the twelfth of its kind in its year."""
    return Imprint(load_series()[context.kind].number(context.on.year, 12), "7K3M9QXD2F8T")


UNIT = "嵊泗县海洋科技研究所"
TOWNSHIP = "菜园镇人民政府"


HOSTILE = """<b>&amp;'"</b> #let x = 1 $x$ *_@a `r` {{ on }} [[claims]] \\n"""
"""A name that is markup to every language that a letter goes through."""


def about(on: date, addressee: str = UNIT) -> dict[str, Any]:
    return {
        "addressee": addressee,
        "on": on,
        "claim": "SB-2026-0007",
        "item": "牵头制定舟山市地方标准",
        "achievement": "《嵊泗贻贝苗种包装运输通用技术条件》（DB3309/T 112-2024）",
        "policy": "关于贯彻落实〈国家标准化发展纲要〉推进标准强县建设的实施意见",
    }


def due(year: int, month: int, day: int, *, provisional: bool = False) -> Due:
    return Due(date(year, month, day), provisional)


CLAIM_HEAD = ("申报编号", "申报单位", "奖补项目", "申报内容", "申请金额")
MUSSELS = (
    "SB-2026-0007",
    UNIT,
    "牵头制定舟山市地方标准",
    "《嵊泗贻贝苗种包装运输通用技术条件》（DB3309/T 112-2024）",
    "10万元",
)
PACKED = (
    "SB-2026-0009",
    "嵊泗县贻贝行业协会",
    "牵头制定团体标准",
    "《小包装嵊泗贻贝鲜活产品》（T/SSYB 002-2021）",
    "10万元",
)

UNFILED_HEAD = ("单位名称", "掌握的情况")
UNFILED_EARLIER = ("嵊泗县花鸟渔业专业合作社", "2025年度申报过")
UNFILED_DRAFTER = (
    "嵊泗县景晟贻贝产业发展有限公司",
    "《贻贝养殖技术规范》（GB/T 20556-2025）第2起草单位，可申报“参与制定国家标准”",
)

OVERDUE_HEAD = ("申报编号", "申报单位", "奖补项目", "环节", "期限")
LATE_MUSSELS = (*MUSSELS[:3], "部门核查", "2026年3月26日")
LATE_PACKED = (*PACKED[:3], "部门核查", "2026年3月27日")
ADMINISTRATORS = "嵊泗县市场监督管理局（管理员）"

EXAMPLES: dict[str, LetterContext] = {
    "receipt": contexts.Receipt(
        **about(date(2026, 3, 9)), requested=Yuan(100_000), answer_by=due(2026, 3, 16)
    ),
    "acceptance": contexts.Acceptance(
        **about(date(2026, 3, 12)),
        deemed=False,
        departments=("嵊泗县经济和信息化局", "嵊泗县农业农村局", "嵊泗县海洋与渔业局"),
        due=due(2026, 3, 26),
    ),
    "acceptance_deemed": contexts.Acceptance(
        **about(date(2026, 3, 17)),
        deemed=True,
        departments=("嵊泗县经济和信息化局",),
        due=due(2026, 3, 31),
    ),
    "departments_cleared": contexts.DepartmentsCleared(**about(date(2026, 3, 25)), due=due(2026, 4, 9)),
    "endorsement": contexts.Endorsement(
        **about(date(2026, 4, 8)), proposed=Yuan(100_000), due=due(2026, 5, 22)
    ),
    "endorsement_without_deadline": contexts.Endorsement(
        **about(date(2026, 4, 8)), proposed=Yuan(85_500), due=None
    ),
    "correction": contexts.Correction(
        **about(date(2026, 3, 12)),
        stage="受理审查",
        missing=("标准发布公告", "标准起草单位名单", "开户银行及银行账号"),
        reasons=(
            "所附公告为征求意见稿，不能证明标准已经发布，请提供正式发布公告。",
            "标准文本前言页缺失，无法核对起草单位的先后顺序。",
            "开户名称与申报单位名称不一致。",
        ),
        due=due(2026, 3, 26),
    ),
    "correction_receipt": contexts.CorrectionReceipt(
        **about(date(2026, 3, 20)),
        stage="受理审查",
        recheck=False,
        due=due(2026, 3, 27),
    ),
    "correction_receipt_recheck": contexts.CorrectionReceipt(
        **about(date(2026, 4, 15)),
        stage="部门核查",
        recheck=True,
        due=due(2026, 4, 29),
    ),
    "refusal": contexts.Refusal(
        **about(date(2026, 4, 9)),
        stage="市场监督管理部门审核",
        requested=Yuan(100_000),
        clause="附件2“牵头制定（排名第一位，不含修订）”：舟山市地方标准，县级补助10万元。",
        reasons=("经核对标准前言，贵单位为第二起草单位，不属于排名第一位的牵头制定单位。",),
        reconsider_by=due(2026, 4, 30),
        remedies=(
            "对本告知书不服的，可以自收到本告知书之日起六十日内依法申请行政复议，也可以自收到本告知书之日起六个月内依法提起行政诉讼。",
        ),
    ),
    "approval": contexts.Approval(
        **about(date(2026, 5, 12)),
        granted=Yuan(100_000),
        resolution="嵊标协〔2026〕3号",
    ),
    "public_notice": contexts.PublicNotice(
        **about(date(2026, 5, 13)),
        granted=Yuan(100_000),
        resolution="嵊标协〔2026〕3号",
        published_on=date(2026, 5, 13),
        ends=due(2026, 5, 20),
    ),
    "public_notice_provisional": contexts.PublicNotice(
        **about(date(2026, 12, 30)),
        granted=Yuan(85_500),
        resolution="嵊标协〔2026〕9号",
        published_on=date(2026, 12, 30),
        ends=due(2027, 1, 7, provisional=True),
    ),
    "objection_notice": contexts.ObjectionNotice(**about(date(2026, 5, 15))),
    "objection_answer": contexts.ObjectionAnswer(
        **about(date(2026, 5, 19)),
        upheld=False,
        reasons=("经查阅标准正式文本和发布公告，贵单位为第一起草单位，异议所述事实不能成立。",),
    ),
    "objection_answer_upheld": contexts.ObjectionAnswer(
        **about(date(2026, 5, 19)),
        upheld=True,
        reasons=("经查证，该标准代替此前发布的同名标准，属于修订。",),
    ),
    "notice_ended": contexts.NoticeEnded(
        **about(date(2026, 5, 21)),
        granted=Yuan(100_000),
        bank="浙江嵊泗农村商业银行营业部",
        account_tail="6021",
        due=due(2026, 6, 4),
    ),
    "remand": contexts.Remand(
        **about(date(2026, 5, 20)),
        reasons=("异议反映该标准属于修订，经核实情况属实，须重新核定是否符合奖补条件。",),
        due=due(2026, 6, 3),
    ),
    "payment": contexts.Payment(
        **about(date(2026, 5, 29)),
        paid=Yuan(100_000),
        bank="浙江嵊泗农村商业银行营业部",
        account_tail="6021",
        batch="BF-2026-01",
    ),
    "payment_failed": contexts.PaymentFailed(
        **about(date(2026, 5, 29)),
        granted=Yuan(100_000),
        bank="浙江嵊泗农村商业银行营业部",
        account_tail="6021",
        batch="BF-2026-01",
        failure="账户状态异常，银行退回",
    ),
    "lapse_draft": contexts.Lapse(**about(date(2026, 5, 1)), was_draft=True),
    "lapse_correction": contexts.Lapse(**about(date(2026, 3, 27)), was_draft=False),
    "withdrawal": contexts.Withdrawal(**about(date(2026, 4, 2)), stage="部门核查"),
    "reconsideration": contexts.Reconsideration(
        **about(date(2026, 4, 20)),
        reasons=("贵单位补充提交的标准化技术委员会证明材料，足以说明起草单位的先后顺序。",),
        due=due(2026, 5, 6),
    ),
    "revocation": contexts.Revocation(
        **about(date(2026, 5, 25)),
        reasons=("经查实，贵单位提交的标准发布公告系伪造。",),
        remedies=("对本告知书不服的，可以依法申请行政复议或者提起行政诉讼。",),
    ),
    "clawback_proposal": contexts.ClawbackProposal(
        **about(date(2026, 9, 1)),
        reclaimed=Yuan(100_000),
        reasons=("经审计，该标准已由其他单位以第一起草单位名义领取奖补资金，属于重复奖补。",),
    ),
    "clawback": contexts.Clawback(
        **about(date(2026, 9, 15)),
        reclaimed=Yuan(100_000),
        remedies=("对本确认书不服的，可以依法申请行政复议或者提起行政诉讼。",),
    ),
    "correction_reminder": contexts.CorrectionReminder(
        **about(date(2026, 3, 21)),
        missing=("标准发布公告", "标准起草单位名单", "开户银行及银行账号"),
        days_left=5,
        due=due(2026, 3, 26),
    ),
    "deadline_moved": contexts.DeadlineMoved(
        **about(date(2026, 11, 6)), period="补正期限", before=date(2027, 1, 4), due=due(2027, 1, 6)
    ),
    "deadline_moved_notice": contexts.DeadlineMoved(
        **about(date(2026, 11, 6)), period="公示截止日", before=date(2027, 1, 4), due=due(2027, 1, 6)
    ),
    "draft_reminder": contexts.DraftReminder(
        addressee=UNIT,
        on=date(2026, 4, 25),
        cycle=2026,
        deadline_on=date(2026, 4, 30),
        days_left=5,
        drafts=Table(
            ("申报编号", "奖补项目", "申报内容", "申请金额"),
            (
                ("SB-2026-0007", MUSSELS[2], MUSSELS[3], "10万元"),
                ("SB-2026-0011", "标准创新型企业", "标准创新型企业（高级）", "20万元"),
            ),
        ),
    ),
    "township_call": contexts.TownshipCall(
        addressee=TOWNSHIP,
        on=date(2026, 2, 15),
        cycle=2026,
        policy="关于贯彻落实〈国家标准化发展纲要〉推进标准强县建设的实施意见",
        opens_on=date(2026, 3, 1),
        deadline_on=date(2026, 4, 30),
        results_from=date(2025, 1, 1),
        results_to=date(2025, 12, 31),
        renewed=False,
    ),
    "township_call_renewed": contexts.TownshipCall(
        addressee=TOWNSHIP,
        on=date(2026, 2, 25),
        cycle=2026,
        policy="关于贯彻落实〈国家标准化发展纲要〉推进标准强县建设的实施意见",
        opens_on=date(2026, 3, 9),
        deadline_on=date(2026, 5, 8),
        results_from=date(2025, 1, 1),
        results_to=date(2025, 12, 31),
        renewed=True,
    ),
    "township_opening": contexts.TownshipOpening(
        addressee=TOWNSHIP,
        on=date(2026, 3, 1),
        cycle=2026,
        opens_on=date(2026, 3, 1),
        deadline_on=date(2026, 4, 30),
    ),
    "township_reminder": contexts.TownshipReminder(
        addressee=TOWNSHIP,
        on=date(2026, 4, 25),
        cycle=2026,
        deadline_on=date(2026, 4, 30),
        days_left=5,
        submitted=4,
        drafts=Table(CLAIM_HEAD, (MUSSELS, PACKED)),
        unfiled=Table(UNFILED_HEAD, (UNFILED_EARLIER, UNFILED_DRAFTER)),
    ),
    "township_reminder_unfiled": contexts.TownshipReminder(
        addressee="枸杞乡人民政府",
        on=date(2026, 4, 16),
        cycle=2026,
        deadline_on=date(2026, 4, 30),
        days_left=14,
        submitted=0,
        drafts=Table(CLAIM_HEAD, ()),
        unfiled=Table(UNFILED_HEAD, (UNFILED_DRAFTER,)),
    ),
    "township_closing": contexts.TownshipClosing(
        addressee=TOWNSHIP,
        on=date(2026, 5, 1),
        cycle=2026,
        deadline_on=date(2026, 4, 30),
        submitted=Table(CLAIM_HEAD, (MUSSELS,)),
        unsubmitted=Table(CLAIM_HEAD, (PACKED,)),
        unfiled=Table(UNFILED_HEAD, (UNFILED_DRAFTER,)),
    ),
    "township_closing_without_claims": contexts.TownshipClosing(
        addressee="花鸟乡人民政府",
        on=date(2026, 5, 1),
        cycle=2026,
        deadline_on=date(2026, 4, 30),
        submitted=Table(CLAIM_HEAD, ()),
        unsubmitted=Table(CLAIM_HEAD, ()),
        unfiled=Table(UNFILED_HEAD, ()),
    ),
    "township_published": contexts.TownshipPublished(
        addressee=TOWNSHIP,
        on=date(2026, 5, 13),
        resolution="嵊标协〔2026〕3号",
        published_on=date(2026, 5, 13),
        ends=due(2026, 5, 20),
        claims=Table((*CLAIM_HEAD[:4], "拟奖补金额"), (MUSSELS, PACKED)),
        total=Yuan(200_000),
    ),
    "township_extended": contexts.TownshipExtended(
        addressee=TOWNSHIP,
        on=date(2026, 11, 6),
        resolution="嵊标协〔2026〕9号",
        before=date(2027, 1, 4),
        ends=due(2027, 1, 6),
        claims=Table((*CLAIM_HEAD[:4], "拟奖补金额"), (MUSSELS, PACKED)),
    ),
    "township_results": contexts.TownshipResults(
        addressee=TOWNSHIP,
        on=date(2026, 5, 21),
        resolution="嵊标协〔2026〕3号",
        confirmed=Table((*CLAIM_HEAD[:4], "奖补金额"), (MUSSELS,)),
        total=Yuan(100_000),
        held=Table((*CLAIM_HEAD[:4], "拟奖补金额"), (PACKED,)),
    ),
    "township_results_held": contexts.TownshipResults(
        addressee=TOWNSHIP,
        on=date(2026, 5, 21),
        resolution="嵊标协〔2026〕3号",
        confirmed=Table((*CLAIM_HEAD[:4], "奖补金额"), ()),
        total=Yuan(0),
        held=Table((*CLAIM_HEAD[:4], "拟奖补金额"), (PACKED,)),
    ),
    "township_payments": contexts.TownshipPayments(
        addressee=TOWNSHIP,
        on=date(2026, 5, 29),
        cycle=2026,
        batch="BF-2026-01",
        claims=Table((*CLAIM_HEAD[:4], "拨付金额"), (MUSSELS, PACKED)),
        total=Yuan(200_000),
    ),
    "township_year": contexts.TownshipYear(
        addressee=TOWNSHIP,
        on=date(2027, 1, 10),
        cycle=2026,
        submitted=12,
        figures=Table(
            ("事项", "件数", "金额"),
            (
                ("提交申报", "12件", "118万元"),
                ("审定奖补", "9件", "85.5万元"),
                ("已经拨付", "8件", "75.5万元"),
                ("不予支持", "2件", "—"),
            ),
        ),
        paid=Yuan(755_000),
    ),
    "township_year_without_claims": contexts.TownshipYear(
        addressee="花鸟乡人民政府",
        on=date(2027, 1, 10),
        cycle=2026,
        submitted=0,
        figures=Table(("事项", "件数", "金额"), ()),
        paid=Yuan(0),
    ),
    "township_lapse": contexts.TownshipLapse(**about(date(2026, 3, 27), TOWNSHIP), unit=UNIT),
    "meeting_agenda": contexts.MeetingAgenda(
        addressee="嵊泗县标准化议事协调机构",
        on=date(2026, 5, 6),
        cycle=2026,
        held_on=date(2026, 5, 12),
        begins="14:30",
        place="县市场监督管理局三楼会议室",
        claims=Table((*CLAIM_HEAD[:4], "建议金额"), (MUSSELS, PACKED)),
        total=Yuan(200_000),
        budget=Yuan(3_000_000),
        available=Yuan(2_400_000),
    ),
    "meeting_agenda_over_budget": contexts.MeetingAgenda(
        addressee="嵊泗县标准化议事协调机构",
        on=date(2026, 10, 8),
        cycle=2026,
        held_on=date(2026, 10, 14),
        begins="9:00",
        place="县行政中心二号楼",
        claims=Table((*CLAIM_HEAD[:4], "建议金额"), (MUSSELS, PACKED)),
        total=Yuan(200_000),
        budget=Yuan(3_000_000),
        available=Yuan(150_000),
    ),
    "meeting_resolution": contexts.MeetingResolution(
        addressee="嵊泗县标准化议事协调机构",
        on=date(2026, 5, 13),
        resolution="嵊标协〔2026〕3号",
        cycle=2026,
        vote=contexts.Votes(date(2026, 5, 12), present=9, in_favour=8, against=0, abstained=1),
        claims=Table((*CLAIM_HEAD[:4], "审定金额"), (MUSSELS, PACKED)),
        total=Yuan(200_000),
        published_on=date(2026, 5, 13),
        ends=due(2026, 5, 20),
    ),
    "meeting_resolution_without_vote": contexts.MeetingResolution(
        addressee="嵊泗县标准化议事协调机构",
        on=date(2026, 12, 30),
        resolution="嵊标协〔2026〕9号",
        cycle=2026,
        vote=None,
        claims=Table((*CLAIM_HEAD[:4], "审定金额"), (MUSSELS,)),
        total=Yuan(100_000),
        published_on=date(2026, 12, 30),
        ends=due(2027, 1, 7, provisional=True),
    ),
    "work_digest": contexts.WorkDigest(
        addressee="嵊泗县经济和信息化局",
        on=date(2026, 3, 30),
        waiting=14,
        overdue_total=1,
        overdue=Table(OVERDUE_HEAD, (LATE_MUSSELS,)),
        soon_total=1,
        soon=Table(OVERDUE_HEAD, ((*LATE_PACKED[:4], "2026年4月1日"),)),
        unlisted=12,
    ),
    "work_digest_at_ease": contexts.WorkDigest(
        addressee="嵊泗县市场监督管理局",
        on=date(2026, 3, 30),
        waiting=3,
        overdue_total=0,
        overdue=Table(OVERDUE_HEAD, ()),
        soon_total=0,
        soon=Table(OVERDUE_HEAD, ()),
        unlisted=3,
    ),
    "overdue_report": contexts.OverdueReport(
        addressee="嵊泗县标准化议事协调机构",
        on=date(2026, 3, 30),
        claims=Table(
            (*OVERDUE_HEAD, "责任单位"),
            ((*LATE_MUSSELS, "嵊泗县经济和信息化局"), (*LATE_PACKED, "嵊泗县农业农村局")),
        ),
    ),
    "payout_prompt": contexts.PayoutPrompt(
        addressee="嵊泗县财政局",
        on=date(2026, 5, 21),
        cycle=2026,
        claims=Table((*CLAIM_HEAD[:4], "审定金额"), (MUSSELS, PACKED)),
        total=Yuan(200_000),
    ),
    "year_report": contexts.YearReport(
        addressee="嵊泗县标准化议事协调机构",
        on=date(2027, 1, 10),
        cycle=2026,
        submitted=46,
        budget=Yuan(3_000_000),
        paid=Yuan(2_350_000),
        unpaid=Yuan(100_000),
        file="reports/report-2026.xlsx",
    ),
    "plan_request": contexts.PlanRequest(
        addressee=ADMINISTRATORS, on=date(2027, 1, 15), cycle=2027, missed=False, day=date(2027, 3, 1)
    ),
    "plan_request_missed": contexts.PlanRequest(
        addressee=ADMINISTRATORS, on=date(2026, 5, 6), cycle=2026, missed=True, day=date(2026, 4, 30)
    ),
    "drill_failed": contexts.DrillFailed(
        addressee=ADMINISTRATORS,
        on=date(2026, 5, 2),
        backup="jiangbu-20260428-030000.tar",
        problems=(
            "最近的备份是2026年4月28日的",
            "缺少材料 SB-2026-0007 申请表.pdf",
        ),
    ),
    "wording_set_aside": contexts.WordingSetAside(
        addressee=ADMINISTRATORS,
        on=date(2026, 11, 6),
        letter="标准化奖补申报材料收讫回执",
        number=3,
        problems=("第 3 行：本函件没有名为 receipt_number 的内容。",),
    ),
    "run_failed": contexts.RunFailed(
        addressee=ADMINISTRATORS, on=date(2026, 5, 9), step="截止申报", at="00:01", ended="失败"
    ),
    "letters_held": contexts.LettersHeld(
        addressee=ADMINISTRATORS,
        on=date(2026, 5, 9),
        at="00:10",
        example="标准化奖补申报逾期失效告知书（SB-2026-0007）",
        letters=1200,
        limit=500,
    ),
}
"""By the name of its snapshot, which begins with the letter's kind."""
