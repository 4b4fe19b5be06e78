"""Import sheets: good rows become claims, bad rows are told with column and cure, and nothing happens twice."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select
from world import COMPANY, FORM, YEAR, a_paper, uscc, who

from claims import clock
from claims.desk import Desk
from claims.errors import NotAllowed
from claims.facts import load_claim
from claims.letters.correspondence import address_of
from claims.models import Claim, EventRow, Evidence
from claims.review.decisions import act
from claims.sheets import BadSheet, write_sheet
from claims.submission.evidence_folders import EvidenceWithoutRow
from claims.submission.filing import correct, form_of
from claims.submission.forms import COLUMNS
from claims.submission.imports import Imported, MissingHeaders, UnknownHeaders, import_sheet
from states.calendar import TZ
from states.errors import WindowClosed
from states.stages import Stage, Trigger

ROW: Mapping[str, Any] = {
    "申报单位": FORM.unit_name,
    "统一社会信用代码": FORM.uscc,
    "所属乡镇": "菜园镇",
    "联系人": "林某",
    "联系电话": "0580-5081234",
    "电子邮箱": FORM.email,
    "开户银行": FORM.bank,
    "银行账号": FORM.account,
    "奖补项目": "牵头制定舟山市地方标准",
    "领域": "海洋科技",
    "标准编号": "DB3309/T 112-2024",
    "名称": FORM.title,
    "排名": 1,
    "是否修订": "否",
    "发布日期": date(2024, 12, 17),
    "实施日期": date(2025, 1, 17),
    "申请金额": 100_000,
    "备注": "",
    "起草单位": "；".join(FORM.drafters),
}


def another(serial: int, **changes: Any) -> dict[str, Any]:
    """A row for a group standard of its own, with changes by header."""
    new = {
        "奖补项目": "lead-group",
        "标准编号": f"T/SSYB {serial:03}-2024",
        "名称": f"嵊泗贻贝 第{serial}项",
        "起草单位": "",
    }
    return {**ROW, **new, **changes}


def sheet(folder: Path, rows: list[dict[str, Any]], suffix: str = ".xlsx") -> Path:
    path = folder / f"sheet{suffix}"
    columns = list(dict.fromkeys(name for row in rows for name in row))
    write_sheet(path, columns, [[row.get(name) for name in columns] for row in rows])
    return path


def run(desk: Desk, path: Path, by: str = "zhou", **more: Any) -> Imported:
    with desk.reading() as tx:
        actor = who(tx, by)
    return import_sheet(desk, path, cycle=YEAR, actor=actor, **more)


def refusals(imported: Imported) -> list[tuple[int, str, str]]:
    return [(each.row, each.column, each.code) for each in imported.refused]


def papers(folder: Path, row: int, kinds: list[str]) -> None:
    own = folder / str(row)
    own.mkdir(parents=True, exist_ok=True)
    for kind in kinds:
        (own / f"{kind}.pdf").write_bytes(a_paper(kind))


def required(desk: Desk, item: str = "lead-group") -> list[str]:
    return [*desk.rulebook.versions[0].items[item].required_evidence]


def counted(desk: Desk) -> tuple[int | None, ...]:
    with desk.reading() as tx:
        return tuple(
            tx.session.scalar(select(func.count()).select_from(each)) for each in (Claim, EventRow, Evidence)
        )


# Good rows


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_a_row_becomes_the_claim_that_it_says(desk: Desk, tmp_path: Path, suffix: str) -> None:
    imported = run(desk, sheet(tmp_path, [dict(ROW)], suffix))
    assert imported.as_json() == {
        "filed": [{"row": 2, "number": "SB-2025-0001", "stage": "draft"}],
        "refused": [],
        "unchanged": [],
        "completed": [],
    }
    with desk.reading() as tx:
        assert form_of(tx, load_claim(tx, "SB-2025-0001")) == FORM
        assert address_of(tx, FORM.uscc, "SB-2025-0001") == FORM.email


def test_the_columns_that_may_be_missing_may_be_missing(desk: Desk, tmp_path: Path) -> None:
    optional = {"电子邮箱", "实施日期", "申请金额", "备注", "起草单位", "排名", "是否修订"}
    award = {
        name: value
        for name, value in another(1, 奖补项目="award-county-excellent", 标准编号="嵊政发〔2024〕9号").items()
        if name not in optional
    }
    imported = run(desk, sheet(tmp_path, [award]))
    assert not imported.refused
    with desk.reading() as tx:
        assert load_claim(tx, "SB-2025-0001").requested_yuan == 50_000, "the amount of the list is asked for"


def test_empty_rows_keep_their_numbers(desk: Desk, tmp_path: Path) -> None:
    imported = run(desk, sheet(tmp_path, [another(1), {"名称": "  "}, {}, another(2)]))
    assert [(each.row, each.number) for each in imported.filed] == [(2, "SB-2025-0001"), (5, "SB-2025-0002")]


def test_good_rows_are_filed_beside_bad_ones_which_store_nothing(desk: Desk, tmp_path: Path) -> None:
    imported = run(desk, sheet(tmp_path, [another(1), another(2, 排名=5), another(3)]))
    assert [each.number for each in imported.filed] == ["SB-2025-0001", "SB-2025-0002"]
    assert refusals(imported) == [(3, "排名", "rank_not_paid")]
    with desk.reading() as tx:
        assert not tx.session.scalars(select(Claim).where(Claim.standard_number == "T/SSYB 002-2024")).all()


# Bad rows


BAD_ROWS: list[tuple[dict[str, Any], str, str]] = [
    ({"统一社会信用代码": FORM.uscc[:-1] + "A"}, "统一社会信用代码", "bad_credit_code"),
    ({"统一社会信用代码": 913309220000000000}, "统一社会信用代码", "not_text"),
    ({"是否修订": "是"}, "是否修订", "revision_not_paid"),
    ({"是否修订": "Y"}, "是否修订", "bad_yes_no"),
    ({"是否修订": None}, "是否修订", "missing_value"),
    ({"排名": None}, "排名", "missing_value"),
    ({"排名": "第一名？"}, "排名", "bad_rank"),
    ({"排名": "排名不分先后"}, "排名", "rank_unknown"),
    ({"标准编号": "DB3310/T 101-2024"}, "标准编号", "other_region"),
    ({"标准编号": "GB/T 20556-2024"}, "标准编号", "item_mismatch"),
    ({"标准编号": None}, "标准编号", "missing_value"),
    ({"申请金额": 100_001}, "申请金额", "above_ceiling"),
    ({"申请金额": 10}, "申请金额", "amount_unit_unclear"),
    ({"申请金额": "拾万"}, "申请金额", "bad_amount"),
    ({"发布日期": "2024年12月"}, "发布日期", "bad_date"),
    ({"发布日期": 45643}, "发布日期", "bad_date"),
    ({"发布日期": None}, "发布日期", "date_missing"),
    ({"发布日期": "2023-12-31"}, "发布日期", "out_of_period"),
    ({"银行账号": 6228480402564}, "银行账号", "not_text"),
    ({"银行账号": "6.22848E+18"}, "银行账号", "not_text"),
    ({"银行账号": "见附件"}, "银行账号", "bad_account"),
    ({"所属乡镇": "普陀"}, "所属乡镇", "unknown_township"),
    ({"所属乡镇": "枸杞乡"}, "所属乡镇", "unit_differs"),
    ({"申报单位": "嵊泗县某某单位"}, "申报单位", "unit_differs"),
    ({"奖补项目": "牵头制定"}, "奖补项目", "unknown_item"),
    ({"领域": "海洋"}, "领域", "unknown_field"),
    ({"联系人": None}, "联系人", "missing_value"),
    ({"联系电话": "0580"}, "联系电话", "bad_phone"),
    ({"起草单位": "甲单位；乙单位"}, "起草单位", "rank_differs_from_drafters"),
    ({"名称": 2.5}, "名称", "bad_value"),
]


def test_each_bad_row_is_told_with_its_column_and_code(sqlite_desk: Desk, tmp_path: Path) -> None:
    rows = [another(number, **changes) for number, (changes, _, _) in enumerate(BAD_ROWS, 2)]
    imported = run(sqlite_desk, sheet(tmp_path, rows))
    assert not imported.filed
    assert refusals(imported) == [
        (number, column, code) for number, (_, column, code) in enumerate(BAD_ROWS, 2)
    ]
    for each in imported.refused:
        assert each.zh.endswith("。"), each
        assert each.en.endswith("."), each


def test_a_row_is_told_all_that_is_wrong_with_it(sqlite_desk: Desk, tmp_path: Path) -> None:
    row = another(1, 联系电话="x", 排名="头一个", 发布日期="昨天", 申请金额="若干", 银行账号=1)
    imported = run(sqlite_desk, sheet(tmp_path, [row]))
    assert [each.column for each in imported.refused] == [
        "联系电话",
        "银行账号",
        "排名",
        "发布日期",
        "申请金额",
    ]


def test_a_formula_is_no_value(sqlite_desk: Desk, tmp_path: Path) -> None:
    book = Workbook()
    page = book.active
    page.append(list(ROW))
    page.append([*another(1, 申请金额="=50000*2").values()])
    book.save(tmp_path / "formula.xlsx")
    imported = run(sqlite_desk, tmp_path / "formula.xlsx")
    assert refusals(imported) == [(2, "申请金额", "formula")]


def test_text_that_looks_like_a_formula_is_text(sqlite_desk: Desk, tmp_path: Path) -> None:
    for suffix in (".xlsx", ".csv"):
        title = f"=HYPERLINK(1){suffix}"
        imported = run(sqlite_desk, sheet(tmp_path, [another(len(suffix), 名称=title)], suffix))
        with sqlite_desk.reading() as tx:
            assert load_claim(tx, str(imported.filed[0].number)).title == title


def test_a_row_of_another_township_is_refused_and_tells_nothing_of_its_unit(
    desk: Desk, tmp_path: Path
) -> None:
    own = {"申报单位": COMPANY[0], "统一社会信用代码": COMPANY[1], "所属乡镇": COMPANY[2]}
    imported = run(desk, sheet(tmp_path, [another(1, **own), another(2)]))
    assert refusals(imported) == [(2, "申报单位", "out_of_scope")]
    assert [each.row for each in imported.filed] == [3]


def test_a_unit_imports_for_itself_only(desk: Desk, tmp_path: Path) -> None:
    other = {"申报单位": "嵊泗县别家合作社", "统一社会信用代码": uscc(9)}
    imported = run(desk, sheet(tmp_path, [another(1), another(2, **other)]), by="lin")
    assert [each.row for each in imported.filed] == [2]
    assert refusals(imported) == [(3, "申报单位", "out_of_scope")]


@pytest.mark.parametrize("dry_run", [True, False])
def test_the_same_standard_twice_in_a_sheet_is_refused_the_second_time(
    desk: Desk, tmp_path: Path, dry_run: bool
) -> None:
    twice = another(1, 备注="再报一次", 标准编号="t/ssyb 001—2024")
    imported = run(desk, sheet(tmp_path, [another(1), twice]), dry_run=dry_run)
    assert [each.row for each in imported.filed] == [2]
    assert refusals(imported) == [(3, "标准编号", "same_standard")]


# The sheet as a whole


def test_unknown_headers_are_refused_and_no_alias_is_guessed_at(sqlite_desk: Desk, tmp_path: Path) -> None:
    row = another(1) | {"单位名称": "x"}
    with pytest.raises(UnknownHeaders, match="单位名称"):
        run(sqlite_desk, sheet(tmp_path, [row]))


@pytest.mark.parametrize(
    "column",
    sorted(
        {*COLUMNS.values()} - {"电子邮箱", "实施日期", "申请金额", "备注", "起草单位", "排名", "是否修订"}
    ),
)
def test_a_missing_column_is_named(sqlite_desk: Desk, tmp_path: Path, column: str) -> None:
    row = another(1)
    del row[column]
    with pytest.raises(MissingHeaders, match=column):
        run(sqlite_desk, sheet(tmp_path, [row]))


def test_a_sheet_without_claims_is_refused(sqlite_desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_text(",".join(COLUMNS.values()))
    with pytest.raises(BadSheet, match="没有申报行"):
        run(sqlite_desk, path)


def test_officials_import_nothing_and_nobody_does_outside_the_window(
    sqlite_desk: Desk, tmp_path: Path
) -> None:
    path = sheet(tmp_path, [another(1)])
    with pytest.raises(NotAllowed):
        run(sqlite_desk, path, by="li")
    with clock.standing_at(datetime(2025, 5, 1, 8, tzinfo=TZ)), pytest.raises(WindowClosed):
        run(sqlite_desk, path)


# Again


def test_the_same_file_again_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    path = sheet(tmp_path, [another(1), another(2, 排名=5), another(3)])
    first = run(desk, path)
    before = counted(desk)
    again = run(desk, path)
    assert again.filed == []
    assert again.unchanged == first.filed
    assert again.refused == first.refused
    assert counted(desk) == before


def test_a_row_is_known_again_by_what_it_says_whatever_became_of_its_claim(
    desk: Desk, tmp_path: Path
) -> None:
    path = sheet(tmp_path, [another(1), another(2)])
    run(desk, path)
    with desk.transaction() as tx:
        correct(tx, "SB-2025-0001", {"title": "更正后的名称"}, actor=who(tx, "lin"))
        act(tx, "SB-2025-0002", Trigger.WITHDRAW, actor=who(tx, "lin"))
    again = run(desk, sheet(tmp_path, [another(1), another(2)], ".csv"))
    assert [(each.number, each.stage) for each in again.unchanged] == [
        ("SB-2025-0001", Stage.DRAFT),
        ("SB-2025-0002", Stage.WITHDRAWN),
    ]


def test_a_changed_row_for_a_claimed_standard_names_the_claim(desk: Desk, tmp_path: Path) -> None:
    run(desk, sheet(tmp_path, [another(1)]))
    changed = run(desk, sheet(tmp_path, [another(1, 申请金额=90_000)]))
    assert refusals(changed) == [(2, "标准编号", "same_standard")]
    assert "SB-2025-0001" in changed.refused[0].zh


def test_the_same_file_at_once_files_every_row_once(desk: Desk, tmp_path: Path) -> None:
    path = sheet(tmp_path, [another(serial) for serial in range(1, 7)])
    with ThreadPoolExecutor(3) as pool:
        runs = [pool.submit(copy_context().run, run, desk, path) for _ in range(3)]
        imports = [each.result() for each in runs]
    assert counted(desk)[:1] == (6,)
    assert sum(len(each.filed) for each in imports) == 6
    assert sum(len(each.unchanged) for each in imports) == 12
    assert not any(each.refused for each in imports)


def test_an_import_that_broke_off_goes_on_where_it_was(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from claims.submission import imports

    papers(tmp_path / "papers", 3, required(desk))
    path = sheet(tmp_path, [another(1), another(2)])
    monkeypatch.setattr(imports, "act", lambda *_args, **_named: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run(desk, path, evidence_dir=tmp_path / "papers")
    monkeypatch.undo()
    assert counted(desk)[0] == 1, "the row that failed left neither claim nor paper"
    again = run(desk, path, evidence_dir=tmp_path / "papers")
    assert [(each.row, each.stage) for each in again.filed] == [(3, Stage.SUBMITTED)]
    assert [each.row for each in again.unchanged] == [2]


# A dry run


def test_a_dry_run_tells_the_same_and_writes_nothing(desk: Desk, tmp_path: Path) -> None:
    papers(tmp_path / "papers", 2, required(desk))
    papers(tmp_path / "papers", 3, ["standard_text"])
    path = sheet(tmp_path, [another(1), another(2), another(3, 排名=5)])
    before = counted(desk)
    dry = run(desk, path, evidence_dir=tmp_path / "papers", dry_run=True)
    assert counted(desk) == before
    assert not desk.settings.evidence_folder.exists()
    real = run(desk, path, evidence_dir=tmp_path / "papers")
    assert [(each.row, each.stage) for each in dry.filed] == [(2, Stage.SUBMITTED), (3, Stage.DRAFT)]
    assert [(each.row, each.stage) for each in real.filed] == [(2, Stage.SUBMITTED), (3, Stage.DRAFT)]
    assert dry.refused == real.refused
    assert {each.number for each in dry.filed} == {None}


# Papers


def test_a_claim_whose_papers_are_complete_is_submitted_at_once(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    papers(folder, 2, [*required(desk), "supplement"])
    (folder / "2" / ".DS_Store").write_bytes(b"litter")
    (folder / "Thumbs.db").write_bytes(b"litter")
    imported = run(desk, sheet(tmp_path, [another(1), another(2)]), evidence_dir=folder)
    assert [each.stage for each in imported.filed] == [Stage.SUBMITTED, Stage.DRAFT]


def test_papers_that_come_later_complete_the_drafts_of_the_first_import(desk: Desk, tmp_path: Path) -> None:
    path, folder = sheet(tmp_path, [another(1), another(2)]), tmp_path / "papers"
    run(desk, path)
    papers(folder, 2, required(desk))
    papers(folder, 3, ["standard_text"])
    dry = run(desk, path, evidence_dir=folder, dry_run=True)
    imported = run(desk, path, evidence_dir=folder)
    assert [(each.number, each.stage) for each in imported.completed] == [
        ("SB-2025-0001", Stage.SUBMITTED),
        ("SB-2025-0002", Stage.DRAFT),
    ]
    assert dry.completed == imported.completed
    again = run(desk, path, evidence_dir=folder)
    assert (len(again.unchanged), again.completed) == (2, [])


def test_a_row_with_a_bad_paper_is_refused_with_it_and_stores_nothing(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    papers(folder, 2, ["standard_text", "love_letter"])
    (folder / "2" / "publication.pdf").write_bytes(b"MZ a program")
    imported = run(desk, sheet(tmp_path, [another(1)]), evidence_dir=folder)
    assert refusals(imported) == [(2, "材料", "unknown_evidence_kind"), (2, "材料", "evidence_refused")]
    assert counted(desk)[0] == 0
    assert not desk.settings.evidence_folder.exists()


def test_papers_that_belong_to_no_row_are_not_passed_over(sqlite_desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    papers(folder, 2, ["standard_text"])
    papers(folder, 9, ["standard_text"])
    with pytest.raises(EvidenceWithoutRow, match="9"):
        run(sqlite_desk, sheet(tmp_path, [another(1)]), evidence_dir=folder)
