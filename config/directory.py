"""The directory of organisations: townships, departments, and the offices that the roles belong to."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal, overload

from config.documents import Section, document
from states.facts import Office
from states.stages import Role

KINDS = ("township", "department", "body", "finance", "audit")

OfficeRole = Literal[
    Role.INTAKE, Role.REVIEWER, Role.COORDINATOR, Role.FINANCE, Role.ADMINISTRATOR, Role.AUDITOR
]
OFFICE_ROLES: tuple[OfficeRole, ...] = (
    Role.INTAKE,
    Role.REVIEWER,
    Role.COORDINATOR,
    Role.FINANCE,
    Role.ADMINISTRATOR,
    Role.AUDITOR,
)
"""The roles that one office of the county holds. The others belong to many organisations, or to none."""


@dataclass(frozen=True, slots=True)
class Directory:
    """All offices, in the order of the file. `_roles` names the office each office role belongs to."""

    offices: tuple[Office, ...]
    _by_name: Mapping[str, Office]
    _roles: Mapping[Role, Office]

    def find(self, text: str) -> Office | None:
        """The office of this code, name or alias; width, case and spaces make no difference."""
        return self._by_name.get(_folded(text))

    @overload
    def default_office(self, role: OfficeRole) -> Office: ...
    @overload
    def default_office(self, role: Role) -> Office | None: ...
    def default_office(self, role: Role) -> Office | None:
        """The office a role belongs to unless another is named; None for roles of many organisations."""
        return self._roles.get(role)

    def townships(self) -> tuple[Office, ...]:
        return self._of_kind("township")

    def departments(self) -> tuple[Office, ...]:
        """Those that may be asked at the department check."""
        return self._of_kind("department")

    def _of_kind(self, kind: str) -> tuple[Office, ...]:
        return tuple(each for each in self.offices if each.kind == kind)


def load_directory(path: Path | Traversable | None = None) -> Directory:
    """The directory of the county, or the one of another file. Raises `RulebookError`."""
    return _packaged() if path is None else _load(path)


@cache
def _packaged() -> Directory:
    return _load(resources.files("config") / "directory.yaml")


def _load(path: Path | Traversable) -> Directory:
    by_name: dict[str, Office] = {}
    roles: dict[Role, Office] = {}
    offices = []
    with document(path, path.name) as top:
        for section in top.sections("offices"):
            office = _office(section)
            _enter(section, office, by_name)
            _appoint(section, office, roles)
            offices.append(office)
        for role in OFFICE_ROLES:
            if role not in roles:
                top.refuse(
                    "offices",
                    f"没有单位担任“{role}”；请在一个单位下写 roles: [{role}]。",
                    f"No office holds the role {role}; write roles: [{role}] with one of them.",
                )
    return Directory(tuple(offices), by_name, roles)


def _office(section: Section) -> Office:
    kind = section.reference("kind", KINDS)
    name = section.text("name")
    return Office(
        code=section.text("code"),
        kind=kind,
        names=(name, *section.texts("aliases", ())),
        uscc=section.text("uscc", ""),
        township=section.text("township") if kind == "township" else "",
    )


def _enter(section: Section, office: Office, by_name: dict[str, Office]) -> None:
    for name in (office.code, *office.names):
        taken = by_name.setdefault(_folded(name), office)
        if taken is not office:
            section.refuse(
                "code" if name == office.code else "name" if name == office.name else "aliases",
                f"“{name}”已是{taken.name}的代码或名称；请换一个。",
                f"“{name}” is a code or name of {taken.code} already; choose another.",
            )


def _appoint(section: Section, office: Office, roles: dict[Role, Office]) -> None:
    for role in section.references("roles", [str(each) for each in OFFICE_ROLES], "角色", "role", ()):
        taken = roles.setdefault(Role(role), office)
        if taken is not office:
            section.refuse(
                "roles",
                f"角色“{role}”已属于{taken.name}；请只写在一个单位下。",
                f"The role {role} belongs to {taken.code} already; write it with one office only.",
            )


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
