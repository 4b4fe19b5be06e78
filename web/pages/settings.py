"""What the desk is set to: read here, changed elsewhere, and from where each value comes."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends
from starlette.responses import Response

from config.described import Described, described
from states.policy import Policy
from web.guards import ADMINISTRATOR, Visit
from web.rendering import render

router = APIRouter()

PERIODS = {
    "intake": ("受理期限", "Intake"),
    "department_check": ("部门核查期限", "Department check"),
    "review": ("市监审核期限", "Review"),
    "coordination": ("协调机构审定期限", "Coordination"),
    "correction": ("补正期限", "Correction"),
    "payout": ("财政拨付期限", "Payout"),
    "notice": ("公示期", "Public notice"),
    "reconsideration": ("申请重新审核期限", "Asking for a new review"),
    "escalation": ("逾期后督办", "Escalation, once overdue"),
}


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """The settings of the environment, the policy that judges today with its periods, and the years whose working
    days are known.
    """

    template: ClassVar[str] = "settings.html"
    settings: tuple[Described, ...]
    policy: Policy
    periods: tuple[tuple[str, int], ...]
    workdays: tuple[int, ...]
    rehearsal: bool


@router.get("/admin/settings")
def show(visit: Annotated[Visit, Depends(ADMINISTRATOR)]) -> Response:
    desk = visit.desk
    with desk.reading() as tx:
        policy = desk.rulebook.policy_on(tx.now.date())
    return render(
        visit,
        SettingsPage(
            settings=described(desk.settings),
            policy=policy,
            periods=tuple(
                (visit.words.pick(title), getattr(policy.periods, name)) for name, title in PERIODS.items()
            ),
            workdays=tuple(sorted(desk.workdays.years)),
            rehearsal=desk.rehearsal,
        ),
    )
