"""Canonical labels: label items directly, look at what labels said, take them back, import and export them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from workbench.features.governance.schemas import Explanation
from workbench.features.jobs.schemas import Job
from workbench.features.labels.schemas import (
    ImportPolicy,
    ItemToLabel,
    Label,
    LabelDraft,
    LabelDraftIn,
    LabelExportRequest,
    LabelHistory,
    LabelIn,
    LabelingFilter,
    LabelingProgress,
    LabelOutcome,
    RetractLabel,
    RevertLabel,
)
from workbench.kernel.vocabulary import Confidence, Use, Verdict
from workbench.sdk.paging import Pages
from workbench.sdk.part import Part
from workbench.sdk.words import word


class Labels(Part):
    """Canonical labels of the workspace: one per item and labelset."""

    def list(
        self,
        label_type: str,
        *,
        sheet_id: UUID | None = None,
        verdict: Verdict | str | None = None,
        confidence: Confidence | str | None = None,
        labeled_by: UUID | None = None,
        stale: bool | None = None,
        search: str | None = None,
        sort: str = "newest",
    ) -> Pages[Label]:
        """Labels of a label type; `stale` needs a `sheet_id`, retracted ones show only when asked for."""
        return self._http.pages(
            "/labels",
            Label,
            label_type=label_type,
            sheet_id=sheet_id,
            verdict=verdict,
            confidence=confidence,
            labeled_by=labeled_by,
            stale=stale,
            search=search,
            sort=sort,
        )

    def get(self, label_id: UUID) -> Label:
        """One label as it stands now."""
        return self._http.get(f"/labels/{label_id}", Label)

    def of_item(self, sheet_id: UUID, item_ref: str, label_type: str) -> Label:
        """The label of an item of a sheet, and whether it is stale."""
        return self._http.get("/labels/of-item", Label, sheet_id=sheet_id, item_ref=item_ref, label_type=label_type)

    def label_item(
        self,
        sheet_id: UUID,
        item_ref: str,
        label_type: str,
        value: Any = None,
        *,
        version: int | None = None,
        **fields: Any,
    ) -> LabelOutcome:
        """Makes an answer the canonical label of an item, as the item is now.

        `version` is the number of the label that was seen, None when there was none; `fields` are the others of
        `LabelIn`: verdict, confidence, notes, the item fields that were looked at.
        """
        wanted = LabelIn(
            sheet_id=sheet_id,
            item_ref=item_ref,
            label_type=label_type,
            value=value,
            version=version,
            **fields,
        )
        return self._http.post("/labels", LabelOutcome, wanted)

    def to_label(
        self, sheet_id: UUID, label_type: str, *, show: LabelingFilter | str = LabelingFilter.TO_DO
    ) -> Pages[ItemToLabel]:
        """Items of a sheet to label, in its order, with how their labels stand."""
        return self._http.pages("/labels/items", ItemToLabel, sheet_id=sheet_id, label_type=label_type, show=show)

    def item(self, sheet_id: UUID, item_ref: str, label_type: str) -> ItemToLabel:
        """One item of a sheet by its name, with how its label stands."""
        return self._http.get("/labels/item", ItemToLabel, sheet_id=sheet_id, label_type=label_type, item_ref=item_ref)

    def progress(self, sheet_id: UUID, label_type: str, *, exact: bool | None = None) -> LabelingProgress:
        """How far a sheet is labeled with a label type, and by whom."""
        return self._http.get(
            "/labels/progress", LabelingProgress, sheet_id=sheet_id, label_type=label_type, exact=exact
        )

    def draft(self, sheet_id: UUID, item_ref: str, label_type: str) -> LabelDraft | None:
        """One's own unfinished answer for an item, or None."""
        shape: Any = LabelDraft | None
        found: LabelDraft | None = self._http.get(
            "/labels/draft", shape, sheet_id=sheet_id, label_type=label_type, item_ref=item_ref
        )
        return found

    def save_draft(
        self,
        sheet_id: UUID,
        item_ref: str,
        label_type: str,
        content: Mapping[str, Any],
        *,
        version: int | None = None,
    ) -> LabelDraft:
        """Keeps what one has typed for an item; `version` is the draft's, None the first time."""
        wanted = LabelDraftIn.model_validate(
            {
                "sheet_id": sheet_id,
                "item_ref": item_ref,
                "label_type": label_type,
                "content": content,
                "version": version,
            }
        )
        return self._http.put("/labels/draft", LabelDraft, wanted)

    def discard_draft(self, sheet_id: UUID, item_ref: str, label_type: str) -> None:
        """Forgets one's unfinished answer for an item."""
        self._http.delete("/labels/draft", sheet_id=sheet_id, label_type=label_type, item_ref=item_ref)

    def history(self, label_id: UUID) -> LabelHistory:
        """Everything a label ever said, newest first, each with what it changed."""
        return self._http.get(f"/labels/{label_id}/history", LabelHistory)

    def explain(self, label_id: UUID) -> Explanation:
        """For every use, whether the label by itself may serve it, and what stands in the way."""
        return self._http.get(f"/labels/{label_id}/uses", Explanation)

    def retract(self, label_id: UUID, reason: str, *, version: int) -> Label:
        """Takes a label back; nothing may use it any more. `version` is the number of the label that was seen."""
        return self._http.post(f"/labels/{label_id}/retract", Label, RetractLabel(reason=reason, version=version))

    def revert(self, label_id: UUID, to: int, *, version: int, notes: str | None = None) -> Label:
        """Makes version `to` of a label its newest one again. `version` is the number of the label that was seen."""
        wanted = RevertLabel(to=to, version=version, notes=notes)
        return self._http.post(f"/labels/{label_id}/revert", Label, wanted)

    def import_file(
        self,
        file: Path | str,
        *,
        sheet_id: UUID,
        label_type: str,
        policy: ImportPolicy | str = ImportPolicy.SKIP,
        dry_run: bool = False,
        fields: Sequence[str] | None = None,
    ) -> Job:
        """Uploads labels as JSON Lines; the job's result is a `LabelImportReport`.

        Lines have `item_ref` or `key`, and `value`; `fields` are the item fields behind the answers, all by default.
        """
        with Path(file).open("rb") as opened:
            job = self._http.upload(
                "/labels/import",
                Job,
                Path(file).name,
                opened,
                sheet_id=sheet_id,
                label_type=label_type,
                policy=policy,
                dry_run=dry_run,
                fields=fields,
            )
        self._http.wake()
        return job

    def export(self, label_type: str, use: Use | str, *, sheet_id: UUID | None = None) -> Job:
        """Writes the labels that the gate allows for a use as JSON Lines; the job's result is a `LabelExport`."""
        wanted = LabelExportRequest(label_type=label_type, use=word(Use, use), sheet_id=sheet_id)
        job = self._http.post("/labels/export", Job, wanted)
        self._http.wake()
        return job

    def download(self, job_id: UUID, target: Path | str) -> Path:
        """Writes the file of a finished export to `target`, as long as everything in it is still allowed."""
        return self._http.save(f"/labels/export/{job_id}", Path(target))
