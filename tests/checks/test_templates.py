"""Every template compiles, and every environment that renders one is strict about what is undefined."""

import ast
from pathlib import Path

import pytest
from jinja2 import Environment

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(
    path
    for package in ("notifications", "web")
    for suffix in ("*.jinja", "*.html", "*.svg")
    for path in (ROOT / package / "templates").rglob(suffix)
)


def test_there_are_templates_to_check() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in TEMPLATES} == {"notifications", "web"}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_compiles(path: Path) -> None:
    Environment(autoescape=True, extensions=["jinja2.ext.i18n"]).parse(path.read_text(encoding="utf-8"))


def test_every_environment_refuses_undefined_values() -> None:
    calls = [
        (path, call)
        for package in ("notifications", "web", "cli", "claims")
        for path in (ROOT / package).rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and ast.unparse(call.func).split(".")[-1]
        in {"Environment", "SandboxedEnvironment", "ImmutableSandboxedEnvironment"}
    ]
    assert calls
    lax = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path, call in calls
        if "StrictUndefined"
        not in {ast.unparse(each.value).split(".")[-1] for each in call.keywords if each.arg == "undefined"}
    ]
    assert lax == []
