"""The front page: signing in, or on to the page a person begins the day with."""

from dataclasses import dataclass
from typing import Annotated, ClassVar
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Form
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from claims.identity import sign_ins
from web import sessions
from web.guards import PUBLIC, Visit
from web.rendering import home_of, render

router = APIRouter()

SEE_OTHER = 303


@dataclass(frozen=True, slots=True)
class SignInPage:
    """The sign-in form. `back` is the path to go to afterwards, `failed` that the last try was refused."""

    template: ClassVar[str] = "sign_in.html"
    name: str = ""
    back: str = ""
    failed: bool = False


@router.get("/")
def front(visit: Annotated[Visit, Depends(PUBLIC)], next: str = "") -> Response:  # noqa: A002 - the usual name in addresses
    if visit.person is not None:
        return RedirectResponse(safe_path(next) or home_of(visit.person), SEE_OTHER)
    return render(visit, SignInPage(back=safe_path(next)))


@router.post("/sign-in")
def sign_in(
    visit: Annotated[Visit, Depends(PUBLIC)],
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "",  # noqa: A002
) -> Response:
    """The name itself is held to five failures a quarter of an hour; here, one address to a number of tries."""
    if not visit.request.app.state.sign_ins.admits(visit.address):
        raise HTTPException(429)
    response = RedirectResponse(safe_path(next) or "/", SEE_OTHER)
    if sign_ins.authenticate(visit.desk, name, password):
        sessions.begin(visit.desk, visit.request, response, name.strip(), by="password")
        return response
    return render(visit, SignInPage(name=name, back=safe_path(next), failed=True), 401)


@router.post("/sign-out")
def sign_out(visit: Annotated[Visit, Depends(PUBLIC)]) -> Response:
    response = RedirectResponse("/", SEE_OTHER)
    sessions.sign_out(visit.desk, visit.request, response)
    return response


def safe_path(text: str) -> str:
    """The text where it is a path on this desk, else nothing: signing in must not lead to somebody else's page."""
    # Browsers read a backslash as a slash and drop tabs and line breaks, so "/\\host" and "/\t/host" lead away.
    if not text.startswith("/") or text.startswith("//") or "\\" in text or not text.isprintable():
        return ""
    parts = urlsplit(text)
    return text if not parts.scheme and not parts.netloc else ""
