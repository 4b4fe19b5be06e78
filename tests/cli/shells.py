"""The command line as people and scripts meet it: arguments in; exit status, standard output and error out."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import app
from config.settings import Settings


@dataclass(frozen=True, slots=True)
class Said:
    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as the one JSON document that it must be."""
        return json.loads(self.out)

    @property
    def code(self) -> str:
        """The code of the error, as scripts find it."""
        first = self.err.splitlines()[0]
        assert first.startswith("error[")
        return first[len("error[") : first.index("]: ")]


@dataclass(slots=True)
class Shell:
    """Runs commands in this process, under the environment of a desk."""

    environment: pytest.MonkeyPatch

    @classmethod
    def on(cls, settings: Settings, environment: pytest.MonkeyPatch) -> "Shell":
        environment.setenv("JIANGBU_HOME", str(settings.home))
        environment.setenv("JIANGBU_DATABASE_URL", settings.database_url)
        environment.setenv("JIANGBU_SECRET_KEY", settings.secret_key)
        return cls(environment)

    def at(self, moment: datetime) -> None:
        """From now on, it is `moment` (a rehearsal's clock)."""
        self.environment.setenv("JIANGBU_NOW", moment.isoformat())

    def run(self, *words: object) -> Said:
        result = CliRunner().invoke(app, [str(word) for word in words])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Said(result.exit_code, result.stdout, result.stderr)

    def get(self, *words: object) -> Any:
        """What a command answers with `--json`; it must have been done."""
        said = self.run(*words, "--json")
        assert said.status == 0, said.err
        return said.json

    def refused(self, *words: object) -> str:
        """The code by which a rule refuses a command; nothing stands on standard output then."""
        said = self.run(*words, "--json")
        assert said.status == 1, (said.status, said.out, said.err)
        assert said.out == ""
        return said.code


def at_stage(shell: Shell, stage: str, **wanted: Any) -> str:
    """A claim of the rehearsal year at this stage, of these values."""
    for each in shell.get("claim", "list", "--stage", stage):
        if all(each[name] == value for name, value in wanted.items()):
            return str(each["number"])
    raise LookupError(stage, wanted)
