"""Reviewed texts: what the product says is held against a file that somebody has read and accepted."""

from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

import pytest

HOW = "read the difference; if it is meant, run pytest with --accept-snapshots and commit it"


@dataclass(frozen=True, slots=True)
class Snapshots:
    folder: Path
    accept: bool

    def check(self, name: str, found: str) -> None:
        """Fail where `found` is not what was reviewed under `name`; with `--accept-snapshots`, write it."""
        path = self.folder / name
        if self.accept:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(found, encoding="utf-8")
            return
        if not path.exists():
            pytest.fail(f"no reviewed snapshot {name}: {HOW}", pytrace=False)
        reviewed = path.read_text(encoding="utf-8")
        if found != reviewed:
            difference = unified_diff(
                reviewed.splitlines(), found.splitlines(), "reviewed", "found", lineterm=""
            )
            pytest.fail("\n".join((f"{name} changed: {HOW}", *difference)), pytrace=False)

    def names(self) -> frozenset[str]:
        """The reviewed files, so that a test can hold that none is left over."""
        return frozenset(path.name for path in self.folder.iterdir()) if self.folder.is_dir() else frozenset()
