"""What programs get is what commands print with `--json`, claim by claim of a whole rehearsal year."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from programs import Program, program
from typer.testing import CliRunner

from claims.desk import Desk, open_desk
from claims.reading.overviews import user_list
from cli.demo import prepare_demo
from cli.main import app as commands
from config.settings import load_settings
from states.stages import Role
from web.app import create_app

pytestmark = pytest.mark.slow


@dataclass
class Year:
    """The rehearsal year, met by commands and by programs of the same person."""

    desk: Desk
    programs: dict[str, Program]

    def printed(self, *words: str, user: str | None = None) -> Any:
        settings = self.desk.settings
        environment = {
            "JIANGBU_HOME": str(settings.home),
            "JIANGBU_DATABASE_URL": settings.database_url,
            "JIANGBU_SECRET_KEY": settings.secret_key,
        }
        said = CliRunner().invoke(
            commands, [*words, *(("--as", user) if user else ()), "--json"], env=environment
        )
        assert said.exit_code == 0, said.stderr
        return json.loads(said.stdout)

    def somebody(self, role: Role) -> str:
        with self.desk.reading() as tx:
            return next(each["name"] for each in user_list(tx) if str(role) in each["roles"])

    def program(self, name: str) -> Program:
        if name not in self.programs:
            self.programs[name] = program(create_app(self.desk), self.desk, name)
        return self.programs[name]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    home: Path = tmp_path_factory.mktemp("demo")
    settings = load_settings({"JIANGBU_HOME": str(home)})
    prepare_demo(settings)
    with open_desk(replace(settings, database_url=f"sqlite:///{home / 'jiangbu.db'}")) as desk:
        yield Year(desk, {})
    shutil.rmtree(home, ignore_errors=True)


LOOKERS = (Role.REVIEWER, Role.APPLICANT, Role.TOWNSHIP, Role.DEPARTMENT)


@pytest.mark.parametrize("role", LOOKERS, ids=str)
def test_claims_are_the_same_for_everybody(year: Year, role: Role) -> None:
    name = year.somebody(role)
    caller = year.program(name)
    listed = year.printed("claim", "list", user=name)
    assert caller.get("/claims?limit=200") == listed
    assert listed
    for number in [each["number"] for each in listed][:: 1 + len(listed) // 8]:
        for path, word in (("", "show"), ("/history", "history"), ("/explanation", "explain")):
            assert caller.get(f"/claims/{number}{path}") == year.printed("claim", word, number, user=name)


@pytest.mark.parametrize(
    ("role", "path", "words"),
    [
        (Role.INTAKE, "/claims?stage=correction", "claim list --stage correction --as"),
        (Role.INTAKE, "/claims?overdue=true", "claim list --overdue --as"),
        (Role.REVIEWER, "/policy/items", "policy list"),
        (Role.REVIEWER, "/policy/items/lead-national", "policy show lead-national"),
        (Role.APPLICANT, "/policy/identify?number=GB/T%2020556-2006", "policy identify GB/T_20556-2006"),
        (Role.APPLICANT, "/cycles", "cycle list"),
        (Role.COORDINATOR, "/due?until=2026-06-01&limit=200", "due --until 2026-06-01"),
        (Role.COORDINATOR, "/resolutions", "resolution list"),
        (Role.COORDINATOR, "/objections", "objection list --as"),
        (Role.AUDITOR, "/objections", "objection list --as"),
        (Role.FINANCE, "/payouts", "payout list"),
        (Role.TOWNSHIP, "/notices?limit=200", "notice list --as"),
        (Role.ADMINISTRATOR, "/users", "user list"),
        (Role.ADMINISTRATOR, "/organisations", "org list"),
        (Role.AUDITOR, "/audit/verification", "audit verify"),
    ],
    ids=str,
)
def test_lists_are_the_same(year: Year, role: Role, path: str, words: str) -> None:
    name = year.somebody(role)
    said = [word.replace("_", " ") if "/T_" in word else word for word in words.split()]
    if said[-1] == "--as":
        said.append(name)
    assert year.program(name).get(path) == year.printed(*said)


def test_what_stands_under_lists_is_the_same(year: Year) -> None:
    xu, guo = (year.program(year.somebody(role)) for role in (Role.COORDINATOR, Role.ADMINISTRATOR))
    for listed in xu.get("/resolutions"):
        ref = listed["resolution"]
        assert xu.get(f"/resolutions/{quote(ref)}") == year.printed("resolution", "show", ref)
    for listed in xu.get("/payouts"):
        assert xu.get(f"/payouts/{listed['batch']}") == year.printed("payout", "show", listed["batch"])
    for listed in xu.get("/cycles"):
        shown = year.printed("cycle", "show", str(listed["year"]))
        assert xu.get(f"/cycles/{listed['year']}") == shown
    letter = guo.get("/notices?limit=1")[0]["id"]
    assert guo.get(f"/notices/{letter}") == year.printed("notice", "show", str(letter))


def test_what_an_item_pays_is_the_same(year: Year) -> None:
    body = {"code": "lead-national", "rank": 1, "requested_yuan": 300_000}
    words = ("policy", "quote", "lead-national", "--rank", "1", "--requested", "300000")
    caller = year.program(year.somebody(Role.APPLICANT))
    assert caller.post("/policy/quote", body) == year.printed(*words)
