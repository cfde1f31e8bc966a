"""Job steps of review: decide for many pairs, undo that, and bring a training sheet up to its labels."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from workbench.features.jobs.service import JobKind, Work
from workbench.features.review.schemas import BulkDecision
from workbench.features.review.service import bulk, refresh


def decide(work: Work) -> dict[str, Any]:
    """Decides batch by batch, by position, so that an attempt goes on behind the last pair that was decided."""
    assert work.subject_id is not None
    wish = BulkDecision.model_validate(dict(work.arguments))
    tally = Counter(work.checkpoint.get("tally", {}))
    after: int | None = work.checkpoint.get("after", -1)
    while after is not None:
        with work.step() as session:
            after, batch = bulk.decide_batch(
                session, work.actor, work.subject_id, wish, batch_id=work.job_id, after=after
            )
            tally += batch
            work.done += batch.total() - batch["followed"]
            if after is not None:
                work.checkpoint = {"after": after, "tally": dict(tally)}
    return dict(tally)


def undo(work: Work) -> dict[str, Any]:
    """Takes back a bulk job's actions in their order, those of one step together; its result names that job."""
    assert work.subject_id is not None
    undone = UUID(work.arguments["batch_id"])
    tally = Counter(work.checkpoint.get("tally", {}))
    after = UUID(work.checkpoint["after"]) if "after" in work.checkpoint else None
    while True:
        with work.step() as session:
            after, batch = bulk.undo_batch(
                session, work.actor, work.subject_id, undone, batch_id=work.job_id, after=after
            )
            tally += batch
            work.done += batch.total() - batch["followed"]
            if after is not None:
                work.checkpoint = {"after": str(after), "tally": dict(tally)}
        if after is None:
            return {"batch_id": str(undone), **tally}


def follow(work: Work) -> dict[str, Any]:
    """Reads pairs, labels and items without holding anything up, then writes what follows in a short step."""
    assert work.subject_id is not None
    tally = Counter(work.checkpoint.get("tally", {}))
    after: int = work.checkpoint.get("after", -1)
    while True:
        with work.backends.database.read() as session:
            seen, known = refresh.look_ahead(session, work.backends, work.actor, work.subject_id, after)
        if not seen:
            return dict(tally)
        with work.step() as session:
            tally += refresh.follow_labels(session, work.actor, work.subject_id, seen, known, batch_id=work.job_id)
            after = seen[-1].position
            work.done += len(seen)
            work.checkpoint = {"after": after, "tally": dict(tally)}


JOB_KINDS = {
    bulk.DECIDE: JobKind("pairs.review", decide),
    bulk.UNDO: JobKind("pairs.review", undo),
    refresh.REFRESH: JobKind("pairs.review", follow),
}
