"""Chinese first, English complete: the switch, and a look into every template for words that lack their pair."""

import ast
import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from pkgutil import iter_modules

import pytest
from jinja2 import nodes
from visitors import SignIn, Visitor, words_of

import web.pages
from claims.timing.due import RULES
from notifications.concerns import CONCERNS, INTERNAL
from states.errors import ReadingUnconfirmed, Refusal
from states.stages import Stage, Trigger
from web import wording
from web.log_wording import LOGGED
from web.rendering import environment
from web.wording import EVENTS, Words

WEB = Path(__file__).parents[2] / "web"
TEMPLATES = sorted(
    path.relative_to(WEB / "templates").as_posix() for path in (WEB / "templates").rglob("*.html")
)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_the_switch_turns_the_page_and_is_remembered(sign_in: SignIn, under_review: str) -> None:
    visitor = sign_in("li")
    assert "待我办理" in visitor.read("/claims")
    english = visitor.read("/claims?q=x&lang=en")
    assert "Waiting for me" in english
    assert "Waiting for me" in visitor.read("/claims")
    page = visitor.get(f"/claims/{under_review}").text
    assert '<html lang="en">' in page
    assert f'href="/claims/{under_review}?lang=zh"' in page
    assert "待我办理" in visitor.read("/claims?lang=zh")


def test_refusals_and_errors_are_in_the_language_of_the_page(sign_in: SignIn) -> None:
    visitor = sign_in("li")
    visitor.get("/claims?lang=en")
    assert "No such page, or none that you may see" in words_of(visitor.get("/claims/SB-2025-9999").text)
    assert "li may not open this page" in words_of(visitor.get("/admin").text)


def test_an_answer_to_a_form_switches_to_a_page_that_can_be_opened(passer_by: Visitor) -> None:
    page = passer_by.post("/sign-in", {"name": "li", "password": "no"}).text
    assert 'href="/?lang=en"' in page


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_chinese_word_of_a_template_has_its_english_beside_it(name: str) -> None:
    source = (WEB / "templates" / name).read_text(encoding="utf-8")
    tree = environment().parse(source)
    bare = [each.data.strip() for each in tree.find_all(nodes.TemplateData) if CHINESE.search(each.data)]
    assert bare == []
    paired = {id(each) for call in _translations(tree) for each in call.args[:1]}
    for call in _translations(tree):
        assert len(call.args) == 2, call
        english = call.args[1]
        assert (
            not (isinstance(english, nodes.Const) and CHINESE.search(str(english.value)))
            or english.value == "中文"
        )
    lonely = [
        each.value
        for each in tree.find_all(nodes.Const)
        if isinstance(each.value, str)
        and CHINESE.search(each.value)
        and id(each) not in paired
        and each.value != "中文"
    ]
    assert lonely == []


def _translations(tree: nodes.Template) -> Iterator[nodes.Call]:
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "t":
            yield call


@pytest.mark.parametrize("path", sorted((WEB / "pages").glob("*.py")), ids=lambda path: path.stem)
def test_every_chinese_sentence_of_a_page_is_followed_by_the_english_one(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    paired = {id(leaf) for each in ast.walk(tree) for leaf in _followed_by_english(each)}
    lonely = [each.value for each in _chinese(tree) if id(each) not in paired and len(each.value) > 1]
    assert lonely == []


def _followed_by_english(node: ast.AST) -> Iterator[ast.AST]:
    """What stands before an English text in a pair or a call, and `zh` of a refusal that has its `en`."""
    match node:
        case ast.Tuple(elts=parts) | ast.Call(args=parts):
            for chinese, english in pairwise(parts):
                if isinstance(english, ast.Constant | ast.JoinedStr) and not list(_chinese(english)):
                    yield from _chinese(chinese)
        case ast.ClassDef() if {"zh", "en"} <= {
            each.id for each in ast.walk(node) if isinstance(each, ast.Name)
        }:
            yield from _chinese(node)


def _chinese(node: ast.AST) -> Iterator[ast.Constant]:
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and CHINESE.search(each.value):
            yield each


# Words for everything that can happen


def test_everything_that_can_happen_to_a_claim_has_a_name_in_both_languages() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (WEB.parent / "claims").rglob("*.py"))
    written = set(re.findall(r'append_to_claim\(\s*tx,\s*[\w.()]+(?:\([^)]*\))?,\s*"(\w+)"', sources))
    assert {"evidence_added", "notice_published", "objection_filed"} <= written
    for trigger in {*written, *Trigger, *wording.EVENTS}:
        for lang in ("zh", "en"):
            assert bool(CHINESE.search(Words(lang).event(trigger))) is (lang == "zh"), trigger


def test_every_kind_of_due_slot_has_a_name() -> None:
    assert set(wording.SLOTS) >= set(RULES)


def test_refusals_lose_the_command_lines_hints_on_a_page() -> None:
    said = Words("zh").refusal(ReadingUnconfirmed("lead-pinzibiao", "牵头制定“品字标”标准", "Lead drafter"))
    assert "policy confirm" not in said
    assert "lead-pinzibiao" not in said
    assert "尚未确认" in said
    for refusal in _refusals(Refusal):
        for lang in ("zh", "en"):
            kept = Words(lang).plain(getattr(refusal, lang))
            assert "（）" not in kept
            assert "()" not in kept
            assert kept.endswith(("。", ".", "}")), refusal


def _refusals(base: type[Refusal]) -> Iterator[type[Refusal]]:
    for each in base.__subclasses__():
        yield each
        yield from _refusals(each)


@pytest.mark.parametrize(
    ("yuan", "zh", "en"),
    [
        (300_000, "30.00 万元", "CNY 300,000"),
        (12_345, "1.2345 万元", "CNY 12,345"),
        (0, "0.00 万元", "CNY 0"),
        (12_350_000, "1,235.00 万元", "CNY 12,350,000"),
        (-300_000, "-30.00 万元", "CNY -300,000"),
        (None, "—", "—"),
    ],
)
def test_money_is_written_exactly(yuan: int | None, zh: str, en: str) -> None:
    assert Words("zh").money(yuan) == zh
    assert Words("en").money(yuan) == en


# Pages and their contexts


def test_every_page_renders_a_documented_context_and_no_template_is_left_over() -> None:
    contexts = [
        each
        for module in iter_modules(web.pages.__path__, "web.pages.")
        for each in vars(import_module(module.name)).values()
        if isinstance(each, type) and is_dataclass(each) and hasattr(each, "template")
    ]
    contexts.append(import_module("web.app").ErrorPage)
    undocumented = [
        each.__name__ for each in contexts if not each.__doc__ or each.__doc__.startswith(f"{each.__name__}(")
    ]
    assert undocumented == []
    assert all(each.__dataclass_params__.frozen for each in contexts)
    included = {
        name
        for path in (WEB / "templates").rglob("*.html")
        for name in re.findall(r'(?:include|import|extends) "([^"]+)"', path.read_text(encoding="utf-8"))
    }
    assert {each.template for each in contexts} | included == set(TEMPLATES)


def test_every_stage_has_a_colour_and_a_name(sign_in: SignIn) -> None:
    page = sign_in("guo").get("/claims?lang=en").text
    for stage in Stage:
        assert f"{stage:en}".replace("'", "&#39;") in page


def test_everything_that_the_log_can_hold_has_a_name() -> None:
    known = {*LOGGED, *EVENTS, *Trigger}
    assert (CONCERNS.keys() | INTERNAL.keys()) - known == set()
    assert LOGGED.keys() & EVENTS.keys() == set()
