"""A township's units: what each has filed, and who has not filed though there is reason to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, func, select

from claims.desk import Tx
from claims.facts import load_cycle, policy_of
from claims.models import Claim, FilingDraft, Organisation
from states.conditions import unmet_conditions
from states.duties import folded
from states.facts import Severity
from states.policy import Item
from states.stages import ENDED_WITHOUT_AWARD, Stage
from states.standards import identify, items_for


@dataclass(frozen=True, slots=True)
class Chance:
    """A standard that a unit drafted by the word of somebody else's claim, and what its rank there is paid for."""

    standard: str
    title: str
    rank: int
    item: Item


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit in one year: `drafts` are claims not submitted, `typing` filings begun and no claim yet.

    `earlier` is the last year before in which it filed, None where it never did.
    """

    uscc: str
    name: str
    claims: tuple[str, ...]
    drafts: tuple[str, ...]
    typing: int
    earlier: int | None
    chances: tuple[Chance, ...]

    @property
    def missing(self) -> bool:
        """Whether it has handed nothing in though it filed before, has begun to, or is known to qualify."""
        return not self.claims and bool(self.drafts or self.typing or self.earlier or self.chances)

    @property
    def clues(self) -> tuple[str, ...]:
        """What is known of it, in the words of official lists and letters."""
        found = [f"有草稿未提交：{'、'.join(self.drafts)}"] if self.drafts else []
        found += ["已开始填写，尚未成件"] if self.typing else []
        found += [f"{self.earlier}年度申报过"] if self.earlier else []
        found += [
            f"《{each.title}》（{each.standard}）第{each.rank}起草单位，可申报“{each.item.title}”"
            for each in self.chances
        ]
        return tuple(found)


def units(tx: Tx, township: str, year: int) -> tuple[Unit, ...]:
    """The units of a township in a year, those that should be spoken to first. Raises `UnknownCycle`."""
    cycle = load_cycle(tx, year)
    rows = tx.session.scalars(
        select(Organisation)
        .where(Organisation.kind == "unit", Organisation.township == township)
        .order_by(Organisation.id),
    ).all()
    filed, earlier = _claims(tx, [row.id for row in rows], year)
    typing = _typing(tx, year)
    chances = _chances(tx, rows, year, (cycle.results_from, cycle.results_to))
    found = (
        Unit(
            uscc=row.uscc or "",
            name=row.names[0],
            claims=tuple(number for number, stage in filed[row.id] if stage is not Stage.DRAFT),
            drafts=tuple(number for number, stage in filed[row.id] if stage is Stage.DRAFT),
            typing=typing.get(row.uscc or "", 0),
            earlier=earlier.get(row.id),
            chances=chances.get(row.id, ()),
        )
        for row in rows
    )
    return tuple(sorted(found, key=lambda each: (not each.missing, not each.claims)))


def unfiled(tx: Tx, year: int) -> list[dict[str, Any]]:
    """Of every township the units that should have filed and have not, as events record them. Raises `UnknownCycle`.

    A unit with a draft is left out: drafts are told of by themselves.
    """
    return [
        {"township": office.township, "uscc": unit.uscc, "unit": unit.name, "clues": list(unit.clues)}
        for office in tx.desk.directory.townships()
        for unit in units(tx, office.township, year)
        if unit.missing and not unit.drafts
    ]


def _claims(
    tx: Tx, units: Sequence[int], year: int
) -> tuple[Mapping[int, list[tuple[str, Stage]]], Mapping[int, int]]:
    """The year's claims that have not ended without award, by unit, and the last year before in which it filed."""
    filed: defaultdict[int, list[tuple[str, Stage]]] = defaultdict(list)
    for unit, number, stage in tx.session.execute(
        select(Claim.unit_id, Claim.number, Claim.stage)
        .where(Claim.unit_id.in_(units), Claim.cycle == year)
        .order_by(Claim.id),
    ).tuples():
        if stage not in ENDED_WITHOUT_AWARD:
            filed[unit].append((number, stage))
    before = (
        select(Claim.unit_id, func.max(Claim.cycle))
        .where(Claim.unit_id.in_(units), Claim.cycle < year)
        .group_by(Claim.unit_id)
    )
    return filed, dict(tx.session.execute(before).tuples().all())


def _typing(tx: Tx, year: int) -> Mapping[str, int]:
    """Filings begun that are no claims yet, by credit code."""
    found: defaultdict[str, int] = defaultdict(int)
    for typed in tx.session.scalars(
        select(FilingDraft.typed).where(FilingDraft.cycle == year, FilingDraft.claim.is_(None))
    ):
        found[typed.get("uscc", "")] += 1
    return found


def _chances(
    tx: Tx, units: Iterable[Organisation], year: int, window: tuple[date, date]
) -> Mapping[int, tuple[Chance, ...]]:
    """What the units could claim for: their place among the drafters of this year's claims, where it is paid for."""
    by_name = {folded(name): row for row in units for name in row.names}
    found: defaultdict[int, dict[str, Chance]] = defaultdict(dict)
    taken: set[tuple[str, int | None]] = set()
    rows = tx.session.execute(
        select(
            Claim.standard_number,
            Claim.title,
            Claim.rank,
            Claim.revision,
            Claim.policy_version,
            Claim.drafters,
        ).where(
            Claim.cycle == year,
            Claim.dated_on.between(*window),
            Claim.rank.is_not(None),
            Claim.stage.not_in(ENDED_WITHOUT_AWARD),
        ),
    ).all()
    for claim in rows:
        taken.add((claim.standard_number, claim.rank))
    for claim in rows:
        for rank, name in enumerate(claim.drafters, 1):
            row = by_name.get(folded(name))
            if row is None or (claim.standard_number, rank) in taken:
                continue
            item = _paid(tx, claim, rank)
            if item is not None:
                chance = Chance(claim.standard_number, claim.title, rank, item)
                found[row.id].setdefault(claim.standard_number, chance)
    return {unit: tuple(each.values()) for unit, each in found.items()}


def _paid(tx: Tx, claim: Row[Any], rank: int) -> Item | None:
    """The item that pays for this rank of the claim's standard."""
    policy = policy_of(tx, claim.policy_version)
    for code in items_for(policy, identify(claim.standard_number)):
        item = policy.items[code]
        unmet = unmet_conditions(item, rank, revision=claim.revision)
        if not any(each.severity is Severity.ERROR for each in unmet):
            return item
    return None
