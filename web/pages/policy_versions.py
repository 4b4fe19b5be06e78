"""Two versions of the policy side by side, open to all: every item's amounts, and whatever else differs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Depends
from starlette.responses import Response

from claims.policy.policies import policy_diff, version_named
from states.policy import Item, Policy
from web.guards import PUBLIC, Visit
from web.rendering import render
from web.wording import NONE, Words

router = APIRouter()


@dataclass(frozen=True, slots=True)
class ItemPair:
    """An item in both versions; None where one has none. `changed`: its amounts differ."""

    title: tuple[str, str]
    before: Item | None
    after: Item | None

    @property
    def changed(self) -> bool:
        return _amounts(self.before) != _amounts(self.after)


@dataclass(frozen=True, slots=True)
class Difference:
    """Something else that differs: where, and what each version says, in words."""

    place: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class VersionsPage:
    """The versions of the policy, and two of them side by side; one alone where there is no other yet."""

    template: ClassVar[str] = "policy_versions.html"
    versions: tuple[Policy, ...]
    before: Policy
    after: Policy | None
    items: tuple[ItemPair, ...]
    others: tuple[Difference, ...]


@router.get("/policy/versions")
def versions(visit: Annotated[Visit, Depends(PUBLIC)], before: str = "", after: str = "") -> Response:
    rulebook = visit.desk.rulebook
    known = rulebook.versions
    if len(known) == 1:
        return render(visit, VersionsPage(known, known[0], None, (), ()))
    old = version_named(rulebook, before) if before else known[-2]
    new = version_named(rulebook, after) if after else known[-1]
    differences = policy_diff(rulebook, old.version, new.version)
    page = VersionsPage(
        versions=known,
        before=old,
        after=new,
        items=_pairs(old, new),
        others=tuple(
            Difference(_place(visit.words, each["place"], (new, old)), *_values(visit.words, each))
            for each in differences
            if not _told_elsewhere(each["place"])
        ),
    )
    return render(visit, page)


def _amounts(item: Item | None) -> tuple[object, ...] | None:
    return None if item is None else (item.municipal_yuan, item.county_yuan, item.is_ceiling)


def _pairs(old: Policy, new: Policy) -> tuple[ItemPair, ...]:
    found = []
    for code in dict.fromkeys((*old.items, *new.items)):
        item = new.items.get(code) or old.items[code]
        found.append(ItemPair((item.title, item.title_en), old.items.get(code), new.items.get(code)))
    return tuple(found)


AMOUNTS = frozenset({"municipal_yuan", "county_yuan", "is_ceiling"})
HEADS = frozenset(
    {"version", "hash", "status", "document", "effective_from", "effective_to", "title", "title_en"}
)


def _told_elsewhere(place: str) -> bool:
    """The amounts stand in the table of items, what names a version in its head."""
    group, _, rest = place.partition(".")
    return group in HEADS or (group == "items" and rest.rpartition(".")[2] in AMOUNTS)


_GROUPS: Mapping[str, tuple[str, str]] = {
    "items": ("奖补项目", "Award item"),
    "fields": ("领域", "Field"),
    "periods": ("办理期限（工作日）", "Period (working days)"),
    "switches": ("规则", "Rule"),
    "clauses": ("条款", "Clause"),
    "remedies": ("救济告知", "Remedies"),
}
_PARTS: Mapping[str, tuple[str, str]] = {
    "condition": ("条件", "condition"),
    "ranks": ("排名", "ranks"),
    "revisions": ("含修订", "revisions included"),
    "evidence": ("证明材料", "evidence"),
    "reading": ("解读", "reading"),
    "confirmed": ("金额已明确", "amount certain"),
    "group": ("类别", "group"),
    "level": ("级别", "level"),
    "title": ("名称", "title"),
    "title_en": ("英文名称", "English title"),
    "clause": ("条款", "clause"),
    "departments": ("核查部门", "departments"),
    "intake": ("受理", "intake"),
    "department_check": ("部门核查", "department check"),
    "review": ("市监审核", "review"),
    "coordination": ("协调机构审定", "coordination"),
    "correction": ("补正", "correction"),
    "payout": ("拨付", "payout"),
    "notice": ("公示", "public notice"),
    "reconsideration": ("重新审核", "reconsideration"),
    "escalation": ("督办", "escalation"),
    "cap_at_municipal": ("不超过市级核定金额", "not above the city's amount"),
    "deduct_earlier_payment": ("就高补差", "less what was paid before"),
    "series_paid_once": ("系列标准只奖补一次", "a series is paid once"),
    "refusal": ("不予支持", "refusal"),
    "revocation": ("撤销", "revocation"),
    "clawback": ("追回", "clawback"),
}


def _place(words: Words, place: str, policies: tuple[Policy, Policy]) -> str:
    """Where a difference stands, in words as far as there are any."""
    group, _, rest = place.partition(".")
    parts = rest.split(".") if rest else []
    names = [words.pick(_GROUPS[group]) if group in _GROUPS else group]
    for position, part in enumerate(parts):
        titled = next((each for policy in policies if (each := _titled(policy, group, part))), None)
        if position == 0 and titled is not None:
            names.append(words.pick(titled))
        else:
            names.append(words.pick(_PARTS[part]) if part in _PARTS else part)
    return " · ".join(names)


def _titled(policy: Policy, group: str, code: str) -> tuple[str, str] | None:
    if group == "items" and code in policy.items:
        return policy.items[code].title, policy.items[code].title_en
    if group == "fields" and code in policy.fields:
        return policy.fields[code].title, policy.fields[code].title_en
    return None


def _values(words: Words, difference: Mapping[str, Any]) -> tuple[str, str]:
    return _value(words, difference["before"]), _value(words, difference["after"])


def _value(words: Words, value: object) -> str:
    match value:
        case None | "":
            return NONE
        case bool():
            return words.t("是", "yes") if value else words.t("否", "no")
        case list() | tuple():
            return words.listing([str(each) for each in value]) or NONE
    return str(value)
