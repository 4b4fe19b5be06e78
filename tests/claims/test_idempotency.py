"""Keys and their answers: in one transaction with the decision, taken up again after a crash, kept for a while."""

import os
import signal
from datetime import timedelta

import pytest
import world
from sqlalchemy import event, select

from claims import clock
from claims.desk import Desk, Tx, open_desk
from claims.facts import load_claim
from claims.idempotency import (
    KEPT,
    LEASE,
    Answer,
    KeyedRequest,
    KeyReused,
    RequestInProgress,
    decide_once,
    resume_once,
)
from claims.models import AnsweredRequest
from claims.review.decisions import act
from config.settings import Settings
from states.errors import Refusal
from states.stages import Stage, Trigger

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")

REQUEST = KeyedRequest("lin", "key-1", "submit the first")
MOST_STATEMENTS = 100


def refuse(refusal: Refusal) -> Answer:
    return Answer(refusal.status, refusal.code)


def submitting(number: str) -> Answer:
    return Answer(200, f"submitted {number}")


def submit_once(desk: Desk, number: str) -> Answer:
    def decide(tx: Tx) -> Answer:
        act(tx, number, Trigger.SUBMIT, actor=world.who(tx, "lin"))
        return submitting(number)

    return decide_once(desk, REQUEST, decide, refuse)


def a_draft(desk: Desk) -> str:
    with desk.transaction() as tx:
        number = world.add_draft(tx)
        world.add_papers(tx, number)
        return number


def keys(desk: Desk) -> list[str]:
    with desk.reading() as tx:
        return list(tx.session.scalars(select(AnsweredRequest.key)))


def stage(desk: Desk, number: str) -> Stage:
    with desk.reading() as tx:
        return load_claim(tx, number).stage


def test_decision_and_answer_are_written_together_or_not_at_all(desk: Desk) -> None:
    """A child process dies before its n-th statement, for every n in turn."""
    number = a_draft(desk)
    for statement in range(1, MOST_STATEMENTS):
        if not _killed(desk.settings, number, statement):
            break
        assert (stage(desk, number), keys(desk)) == (Stage.DRAFT, []), statement
    assert statement > 5
    assert stage(desk, number) is Stage.SUBMITTED
    assert submit_once(desk, number) == Answer(200, f"submitted {number}", again=True)


def _killed(settings: Settings, number: str, statement: int) -> bool:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            with open_desk(settings) as desk:
                left = iter(range(statement))

                def count(*_: object) -> None:
                    if next(left, None) is None:
                        os.kill(os.getpid(), signal.SIGKILL)

                event.listen(desk.engine, "before_cursor_execute", count)
                event.listen(desk.engine, "commit", count)
                submit_once(desk, number)
                code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def test_work_that_died_on_its_way_is_taken_up_again_once_its_lease_is_over(desk: Desk) -> None:
    class DiedError(BaseException):
        """No error that anybody could clean up after."""

    def die() -> Answer:
        raise DiedError

    with pytest.raises(DiedError):
        resume_once(desk, REQUEST, die, refuse)
    with pytest.raises(RequestInProgress):
        resume_once(desk, REQUEST, lambda: Answer(200, "resumed"), refuse)
    with clock.standing_at(world.MORNING + LEASE + timedelta(seconds=1)):
        assert resume_once(desk, REQUEST, lambda: Answer(200, "resumed"), refuse).text == "resumed"
        assert resume_once(desk, REQUEST, die, refuse) == Answer(200, "resumed", again=True)


def test_work_that_failed_may_be_tried_again_at_once(desk: Desk) -> None:
    def fail() -> Answer:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        resume_once(desk, REQUEST, fail, refuse)
    assert resume_once(desk, REQUEST, lambda: Answer(200, "done"), refuse) == Answer(200, "done")


def test_work_begun_under_a_key_holds_the_key_against_other_requests(desk: Desk) -> None:
    other = KeyedRequest(REQUEST.user, REQUEST.key, "something else")
    ran = []

    def meanwhile() -> Answer:
        with pytest.raises(KeyReused):
            resume_once(desk, other, lambda: ran.append(1) or Answer(200, ""), refuse)
        return Answer(200, "done")

    assert resume_once(desk, REQUEST, meanwhile, refuse).text == "done"
    assert ran == []


def test_of_two_that_worked_at_once_the_first_to_end_is_answered_with(desk: Desk) -> None:
    """One that was thought dead comes to its end after all, when another has taken over."""

    def slow() -> Answer:
        with clock.standing_at(world.MORNING + LEASE + timedelta(seconds=1)):
            assert resume_once(desk, REQUEST, lambda: Answer(200, "quick"), refuse).text == "quick"
        return Answer(200, "slow")

    assert resume_once(desk, REQUEST, slow, refuse) == Answer(200, "quick", again=True)


def test_keys_past_their_time_go_when_new_ones_come(desk: Desk) -> None:
    def once(key: str) -> None:
        decide_once(desk, KeyedRequest("lin", key, ""), lambda _: Answer(200, key), refuse)

    for key in ("a", "b"):
        once(key)
    with clock.standing_at(world.MORNING + KEPT):
        once("c")
    assert len(keys(desk)) == 3
    with clock.standing_at(world.MORNING + KEPT + timedelta(seconds=1)):
        once("d")
    assert set(keys(desk)) == {KeyedRequest("lin", key, "").row for key in ("c", "d")}
