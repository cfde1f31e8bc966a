"""Every statement on model endpoints, on the answers already paid for, and on the labels a model learns from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from workbench.backends.database import in_chunks
from workbench.features.identity.tables import WorkspaceRow
from workbench.features.labels.queries.labels import HEAD, LABELS
from workbench.features.labels.tables import LabelCountRow
from workbench.features.models.schemas import ModelKind
from workbench.features.models.tables import ModelAnswerRow, ModelEndpointRow
from workbench.features.sheets.tables import ItemSpaceRow
from workbench.kernel.clock import now
from workbench.kernel.vocabulary import Classification, Verdict

EMBEDDED_NAME = "Nearest label"


def embedded_id(workspace_id: UUID) -> UUID:
    """The id of a workspace's embedded model."""
    return uuid5(workspace_id, "embedded model")


def get(session: Session, endpoint_id: UUID, workspace_id: UUID) -> ModelEndpointRow | None:
    """The endpoint, if it belongs to the workspace."""
    row = session.scalar(
        select(ModelEndpointRow).where(
            ModelEndpointRow.id == endpoint_id, ModelEndpointRow.workspace_id == workspace_id
        )
    )
    return _embedded(session, workspace_id) if row is None and endpoint_id == embedded_id(workspace_id) else row


def by_name(session: Session, name: str, workspace_id: UUID) -> ModelEndpointRow | None:
    """The endpoint of this name."""
    row = session.scalar(
        select(ModelEndpointRow).where(ModelEndpointRow.name == name, ModelEndpointRow.workspace_id == workspace_id)
    )
    if row is not None or name != EMBEDDED_NAME:
        return row
    embedded = get(session, embedded_id(workspace_id), workspace_id)
    return embedded if embedded is not None and embedded.name == name else None


def page(
    session: Session,
    workspace_id: UUID,
    *,
    search: str | None,
    kind: str | None,
    enabled: bool | None,
    after: str | None,
    limit: int,
) -> list[ModelEndpointRow]:
    """Endpoints by name, the embedded one among them."""
    query = select(ModelEndpointRow).where(ModelEndpointRow.workspace_id == workspace_id)
    if search:
        query = query.where(ModelEndpointRow.name.icontains(search, autoescape=True))
    if kind is not None:
        query = query.where(ModelEndpointRow.kind == kind)
    if enabled is not None:
        query = query.where(ModelEndpointRow.enabled == enabled)
    if after is not None:
        query = query.where(ModelEndpointRow.name > after)
    rows = list(session.scalars(query.order_by(ModelEndpointRow.name).limit(limit)))
    if session.get(ModelEndpointRow, embedded_id(workspace_id)) is None:
        embedded = _embedded(session, workspace_id)
        fits = (
            kind in (None, embedded.kind)
            and enabled in (None, True)
            and (search or "").lower() in embedded.name.lower()
        )
        if fits and embedded.name > (after or ""):
            rows = sorted([*rows, embedded], key=lambda row: row.name)[:limit]
    return rows


def reachable(session: Session) -> list[tuple[str, ModelEndpointRow]]:
    """The enabled endpoints with an address in every workspace, each with its workspace's slug."""
    rows = session.execute(
        select(WorkspaceRow.slug, ModelEndpointRow)
        .join(ModelEndpointRow, ModelEndpointRow.workspace_id == WorkspaceRow.id)
        .where(ModelEndpointRow.enabled, ModelEndpointRow.base_url.is_not(None))
        .order_by(WorkspaceRow.slug, ModelEndpointRow.name)
    )
    return [(slug, row) for slug, row in rows]


def _embedded(session: Session, workspace_id: UUID) -> ModelEndpointRow:
    """The embedded model as it comes with a workspace: no row until somebody changes it."""
    return ModelEndpointRow(
        id=embedded_id(workspace_id),
        workspace_id=workspace_id,
        name=EMBEDDED_NAME,
        kind=ModelKind.NEAREST_LABEL,
        base_url=None,
        model=None,
        key_name=None,
        max_classification=Classification.RESTRICTED.rank,
        concurrency=1,
        timeout_seconds=60,
        takes_images=False,
        enabled=True,
        created_by_name="Workbench",
        created_at=session.get_one(WorkspaceRow, workspace_id).created_at,
        version=1,
    )


def answers(session: Session, workspace_id: UUID, digests: Sequence[bytes]) -> dict[bytes, Any]:
    """The kept answers with these digests."""
    found: dict[bytes, Any] = {}
    for some in in_chunks(digests):
        rows = session.execute(
            select(ModelAnswerRow.digest, ModelAnswerRow.answer).where(
                ModelAnswerRow.workspace_id == workspace_id, ModelAnswerRow.digest.in_(some)
            )
        )
        found |= {bytes(row.digest): row.answer for row in rows}
    return found


def keep_answers(session: Session, workspace_id: UUID, answers: Mapping[bytes, Any]) -> None:
    """Keeps answers under their digests; one that is kept already stays."""
    insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    moment = now()
    rows = [
        {"workspace_id": workspace_id, "digest": digest, "answer": answer, "at": moment}
        for digest, answer in answers.items()
    ]
    for some in in_chunks(rows):
        session.execute(insert(ModelAnswerRow).on_conflict_do_nothing(), some)


def labels_to_learn(workspace_id: UUID, labelset_id: UUID, space_id: UUID) -> Select[Any]:
    """The answered labels of a labelset on a space, newest first: the columns of `HEAD` and what the gate asks for."""
    return (
        select(
            *HEAD,
            LABELS.c.id.label("label_id"),
            LABELS.c.exposure_id.label("label_exposure_id"),
            LABELS.c.verdict.label("label_verdict"),
        )
        .where(
            LABELS.c.workspace_id == workspace_id,
            LABELS.c.labelset_id == labelset_id,
            LABELS.c.space_id == space_id,
            LABELS.c.verdict == Verdict.ANSWERED,
        )
        .order_by(LABELS.c.id.desc())
    )


def labeled_spaces(session: Session, workspace_id: UUID, labelset_id: UUID) -> list[ItemSpaceRow]:
    """The item spaces on which a labelset has answers, oldest first."""
    return list(
        session.scalars(
            select(ItemSpaceRow)
            .join(LabelCountRow, LabelCountRow.space_id == ItemSpaceRow.id)
            .where(
                ItemSpaceRow.workspace_id == workspace_id,
                LabelCountRow.labelset_id == labelset_id,
                LabelCountRow.answered > 0,
            )
            .order_by(ItemSpaceRow.id)
        )
    )
