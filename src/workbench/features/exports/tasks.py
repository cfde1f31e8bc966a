"""The job that writes an export: one snapshot, one pass through the gate per split, files that appear all at once."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from workbench import __version__
from workbench.backends.database import Database
from workbench.features.exports import queries, rules, writing
from workbench.features.exports.places import place_of
from workbench.features.exports.schemas import ExportFile, ExportOptions, ExportState, SplitSummary
from workbench.features.exports.service.asking import CREATE, renderer_of, require_export
from workbench.features.exports.tables import ExportRow
from workbench.features.formats import format_of
from workbench.features.generation.service import require_training_sheet
from workbench.features.generation.tables import PairCountRow, TrainingSheetRow
from workbench.features.governance import service as governance
from workbench.features.jobs.service import JobKind, Work
from workbench.features.lineage import service as lineage
from workbench.features.lineage.schemas import Node, NodeKind
from workbench.kernel.clock import now

BATCH = 4_000  # pairs held at a time
REPORT_EVERY = 0.5  # seconds between two commits of progress, each of which also hears of a cancel


def run(work: Work) -> dict[str, Any]:
    """Writes the files anew, whatever an earlier attempt left, and then says so in one step."""
    export_id = UUID(work.arguments["export_id"])
    with work.backends.database.read() as session:
        row, _ = require_export(session, work.actor, export_id)
    if row.state != ExportState.WRITING:
        return {"export_id": str(export_id)}
    with writing.Folder(place_of(work.backends, row), work.mark) as folder:
        with _snapshot(work.backends.database) as session:
            written = _write(work, session, row, folder.path)
        with work.step() as step:
            folder.settle()
            queries.mark(step, export_id, state=ExportState.READY, finished_at=now(), **written)
            name = f"{row.training_sheet_name} {row.created_at:%Y-%m-%d}"
            lineage.connect(
                step,
                work.actor,
                Node(kind=NodeKind.TRAINING_SHEET, ref=str(row.training_sheet_id), name=row.training_sheet_name),
                Node(kind=NodeKind.EXPORT, ref=str(export_id), name=name),
                {"gate_revision": written["gate_revision"], "rows": work.done},
            )
    return {"export_id": str(export_id), "rows": work.done}


def _write(work: Work, session: Session, row: ExportRow, folder: Path) -> dict[str, Any]:
    """Writes all files into a folder; returns what is to be kept of them in the export's row."""
    sheet = require_training_sheet(session, work.actor, row.training_sheet_id)
    options = ExportOptions.model_validate(row.options)
    render = renderer_of(session, work.actor, work.backends, sheet, options)
    form = format_of(options.format)
    counted = session.get(PairCountRow, sheet.id)
    work.total = counted.labeled if counted else None
    files: list[ExportFile] = []
    splits: list[SplitSummary] = []
    revisions: list[int] = []
    before, reported = 0, 0.0

    def report(count: int) -> None:
        nonlocal reported
        work.done = before + count
        if time.monotonic() - reported >= REPORT_EVERY:
            reported = time.monotonic()
            with work.step():
                pass

    listed = writing.RowList(folder)
    for split in rules.splits_of(options):
        leaving = queries.split_leaving(session, sheet, options, split)
        with governance.release(
            session,
            work.actor,
            leaving,
            use=rules.USE_OF[split],
            kind="export",
            subject_kind="export",
            subject_id=row.id,
            columns=queries.WRITTEN,
        ) as out:
            file = writing.write_split(folder, split, form, out.batches(BATCH), render, listed, report)
        files.append(file)
        splits.append(rules.summarized(split, out.summary))
        revisions.append(out.gate_revision)
        before += out.released
    files.append(listed.close())
    revision = min(revisions)  # they differ when a waiver ran out in between: then the files are asked about again
    content = rules.manifest(
        tool_version=__version__,
        training_sheet=_describe(session, sheet),
        options=options,
        gate_revision=revision,
        splits=splits,
        files=[file.model_dump(mode="json") for file in files],
    )
    files.append(writing.write_manifest(folder, content))
    work.total = work.done
    return {
        "training_sheet_state": sheet.state,
        "gate_revision": revision,
        "standing_revision": revision,
        "exposures": sorted(str(each) for each in {sheet.exposure_id, *listed.exposures}),
        "classification": max(split.gate.classification.rank for split in splits),
        "counts": [split.model_dump(mode="json") for split in splits],
        "files": [file.model_dump(mode="json") for file in files],
    }


def _describe(session: Session, sheet: TrainingSheetRow) -> dict[str, Any]:
    """What the manifest says of where the pairs come from."""
    template, version = queries.pinned(session, sheet)
    return {
        "id": str(sheet.id),
        "name": sheet.name,
        "state": sheet.state,
        "mode": sheet.mode,
        "sheet": {"id": str(sheet.sheet_id), "version": version.number if version else None},
        "template": {
            "id": str(sheet.template_id),
            "version": f"{template.major}.{template.minor}.{template.patch}" if template else None,
        },
        "labelset": {"id": str(sheet.labelset_id), "version_id": str(sheet.labelset_version_id)},
        "sources": sheet.pins,
    }


def _snapshot(database: Database) -> Session:
    """A session that sees the state of one moment to its end, however long it reads."""
    session = database.session(reads_only=True)
    if not database.is_sqlite:  # SQLite's read transactions are snapshots already
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    return session


JOB_KINDS = {CREATE: JobKind("exports.write", run)}
