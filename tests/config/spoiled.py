"""Spoiling a file of the rulebook, and what its loader answers."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from config.directory import load_directory
from config.documents import RulebookError
from config.rulebook import load_rulebook
from config.workdays import load_workdays
from states.policy import Rulebook


@dataclass(frozen=True, slots=True)
class Files:
    folder: Path

    def spoil(self, name: str, old: str, new: str) -> int:
        """Replace the first occurrence of a text; answers with the line in which it stood."""
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        before, found, after = text.partition(old)
        assert found, f"{name} holds no {old!r}"
        path.write_text(before + new + after, encoding="utf-8")
        return before.count("\n") + 1

    def add_version(self, version: str, old: str, new: str) -> None:
        """A further version of the policy, made from the first by one change."""
        text = (self.folder / "rulebook" / "v1.yaml").read_text(encoding="utf-8")
        text = text.replace("version: v1", f"version: {version}", 1)
        assert old in text
        (self.folder / "rulebook" / f"{version}.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")

    def rulebook(self) -> Rulebook:
        return load_rulebook(self.folder / "rulebook", load_directory(self.folder / "directory.yaml"))

    def load(self) -> Rulebook:
        """Read everything, the rulebook last."""
        load_directory(self.folder / "directory.yaml")
        load_workdays(self.folder / "workdays")
        return self.rulebook()

    def refusal(self) -> RulebookError:
        """What stands against these files."""
        with pytest.raises(RulebookError) as caught:
            self.load()
        return caught.value
