"""Filing a claim and changing one that may still be changed: one form, its errors beside the fields."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from itertools import groupby
from types import MappingProxyType
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Depends, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from claims import filing
from claims.applicants import editing_role
from claims.desk import Tx
from claims.errors import BadValue
from claims.filing import ClaimForm, form_of
from claims.forms import COLUMNS
from claims.judging import judge_form
from claims.overviews import cycle_list
from claims.visibility import visible_claim
from states.errors import FindingsOpen, Refusal
from states.policy import Field, Item
from states.stages import Role
from web.guards import FILERS, Visit
from web.pages.actions import yuan_of
from web.rendering import render

router = APIRouter()

SEE_OTHER = 303

Values = Mapping[str, str]
NOTHING: Values = MappingProxyType({})
WHOLE = "form"
"""Stands for the form as a whole, where an error is about no single field."""
_SEPARATORS = re.compile(r"[;；\r\n]+")


@dataclass(frozen=True, slots=True)
class ApplyPage:
    """The form of a claim: `values` are what stands in its fields, `bad` what is wrong with them, by field.

    `problem` is what is wrong with the whole. `number` and `version` are set where a claim is changed; its account
    is then left empty, which keeps the one that is sealed. `cycle` is the year, None where none takes claims.
    """

    template: ClassVar[str] = "apply.html"
    cycle: int | None
    deadline: date | None
    lists: tuple[tuple[int, tuple[Item, ...]], ...]
    fields: tuple[Field, ...]
    townships: tuple[str, ...]
    values: Values
    bad: Values
    problem: str = ""
    number: str | None = None
    version: int | None = None


class FormUnread(Exception):  # noqa: N818 - an answer to whoever typed it
    """Some fields hold no number or date; `bad` says which and what to write."""

    def __init__(self, bad: Values) -> None:
        super().__init__(", ".join(bad))
        self.bad = bad


async def typed_values(request: Request) -> Values:
    """What was typed, by field. Nineteen fields make one value, so they are no parameters of the page."""
    sent: FormData = await request.form()
    names = (*COLUMNS, "version")
    return MappingProxyType({name: str(sent.get(name, "")) for name in names})


Typed = Annotated[Values, Depends(typed_values)]


@router.get("/apply")
def new(visit: Annotated[Visit, Depends(FILERS)]) -> Response:
    with visit.desk.reading() as tx:
        return render(visit, _page(visit, tx, _known_of_unit(visit)))


@router.post("/apply")
def file(visit: Annotated[Visit, Depends(FILERS)], typed: Typed) -> Response:
    try:
        form = _form(visit, typed)
        with visit.desk.transaction() as tx:
            year, _ = _open_cycle(tx)
            if year is None:
                raise BadValue("现在没有开放申报的年度。", "No cycle takes claims now.")
            filed = filing.file_claim(tx, year, form, actor=visit.actor)
    except (Refusal, FormUnread) as problem:
        return _again(visit, typed, problem)
    return RedirectResponse(f"/claims/{filed.number}?done=file", SEE_OTHER)


@router.get("/claims/{number}/edit")
def edit(number: str, visit: Annotated[Visit, Depends(FILERS)]) -> Response:
    with visit.desk.reading() as tx:
        claim = visible_claim(tx, number, visit.actor)
        editing_role(claim, visit.actor)
        values = _values(form_of(tx, claim))
        return render(visit, _page(visit, tx, values, number=claim.number, version=claim.version))


@router.post("/claims/{number}/edit")
def change(number: str, visit: Annotated[Visit, Depends(FILERS)], typed: Typed) -> Response:
    try:
        form = _form(visit, typed)
        changes = {each.name: getattr(form, each.name) for each in fields(form)}
        if not form.account:
            del changes["account"]
        version = int(typed["version"]) if typed["version"].isdecimal() else None
        with visit.desk.transaction() as tx:
            filing.correct(tx, number, changes, actor=visit.actor, version=version)
    except (Refusal, FormUnread) as problem:
        return _again(visit, typed, problem, number=number)
    return RedirectResponse(f"/claims/{number}?done=data_corrected", SEE_OTHER)


def _again(visit: Visit, typed: Values, problem: Exception, number: str | None = None) -> Response:
    """The form with what was typed and what is wrong with it. Errors of the rules stand at their fields."""
    words = visit.words
    if isinstance(problem, Refusal) and problem.status == 404:  # noqa: PLR2004 - not found
        raise problem
    bad = dict(problem.bad) if isinstance(problem, FormUnread) else {}
    sentence, status = words.t("有内容需要更正。", "Some fields need correcting."), 422
    with visit.desk.reading() as tx:
        version = visible_claim(tx, number, visit.actor).version if number else None
        if isinstance(problem, FindingsOpen):
            bad = _errors(visit, tx, typed, number)
        elif isinstance(problem, Refusal):
            sentence, status = words.refusal(problem), problem.status
        page = _page(visit, tx, typed, bad=bad, problem=sentence, number=number, version=version)
    return render(visit, page, status)


def _errors(visit: Visit, tx: Tx, typed: Values, number: str | None) -> dict[str, str]:
    form = _form(visit, typed)
    year = _open_cycle(tx)[0] if number is None else visible_claim(tx, number, visit.actor).cycle
    if year is None:
        return {}
    if number is not None and not form.account:
        form = replace(form, account=form_of(tx, visible_claim(tx, number, visit.actor)).account)
    names = {column: name for name, column in COLUMNS.items()}
    words = visit.words
    return {
        names.get(each.column, WHOLE): words.plain(words.t(each.zh, each.en))
        for each in judge_form(tx, year, form, number).errors
    }


def _page(visit: Visit, tx: Tx, values: Values, bad: Values = NOTHING, **more: Any) -> ApplyPage:
    policy = visit.desk.rulebook.policy_on(tx.now.date())
    year, deadline = _open_cycle(tx)
    return ApplyPage(
        cycle=year,
        deadline=deadline,
        lists=tuple(
            (number, tuple(items))
            for number, items in groupby(policy.items.values(), key=lambda each: each.list)
        ),
        fields=tuple(policy.fields.values()),
        townships=tuple(each.township for each in visit.desk.directory.townships()),
        values=MappingProxyType({name: values.get(name, "") for name in COLUMNS}),
        bad=MappingProxyType({name: bad.get(name, "") for name in (*COLUMNS, WHOLE)}),
        **more,
    )


def _open_cycle(tx: Tx) -> tuple[int | None, date | None]:
    """The cycle whose window holds today, the latest where there are several."""
    today = tx.now.date().isoformat()
    for each in reversed(cycle_list(tx)):
        if each["opens_on"] <= today <= each["deadline_on"]:
            return each["year"], date.fromisoformat(each["deadline_on"])
    return None, None


def _known_of_unit(visit: Visit) -> Values:
    """What need not be asked: a unit's own name, code and township."""
    office = visit.actor.office
    if office is None:
        return NOTHING
    if Role.APPLICANT in visit.actor.roles and office.uscc:
        return {"unit_name": office.name, "uscc": office.uscc, "township": office.township}
    return {"township": office.township}


def _values(form: ClaimForm) -> Values:
    """A form as text. The account is sealed for good: it does not come back into a page."""
    shown = {
        name: "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
        for name, value in ((each.name, getattr(form, each.name)) for each in fields(form))
    }
    return shown | {
        "account": "",
        "revision": "yes" if form.revision else "",
        "drafters": "\n".join(form.drafters),
    }


def _form(visit: Visit, typed: Values) -> ClaimForm:
    """The typed values as a form. Raises `FormUnread` for what is no number or date."""
    bad: dict[str, str] = {}

    def read(name: str, convert: Any, zh: str, en: str) -> Any:
        text = typed[name].strip()
        try:
            return convert(text) if text else None
        except (ValueError, BadValue):
            bad[name] = visit.words.t(zh, en)
            return None

    day = ("请按 2025-05-08 的格式填写日期。", "Write the date like 2025-05-08.")
    texts = {
        name: typed[name].strip()
        for name in (
            "unit_name",
            "uscc",
            "township",
            "contact",
            "phone",
            "email",
            "bank",
            "account",
            "item",
            "field",
        )
    }
    form = ClaimForm(
        **texts,
        standard_number=typed["standard_number"],
        title=typed["title"],
        rank=read("rank", int, "排名请填数字，如 1。", "Write the rank as a number, like 1."),
        revision=typed["revision"] == "yes",
        dated_on=read("dated_on", date.fromisoformat, *day),
        effective_on=read("effective_on", date.fromisoformat, *day),
        requested_yuan=read(
            "requested_yuan", yuan_of, "申请金额请填整数（元）。", "Write the amount in whole yuan."
        ),
        remark=typed["remark"],
        drafters=tuple(filter(None, map(str.strip, _SEPARATORS.split(typed["drafters"])))),
    )
    if bad:
        raise FormUnread(bad)
    return form
