"""The front page: signing in, by password and where it is asked for a second factor, then on to where the day begins."""

from dataclasses import dataclass
from typing import Annotated, ClassVar
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Depends, Form
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from claims.identity import second_factors, sign_ins
from claims.identity.second_factors import Enrolment
from claims.identity.sign_ins import HalfSignedIn, Owes
from claims.security_log import Kind
from states.errors import Refusal
from web import sessions
from web.guards import PUBLIC, Visit
from web.qr import QrCode, qr_code
from web.rendering import home_of, render

router = APIRouter()

SEE_OTHER = 303
STEPS = {Owes.CODE: "/sign-in/code", Owes.ENROLMENT: "/sign-in/second-factor"}
"""Where what is still owed is given."""


@dataclass(frozen=True, slots=True)
class SignInPage:
    """The sign-in form. `back` is the path to go to afterwards, `failed` that the last try was refused.

    `provider` names the single sign-on, where there is one.
    """

    template: ClassVar[str] = "sign_in.html"
    name: str = ""
    back: str = ""
    failed: bool = False
    provider: str = ""


@dataclass(frozen=True, slots=True)
class CodePage:
    """The second step: a code of the authenticator, or a recovery code."""

    template: ClassVar[str] = "sign_in_code.html"
    name: str
    back: str
    failed: bool = False


@dataclass(frozen=True, slots=True)
class EnrolmentPage:
    """Setting the second factor up before the first page opens, because a role asks for it."""

    template: ClassVar[str] = "sign_in_enrolment.html"
    name: str
    back: str
    enrolment: Enrolment
    picture: QrCode
    problem: str = ""


@dataclass(frozen=True, slots=True)
class CodesPage:
    """Recovery codes, shown this once; `onward` is where to go then."""

    template: ClassVar[str] = "recovery_codes.html"
    codes: tuple[str, ...]
    onward: str


@router.get("/")
def front(visit: Annotated[Visit, Depends(PUBLIC)], next: str = "") -> Response:  # noqa: A002 - the usual name in addresses
    if visit.person is not None:
        return RedirectResponse(safe_path(next) or home_of(visit.person), SEE_OTHER)
    return render(visit, SignInPage(back=safe_path(next), provider=_provider(visit)))


@router.post("/sign-in")
def sign_in(
    visit: Annotated[Visit, Depends(PUBLIC)],
    name: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "",  # noqa: A002
) -> Response:
    """The name itself is held to five failures a quarter of an hour; here, one address to a number of tries."""
    admit(visit)
    if sign_ins.authenticate(visit.desk, name, password):
        return signed_in(visit, name.strip(), safe_path(next), by="password")
    page = SignInPage(name=name, back=safe_path(next), failed=True, provider=_provider(visit))
    return render(visit, page, 401)


def signed_in(visit: Visit, name: str, back: str, *, by: str) -> Response:
    """On to the page that was wanted, by way of what is still owed."""
    response = RedirectResponse(back or "/", SEE_OTHER)
    owes = sessions.begin(visit.desk, visit.request, response, name, by=by)
    if owes is Owes.ENROLMENT:
        with visit.desk.transaction() as tx:
            second_factors.begin(tx, name)
    if owes in STEPS:
        response.headers["location"] = STEPS[owes] + (f"?next={quote(back, safe='')}" if back else "")
    return response


@router.get("/sign-in/code")
def ask_code(visit: Annotated[Visit, Depends(PUBLIC)], next: str = "") -> Response:  # noqa: A002
    half = _half(visit, Owes.CODE)
    return _start_again() if half is None else render(visit, CodePage(half.name, safe_path(next)))


@router.post("/sign-in/code")
def take_code(
    visit: Annotated[Visit, Depends(PUBLIC)],
    code: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "",  # noqa: A002
) -> Response:
    """Wrong codes count with wrong passwords, for the name and for the address."""
    half = _half(visit, Owes.CODE)
    if half is None:
        return _start_again()
    admit(visit)
    if not second_factors.shows(visit.desk, half.name, code):
        return render(visit, CodePage(half.name, safe_path(next), failed=True), 401)
    response = RedirectResponse(safe_path(next) or "/", SEE_OTHER)
    with visit.desk.transaction() as tx:
        sessions.complete(tx, visit.request, response, half.name)
    return response


@router.get("/sign-in/second-factor")
def show_enrolment(visit: Annotated[Visit, Depends(PUBLIC)], next: str = "") -> Response:  # noqa: A002
    half = _half(visit, Owes.ENROLMENT)
    return _start_again() if half is None else _enrolment(visit, half, safe_path(next))


@router.post("/sign-in/second-factor")
def enrol(
    visit: Annotated[Visit, Depends(PUBLIC)],
    code: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "",  # noqa: A002
) -> Response:
    half = _half(visit, Owes.ENROLMENT)
    if half is None:
        return _start_again()
    try:
        with visit.desk.transaction() as tx:
            response = render(
                visit, CodesPage(second_factors.confirm(tx, half.name, code), safe_path(next) or "/")
            )
            sessions.complete(tx, visit.request, response, half.name)
    except Refusal as refusal:
        return _enrolment(visit, half, safe_path(next), refusal)
    return response


@router.post("/sign-out")
def sign_out(visit: Annotated[Visit, Depends(PUBLIC)]) -> Response:
    response = RedirectResponse("/", SEE_OTHER)
    sessions.sign_out(visit.desk, visit.request, response)
    return response


def admit(visit: Visit) -> None:
    """Hold one address to a number of tries. Raises 429."""
    if not visit.request.app.state.sign_ins.admits(visit.address):
        visit.desk.note(Kind.SIGN_IN_THROTTLED, by="address")
        raise HTTPException(429)


def _half(visit: Visit, owes: Owes) -> HalfSignedIn | None:
    half = sessions.half_signed_in(visit.desk, visit.request)
    return half if half is not None and half.owes is owes else None


def _start_again() -> Response:
    return RedirectResponse("/", SEE_OTHER)


def _enrolment(visit: Visit, half: HalfSignedIn, back: str, refusal: Refusal | None = None) -> Response:
    with visit.desk.reading() as tx:
        found = second_factors.enrolment(tx, half.name)
    if found is None:
        return _start_again()
    problem = visit.words.refusal(refusal) if refusal else ""
    page = EnrolmentPage(half.name, back, found, qr_code(found.uri), problem)
    return render(visit, page, refusal.status if refusal else 200)


def _provider(visit: Visit) -> str:
    provider = visit.desk.settings.single_sign_on
    return provider.label if provider else ""


def safe_path(text: str) -> str:
    """The text where it is a path on this desk, else nothing: signing in must not lead to somebody else's page."""
    # Browsers read a backslash as a slash and drop tabs and line breaks, so "/\\host" and "/\t/host" lead away.
    if not text.startswith("/") or text.startswith("//") or "\\" in text or not text.isprintable():
        return ""
    parts = urlsplit(text)
    return text if not parts.scheme and not parts.netloc else ""
