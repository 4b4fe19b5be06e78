"""A small policy and claims of it, as values: what the domain's tests judge. No file is read."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from states.credit_codes import check_character
from states.facts import (
    Achievement,
    Actor,
    Applicant,
    ClaimFacts,
    DepartmentCheck,
    Finding,
    Office,
    Order,
    PayoutFacts,
    ResolutionFacts,
    Severity,
    Window,
)
from states.policy import (
    Basis,
    EvidenceKind,
    Field,
    Item,
    Level,
    Periods,
    Policy,
    PolicyStatus,
    Switches,
    Yuan,
)
from states.stages import Duty, Role, Stage, Trigger

TODAY = date(2026, 4, 15)
BEFORE, AFTER = date(2026, 4, 1), date(2026, 4, 30)


def credit_code(first17: str) -> str:
    return first17 + check_character(first17)


COUNTY_CODE = credit_code("91330922MA2A0001X")
OTHER_CODE = credit_code("91330922MA2A0002X")


def item(code: str, level: Level | None, wan: int, **given: Any) -> Item:
    """A row of list one for the lead drafter, unless said otherwise."""
    values: dict[str, Any] = {
        "code": code,
        "list": 1,
        "kind": "subsidy",
        "group": "牵头制定",
        "condition": "排名第一位，不含修订",
        "level": "国家标准",
        "title": f"项目 {code}",
        "title_en": f"Item {code}",
        "municipal_yuan": Yuan(wan * 10_000),
        "county_yuan": Yuan(wan * 10_000),
        "is_ceiling": False,
        "confirmed": True,
        "reading": "",
        "clause": f"附件1·{code}",
        "basis": Basis.STANDARD,
        "standard_level": level,
        "ranks": (1, 1),
        "revisions": False,
        "evidence": (
            EvidenceKind("standard_text", "标准文本", "Text of the standard", required=True),
            EvidenceKind("photo", "照片", "Photo", required=False),
        ),
        "date_label": "发布日期",
    }
    return Item(**values | given)


AWARD = {"basis": Basis.AWARD, "ranks": None, "revisions": True, "group": "标准创新贡献奖", "condition": ""}

ITEMS = (
    item("lead-international", Level.INTERNATIONAL, 100),
    item("lead-national", Level.NATIONAL, 30),
    item("lead-industry", Level.INDUSTRY, 20),
    item("lead-zhejiang-local", Level.ZHEJIANG_LOCAL, 20, confirmed=False, reading="与行业标准合并。"),
    item("lead-pinzibiao", Level.PINZIBIAO, 20, confirmed=False, reading="与行业标准合并。"),
    item("lead-yongzhou-regional", Level.YONGZHOU_REGIONAL, 10),
    item(
        "participate-international",
        Level.INTERNATIONAL,
        30,
        is_ceiling=True,
        ranks=None,
        revisions=True,
        group="参与制定",
    ),
    item(
        "participate-national",
        Level.NATIONAL,
        15,
        is_ceiling=True,
        ranks=(2, 4),
        revisions=True,
        group="参与制定",
    ),
    item("lead-zhoushan-local", Level.ZHOUSHAN_LOCAL, 10, municipal_yuan=None, list=2),
    item("lead-group", Level.GROUP, 10, municipal_yuan=None, list=2),
    item("award-provincial", None, 50, is_ceiling=True, date_label="表彰决定日期", **AWARD),
    item("award-county-major", None, 15, municipal_yuan=None, list=2, date_label="表彰决定日期", **AWARD),
)

POLICY = Policy(
    version="v1",
    title="意见",
    title_en="Opinion",
    document="",
    status=PolicyStatus.DRAFT,
    effective_from=date(2024, 1, 1),
    effective_to=None,
    items={each.code: each for each in ITEMS},
    fields={"ecology": Field("ecology", "生态环境", "Ecology", "(四)2", ("reform",))},
    periods=Periods(
        intake=5,
        department_check=10,
        review=10,
        coordination=20,
        correction=10,
        payout=15,
        notice=5,
        reconsideration=60,
        escalation=5,
    ),
    switches=Switches(
        county_prefixes=("330922",),
        asked_prefixes=("330900", "100000"),
        organ_prefixes=("11",),
        cap_at_municipal=True,
        deduct_earlier_payment=True,
        series_paid_once=False,
        default_department="market-supervision",
    ),
    clauses={},
    remedies={},
    hash="0" * 64,
)


def switched(**switches: Any) -> Policy:
    return replace(POLICY, switches=replace(POLICY.switches, **switches))


UNIT = Applicant("嵊泗县海洋科技研究所", COUNTY_CODE, "菜园镇")
STANDARD = Achievement("GB/T 41545-2025", "水产品分类", rank=1, revision=False, dated_on=date(2025, 5, 1))
WINDOW = Window(date(2026, 3, 1), date(2026, 4, 30), date(2025, 1, 1), date(2025, 12, 31))

UNIT_OFFICE = Office("unit", "unit", (UNIT.name,), uscc=UNIT.uscc, township=UNIT.township)
TOWNSHIP = Office("caiyuan", "township", ("菜园镇人民政府",), township="菜园镇")
REFORM = Office("reform", "department", ("嵊泗县发展和改革局", "县发改局"))
TRADE = Office("trade", "department", ("嵊泗县经济和信息化局", "县经信局"))
BUREAU = Office("market-supervision", "department", ("嵊泗县市场监督管理局", "县市场监管局"))
BODY = Office("body", "body", ("嵊泗县标准化议事协调机构",))
FINANCE = Office("finance", "finance", ("嵊泗县财政局",))

OFFICE_OF = {
    Role.APPLICANT: UNIT_OFFICE,
    Role.TOWNSHIP: TOWNSHIP,
    Role.INTAKE: BUREAU,
    Role.DEPARTMENT: REFORM,
    Role.REVIEWER: BUREAU,
    Role.COORDINATOR: BODY,
    Role.FINANCE: FINANCE,
}


def actor(role: Role, name: str = "", **given: Any) -> Actor:
    """Somebody in a role, at the office where such people work, under a name of their own."""
    return Actor(
        **{"name": name or role.value, "roles": frozenset({role}), "office": OFFICE_OF.get(role)} | given
    )


def facts(stage: Stage, **given: Any) -> ClaimFacts:
    """A claim in good order at a stage: evidence complete, nothing found, one department asked."""
    values: dict[str, Any] = {
        "number": "SB-2026-0001",
        "cycle": 2026,
        "stage": stage,
        "version": 3,
        "item": POLICY.items["lead-national"],
        "policy": POLICY,
        "applicant": UNIT,
        "achievement": STANDARD,
        "window": WINDOW,
        "requested_yuan": Yuan(300_000),
        "evidence": frozenset({"standard_text"}),
        "departments": (DepartmentCheck("reform", "县发改局", cleared=False),),
        "field_departments": ("reform",),
        "due_on": AFTER,
        "available_yuan": Yuan(1_000_000),
    }
    if stage is Stage.CORRECTION:
        values["returned_from"] = Stage.MARKET_SUPERVISION_REVIEW
    if stage is Stage.COORDINATION_APPROVAL:
        values["proposed_yuan"] = Yuan(300_000)
    if stage in {Stage.PUBLIC_NOTICE, Stage.FINANCE_PAYOUT, Stage.PAID}:
        values |= {"proposed_yuan": Yuan(300_000), "granted_yuan": Yuan(300_000)}
        values["resolution"] = ResolutionFacts("〔2026〕1号", date(2026, 4, 1), date(2026, 4, 9))
    return ClaimFacts(**values | given)


def ready_for(stage: Stage, trigger: Trigger, role: Role) -> ClaimFacts:
    """A claim of which nothing in itself stands against this trigger."""
    given: dict[str, Any] = {
        (Trigger.ACCEPT, Role.SYSTEM): {"due_on": BEFORE},
        (Trigger.LAPSE, Role.SYSTEM): {"due_on": BEFORE},
        (Trigger.REMAND, Role.COORDINATOR): {"objection_upheld": True},
        (Trigger.PAY, Role.FINANCE): {"payout": PayoutFacts(settled_yuan=Yuan(300_000))},
        (Trigger.RECLAIM, Role.FINANCE): {"reclaim_yuan": Yuan(100_000)},
    }.get((trigger, role), {})
    return facts(stage, **given)


ORDERS: Mapping[Trigger, Order] = {
    Trigger.APPROVE: Order(resolution=ResolutionFacts("〔2026〕2号", None, None)),
    Trigger.RETURN_FOR_CORRECTION: Order(reason="缺标准文本", missing=("standard_text",)),
    Trigger.REJECT: Order(reason="不符合条件"),
    Trigger.REMAND: Order(reason="异议成立"),
    Trigger.RECONSIDER: Order(reason="有新证据"),
    Trigger.REVOKE: Order(reason="材料不实"),
    Trigger.RECLAIM: Order(reason="材料不实", amount_yuan=Yuan(100_000)),
}


def order(trigger: Trigger) -> Order:
    """What somebody says who says all that the trigger needs."""
    return ORDERS.get(trigger, Order())


def error(code: str = "rank_not_paid") -> Finding:
    return Finding(code, Severity.ERROR, "不符合。", "It does not fit.", "附件1")


def warning(code: str = "series") -> Finding:
    return Finding(code, Severity.WARNING, "请说明。", "Please say.", "附件1")


def acted(duty: Duty, *names: str) -> dict[Duty, frozenset[str]]:
    return {duty: frozenset(names)}
