"""What an administrator reads about a run: which slots were settled, and how.

Prefect has no users of its own, so nothing here names a person: a claim's number may appear, the
sentence of a refusal or an error (which may quote a name or an account) may not.
"""

from collections import Counter
from collections.abc import Sequence

from claims.timing.due import SlotResult
from config.settings import Settings
from flows.environment import DESK_URL_FILE, prefect_folder

KINDS = {
    "call_townships": "通知乡镇组织申报",
    "open_cycle": "开放申报",
    "close_submissions": "截止申报",
    "remind_townships": "提醒乡镇",
    "remind_drafts": "提醒未提交申报单位",
    "deem_accepted": "逾期视为受理",
    "remind_correction": "提醒补正",
    "lapse": "逾期失效",
    "end_notice": "公示期满",
    "prompt_payout": "提请拨付",
    "escalate_overdue": "督办逾期",
    "year_report": "年度报告",
    "call_next_year": "提请制定下年计划",
    "recount": "重算期限",
    "seal_audit": "审计封存",
    "backup": "备份",
    "restore_drill": "恢复检验",
}
CLAIM = "SB-"
LINKED = 20
"""So many claims a run leads to; its table names all."""

OUTCOMES = {
    "pending": "未办成",
    "done": "已办",
    "late": "迟办",
    "skipped": "无需办理",
    "asked": "已转人工",
}


def unsettled(results: Sequence[SlotResult]) -> tuple[SlotResult, ...]:
    """The slots whose work failed; they stay due and the next round tries them again."""
    return tuple(each for each in results if each.outcome == "pending")


def reason(result: SlotResult) -> str:
    """The code in front of a detail, without the sentence behind it."""
    return result.detail.partition(":")[0]


def as_table(results: Sequence[SlotResult]) -> list[dict[str, str]]:
    """One row a slot, for a table artifact; a run that found nothing due says so."""
    if not results:
        return [{"到期事项": "—", "类别": "—", "应办时间": "—", "结果": "本次无到期事项", "说明": ""}]
    return [
        {
            "到期事项": each.slot,
            "类别": KINDS.get(each.kind, each.kind),
            "应办时间": f"{each.due_at:%Y-%m-%d %H:%M}",
            "结果": OUTCOMES.get(each.outcome, each.outcome),
            "说明": reason(each),
        }
        for each in results
    ]


def summary(results: Sequence[SlotResult]) -> str:
    """One line over the table: how many of each outcome."""
    if not results:
        return "本次无到期事项；待发函件已处理。"
    counts = Counter(each.outcome for each in results)
    return (
        "，".join(f"{OUTCOMES.get(outcome, outcome)} {count} 项" for outcome, count in sorted(counts.items()))
        + "。"
    )


def desk_url(settings: Settings) -> str | None:
    """Where people find the desk, as `jiangbu up` wrote it down; None where it never did."""
    try:
        return (prefect_folder(settings) / DESK_URL_FILE).read_text().strip() or None
    except FileNotFoundError:
        return None


def desk_links(settings: Settings, results: Sequence[SlotResult] = ()) -> str:
    """Markdown links from a run to the desk: the board, the calendar, and what the run dealt with."""
    url = desk_url(settings)
    if url is None:
        return ""
    pages = {"年度看板": "/cycle", "日历": "/calendar"}
    pages |= {f"{each} 年度": f"/cycle/{each}" for each in sorted({r.cycle for r in results if r.cycle})}
    claims = sorted({r.subject for r in results if r.subject.startswith(CLAIM)})
    pages |= {number: f"/claims/{number}" for number in claims[:LINKED]}
    return " · ".join(f"[{title}]({url}{path})" for title, path in pages.items())
