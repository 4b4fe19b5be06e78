"""The series of document numbers: one word a kind, written as the standard asks."""

from pathlib import Path

import pytest

from config.documents import RulebookError
from config.series import load_series


def test_a_number_has_hexagonal_brackets_and_no_leading_zero() -> None:
    assert load_series()["payment"].number(2026, 3) == "嵊市监奖拨〔2026〕3号"


def test_a_kind_says_what_follows_the_name_in_the_red_head_and_who_gets_a_copy() -> None:
    call = load_series()["township_call"]
    assert call.mark == "文件"
    assert call.copies == ("coordination", "finance")
    assert load_series()["receipt"].copies == ()


@pytest.mark.parametrize(
    ("kinds", "line", "says"),
    [
        ("  receipt: {word: 收}\n  payment: {word: 收}", 4, "已是 receipt 的代字"),
        ("  receipt: {word: 收, copies: [nobody]}", 3, "没有名为“nobody”的单位"),
        ("  receipt: {mark: 文件}", 3, "缺少“word”"),
        ("  receipt: {word: 收, seal: yes}", 3, "不认识“seal”"),
    ],
)
def test_a_series_that_cannot_be_used_is_refused_by_its_line(
    tmp_path: Path, kinds: str, line: int, says: str
) -> None:
    file = tmp_path / "series.yaml"
    file.write_text(f"office: 嵊市监奖\nkinds:\n{kinds}\n", encoding="utf-8")
    with pytest.raises(RulebookError, match=says) as refused:
        load_series(file)
    assert refused.value.line == line
