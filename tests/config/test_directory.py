"""Everybody the opinion names is in the directory, under every name it goes by."""

import pytest
from opinion_tables import BY_DUTIES, PART_THREE, PART_TWO, TOWNSHIPS

from config.directory import OFFICE_ROLES, load_directory
from states.duties import folded
from states.stages import Role

DIRECTORY = load_directory()
NAMED = sorted(
    {name for _, names in PART_TWO if names != BY_DUTIES for name in names.split("、")}
    | {name for names in PART_THREE for name in names.split("、")},
)


def test_the_seven_townships_are_known_by_their_short_names() -> None:
    assert tuple(each.township for each in DIRECTORY.townships()) == TOWNSHIPS
    for short in TOWNSHIPS:
        office = DIRECTORY.find(short)
        assert office is not None
        assert (office.kind, office.name) == ("township", f"{short}人民政府")


@pytest.mark.parametrize("name", NAMED)
def test_every_responsible_unit_of_the_opinion_is_found(name: str) -> None:
    office = DIRECTORY.find(name)
    assert office is not None
    assert office.kind == ("finance" if name == "县财政局" else "department")


@pytest.mark.parametrize(
    "text",
    [
        "县市场监管局",
        "嵊泗县市场监督管理局",
        " 嵊泗县市场监督 管理局 ",
        "Market-Supervision",
        "ｍａｒｋｅｔ－ｓｕｐｅｒｖｉｓｉｏｎ",
    ],
)
def test_an_office_is_found_by_code_name_or_alias_however_it_is_typed(text: str) -> None:
    office = DIRECTORY.find(text)
    assert office is not None
    assert office.code == "market-supervision"


def test_what_is_not_in_the_directory_is_not_found() -> None:
    assert DIRECTORY.find("定海区市场监管局") is None
    assert DIRECTORY.find("") is None


@pytest.mark.parametrize(
    ("role", "code"),
    [
        (Role.INTAKE, "market-supervision"),
        (Role.REVIEWER, "market-supervision"),
        (Role.ADMINISTRATOR, "market-supervision"),
        (Role.COORDINATOR, "coordination"),
        (Role.FINANCE, "finance"),
        (Role.AUDITOR, "audit"),
    ],
)
def test_a_role_of_the_county_belongs_to_its_office(role: Role, code: str) -> None:
    office = DIRECTORY.default_office(role)
    assert office is not None
    assert office.code == code


def test_roles_of_many_organisations_have_no_default_office() -> None:
    others = set(Role) - set(OFFICE_ROLES)
    assert others == {Role.APPLICANT, Role.TOWNSHIP, Role.DEPARTMENT, Role.SYSTEM}
    assert {DIRECTORY.default_office(role) for role in others} == {None}


def test_the_reviewing_bureau_may_be_asked_like_any_department() -> None:
    assert DIRECTORY.default_office(Role.REVIEWER) in DIRECTORY.departments()


def test_an_office_is_recognised_among_drafters_by_the_name_that_standards_print() -> None:
    bureau = DIRECTORY.default_office(Role.REVIEWER)
    assert folded("嵊泗县市场监督管理局") in {folded(name) for name in bureau.names}


def test_no_name_is_shared() -> None:
    names = [folded(name) for office in DIRECTORY.offices for name in (office.code, *office.names)]
    assert len(names) == len(set(names))
