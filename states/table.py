"""The one list of moves. A row reads as policy: by which trigger, from where to where, by whom, on which conditions.

`guards` judge the claim and the actor, `asks` what the actor says, `when` chooses between rows of one trigger.
Separation of duties and conflicts of interest stand in no row: the machine asks them of every move.
"""

from dataclasses import dataclass

from states import guards as g
from states.guards import Branch, Guard
from states.stages import Role, Stage, Trigger


@dataclass(frozen=True, slots=True)
class Move:
    trigger: Trigger
    source: Stage
    target: Stage
    roles: tuple[Role, ...]
    guards: tuple[Guard, ...] = ()
    asks: tuple[Guard, ...] = ()
    when: Branch | None = None


def _from_each(
    trigger: Trigger,
    sources: dict[Stage, Role],
    target: Stage,
    asks: tuple[Guard, ...],
) -> tuple[Move, ...]:
    """The same move from several stages, each made by the role that works there."""
    return tuple(
        Move(
            trigger,
            source,
            target,
            (role,),
            (g.office_takes_part,) if role is Role.DEPARTMENT else (),
            asks,
        )
        for source, role in sources.items()
    )


STAGE_ROLE = {
    Stage.SUBMITTED: Role.INTAKE,
    Stage.DEPARTMENT_CHECK: Role.DEPARTMENT,
    Stage.MARKET_SUPERVISION_REVIEW: Role.REVIEWER,
    Stage.COORDINATION_APPROVAL: Role.COORDINATOR,
}

FILED_BY = (Role.APPLICANT, Role.TOWNSHIP)

MOVES: tuple[Move, ...] = (
    Move(
        Trigger.SUBMIT,
        Stage.DRAFT,
        Stage.SUBMITTED,
        FILED_BY,
        (g.window_open, g.no_errors_found, g.evidence_complete),
    ),
    Move(Trigger.ACCEPT, Stage.SUBMITTED, Stage.DEPARTMENT_CHECK, (Role.INTAKE,), (), (g.ask_departments,)),
    # Deemed accepted: nobody answered in time, so the claim goes on as if accepted.
    Move(Trigger.ACCEPT, Stage.SUBMITTED, Stage.DEPARTMENT_CHECK, (Role.SYSTEM,), (g.due_date_past,)),
    Move(
        Trigger.CLEAR,
        Stage.DEPARTMENT_CHECK,
        Stage.MARKET_SUPERVISION_REVIEW,
        (Role.DEPARTMENT,),
        (g.office_asked,),
        when=g.last_to_clear,
    ),
    Move(
        Trigger.CLEAR,
        Stage.DEPARTMENT_CHECK,
        Stage.DEPARTMENT_CHECK,
        (Role.DEPARTMENT,),
        (g.office_asked,),
        when=g.others_to_clear,
    ),
    Move(
        Trigger.ENDORSE,
        Stage.MARKET_SUPERVISION_REVIEW,
        Stage.COORDINATION_APPROVAL,
        (Role.REVIEWER,),
        (g.no_errors_found, g.evidence_complete),
        (g.ask_amount_in_bounds, g.ask_warnings_answered),
    ),
    Move(
        Trigger.APPROVE,
        Stage.COORDINATION_APPROVAL,
        Stage.PUBLIC_NOTICE,
        (Role.COORDINATOR,),
        (g.no_errors_found, g.reading_confirmed),
        (g.ask_resolution, g.ask_amount_in_bounds, g.ask_budget),
    ),
    Move(
        Trigger.END_NOTICE,
        Stage.PUBLIC_NOTICE,
        Stage.FINANCE_PAYOUT,
        (Role.SYSTEM,),
        (g.notice_over, g.no_objection_open, g.no_objection_upheld),
    ),
    Move(
        Trigger.REMAND,
        Stage.PUBLIC_NOTICE,
        Stage.MARKET_SUPERVISION_REVIEW,
        (Role.COORDINATOR,),
        (g.objection_upheld,),
        (g.ask_reason,),
    ),
    Move(Trigger.PAY, Stage.FINANCE_PAYOUT, Stage.PAID, (Role.FINANCE,), (g.settled_by_batch,)),
    *_from_each(
        Trigger.RETURN_FOR_CORRECTION,
        STAGE_ROLE,
        Stage.CORRECTION,
        (g.ask_missing, g.ask_reason),
    ),
    *(
        Move(
            Trigger.RESUBMIT,
            Stage.CORRECTION,
            stage,
            FILED_BY,
            (g.due_date_not_past, g.no_errors_found, g.evidence_complete),
            when=g.returned_from(stage),
        )
        for stage in STAGE_ROLE
    ),
    *_from_each(Trigger.REJECT, STAGE_ROLE, Stage.REJECTED, (g.ask_reason,)),
    *(
        Move(Trigger.WITHDRAW, stage, Stage.WITHDRAWN, (Role.APPLICANT,))
        for stage in (Stage.DRAFT, *STAGE_ROLE, Stage.PUBLIC_NOTICE, Stage.CORRECTION)
    ),
    Move(Trigger.LAPSE, Stage.DRAFT, Stage.LAPSED, (Role.SYSTEM,), (g.due_date_past,)),
    Move(Trigger.LAPSE, Stage.CORRECTION, Stage.LAPSED, (Role.SYSTEM,), (g.due_date_past,)),
    Move(
        Trigger.RECONSIDER,
        Stage.REJECTED,
        Stage.MARKET_SUPERVISION_REVIEW,
        (Role.COORDINATOR,),
        (g.due_date_not_past,),
        (g.ask_reason,),
    ),
    Move(Trigger.REVOKE, Stage.PUBLIC_NOTICE, Stage.REVOKED, (Role.COORDINATOR,), (), (g.ask_reason,)),
    Move(
        Trigger.REVOKE,
        Stage.FINANCE_PAYOUT,
        Stage.REVOKED,
        (Role.COORDINATOR,),
        (g.not_in_batch,),
        (g.ask_reason,),
    ),
    # Clawback takes two people: the coordinator says how much and why, finance confirms.
    Move(
        Trigger.RECLAIM,
        Stage.PAID,
        Stage.PAID,
        (Role.COORDINATOR,),
        (),
        (g.ask_reason, g.ask_reclaim_amount),
    ),
    Move(Trigger.RECLAIM, Stage.PAID, Stage.RECLAIMED, (Role.FINANCE,), (g.reclaim_proposed,)),
)
