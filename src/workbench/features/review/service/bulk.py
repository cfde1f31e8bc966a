"""One decision for every pair that matches a filter, as a job in short steps, and undoing it as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
from workbench.features.generation.queries import filters
from workbench.features.generation.schemas import PairFilter
from workbench.features.generation.service import require_training_sheet
from workbench.features.generation.tables import TrainingSheetRow
from workbench.features.jobs import service as jobs
from workbench.features.jobs.schemas import Job, JobStatus
from workbench.features.labels import service as labels
from workbench.features.labels.kinds import kind_of
from workbench.features.labels.rules import LabelHead, Submission
from workbench.features.labels.rules.labels import collides
from workbench.features.labels.schemas import LabelsetVersion
from workbench.features.review import rules
from workbench.features.review.queries import actions, claims, pairs
from workbench.features.review.rules import Standing
from workbench.features.review.schemas import ActionKind, BulkAction, BulkDecision, BulkEstimate
from workbench.features.review.service import changes, undo
from workbench.features.review.service.changes import Change, Says
from workbench.features.review.service.clearance import require_sheet_view
from workbench.features.review.service.opening import require_open
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict
from workbench.kernel.vocabulary import Confidence, PairStatus, Verdict

DECIDE = "pair.decide"
UNDO = "pair.undo"
BATCH = 500  # pairs of one step: some tens of milliseconds in which other writers wait

STATUS = {
    BulkAction.APPROVE: PairStatus.LABELED,
    BulkAction.REJECT: PairStatus.REJECTED,
    BulkAction.FLAG: PairStatus.FLAGGED,
    BulkAction.RESET: PairStatus.UNLABELED,
}


class MatchChanged(Conflict):
    """By now another number of pairs matches than the person was shown; `details["matching"]` is the number."""


def estimate_bulk(session: Session, actor: Actor, training_sheet_id: UUID, wanted: PairFilter) -> BulkEstimate:
    """How many pairs match, and how they stand. Raises `AboveClearance` for the key, which `search` could guess."""
    sheet = require_training_sheet(session, actor, training_sheet_id)
    labels.require_space(session, actor, sheet.space_id)
    found = pairs.count_by_status(session, sheet.id, filters.conditions(sheet, wanted))
    return BulkEstimate(matching=sum(found.values()), **{status: found.get(status, 0) for status in PairStatus})


def decide_in_bulk(
    session: Session, actor: Actor, backends: Backends, training_sheet_id: UUID, bulk: BulkDecision
) -> Job:
    """Submits a job that decides the same for every pair that matches. Raises `MatchChanged`, `NotUnderReview`.

    Pairs that the decision cannot be made for (no answer, one that does not fit, a newer label) are left as they are
    and counted in the job's result.
    """
    sheet = require_training_sheet(session, actor, training_sheet_id)
    require_open(sheet)
    require_sheet_view(session, actor, sheet)
    matching = claims.count_matching(session, sheet.id, filters.conditions(sheet, bulk.filter))
    if bulk.expected is not None and bulk.expected != matching:
        raise MatchChanged(
            f"{matching} pairs match by now, not {bulk.expected}.",
            field="expected",
            fix="Look at the list again and repeat.",
            details={"matching": matching},
        )
    return jobs.submit(
        session,
        actor,
        backends,
        kind=DECIDE,
        title=f"{bulk.action.title()} {matching:,} pairs of {sheet.name}",
        subject_kind="training_sheet",
        subject_id=sheet.id,
        arguments=bulk.model_dump(mode="json", exclude={"expected"}),
        total=matching,
        unit="pairs",
    )


def undo_bulk(session: Session, actor: Actor, backends: Backends, batch_id: UUID) -> Job:
    """Submits a job that takes back what a bulk job did, except where somebody changed a pair since.

    Somebody else's bulk job takes `training_sheets.write`. Raises `Conflict` while that job still runs, or when
    nothing of it stands.
    """
    job = jobs.get_job(session, actor, batch_id)
    first = actions.of_batch(session, batch_id, after=None, limit=1)
    if job.kind != DECIDE or not first:
        raise Conflict("Nothing that this job did still stands.", field="batch_id", fix="There is nothing to undo.")
    if job.status in (JobStatus.QUEUED, JobStatus.RUNNING):
        raise Conflict("This job still runs.", field="batch_id", fix="Cancel it first, then undo what it did.")
    sheet = require_training_sheet(session, actor, first[0].training_sheet_id)
    require_open(sheet)
    if first[0].actor_id != actor.id:
        actor.require("training_sheets.write")
    return jobs.submit(
        session,
        actor,
        backends,
        kind=UNDO,
        title=f"Undo: {job.title}",
        subject_kind="training_sheet",
        subject_id=sheet.id,
        arguments={"batch_id": str(batch_id)},
        total=actions.count_of_batch(session, batch_id),
        unit="pairs",
    )


def decide_batch(
    session: Session, actor: Actor, training_sheet_id: UUID, bulk: BulkDecision, *, batch_id: UUID, after: int
) -> tuple[int | None, Counter[str]]:
    """Decides the next pairs behind a position; gives the position reached (None at the end) and a tally."""
    actor.require("pairs.review")  # which they may have lost since the job began
    sheet = require_training_sheet(session, actor, training_sheet_id)
    require_open(sheet)
    rows = pairs.matching(session, sheet.id, filters.conditions(sheet, bulk.filter), after=after, limit=BATCH)
    if not rows:
        return None, Counter()
    seen = {row.id: row.version for row in rows}
    locked = pairs.lock(session, sheet, {row.id: row.item_ref for row in rows})
    tally: Counter[str] = Counter()
    mine = []
    for pair in locked:
        if pair.id in seen and pair.version != seen[pair.id]:
            tally["changed_meanwhile"] += 1
        elif pair.id in seen:
            mine.append(pair)
    wanted = _changes(session, actor, sheet, mine, bulk, tally)
    applied = changes.apply(session, actor, sheet, wanted, locked, conflicts="skip", batch_id=batch_id)
    tally["decided"] += len(applied.done)
    tally["label_changed"] += len(applied.skipped)
    tally["followed"] += applied.followed
    return rows[-1].position, tally


def undo_batch(
    session: Session, actor: Actor, training_sheet_id: UUID, undone: UUID, *, batch_id: UUID, after: UUID | None
) -> tuple[UUID | None, Counter[str]]:
    """Takes back the next actions of a bulk job; gives the last one (None at the end) and a tally."""
    actor.require("pairs.review")
    sheet = require_training_sheet(session, actor, training_sheet_id)
    require_open(sheet)
    rows = actions.of_batch(session, undone, after=after, limit=BATCH)
    if not rows:
        return None, Counter()
    reversal = undo.reverse(session, sheet, rows, ActionKind.UNDO)
    applied = changes.apply(
        session,
        actor,
        sheet,
        reversal.changes,
        reversal.locked,
        source="revert",
        conflicts="skip",
        batch_id=batch_id,
    )
    return rows[-1].id, Counter(
        undone=len(applied.done),
        changed_since=len(reversal.overtaken) + len(applied.skipped),
        followed=applied.followed,
    )


def _changes(
    session: Session,
    actor: Actor,
    sheet: TrainingSheetRow,
    mine: Sequence[Standing],
    bulk: BulkDecision,
    tally: Counter[str],
) -> list[Change]:
    """The changes to make; pairs that the decision cannot be made for are counted by why."""
    status = STATUS[bulk.action]
    fields = rules.settled(status, actor, now(), bulk.notes)
    kind = ActionKind(bulk.action.value)
    todo = [pair for pair in mine if pair.status != status]
    tally["already_so"] += len(mine) - len(todo)
    if bulk.action is not BulkAction.APPROVE:
        return [Change(pair, kind, dict(fields)) for pair in todo]
    version = labels.require_version(session, actor, sheet.labelset_version_id)
    heads = labels.heads(session, sheet.space_id, sheet.labelset_id, [pair.item_ref for pair in todo])
    found = []
    for pair in todo:
        head = heads.get(pair.item_ref) if pair.ordinal == 0 else None
        obstacle = _obstacle(pair, head, version)
        if obstacle:
            tally[obstacle] += 1
            continue
        says = Says(_submission(pair, head, bulk), version.id, sheet.exposure_id) if pair.ordinal == 0 else None
        found.append(Change(pair, kind, dict(fields), says))
    return found


def _obstacle(pair: Standing, head: LabelHead | None, version: LabelsetVersion) -> str | None:
    if pair.value is None:
        return "no_answer"
    if kind_of(version.kind).check(pair.value, version):
        return "answer_does_not_fit"
    if collides(head, rules.expected_label(pair, None, stands=head is not None)):
        return "label_changed"
    return None


def _submission(pair: Standing, head: LabelHead | None, bulk: BulkDecision) -> Submission:
    same = head is not None and head.verdict is Verdict.ANSWERED and head.value == pair.value
    return Submission(
        item_ref=pair.item_ref,
        value=pair.value,
        digest=pair.digest,
        expected_version=rules.expected_label(pair, None, stands=head is not None),
        confidence=head.confidence if head and same else Confidence.HIGH,
        notes=bulk.notes if bulk.notes is not None else head.notes if head and same else "",
        pair_id=pair.id,
    )
