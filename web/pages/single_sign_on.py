"""Signing in by the county's single sign-on, and linking it with an account: to the provider and back."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Form
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from claims.errors import BadValue
from claims.identity import linked
from claims.security_log import Kind
from config.sign_in import SingleSignOn
from web.guards import PUBLIC, SIGNED_IN, Visit
from web.pages.sign_in import admit, safe_path, signed_in
from web.rendering import render
from web.single_sign_on import FLOW_SECONDS, Flow, Identity, Purpose, RelyingParty, SignOnFailed, Trouble

router = APIRouter()

SEE_OTHER = 303
CALLBACK = "/sign-in/oidc/callback"
SECURE_COOKIE, PLAIN_COOKIE = "__Host-jiangbu-oidc", "jiangbu-oidc"
STATUS = {Trouble.AWAY: 503, Trouble.DECLINED: 401, Trouble.STALE: 400, Trouble.UNTRUSTED: 401}


@dataclass(frozen=True, slots=True)
class SignOnPage:
    """Why the single sign-on signed nobody in, and what to do. `why` is a `Trouble`, or `unlinked`, whose `subject`
    an administrator needs to link it; `linking`: it was to be linked with the viewer's account.
    """

    template: ClassVar[str] = "single_sign_on.html"
    why: str
    label: str
    linking: bool
    subject: str = ""


@dataclass(frozen=True, slots=True)
class LinkPage:
    """The identity that the provider has vouched for, to be linked with the viewer's account by one click.

    `ticket` brings it back sealed.
    """

    template: ClassVar[str] = "single_sign_on_link.html"
    label: str
    identity: Identity
    ticket: str


@router.get("/sign-in/oidc")
def go(visit: Annotated[Visit, Depends(PUBLIC)], next: str = "") -> Response:  # noqa: A002 - the usual name in addresses
    admit(visit)
    return _sent(visit, Flow.begun(Purpose.SIGN_IN, back=safe_path(next)))


@router.get("/account/oidc")
def go_to_link(visit: Annotated[Visit, Depends(SIGNED_IN)]) -> Response:
    return _sent(visit, Flow.begun(Purpose.LINK, name=visit.actor.name))


@router.get(CALLBACK)
def come_back(visit: Annotated[Visit, Depends(PUBLIC)]) -> Response:
    """Where the provider sends the browser back to. A flow serves once: the browser forgets it with this answer."""
    party = _party(visit)
    flow = Flow.opened(visit.desk.vault, visit.request.cookies.get(_cookie(visit), ""))
    linking = flow is not None and flow.purpose == Purpose.LINK
    try:
        identity = party.identity(flow, visit.request.query_params)
    except SignOnFailed as failure:
        response = _failed(visit, failure, linking=linking)
    else:
        back = flow.back if flow else ""
        response = _to_link(visit, flow, identity) if linking else _to_sign_in(visit, identity, back)
    response.delete_cookie(_cookie(visit), path="/", secure=_secure(visit), httponly=True)
    return response


@router.post("/account/oidc")
def link(visit: Annotated[Visit, Depends(SIGNED_IN)], ticket: Annotated[str, Form()] = "") -> Response:
    """Link what the person has just seen: a page elsewhere could lead a browser here, and not press the button."""
    name, subject = _opened(visit, ticket)
    if name != visit.actor.name:
        raise BadValue("关联已超时，请重新操作。", "That took too long; link it again.")
    with visit.desk.transaction() as tx:
        linked.link(tx, name, _provider(visit).issuer, subject, actor=visit.actor)
    return RedirectResponse("/account?done=linked", SEE_OTHER)


@router.post("/account/oidc/unlink")
def unlink(visit: Annotated[Visit, Depends(SIGNED_IN)]) -> Response:
    with visit.desk.transaction() as tx:
        linked.unlink(tx, visit.actor.name, _provider(visit).issuer, actor=visit.actor)
    return RedirectResponse("/account?done=unlinked", SEE_OTHER)


def _sent(visit: Visit, flow: Flow) -> Response:
    try:
        address = _party(visit).address_to_go(flow)
    except SignOnFailed as failure:
        return _failed(visit, failure, linking=flow.purpose == Purpose.LINK)
    response = RedirectResponse(address, SEE_OTHER)
    response.set_cookie(
        _cookie(visit),
        flow.sealed(visit.desk.vault),
        max_age=FLOW_SECONDS,
        secure=_secure(visit),
        httponly=True,
        samesite="lax",
        path="/",
    )
    return response


def _to_sign_in(visit: Visit, identity: Identity, back: str) -> Response:
    with visit.desk.reading() as tx:
        name = linked.user_of(tx, _provider(visit).issuer, identity.subject)
    if name is None:
        visit.desk.note(Kind.SIGN_IN_FAILED, by="single_sign_on", why="unlinked")
        page = SignOnPage("unlinked", _provider(visit).label, linking=False, subject=identity.subject)
        return render(visit, page, 403)
    return signed_in(visit, name, back, by="single_sign_on")


def _to_link(visit: Visit, flow: Flow | None, identity: Identity) -> Response:
    if flow is None or visit.person is None or visit.actor.name != flow.name:
        return _failed(visit, SignOnFailed(Trouble.STALE, "another person"), linking=True)
    ticket = visit.desk.vault.seal(f"{flow.name}\n{identity.subject}")
    return render(visit, LinkPage(_provider(visit).label, identity, ticket))


def _opened(visit: Visit, ticket: str) -> tuple[str, str]:
    name, _, subject = (visit.desk.vault.opened_within(ticket, FLOW_SECONDS) or "").partition("\n")
    return name, subject


def _failed(visit: Visit, failure: SignOnFailed, *, linking: bool) -> Response:
    if visit.request.app.state.sign_ins.admits(visit.address):  # or anybody could fill the log by an address
        visit.desk.note(
            Kind.SIGN_IN_FAILED,
            visit.person.actor.name if visit.person else "",
            by="single_sign_on",
            why=str(failure.why),
            detail=failure.detail,
        )
    page = SignOnPage(failure.why, _provider(visit).label, linking=linking)
    return render(visit, page, STATUS[failure.why])


def _provider(visit: Visit) -> SingleSignOn:
    """The provider of the settings; without one, there are no such pages."""
    provider = visit.desk.settings.single_sign_on
    if provider is None:
        raise HTTPException(404)
    return provider


def _party(visit: Visit) -> RelyingParty:
    settings = visit.desk.settings
    base = settings.public_url or str(visit.request.base_url)
    return RelyingParty(_provider(visit), f"{base.rstrip('/')}{CALLBACK}", settings.ca_file)


def _secure(visit: Visit) -> bool:
    return visit.request.url.scheme == "https"


def _cookie(visit: Visit) -> str:
    return SECURE_COOKIE if _secure(visit) else PLAIN_COOKIE
