"""Loading what the rules judge: records become the domain's frozen values."""

from collections import defaultdict
from types import MappingProxyType

from sqlalchemy import func, or_, select

from claims.desk import Tx
from claims.errors import BadValue, UnknownClaim, UnknownCycle
from claims.models import (
    Claim,
    Confirmation,
    Cycle,
    DepartmentCheckRow,
    Disclosure,
    EventRow,
    Evidence,
    Objection,
    PayoutLine,
    Resolution,
)
from claims.money import ledger
from claims.money.ledger import Account
from states.facts import (
    Achievement,
    Applicant,
    ClaimFacts,
    DepartmentCheck,
    PayoutFacts,
    ResolutionFacts,
    Window,
)
from states.judgement import judge
from states.policy import Item, Policy, Yuan
from states.stages import DUTY_OF, ENDED_WITHOUT_AWARD, Duty, Role, Stage
from states.standards import series_of


def load_claim(tx: Tx, number: str, *, lock: bool = False) -> Claim:
    """`lock`: whoever else wants to write to it waits, for what several may add at once and nobody decides."""
    found = select(Claim).where(Claim.number == number.strip().upper())
    claim = tx.session.scalars(found.with_for_update(key_share=True) if lock else found).one_or_none()
    if claim is None:
        raise UnknownClaim(number)
    return claim


def load_cycle(tx: Tx, year: int) -> Cycle:
    cycle = tx.session.get(Cycle, year)
    if cycle is None:
        raise UnknownCycle(year)
    return cycle


def facts_of(tx: Tx, claim: Claim) -> ClaimFacts:
    """Everything the rules need to know of a claim, read in one transaction."""
    policy = policy_of(tx, claim.policy_version)
    item = policy.items[claim.item]
    achievement = achievement_of(claim)
    applicant = Applicant(claim.unit_name, claim.uscc, claim.township)
    confirmed = is_confirmed(tx, item, policy)
    window = window_of(load_cycle(tx, claim.cycle))
    objections = _objections(tx, claim)
    return ClaimFacts(
        number=claim.number,
        cycle=claim.cycle,
        stage=claim.stage,
        version=claim.version,
        item=item,
        policy=policy,
        applicant=applicant,
        achievement=achievement,
        window=window,
        requested_yuan=Yuan(claim.requested_yuan),
        municipal_decided_yuan=_yuan(claim.municipal_decided_yuan),
        proposed_yuan=_yuan(claim.proposed_yuan),
        granted_yuan=_yuan(claim.granted_yuan),
        earlier_paid_yuan=earlier_paid(tx, claim),
        findings=judge(
            policy,
            item,
            applicant,
            achievement,
            requested_yuan=Yuan(claim.requested_yuan),
            window=window,
            reading_confirmed=confirmed,
            duplicates=duplicates(tx, claim.standard_number, claim.item, claim.number),
            series_claims=series_claims(tx, claim.standard_number, claim.number),
        ),
        evidence=frozenset(
            tx.session.scalars(select(Evidence.kind).where(Evidence.claim_id == claim.id).distinct()),
        ),
        departments=department_checks(tx, claim.id),
        field_departments=policy.fields[claim.field].departments,
        due_on=claim.due_on,
        returned_from=claim.returned_from,
        relied_data_changed=claim.relied_data_changed,
        acted=_acted(tx, claim.number),
        disclosed_to=frozenset(
            tx.session.execute(
                select(Disclosure.office, Disclosure.user_name).where(Disclosure.claim_id == claim.id),
            )
            .tuples()
            .all(),
        ),
        reading_confirmed=confirmed,
        resolution=resolution_facts(tx, claim.resolution, claim.cycle) if claim.resolution else None,
        open_objections=objections["open"],
        objection_upheld=objections["upheld"] > 0,
        available_yuan=ledger.balances(tx, claim.cycle)[Account.AVAILABLE],
        payout=_payout(tx, claim.number),
        reclaim_yuan=_yuan(claim.reclaim_yuan),
    )


def policy_of(tx: Tx, version: str) -> Policy:
    return tx.desk.rulebook.version(version)


def achievement_of(claim: Claim) -> Achievement:
    return Achievement(
        number=claim.standard_number,
        title=claim.title,
        rank=claim.rank,
        revision=claim.revision,
        dated_on=claim.dated_on,
        effective_on=claim.effective_on,
        drafters=tuple(claim.drafters),
    )


def window_of(cycle: Cycle) -> Window:
    return Window(cycle.opens_on, cycle.deadline_on, cycle.results_from, cycle.results_to)


def is_confirmed(tx: Tx, item: Item, policy: Policy) -> bool:
    """Whether the item's amounts are certain: stated by the list, or its reading confirmed by a named person."""
    return item.confirmed or tx.session.get(Confirmation, (item.code, policy.version)) is not None


def duplicates(
    tx: Tx, standard_number: str, item: str, number: str | None = None
) -> tuple[tuple[str, int | None, str], ...]:
    """Other live claims for the same standard or honour: (number, rank, credit code)."""
    statement = (
        select(Claim.number, Claim.rank, Claim.uscc)
        .where(
            Claim.standard_number == standard_number,
            Claim.stage.not_in(ENDED_WITHOUT_AWARD),
            or_(Claim.rank.is_not(None), Claim.item == item),
        )
        .order_by(Claim.number)
    )
    if number is not None:
        statement = statement.where(Claim.number != number)
    return tuple(tx.session.execute(statement).tuples().all())


def series_claims(tx: Tx, standard_number: str, number: str | None = None) -> tuple[str, ...]:
    """Numbers of live claims for other parts of the series that this standard is a part of."""
    series = series_of(standard_number)
    if series is None:
        return ()
    parts = tx.session.execute(
        select(Claim.number, Claim.standard_number)
        .where(
            Claim.standard_number.startswith(series, autoescape=True),
            Claim.standard_number != standard_number,
            Claim.stage.not_in(ENDED_WITHOUT_AWARD),
        )
        .order_by(Claim.number),
    )
    return tuple(each for each, part in parts if each != number and series_of(part) == series)


def department_checks(tx: Tx, claim_id: int) -> tuple[DepartmentCheck, ...]:
    rows = tx.session.execute(
        select(DepartmentCheckRow.office, DepartmentCheckRow.cleared_at).where(
            DepartmentCheckRow.claim_id == claim_id
        ),
    ).all()
    cleared = {office: cleared_at is not None for office, cleared_at in rows}
    offices = (office for office in tx.desk.directory.offices if office.code in cleared)
    return tuple(DepartmentCheck(each.code, each.name, cleared[each.code]) for each in offices)


def resolution_facts(tx: Tx, ref: str, cycle: int) -> ResolutionFacts:
    """The list under this number; one that does not exist yet is a new, unpublished list."""
    ref = ref.strip()
    row = tx.session.get(Resolution, ref)
    if row is None:
        return ResolutionFacts(ref, None, None)
    if row.cycle != cycle:
        raise BadValue(
            f"纪要 {ref} 属于 {row.cycle} 年度，不能用于 {cycle} 年度的申报件。",
            f"Resolution {ref} belongs to the cycle {row.cycle} and cannot take claims of {cycle}.",
        )
    return ResolutionFacts(ref, row.published_on, row.ends_on)


def earlier_paid(tx: Tx, claim: Claim) -> Yuan:
    """What the county has paid or granted this unit for the same achievement under another item (same title).

    A grant on its way counts as well, or two claims at once would both be paid in full.
    """
    if not tx.desk.rulebook.version(claim.policy_version).switches.deduct_earlier_payment:
        return Yuan(0)
    total = tx.session.scalar(
        select(func.coalesce(func.sum(Claim.granted_yuan), 0)).where(
            Claim.uscc == claim.uscc,
            Claim.title == claim.title,
            Claim.number != claim.number,
            Claim.item != claim.item,
            Claim.rank.is_not(None),
            Claim.stage.in_((Stage.PUBLIC_NOTICE, Stage.FINANCE_PAYOUT, Stage.PAID)),
        ),
    )
    return Yuan(int(total or 0))


def _acted(tx: Tx, number: str) -> MappingProxyType[Duty, frozenset[str]]:
    people: defaultdict[Duty, set[str]] = defaultdict(set)
    rows = tx.session.execute(
        select(EventRow.role, EventRow.actor)
        .where(EventRow.stream == number, EventRow.role.in_([str(role) for role in DUTY_OF]))
        .distinct(),
    )
    for role, actor in rows:
        people[DUTY_OF[Role(role)]].add(actor)
    return MappingProxyType({duty: frozenset(names) for duty, names in people.items()})


def _objections(tx: Tx, claim: Claim) -> dict[str, int]:
    rows = tx.session.execute(
        select(Objection.outcome, func.count())
        .where(Objection.claim_id == claim.id, Objection.resolution == (claim.resolution or ""))
        .group_by(Objection.outcome),
    )
    return {"open": 0, "upheld": 0, "dismissed": 0} | {outcome: int(count) for outcome, count in rows}


def _payout(tx: Tx, number: str) -> PayoutFacts:
    rows = tx.session.execute(
        select(PayoutLine.outcome, PayoutLine.yuan).where(
            PayoutLine.claim == number, PayoutLine.outcome != "failed"
        ),
    ).all()
    settled = next((yuan for outcome, yuan in rows if outcome == "paid"), None)
    return PayoutFacts(
        in_batch=any(outcome in {"pending", "unknown"} for outcome, _ in rows),
        settled_yuan=_yuan(settled),
    )


def _yuan(value: int | None) -> Yuan | None:
    return None if value is None else Yuan(value)
