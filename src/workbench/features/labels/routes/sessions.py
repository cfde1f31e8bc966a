"""REST of labeling a sheet's items directly: walk, answer, drafts, progress."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from workbench.features.labels import service
from workbench.features.labels.schemas import (
    ItemToLabel,
    LabelDraft,
    LabelDraftIn,
    LabelIn,
    LabelingFilter,
    LabelingProgress,
    LabelOutcome,
)
from workbench.kernel.actor import Actor
from workbench.kernel.paging import Page
from workbench.requests import DbSession, Wired, allow

router = APIRouter(prefix="/labels", tags=["labels"])

Reader = Annotated[Actor, allow("labels.read")]
Writer = Annotated[Actor, allow("labels.write")]


@router.post("")
def label_item(body: LabelIn, actor: Writer, session: DbSession, backends: Wired) -> LabelOutcome:
    """Makes an answer the canonical label of an item, as the item is now."""
    return service.label_item(session, actor, backends, body)


@router.get("/items")
def next_to_label(
    actor: Reader,
    session: DbSession,
    backends: Wired,
    sheet_id: UUID,
    label_type: str,
    show: LabelingFilter = LabelingFilter.TO_DO,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[ItemToLabel]:
    """The next items of a sheet to label, in its order. A page may be short while `next_cursor` goes on."""
    return service.next_to_label(session, actor, backends, sheet_id, label_type, show=show, cursor=cursor, limit=limit)


@router.get("/item")
def get_item_to_label(
    actor: Reader, session: DbSession, backends: Wired, sheet_id: UUID, label_type: str, item_ref: str
) -> ItemToLabel:
    """One item of a sheet by its name, with how its label stands."""
    return service.get_item_to_label(session, actor, backends, sheet_id, label_type, item_ref)


@router.get("/progress")
def get_labeling_progress(
    actor: Reader,
    session: DbSession,
    backends: Wired,
    sheet_id: UUID,
    label_type: str,
    exact: Annotated[bool | None, Query(description="Look at every item of a large sheet too.")] = None,
) -> LabelingProgress:
    """How far a sheet is labeled with a label type, and by whom."""
    return service.progress_of_sheet(session, actor, backends, sheet_id, label_type, exact=exact)


@router.get("/draft")
def get_label_draft(
    actor: Reader, session: DbSession, sheet_id: UUID, label_type: str, item_ref: str
) -> LabelDraft | None:
    """Your own unfinished answer for an item, or null."""
    return service.item_draft_of(session, actor, sheet_id, label_type, item_ref)


@router.put("/draft")
def save_label_draft(body: LabelDraftIn, actor: Writer, session: DbSession) -> LabelDraft:
    """Keeps what you have typed for an item."""
    return service.save_item_draft(session, actor, body)


@router.delete("/draft", status_code=204)
def discard_label_draft(actor: Writer, session: DbSession, sheet_id: UUID, label_type: str, item_ref: str) -> None:
    """Forgets your unfinished answer for an item."""
    service.discard_item_draft(session, actor, sheet_id, label_type, item_ref)
