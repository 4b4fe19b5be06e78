"""Every page of the desk as somebody comes to it: what `make screens` takes pictures of.

Pages are reached as people reach them, by links and buttons, so that the list holds for whatever a year contains.
"""

from dataclasses import dataclass

DOWNLOADS = frozenset(
    {
        "/audit/checkpoint.json",
        "/audit/events.jsonl",
        "/calendar.ics",
        "/claims/export.{form}",
        "/claims/{number}/evidence/{sha256}",
        "/claims/{number}/evidence/{sha256}/shown",
        "/cycle/{year}/rehearsal/{chart}",
        "/cycle/{year}/report.xlsx",
        "/healthz",
        "/metrics",
        "/notice/{year}/list.{form}",
        "/notices/{letter_id}.{form}",
        "/payouts/{batch}/list.{form}",
        "/payouts/{batch}/sheet.{form}",
        "/procedure.svg",
        "/readyz",
        "/resolution/list.{form}",
        "/results/{year}/list.csv",
        "/township/filed.{form}",
        "/township/sheet.xlsx",
        "/township/unfiled.{form}",
    }
)
"""What answers with a file, a picture or a word for machines."""
LEADS_ON = frozenset(
    {
        "/account/oidc",
        "/agenda",
        "/claims/{number}/edit",
        "/cycle",
        "/notice",
        "/sign-in/oidc",
    }
)
"""What only leads to another page."""

Step = tuple[str, str | None]
"""What to click, or what to fill in and with which words."""


def click(selector: str) -> Step:
    return selector, None


@dataclass(frozen=True, slots=True)
class Screen:
    """A page: its route, what its pictures are called, who opens it where, and what leads on from there.

    `what` tells a reader of the pictures, in Chinese and English. `status` is how the last page answers.
    """

    route: str
    name: str
    who: str | None
    url: str
    what: str
    steps: tuple[Step, ...] = ()
    status: int = 200


CLAIM = "main a[href^='/claims/SB-']"
BEGIN = click("form[action='/apply'] button")
MINUTES: tuple[Step, ...] = (
    ("[name=ref]", "演练标协〔2026〕9号"),
    ("[name=present]", "5"),
    ("[name=in_favour]", "5"),
    click("#sitting .btn.pri"),
)

PUBLIC = (
    Screen("/", "sign-in", None, "/", "登录 signing in"),
    Screen("/policy", "policy", None, "/policy?number=GB/T 20556-2006", "政策与标准号查询 the policy"),
    Screen("/policy/{code}", "policy-item", None, "/policy/lead-national", "奖补项目 an item of the policy"),
    Screen(
        "/policy/versions", "policy-versions", None, "/policy/versions", "政策版本 versions of the policy"
    ),
    Screen(
        "/calculator",
        "calculator",
        None,
        "/calculator?code=lead-national&rank=1&revision=no",
        "试算 what could be claimed",
    ),
    Screen("/procedure", "procedure", None, "/procedure", "办理流程 the procedure"),
    Screen("/notice/{year}", "notice", None, "/notice", "公示 the public notice"),
    Screen(
        "/notice/{year}/objection",
        "objection",
        None,
        "/notice",
        "提出异议 objecting",
        (click("main a[href*='/objection']"),),
    ),
    Screen("/results", "results", None, "/results", "历年结果 results of all years"),
    Screen(
        "/results/{year}",
        "results-year",
        None,
        "/results",
        "一年的结果 a year",
        (click("main a[href^='/results/']"),),
    ),
    Screen("/check", "check", None, "/check", "核验函件 checking a letter"),
    Screen("/none", "not-found", None, "/none", "没有的页面 an address that leads nowhere", status=404),
)

APPLICANT = (
    Screen("/apply", "filings", "applicant", "/apply", "我的填报 one's own filings"),
    Screen("/apply/{key}", "filing-hub", "applicant", "/apply", "填报清单 the topics of a filing", (BEGIN,)),
    *(
        Screen(
            "/apply/{key}/{topic}",
            f"filing-{topic}",
            "applicant",
            "/claims/{draft}/edit",
            what,
            (click(f"main a[href$='/{topic}']"),),
        )
        for topic, what in (
            ("unit", "申报单位 the unit"),
            ("bank", "收款账户 the account"),
            ("standard", "标准（成果） the achievement"),
            ("item", "奖补项目 the item"),
            ("amount", "申请金额 the amount"),
        )
    ),
    Screen(
        "/apply/{key}/evidence",
        "filing-papers",
        "applicant",
        "/claims/{draft}/edit",
        "证明材料 the papers",
        (click("main a[href$='/evidence']"),),
    ),
    Screen(
        "/apply/{key}/check",
        "filing-check",
        "applicant",
        "/claims/{draft}/edit",
        "核对并提交 checking the answers",
        (click("main a[href$='/check']"),),
    ),
    Screen(
        "/apply/{key}", "filing-correction", "applicant3", "/claims/{correction}/edit", "补正 a correction"
    ),
    Screen("/claims/{number}/receipt", "receipt", "applicant", "/claims/{paid}/receipt", "回执 the receipt"),
    Screen(
        "/claims/{number}/forms/{paper}",
        "application-form",
        "applicant",
        "/claims/{paid}/forms/application_form",
        "申请表 the form",
    ),
    Screen(
        "/claims/{number}/forms/{paper}",
        "credit-pledge",
        "applicant",
        "/claims/{paid}/forms/credit_pledge",
        "信用承诺书 the pledge",
    ),
    Screen(
        "/claims/{number}", "claim-applicant", "applicant", "/claims/{paid}", "自己的申报件 one's own claim"
    ),
    Screen("/notices", "letters-applicant", "applicant", "/notices", "来函 letters to the unit"),
)

TOWNSHIP = (
    Screen("/township", "township", "township", "/township", "乡镇首页 a township's own page"),
    Screen("/township/units", "township-units", "township", "/township/units", "本乡镇单位 its units"),
    Screen("/township/sheet", "township-sheet", "township", "/township/sheet", "申报表导入 the sheet"),
    Screen("/notices", "letters-township", "township", "/notices", "来函 letters to the township"),
    Screen(
        "/notices/{letter_id}",
        "letter-township",
        "township",
        "/notices",
        "一件函 a letter",
        (click("main a[href^='/notices/']"),),
    ),
    Screen(
        "/check/{code}",
        "check-letter",
        "township",
        "/notices",
        "核验结果 a letter vouched for",
        (click("main a[href^='/notices/']"), click("main a[href^='/check/']")),
    ),
)

OFFICES = (
    Screen("/claims", "queue", "reviewer", "/claims", "待办 the queue"),
    Screen(
        "/claims/{number}", "claim", "reviewer", "/claims", "申报件 a claim under review", (click(CLAIM),)
    ),
    Screen(
        "/claims/preview",
        "many",
        "reviewer",
        "/claims",
        "批量办理 many at once",
        (click("main tbody input[type=checkbox]"), click("#bulk button[value=endorse]")),
    ),
    Screen("/account", "account", "reviewer", "/account", "我的账号 one's account"),
    Screen(
        "/claims", "queue-department", "department3", "/claims?tab=all", "部门的申报件 a department's claims"
    ),
    Screen(
        "/claims/{number}", "claim-intake", "intake", "/claims", "受理 taking a claim in", (click(CLAIM),)
    ),
    Screen("/agenda/{year}", "agenda", "coordinator", "/agenda", "审定会议 the meeting"),
    Screen(
        "/agenda/{year}/preview",
        "agenda-preview",
        "coordinator",
        "/agenda",
        "会议决定核对 its decisions",
        MINUTES,
    ),
    Screen("/resolutions", "resolutions", "coordinator", "/resolutions", "会议纪要 resolutions"),
    Screen(
        "/resolution",
        "resolution",
        "coordinator",
        "/resolutions",
        "一份名单 a list",
        (click("main a[href^='/resolution?']"),),
    ),
    Screen("/payouts", "payouts", "finance2", "/payouts", "资金拨付 payouts"),
    Screen(
        "/payouts/{batch}",
        "payout",
        "finance2",
        "/payouts",
        "拨付批次 a batch",
        (click("main a[href^='/payouts/']"),),
    ),
)

ADMINISTRATION = (
    Screen("/cycle/{year}", "cycle", "administrator", "/cycle", "年度总览 the year's board"),
    Screen(
        "/cycle/{year}/rehearsal",
        "rehearsal",
        "administrator",
        "/cycle/{year}/rehearsal",
        "演练 a rehearsal of the year",
    ),
    Screen("/calendar", "calendar", "administrator", "/calendar", "日历 the calendar"),
    Screen(
        "/calendar/day",
        "calendar-day",
        "administrator",
        "/calendar",
        "一天 a day",
        (click("main a[href^='/calendar/day']"),),
    ),
    Screen("/notices", "letters", "administrator", "/notices", "全部函件 all letters"),
    Screen(
        "/notices",
        "letters-failed",
        "administrator",
        "/notices?status=no_address",
        "未送达 that did not arrive",
    ),
    Screen(
        "/notices/{letter_id}",
        "letter",
        "administrator",
        "/notices",
        "一件函 a letter",
        (click("main a[href^='/notices/']"),),
    ),
    Screen("/admin", "users", "administrator", "/admin", "用户 the users"),
    Screen(
        "/admin/absences", "absences", "administrator", "/admin/absences", "代理与回避 absences, interests"
    ),
    Screen("/admin/settings", "settings", "administrator", "/admin/settings", "设置 settings"),
    Screen(
        "/admin/wording", "wordings", "administrator", "/admin/wording", "函件文字 the wording of letters"
    ),
    Screen(
        "/admin/wording/{kind}", "wording", "administrator", "/admin/wording/receipt", "一类函件 one kind"
    ),
    Screen(
        "/admin/wording/{kind}/versions/{number}",
        "wording-version",
        "administrator",
        "/admin/wording/receipt/versions/0",
        "一个版本 one version",
    ),
    Screen("/audit", "audit", "auditor", "/audit", "审计 the audit trail"),
    Screen("/admin", "not-allowed", "reviewer", "/admin", "无权查看 not for this person", status=403),
)

DECIDED = (
    Screen(
        "/claims/{number}",
        "undo",
        "reviewer",
        "/claims/{market_supervision_review}",
        "可撤销 a step that can be taken back",
        (click("input[name=trigger][value=endorse]"), click(".act .btn.pri")),
    ),
)
"""Last of all, for it changes what the other pages show."""

SCREENS = (*PUBLIC, *APPLICANT, *TOWNSHIP, *OFFICES, *ADMINISTRATION, *DECIDED)
