"""A claim, its history and its amount, as people read them in a terminal."""

from typing import Any

from cli.output import Column, blocks, sheet, table, titled
from states.stages import Role, Stage, Trigger

LIST = (
    Column("编号", "Number"),
    Column("环节", "Stage"),
    Column("申报单位", "Applicant"),
    Column("标准（文号）", "Standard"),
    Column("申报（元）", "Requested", right=True),
    Column("审定（元）", "Granted", right=True),
    Column("办理期限", "Due"),
)
HISTORY = (
    Column("序", "Seq", right=True),
    Column("时间", "At"),
    Column("操作", "Trigger"),
    Column("至", "To"),
    Column("办理人", "Actor"),
    Column("角色", "Role"),
    Column("理由", "Reason"),
)
STEPS = (
    Column("规则", "Rule"),
    Column("依据", "Clause"),
    Column("输入（元）", "Input", right=True),
    Column("结果（元）", "Result", right=True),
)
DECISIONS = (
    Column("时间", "At"),
    Column("操作", "Trigger"),
    Column("金额（元）", "Yuan", right=True),
    Column("办理人", "Actor"),
    Column("纪要", "Resolution"),
    Column("理由", "Reason"),
)
EVENTS = {
    "file": "填报",
    "evidence_added": "附材料",
    "data_corrected": "更正",
    "disclosed": "登记披露",
    "municipal_decided": "登记市级核定金额",
    "notice_published": "公布名单",
    "objection_filed": "收到异议",
    "objection_decided": "答复异议",
    "payout_proposed": "列入拨付批次",
    "payout_released": "批次放行",
    "payment_failed": "银行退回",
    "payment_unknown": "银行结果未知",
}
"""What happens to a claim besides the triggers that move it."""

SEVERITY = {"error": "✗ 不符 error", "warning": "! 提示 warning", "info": "· 说明 info"}


def claims(data: list[dict[str, Any]]) -> str:
    return table(LIST, map(_row, data))


def _row(claim: dict[str, Any]) -> list[Any]:
    return [
        claim["number"],
        _stage(claim["stage"]),
        claim["applicant"]["name"],
        claim["standard"]["number"],
        claim["amounts"]["requested_yuan"],
        claim["amounts"]["granted_yuan"],
        _due(claim),
    ]


def claim(data: dict[str, Any]) -> str:
    return blocks(_particulars(data), _amounts(data), _departments(data), _evidence(data), _findings(data))


def _particulars(data: dict[str, Any]) -> str:
    applicant, standard = data["applicant"], data["standard"]
    return sheet(
        [
            ("申报编号", "Number", f"{data['number']}  第 {data['version']} 版 version {data['version']}"),
            ("环节", "Stage", _stage(data["stage"])),
            ("办理期限", "Due", _due(data)),
            ("可办事项", "Actions", [f"{Trigger(each):zh} {each}" for each in data["actions"]]),
            ("申报单位", "Applicant", f"{applicant['name']}  {applicant['uscc']}  {applicant['township']}"),
            ("奖补项目", "Item", f"{data['item_title']}  {data['item']}"),
            ("标准（文号）", "Standard", f"{standard['number']}  {standard['title']}"),
            ("排名", "Rank", standard["rank"]),
            ("是否修订", "Revision", standard["revision"]),
            ("发布日期", "Published", standard["published_on"]),
            ("起草单位", "Drafters", standard["drafters"]),
            ("收款账户", "Account", f"{data['account']['bank']}  {data['account']['number']}"),
        ],
    )


def _amounts(data: dict[str, Any]) -> str:
    amounts = data["amounts"]
    labels = {
        "municipal_yuan": ("市级清单", "city, by the list"),
        "county_yuan": ("县级清单", "county, by the list"),
        "requested_yuan": ("申报", "requested"),
        "worked_out_yuan": ("按规则计算", "worked out"),
        "proposed_yuan": ("拟定", "proposed"),
        "granted_yuan": ("审定", "granted"),
    }
    return titled("金额（元）", "Amounts (yuan)", sheet((*labels[name], amounts[name]) for name in labels))


def _departments(data: dict[str, Any]) -> str:
    pairs = [(each["name"], each["code"], each["cleared"]) for each in data["departments"]]
    return titled("部门核查是否通过", "Departments cleared", sheet(pairs))


def _evidence(data: dict[str, Any]) -> str:
    pairs = [
        (each["title"], each["kind"], [file["name"] for file in each["files"]] or _absent(each))
        for each in data["evidence"]
    ]
    return titled("材料", "Evidence", sheet(pairs))


def _absent(kind: dict[str, Any]) -> str:
    return "缺 missing" if kind["required"] else "—"


def _findings(data: dict[str, Any]) -> str:
    lines = (
        "\n  ".join(
            (
                f"{SEVERITY[each['severity']]} [{each['code']}] {each['message']}",
                each["message_en"],
                *([" ".join(each["claims"])] if each["claims"] else []),
            )
        )
        for each in data["findings"]
    )
    return titled("审查意见", "Findings", "\n".join(lines))


def history(data: list[dict[str, Any]]) -> str:
    return table(
        HISTORY,
        (
            [
                each["seq"],
                each["at"][:16],
                _trigger(each["trigger"]),
                _stage(each["target"]) if each["target"] != each["source"] else "",
                each["actor"],
                _role(each["role"]),
                each["reason"],
            ]
            for each in data
        ),
    )


def explanation(data: dict[str, Any]) -> str:
    heading = sheet(
        [
            ("申报编号", "Number", data["number"]),
            ("奖补项目", "Item", f"{data['item_title']}  {data['item']}"),
            ("依据", "Clause", data["clause"]),
            ("政策版本", "Policy", f"{data['policy']['version']}  {data['policy']['title']}"),
        ],
    )
    decisions = table(
        DECISIONS,
        (
            [
                each["at"][:16],
                _trigger(each["trigger"]),
                each["amount_yuan"],
                each["actor"],
                each["resolution"],
                each["reason"],
            ]
            for each in data["decisions"]
        ),
    )
    return blocks(
        heading,
        titled("金额计算", "How the amount is worked out", steps(data["quote"]["steps"])),
        titled("各环节决定", "What was decided", decisions),
    )


def steps(data: list[dict[str, Any]]) -> str:
    """The steps of a calculation."""
    return table(STEPS, ([each[key] for key in ("rule", "clause", "input", "result")] for each in data))


def _stage(value: str) -> str:
    return f"{Stage(value):zh} {value}"


def _trigger(value: str) -> str:
    title = f"{Trigger(value):zh}" if value in set(Trigger) else EVENTS.get(value, "")
    return f"{title} {value}"


def _role(value: str) -> str:
    return f"{Role(value):zh}" if value in set(Role) else value


def _due(claim: dict[str, Any]) -> str:
    if claim["due_on"] is None:
        return "—"
    late = " 逾期 overdue" if claim["overdue"] else ""
    return f"{claim['due_on']}{' 暂定 provisional' if claim['provisional'] else ''}{late}"
