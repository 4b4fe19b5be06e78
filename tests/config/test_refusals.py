"""What cannot be used is refused with its file, its line, and what to write instead."""

import pytest
from spoiled import Files

V1 = "rulebook/v1.yaml"
DIRECTORY = "directory.yaml"

SPOILED = {
    # The rulebook
    "an unknown key": (V1, "    is_ceiling: true", "    ceiling: true", "不认识“ceiling”", "is_ceiling"),
    "a misspelt key": (V1, "county_yuan: 1000000", "county_yaun: 1000000", "“county_yaun”", "“county_yuan”"),
    "a key given twice": (V1, "document:", "title: 又一个\ndocument:", "“title”重复", "merge"),
    "a code given twice": (V1, "code: lead-national", "code: lead-international", "另一奖补项目", "another"),
    "a title given twice": (V1, "title: 牵头制定国家标准", "title: 牵头制定国际标准", "另一奖补项目", "another"),
    "a negative amount": (V1, "county_yuan: 300000", "county_yuan: -300000", "不小于 1 的整数", "-300000"),
    "an amount of nothing": (V1, "county_yuan: 300000", "county_yuan: 0", "不小于 1 的整数", "at least 1"),
    "an amount with a unit": (V1, "county_yuan: 300000", "county_yuan: 30万", "不带单位", "without unit"),
    "an amount with cents": (V1, "county_yuan: 300000", "county_yuan: 300000.5", "整数", "whole number"),
    "an amount left empty": (V1, "county_yuan: 300000", "county_yuan:", "须写明内容", "must hold"),
    "an unknown department": (V1, "[县经信局]", "[县经信委]", "没有名为“县经信委”的部门；可写：县经信局", "县经信局"),
    "an office that is no department": (V1, "[县经信局]", "[县财政局]", "的部门", "no department"),
    "a department named twice": (V1, "[县经信局]", "[县经信局, 县经信局]", "重复", "remove one"),
    "a department under two names": (V1, "[县经信局]", "[县经信局, economy]", "不同名称", "different names"),
    "an unknown clause": (V1, "clause: 附件1·牵头制定·国家标准", "clause: 附件1·国家标准", "的条款", "no clause"),
    "an unknown paper": (V1, "standard_text, publication", "standard_txt, publication", "standard_text", "paper"),
    "a paper named like a field": (V1, "  account_proof:\n    title: ", "  bank_account:\n    title: ", "申报表的一项", "bank_account_proof"),
    "an unknown level": (V1, "standard_level: national", "standard_level: nation", "national", "national"),
    "an unknown kind": (V1, "kind: subsidy", "kind: grant", "subsidy", "award"),
    "an unknown basis": (V1, "    basis: committee", "    basis: commitee", "committee", "committee"),
    "a basis nobody knows": (V1, "  leader:", "  leaders:", "奖补依据", "leader"),
    "ranks in the wrong order": (V1, "ranks: [2, 4]", "ranks: [4, 2]", "[2, 4]", "first and the last"),
    "a list that is none": (V1, "ranks: [2, 4]", "ranks: 2", "须为列表", "must be a list"),
    "a third list": (V1, "list: 2", "list: 3", "清单只有", "lists 1 to 2"),
    "a status nobody knows": (V1, "status: draft", "status: valid", "draft", "in_force"),
    "a day that is none": (V1, "effective_from: 2024-01-01", "effective_from: 2024年1月1日", "不是日期", "2026-05-01"),
    "a switch neither on nor off": (V1, "cap_at_municipal: true", "cap_at_municipal: 是", "true 或 false", "true or false"),
    "a prefix of the wrong length": (V1, '["330922"]', '["3309"]', "6 位", "6 characters"),
    "a period of no days": (V1, "intake: 5", "intake: 0", "不小于 1", "at least 1"),
    "a field given twice": (V1, "code: public-services", "code: industry-upgrade", "另一领域", "another field"),
    "another version than the file's": (V1, "version: v1", "version: v2", "v2.yaml", "v2.yaml"),
    "an end without a next version": (V1, "status: draft", "effective_to: 2024-12-31\nstatus: draft", "请删去", "remove"),
    "a newest version that is superseded": (V1, "status: draft", "status: superseded", "draft 或 in_force", "in_force"),
    "broken YAML": (V1, "version: v1", "version: [v1}", "不是有效的 YAML", "indentation"),
    # The directory
    "an office of no kind": (DIRECTORY, "kind: body", "kind: bodies", "body", "body"),
    "a township without its short name": (DIRECTORY, "  - code: coordination\n    kind: body", "  - code: coordination\n    kind: township", "缺少“township”", "missing"),
    "a name of two offices": (DIRECTORY, "[县教育局]", "[县教育局, 县财政局]", "嵊泗县财政局", "choose another"),
    "a role of two offices": (DIRECTORY, "roles: [auditor]", "roles: [finance]", "只写在一个单位下", "one office only"),
    "a role that no office can hold": (DIRECTORY, "roles: [auditor]", "roles: [applicant]", "的角色", "no role"),
    # The workday tables
    "a day of another year": ("workdays/2026.yaml", "2026-01-01, ", "2025-01-01, ", "请移到该年的表", "its own table"),
    "days out of order": ("workdays/2026.yaml", "[2026-01-01, 2026-01-02", "[2026-01-02, 2026-01-01", "从早到晚", "order"),
    "a day in two holidays": ("workdays/2026.yaml", "[2026-06-19,", "[2026-05-05, 2026-06-19,", "另一个节日", "another holiday"),
    "a working day worked anyway": ("workdays/2026.yaml", "[2026-01-04,", "[2026-01-05,", "调休", "weekend"),
    "a table under another year's name": ("workdays/2026.yaml", "year: 2026", "year: 2027", "2027.yaml", "2027.yaml"),
}  # fmt: skip
"""What is wrong: the file, the text that is replaced and what by, and a word of each language of the refusal."""


@pytest.mark.parametrize("what", SPOILED)
def test_what_cannot_be_used_is_refused_with_its_line_and_its_cure(files: Files, what: str) -> None:
    name, old, new, zh, en = SPOILED[what]
    line = files.spoil(name, old, new)
    refusal = files.refusal()
    assert (refusal.file, refusal.line) == (name, line)
    assert zh in refusal.zh
    assert en in refusal.en
    assert f"{name} 第 {refusal.line} 行" in str(refusal)


def test_a_clause_that_findings_quote_cannot_be_left_out(files: Files) -> None:
    files.spoil(V1, "  不重复奖补:", "  只奖补一次:")
    refusal = files.refusal()
    assert "不重复奖补" in refusal.zh
    assert "不重复奖补" in refusal.en


def test_a_reading_must_be_written_down(files: Files) -> None:
    files.spoil(V1, "        reading: ", "        # reading: ")
    assert "缺少“reading”" in files.refusal().zh


def test_an_office_must_hold_every_role_of_the_county(files: Files) -> None:
    files.spoil(DIRECTORY, "    roles: [auditor]\n", "")
    refusal = files.refusal()
    assert (refusal.file, "auditor" in refusal.en) == (DIRECTORY, True)


def test_a_file_in_another_encoding_is_refused(files: Files) -> None:
    path = files.folder / DIRECTORY
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    assert "UTF-8" in files.refusal().zh


def test_an_empty_file_is_refused(files: Files) -> None:
    (files.folder / V1).write_text("# nothing yet\n")
    assert files.refusal().line == 1


def test_a_folder_without_a_version_is_refused(files: Files) -> None:
    (files.folder / V1).unlink()
    assert "*.yaml" in files.refusal().en
