"""The rows of the policy lists: groups of items, and the papers and dates that their basis brings along."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from config.documents import RulebookError, Section
from states.guards import CORRECTABLE_FIELDS
from states.policy import GENERAL_CLAUSES, Basis, EvidenceKind, Item, Level, Yuan

KINDS = ("subsidy", "award")
LISTS = 2


@dataclass(frozen=True, slots=True)
class Papers:
    """The kinds of evidence asked for, by their names."""

    required: tuple[str, ...]
    optional: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What items refer to: titles of papers (Chinese, English), what each basis brings, and the clauses."""

    titles: Mapping[str, tuple[str, str]]
    bases: Mapping[Basis, tuple[str, Papers]]
    clauses: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Group:
    """What the rows under one heading of a list have in common."""

    list: int
    kind: str
    group: str
    condition: str
    basis: Basis
    ranks: tuple[int, int] | None
    revisions: bool
    is_ceiling: bool
    optional: tuple[str, ...]


def read_catalogue(top: Section) -> Catalogue:
    titles = dict(_titles(top))
    bases = {}
    for name, section in top.sections_by_name("bases"):
        if name not in set(Basis):
            raise RulebookError(
                section.file,
                section.line,
                f"没有名为“{name}”的奖补依据；可写：{'、'.join(Basis)}。",
                f"There is no basis named “{name}”; write {', '.join(Basis)}.",
            )
        papers = Papers(_papers(section, "required", titles), _papers(section, "optional", titles))
        bases[Basis(name)] = (section.text("dated_by"), papers)
    clauses = top.texts_by_name("clauses")
    for code in GENERAL_CLAUSES:
        if code not in clauses:
            top.refuse(
                "clauses",
                f"clauses 缺少“{code}”，请补上该条款的内容。",
                f"clauses lacks “{code}”; add the words of that clause.",
            )
    return Catalogue(titles, bases, clauses)


def read_items(top: Section, catalogue: Catalogue) -> dict[str, Item]:
    """All items by code, in the order of the lists. Codes and titles are unique: import sheets hold either."""
    items: dict[str, Item] = {}
    titles: set[str] = set()
    for section in top.sections("groups"):
        group = _group(section, catalogue)
        for row in section.sections("items"):
            item = _item(row, group, catalogue)
            for key, value, taken in (("code", item.code, items), ("title", item.title, titles)):
                if value in taken:
                    row.refuse(
                        key,
                        f"“{value}”已用于另一奖补项目；请换一个。",
                        f"“{value}” is another item's already; choose another.",
                    )
            items[item.code] = item
            titles.add(item.title)
    return items


def _titles(top: Section) -> Iterator[tuple[str, tuple[str, str]]]:
    for kind, section in top.sections_by_name("evidence"):
        # A return for correction names papers and fields in one list; one word must not mean both.
        if kind in CORRECTABLE_FIELDS:
            raise RulebookError(
                section.file,
                section.line,
                f"“{kind}”是申报表的一项，不能作材料代码；请换一个，如 {kind}_proof。",
                f"“{kind}” is a field of the claim and cannot name a paper; choose another, such as {kind}_proof.",
            )
        yield kind, (section.text("title"), section.text("title_en"))


def _papers(section: Section, key: str, titles: Mapping[str, tuple[str, str]]) -> tuple[str, ...]:
    return section.references(key, titles, "材料", "paper", ())


def _group(section: Section, catalogue: Catalogue) -> _Group:
    number = section.number("list", least=1)
    if number > LISTS:
        section.refuse("list", f"清单只有 1 至 {LISTS}。", f"There are lists 1 to {LISTS} only.")
    basis = section.choice("basis", Basis)
    if basis not in catalogue.bases:
        section.refuse(
            "basis", f"bases 中没有“{basis}”，请补上。", f"bases says nothing of “{basis}”; add it."
        )
    return _Group(
        list=number,
        kind=section.reference("kind", KINDS),
        group=section.text("group"),
        condition=section.text("condition", ""),
        basis=basis,
        ranks=_ranks(section),
        revisions=section.flag("revisions", default=True),
        is_ceiling=section.flag("is_ceiling", default=False),
        optional=_papers(section, "optional", catalogue.titles),
    )


def _ranks(section: Section) -> tuple[int, int] | None:
    if "ranks" not in section:
        return None
    ranks = section.numbers("ranks", least=1)
    if len(ranks) != 2 or ranks[0] > ranks[1]:  # noqa: PLR2004 - first and last
        section.refuse(
            "ranks",
            "“ranks”须为首末两个排名，如 [2, 4]。",
            "“ranks” must be the first and the last rank, such as [2, 4].",
        )
    return ranks[0], ranks[1]


def _item(row: Section, group: _Group, catalogue: Catalogue) -> Item:
    confirmed = row.flag("confirmed", default=True)
    dated_by, _ = catalogue.bases[group.basis]
    return Item(
        code=row.text("code"),
        list=group.list,
        kind=group.kind,
        group=group.group,
        condition=group.condition,
        level=row.text("level", ""),
        title=row.text("title"),
        title_en=row.text("title_en"),
        municipal_yuan=Yuan(row.number("municipal_yuan", least=1)) if "municipal_yuan" in row else None,
        county_yuan=Yuan(row.number("county_yuan", least=1)),
        is_ceiling=group.is_ceiling,
        confirmed=confirmed,
        reading=row.text("reading", None if not confirmed else ""),
        clause=row.reference("clause", catalogue.clauses, "条款", "clause"),
        basis=group.basis,
        standard_level=row.choice("standard_level", Level) if group.basis is Basis.STANDARD else None,
        ranks=group.ranks,
        revisions=group.revisions,
        evidence=_evidence(row, group, catalogue),
        date_label=dated_by,
    )


def _evidence(row: Section, group: _Group, catalogue: Catalogue) -> tuple[EvidenceKind, ...]:
    """The checklist: what the basis requires, what the item adds, then what may be given besides."""
    _, papers = catalogue.bases[group.basis]
    required = (*papers.required, *_papers(row, "required", catalogue.titles))
    kinds = dict.fromkeys((*required, *group.optional, *papers.optional))
    return tuple(EvidenceKind(kind, *catalogue.titles[kind], required=kind in required) for kind in kinds)
