"""The office that letters come from."""

from claims.desk import Desk
from config.series import load_series
from notifications.contexts import LetterContext
from notifications.letters import Letterhead, foot_of
from notifications.paper.form import PaperHead
from states.stages import Role

PROGRAMME = "标准化奖补"
UNNUMBERED = "（样稿，未编号）"
"""Stands for the document number on the paper of a letter that has not been queued."""


def office_name(desk: Desk) -> str:
    """The office that receives claims, by the directory."""
    return desk.directory.default_office(Role.INTAKE).name


def letterhead(desk: Desk) -> Letterhead:
    return Letterhead(issuer=f"{office_name(desk)}（{PROGRAMME}）", contact=(), rehearsal=desk.rehearsal)


def paper_head(desk: Desk, context: LetterContext, number: str | None) -> PaperHead:
    """What the paper of a letter says besides its words; `number` is None where it has no document number."""
    series, name = load_series()[context.kind], office_name(desk)
    names = {each.code: each.name for each in desk.directory.offices}
    return PaperHead(
        issuer=name,
        mark=f"{name}{series.mark}",
        number=number or UNNUMBERED,
        copies=tuple(names[code] for code in series.copies),
        notes=foot_of(context, letterhead(desk)),
        rehearsal=desk.rehearsal,
    )
