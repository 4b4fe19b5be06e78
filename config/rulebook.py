"""The dated versions of the policy: from the files of `config/rulebook/` to the domain's values."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

from config.directory import Directory, load_directory
from config.documents import RulebookError, Section, document
from config.policy_items import read_catalogue, read_items
from states.events import canonical
from states.policy import Field, Periods, Policy, PolicyStatus, Rulebook, Switches

__all__ = ["RulebookError", "content_of", "load_rulebook"]

REMEDIES = ("refusal", "revocation", "clawback")
"""The decisions whose letters tell of remedies."""

REGION_DIGITS, REGISTRAR_DIGITS = 6, 2
"""The parts of a credit code that switches name: where a unit was registered, and with what kind of registrar."""

LIFECYCLE = frozenset({"status", "effective_to", "hash"})
"""What changes over a version's life without changing what it says; no part of its hash."""


def load_rulebook(folder: Path | Traversable | None = None, directory: Directory | None = None) -> Rulebook:
    """The county's rulebook, or the one of another folder: one file a version. Raises `RulebookError`.

    Departments are looked up in the county's directory, or in another one.
    """
    return _packaged() if folder is None else _load(folder, directory or load_directory())


@cache
def _packaged() -> Rulebook:
    return _load(resources.files("config") / "rulebook", load_directory())


def _load(folder: Path | Traversable, directory: Directory) -> Rulebook:
    read = [
        _version(each, f"{folder.name}/{each.name}", directory)
        for each in folder.iterdir()
        if each.name.endswith(".yaml")
    ]
    if not read:
        raise RulebookError(
            folder.name,
            1,
            "目录中没有政策版本（*.yaml）；请放入至少一个。",
            "The folder holds no version of the policy (*.yaml); put one there.",
        )
    read.sort(key=lambda each: each[0].effective_from)
    _check_succession(read)
    return Rulebook(tuple(policy for policy, _ in read))


def _version(file: Path | Traversable, name: str, directory: Directory) -> tuple[Policy, Section]:
    """One version, and where it stands, for what is checked between versions."""
    with document(file, name) as top:
        version = top.text("version")
        if file.name != f"{version}.yaml":
            top.refuse(
                "version",
                f"版本“{version}”须存为 {version}.yaml。",
                f"The version “{version}” must be the file {version}.yaml.",
            )
        catalogue = read_catalogue(top)
        policy = Policy(
            version=version,
            title=top.text("title"),
            title_en=top.text("title_en"),
            document=top.text("document"),
            status=top.choice("status", PolicyStatus),
            effective_from=top.day("effective_from"),
            effective_to=top.day("effective_to") if "effective_to" in top else None,
            items=MappingProxyType(read_items(top, catalogue)),
            fields=MappingProxyType(_fields(top, directory)),
            periods=_periods(top),
            switches=_switches(top, directory),
            clauses=MappingProxyType(dict(catalogue.clauses)),
            remedies=MappingProxyType(_remedies(top)),
            hash="",
        )
    return replace(policy, hash=_hash(policy)), top


def _fields(top: Section, directory: Directory) -> dict[str, Field]:
    read: dict[str, Field] = {}
    titles: set[str] = set()
    for section in top.sections("fields"):
        field = Field(
            code=section.text("code"),
            title=section.text("title"),
            title_en=section.text("title_en"),
            measure=section.text("measure"),
            departments=_departments(section, directory),
        )
        for key, value, taken in (("code", field.code, read), ("title", field.title, titles)):
            if value in taken:
                section.refuse(
                    key,
                    f"“{value}”已用于另一领域；请换一个。",
                    f"“{value}” is another field's already; choose another.",
                )
        read[field.code] = field
        titles.add(field.title)
    return read


def _departments(section: Section, directory: Directory) -> tuple[str, ...]:
    """The codes of departments that the file calls by any name of the directory."""
    codes = _department_codes(directory)
    named = section.references("departments", codes, "部门", "department")
    asked = tuple(dict.fromkeys(codes[name] for name in named))
    if len(asked) < len(named):
        section.refuse(
            "departments",
            "有部门以不同名称列了两次，请删去一处。",
            "A department stands twice under different names; remove one.",
        )
    return asked


def _department_codes(directory: Directory) -> dict[str, str]:
    """The code of each department by its short names, its official name and its code."""
    return {
        name: office.code
        for office in directory.departments()
        for name in (*office.names[1:], office.name, office.code)
    }


def _periods(top: Section) -> Periods:
    with top.section("periods") as section:
        return Periods(**{each.name: section.number(each.name, least=1) for each in fields(Periods)})


def _switches(top: Section, directory: Directory) -> Switches:
    codes = _department_codes(directory)
    with top.section("switches") as section:
        return Switches(
            county_prefixes=_prefixes(section, "county_prefixes", REGION_DIGITS),
            asked_prefixes=_prefixes(section, "asked_prefixes", REGION_DIGITS),
            organ_prefixes=_prefixes(section, "organ_prefixes", REGISTRAR_DIGITS),
            cap_at_municipal=section.flag("cap_at_municipal"),
            deduct_earlier_payment=section.flag("deduct_earlier_payment"),
            series_paid_once=section.flag("series_paid_once"),
            default_department=codes[section.reference("default_department", codes, "部门", "department")],
        )


def _prefixes(section: Section, key: str, length: int) -> tuple[str, ...]:
    prefixes = section.texts(key)
    for prefix in prefixes:
        if len(prefix) != length or not prefix.isalnum():
            section.refuse(
                key,
                f"“{key}”中的“{prefix}”须为 {length} 位代码。",
                f"“{prefix}” in “{key}” must be {length} characters of a credit code.",
            )
    return prefixes


def _remedies(top: Section) -> dict[str, str]:
    with top.section("remedies") as section:
        return {each: section.text(each) for each in REMEDIES}


def _check_succession(read: Sequence[tuple[Policy, Section]]) -> None:
    """Each version ends the day before the next begins, and the newest stays open."""
    for (earlier, place), (later, later_place) in pairwise(read):
        if earlier.effective_from == later.effective_from:
            later_place.refuse(
                "effective_from",
                f"{earlier.version} 与 {later.version} 同日生效；请改其一。",
                f"{earlier.version} and {later.version} take effect on the same day; change one of them.",
            )
        last_day = later.effective_from - timedelta(days=1)
        if earlier.effective_to != last_day:
            place.refuse(
                "effective_to",
                f"{earlier.version} 与 {later.version} 的有效期须前后相接：请写 effective_to: {last_day}。",
                f"{earlier.version} must end the day before {later.version} begins: write effective_to: {last_day}.",
            )
    newest, place = read[-1]
    if newest.effective_to is not None:
        place.refuse(
            "effective_to",
            f"最新版本 {newest.version} 之后没有版本，不能有 effective_to；请删去，或加入下一版本。",
            f"No version follows {newest.version}, so it has no end; remove effective_to or add the next version.",
        )
    if newest.status is PolicyStatus.SUPERSEDED:
        place.refuse(
            "status",
            f"没有版本取代 {newest.version}；请写 draft 或 in_force。",
            f"No version supersedes {newest.version}; write draft or in_force.",
        )


def content_of(policy: Policy) -> dict[str, Any]:
    """Everything a version says, as JSON values; days in ISO form."""
    plain: dict[str, Any] = _plain(policy)
    return plain


def _hash(policy: Policy) -> str:
    """SHA-256 over what the version says, spelt as audit events are."""
    content = {name: value for name, value in content_of(policy).items() if name not in LIFECYCLE}
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value
