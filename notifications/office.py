"""The office that letters come from."""

from claims.desk import Desk
from notifications.letters import Letterhead
from states.stages import Role

PROGRAMME = "标准化奖补"


def letterhead(desk: Desk) -> Letterhead:
    """The letterhead of this desk: the office that receives claims, by the directory."""
    office = desk.directory.default_office(Role.INTAKE)
    return Letterhead(issuer=f"{office.name}（{PROGRAMME}）", contact=(), rehearsal=desk.rehearsal)
