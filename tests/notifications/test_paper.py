"""Letters on paper: every word of the letter, on the grid of GB/T 9704-2012, in fonts that travel with the file."""

import dataclasses
import io
import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from letter_examples import EXAMPLES, HEAD, about
from paper_pages import (
    FREE,
    MM,
    OFFICE,
    example,
    head_of,
    long_list,
    pages_of,
    paper,
    pieces,
    printed,
    unspaced,
)
from pypdf import PdfReader

from notifications import contexts, wording
from notifications.contexts import LetterContext, Table
from notifications.letters import REHEARSAL_BANNER, body_of, title_of
from notifications.paper import typesetting
from notifications.paper.errors import UnprintableCharacters
from notifications.paper.form import paper_of, title_lines
from notifications.paper.typesetting import TypesettingError, pdf, pictures

LINE = 225 * MM / 22
CHARACTER = 156 * MM / 28
TOP, LEFT, WIDTH = 37 * MM, 28 * MM, 156 * MM
NEAR = pytest.approx


def words_of(context: LetterContext) -> str:
    """All words of a letter in the order they stand on paper, without page numbers and spaces."""
    head = head_of(context)
    body = []
    for block in body_of(context):
        if block.table is None:
            body += block.lines
        else:
            body += ["序号", *block.table.head]
            for number, row in enumerate(block.table.rows, start=1):
                body += [str(number), *row]
    day = wording.day(context.on)
    notes = [f"（{note}）" for note in head.notes]
    copies = [f"抄送：{'，'.join(head.copies)}。"] if head.copies else []
    front = [head.mark, head.number, title_of(context), f"{context.addressee}："]
    return unspaced("".join([*front, *body, OFFICE, day, *notes, *copies, OFFICE, f"{day}印发"]))


def bare(reader: PdfReader, *heads: str) -> str:
    """The words of all pages without the page numbers, and without `heads` of lists that open a further page."""
    first, *others = pages_of(reader)
    for head in heads:
        others = [page.removeprefix(head) for page in others]
    pages = [first, *others]
    assert all(page.endswith(f"—{number}—") for number, page in enumerate(pages, start=1))
    return "".join(page.removesuffix(f"—{number}—") for number, page in enumerate(pages, start=1))


def heads_of(context: LetterContext) -> list[str]:
    return [f"序号{''.join(block.table.head)}" for block in body_of(context) if block.table is not None]


def filled(text: str) -> LetterContext:
    """A letter whose body is this text, between a paragraph before it and one behind it."""
    return contexts.Remand(
        **about(date(2026, 5, 20)),
        reasons=(text,),
        due=EXAMPLES["remand"].due,  # type: ignore[attr-defined]
    )


# Words


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_paper_says_every_word_of_the_letter_and_no_other(name: str) -> None:
    assert bare(example(name), *heads_of(EXAMPLES[name])) == words_of(EXAMPLES[name])


def test_amounts_stand_in_figures_and_in_words() -> None:
    assert "10万元（人民币壹拾万元整）" in bare(example("payment"))


def test_what_others_wrote_is_set_as_it_is() -> None:
    name = '#panic("x") *嵊泗* $x^2$ <b>乙</b> \\ [丙] @丁 // 戊 `己`'
    context = contexts.TownshipLapse(**about(date(2026, 5, 29), f"菜园镇{name}"), unit=name)
    said = bare(printed(context))
    assert f"菜园镇{unspaced(name)}：" in said
    assert said.count(unspaced(name)) == 2


def test_rare_characters_of_names_come_out() -> None:
    context = contexts.ObjectionNotice(**about(date(2026, 5, 15), "喆堃玥珺昇旻镕公司"))
    assert "喆堃玥珺昇旻镕公司：" in bare(printed(context))


def test_a_character_that_no_font_holds_is_refused_by_name() -> None:
    context = contexts.ObjectionNotice(**about(date(2026, 5, 15), "嵊泗𠮷𪚥水产"))
    with pytest.raises(UnprintableCharacters, match="𠮷") as refused:
        pdf(paper(context), FREE)
    assert set(refused.value.characters) == {"𠮷", "𪚥"}


# Geometry


def test_a_page_has_22_lines_of_28_characters() -> None:
    pages = printed(filled("国" * 1500)).pages
    lines = [(text, x, y) for text, x, y, size in pieces(pages[1]) if size == NEAR(16)]
    assert [len(text) for text, _, _ in lines] == [28] * 22
    assert all(x == NEAR(LEFT, abs=0.1) for _, x, _ in lines)
    heights = [y for _, _, y in lines]
    assert [later - earlier for earlier, later in pairwise(heights)] == NEAR([LINE] * 21, abs=0.01)


def test_a_paragraph_opens_two_characters_in() -> None:
    lines = [(text, x) for text, x, _, _ in pieces(printed(filled("国" * 60)).pages[0])]
    first = next((text, x) for text, x in lines if text.startswith("国"))
    assert first == ("国" * 26, NEAR(LEFT + 2 * CHARACTER, abs=0.1))


@pytest.mark.parametrize("name", ["refusal", "township_closing", "payment"])
def test_nothing_of_the_body_leaves_the_grid(name: str) -> None:
    first = TOP + (LINE - 16) / 2 + 0.88 * 16
    for page in example(name).pages:
        lines = {
            (y - first) / LINE
            for text, _, y, size in pieces(page)
            if size == NEAR(16) and "〔2026〕12" not in text
        }
        assert sorted(lines) == NEAR([round(each) for each in sorted(lines)], abs=0.01)
        assert 0 <= round(min(lines)) <= round(max(lines)) < 22


def test_the_red_head_stands_where_the_standard_puts_it() -> None:
    (mark, x, y, size), (number, _, below, _), *_ = pieces(example("payment").pages[0])
    assert mark == OFFICE
    assert y - 0.88 * size == NEAR(TOP + 35 * MM, abs=0.1)
    assert x >= LEFT - 0.1
    assert unspaced(number) == "嵊市监奖拨〔2026〕12号"
    assert below - y > 2 * LINE


def test_a_long_name_of_an_office_shrinks_into_one_line() -> None:
    head = dataclasses.replace(head_of(EXAMPLES["payment"]), mark=f"{OFFICE}标准化工作领导小组办公室文件")
    reader = PdfReader(io.BytesIO(pdf(paper_of(EXAMPLES["payment"], head), FREE)))
    mark, x, _, size = next(pieces(reader.pages[0]))
    assert mark == head.mark
    assert x >= LEFT - 0.1
    assert size * 1.04 * len(mark) <= WIDTH + 1


def test_page_numbers_stand_outside() -> None:
    odd, even = (
        next(x for text, x, _, _ in pieces(page) if text.startswith("—")) for page in example("payment").pages
    )
    assert odd > LEFT + WIDTH / 2
    assert even == NEAR(LEFT + 14, abs=0.1)


def test_every_page_says_how_the_letter_is_checked_on_the_side_where_no_number_stands() -> None:
    check = "核验码 7K3M-9QXD-2F8T，可在 https://jiangbu.example.org/check 核验"
    first, second = printed(EXAMPLES["payment"], check=check).pages
    for page in (first, second):
        said = [(text, x, size) for text, x, _, size in pieces(page) if text.startswith("核验码")]
        assert [size for _, _, size in said] == NEAR([9])
        assert unspaced(page.extract_text()).count(unspaced(check)) == 1
    odd, even = (
        next(x for text, x, _, _ in pieces(page) if text.startswith("核验码")) for page in (first, second)
    )
    assert odd == NEAR(LEFT + 14, abs=0.1)
    assert even > odd + 2 * CHARACTER
    assert first.extract_text().rstrip().endswith("— 1 —")


def test_there_is_room_for_the_seal() -> None:
    lines = [(text, x, y) for text, x, y, _ in pieces(example("payment").pages[-1])]
    at = next(index for index, (text, _, _) in enumerate(lines) if text == OFFICE)
    (_, _, above), (_, left, issuer), (day, right, dated) = lines[at - 1 : at + 2]
    assert issuer - above == NEAR(4 * LINE, abs=0.1)
    assert dated - issuer == NEAR(LINE, abs=0.1)
    assert unspaced(day) == "2026年5月29日"
    assert left < right, "the office is the longer and stands centred over the date"


def test_a_signature_never_stands_on_a_page_without_words() -> None:
    for length in range(150, 750, 28):
        last = pages_of(printed(filled("国" * length)))[-1]
        assert not last.startswith(OFFICE) or last.startswith(f"{OFFICE}2026年5月20日印发"), (
            "only the imprint may"
        )


def test_the_imprint_closes_the_last_page_only() -> None:
    *others, last = pages_of(example("payment"))
    assert last.removesuffix(f"—{len(others) + 1}—").endswith(
        f"抄送：嵊泗县财政局。{OFFICE}2026年5月29日印发"
    )
    assert all("印发" not in page for page in others)


@pytest.mark.parametrize("rows", [10, 100])
def test_the_imprint_stands_at_the_foot_even_where_it_stands_alone(rows: int) -> None:
    last = list(pieces(printed(long_list(rows)).pages[-1]))
    alone = last[0][0] == OFFICE and last[0][3] == NEAR(14)
    printed_on = next(y for text, _, y, _ in last if text.endswith("印发"))
    assert alone == (rows == 100)
    assert TOP + 225 * MM - LINE < printed_on < TOP + 225 * MM


def test_a_long_title_is_parted_between_words() -> None:
    assert title_lines("关于2026年度标准化奖补申报即将截止的提醒函") == (
        "关于2026年度标准化奖补",
        "申报即将截止的提醒函",
    )
    assert title_lines("标准化奖补申报受理通知书") == ("标准化奖补申报受理通知书",)


# Lists


def test_a_list_of_100_rows_repeats_its_head_on_every_page() -> None:
    context = long_list(100)
    *listed, last = pages_of(printed(context))
    head = "序号申报编号申报单位奖补项目申报内容拟奖补金额"
    assert len(listed) >= 4
    assert all(page.startswith(head) for page in listed[1:])
    said = listed[0] + "".join(page.removeprefix(head) for page in [*listed[1:], last])
    assert re.sub(r"—\d+—", "", said) == words_of(context)


def test_the_words_before_a_list_stand_with_its_first_rows() -> None:
    closing = EXAMPLES["township_closing"]
    assert isinstance(closing, contexts.TownshipClosing)
    for rows in range(1, 5):
        submitted = Table(closing.submitted.head, closing.submitted.rows * rows)
        for page in pages_of(printed(dataclasses.replace(closing, submitted=submitted))):
            assert not re.search(r"：—\d+—$", page)


# What makes it keep


def test_fonts_are_embedded_and_no_other_slips_in() -> None:
    found = set()
    for name in EXAMPLES:
        for page in example(name).pages:
            for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
                inner = font.get_object()["/DescendantFonts"][0].get_object()
                assert "/FontFile3" in inner["/FontDescriptor"].get_object()
                found.add(re.sub(r"^/[A-Z]{6}\+|-Regular.*$", "", str(inner["/BaseFont"])))
    assert found == {"NotoSerifSC", "NotoSansSC"}


def test_the_file_claims_pdf_a_2b_and_says_what_it_is() -> None:
    reader = example("payment")
    assert reader.xmp_metadata is not None
    assert (reader.xmp_metadata.pdfaid_part, reader.xmp_metadata.pdfaid_conformance) == ("2", "B")
    assert "/OutputIntents" in reader.root_object
    assert reader.root_object["/Lang"] == "zh-CN"
    assert reader.metadata is not None
    assert reader.metadata.title == "标准化奖补资金拨付通知书"
    assert reader.metadata.author == OFFICE


def test_the_same_letter_is_the_same_bytes() -> None:
    first, second = (pdf(paper(EXAMPLES["receipt"]), FREE) for _ in range(2))
    assert first == second


def test_a_rehearsal_says_so_on_every_page_and_a_live_letter_never() -> None:
    rehearsed = pages_of(printed(long_list(60), rehearsal=True))
    assert len(rehearsed) > 2
    assert all(page.startswith(unspaced(REHEARSAL_BANNER)) for page in rehearsed)
    assert all("演练" not in page for name in EXAMPLES for page in pages_of(example(name)))


def test_a_picture_can_be_made_of_each_page() -> None:
    made = pictures(paper(EXAMPLES["payment"]), FREE, 30)
    assert [each[:8] for each in made] == [b"\x89PNG\r\n\x1a\n"] * 2


def test_a_warning_of_the_setting_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    layout = tmp_path / "letter.typ"
    layout.write_text(
        typesetting.LAYOUT.read_text(encoding="utf-8") + '\n#text(font: "Nowhere")[x]', encoding="utf-8"
    )
    monkeypatch.setattr(typesetting, "LAYOUT", layout)
    with pytest.raises(TypesettingError, match="unknown font family"):
        pdf(paper(EXAMPLES["receipt"]), FREE)


def test_the_mail_and_the_paper_bear_one_title() -> None:
    assert HEAD.issuer.startswith(OFFICE)
    assert all(title_of(each) in bare(example(name)) for name, each in EXAMPLES.items())
