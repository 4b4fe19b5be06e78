"""What is found in a template: the line, what is wrong there, and what to write instead."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """With a `serious` one the template is not put into use; any other is for the author to look at.

    `line` is 0 for what is said of the whole text.
    """

    line: int
    code: str
    zh: str
    en: str
    serious: bool = True

    def message(self, lang: str = "zh") -> str:
        """What is found, after its line where it has one."""
        if not self.line:
            return self.en if lang == "en" else self.zh
        return f"Line {self.line}: {self.en}" if lang == "en" else f"第 {self.line} 行：{self.zh}"

    def as_json(self) -> dict[str, Any]:
        return {
            "line": self.line,
            "code": self.code,
            "severity": "error" if self.serious else "warning",
            "message": self.zh,
            "message_en": self.en,
        }


@dataclass(slots=True)
class Notes:
    """What a reader of a template writes down: findings, and the facts that the template tells.

    `line`: where all of it belongs that is found in a part which the template includes.
    """

    findings: list[Finding] = field(default_factory=list)
    told: set[str] = field(default_factory=set)
    line: int | None = None

    def found(self, line: int, code: str, zh: str, en: str) -> None:
        self.findings.append(Finding(self.line or line, code, zh, en))


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """By line, what is serious first, each once."""
    return tuple(sorted(dict.fromkeys(findings), key=lambda each: (each.line, not each.serious)))
