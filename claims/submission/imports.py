"""Claims from a sheet: good rows are filed, each in a transaction of its own; bad rows are told and store nothing.

The same sheet again changes nothing, also after an interruption: a row that was filed is known by its content,
whatever has become of its claim since.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from claims.desk import Desk, Tx
from claims.errors import (
    DuplicateStandard,
    EvidenceRefused,
    StandardTaken,
    UnitOutOfScope,
    UnknownEvidenceKind,
)
from claims.facts import load_claim, policy_of
from claims.identity.people import require_role
from claims.models import Claim, Evidence
from claims.review.decisions import act
from claims.security_log import Kind
from claims.sheets import BadSheet, Row, Sheet, read_rows
from claims.submission.applicants import filing_role
from claims.submission.cells import form_in, missing_of_standard
from claims.submission.evidence import attach
from claims.submission.evidence_folders import (
    PaperFile,
    new_papers,
    papers_of,
    read_paper,
    refusals,
    require_rows_of,
)
from claims.submission.filing import cycle_taking_claims, file_judged
from claims.submission.forms import COLUMNS, ClaimForm, in_order
from claims.submission.judging import Judged, filing_digest, judge_form
from states.errors import Refusal
from states.facts import Actor, Finding
from states.policy import Basis, Item
from states.stages import FILERS, Stage, Trigger

EVIDENCE_COLUMN = "材料"
REPORT_COLUMN = "校验结果"
"""The desk's own answer in a sheet that it has given back: read past, so that the mended sheet comes in as it is."""
OPTIONAL = frozenset(
    COLUMNS[name]
    for name in ("email", "rank", "revision", "effective_on", "requested_yuan", "remark", "drafters")
)

_COLUMN_OF: dict[type[Refusal], str] = {
    UnitOutOfScope: COLUMNS["unit_name"],
    DuplicateStandard: COLUMNS["standard_number"],
    StandardTaken: COLUMNS["standard_number"],
    EvidenceRefused: EVIDENCE_COLUMN,
    UnknownEvidenceKind: EVIDENCE_COLUMN,
}


class UnknownHeaders(BadSheet):
    code = "unknown_header"


class MissingHeaders(BadSheet):
    code = "missing_header"


@dataclass(frozen=True, slots=True)
class TakenRow:
    """A row and its claim. `number` is None in a dry run, where there is none yet."""

    row: int
    number: str | None
    stage: Stage

    def as_json(self) -> dict[str, Any]:
        return {"row": self.row, "number": self.number, "stage": str(self.stage)}


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """One thing that is wrong with a row, in which column, and what to write instead."""

    row: int
    column: str
    code: str
    zh: str
    en: str

    def as_json(self) -> dict[str, Any]:
        return {
            "row": self.row,
            "column": self.column,
            "code": self.code,
            "message": self.zh,
            "message_en": self.en,
        }


@dataclass(slots=True)
class Imported:
    """What became of each row. `completed` are drafts of an earlier import to which papers came in now."""

    filed: list[TakenRow] = field(default_factory=list)
    refused: list[RefusedRow] = field(default_factory=list)
    unchanged: list[TakenRow] = field(default_factory=list)
    completed: list[TakenRow] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "filed": [each.as_json() for each in self.filed],
            "refused": [each.as_json() for each in self.refused],
            "unchanged": [each.as_json() for each in self.unchanged],
            "completed": [each.as_json() for each in self.completed],
        }


def import_sheet(
    desk: Desk,
    path: Path,
    *,
    cycle: int,
    actor: Actor,
    evidence_dir: Path | None = None,
    dry_run: bool = False,
) -> Imported:
    """File the rows of a sheet for the units that the actor acts for.

    Papers lie in `evidence_dir` as `<row>/<kind>.<suffix>`; a claim whose papers are complete is submitted at once. A
    dry run writes nothing and tells what would become of each row. Raises `BadSheet` where the file or the folder
    cannot be taken as a whole, `WindowClosed`, `UnknownCycle`, `NotAllowed`.
    """
    require_role(actor, FILERS, "申报", "file claims")
    try:
        sheet = read_rows(path)
    except BadSheet:
        desk.note(Kind.UPLOAD_REFUSED, actor.name, cycle=cycle)
        raise
    _require_headers(sheet)
    require_rows_of(evidence_dir, sheet)
    with desk.reading() as tx:
        cycle_taking_claims(tx, cycle, lock=False)
    importing = _Importing(desk, cycle, actor, evidence_dir, dry_run)
    for row in sheet.rows:
        importing.take(row)
    return importing.imported


@dataclass(slots=True)
class _Importing:
    """One import under way. In a dry run, `earlier` holds the rows that would have become claims by now."""

    desk: Desk
    cycle: int
    actor: Actor
    folder: Path | None
    dry_run: bool
    imported: Imported = field(default_factory=Imported)
    earlier: list[tuple[str, ClaimForm]] = field(default_factory=list)

    def take(self, row: Row) -> None:
        """File a row, or note what is wrong with it."""
        try:
            with self.desk.reading() if self.dry_run else self.desk.transaction() as tx:
                outcome, taken = self._take(tx, row)
        except _RowRefused as refused:
            self.imported.refused += refused.problems
        except Refusal as refusal:
            self.imported.refused.append(_told(row, refusal))
        else:
            getattr(self.imported, outcome).append(taken)

    def _take(self, tx: Tx, row: Row) -> tuple[str, TakenRow]:
        """What became of the row, and its claim. Raises `_RowRefused`, or the refusal of a use case."""
        cycle = cycle_taking_claims(tx, self.cycle, lock=not self.dry_run)
        judged, errors = self._judged(tx, row)
        papers = papers_of(self.folder, row.number)
        known = _filed_before(tx, self.cycle, judged)
        if known is not None:
            return self._look_again(tx, row, known, papers)
        problems = [RefusedRow(row.number, each.column, each.code, each.zh, each.en) for each in errors]
        problems += [_told(row, each) for each in refusals(tx, judged, papers)]
        if problems:
            raise _RowRefused(problems)
        if self.dry_run:
            self.earlier.append((f"第 {row.number} 行", judged.form))
            return "filed", TakenRow(row.number, None, _stage_with(judged.item, {kind for kind, _ in papers}))
        number = file_judged(tx, cycle, judged, actor=self.actor).number
        self._attach(tx, number, papers)
        return "filed", TakenRow(row.number, number, self._submitted(tx, number))

    def _judged(self, tx: Tx, row: Row) -> tuple[Judged, list[Finding]]:
        """The row as a judged form, and its errors in the order of the columns, each column told once."""
        form, unread = form_in(row.values)
        judged = judge_form(tx, self.cycle, form, earlier=self.earlier)
        if judged.item is not None and judged.item.basis is Basis.STANDARD:
            unread += missing_of_standard(row.values)
        columns = {each.column for each in unread}
        errors = [*unread, *(each for each in judged.errors if each.column not in columns)]
        if judged.names_its_unit:
            filing_role(self.actor, judged.form)
        return judged, list(in_order(errors))

    def _look_again(
        self, tx: Tx, row: Row, claim: Claim, papers: Sequence[PaperFile]
    ) -> tuple[str, TakenRow]:
        """A row that was filed before: nothing is to do, unless papers for its draft have come in since."""
        if claim.stage is not Stage.DRAFT or not new_papers(tx, claim, papers):
            return "unchanged", TakenRow(row.number, claim.number, claim.stage)
        if self.dry_run:
            return "completed", TakenRow(row.number, claim.number, _stage_of(tx, claim, papers))
        self._attach(tx, claim.number, papers)
        return "completed", TakenRow(row.number, claim.number, self._submitted(tx, claim.number))

    def _attach(self, tx: Tx, number: str, papers: Sequence[PaperFile]) -> None:
        for kind, path in papers:
            attach(tx, number, kind, path.name, read_paper(path), actor=self.actor)

    def _submitted(self, tx: Tx, number: str) -> Stage:
        """Submit the claim if its papers are complete; answers with its stage."""
        stage = _stage_of(tx, load_claim(tx, number))
        if stage is Stage.SUBMITTED:
            act(tx, number, Trigger.SUBMIT, actor=self.actor)
        return stage


class _RowRefused(Exception):  # noqa: N818 - an answer, not a fault
    """Carries all that is wrong with a row out of its transaction."""

    def __init__(self, problems: list[RefusedRow]) -> None:
        super().__init__()
        self.problems = problems


def _told(row: Row, refusal: Refusal) -> RefusedRow:
    column = _COLUMN_OF.get(type(refusal), "")
    return RefusedRow(row.number, column, refusal.code, refusal.message(), refusal.message("en"))


def _filed_before(tx: Tx, cycle: int, judged: Judged) -> Claim | None:
    """The latest claim that was filed with just this form."""
    if judged.item is None:
        return None
    return tx.session.scalars(
        select(Claim)
        .where(Claim.cycle == cycle, Claim.filing_digest == filing_digest(tx, judged.form))
        .order_by(Claim.id.desc())
        .limit(1),
    ).one_or_none()


def _stage_of(tx: Tx, claim: Claim, papers: Sequence[PaperFile] = ()) -> Stage:
    """Where a draft goes with the papers that it has, and with these."""
    item = policy_of(tx, claim.policy_version).items[claim.item]
    there = tx.session.scalars(select(Evidence.kind).where(Evidence.claim_id == claim.id))
    return _stage_with(item, {*there, *(kind for kind, _ in papers)})


def _stage_with(item: Item | None, kinds: AbstractSet[str]) -> Stage:
    complete = item is not None and kinds >= {*item.required_evidence}
    return Stage.SUBMITTED if complete else Stage.DRAFT


# The sheet and the folder as a whole


def _require_headers(sheet: Sheet) -> None:
    unknown = [name for name in sheet.headers if name not in COLUMNS.values() and name != REPORT_COLUMN]
    if unknown:
        raise UnknownHeaders(
            f"不认识的表头：{'、'.join(unknown)}；请使用：{'、'.join(COLUMNS.values())}。",
            f"Unknown headers: {', '.join(unknown)}; use {', '.join(COLUMNS.values())}.",
        )
    lacking = [name for name in COLUMNS.values() if name not in sheet.headers and name not in OPTIONAL]
    if lacking:
        raise MissingHeaders(
            f"缺少列：{'、'.join(lacking)}；请在第一行补上这些表头。",
            f"Columns are missing: {', '.join(lacking)}; add them to the first row.",
        )
    if not sheet.rows:
        raise BadSheet("表中没有申报行。", "The sheet holds no claims.")
