"""Files that leave through the gate: what they would hold, writing them, and where each line comes from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from workbench.features.exports.schemas import (
    Export,
    ExportPreview,
    ExportRequest,
    ExportState,
    ExportSummary,
    ExportVerification,
    FormatInfo,
    RowTrace,
    Split,
    TracedLine,
)
from workbench.sdk.paging import Pages
from workbench.sdk.part import Part
from workbench.sdk.words import word


class Exports(Part):
    """Exports of training sheets. `options` are the fields of `ExportOptions`: format, validation_fraction, seed …"""

    def formats(self) -> Sequence[FormatInfo]:
        """The formats that an export can be written in, each with a sample."""
        return self._http.get("/exports/formats", list[FormatInfo])

    def summarize(self, training_sheet_id: UUID, **options: Any) -> ExportSummary:
        """What an export would hold, and why the rest would stay behind."""
        return self._http.get("/exports/summary", ExportSummary, training_sheet_id=training_sheet_id, **options)

    def preview(
        self, training_sheet_id: UUID, *, split: Split | str = Split.TRAIN, lines: int = 5, **options: Any
    ) -> ExportPreview:
        """The first lines of a split as the file would have them."""
        chosen = {"training_sheet_id": training_sheet_id, "split": split, "lines": lines, **options}
        return self._http.get("/exports/preview", ExportPreview, **chosen)

    def list(
        self,
        *,
        training_sheet_id: UUID | None = None,
        state: ExportState | str | None = None,
        search: str | None = None,
    ) -> Pages[Export]:
        """Exports, newest first."""
        return self._http.pages("/exports", Export, training_sheet_id=training_sheet_id, state=state, search=search)

    def create(self, training_sheet_id: UUID, **options: Any) -> Export:
        """Asks for a training sheet's labeled and allowed pairs as files; the job `job_id` writes them."""
        export = self._http.post("/exports", Export, ExportRequest(training_sheet_id=training_sheet_id, **options))
        self._http.wake()
        return export

    def get(self, export_id: UUID) -> Export:
        """One export."""
        return self._http.get(f"/exports/{export_id}", Export)

    def delete(self, export_id: UUID) -> Export:
        """Removes an export's files; that it was, and what left, stays on record."""
        return self._http.delete(f"/exports/{export_id}", Export)

    def verify(self, export_id: UUID) -> ExportVerification:
        """Compares every file with what was written, and asks the gate again about every pair in them."""
        return self._http.get(f"/exports/{export_id}/verify", ExportVerification)

    def download(self, export_id: UUID, folder: Path | str, *, name: str | None = None) -> Sequence[Path]:
        """Writes one file of an export, or all of them, into a folder of this machine; hashes are checked."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        wanted = [file for file in self.get(export_id).files if name in (None, file.name)]
        return [
            self._http.save(f"/exports/{export_id}/files/{file.name}", folder / file.name, sha256=file.sha256)
            for file in wanted
        ]

    def trace_line(self, export_id: UUID, line: int, *, split: Split | str = Split.TRAIN) -> TracedLine:
        """The pair, label version and source row behind one line (from 1) of an exported file."""
        return self._http.get(f"/exports/{export_id}/lines/{word(Split, split)}/{line}", TracedLine)

    def trace_row(self, table: str, *key: str, item_ref: str | None = None) -> RowTrace:
        """Everything that was made from one source row, named by its key values or its `item_ref`."""
        return self._http.get("/exports/row", RowTrace, table=table, key=list(key), item_ref=item_ref)
