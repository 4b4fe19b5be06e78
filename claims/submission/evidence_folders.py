"""A folder of papers that goes with an import sheet: `<row number>/<kind>.<suffix>`."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy import select

from claims.desk import Tx
from claims.errors import EvidenceRefused
from claims.models import Claim, Evidence
from claims.sheets import BadSheet, Sheet
from claims.submission.evidence import LARGEST, inspected, require_kind
from claims.submission.judging import Judged
from states.errors import Refusal

PaperFile = tuple[str, Path]
"""A kind of evidence and the file that is to be it."""

LITTER = frozenset({"thumbs.db", "desktop.ini"})


class EvidenceWithoutRow(BadSheet):
    code = "evidence_without_row"


def require_rows_of(folder: Path | None, sheet: Sheet) -> None:
    """Raise `EvidenceWithoutRow` for papers that no row claims; they would be lost without a word."""
    if folder is None:
        return
    rows = {str(row.number) for row in sheet.rows}
    astray = [each.name for each in _listed(folder) if each.name not in rows]
    if astray:
        raise EvidenceWithoutRow(
            f"材料目录中的 {'、'.join(astray)} 不对应表中任何一行；子目录须以行号命名（第一件为 2）。",
            f"{', '.join(astray)} in the evidence folder belongs to no row; folders are named by row numbers, from 2.",
        )


def papers_of(folder: Path | None, row: int) -> list[PaperFile]:
    """The papers of a row, by kind; what programs leave lying about is passed over."""
    own = folder / str(row) if folder is not None else None
    return [] if own is None or not own.is_dir() else [(each.stem, each) for each in _listed(own)]


def refusals(tx: Tx, judged: Judged, papers: Sequence[PaperFile]) -> Iterator[Refusal]:
    """Why papers cannot be taken for what has been judged."""
    for kind, path in papers:
        try:
            if judged.item is not None:
                require_kind(tx, judged.policy.version, judged.item.code, kind)
            inspected(path.name, read_paper(path))
        except Refusal as refusal:
            yield refusal


def read_paper(path: Path) -> bytes:
    """A paper's bytes; of one that is too large, no more than shows that it is."""
    if not path.is_file():
        raise EvidenceRefused(path.name, "不是文件，请把材料直接放在行号目录下", "it is no file")
    with path.open("rb") as file:
        return file.read(LARGEST + 1)


def new_papers(tx: Tx, claim: Claim, papers: Sequence[PaperFile]) -> bool:
    """Whether any of these is not among the claim's papers yet."""
    rows = select(Evidence.kind, Evidence.sha256).where(Evidence.claim_id == claim.id)
    there = set(tx.session.execute(rows).tuples())
    return any((kind, hashlib.sha256(read_paper(path)).hexdigest()) not in there for kind, path in papers)


def _listed(folder: Path) -> list[Path]:
    return sorted(each for each in folder.iterdir() if not _is_litter(each.name))


def _is_litter(name: str) -> bool:
    return name.startswith((".", "~$")) or name.casefold() in LITTER
