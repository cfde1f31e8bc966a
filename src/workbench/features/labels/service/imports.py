"""Labels from JSON Lines: the upload is kept, and a job reads it and says which row is wrong and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
from workbench.features.catalog.service.filling import keep_upload
from workbench.features.governance import service as governance
from workbench.features.jobs import service as jobs
from workbench.features.jobs.schemas import Job
from workbench.features.labels.queries import interchange as queries
from workbench.features.labels.rules import ANY, Expected, Outcome, Submission
from workbench.features.labels.rules.lines import Line, read_line
from workbench.features.labels.schemas import ChangeKind, ImportPolicy, LabelImportReport, LabelsetVersion, RowProblem
from workbench.features.labels.service.clearance import seen_fields
from workbench.features.labels.service.submissions import submit_many
from workbench.features.labels.service.versions import require_published, require_version
from workbench.features.sheets import rules as sheet_rules
from workbench.features.sheets import service as sheets
from workbench.features.sheets.schemas import ITEM_REF, SheetVersion
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Invalid

IMPORT = "label.import"
BATCH = 1000  # rows compared with the sheet's table and written at once
LONGEST_LINE = 4_000_000  # bytes
PROBLEMS = 100  # that are listed; all are counted

Row = tuple[int, bytes]


class ImportRefused(Invalid):
    """Not one label of the file was taken."""


def import_labels(
    session: Session,
    actor: Actor,
    backends: Backends,
    file_name: str,
    content: BinaryIO,
    *,
    sheet_id: UUID,
    label_type: str,
    policy: ImportPolicy = ImportPolicy.SKIP,
    dry_run: bool = False,
    fields: list[str] | None = None,
) -> Job:
    """Keeps the upload and queues the job that makes its lines labels of the sheet's items as they are now.

    `fields` are the item's fields behind the answers (all by default): when one changes, the labels turn stale.
    """
    with backends.database.read() as reading:
        sheet = sheets.require_sheet_version(reading, actor, sheet_id, "published")
        version = require_published(reading, actor, label_type)
        seen, _ = seen_fields(reading, actor, sheet, fields)
    kept = keep_upload(content, backends.settings.files / "uploads", backends.settings.upload_limit_mb)
    return jobs.submit(
        session,
        actor,
        backends,
        kind=IMPORT,
        title=f"{'Try' if dry_run else 'Import'} labels from {file_name[:100] or 'a file'}",
        subject_kind="labelset",
        subject_id=version.labelset_id,
        arguments={
            "upload": kept.name,
            "sheet_version_id": str(sheet.id),
            "labelset_version_id": str(version.id),
            "fields": seen,
            "policy": policy,
            "dry_run": dry_run,
        },
        unit="rows",
    )


def read_labels(work: jobs.Work) -> dict[str, Any]:
    """The job: batch by batch; a batch and the place after it are saved in one step, so that it can be taken up again.

    A dry run is the import itself, rolled back. The policy `fail` rehearses the whole file like that before it reads it
    again and writes all of it in one step, or nothing. The last step says that the report is whole: only then may the
    upload go, as the queue repeats a job whose end could not be saved.
    """
    upload = work.backends.settings.files / "uploads" / str(work.arguments["upload"])
    try:
        if not work.checkpoint.get("whole"):
            _Import(work).read(upload)
    except Invalid:
        upload.unlink(missing_ok=True)  # it will not get better
        raise
    except FileNotFoundError:
        raise Invalid("The uploaded file is gone.", field="file", fix="Upload it again.") from None
    upload.unlink(missing_ok=True)
    return dict(work.checkpoint["report"])


class _Import:
    """One attempt to import one file."""

    def __init__(self, work: jobs.Work) -> None:
        self._work = work
        self._policy = ImportPolicy(work.arguments["policy"])
        self._dry_run = bool(work.arguments["dry_run"])
        self._rehearsing = self._dry_run or self._policy is ImportPolicy.FAIL
        with work.backends.database.read() as session:
            version_id = UUID(work.arguments["sheet_version_id"])
            self._sheet: SheetVersion = sheets.sheet_version_by_id(session, work.actor, version_id)
            self._version: LabelsetVersion = require_version(
                session, work.actor, UUID(work.arguments["labelset_version_id"])
            )
            self._space = queries.spaces(session, work.actor.workspace_id)[self._sheet.space_id]
            self._fields, self._sources = seen_fields(session, work.actor, self._sheet, work.arguments["fields"])
        self._types = {field.name: field.type for field in self._sheet.fields}
        self._file_hash = sheets.file_hash(work.backends, work.actor)
        self._report = LabelImportReport.model_validate(work.checkpoint.get("report") or {"dry_run": self._dry_run})
        self._rows_of: dict[str, int] = {}  # where each item was answered first
        self._rehearsed: dict[str, bytes] = {}  # the digests of the items that are to be written at the end

    def read(self, upload: Path) -> None:
        """Imports the file; the report counts every row. Raises `ImportRefused` when nothing could be taken."""
        done = int(self._work.checkpoint.get("row", 0))
        self._work.total = _count_lines(upload)
        for rows in _batches(upload):
            lines, problems = self._parse(rows)
            if rows[-1][0] <= done:
                continue  # an earlier attempt wrote these
            submissions = self._compare(lines, problems)
            if self._rehearsing:
                with self._work.backends.database.session() as session:
                    outcomes = self._submit(session, [each for _, each in submissions])
                    session.rollback()
                if not self._dry_run:
                    self._rehearsed |= {each.item_ref: each.digest for _, each in submissions}
                self._tally(rows, submissions, outcomes, problems)
                with self._work.step():
                    self._work.done = rows[-1][0]
                continue
            with self._work.step() as session:
                outcomes = self._submit(session, [each for _, each in submissions])
                self._tally(rows, submissions, outcomes, problems)
                self._work.done = rows[-1][0]
                self._work.checkpoint = {"row": rows[-1][0], "report": self._report.model_dump(mode="json")}
        self._refuse_if_nothing()
        with self._work.step() as session:
            if self._rehearsed:
                self._write(session, upload)
            self._work.checkpoint = {"whole": True, "report": self._report.model_dump(mode="json")}

    def _write(self, session: Session, upload: Path) -> None:
        """Writes what was rehearsed, from the file again: its values may be more than the memory holds."""
        for rows in _batches(upload):
            lines, _ = self._parse(rows)
            submissions = [self._submission(line, self._rehearsed[line.item_ref]) for _, line in lines]
            self._submit(session, submissions, all_or_nothing=True)

    def _parse(self, rows: Sequence[Row]) -> tuple[list[tuple[int, Line]], list[RowProblem]]:
        lines, problems = [], []
        for row, text in rows:
            try:
                if len(text) > LONGEST_LINE:
                    raise Invalid(f"The row is longer than {LONGEST_LINE:,} bytes.")
                line = read_line(text, self._version, self._space.key_columns, self._types)
                first = self._rows_of.setdefault(line.item_ref, row)
                if first != row:
                    raise Invalid(f"The item is answered in row {first} already.", field="item_ref")
                lines.append((row, line))
            except Invalid as error:
                problems.append(RowProblem(row=row, field=error.field, message=error.message))
        return lines, problems

    def _compare(self, lines: Sequence[tuple[int, Line]], problems: list[RowProblem]) -> list[tuple[int, Submission]]:
        """The answers with the digest of their item now; rows whose item the table lacks become problems."""
        digests: dict[str, bytes] = {}
        refs = [line.item_ref for _, line in lines]
        for batch in sheets.scan(self._work.backends, self._work.actor, self._sheet, fields=self._fields, only=refs):
            hashed = sheet_rules.digests(batch, self._fields, self._file_hash)
            digests |= dict(zip(batch.column(ITEM_REF).to_pylist(), hashed, strict=True))
        found = []
        for row, line in lines:
            digest = digests.get(line.item_ref)
            if digest is None:
                message = f"{self._space.source_table} has no item {line.item_ref[:100]}."
                problems.append(RowProblem(row=row, field="item_ref", message=message))
                continue
            found.append((row, self._submission(line, digest)))
        return found

    def _submission(self, line: Line, digest: bytes) -> Submission:
        expected: Expected = ANY if self._policy is ImportPolicy.OVERWRITE else None
        return Submission(line.item_ref, line.value, digest, expected, line.verdict, line.confidence, line.notes)

    def _submit(
        self, session: Session, submissions: Sequence[Submission], *, all_or_nothing: bool = False
    ) -> list[Outcome]:
        actor = self._work.actor
        return submit_many(
            session,
            actor,
            self._sheet.space_id,
            self._version,
            submissions,
            exposure_id=governance.expose(session, actor, self._fields, self._sources),
            source="import",
            conflicts="raise" if all_or_nothing else "skip",
        )

    def _tally(
        self,
        rows: Sequence[Row],
        submissions: Sequence[tuple[int, Submission]],
        outcomes: Sequence[Outcome],
        problems: list[RowProblem],
    ) -> None:
        report = self._report
        for (row, submission), outcome in zip(submissions, outcomes, strict=True):
            if outcome.change is ChangeKind.SKIPPED and self._policy is ImportPolicy.FAIL:
                message = f"The item {submission.item_ref} has a label already."
                problems.append(RowProblem(row=row, field="item_ref", message=message))
            else:
                setattr(report, outcome.change, getattr(report, outcome.change) + 1)
        report.rows += len(rows)
        report.invalid += len(problems)
        listed = sorted(problems, key=lambda each: each.row)
        report.problems = [*report.problems, *listed][:PROBLEMS]

    def _refuse_if_nothing(self) -> None:
        report = self._report
        if report.rows == 0:
            raise ImportRefused("The file is empty.", field="file", fix="Write one JSON object on each line.")
        refused = report.invalid and (self._policy is ImportPolicy.FAIL or report.invalid == report.rows)
        if refused and not self._dry_run:
            first = report.problems[0]
            raise ImportRefused(
                f"{report.invalid:,} of {report.rows:,} rows cannot be taken, so no label was changed. "
                f"Row {first.row}: {first.message}",
                field=first.field,
                row=first.row,
                fix="Mend the file; a dry run lists every problem.",
            )


def _batches(path: Path) -> Iterator[list[Row]]:
    """The lines that say anything, with their numbers from 1, in lists of `BATCH`."""
    batch: list[Row] = []
    with path.open("rb") as file:
        start = file.read(3)
        if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise ImportRefused("The file is UTF-16.", field="file", fix="Save it as UTF-8.")
        file.seek(3 if start == b"\xef\xbb\xbf" else 0)
        for row, line in enumerate(_lines(file), 1):
            if line.strip():
                batch.append((row, line))
            if len(batch) == BATCH:
                yield batch
                batch = []
    if batch:
        yield batch


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Lines without end are cut behind `LONGEST_LINE`, so that no file can fill the memory."""
    while line := file.readline(LONGEST_LINE + 1):
        if not line.endswith(b"\n"):
            while (rest := file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass
        yield line


def _count_lines(path: Path) -> int:
    """How many lines a file has; one that does not end its last line counts that one too."""
    count, last = 0, b"\n"
    with path.open("rb") as file:
        for chunk in iter(lambda: file.read(1 << 20), b""):
            count, last = count + chunk.count(b"\n"), chunk[-1:]
    return count + (last != b"\n")
