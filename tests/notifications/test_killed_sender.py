"""The sender killed with SIGKILL at every step of its work: no letter is lost, and the doubtful ones are marked.

A child process sends to a real mail server and kills itself before its n-th step, a statement to the database, a
commit, a write to the server or the reading of an answer, for n from 1 to `STEPS` and over again, until all letters
have left. `JIANGBU_KILLED_LETTERS=1000` runs it at full length (with `-s` it tells its figures).
"""

import os
import signal
import smtplib
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import cycle
from typing import Any, NoReturn

import pytest
from letter_world import MORNING
from post_office import Post, letters, serving, with_letters
from sqlalchemy import event

from claims import clock
from claims.desk import Desk
from claims.letters import sending
from notifications.delivery import deliver

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")]

LETTERS = int(os.environ.get("JIANGBU_KILLED_LETTERS", "30"))
STEPS = 90
"""A sender takes its lease and sends some three letters in so many."""


def test_killed_at_every_step_it_loses_no_letter_and_owns_up_to_each_that_left_twice(desk: Desk) -> None:
    server = Post()
    with serving(server) as port:
        url = f"smtp://127.0.0.1:{port}"
        desk = replace(desk, settings=replace(desk.settings, smtp_url=url, papers=False, quiet_hours=None))
        with_letters(desk, *(f"unit-{serial}@example.org" for serial in range(LETTERS)))
        deliver(desk, limit=1)  # statements that every child would prepare anew are ready from here on
        desk.engine.dispose()  # no child may inherit a connection to SQLite
        moment, kills = MORNING, 0
        for step in cycle(range(1, STEPS + 1)):
            if not _killed(desk, moment, step):
                break
            moment, kills = moment + sending.LEASE, kills + 1
    came = Counter(mail["Message-ID"] for mail in server.mails)
    found = letters(desk)
    with desk.reading() as tx:
        identity = dict(tx.session.connection().exec_driver_sql("SELECT id, message_id FROM letter").all())
    assert {each.status for each in found} == {"sent"}
    assert set(came) == set(identity.values()), "each has arrived, under its own identifier"
    doubtful = {identity[each.id] for each in found if each.doubtful_at}
    twice = {each for each, times in came.items() if times > 1}
    assert twice, "some sender died between sending a letter and noting it"
    assert twice <= doubtful
    assert len(doubtful) <= kills
    print(  # noqa: T201 - for the run at full length
        f"\n{LETTERS} letters, {kills} kills: none lost, {len(twice)} arrived more than once, "
        f"{len(doubtful)} marked as perhaps sent twice"
    )


def _killed(desk: Desk, moment: datetime, step: int) -> bool:
    """Send in a process that dies before its n-th step; False where it came to its end before."""
    child = os.fork()
    if child == 0:
        _send_and_die(desk, moment, step)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "the sender itself failed"
    return os.WIFSIGNALED(status)


def _send_and_die(desk: Desk, moment: datetime, step: int) -> NoReturn:
    code = 1
    try:
        left = iter(range(step - 1))

        def count(*_: object) -> None:
            if next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(desk.engine, "before_cursor_execute", count)
        event.listen(desk.engine, "commit", count)
        for name in ("send", "getreply"):
            setattr(smtplib.SMTP, name, _counted(getattr(smtplib.SMTP, name), count))
        with clock.standing_at(moment):
            deliver(desk)
        code = 0
    finally:
        os._exit(code)  # the child must not run on as a second test session


def _counted(method: Callable[..., Any], count: Callable[[], None]) -> Callable[..., Any]:
    def counting(*given: Any, **named: Any) -> Any:
        count()
        return method(*given, **named)

    return counting
