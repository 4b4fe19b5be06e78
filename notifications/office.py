"""The office that letters come from."""

from claims.desk import Desk
from notifications.letters import Letterhead
from states.stages import Role

PROGRAMME = "标准化奖补"


def office_name(desk: Desk) -> str:
    """The office that receives claims, by the directory."""
    return desk.directory.default_office(Role.INTAKE).name


def letterhead(desk: Desk) -> Letterhead:
    return Letterhead(issuer=f"{office_name(desk)}（{PROGRAMME}）", contact=(), rehearsal=desk.rehearsal)
