"""The application: every page's routes, what guards them all, and how errors become pages."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import ClassVar
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from claims.desk import Desk
from claims.errors import DatabaseNotReady
from states.errors import Refusal
from web import pages
from web.api.app import PREFIX, mounted_api
from web.guards import SignInNeeded, Visit, visit_of
from web.i18n import language
from web.noted import FOREIGN_FORM, REQUEST_ID, SecurityNotes
from web.rendering import render
from web.security import HEADERS, BodyLimit, SecurityHeaders, is_own_request
from web.server_timing import ServerTiming
from web.throttle import Throttle
from web.wording import Words

_log = logging.getLogger("jiangbu.web")

SEE_OTHER = 303
FOR_GOOD = "public, max-age=31536000, immutable"

_MESSAGES: dict[int, tuple[tuple[str, str], tuple[str, str]]] = {
    401: (
        ("需要凭证", "A token is needed"),
        (
            "请以管理员或审计的访问令牌（Authorization: Bearer）请求。",
            "Send the bearer token of an administrator or auditor.",
        ),
    ),
    403: (
        ("这个请求没有被执行", "This request was not carried out"),
        (
            "它不是从本平台的页面发出的。请回到本平台，在页面上重新操作。",
            "It did not come from a page of this desk. Go back to the desk and act from its pages.",
        ),
    ),
    404: (
        ("没有这个页面，或您无权查看", "No such page, or none that you may see"),
        (
            "请核对网址；如果是从链接来的，请从“申报件”列表重新查找。",
            "Check the address; if you followed a link, look for it again in the list of claims.",
        ),
    ),
    405: (
        ("这个网址不能直接打开", "This address cannot be opened directly"),
        ("请从页面上的按钮操作。", "Use the button on the page."),
    ),
    413: (
        ("文件太大", "The file is too large"),
        (
            "每份材料不超过 20 MB。请压缩扫描件或分开上传，然后重试。",
            "A paper may have 20 MB at most. Compress the scan or split it, then try again.",
        ),
    ),
    422: (
        ("填写的内容无法识别", "Something that was filled in cannot be read"),
        ("请返回上一页，检查数字和日期的写法。", "Go back and check how numbers and dates are written."),
    ),
    429: (
        ("请求过于频繁", "Too many requests"),
        ("请过几分钟再试。", "Please try again in a few minutes."),
    ),
    500: (
        ("系统出现故障，您的操作没有保存", "Something broke; what you did was not saved"),
        (
            "请稍后重试；如果仍然如此，请告诉管理员发生的时间。",
            "Try again in a moment; if it stays so, tell the administrator when it happened.",
        ),
    ),
    503: (
        ("系统尚未就绪", "The desk is not ready"),
        ("请联系管理员。", "Please contact the administrator."),
    ),
}


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What went wrong and what to do about it. `code` is the refusal's stable code, empty for other errors.

    `request` is what the security log calls the request.
    """

    template: ClassVar[str] = "error.html"
    status: int
    heading: str
    message: str
    code: str
    request: str


def create_app(desk: Desk) -> FastAPI:
    """The desk's web application. The desk must stay open as long as it serves."""
    app = FastAPI(title="Jiangbu", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.desk = desk
    app.state.sign_ins = Throttle(limit=30, seconds=300)
    app.state.objections = Throttle(limit=5, seconds=600)
    app.state.checks = Throttle(limit=30, seconds=300)
    for router in pages.ROUTERS:
        app.include_router(router)
    app.router.routes.append(mounted_api(desk))
    app.mount("/static", _Static(directory=str(files("web") / "static")), name="static")
    app.add_exception_handler(SignInNeeded, _sign_in_first)
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(DatabaseNotReady, _not_ready)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(Exception, _broken)
    app.add_middleware(BodyLimit)
    app.add_middleware(BaseHTTPMiddleware, dispatch=_only_own_forms)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(SecurityNotes, desk=desk)
    app.add_middleware(ServerTiming)
    return app


class _Static(StaticFiles):
    """Our own few files; an address with the content's hash may be kept for good."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        versioned = scope["query_string"].startswith(b"v=")
        response.headers["Cache-Control"] = FOR_GOOD if versioned else "no-cache"
        return response


async def _only_own_forms(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    # The API knows nobody by a cookie, so no page elsewhere can act through it for somebody.
    of_programs = request.url.path.startswith(f"{PREFIX}/")
    if not of_programs and not is_own_request(request.method, request.headers):
        setattr(request.state, FOREIGN_FORM, True)
        return _error(request, 403)
    return await call_next(request)


def _sign_in_first(_request: Request, error: Exception) -> Response:
    back = error.back if isinstance(error, SignInNeeded) else "/"
    return RedirectResponse("/" if back == "/" else f"/?next={quote(back, safe='')}", SEE_OTHER)


def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, Refusal):
        raise error
    if error.status == 404:  # noqa: PLR2004 - not found
        return _error(request, 404, code=error.code)
    words = Words(language(request))
    return _page(request, error.status, words.t("未能办理", "Not done"), words.refusal(error), error.code)


def _not_ready(request: Request, error: Exception) -> Response:
    _log.error("%s", error)
    return _error(request, 503)


def _http_error(request: Request, error: Exception) -> Response:
    return _error(request, error.status_code if isinstance(error, HTTPException) else 500)


def _unreadable(request: Request, _cause: Exception) -> Response:
    return _error(request, 422)


def _broken(request: Request, _cause: Exception) -> Response:
    # Starlette logs the traceback after this answer is sent, past all middleware: what that adds is added here.
    response = _error(request, 500)
    name = getattr(request.state, "request_id", "")
    for header, value in {**HEADERS, REQUEST_ID: name}.items():
        response.headers.setdefault(header, value)
    return response


def _error(request: Request, status: int, code: str = "") -> Response:
    words = Words(language(request))
    heading, message = _MESSAGES.get(status, _MESSAGES[500])
    return _page(request, status, words.pick(heading), words.pick(message), code)


def _page(request: Request, status: int, heading: str, message: str, code: str) -> Response:
    name = getattr(request.state, "request_id", "")
    return render(_visit(request), ErrorPage(status, heading, message, code, name), status)


def _visit(request: Request) -> Visit:
    """The visit the guard found; where the request never came that far, or the database is away, a passer-by's."""
    known: Visit | None = getattr(request.state, "visit", None)
    if known is not None:
        return known
    try:
        return visit_of(request)
    except Exception:  # noqa: BLE001 - this is the page about an error: it must not break itself
        return Visit(request, request.app.state.desk, Words(language(request)), None)
