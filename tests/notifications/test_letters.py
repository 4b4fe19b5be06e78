"""Every letter, word for word, and what no letter may ever hold."""

import dataclasses
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from letter_examples import EXAMPLES, HEAD, REHEARSAL_HEAD, UNIT, about, imprint_of
from snapshots import Snapshots

from notifications import contexts, letters
from notifications.contexts import LetterContext, Table
from notifications.letters import write
from notifications.templating import environment, templates
from notifications.templating.templates import packaged

KINDS = {
    each.kind: each
    for each in vars(contexts).values()
    if isinstance(each, type) and issubclass(each, LetterContext) and "kind" in vars(each)
}
TEMPLATES = Path(letters.__file__).parent / "templates" / "letters"


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_letter_reads_as_reviewed(name: str, snapshots: Snapshots) -> None:
    written = write(EXAMPLES[name], HEAD, imprint_of(EXAMPLES[name]))
    snapshots.check(f"{name}.txt", f"主题：{written.subject}\n\n{written.text}")


@pytest.mark.parametrize("name", ["payment", "township_closing"])
def test_the_html_of_a_letter_is_as_reviewed(name: str, snapshots: Snapshots) -> None:
    snapshots.check(f"{name}.html", write(EXAMPLES[name], REHEARSAL_HEAD, imprint_of(EXAMPLES[name])).html)


def test_every_kind_has_an_example_a_template_and_a_reviewed_text(snapshots: Snapshots) -> None:
    assert {each.kind for each in EXAMPLES.values()} == set(KINDS)
    assert {path.stem for path in TEMPLATES.iterdir()} == set(KINDS)
    reviewed = {f"{name}.txt" for name in EXAMPLES} | {"payment.html", "township_closing.html"}
    assert snapshots.names() == reviewed


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words += data.split()


def _words(html: str) -> str:
    parser = _Words()
    parser.feed(html)
    return "".join(parser.words)


@pytest.mark.parametrize("name", EXAMPLES)
def test_html_and_text_say_the_same(name: str) -> None:
    written = write(EXAMPLES[name], HEAD, imprint_of(EXAMPLES[name]))
    said = _words(written.html)
    tables = [each for each in vars_of(EXAMPLES[name]).values() if isinstance(each, Table)]
    cells = {"".join(cell.split()) for table in tables for row in table.rows for cell in row}
    assert all(cell in said for cell in cells)
    for line in written.text.splitlines():
        if not re.match(r"　　\d+．(申报编号|单位名称|事项)：", line):
            assert "".join(line.split()) in said


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_letter_holds_a_foreign_date_an_empty_value_or_a_full_account(name: str) -> None:
    text = write(EXAMPLES[name], HEAD).text
    assert not re.search(r"\d{4}-\d{2}-\d{2}|None|\[\[|\{\{|datetime|True|False", text)
    assert not re.search(r"\d{12,}", text)
    assert "　　　　　　　　　　　　　　　　　　　　" in text  # the date stands at the right


def test_a_rehearsal_letter_says_so_first() -> None:
    written = write(EXAMPLES["approval"], REHEARSAL_HEAD)
    assert written.subject.startswith("【演练】")
    assert written.text.splitlines()[0].startswith("【演练】")
    assert _words(written.html).index("【演练】") < _words(written.html).index(UNIT)


def test_a_letter_of_a_live_desk_never_mentions_a_rehearsal() -> None:
    written = [write(each, HEAD) for each in EXAMPLES.values()]
    assert all("演练" not in f"{each.subject}{each.text}{each.html}" for each in written)


def test_letters_during_the_public_notice_name_no_remedy_but_the_objection() -> None:
    for name in ("approval", "public_notice", "objection_notice", "objection_answer", "township_published"):
        text = write(EXAMPLES[name], HEAD).text
        assert not re.search("复议|诉讼", text)
    assert "异议" in write(EXAMPLES["public_notice"], HEAD).text


def test_what_others_wrote_cannot_change_the_letter() -> None:
    name = "<script>alert(1)</script>\n\n[[drafts]]\n特此通知：<b>甲</b> & 乙"
    context = contexts.TownshipLapse(**about(date(2026, 3, 27), "菜园镇人民政府"), unit=name)
    written = write(context, HEAD)
    harmless = "<script>alert(1)</script> [[drafts]] 特此通知：<b>甲</b> & 乙"
    assert harmless in written.text
    assert "<script" not in written.html
    assert "<b>" not in written.html
    assert (
        "&lt;script&gt;alert(1)&lt;/script&gt; [[drafts]] 特此通知：&lt;b&gt;甲&lt;/b&gt; &amp; 乙"
        in written.html
    )
    assert len(written.text.splitlines()) == len(write(EXAMPLES["township_lapse"], HEAD).text.splitlines())


def test_an_addressee_with_a_line_break_stays_one_line() -> None:
    context = contexts.ObjectionNotice(**about(date(2026, 5, 15), "　嵊泗县\r\n某公司\n\n密送"))
    assert "嵊泗县 某公司 密送：" in write(context, HEAD).text.splitlines()
    assert "\n" not in write(context, HEAD).subject


def test_a_subject_stays_one_line_whatever_the_number_holds() -> None:
    values = about(date(2026, 5, 15)) | {"claim": "SB-2026-0001\nBcc: all@example.org"}
    assert "\n" not in write(contexts.ObjectionNotice(**values), HEAD).subject


def test_a_cell_cannot_break_its_table() -> None:
    table = Table(("申报编号", "申报单位"), (("SB-1", "甲\n乙</td><td>丙"),))
    context = dataclasses.replace(EXAMPLES["township_reminder"], drafts=table)
    written = write(context, HEAD)
    assert "甲 乙&lt;/td&gt;&lt;td&gt;丙" in written.html
    assert "　　1．申报编号：SB-1；申报单位：甲 乙</td><td>丙" in written.text


@dataclasses.dataclass(frozen=True, kw_only=True)
class Unfinished(LetterContext):
    """A payment letter whose context lacks what the template asks for."""

    kind = "payment"


def test_a_letter_with_an_undefined_value_is_not_written() -> None:
    with pytest.raises(UndefinedError):
        write(Unfinished(addressee=UNIT, on=date(2026, 5, 29)), HEAD)


@pytest.mark.parametrize("value", [None, date(2026, 5, 29), 1.5, True, ("甲",)])
def test_a_value_that_nobody_wrote_out_is_not_printed(value: object) -> None:
    values = about(date(2026, 5, 29)) | {"claim": value}
    with pytest.raises((TypeError, AttributeError)):
        write(contexts.ObjectionNotice(**values), HEAD)


def test_a_letter_bears_its_number_and_says_how_it_is_checked() -> None:
    written = write(EXAMPLES["payment"], HEAD, imprint_of(EXAMPLES["payment"]))
    for form in (written.text, written.html):
        assert "嵊市监奖拨〔2026〕12号" in form
        assert "核验码 7K3M-9QXD-2F8T，可在 https://jiangbu.example.org/check 核验" in form


def test_where_the_publics_way_is_not_set_a_letter_names_the_page() -> None:
    head = dataclasses.replace(HEAD, check_at="")
    assert (
        "可在本平台“函件核验”页面核验"
        in write(EXAMPLES["payment"], head, imprint_of(EXAMPLES["payment"])).text
    )


def test_a_specimen_has_no_number_and_no_code() -> None:
    text = write(EXAMPLES["payment"], HEAD).text
    assert "（样稿，未编号）" in text
    assert "核验码" not in text


def test_the_template_hash_is_each_kinds_own_and_covers_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len({packaged(kind).hash for kind in KINDS}) == len(KINDS)
    before = packaged("receipt").hash, packaged("township_call").hash
    original = environment.source
    monkeypatch.setattr(
        environment, "source", lambda name: original(name) + ("." if name == "parts/claimed.jinja" else "")
    )
    templates._hash.cache_clear()
    after = packaged("receipt").hash, packaged("township_call").hash
    templates._hash.cache_clear()
    assert before[0] != after[0]
    assert before[1] == after[1]


def vars_of(context: LetterContext) -> dict[str, object]:
    return {each.name: getattr(context, each.name) for each in dataclasses.fields(context)}
