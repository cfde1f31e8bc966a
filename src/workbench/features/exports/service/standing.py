"""Handing out what was exported: only unchanged files, only while everything in them is still allowed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
from workbench.features.audit import service as audit
from workbench.features.exports import queries, rules, writing
from workbench.features.exports.places import place_of
from workbench.features.exports.schemas import ExportFile, ExportState, ExportVerification, FileVerification, Split
from workbench.features.exports.service.asking import ExportNotReady, file_gone, require_export, state_of
from workbench.features.exports.tables import ExportRow
from workbench.features.governance import service as governance
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Conflict, NotFound
from workbench.kernel.vocabulary import Classification

GONE = "pair: no longer there"
CHUNK = 5000


class NoLongerAllowed(Conflict):
    """Something in the files may not be used any more, so they are not handed out."""


def verify_export(session: Session, actor: Actor, backends: Backends, export_id: UUID) -> ExportVerification:
    """Compares every file with what was written, and asks the gate again about every pair in them."""
    row = _require_ready(session, actor, export_id)
    checks = [_check(place_of(backends, row) / each["name"], ExportFile.model_validate(each)) for each in row.files]
    intact = all(check.intact for check in checks)
    obstacles = _standing(session, actor, backends, row).obstacles if intact else {}
    return ExportVerification(intact=intact, files=checks, standing=intact and not obstacles, obstacles=obstacles)


def open_file(
    session: Session, actor: Actor, backends: Backends, export_id: UUID, name: str, *, part: str | None = None
) -> tuple[Path, ExportFile]:
    """Where a file of an export lies, for handing it out; audited, with the `part` of it that is asked for, if any.

    Raises as `require_file` does. The gate is asked again only when its rules changed.
    """
    row, file, path, standing = require_file(session, actor, backends, export_id, name)
    with backends.database.begin() as writer:
        if row.standing_revision != standing.revision:
            queries.mark(
                writer,
                row.id,
                standing_revision=standing.revision,
                classification=standing.classification.rank,
            )
        details = {"name": row.training_sheet_name, "file": name} | ({"part": part[:100]} if part else {})
        audit.record(writer, actor, "export.download", "export", row.id, details)
    return path, file


def require_file(
    session: Session, actor: Actor, backends: Backends, export_id: UUID, name: str
) -> tuple[ExportRow, ExportFile, Path, Standing]:
    """A file of an export that may be handed out, and where it lies.

    Raises `NotFound` for a name that is none of its files, `AboveClearance`, and `NoLongerAllowed` when tags,
    constraints or labels have changed since so that something in it may not be used any more. What was refused is in
    the audit.
    """
    row = _require_ready(session, actor, export_id)
    file = next((ExportFile.model_validate(each) for each in row.files if each["name"] == name), None)
    if file is None:
        raise NotFound(
            f"The export has no file {name[:100]!r}.",
            field="name",
            fix=f"Choose one of: {', '.join(each['name'] for each in row.files)}.",
        )
    standing = _standing(session, actor, backends, row)
    try:
        _require_allowed(actor, standing)
    except (NoLongerAllowed, governance.AboveClearance) as refusal:
        details = {"name": row.training_sheet_name, "file": name, "why": refusal.message}
        with backends.database.begin() as writer:
            audit.record(writer, actor, "export.refuse", "export", row.id, details)
        raise
    path = place_of(backends, row) / file.name
    if not path.is_file():
        raise file_gone(name)
    return row, file, path, standing


@dataclass(frozen=True, slots=True)
class Standing:
    """What the gate says, at a revision, of everything in an export's files."""

    revision: int
    obstacles: dict[str, int]
    classification: Classification


def _standing(session: Session, actor: Actor, backends: Backends, row: ExportRow) -> Standing:
    """Asks the gate again about every pair in the files, in chunks; not when its rules are those it was asked under."""
    newest = governance.settle_gate(session, actor.workspace_id)
    highest = row.classification or 0
    if newest == row.standing_revision:
        return Standing(newest, {}, Classification.of_rank(highest))
    revision = governance.gate_revision(session, actor.workspace_id)  # of the rules that this session sees
    sheet = queries.training_sheet_of(session, actor.workspace_id, row.training_sheet_id)
    exposures = [UUID(each) for each in row.exposures]
    found: Counter[str] = Counter()
    try:
        listed = pq.ParquetFile(place_of(backends, row) / writing.ROWS)
    except FileNotFoundError:
        raise file_gone(writing.ROWS) from None
    for batch in listed.iter_batches(CHUNK, columns=["split", "pair_id"]):
        for split, pairs in _by_split(batch):
            if sheet is None:
                found[GONE] += len(pairs)
                continue
            leaving = queries.still_leaving(sheet, exposures, pairs)
            judged = governance.summarize(session, actor, leaving, rules.USE_OF[split])
            found.update(judged.prohibited)
            found[GONE] += len(pairs) - judged.considered
            highest = max(highest, judged.classification.rank)
    return Standing(revision, dict(+found), Classification.of_rank(highest))


def _require_allowed(actor: Actor, standing: Standing) -> None:
    if standing.obstacles:
        raise NoLongerAllowed(
            f"{sum(standing.obstacles.values()):,} of the pairs in this export may no longer be used for what it was "
            f"made for: {'; '.join(standing.obstacles)}.",
            fix="Export the training sheet again; what is still allowed will be in it.",
            details={"obstacles": standing.obstacles},
        )
    governance.require_view(actor, standing.classification)


def _by_split(batch: pa.RecordBatch) -> Iterator[tuple[Split, list[UUID]]]:
    splits, pairs = batch.column("split").to_pylist(), batch.column("pair_id").to_pylist()
    for split in Split:
        chosen = [pair for pair, of in zip(pairs, splits, strict=True) if of == split]
        if chosen:
            yield split, chosen


def _require_ready(session: Session, actor: Actor, export_id: UUID) -> ExportRow:
    row, status = require_export(session, actor, export_id)
    state = state_of(row, status)
    if state is not ExportState.READY:
        fix = "Wait for its job." if state is ExportState.WRITING else "Export the training sheet again."
        raise ExportNotReady(f"The export is {state}.", fix=fix)
    return row


def _check(path: Path, file: ExportFile) -> FileVerification:
    if not path.is_file():
        return FileVerification(name=file.name, intact=False, problem="The file is missing.")
    if path.stat().st_size != file.bytes or writing.sha256_of(path) != file.sha256:
        return FileVerification(name=file.name, intact=False, problem="The content is not what was written.")
    return FileVerification(name=file.name, intact=True, problem=None)
