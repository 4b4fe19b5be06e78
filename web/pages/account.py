"""A person's own account: password, second factor, single sign-on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Form
from starlette.responses import RedirectResponse, Response

from claims.desk import Tx
from claims.errors import BadValue, WrongCode
from claims.identity import accounts, linked, second_factors
from claims.identity.accounts import LONGEST_PASSWORD, SHORTEST_PASSWORD
from claims.identity.linked import Linked
from claims.identity.second_factors import Enrolment, Factor
from states.errors import Refusal
from web import sessions
from web.guards import SIGNED_IN, Visit
from web.pages.sign_in import CodesPage
from web.qr import QrCode, qr_code
from web.rendering import render

router = APIRouter()

SEE_OTHER = 303
DONE = {
    "password": (
        "密码已修改，其他浏览器上的登录均已退出。",
        "The password is changed; your sessions elsewhere have ended.",
    ),
    "off": ("两步验证已停用。", "The second factor is off."),
    "linked": ("已关联，下次可用统一登录。", "Linked: it signs you in from now on."),
    "unlinked": ("已取消关联。", "Unlinked."),
}


@dataclass(frozen=True, slots=True)
class AccountPage:
    """The viewer's own account. `enrolment` and `picture` are there while the second factor is being set up.

    `provider` names the single sign-on, empty where there is none; `place` is the part of the page that `problem`
    belongs to.
    """

    template: ClassVar[str] = "account.html"
    factor: Factor
    enrolment: Enrolment | None
    picture: QrCode | None
    provider: str
    linked: Linked | None
    done: str = ""
    problem: str = ""
    place: str = ""
    password_length: tuple[int, int] = (SHORTEST_PASSWORD, LONGEST_PASSWORD)


@router.get("/account")
def show(visit: Annotated[Visit, Depends(SIGNED_IN)], done: str = "") -> Response:
    return _page(visit, done=visit.words.pick(DONE[done]) if done in DONE else "")


@router.post("/account/password")
def password(
    visit: Annotated[Visit, Depends(SIGNED_IN)],
    present: Annotated[str, Form()] = "",
    new: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    name = visit.actor.name
    try:
        if new != again:
            raise BadValue("两次输入的新密码不一致。", "The new password was not typed the same twice.")
        accounts.change_password(visit.desk, name, present, new)
    except Refusal as refusal:
        return _page(visit, refusal=refusal, place="password")
    return _renewed(visit, RedirectResponse("/account?done=password", SEE_OTHER), lambda _tx: None)


@router.post("/account/second-factor")
def begin(visit: Annotated[Visit, Depends(SIGNED_IN)]) -> Response:
    try:
        with visit.desk.transaction() as tx:
            second_factors.begin(tx, visit.actor.name)
    except Refusal as refusal:
        return _page(visit, refusal=refusal, place="second-factor")
    return RedirectResponse("/account#second-factor", SEE_OTHER)


@router.post("/account/second-factor/confirm")
def confirm(visit: Annotated[Visit, Depends(SIGNED_IN)], code: Annotated[str, Form()] = "") -> Response:
    try:
        with visit.desk.transaction() as tx:
            codes = second_factors.confirm(tx, visit.actor.name, code)
            response = render(visit, CodesPage(codes, "/account"))
            sessions.renew(tx, visit.request, response, visit.actor.name)
    except Refusal as refusal:
        return _page(visit, refusal=refusal, place="second-factor")
    return response


@router.post("/account/second-factor/off")
def switch_off(visit: Annotated[Visit, Depends(SIGNED_IN)], code: Annotated[str, Form()] = "") -> Response:
    name = visit.actor.name
    try:
        _require_code(visit, code)
        return _renewed(
            visit,
            RedirectResponse("/account?done=off", SEE_OTHER),
            lambda tx: second_factors.switch_off(tx, name),
        )
    except Refusal as refusal:
        return _page(visit, refusal=refusal, place="second-factor")


@router.post("/account/second-factor/codes")
def renew_codes(visit: Annotated[Visit, Depends(SIGNED_IN)], code: Annotated[str, Form()] = "") -> Response:
    try:
        _require_code(visit, code)
        with visit.desk.transaction() as tx:
            codes = second_factors.renew_codes(tx, visit.actor.name)
    except Refusal as refusal:
        return _page(visit, refusal=refusal, place="second-factor")
    return render(visit, CodesPage(codes, "/account"))


def _require_code(visit: Visit, code: str) -> None:
    if not second_factors.shows(visit.desk, visit.actor.name, code):
        raise WrongCode


def _renewed(visit: Visit, response: Response, change: Callable[[Tx], object]) -> Response:
    """A change of what opens the account: this browser gets a new secret, the others are signed out."""
    with visit.desk.transaction() as tx:
        change(tx)
        sessions.renew(tx, visit.request, response, visit.actor.name)
    return response


def _page(visit: Visit, *, done: str = "", refusal: Refusal | None = None, place: str = "") -> Response:
    name, provider = visit.actor.name, visit.desk.settings.single_sign_on
    with visit.desk.reading() as tx:
        enrolment = second_factors.enrolment(tx, name)
        page = AccountPage(
            factor=second_factors.factor(tx, name),
            enrolment=enrolment,
            picture=qr_code(enrolment.uri) if enrolment else None,
            provider=provider.label if provider else "",
            linked=linked.linked(tx, provider.issuer, name) if provider else None,
            done=done,
            problem=visit.words.refusal(refusal) if refusal else "",
            place=place,
        )
    return render(visit, page, refusal.status if refusal else 200)
