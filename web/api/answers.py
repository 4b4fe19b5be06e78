"""How a use case's result becomes an answer: once for each key, whole lists a page at a time, files as attachments."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from claims.desk import Tx
from claims.idempotency import Answer, KeyedRequest, decide_once, resume_once
from states.errors import Refusal
from web.api import problems
from web.api.bodies import SheetForm
from web.api.callers import Caller
from web.pages.evidence import XLSX

CREATED = 201
MEDIA_TYPES = {SheetForm.XLSX: XLSX, SheetForm.CSV: "text/csv; charset=utf-8"}
SHEET = {
    "content": {each: {"schema": {"type": "string", "format": "binary"}} for each in MEDIA_TYPES.values()}
}
"""How the description tells of a sheet."""
Content = Mapping[str, Any] | BaseModel
Located = Callable[[Any], str]
"""From the answer to the path of what was made, below the API's own."""


def decided(
    caller: Caller,
    sent: Content,
    use_case: Callable[[Tx], Any],
    *,
    made: Located | None = None,
) -> Response:
    """Carry out one decision in one transaction. With `made`, the answer says 201 and where the new thing is.

    Under a key the answer is written with the decision, and a refusal too.
    """

    def decide(tx: Tx) -> Answer:
        return _answer(use_case(tx), CREATED if made else 200)

    if not caller.key:
        with caller.desk.transaction() as tx:
            answer = decide(tx)
    else:
        answer = decide_once(caller.desk, _keyed(caller, sent), decide, _refusing(caller))
    return _response(caller, answer, made)


def worked_through(caller: Caller, sent: Content, work: Callable[[], Any]) -> Response:
    """Carry out many decisions, each in a transaction of its own; broken off, the same request goes on with the rest."""

    def do() -> Answer:
        return _answer(work(), 200)

    answer = resume_once(caller.desk, _keyed(caller, sent), do, _refusing(caller)) if caller.key else do()
    return _response(caller, answer, None)


def looked_up(caller: Caller, query: Callable[[Tx], Any]) -> Response:
    with caller.desk.reading() as tx:
        return JSONResponse(query(tx))


def paged(caller: Caller, rows: Sequence[Mapping[str, Any]], limit: int, cursor: str) -> Response:
    """A page of a list that was asked for one row more than `limit`; `Link` leads on where there is more.

    `cursor` names the member of the last row behind which the next page begins.
    """
    page, more = rows[:limit], len(rows) > limit
    headers = {}
    if more:
        following = caller.request.url.include_query_params(cursor=page[-1][cursor])
        headers = {"Link": f'<{following.path}?{following.query}>; rel="next"'}
    return JSONResponse(page, headers=headers)


def as_file(name: str, write: Callable[[Path], object]) -> bytes:
    """What a use case writes into a file of this name."""
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        write(path)
        return path.read_bytes()


def with_file(content: bytes, name: str, read: Callable[[Path], Any]) -> Any:
    """What a use case makes of a sheet that came with a request; the name tells only its form."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "sheet.csv" if name.lower().endswith(".csv") else "sheet.xlsx")
        path.write_bytes(content)
        return read(path)


def _answer(data: Any, status: int) -> Answer:
    return Answer(status, json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False))


def _refusing(caller: Caller) -> Callable[[Refusal], Answer]:
    return lambda refusal: _answer(problems.of_refusal(refusal, caller.lang), refusal.status)


def _keyed(caller: Caller, sent: Content) -> KeyedRequest:
    # What was left out and what was sent as its default are two requests: a change of nothing is not no change.
    told = sent.model_dump(mode="json", exclude_unset=True) if isinstance(sent, BaseModel) else dict(sent)
    content = [caller.request.method, caller.request.url.path, told]
    return KeyedRequest(caller.actor.name, caller.key, json.dumps(content, sort_keys=True))


def _response(caller: Caller, answer: Answer, made: Located | None) -> Response:
    failed = answer.status >= 400  # noqa: PLR2004 - where HTTP's errors begin
    headers = {"Idempotent-Replayed": "true"} if answer.again else {}
    if made is not None and not failed:
        headers["Location"] = caller.request.scope["root_path"] + made(json.loads(answer.text))
    return Response(
        answer.text, answer.status, headers, problems.MEDIA_TYPE if failed else "application/json"
    )
