"""The form that a claim is filed with: its columns, how it is tidied, and what is wrong with it by itself.

Whether the rules pay for what it claims is judged in `states.judgement`; here a value is only held against what the
column takes.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from claims.vault import normalised
from config.directory import Directory
from states.facts import Finding, Severity
from states.policy import Basis, Field, Item, Policy
from states.standards import identify


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimForm:
    """What a unit states. `item` and `field` are codes or titles, `township` any name of the township.

    `rank` is None where drafters stand in no order or the item is no standard. `requested_yuan` left out asks for
    the amount of the list. `account` is the full number; it goes no further than the vault.
    """

    unit_name: str
    uscc: str
    township: str
    contact: str
    phone: str
    email: str = ""
    bank: str
    account: str
    item: str
    field: str
    standard_number: str
    title: str
    rank: int | None = None
    revision: bool = False
    dated_on: date | None = None
    effective_on: date | None = None
    requested_yuan: int | None = None
    remark: str = ""
    drafters: tuple[str, ...] = ()


COLUMNS = MappingProxyType(
    {
        "unit_name": "申报单位",
        "uscc": "统一社会信用代码",
        "township": "所属乡镇",
        "contact": "联系人",
        "phone": "联系电话",
        "email": "电子邮箱",
        "bank": "开户银行",
        "account": "银行账号",
        "item": "奖补项目",
        "field": "领域",
        "standard_number": "标准编号",
        "title": "名称",
        "rank": "排名",
        "revision": "是否修订",
        "dated_on": "发布日期",
        "effective_on": "实施日期",
        "requested_yuan": "申请金额",
        "remark": "备注",
        "drafters": "起草单位",
    },
)
"""The fields of the form and the headers of the import sheet, in the sheet's order."""

MAY_BE_EMPTY = frozenset(
    {"email", "rank", "revision", "dated_on", "effective_on", "requested_yuan", "remark", "drafters"},
)
"""What a form may leave out. That a standard needs rank and date is for the rules to say."""

LONGEST = MappingProxyType({"title": 300, "remark": 1_000})
LONGEST_TEXT = 200
ACCOUNT_DIGITS = range(8, 33)
MOST_DRAFTERS = 60

_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{5,18}[0-9]")
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(\.[^@\s,;<>\".]+)+")
_BRACKETS = str.maketrans("[]【】()〈〉", "〔〕〔〕〔〕〔〕")


def tidied(form: ClaimForm, directory: Directory) -> ClaimForm:
    """The form without stray spaces, control and invisible characters, its code and account without gaps, its
    township by the name that claims carry.
    """
    texts: dict[str, Any] = {
        each.name: clean_text(value)
        for each in fields(form)
        if isinstance(value := getattr(form, each.name), str)
    }
    texts["uscc"] = "".join(unicodedata.normalize("NFKC", texts["uscc"]).upper().split())
    texts["account"] = normalised(unicodedata.normalize("NFKC", texts["account"]))
    texts["phone"] = unicodedata.normalize("NFKC", texts["phone"])
    township = directory.find(texts["township"])
    if township is not None and township.kind == "township":
        texts["township"] = township.township
    return replace(form, **texts, drafters=tuple(filter(None, map(clean_text, form.drafters))))


def clean_text(text: str) -> str:
    """One line: spaces run together, control and format characters gone."""
    spaced = " ".join(text.split())
    return "".join(sign for sign in spaced if unicodedata.category(sign)[0] != "C")


def settled(form: ClaimForm, item: Item, field: Field) -> ClaimForm:
    """The tidied form in the desk's own terms: codes for titles, numbers in their one spelling."""
    is_standard = item.basis is Basis.STANDARD
    return replace(
        form,
        item=item.code,
        field=field.code,
        standard_number=identify(form.standard_number).number
        if is_standard
        else file_number(form.standard_number),
        rank=form.rank if is_standard else None,
        revision=form.revision and is_standard,
        drafters=form.drafters if is_standard else (),
        requested_yuan=item.county_yuan if form.requested_yuan is None else form.requested_yuan,
    )


def file_number(text: str) -> str:
    """A document's number in one spelling: 舟政发[2025]12号 and 舟政发〔２０２５〕12 号 are the same document."""
    return "".join(unicodedata.normalize("NFKC", text).upper().translate(_BRACKETS).split())


def find_item(policy: Policy, text: str) -> Item | None:
    """The item of this code or title; width, case and spaces make no difference."""
    return next(
        (each for each in policy.items.values() if _folded(text) in map(_folded, (each.code, each.title))),
        None,
    )


def find_field(policy: Policy, text: str) -> Field | None:
    return next(
        (each for each in policy.fields.values() if _folded(text) in map(_folded, (each.code, each.title))),
        None,
    )


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


# What is wrong with a form by itself


def problems(form: ClaimForm, policy: Policy, directory: Directory) -> tuple[Finding, ...]:
    """What keeps a tidied form from being taken, in the order of the sheet's columns; one error a column."""
    found = {each.column: each for each in (*_wrong(form, policy, directory), *_long(form), *_missing(form))}
    return in_order(found.values())


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings as the sheet has their columns; those of no column come last."""
    places = {column: place for place, column in enumerate(COLUMNS.values())}
    return tuple(sorted(findings, key=lambda each: places.get(each.column, len(places))))


def problem(field: str, code: str, zh: str, en: str) -> Finding:
    """An error at a field of the form. The sentences say what to write instead."""
    return Finding(code, Severity.ERROR, zh, en, column=COLUMNS[field])


def missing(field: str) -> Finding:
    column = COLUMNS[field]
    return problem(field, "missing_value", f"缺“{column}”，请填写。", f"“{column}” is empty; fill it in.")


def _missing(form: ClaimForm) -> Iterator[Finding]:
    for name in COLUMNS:
        if name not in MAY_BE_EMPTY and not getattr(form, name):
            yield missing(name)


def _long(form: ClaimForm) -> Iterator[Finding]:
    for name, column in COLUMNS.items():
        value: Any = getattr(form, name)
        limit = LONGEST.get(name, LONGEST_TEXT)
        texts = value if isinstance(value, tuple) else (value,)
        if any(isinstance(text, str) and len(text) > limit for text in texts):
            yield problem(
                name,
                "too_long",
                f"“{column}”超过 {limit} 个字符，请缩短。",
                f"“{column}” is longer than {limit} characters; shorten it.",
            )
    if len(form.drafters) > MOST_DRAFTERS:
        yield problem(
            "drafters",
            "too_long",
            f"起草单位超过 {MOST_DRAFTERS} 个，请只列前 {MOST_DRAFTERS} 位。",
            f"More than {MOST_DRAFTERS} drafters are given; give the first {MOST_DRAFTERS}.",
        )


def _wrong(form: ClaimForm, policy: Policy, directory: Directory) -> Iterator[Finding]:
    township = directory.find(form.township)
    if township is None or township.kind != "township":
        names = "、".join(each.township for each in directory.townships())
        yield problem(
            "township",
            "unknown_township",
            f"“{form.township}”不是本县乡镇；请填写：{names}。",
            f"“{form.township}” is no township of the county; write one of {names}.",
        )
    if not _PHONE.fullmatch(form.phone):
        yield problem(
            "phone",
            "bad_phone",
            f"联系电话“{form.phone}”不是电话号码；请填写手机号，或带区号的固定电话，如 0580-5081234。",
            f"“{form.phone}” is no telephone number; write a mobile number, or one with its area code.",
        )
    if form.email and not _EMAIL.fullmatch(form.email):
        yield problem(
            "email",
            "bad_email",
            f"“{form.email}”不是电子邮箱地址；请更正或留空。",
            f"“{form.email}” is no mail address; correct it or leave it empty.",
        )
    if not (form.account.isascii() and form.account.isdigit() and len(form.account) in ACCOUNT_DIGITS):
        yield problem(
            "account",
            "bad_account",
            "银行账号应为 8 至 32 位数字；请按开户证明填写完整账号。",
            "An account number has 8 to 32 digits; copy it in full from the bank's proof.",
        )
    yield from _unknown_choices(form, policy)
    if form.requested_yuan is not None and form.requested_yuan <= 0:
        yield problem(
            "requested_yuan",
            "bad_amount",
            "申请金额须为大于零的整数（元）；不填则按清单金额申请。",
            "The amount requested is whole yuan above zero; left empty, the list's amount is asked for.",
        )
    if form.rank is not None and form.rank < 1:
        yield problem(
            "rank",
            "bad_rank",
            "排名从 1 起；请按标准前言填写。",
            "Ranks begin at 1; copy it from the foreword.",
        )


def _unknown_choices(form: ClaimForm, policy: Policy) -> Iterator[Finding]:
    if find_item(policy, form.item) is None:
        yield problem(
            "item",
            "unknown_item",
            f"没有“{form.item}”这一奖补项目；请填写项目代码或名称（policy list），如“牵头制定舟山市地方标准”。",
            f"There is no item “{form.item}”; write an item's code or title (policy list), like lead-zhoushan-local.",
        )
    if find_field(policy, form.field) is None:
        titles = "、".join(each.title for each in policy.fields.values())
        yield problem(
            "field",
            "unknown_field",
            f"没有“{form.field}”这一领域；请填写：{titles}。",
            f"There is no field “{form.field}”; write one of {', '.join(policy.fields)}.",
        )
