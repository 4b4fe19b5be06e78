"""A rehearsal year to look at: made-up units with real standards, at every stage, as of today."""

from collections.abc import Sequence

from claims.desk import Desk, create_database, open_desk
from claims.errors import DatabaseNotReady
from claims.reading.overviews import cycle_list, user_list
from cli.demo import unfinished
from cli.demo.people import NAMES, accounts, hints
from config.settings import Settings


def prepare_demo(settings: Settings) -> Sequence[str]:
    """Turn an empty data folder into a rehearsal year; leave one in use as it is.

    Answers with lines for whoever starts the desk: accounts and what to try first, or none where the desk is not
    such a rehearsal. Raises `ModeFixed` for a live database of an older form.
    """
    unfinished.clear(settings)
    untouched = unfinished.is_untouched(settings)
    try:
        with open_desk(settings) as desk:
            used = _in_use(desk)
    except DatabaseNotReady:
        used = False
    if not used:
        with unfinished.marked(settings, untouched=untouched):
            create_database(settings, rehearsal=True)
            with open_desk(settings) as desk:
                if not _in_use(desk):
                    from cli.demo.year import live_through

                    live_through(desk)
    with open_desk(settings) as desk:
        return (*accounts(), *hints()) if _is_demo(desk) else ()


def _in_use(desk: Desk) -> bool:
    with desk.reading() as tx:
        return not desk.rehearsal or bool(cycle_list(tx)) or bool(user_list(tx))


def _is_demo(desk: Desk) -> bool:
    with desk.reading() as tx:
        return desk.rehearsal and {each["name"] for each in user_list(tx)} >= NAMES
