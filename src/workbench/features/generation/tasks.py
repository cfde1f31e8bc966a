"""Job steps of generation: make the pairs of a training sheet, ask again about failures, remove its pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from operator import attrgetter
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.features.generation.asking import Answering
from workbench.features.generation.making import Making, NewPair, make_pairs
from workbench.features.generation.queries import pairs as pair_queries
from workbench.features.generation.queries import training_sheets as queries
from workbench.features.generation.schemas import Origin, TrainingSheetState
from workbench.features.generation.service.generating import GENERATE, RETRY
from workbench.features.generation.service.preparing import Prepared, making_of, prepare, require_may_send
from workbench.features.generation.service.training_sheets import DELETE, recipe_of
from workbench.features.generation.tables import TrainingSheetRow
from workbench.features.jobs.service import JobKind, Work
from workbench.features.labels import service as labels
from workbench.features.labels.rules import Submission
from workbench.features.labels.schemas import ChangeKind
from workbench.features.models.schemas import ModelKind
from workbench.features.sheets import service as sheets
from workbench.features.sheets.schemas import ITEM_REF
from workbench.kernel.clock import now
from workbench.kernel.errors import NotFound
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import PairStatus

T = TypeVar("T")

BATCH = 5_000  # items read, rendered and written at once
WAVES = 8  # questions between two writes, for each that is asked at the same time
CONTENT = (
    "item_ref", "status", "origin", "messages", "value", "digest", "label_id", "label_number", "stale",
    "model_confidence", "problem", "reviewed_by", "reviewed_by_name", "reviewed_at",
)  # fmt: skip
REMOVED = 5_000  # pairs deleted in one step


@dataclass(frozen=True, slots=True)
class Plan:
    """A training sheet on its way, with what its pairs are made with."""

    row: TrainingSheetRow
    prepared: Prepared
    making: Making


def generate(work: Work) -> dict[str, Any]:
    """Makes the pairs of a training sheet in the order of its items, batch by batch, and opens it for review."""
    plan = _plan(work)
    if plan.row.state != TrainingSheetState.GENERATING:
        return {}
    resumed = bool(work.checkpoint.get("position"))
    answering = Answering(
        work, plan.prepared, plan.row.pins, salt="" if plan.prepared.recipe.reuse_answers else str(plan.row.id)
    )
    with closing(_one_ahead(_batches(work, plan))) as batches:
        for pairs in batches:
            known = _present(work, plan, pairs) if resumed else frozenset()
            fresh = [pair for pair in pairs if pair.item_ref not in known]
            _fill(work, plan, answering, [pair for pair in fresh if pair.asks])
            with work.step() as session:
                _write(session, work, plan, fresh)
                work.checkpoint["position"] = work.checkpoint.get("position", 0) + len(pairs)
                work.done = work.checkpoint["position"]
    with work.step() as session:
        queries.open_for_review(session, plan.row.id)
        work.total = work.done
    return _result(work, plan.row.id)


def retry(work: Work) -> dict[str, Any]:
    """Asks the model again about pairs that it gave no usable answer for."""
    plan = _plan(work)
    answering = Answering(work, plan.prepared, plan.row.pins, str(work.job_id))
    kinds, size = work.arguments["kinds"], _piece(plan)
    while True:
        after = work.checkpoint.get("position", -1)
        with work.backends.database.read() as session:
            rows = pair_queries.failed(session, plan.row.id, kinds=kinds, after=after, limit=size)
        if not rows:
            return _result(work, plan.row.id)
        items = {
            item.item_ref: item.fields
            for item in sheets.items(
                work.backends,
                work.actor,
                plan.prepared.sheet,
                [row.item_ref for row in rows],
                plan.row.pins,
                plan.making.fields,
            )
        }
        asked = [
            NewPair(row.item_ref, items.get(row.item_ref, {}), b"", Origin.AI_GENERATED, row.messages) for row in rows
        ]
        _fill(work, plan, answering, asked)
        with work.step() as session:
            mended = 0
            for row, pair in zip(rows, asked, strict=True):
                values = {"value": pair.value, "problem": pair.problem, "model_confidence": pair.model_confidence}
                if pair_queries.answer(session, row.id, row.version, values) and pair.problem is None:
                    mended += 1
            queries.add_to_counts(session, plan.row.id, {"failed": -mended})
            work.checkpoint["position"] = rows[-1].position
            work.checkpoint["mended"] = work.checkpoint.get("mended", 0) + mended
            work.done += len(rows)
            work.failures += len(rows) - mended


def delete(work: Work) -> dict[str, Any]:
    """Removes a training sheet that was given up, some pairs at a time."""
    assert work.subject_id is not None
    while True:
        with work.step() as session:
            removed = queries.remove_pairs(session, work.subject_id, REMOVED)
            work.done += removed
            if removed == 0:
                queries.remove(session, work.subject_id)
        if removed == 0:
            return {"removed": work.done}


JOB_KINDS = {
    GENERATE: JobKind("generation.write", generate),
    RETRY: JobKind("generation.write", retry),
    DELETE: JobKind(None, delete),
}


def _plan(work: Work) -> Plan:
    assert work.subject_id is not None
    with work.backends.database.read() as session:
        row = queries.get(session, work.subject_id, work.actor.workspace_id)
        if row is None:
            raise NotFound("The training sheet is gone.")
        session.expunge(row)
        prepared = prepare(session, work.actor, recipe_of(row), begun=True)
        return Plan(row, prepared, making_of(session, prepared, row.exposure_id))


def _fill(work: Work, plan: Plan, answering: Answering, pairs: Sequence[NewPair]) -> None:
    """Has the model answer, if it still may see the prompts: a job can run for hours, and rules change meanwhile."""
    if pairs:
        with work.backends.database.read() as session:
            require_may_send(session, work.actor, plan.prepared, plan.row.exposure_id)
        answering.fill(pairs)


def _batches(work: Work, plan: Plan) -> Iterator[list[NewPair]]:
    """The pairs still to make, in pieces that are written together."""
    limit = plan.prepared.recipe.limit
    file_hash = sheets.file_hash(work.backends, work.actor)
    start = work.checkpoint.get("position", 0)
    size = _piece(plan)
    for batch in sheets.scan(
        work.backends, work.actor, plan.prepared.sheet, plan.row.pins, plan.making.all_fields(), BATCH, start=start
    ):
        if limit is not None:
            batch = batch.slice(0, max(0, limit - start))
        if batch.num_rows == 0:
            return
        start += batch.num_rows
        refs = batch.column(batch.schema.get_field_index(ITEM_REF)).to_pylist()
        with work.backends.database.read() as session:
            heads = labels.heads(session, plan.prepared.sheet.space_id, plan.prepared.labelset.labelset_id, refs)
        pairs = make_pairs(batch, plan.making, heads, file_hash)
        for first in range(0, len(pairs), size):
            yield pairs[first : first + size]


def _one_ahead(batches: Iterator[T]) -> Generator[T, None, None]:
    """The batches; the next one is made in a thread of its own while the last is written.

    One thread for all of them: a program that ends lets a job's threads finish, but gives them no new work.
    """
    asked: SimpleQueue[bool] = SimpleQueue()
    made: SimpleQueue[tuple[T | None, Exception | None]] = SimpleQueue()

    def make() -> None:
        while asked.get():
            try:
                made.put((next(batches, None), None))
            except Exception as error:
                made.put((None, error))

    maker = Thread(target=make, name="generation", daemon=True)
    maker.start()
    try:
        asked.put(True)
        while True:
            batch, error = made.get()
            if error is not None:
                raise error
            if batch is None:
                return
            asked.put(True)
            yield batch
    finally:
        asked.put(False)
        maker.join()


def _piece(plan: Plan) -> int:
    """How many pairs are written together: fewer when each waits for a model, so that a stop loses little."""
    endpoint = plan.prepared.endpoint
    if endpoint is None or endpoint.kind is ModelKind.NEAREST_LABEL:
        return BATCH
    return min(BATCH, endpoint.concurrency * WAVES)


def _present(work: Work, plan: Plan, pairs: Sequence[NewPair]) -> set[str]:
    """Those items that have their pair from before, should a source that has no pin have moved them."""
    with work.backends.database.read() as session:
        return pair_queries.present(session, plan.row.id, (pair.item_ref for pair in pairs))


def _write(session: Session, work: Work, plan: Plan, pairs: Sequence[NewPair]) -> None:
    """Pairs, the labels that a trusted column makes, and the counts, in one transaction."""
    ids = [new_id() for _ in pairs]
    _submit(session, work, plan, pairs, ids)
    first, count = work.checkpoint.get("next", 0), len(pairs)
    content = {name: list(map(attrgetter(name), pairs)) for name in CONTENT}
    same = {"training_sheet_id": plan.row.id, "ordinal": 0, "notes": None, "claimed_by": None, "claimed_until": None}
    pair_queries.write(
        session,
        {
            "id": ids,
            "position": range(first, first + count),
            **content,
            **{name: [value] * count for name, value in (same | {"version": 1}).items()},
        },
    )
    work.checkpoint["next"] = first + count
    counts = Counter(str(pair.status) for pair in pairs)
    counts["total"] = count
    counts["reused"] = sum(pair.reviewed_at is not None and not pair.submits for pair in pairs)
    counts["stale"] = sum(pair.stale is not None for pair in pairs)
    counts["failed"] = sum(pair.problem is not None for pair in pairs)
    queries.add_to_counts(session, plan.row.id, counts)


def _submit(session: Session, work: Work, plan: Plan, pairs: Sequence[NewPair], ids: Sequence[UUID]) -> None:
    """Makes the answers of a trusted column canonical; where somebody labeled the item meanwhile, a person decides."""
    trusted = [(pair, pair_id) for pair, pair_id in zip(pairs, ids, strict=True) if pair.submits]
    if not trusted:
        return
    outcomes = labels.submit_many(
        session,
        work.actor,
        plan.row.space_id,
        plan.prepared.labelset,
        [Submission(pair.item_ref, pair.value, pair.digest, pair_id=pair_id) for pair, pair_id in trusted],
        exposure_id=plan.row.exposure_id,
        source="column",
        conflicts="skip",
    )
    moment = now()
    for (pair, _), outcome in zip(trusted, outcomes, strict=True):
        if outcome.change is ChangeKind.SKIPPED:
            continue
        pair.status = PairStatus.LABELED
        pair.label_id, pair.label_number = outcome.label.id, outcome.label.number
        pair.reviewed_by, pair.reviewed_by_name, pair.reviewed_at = work.actor.id, work.actor.name, moment


def _result(work: Work, training_sheet_id: UUID) -> dict[str, Any]:
    with work.backends.database.read() as session:
        counts = queries.counts(session, training_sheet_id)
    tokens = {name: count for name, count in work.checkpoint.items() if name.startswith("tokens")}
    return counts.model_dump() | tokens
