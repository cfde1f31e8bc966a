"""REST of training sheets and their pairs: preview, generate, watch over, read."""

from __future__ import annotations

from itertools import chain
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import StreamingResponse

from workbench.features.generation import service
from workbench.features.generation.schemas import (
    GenerateIn,
    LabelCoverage,
    Pair,
    PairLine,
    PairPage,
    PairPreviewIn,
    PairPreviews,
    RetryFailures,
    TrainingSheet,
    TrainingSheetChange,
    TrainingSheetCopy,
    TrainingSheetState,
)
from workbench.features.jobs.schemas import Job
from workbench.kernel.actor import Actor
from workbench.kernel.paging import Page
from workbench.kernel.schema import Change
from workbench.kernel.vocabulary import Use
from workbench.requests import DbSession, Wired, allow, once

router = APIRouter(tags=["training sheets"])

Reader = Annotated[Actor, allow("training_sheets.read")]
Writer = Annotated[Actor, allow("training_sheets.write")]
Generator = Annotated[Actor, allow("generation.write")]
PairReader = Annotated[Actor, allow("pairs.read")]

ARROW = "application/vnd.apache.arrow.stream"


@router.get("/training-sheets")
def list_training_sheets(
    actor: Reader,
    session: DbSession,
    search: str | None = None,
    state: TrainingSheetState | None = None,
    sheet_id: UUID | None = None,
    template_id: UUID | None = None,
    labelset_id: UUID | None = None,
    archived: bool | None = False,
    sort: str = "newest",
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[TrainingSheet]:
    """Training sheets of the workspace, `newest` or `oldest` first."""
    return service.list_training_sheets(
        session,
        actor,
        search=search,
        state=state,
        sheet_id=sheet_id,
        template_id=template_id,
        labelset_id=labelset_id,
        archived=archived,
        sort=sort,
        cursor=cursor,
        limit=limit,
    )


@router.post("/training-sheets", status_code=201)
def generate_training_sheet(body: GenerateIn, actor: Generator, session: DbSession, backends: Wired) -> TrainingSheet:
    """Starts making a training sheet; its job makes the pairs."""
    return service.generate_training_sheet(session, actor, backends, body)


@router.post("/training-sheets/preview", dependencies=[once()])
def preview_training_sheet(body: PairPreviewIn, actor: Generator, backends: Wired) -> PairPreviews:
    """The first pairs as they would be made. No model is asked and nothing is kept."""
    return service.preview(backends, actor, body)


@router.get("/training-sheets/coverage")
def get_coverage(
    sheet_id: UUID,
    template_version_id: UUID,
    actor: Reader,
    backends: Wired,
    column: Annotated[str | None, Query(max_length=200)] = None,
) -> LabelCoverage:
    """How much of a sheet is labeled already, as generating with a template, and with a column's answers, would find
    it."""
    return service.coverage(backends, actor, sheet_id, template_version_id, column)


@router.get("/training-sheets/{training_sheet_id}")
def get_training_sheet(training_sheet_id: UUID, actor: Reader, session: DbSession) -> TrainingSheet:
    """One training sheet, with exact counts."""
    return service.get_training_sheet(session, actor, training_sheet_id)


@router.patch("/training-sheets/{training_sheet_id}")
def change_training_sheet(
    training_sheet_id: UUID, body: TrainingSheetChange, actor: Writer, session: DbSession
) -> TrainingSheet:
    """Renames or describes a training sheet."""
    return service.change_training_sheet(session, actor, training_sheet_id, body)


@router.delete("/training-sheets/{training_sheet_id}", status_code=202)
def delete_training_sheet(
    training_sheet_id: UUID, version: int, actor: Writer, session: DbSession, backends: Wired
) -> Job:
    """Removes a training sheet that was never approved; a job removes its pairs. Canonical labels stay."""
    return service.delete_training_sheet(session, actor, backends, training_sheet_id, version)


@router.post("/training-sheets/{training_sheet_id}/archive")
def archive_training_sheet(training_sheet_id: UUID, body: Change, actor: Writer, session: DbSession) -> TrainingSheet:
    """Takes a training sheet out of the lists."""
    return service.archive_training_sheet(session, actor, training_sheet_id, body.version)


@router.post("/training-sheets/{training_sheet_id}/restore")
def restore_training_sheet(training_sheet_id: UUID, body: Change, actor: Writer, session: DbSession) -> TrainingSheet:
    """Puts an archived training sheet back."""
    return service.restore_training_sheet(session, actor, training_sheet_id, body.version)


@router.post("/training-sheets/{training_sheet_id}/duplicate", status_code=201)
def duplicate_training_sheet(
    training_sheet_id: UUID, body: TrainingSheetCopy, actor: Generator, session: DbSession, backends: Wired
) -> TrainingSheet:
    """Makes a training sheet like this one from the newest data, with another template version where given."""
    return service.duplicate_training_sheet(session, actor, backends, training_sheet_id, body)


@router.post("/training-sheets/{training_sheet_id}/finish")
def finish_training_sheet(training_sheet_id: UUID, body: Change, actor: Generator, session: DbSession) -> TrainingSheet:
    """Ends a stopped generation with the pairs there are, and opens them for review."""
    return service.finish_training_sheet(session, actor, training_sheet_id, body.version)


@router.post("/training-sheets/{training_sheet_id}/retry-failures", status_code=202)
def retry_failures(
    training_sheet_id: UUID, body: RetryFailures, actor: Generator, session: DbSession, backends: Wired
) -> Job:
    """Asks the model again about the pairs that it gave no usable answer for."""
    return service.retry_failures(session, actor, backends, training_sheet_id, body)


@router.get("/training-sheets/{training_sheet_id}/pairs")
def list_pairs(
    training_sheet_id: UUID, actor: PairReader, session: DbSession, wanted: Annotated[PairPage, Query()]
) -> Page[PairLine]:
    """Pairs by position, without their prompts; `search` looks in the item_ref."""
    return service.list_pairs(session, actor, training_sheet_id, wanted)


@router.get("/training-sheets/{training_sheet_id}/pairs.arrow", response_class=StreamingResponse)
def read_pairs(training_sheet_id: UUID, use: Use, actor: PairReader, backends: Wired) -> StreamingResponse:
    """The pairs that the gate allows for a use, as an Arrow stream; leaves an exit."""
    batches = service.read_pairs(backends, actor, training_sheet_id, use)
    first = next(batches, None)  # errors come before the answer begins
    rest = batches if first is None else chain([first], batches)
    return StreamingResponse(service.as_stream(rest), media_type=ARROW)


@router.get("/pairs/{pair_id}")
def get_pair(pair_id: UUID, actor: PairReader, session: DbSession) -> Pair:
    """A whole pair."""
    return service.get_pair(session, actor, pair_id)
