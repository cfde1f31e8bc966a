"""Drafts: what an expert has typed for an item and not submitted yet, kept on the server as they type."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.features.labels.kinds.answers import storable
from workbench.features.labels.queries import annotations as queries
from workbench.features.labels.rules import ItemKey
from workbench.features.labels.schemas import DraftContent, LabelDraft, LabelDraftIn
from workbench.features.labels.service.clearance import place
from workbench.features.labels.tables import AnnotationRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict, Invalid
from workbench.kernel.ids import new_id

AT_WORK = timedelta(minutes=10)  # a draft touched within this means that its owner is still at it


class DraftChanged(Conflict):
    """The same person saved this draft from somewhere else meanwhile; `details["current"]` is what is kept."""


def save_item_draft(session: Session, actor: Actor, body: LabelDraftIn) -> LabelDraft:
    """`save_draft` for an item of a sheet."""
    sheet, labelset = place(session, actor, body.sheet_id, body.label_type)
    item = ItemKey(sheet.space_id, body.item_ref)
    return save_draft(session, actor, item, labelset.labelset_id, body.content, body.version)


def item_draft_of(session: Session, actor: Actor, sheet_id: UUID, label_type: str, item_ref: str) -> LabelDraft | None:
    """`draft_of` for an item of a sheet."""
    sheet, labelset = place(session, actor, sheet_id, label_type)
    return draft_of(session, actor, ItemKey(sheet.space_id, item_ref), labelset.labelset_id)


def discard_item_draft(session: Session, actor: Actor, sheet_id: UUID, label_type: str, item_ref: str) -> None:
    """`discard_draft` for an item of a sheet."""
    sheet, labelset = place(session, actor, sheet_id, label_type)
    discard_draft(session, actor, ItemKey(sheet.space_id, item_ref), labelset.labelset_id)


def save_draft(
    session: Session, actor: Actor, item: ItemKey, labelset_id: UUID, content: DraftContent, version: int | None
) -> LabelDraft:
    """Keeps the actor's draft for an item. `version` is the one saved last, None for the first time.

    Raises `DraftChanged` when another window of the same person saved since, and `Invalid` on what JSON cannot hold.
    """
    unkeepable = storable(content.model_dump(mode="json"))
    if unkeepable:
        raise Invalid(unkeepable[0].message, field="content")
    row = queries.draft(session, item.space_id, labelset_id, item.item_ref, actor.id)
    if (row.version if row else None) != version:
        raise DraftChanged(
            "This draft was saved in another window meanwhile." if row else "This draft was discarded meanwhile.",
            field="version",
            fix="Look at both and choose.",
            details={"current": as_draft(row).model_dump(mode="json") if row else None},
        )
    if row is None:
        row = AnnotationRow(
            id=new_id(),
            workspace_id=actor.workspace_id,
            space_id=item.space_id,
            item_ref=item.item_ref,
            labelset_id=labelset_id,
            actor_id=actor.id,
            actor_name=actor.name,
            state="draft",
        )
        session.add(row)
    row.content = content.model_dump(mode="json")
    row.changed_at = now()
    session.flush()
    return as_draft(row)


def draft_of(session: Session, actor: Actor, item: ItemKey, labelset_id: UUID) -> LabelDraft | None:
    """The actor's own draft for an item."""
    row = queries.draft(session, item.space_id, labelset_id, item.item_ref, actor.id)
    return as_draft(row) if row else None


def discard_draft(session: Session, actor: Actor, item: ItemKey, labelset_id: UUID) -> None:
    """Forgets the actor's draft, because it was submitted or is not wanted; nothing happens when there is none."""
    queries.delete_draft(session, item.space_id, labelset_id, item.item_ref, actor.id)


def others_at_work(session: Session, actor: Actor, item: ItemKey, labelset_id: UUID) -> list[str]:
    """The names of others who typed something for this item just now."""
    return queries.drafters(session, item.space_id, labelset_id, item.item_ref, actor.id, since=now() - AT_WORK)


def as_draft(row: AnnotationRow) -> LabelDraft:
    """The wire shape of a draft."""
    return LabelDraft(
        id=row.id,
        item_ref=row.item_ref,
        labelset_id=row.labelset_id,
        content=DraftContent.model_validate(row.content),
        changed_at=row.changed_at,
        version=row.version,
    )
