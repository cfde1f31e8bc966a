"""Review: the queue, decisions on pairs, undo, bulk, and the training sheet as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from workbench.features.generation.schemas import PairFilter, TrainingSheet
from workbench.features.jobs.schemas import Job
from workbench.features.labels.schemas import LabelDraft
from workbench.features.review.schemas import (
    ActionKind,
    BulkAction,
    BulkDecision,
    BulkEstimate,
    ClaimedPairs,
    ClaimPairs,
    HeldPairs,
    HoldPairs,
    OutdatedPairs,
    PairAction,
    PairApproval,
    PairClaim,
    PairDetail,
    PairDraft,
    PairEdit,
    PairFlag,
    PairNote,
    PairRejection,
    PairReset,
    ReleasedPairs,
    ReleasePairs,
    ReviewedPair,
    ReviewerTally,
    ReviewProgress,
    TrainingSheetApproval,
)
from workbench.kernel.schema import Change
from workbench.sdk.paging import Pages
from workbench.sdk.part import Part
from workbench.sdk.words import word


class Review(Part):
    """Reviewing pairs. `version` is always the pair's as it was seen, so that nobody's decision is overwritten."""

    def next(
        self, training_sheet_id: UUID, *, n: int = 1, filter: PairFilter | None = None, after: int | None = None
    ) -> ClaimedPairs:
        """Claims the next pairs to review; nobody else gets them meanwhile. `state` says when all is done."""
        wanted = ClaimPairs(n=n, filter=filter or PairFilter(), after=after)
        return self._http.post(f"/review/training-sheets/{training_sheet_id}/next", ClaimedPairs, wanted)

    def hold(self, training_sheet_id: UUID, pair_ids: Sequence[UUID]) -> HeldPairs:
        """A heartbeat: holds claimed pairs longer."""
        wanted = HoldPairs(pair_ids=[*pair_ids])
        return self._http.post(f"/review/training-sheets/{training_sheet_id}/hold", HeldPairs, wanted)

    def release(
        self, training_sheet_id: UUID, pair_ids: Sequence[UUID] | None = None, *, actor_id: UUID | None = None
    ) -> ReleasedPairs:
        """Gives claimed pairs back to the queue: all of one's own unless said otherwise."""
        wanted = ReleasePairs(pair_ids=None if pair_ids is None else [*pair_ids], actor_id=actor_id)
        return self._http.post(f"/review/training-sheets/{training_sheet_id}/release", ReleasedPairs, wanted)

    def claims(self, training_sheet_id: UUID) -> Sequence[PairClaim]:
        """Who holds which pair now."""
        return self._http.get(f"/review/training-sheets/{training_sheet_id}/claims", list[PairClaim])

    def pair(self, pair_id: UUID) -> PairDetail:
        """Everything there is to see of a pair: item, prompt, answer, form, what it may be used for."""
        return self._http.get(f"/review/pairs/{pair_id}", PairDetail)

    def history(self, pair_id: UUID) -> Pages[PairAction]:
        """What was done to a pair, newest first."""
        return self._http.pages(f"/review/pairs/{pair_id}/history", PairAction)

    def approve(self, pair_id: UUID, *, version: int, **fields: Any) -> ReviewedPair:
        """The answer is right; it becomes the item's canonical label. `fields` are those of `PairApproval`."""
        wanted = PairApproval(version=version, **fields)
        return self._http.post(f"/review/pairs/{pair_id}/approve", ReviewedPair, wanted)

    def edit(self, pair_id: UUID, *, version: int, **fields: Any) -> ReviewedPair:
        """Corrects the answer (`value`) or the prompt (`messages`), and approves unless `approve=False`."""
        return self._http.post(f"/review/pairs/{pair_id}/edit", ReviewedPair, PairEdit(version=version, **fields))

    def reject(self, pair_id: UUID, *, version: int, unlabelable: bool = False, **fields: Any) -> ReviewedPair:
        """The pair is not used; with `unlabelable`, its item cannot be answered at all and does not come back."""
        wanted = PairRejection(version=version, unlabelable=unlabelable, **fields)
        return self._http.post(f"/review/pairs/{pair_id}/reject", ReviewedPair, wanted)

    def flag(self, pair_id: UUID, *, version: int, notes: str | None = None) -> ReviewedPair:
        """The pair waits for somebody else."""
        wanted = PairFlag(version=version, notes=notes)
        return self._http.post(f"/review/pairs/{pair_id}/flag", ReviewedPair, wanted)

    def reset(self, pair_id: UUID, *, version: int, notes: str | None = None) -> ReviewedPair:
        """The pair is unlabeled again; the canonical label stays."""
        wanted = PairReset(version=version, notes=notes)
        return self._http.post(f"/review/pairs/{pair_id}/reset", ReviewedPair, wanted)

    def note(self, pair_id: UUID, notes: str, *, version: int) -> ReviewedPair:
        """Writes a pair's notes."""
        return self._http.put(f"/review/pairs/{pair_id}/notes", ReviewedPair, PairNote(version=version, notes=notes))

    def save_draft(self, pair_id: UUID, content: Mapping[str, Any], *, version: int | None = None) -> LabelDraft:
        """Keeps what one has typed so far; `version` is the draft's, None the first time."""
        wanted = PairDraft.model_validate({"content": content, "version": version})
        return self._http.put(f"/review/pairs/{pair_id}/draft", LabelDraft, wanted)

    def discard_draft(self, pair_id: UUID) -> None:
        """Forgets what one has typed."""
        self._http.delete(f"/review/pairs/{pair_id}/draft")

    def undo(self, training_sheet_id: UUID) -> ReviewedPair:
        """Takes back one's newest action, and what it wrote into the canonical label."""
        return self._http.post(f"/review/training-sheets/{training_sheet_id}/undo", ReviewedPair)

    def redo(self, training_sheet_id: UUID) -> ReviewedPair:
        """Does again what one undid last."""
        return self._http.post(f"/review/training-sheets/{training_sheet_id}/redo", ReviewedPair)

    def actions(
        self, training_sheet_id: UUID, *, actor_id: UUID | None = None, kind: ActionKind | str | None = None
    ) -> Pages[PairAction]:
        """What was done in a training sheet, newest first."""
        path_filter = {"actor_id": actor_id, "kind": kind}
        return self._http.pages(f"/review/training-sheets/{training_sheet_id}/actions", PairAction, **path_filter)

    def estimate(self, training_sheet_id: UUID, filter: PairFilter) -> BulkEstimate:
        """How many pairs match a filter, and how they stand."""
        return self._http.post(f"/review/training-sheets/{training_sheet_id}/estimate", BulkEstimate, filter)

    def decide_in_bulk(
        self,
        training_sheet_id: UUID,
        action: BulkAction | str,
        filter: PairFilter,
        *,
        notes: str | None = None,
        expected: int | None = None,
    ) -> Job:
        """Decides the same for every pair that matches, as a job; nothing happens when not `expected` many match."""
        wanted = BulkDecision(action=word(BulkAction, action), filter=filter, notes=notes, expected=expected)
        job = self._http.post(f"/review/training-sheets/{training_sheet_id}/bulk", Job, wanted)
        self._http.wake()
        return job

    def undo_bulk(self, job_id: UUID) -> Job:
        """Takes back what a bulk job did, as a job."""
        job = self._http.post(f"/review/bulk/{job_id}/undo", Job)
        self._http.wake()
        return job

    def progress(self, training_sheet_id: UUID) -> ReviewProgress:
        """Where the review stands."""
        return self._http.get(f"/review/training-sheets/{training_sheet_id}/progress", ReviewProgress)

    def reviewers(self, training_sheet_id: UUID) -> Sequence[ReviewerTally]:
        """Who decided how much."""
        return self._http.get(f"/review/training-sheets/{training_sheet_id}/reviewers", list[ReviewerTally])

    def outdated(self, training_sheet_id: UUID) -> OutdatedPairs:
        """How many labeled pairs lag behind their canonical label."""
        return self._http.get(f"/review/training-sheets/{training_sheet_id}/outdated", OutdatedPairs)

    def refresh(self, training_sheet_id: UUID) -> Job:
        """Lets every pair follow its item's canonical label, as a job."""
        job = self._http.post(f"/review/training-sheets/{training_sheet_id}/refresh", Job)
        self._http.wake()
        return job

    def approve_training_sheet(
        self, training_sheet_id: UUID, *, version: int, incomplete: bool = False
    ) -> TrainingSheet:
        """Approves the whole; with `incomplete`, pairs that still wait are left out on purpose."""
        wanted = TrainingSheetApproval(version=version, incomplete=incomplete)
        return self._http.post(f"/review/training-sheets/{training_sheet_id}/approve", TrainingSheet, wanted)

    def reopen_training_sheet(self, training_sheet_id: UUID, *, version: int) -> TrainingSheet:
        """Takes an approval back."""
        wanted = Change(version=version)
        return self._http.post(f"/review/training-sheets/{training_sheet_id}/reopen", TrainingSheet, wanted)
