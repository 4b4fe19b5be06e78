"""Who may act on a claim: scope, separation of duties, conflicts of interest. No setting turns this off."""

import unicodedata

from states.errors import (
    CannotStandIn,
    DeclaredConflict,
    DisclosureNeeded,
    OutOfScope,
    OwnOrganisation,
    Refusal,
    SamePerson,
    SameReleaser,
)
from states.facts import Actor, ClaimFacts, Office
from states.stages import DUTY_OF, Role


def objection_to(facts: ClaimFacts, actor: Actor, role: Role) -> Refusal | None:
    """Why this person may not act on this claim in this role, or None.

    Roles of the applicant's side are held to their own claims, roles with a duty to separation and
    impartiality. The system has neither side nor interest.
    """
    if role in {Role.APPLICANT, Role.TOWNSHIP}:
        return _outside_own_scope(facts, actor, role)
    if role in DUTY_OF:
        return _duty_held_twice(facts, actor, role) or _conflict_of_interest(facts, actor)
    return None


def objection_to_release(batch: str, proposed_by: str, actor: Actor) -> Refusal | None:
    """Why this person may not release a payout batch, or None: money leaves by two hands."""
    return SameReleaser(batch, actor.name) if actor.name == proposed_by else None


def objection_to_stand_in(absent: Actor, stand_in: Actor, role: Role) -> Refusal | None:
    """Why one person may not act in another's role while that one is away, or None.

    A role changes hands inside an office only. What the stand-in then does is the stand-in's own doing: separation
    of duties, interests and disclosures are asked of that person's name, so no absence brings two duties on one
    claim into one hand.
    """
    for against, zh, en in (
        (absent.name == stand_in.name, "不能代理本人", "nobody stands in for themselves"),
        (role not in DUTY_OF, "只有办理岗位可以代理", "only roles with a duty can be stood in for"),
        (role not in absent.roles, f"{absent.name} 没有这个角色", f"{absent.name} does not have this role"),
        (role in stand_in.roles, "本人已有这个角色，无须代理", "they have this role themselves"),
        (not _same_office(absent, stand_in), "两人不在同一单位", "they are not of one office"),
    ):
        if against:
            return CannotStandIn(absent.name, stand_in.name, role, zh, en)
    return None


def _same_office(one: Actor, other: Actor) -> bool:
    return one.office is not None and other.office is not None and one.office.code == other.office.code


def _outside_own_scope(facts: ClaimFacts, actor: Actor, role: Role) -> Refusal | None:
    office = actor.office
    if office is not None:
        if role is Role.APPLICANT and office.uscc == facts.applicant.uscc:
            return None
        if (
            role is Role.TOWNSHIP
            and office.kind == "township"
            and office.township == facts.applicant.township
        ):
            return None
    return OutOfScope(facts.number, office.name if office else actor.name)


def _duty_held_twice(facts: ClaimFacts, actor: Actor, role: Role) -> Refusal | None:
    wanted = DUTY_OF[role]
    for earlier, people in facts.acted.items():
        if earlier is not wanted and actor.name in people:
            return SamePerson(actor.name, earlier, wanted)
    return None


def _conflict_of_interest(facts: ClaimFacts, actor: Actor) -> Refusal | None:
    if facts.applicant.uscc in actor.declared:
        return DeclaredConflict(actor.name, facts.applicant.name)
    office = actor.office
    if office is None:
        return None
    names = names_of(office)
    if (office.uscc and office.uscc == facts.applicant.uscc) or folded(facts.applicant.name) in names:
        return OwnOrganisation(actor.name, facts.applicant.name)
    if office_among_drafters(facts, office) and (office.code, actor.name) not in facts.disclosed_to:
        return DisclosureNeeded(actor.name, office.name, facts.achievement.number)
    return None


def office_among_drafters(facts: ClaimFacts, office: Office) -> bool:
    """Whether one of the office's names stands among the drafters of the claim's standard."""
    names = names_of(office)
    return any(folded(drafter) in names for drafter in facts.achievement.drafters)


def names_of(office: Office) -> frozenset[str]:
    return frozenset(folded(name) for name in office.names)


def folded(name: str) -> str:
    """A name as it is compared: width, case, spaces and brackets written one way."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
