"""Who files for whom: a unit for itself, a township for the units in it."""

from sqlalchemy import select

from claims.desk import Tx
from claims.errors import NotEditable, UnitOutOfScope
from claims.identity.people import require_role
from claims.models import Claim, Organisation
from claims.once import insert_once
from claims.submission.forms import ClaimForm, problem
from states.duties import folded
from states.errors import OutOfScope
from states.facts import Actor, Finding
from states.stages import FILERS, Role, Stage

EDITABLE = (Stage.DRAFT, Stage.CORRECTION)
"""Where the applicant's side may change what it has stated."""


def may_file(actor: Actor, form: ClaimForm) -> bool:
    """Whether the actor files for this unit at all. Raises `NotAllowed`."""
    return _capacity(actor, form.uscc, form.township) is not None


def filing_role(actor: Actor, form: ClaimForm) -> Role:
    """In which capacity the actor files for this unit. Raises `NotAllowed`, `UnitOutOfScope`."""
    role = _capacity(actor, form.uscc, form.township)
    if role is None:
        raise UnitOutOfScope(form.unit_name, form.township, _side(actor))
    return role


def editing_role(claim: Claim, actor: Actor) -> Role:
    """In which capacity the actor changes this claim now. Raises `NotAllowed`, `OutOfScope`, `NotEditable`."""
    role = _capacity(actor, claim.uscc, claim.township)
    if role is None:
        raise OutOfScope(claim.number, _side(actor))
    if claim.stage not in EDITABLE:
        raise NotEditable(claim.number, claim.stage)
    return role


def unit_id(tx: Tx, form: ClaimForm) -> int:
    """The unit's row, made where this is its first claim."""
    new = {
        "code": form.uscc,
        "kind": "unit",
        "names": [form.unit_name],
        "uscc": form.uscc,
        "township": form.township,
        "email": form.email,
    }
    insert_once(tx, Organisation, "uscc", new)
    return tx.session.scalars(select(Organisation.id).where(Organisation.uscc == form.uscc)).one()


def differences(tx: Tx, form: ClaimForm) -> tuple[Finding, ...]:
    """Where the form says otherwise than what is registered under the unit's credit code."""
    row = tx.session.scalars(select(Organisation).where(Organisation.uscc == form.uscc)).one_or_none()
    if row is None or not form.uscc:
        return ()
    found = []
    if folded(form.unit_name) not in map(folded, row.names):
        found.append(_differs("unit_name", form.unit_name, row.names[0]))
    if row.township and row.township != form.township:
        found.append(_differs("township", form.township, row.township))
    return tuple(found)


def _differs(field: str, given: str, registered: str) -> Finding:
    return problem(
        field,
        "unit_differs",
        f"该统一社会信用代码登记的是“{registered}”，不是“{given}”；请核对。确有变更的，请管理员用 org add 更新登记。",
        f"The credit code is registered for “{registered}”, not “{given}”; check it. If that has changed, have it "
        "registered anew with org add.",
    )


def _capacity(actor: Actor, uscc: str, township: str) -> Role | None:
    require_role(actor, FILERS, "申报", "file claims")
    office = actor.office
    if office is None:
        return None
    if Role.APPLICANT in actor.roles and office.uscc and office.uscc == uscc:
        return Role.APPLICANT
    if Role.TOWNSHIP in actor.roles and office.kind == "township" and office.township == township:
        return Role.TOWNSHIP
    return None


def _side(actor: Actor) -> str:
    return actor.office.name if actor.office else actor.name
