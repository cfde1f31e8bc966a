"""REST of canonical labels: lists, one label, its history, taking it back."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from workbench.features.governance.schemas import Explanation
from workbench.features.labels import service
from workbench.features.labels.schemas import Label, LabelHistory, RetractLabel, RevertLabel
from workbench.kernel.actor import Actor
from workbench.kernel.paging import Page
from workbench.kernel.vocabulary import Confidence, Verdict
from workbench.requests import DbSession, Wired, allow

router = APIRouter(prefix="/labels", tags=["labels"])

Reader = Annotated[Actor, allow("labels.read")]
Writer = Annotated[Actor, allow("labels.write")]


@router.get("")
def list_labels(
    actor: Reader,
    session: DbSession,
    backends: Wired,
    label_type: str,
    sheet_id: Annotated[UUID | None, Query(description="Only labels of items of this sheet's table.")] = None,
    verdict: Annotated[Verdict | None, Query(description="Retracted labels show only when asked for.")] = None,
    confidence: Confidence | None = None,
    labeled_by: Annotated[UUID | None, Query(description="Id of the person whose answer stands.")] = None,
    stale: Annotated[bool | None, Query(description="Needs `sheet_id`; pages may be short.")] = None,
    search: Annotated[str | None, Query(description="A part of the item_ref.")] = None,
    sort: Annotated[str, Query(description="`newest`, `oldest`, or `item_ref` with a `sheet_id`.")] = "newest",
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[Label]:
    """Labels of a label type."""
    return service.list_labels(
        session,
        actor,
        backends,
        label_type,
        sheet_id=sheet_id,
        verdict=verdict,
        confidence=confidence,
        labeled_by=labeled_by,
        stale=stale,
        search=search,
        sort=sort,
        cursor=cursor,
        limit=limit,
    )


@router.get("/of-item")
def get_label_of_item(
    actor: Reader, session: DbSession, backends: Wired, sheet_id: UUID, item_ref: str, label_type: str
) -> Label:
    """The label of an item of a sheet, and whether it is stale."""
    return service.label_of_item(session, actor, backends, sheet_id, item_ref, label_type)


@router.get("/{label_id}")
def get_label(label_id: UUID, actor: Reader, session: DbSession) -> Label:
    """One label as it stands now."""
    return service.get_label(session, actor, label_id)


@router.get("/{label_id}/history")
def get_label_history(label_id: UUID, actor: Reader, session: DbSession) -> LabelHistory:
    """Everything a label ever said, newest first, each with what it changed."""
    return service.history_of_label(session, actor, label_id)


@router.get("/{label_id}/uses")
def explain_label(label_id: UUID, actor: Reader, session: DbSession) -> Explanation:
    """For every use, whether the label by itself may serve it, and what stands in the way."""
    return service.explain_label(session, actor, label_id)


@router.post("/{label_id}/retract")
def retract_label(label_id: UUID, body: RetractLabel, actor: Writer, session: DbSession) -> Label:
    """Takes a label back; nothing may use it any more."""
    return service.retract_label(session, actor, label_id, body)


@router.post("/{label_id}/revert")
def revert_label(label_id: UUID, body: RevertLabel, actor: Writer, session: DbSession) -> Label:
    """Makes an earlier version of a label its newest one again."""
    return service.revert_label(session, actor, label_id, body)
