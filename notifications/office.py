"""The office that letters come from."""

from claims.desk import Desk, Tx
from claims.letters.numbering import Imprint
from config.series import load_series
from notifications.contexts import LetterContext
from notifications.letters import SPECIMEN, Letterhead, check_line, foot_of
from notifications.paper.form import PaperHead
from notifications.templating.in_use import templates_in_use
from states.stages import Role

PROGRAMME = "标准化奖补"


def office_name(desk: Desk) -> str:
    """The office that receives claims, by the directory."""
    return desk.directory.default_office(Role.INTAKE).name


def letterhead(tx: Tx) -> Letterhead:
    """The head of the letters written in this transaction, with the templates in use now."""
    return Letterhead(
        issuer=f"{office_name(tx.desk)}（{PROGRAMME}）",
        contact=(),
        rehearsal=tx.desk.rehearsal,
        templates=templates_in_use(tx),
        check_at=f"{public}/check" if (public := tx.desk.settings.public_url) else "",
    )


def paper_head(
    desk: Desk, head: Letterhead, context: LetterContext, imprint: Imprint = SPECIMEN
) -> PaperHead:
    """What the paper of a letter says besides its words."""
    series, name = load_series()[context.kind], office_name(desk)
    names = {each.code: each.name for each in desk.directory.offices}
    return PaperHead(
        issuer=name,
        mark=f"{name}{series.mark}",
        number=imprint.number,
        copies=tuple(names[code] for code in series.copies),
        notes=foot_of(context, head),
        rehearsal=head.rehearsal,
        templates=head.templates,
        check=check_line(head, imprint),
    )
