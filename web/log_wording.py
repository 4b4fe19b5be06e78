"""How the log reads: what happened besides the work on claims, and to what."""

from types import MappingProxyType
from urllib.parse import quote, urlencode

from web.wording import Words

LOGGED = MappingProxyType(
    {
        "budget_changed": ("调整预算", "budget changed"),
        "calendar_shared": ("取得日历订阅地址", "calendar's address made"),
        "calendar_unshared": ("撤销日历订阅地址", "calendar's address taken back"),
        "correction_reminded": ("提醒补正", "reminded of a correction"),
        "cycle_closed": ("截止申报", "cycle closed"),
        "cycle_missed": ("错过申报窗口", "cycle missed"),
        "cycle_opened": ("开放申报", "cycle opened"),
        "cycle_planned": ("安排年度申报", "cycle planned"),
        "deactivated": ("停用账号", "account closed"),
        "delegated": ("登记代理", "absence recorded"),
        "delegation_ended": ("终止代理", "absence called off"),
        "drafts_reminded": ("提醒提交草稿", "holders of drafts reminded"),
        "drill_failed": ("恢复检验未通过", "backup could not be proven"),
        "identity_linked": ("关联统一登录", "single sign-on linked"),
        "identity_unlinked": ("取消统一登录关联", "single sign-on unlinked"),
        "interest_declared": ("声明利害关系", "interest declared"),
        "letter_bounced": ("登记退信", "letter came back"),
        "letter_received": ("确认收到函件", "letter received"),
        "letter_requeued": ("函件重新发送", "letter sent again"),
        "letter_settled": ("函件另行处理", "letter settled otherwise"),
        "letters_discarded": ("暂停的函件作废", "held letters discarded"),
        "letters_held": ("暂停发送函件", "letters held"),
        "letters_released": ("恢复发送函件", "held letters released"),
        "list_concluded": ("名单公示期满", "list's notice over"),
        "letters_kept": ("函件存档", "letters kept"),
        "list_published": ("公布名单", "list published"),
        "meeting_convened": ("召集会议", "meeting convened"),
        "meeting_recorded": ("登记会议表决", "vote recorded"),
        "next_cycle_wanted": ("提请制定下年计划", "next year's plan asked for"),
        "notice_confirmed": ("公示期限确定", "notice's end confirmed"),
        "notice_extended": ("公示期限顺延", "notice extended"),
        "overdue_escalated": ("督办逾期", "overdue claims escalated"),
        "password_changed": ("修改密码", "password changed"),
        "password_renewed": ("重置密码", "password made anew"),
        "payout_answered": ("银行回单核对完毕", "bank has answered"),
        "payout_prompted": ("提请拨付", "payout prompted"),
        "reactivated": ("恢复账号", "account opened again"),
        "reading_confirmed": ("确认政策解读", "reading confirmed"),
        "recovery_code_used": ("使用恢复码", "recovery code used"),
        "recovery_codes_renewed": ("更换恢复码", "recovery codes renewed"),
        "restored": ("从备份恢复", "restored from a backup"),
        "role_given": ("授予角色", "role given"),
        "role_taken": ("取消角色", "role taken"),
        "run_failed": ("自动任务失败", "flow run failed"),
        "second_factor_off": ("停用两步验证", "second factor off"),
        "second_factor_on": ("启用两步验证", "second factor on"),
        "second_factor_reset": ("重置两步验证", "second factor reset"),
        "token_made": ("发放访问令牌", "token made"),
        "townships_called": ("通知乡镇组织申报", "townships called"),
        "townships_reminded": ("提醒乡镇", "townships reminded"),
        "work_told": ("告知待办事项", "told of waiting work"),
        "wording_changed": ("修改函件文字", "wording of a letter changed"),
        "wording_set_aside": ("停用函件文字", "wording of a letter set aside"),
        "year_reported": ("年度报告", "year reported"),
    },
)
"""Events of streams that are no claim's; those of claims have their names in the wording of their pages."""

_SUBJECTS = MappingProxyType(
    {
        "cycle": ("年度 {name}", "cycle {name}"),
        "payout": ("拨付批次 {name}", "batch {name}"),
        "policy": ("政策项目 {name}", "policy item {name}"),
        "resolution": ("会议纪要 {name}", "minutes {name}"),
        "user": ("用户 {name}", "user {name}"),
        "run": ("任务 {name}", "run {name}"),
        "wording": ("函件 {name} 的文字", "wording of {name}"),
    },
)


def logged(words: Words, trigger: str) -> str:
    """What an event of the log is called."""
    if trigger not in LOGGED:
        return words.event(trigger)
    name = words.pick(LOGGED[trigger])
    return name[:1].upper() + name[1:]


def subject(words: Words, stream: str) -> str:
    """What a stream is about."""
    kind, _, name = stream.partition("/")
    return words.pick(_SUBJECTS[kind]).format(name=name) if name and kind in _SUBJECTS else stream


def address(stream: str) -> str:
    """Where it is to be seen; empty where nothing shows it."""
    kind, _, name = stream.partition("/")
    match kind:
        case "cycle" | "policy":
            return f"/{kind}/{quote(name)}"
        case "payout":
            return f"/payouts/{quote(name)}"
        case "wording":
            return f"/admin/wording/{quote(name)}"
        case "resolution":
            return f"/resolution?{urlencode({'ref': name})}"
        case _:
            return f"/claims/{quote(stream)}" if stream.startswith("SB-") else ""
