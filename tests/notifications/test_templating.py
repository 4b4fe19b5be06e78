"""What the template of a letter may hold: each fault is found before use, with its line and what to write instead."""

import dataclasses
from pathlib import Path

import pytest
from jinja2.exceptions import SecurityError, UndefinedError
from letter_examples import EXAMPLES, HEAD

from notifications.letters import write
from notifications.paper.faces import faces
from notifications.templating import environment
from notifications.templating.checking import check, misfits, normalised
from notifications.templating.comparing import side_by_side
from notifications.templating.facts import LETTERS, Sort, facts_of
from notifications.templating.findings import Finding
from notifications.templating.names import writables
from notifications.templating.specimens import specimens
from notifications.templating.templates import OF_THE_PROGRAM, compiled, of_the_county, packaged

FREE = faces(Path("no such folder"))


def receipt(body: str, subject: str = "回执") -> str:
    """A receipt with these words; its body begins on line 3."""
    return f"{{% block subject %}}{subject}{{% endblock %}}\n{{% block body %}}\n{body}\n{{% endblock %}}\n"


def found(body: str, kind: str = "receipt") -> Finding:
    """The one fault of a body."""
    (only,) = misfits(kind, receipt(body))
    return only


@pytest.mark.parametrize("kind", LETTERS)
def test_the_programs_own_templates_pass_the_check_that_the_countys_must(kind: str) -> None:
    assert check(packaged(kind), packaged(kind), FREE) == ()


@pytest.mark.parametrize("kind", LETTERS)
def test_a_template_is_tried_on_every_way_in_which_facts_can_be_there_or_not(kind: str) -> None:
    made = list(specimens(kind))
    for name, fact in facts_of(kind).items():
        values = [getattr(each, name) for each in made]
        if fact.optional:
            assert None in values
            assert any(value is not None for value in values)
        if fact.sort in {Sort.LIST, Sort.TABLE, Sort.YES_NO}:
            assert {bool(value) for value in values if value is not None} == {True, False}


ESCAPES = {
    "a method": "{{ claim.upper() }}",
    "the way to the interpreter": "{{ claim.__class__.__mro__[1].__subclasses__() }}",
    "by a name in brackets": "{{ claim['__class__'] }}",
    "by a filter": "{{ claim | attr('__class__') }}",
    "by formatting": "{{ '{0.__class__}'.format(claim) }}",
    "of the template itself": "{{ self._TemplateReference__context }}",
    "of a function": "{{ range(10**9) }}",
    "a long loop": "{% for each in range(10**9) %}x{% endfor %}",
    "a large power": "{{ 10 ** 10 ** 9 }}",
    "a long text": "{{ 'x' * 10**9 }}",
    "a file": '{% include "../../../../etc/passwd" %}',
    "another letter": '{% include "letters/payment.jinja" %}',
    "a file by a variable": "{% include claim %}",
    "an import": '{% import "parts/reasons.jinja" as parts %}',
    "inheritance": '{% extends "letters/payment.jinja" %}',
    "an assignment": "{% set x = claim %}",
    "a macro": "{% macro x() %}{{ x() }}{% endmacro %}",
    "unescaping": "{{ addressee | safe }}",
    "no escaping": "{% autoescape false %}x{% endautoescape %}",
    "an unknown statement": "{% debug %}",
    "a test": "{% if claim is defined %}x{% endif %}",
}


@pytest.mark.parametrize("body", ESCAPES.values(), ids=list(ESCAPES))
def test_what_a_letter_has_no_need_of_is_refused_on_its_line(body: str) -> None:
    faults = misfits("receipt", receipt(f"本局已收到。\n\n{body}"))
    assert faults
    assert {each.line for each in faults} <= {5}
    assert all(each.serious for each in faults)


@pytest.mark.parametrize("body", ["{{ claim.__class__.__mro__ }}", "{{ claim.format.__globals__ }}"])
def test_the_sandbox_holds_where_nobody_checked(body: str) -> None:
    template = of_the_county("receipt", 1, receipt(body))
    with pytest.raises(SecurityError):
        template.body(EXAMPLES["receipt"])


def test_what_nobody_checked_finds_no_function_and_no_endless_output() -> None:
    with pytest.raises(UndefinedError, match="range"):
        of_the_county("receipt", 1, receipt("{{ range(9) }}")).body(EXAMPLES["receipt"])
    endless = receipt("{{ 'x' * 200000 }}{{ claim }}")
    with pytest.raises(environment.LetterTooLongError):
        of_the_county("receipt", 1, endless).body(EXAMPLES["receipt"])


@pytest.mark.parametrize(
    ("kind", "body", "code", "cure"),
    [
        ("receipt", "{{ adressee }}", "unknown_fact", "是否为 addressee"),
        ("receipt", "{{ granted | amount }}", "unknown_fact", "requested"),
        ("receipt", "{{ on | deadlin }}", "unknown_filter", "deadline"),
        ("receipt", "{{ on | day('x') }}", "unknown_filter", "不能带参数"),
        ("receipt", "{{ on }}", "written_otherwise", "{{ on | day }}"),
        ("receipt", "{{ requested }}", "written_otherwise", "{{ requested | amount }}"),
        ("receipt", "{{ answer_by | day }}", "written_otherwise", "{{ answer_by | deadline }}"),
        ("receipt", "{{ claim | amount }}", "written_otherwise", "{{ claim }}"),
        ("receipt", "{{ on.isoformat }}", "unknown_part", "整体写出"),
        ("acceptance", "{{ departments }}", "written_otherwise", "{{ departments | listing }}"),
        ("acceptance", "{{ deemed }}", "written_otherwise", "{% if deemed %}"),
        ("endorsement", "{{ due | deadline }}", "perhaps_absent", "{% if due %}"),
        ("endorsement", "{% if not due %}{{ due | deadline }}{% endif %}", "perhaps_absent", "{% if due %}"),
        ("overdue_report", "{{ claims }}", "written_otherwise", "[[claims]]"),
        ("overdue_report", "见下表：[[claims]]", "unknown_table", "前后各空一行"),
        ("overdue_report", "如下。\n\n[[claim]]", "unknown_table", "[[claims]]"),
        ("overdue_report", "{% for each in claims %}{{ each }}{% endfor %}", "loop_refused", "[[名称]]"),
        ("receipt", "已于2026-05-08收到。", "foreign_date", "2026年5月8日"),
        ("receipt", "已于8/5/2026收到。", "foreign_date", "2026年5月8日"),
        ("receipt", "<b>已收到</b>", "markup", "原样印出"),
        ("receipt", "已收到&nbsp;。", "markup", "原样印出"),
        ("receipt", "已收\u200b到。", "hidden_character", "U+200B"),
        ("receipt", "已\u202e收到。", "hidden_character", "U+202E"),
        ("receipt", '{% include "parts/reasons.jinja" %}', "unknown_fact", "reasons"),
        ("receipt", "{% if claim %}已收到。", "syntax", "endif"),
        ("receipt", "{{ claim }", "syntax", "成对"),
    ],
)
def test_a_fault_is_named_with_what_to_write_instead(kind: str, body: str, code: str, cure: str) -> None:
    faults = misfits(kind, receipt(body))
    fault = next(each for each in faults if each.code == code)
    assert cure in fault.zh
    assert fault.en
    assert fault.line in range(3, 6)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("endorsement", "审核完毕{% if due %}，最迟于{{ due | deadline }}审定{% endif %}。"),
        ("endorsement", "审核完毕{% if not due %}。{% else %}，{{ due | deadline }}。{% endif %}"),
        ("endorsement", "{% if due and claim %}{{ due | deadline }}{% endif %}完毕。"),
        ("endorsement", "{{ due | deadline if due else '另行告知' }}。"),
        ("township_reminder", "{% if days_left > 1 %}还有{{ days_left }}天。{% else %}明日截止。{% endif %}"),
        (
            "township_reminder",
            "{% if drafts | count == 1 %}一件。{% else %}{{ drafts | count }}件。{% endif %}",
        ),
        ("refusal", "{% for each in reasons %}\n{{ loop.index }}．{{ each }}\n\n{% endfor %}\n特此告知。"),
        ("refusal", '{% include "parts/claimed.jinja" %}。{% include "parts/reasons.jinja" %}'),
        ("overdue_report", "如下。\n\n[[claims]]\n\n特此提醒。"),
    ],
)
def test_what_letters_need_can_be_written(kind: str, body: str) -> None:
    assert misfits(kind, receipt(body)) == ()


def test_a_letter_that_would_be_empty_in_some_cases_is_refused() -> None:
    assert found("{% if deemed %}视为受理。{% endif %}", "acceptance").code == "empty"
    assert found("　　{# 待写 #}").code == "empty"
    assert misfits("receipt", receipt("已收到。", subject=""))[0].code == "empty"


def test_both_blocks_must_be_there_and_nothing_outside_them() -> None:
    codes = [each.code for each in misfits("receipt", "回执\n{% block subject %}回执{% endblock %}\n")]
    assert codes == ["block_missing", "outside_blocks"]


def test_a_template_without_end_is_not_read() -> None:
    assert found("字" * 20_001).code == "too_long"
    assert misfits("receipt", receipt("{{" + "(" * 9_000 + "claim" + ")" * 9_000 + "}}"))


def test_a_character_that_no_font_holds_is_found_on_its_line() -> None:
    draft = of_the_county("receipt", 1, receipt("已收到。\n\n特此告知𓀀。"))
    assert [(each.line, each.code) for each in check(draft, packaged("receipt"), FREE) if each.serious] == [
        (5, "unprintable")
    ]


def test_what_an_author_should_look_at_is_said_and_refuses_nothing() -> None:
    draft = of_the_county("receipt", 1, receipt("已于2026年5月8日收到{{ claim }}，申请300万元。"))
    remarks = check(draft, packaged("receipt"), FREE)
    assert not any(each.serious for each in remarks)
    assert {each.code for each in remarks} == {"left_out", "day_typed_in", "amount_typed_in"}
    assert any("{{ answer_by | deadline }}" in each.zh for each in remarks)


def test_a_text_is_kept_with_line_ends_of_one_sort() -> None:
    assert normalised("\ufeff甲 \r\n乙\r丙\n\n\n") == "甲\n乙\n丙\n"


def test_all_forms_of_a_letter_come_from_the_same_text() -> None:
    draft = of_the_county("receipt", 1, receipt("收悉{{ addressee }}来件。", subject="收件回执"))
    head = dataclasses.replace(HEAD, templates=OF_THE_PROGRAM.with_draft(draft))
    context = dataclasses.replace(EXAMPLES["receipt"], addressee="甲<b>乙</b>")
    written = write(context, head)
    assert "收悉甲<b>乙</b>来件。" in written.text
    assert "收悉甲&lt;b&gt;乙&lt;/b&gt;来件。" in written.html
    assert written.subject.startswith("收件回执")
    assert str(written.template_version) == f"county:1:{draft.version.sha256}"
    assert written.template_hash not in {packaged("receipt").hash, draft.version.sha256}
    assert write(EXAMPLES["payment"], head) == write(EXAMPLES["payment"], HEAD)


def test_a_template_is_compiled_once() -> None:
    assert compiled(packaged("receipt").text) is compiled(packaged("receipt").text)


@pytest.mark.parametrize("kind", LETTERS)
def test_whoever_writes_a_letter_is_told_what_each_fact_means(kind: str) -> None:
    told = {each.name.partition(".")[0]: each for each in writables(kind)}
    assert told.keys() == facts_of(kind).keys()
    assert all(each.zh and each.en and each.written for each in told.values())


def test_two_texts_stand_side_by_side_with_what_differs_marked() -> None:
    first, second, third = side_by_side(
        "　　甲说明。\n　　本局将于五日内答复贵单位。\n",
        "甲说明。\n\n我局将于七日内答复贵单位。\n另行通知。\n",
    )
    assert not first.changed
    assert [each.text for each in second.before if each.changed] == ["本", "五"]
    assert [each.text for each in second.after if each.changed] == ["我", "七"]
    assert (third.before, [each.text for each in third.after]) == ((), ["另行通知。"])
