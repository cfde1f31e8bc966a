"""Training sheets: generate them from a sheet and a template, watch over them, read their pairs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from workbench.features.generation.schemas import (
    GenerateIn,
    LabelCoverage,
    Mode,
    Origin,
    Pair,
    PairLine,
    PairPreviewIn,
    PairPreviews,
    RetryFailures,
    TrainingSheet,
    TrainingSheetChange,
    TrainingSheetCopy,
    TrainingSheetState,
)
from workbench.features.jobs.schemas import Job
from workbench.kernel.schema import Change
from workbench.kernel.vocabulary import PairStatus, Use
from workbench.sdk.frames import Frame
from workbench.sdk.paging import Pages
from workbench.sdk.part import Part
from workbench.sdk.words import word


class TrainingSheets(Part):
    """Training sheets of the workspace. The job `job_id` of one makes its pairs; see `wb.jobs.wait`."""

    def list(
        self,
        *,
        search: str | None = None,
        state: TrainingSheetState | str | None = None,
        sheet_id: UUID | None = None,
        template_id: UUID | None = None,
        labelset_id: UUID | None = None,
        archived: bool = False,
        sort: str = "newest",
    ) -> Pages[TrainingSheet]:
        """Training sheets, `newest` or `oldest` first."""
        return self._http.pages(
            "/training-sheets",
            TrainingSheet,
            search=search,
            state=state,
            sheet_id=sheet_id,
            template_id=template_id,
            labelset_id=labelset_id,
            archived=archived,
            sort=sort,
        )

    def get(self, training_sheet_id: UUID) -> TrainingSheet:
        """One training sheet, with exact counts."""
        return self._http.get(f"/training-sheets/{training_sheet_id}", TrainingSheet)

    def generate(
        self, name: str, *, sheet_id: UUID, template_version_id: UUID, mode: Mode | str, **fields: Any
    ) -> TrainingSheet:
        """Starts making a training sheet; canonical labels come first in every mode.

        `fields` are the others of `GenerateIn`: `column` and `trusted` for an existing column, `endpoint_id`, `limit` …
        """
        wanted = GenerateIn(
            name=name, sheet_id=sheet_id, template_version_id=template_version_id, mode=word(Mode, mode), **fields
        )
        made = self._http.post("/training-sheets", TrainingSheet, wanted)
        self._http.wake()
        return made

    def preview(
        self, *, sheet_id: UUID, template_version_id: UUID, mode: Mode | str, count: int = 5, **fields: Any
    ) -> PairPreviews:
        """The first pairs as they would be made. No model is asked and nothing is kept."""
        wanted = PairPreviewIn(
            sheet_id=sheet_id, template_version_id=template_version_id, mode=word(Mode, mode), count=count, **fields
        )
        return self._http.post("/training-sheets/preview", PairPreviews, wanted)

    def coverage(self, *, sheet_id: UUID, template_version_id: UUID, column: str | None = None) -> LabelCoverage:
        """How much of a sheet is labeled already, as generating with a template, and with a column's answers, would
        find it."""
        query = {"sheet_id": sheet_id, "template_version_id": template_version_id, "column": column}
        return self._http.get("/training-sheets/coverage", LabelCoverage, **query)

    def change(self, training_sheet_id: UUID, *, version: int, **fields: Any) -> TrainingSheet:
        """Renames or describes a training sheet (`name`, `description`)."""
        wanted = TrainingSheetChange(version=version, **fields)
        return self._http.patch(f"/training-sheets/{training_sheet_id}", TrainingSheet, wanted)

    def delete(self, training_sheet_id: UUID, *, version: int) -> Job:
        """Removes a training sheet that was never approved; a job removes its pairs. Canonical labels stay."""
        job = self._http.delete(f"/training-sheets/{training_sheet_id}", Job, version=version)
        self._http.wake()
        return job

    def archive(self, training_sheet_id: UUID, *, version: int) -> TrainingSheet:
        """Takes a training sheet out of the lists."""
        wanted = Change(version=version)
        return self._http.post(f"/training-sheets/{training_sheet_id}/archive", TrainingSheet, wanted)

    def restore(self, training_sheet_id: UUID, *, version: int) -> TrainingSheet:
        """Puts an archived training sheet back."""
        wanted = Change(version=version)
        return self._http.post(f"/training-sheets/{training_sheet_id}/restore", TrainingSheet, wanted)

    def duplicate(self, training_sheet_id: UUID, name: str, **fields: Any) -> TrainingSheet:
        """Makes a training sheet like this one from the newest data; `fields` are the others of `TrainingSheetCopy`."""
        wanted = TrainingSheetCopy(name=name, **fields)
        made = self._http.post(f"/training-sheets/{training_sheet_id}/duplicate", TrainingSheet, wanted)
        self._http.wake()
        return made

    def finish(self, training_sheet_id: UUID, *, version: int) -> TrainingSheet:
        """Ends a stopped generation with the pairs there are, and opens them for review."""
        wanted = Change(version=version)
        return self._http.post(f"/training-sheets/{training_sheet_id}/finish", TrainingSheet, wanted)

    def retry_failures(self, training_sheet_id: UUID, *, kinds: Sequence[str] | None = None) -> Job:
        """Asks the model again about the pairs that it gave no usable answer for."""
        wanted = RetryFailures(kinds=None if kinds is None else [*kinds])
        job = self._http.post(f"/training-sheets/{training_sheet_id}/retry-failures", Job, wanted)
        self._http.wake()
        return job

    def pairs(
        self,
        training_sheet_id: UUID,
        *,
        status: Sequence[PairStatus | str] | None = None,
        origin: Sequence[Origin | str] | None = None,
        stale: bool | None = None,
        failed: bool | None = None,
        outdated: bool | None = None,
        search: str | None = None,
        least_confidence: float | None = None,
        most_confidence: float | None = None,
        reviewed_by: UUID | None = None,
    ) -> Pages[PairLine]:
        """Pairs by position, without their prompts; `search` looks in the item_ref."""
        return self._http.pages(
            f"/training-sheets/{training_sheet_id}/pairs",
            PairLine,
            status=status,
            origin=origin,
            stale=stale,
            failed=failed,
            outdated=outdated,
            search=search,
            least_confidence=least_confidence,
            most_confidence=most_confidence,
            reviewed_by=reviewed_by,
        )

    def pair(self, pair_id: UUID) -> Pair:
        """A whole pair."""
        return self._http.get(f"/pairs/{pair_id}", Pair)

    def read(self, training_sheet_id: UUID, use: Use | str) -> Frame:
        """The pairs that the gate allows for a use, as data; each reading leaves an exit."""
        return Frame(lambda: self._http.stream(f"/training-sheets/{training_sheet_id}/pairs.arrow", use=use))
