"""Evidence: papers known by what they are, never by their name, and kept under the SHA-256 of their bytes."""

import hashlib
import io
import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from sqlalchemy import func, select

from claims.desk import Tx
from claims.errors import DatabaseNotReady, EvidenceRefused, UnknownClaim, UnknownEvidenceKind
from claims.facts import load_claim, policy_of
from claims.identity.visibility import visible_claim
from claims.models import Claim, Evidence
from claims.security_log import Kind
from claims.submission.applicants import editing_role
from claims.submission.forms import clean_text
from claims.trail.chains import append_to_claim
from config.settings import Settings
from states.facts import Actor

LARGEST = 20 * 1024 * 1024
MOST_FILES = 40
"""A claim's checklist has a dozen lines; this many files leave room for scans page by page, not for a flood."""

PDF, JPEG, PNG, OFD = "application/pdf", "image/jpeg", "image/png", "application/ofd"
SUFFIXES = {PDF: (".pdf",), JPEG: (".jpg", ".jpeg"), PNG: (".png",), OFD: (".ofd",)}
LONGEST_STEM = 100


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that has been looked into. `name` bears the suffix of what it really is."""

    name: str
    media_type: str
    sha256: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Attached:
    """A paper of a claim. `unchanged` where the claim had it already."""

    number: str
    kind: str
    name: str
    sha256: str
    bytes: int
    media_type: str
    version: int
    unchanged: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "kind": self.kind,
            "name": self.name,
            "sha256": self.sha256,
            "bytes": self.bytes,
            "media_type": self.media_type,
            "version": self.version,
            "unchanged": self.unchanged,
        }


def inspected(name: str, content: bytes) -> Paper:
    """Look into a file. Raises `EvidenceRefused` where it is empty, too large, or of another type than is taken."""
    name = clean_text(PurePath(name.replace("\\", "/")).name) or "file"
    if not content:
        raise EvidenceRefused(name, "文件为空，请重新扫描或导出", "it is empty; scan or export it again")
    if len(content) > LARGEST:
        raise EvidenceRefused(
            name, "超过 20 MB，请压缩或拆分", "it is larger than 20 MB; compress or split it"
        )
    media_type = _media_type(content)
    if media_type is None:
        raise EvidenceRefused(
            name,
            "内容不是 PDF、JPEG、PNG 或 OFD，请转换后上传（只改扩展名无效）",
            "its content is no PDF, JPEG, PNG or OFD; convert it, another suffix does not help",
        )
    return Paper(_named(name, media_type), media_type, hashlib.sha256(content).hexdigest(), content)


def attach(tx: Tx, number: str, kind: str, name: str, content: bytes, *, actor: Actor) -> Attached:
    """Add a paper to a draft or a claim under correction. The same bytes again change nothing.

    Raises `EvidenceRefused`, `UnknownEvidenceKind`, `OutOfScope`, `NotEditable`.
    """
    claim = load_claim(tx, number, lock=True)
    role = editing_role(claim, actor)
    require_kind(tx, claim.policy_version, claim.item, kind)
    with _refusals_noted(tx, claim, actor):
        paper = inspected(name, content)
    known = tx.session.scalars(
        select(Evidence).where(
            Evidence.claim_id == claim.id, Evidence.kind == kind, Evidence.sha256 == paper.sha256
        ),
    ).one_or_none()
    if known is not None:
        return _attached(claim.number, claim.version, known, unchanged=True)
    with _refusals_noted(tx, claim, actor):
        _require_room(tx, claim, paper.name)
    row = Evidence(
        claim_id=claim.id,
        kind=kind,
        name=paper.name,
        sha256=paper.sha256,
        bytes=len(content),
        media_type=paper.media_type,
        added_by=actor.name,
        added_at=tx.now,
    )
    data = {"kind": kind, "name": row.name, "sha256": row.sha256, "bytes": row.bytes}
    recorded = append_to_claim(tx, claim, "evidence_added", actor=actor.name, role=role, data=data)
    # The bytes come before the commit: a file without its row is litter, a row without its file a lie.
    keep(tx.desk.settings, paper.sha256, content)
    tx.session.add(row)
    tx.session.flush()
    return _attached(recorded.number, recorded.version, row)


def require_kind(tx: Tx, policy_version: str, item: str, kind: str) -> None:
    """Raise `UnknownEvidenceKind` where the item's checklist has no such line."""
    kinds = tuple(each.kind for each in policy_of(tx, policy_version).items[item].evidence)
    if kind not in kinds:
        raise UnknownEvidenceKind(kind, kinds)


def open_evidence(tx: Tx, number: str, sha256: str, viewer: Actor | None) -> Paper:
    """A paper of a claim that the viewer may see, checked against its SHA-256.

    Raises `UnknownClaim` also where there is no such paper or the viewer may not see the claim, and
    `DatabaseNotReady` where the file is missing or damaged.
    """
    claim = visible_claim(tx, number, viewer)
    row = tx.session.scalars(
        select(Evidence).where(Evidence.claim_id == claim.id, Evidence.sha256 == sha256).limit(1),
    ).one_or_none()
    if row is None:
        raise UnknownClaim(f"{claim.number}/{sha256[:12]}")
    path = path_of(tx.desk.settings, row.sha256)
    with suppress(FileNotFoundError):
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() == row.sha256:
            return Paper(row.name, row.media_type, row.sha256, content)
    raise DatabaseNotReady(
        f"{claim.number} 的材料“{row.name}”缺失或已损坏；请从备份恢复材料目录。",
        f"The file “{row.name}” of {claim.number} is missing or damaged; restore the evidence folder from a backup.",
    )


@contextmanager
def _refusals_noted(tx: Tx, claim: Claim, actor: Actor) -> Iterator[None]:
    try:
        yield
    except EvidenceRefused:
        tx.desk.note(Kind.UPLOAD_REFUSED, actor.name, claim=claim.number)
        raise


def _attached(number: str, version: int, row: Evidence, *, unchanged: bool = False) -> Attached:
    return Attached(number, row.kind, row.name, row.sha256, row.bytes, row.media_type, version, unchanged)


def _require_room(tx: Tx, claim: Claim, name: str) -> None:
    count = tx.session.scalar(select(func.count()).select_from(Evidence).where(Evidence.claim_id == claim.id))
    if (count or 0) >= MOST_FILES:
        raise EvidenceRefused(
            name,
            f"本件已有 {MOST_FILES} 份材料，请合并为较少的文件",
            f"the claim has {MOST_FILES} files already; merge them into fewer",
        )


def _media_type(content: bytes) -> str | None:
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"PK\x03\x04"):
        # Only the directory of the archive is read, nothing is unpacked.
        with (
            suppress(zipfile.BadZipFile, ValueError, NotImplementedError),
            zipfile.ZipFile(io.BytesIO(content)) as archive,
        ):
            if "OFD.xml" in archive.namelist():
                return OFD
    return None


def _named(name: str, media_type: str) -> str:
    suffixes = SUFFIXES[media_type]
    stem, suffix = os.path.splitext(name)  # noqa: PTH122 - a name, no path
    if suffix.lower() in suffixes:
        return f"{stem[:LONGEST_STEM]}{suffix.lower()}"
    return f"{name[:LONGEST_STEM]}{suffixes[0]}"


def path_of(settings: Settings, sha256: str) -> Path:
    """Where the bytes with this digest lie, if the desk has them."""
    return settings.evidence_folder / sha256[:2] / sha256


def keep(settings: Settings, sha256: str, content: bytes) -> None:
    """Write bytes under their digest, whole or not at all."""
    path = path_of(settings, sha256)
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    finally:
        Path(draft).unlink(missing_ok=True)
    _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
