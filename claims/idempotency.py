"""The same request again gets the first answer and changes nothing, however the connection broke off in between.

A program names its request by a key. Its answer is written in the decision's own transaction: either both are there
or neither is, and a rival with the same key waits for the first. A refusal is an answer too.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import CursorResult, delete, select, update

from claims.desk import Desk, Tx
from claims.models import AnsweredRequest
from claims.once import insert_once
from states.errors import Refusal

KEPT = timedelta(days=14)
"""How long an answer is kept: longer than an office is closed in one piece."""
LEASE = timedelta(minutes=2)
"""How long work in many transactions counts as under way; whoever asks later takes it over."""
SWEPT = 100
"""So many keys that are past their time go with each new one, which is more than come."""


@dataclass(eq=False)
class KeyReused(Refusal):
    code = "idempotency_key_reused"
    zh = "幂等键“{key}”已用于内容不同的请求；新的请求请换一个键。"
    en = "The idempotency key “{key}” came with another request before; give each new request a key of its own."
    key: str


@dataclass(eq=False)
class RequestInProgress(Refusal):
    code = "request_in_progress"
    status = 409
    zh = "幂等键“{key}”的请求正在办理；请稍候再以同一键查询结果。"
    en = "The request under the key “{key}” is under way; ask again with the same key in a moment."
    key: str


@dataclass(frozen=True, slots=True)
class KeyedRequest:
    """A person's request under a key. `content` is all that tells it from another request."""

    user: str
    key: str
    content: str

    @property
    def row(self) -> str:
        return hashlib.sha256(f"{self.user}\0{self.key}".encode()).hexdigest()

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered. `again`: it is the first answer, given once more."""

    status: int
    text: str
    again: bool = False


def decide_once(
    desk: Desk,
    request: KeyedRequest,
    decide: Callable[[Tx], Answer],
    refuse: Callable[[Refusal], Answer],
) -> Answer:
    """Make a decision and keep its answer, in one transaction; or give the first answer again.

    Where a rule stands against it, nothing is written but the refusal. Raises `KeyReused`.
    """
    with desk.transaction() as tx:
        if not _begun(tx, request):
            return _first_answer(tx, request)
        try:
            with tx.session.begin_nested():
                answer = decide(tx)
        except Refusal as refusal:
            answer = refuse(refusal)
        _keep(tx, request, answer)
        return answer


def resume_once(
    desk: Desk,
    request: KeyedRequest,
    work: Callable[[], Answer],
    refuse: Callable[[Refusal], Answer],
) -> Answer:
    """The same for work in many transactions that can be taken up again where it was broken off.

    Raises `RequestInProgress` where it is under way, `KeyReused`.
    """
    with desk.transaction() as tx:
        if not _begun(tx, request) and not _taken_over(tx, request):
            return _first_answer(tx, request)
    try:
        answer = work()
    except Refusal as refusal:
        answer = refuse(refusal)
    except Exception:
        _let_go(desk, request)
        raise
    with desk.transaction() as tx:
        return answer if _keep(tx, request, answer) else _first_answer(tx, request)


def _begun(tx: Tx, request: KeyedRequest) -> bool:
    """Whether the key is new. On PostgreSQL a rival's uncommitted one is waited for, on SQLite every writer is."""
    new = {"key": request.row, "request": request.digest, "at": tx.now}
    if not insert_once(tx, AnsweredRequest, "key", new):
        return False
    past = (
        select(AnsweredRequest.key)
        .where(AnsweredRequest.at < tx.now - KEPT)
        .order_by(AnsweredRequest.at)
        .limit(SWEPT)
        .with_for_update(skip_locked=True)
    )
    tx.session.execute(
        delete(AnsweredRequest)
        .where(AnsweredRequest.key.in_(past))
        .execution_options(synchronize_session=False),
    )
    return True


def _first_answer(tx: Tx, request: KeyedRequest) -> Answer:
    row = tx.session.get_one(AnsweredRequest, request.row, populate_existing=True)
    if row.request != request.digest:
        raise KeyReused(request.key)
    if row.status is None or row.answer is None:
        raise RequestInProgress(request.key)
    return Answer(row.status, tx.desk.vault.open(row.answer), again=True)


def _taken_over(tx: Tx, request: KeyedRequest) -> bool:
    """Whether whoever began this has not been heard of for so long that we go on with it."""
    result = tx.session.execute(
        update(AnsweredRequest)
        .where(
            AnsweredRequest.key == request.row,
            AnsweredRequest.request == request.digest,
            AnsweredRequest.status.is_(None),
            AnsweredRequest.at < tx.now - LEASE,
        )
        .values(at=tx.now)
        .execution_options(synchronize_session=False),
    )
    return isinstance(result, CursorResult) and result.rowcount == 1


def _keep(tx: Tx, request: KeyedRequest, answer: Answer) -> bool:
    """Write the answer; False where another has answered meanwhile."""
    result = tx.session.execute(
        update(AnsweredRequest)
        .where(AnsweredRequest.key == request.row, AnsweredRequest.status.is_(None))
        .values(status=answer.status, answer=tx.desk.vault.seal(answer.text))
        .execution_options(synchronize_session=False),
    )
    return isinstance(result, CursorResult) and result.rowcount == 1


def _let_go(desk: Desk, request: KeyedRequest) -> None:
    """Work that failed is not under way any more."""
    with desk.transaction() as tx:
        tx.session.execute(
            delete(AnsweredRequest)
            .where(AnsweredRequest.key == request.row, AnsweredRequest.status.is_(None))
            .execution_options(synchronize_session=False),
        )
