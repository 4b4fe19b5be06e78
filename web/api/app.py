"""The API as an application of its own under `/api/v1`: its description, and how errors become problems."""

import re
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from claims.desk import Desk
from claims.errors import DatabaseNotReady
from claims.idempotency import RequestInProgress
from states.errors import Refusal
from web.api import problems
from web.api.callers import language
from web.api.routes import ROUTERS
from web.api.shapes.desk import Problem
from web.security import BodyLimit

PREFIX = "/api/v1"
LARGEST_JSON = 256 * 2**10
"""Bytes of a request without a file: five hundred numbers, or the longest form, and much room."""
ASK_AGAIN_AFTER = 5
"""Seconds after which the answer to a request under way may be asked for again."""

DESCRIPTION = """\
The desk for programs, with the command line's JSON. Money is whole yuan; times are ISO 8601 in Asia/Shanghai.

- Every call needs a bearer token, made by `jiangbu user token NAME`. It acts in the roles of its user.
- Problems follow RFC 9457 and bear the command line's stable codes. Their sentences are Chinese, or English where
  `Accept-Language` prefers it. What a caller may not see is 404.
- Every `POST` takes an `Idempotency-Key`. A refusal is an answer too: whoever has mended its cause sends a new key.
- Lists come a page at a time; `Link: <…>; rel="next"` leads on.
"""
_PROBLEMS = {
    401: "No valid token",
    403: "Not for this caller to do",
    404: "Not there, or not for this caller to see",
    409: "In conflict with how things stand: `wrong_stage`, `version_conflict`, …",
    413: "More than is taken",
    422: "The content does not fit: its form (`invalid_request`) or a rule of the desk",
}
_ONLY_DECISIONS = frozenset({409, 413})


def mounted_api(desk: Desk) -> Mount:
    """The API on a desk, under `PREFIX`: all of what begins with it, also where a line break stands in the address."""
    api = Mount(PREFIX, create_api(desk))
    api.path_regex = re.compile(api.path_regex.pattern, re.DOTALL)
    return api


def create_api(desk: Desk) -> FastAPI:
    api = FastAPI(
        title="Jiangbu",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
    )
    api.state.desk = desk
    for router in ROUTERS:
        api.include_router(router)
    api.add_exception_handler(Refusal, _refused)
    api.add_exception_handler(DatabaseNotReady, _not_ready)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(HTTPException, _http_error)
    api.add_exception_handler(Exception, _broken)
    api.add_middleware(SmallRequests)
    api.openapi = lambda: _described(api)  # type: ignore[method-assign]
    return api


class SmallRequests:
    """Holds requests without a file to `LARGEST_JSON`, counted as they come."""

    def __init__(self, app: ASGIApp, most: int = LARGEST_JSON) -> None:
        self._with_file = app
        self._small = BodyLimit(app, most)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sent = dict(scope.get("headers", ())).get(b"content-type", b"")
        chosen = self._with_file if sent.lower().startswith(b"multipart/") else self._small
        await chosen(scope, receive, send)


def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, Refusal):
        raise error
    headers = {"Retry-After": str(ASK_AGAIN_AFTER)} if isinstance(error, RequestInProgress) else None
    lang = language(request)
    return problems.answer(problems.of_refusal(error, lang), lang, headers)


def _not_ready(request: Request, error: Exception) -> Response:
    if not isinstance(error, DatabaseNotReady):
        raise error
    lang = language(request)
    return problems.answer(problems.of_environment(error, lang), lang)


def _invalid(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    lang = language(request)
    return problems.answer(problems.of_invalid(error, lang), lang)


def _http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return _problem(request, error.status_code, error.headers)


def _broken(request: Request, _cause: Exception) -> Response:
    # Starlette logs the traceback after this answer is sent.
    return _problem(request, 500)


def _problem(request: Request, status: int, headers: Mapping[str, str] | None = None) -> Response:
    lang = language(request)
    return problems.answer(problems.problem(status, lang), lang, headers)


def _described(api: FastAPI) -> dict[str, Any]:
    """The description, made once: the framework's, with our problems in place of its own errors."""
    if api.openapi_schema:
        return api.openapi_schema
    found = get_openapi(title=api.title, version=api.version, description=api.description, routes=api.routes)
    found["components"]["schemas"]["Problem"] = Problem.model_json_schema()
    for name in ("HTTPValidationError", "ValidationError"):
        del found["components"]["schemas"][name]
    for path in found["paths"].values():
        for method, operation in path.items():
            _describe_problems(operation["responses"], deciding=method == "post")
    api.openapi_schema = found
    return found


def _describe_problems(responses: dict[str, Any], *, deciding: bool) -> None:
    content = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status, description in _PROBLEMS.items():
        if deciding or status not in _ONLY_DECISIONS:
            responses[str(status)] = {"description": description, "content": content}
    responses["default"] = {"description": "Any other problem", "content": content}
