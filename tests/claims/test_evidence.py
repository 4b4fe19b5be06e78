"""Evidence is known by its content, kept by its digest, and shown to those only who may see the claim."""

import hashlib
import io
import zipfile
from functools import partial
from pathlib import Path

import pytest
from at_once import at_once
from sqlalchemy import func, select
from world import add_draft, add_papers, submit, who

from claims.desk import Desk, Tx
from claims.errors import (
    DatabaseNotReady,
    EvidenceRefused,
    NotAllowed,
    NotEditable,
    UnknownClaim,
    UnknownEvidenceKind,
)
from claims.facts import load_claim
from claims.models import Evidence
from claims.review.decisions import act
from claims.submission.evidence import LARGEST, MOST_FILES, Attached, inspected, open_evidence
from claims.submission.filing import attach
from states.errors import EvidenceMissing, OutOfScope
from states.stages import Stage, Trigger

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 20


@pytest.fixture
def desk(sqlite_desk: Desk) -> Desk:
    """Papers lie beside the database, so one kind of it will do."""
    return sqlite_desk


def archive(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zipped:
        for name in names:
            zipped.writestr(name, "x")
    return packed.getvalue()


def add(
    tx: Tx,
    number: str,
    name: str = "text.pdf",
    content: bytes = PDF,
    *,
    kind: str = "standard_text",
    by: str = "lin",
) -> Attached:
    return attach(tx, number, kind, name, content, actor=who(tx, by))


def stored(desk: Desk) -> list[Path]:
    folder = desk.settings.evidence_folder
    return [each for each in folder.rglob("*") if each.is_file()] if folder.exists() else []


@pytest.mark.parametrize(
    ("name", "content", "media_type", "kept_as"),
    [
        ("正文.pdf", PDF, "application/pdf", "正文.pdf"),
        ("scan.JPEG", JPEG, "image/jpeg", "scan.jpeg"),
        ("scan.png", PNG, "image/png", "scan.png"),
        ("正文.ofd", archive("OFD.xml", "Doc_0/Document.xml"), "application/ofd", "正文.ofd"),
        ("really a picture.pdf", PNG, "image/png", "really a picture.pdf.png"),
        ("../../etc/passwd", PDF, "application/pdf", "passwd.pdf"),
        ("C:\\scans\\a.pdf", PDF, "application/pdf", "a.pdf"),
        ("evil\u202efdp.exe\n", PDF, "application/pdf", "evilfdp.exe.pdf"),
        ("长" * 300 + ".pdf", PDF, "application/pdf", "长" * 100 + ".pdf"),
        ("", PDF, "application/pdf", "file.pdf"),
    ],
)
def test_a_file_is_what_its_content_says(name: str, content: bytes, media_type: str, kept_as: str) -> None:
    paper = inspected(name, content)
    assert (paper.media_type, paper.name) == (media_type, kept_as)
    assert paper.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "文件为空"),
        (b"MZ\x90\x00", "内容不是"),
        (b"<html>%PDF-1.7", "内容不是"),
        (archive("xl/workbook.xml"), "内容不是"),
        (archive("folder/OFD.xml"), "内容不是"),
        (b"PK\x03\x04 broken", "内容不是"),
        (PDF + b"x" * LARGEST, "超过 20 MB"),
    ],
)
def test_other_files_are_refused_with_what_to_do(content: bytes, why: str) -> None:
    with pytest.raises(EvidenceRefused, match=why):
        inspected("paper.pdf", content)


def test_a_file_of_just_the_largest_size_is_taken() -> None:
    assert inspected("large.pdf", PDF.ljust(LARGEST)).media_type == "application/pdf"


def test_a_paper_is_kept_by_its_digest_and_told_in_the_log(desk: Desk) -> None:
    with desk.transaction() as tx:
        number = add_draft(tx)
        attached = add(tx, number, "正文.pdf")
    digest = hashlib.sha256(PDF).hexdigest()
    assert attached.as_json() == {
        "number": number,
        "kind": "standard_text",
        "name": "正文.pdf",
        "sha256": digest,
        "bytes": len(PDF),
        "media_type": "application/pdf",
        "version": 2,
        "unchanged": False,
    }
    assert stored(desk) == [desk.settings.evidence_folder / digest[:2] / digest]
    with desk.reading() as tx:
        assert open_evidence(tx, number, digest, who(tx, "lin")).content == PDF


def test_papers_that_come_at_one_moment_are_all_taken(postgres_desk: Desk) -> None:
    # SQLite lets them wait for each other in any case.
    with postgres_desk.transaction() as tx:
        number = add_draft(tx)

    def bring(content: bytes) -> None:
        with postgres_desk.transaction() as tx:
            attach(tx, number, "standard_text", "正文.pdf", content, actor=who(tx, "lin"))

    papers = [PDF + bytes([serial]) for serial in range(4)]
    assert at_once(*(partial(bring, each) for each in papers)) == [None] * 4
    assert len(stored(postgres_desk)) == 4


def test_the_same_paper_again_changes_nothing(desk: Desk) -> None:
    with desk.transaction() as tx:
        number = add_draft(tx)
        add(tx, number)
        again = add(tx, number, "another name.pdf")
        assert (again.unchanged, again.version) == (True, 2)
        assert tx.session.scalar(select(func.count()).select_from(Evidence)) == 1


def test_the_same_bytes_may_be_papers_of_two_kinds_and_two_claims(desk: Desk) -> None:
    with desk.transaction() as tx:
        for number in (add_draft(tx), add_draft(tx)):
            add(tx, number)
            add(tx, number, kind="publication")
    assert len(stored(desk)) == 1


def test_a_refused_paper_leaves_nothing(desk: Desk) -> None:
    with desk.transaction() as tx:
        number = add_draft(tx)
        with pytest.raises(UnknownEvidenceKind, match="standard_text"):
            add(tx, number, kind="love_letter")
        with pytest.raises(EvidenceRefused):
            add(tx, number, content=b"MZ")
        assert load_claim(tx, number).version == 1
    assert stored(desk) == []


def test_only_the_applicants_side_adds_papers_and_only_while_they_are_asked_for(desk: Desk) -> None:
    with desk.transaction() as tx:
        number = add_draft(tx)
        add(tx, number, by="zhou")
        for name, refusal in (("he", OutOfScope), ("wu", OutOfScope), ("li", NotAllowed)):
            with pytest.raises(refusal):
                add(tx, number, by=name)
        submit(tx, number)
        with pytest.raises(NotEditable):
            add(tx, number, content=PDF + b"\n")


def test_a_claim_is_submitted_once_its_papers_are_complete(desk: Desk) -> None:
    with desk.transaction() as tx:
        number, actor = add_draft(tx), who(tx, "lin")
        with pytest.raises(EvidenceMissing) as missing:
            act(tx, number, Trigger.SUBMIT, actor=actor)
        assert "standard_text" in missing.value.kinds
        add_papers(tx, number)
        assert act(tx, number, Trigger.SUBMIT, actor=actor).stage is Stage.SUBMITTED


def test_a_claim_takes_no_flood_of_files(desk: Desk) -> None:
    with desk.transaction() as tx:
        number = add_draft(tx)
        for page in range(MOST_FILES):
            add(tx, number, content=PDF + str(page).encode())
        with pytest.raises(EvidenceRefused, match="合并"):
            add(tx, number, content=PDF + b"one more")


def test_a_paper_opens_only_for_those_who_may_see_its_claim(desk: Desk) -> None:
    with desk.transaction() as tx:
        number = add_draft(tx)
        digest = add(tx, number).sha256
        for name in ("lin", "zhou", "sun", "li", "tang"):
            assert open_evidence(tx, number, digest, who(tx, name)).content == PDF
        for name in ("he", "wu", "qian"):
            with pytest.raises(UnknownClaim):
                open_evidence(tx, number, digest, who(tx, name))
        with pytest.raises(UnknownClaim):
            open_evidence(tx, number, "0" * 64, who(tx, "li"))


@pytest.mark.parametrize("damage", ["removed", "altered"])
def test_a_damaged_paper_is_not_shown(desk: Desk, damage: str) -> None:
    with desk.transaction() as tx:
        number = add_draft(tx)
        digest = add(tx, number).sha256
    (path,) = stored(desk)
    if damage == "removed":
        path.unlink()
    else:
        path.write_bytes(PDF + b"forged")
    with desk.reading() as tx, pytest.raises(DatabaseNotReady, match="备份"):
        open_evidence(tx, number, digest, None)
