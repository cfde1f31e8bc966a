"""Every statement on usage constraints and waivers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import CursorResult, String, bindparam, column, or_, select, table, update
from sqlalchemy.orm import Session

from workbench.backends.database import Id, in_chunks
from workbench.features.governance.schemas import SubjectKind
from workbench.features.governance.tables import UsageConstraintRow, WaiverRow

# The gate asks this for every pair that is shown, so it is spelled once.
_CONSTRAINTS = select(UsageConstraintRow).where(
    UsageConstraintRow.workspace_id == bindparam("workspace_id"),
    UsageConstraintRow.subject_id.in_(bindparam("subject_ids", expanding=True)),
)

# Sheets and labelsets belong further up the house; all that is asked of them here is what they are called.
_NAMED = {
    kind: table(kind.value, column("id", Id()), column("workspace_id", Id()), column("name", String()))
    for kind in (SubjectKind.SHEET, SubjectKind.LABELSET)
}


def name_of(session: Session, workspace_id: UUID, kind: SubjectKind, subject_id: UUID) -> str | None:
    """What a subject is called; None where it has no name."""
    if kind not in _NAMED:
        return None
    called = _NAMED[kind].c
    return session.scalar(select(called.name).where(called.id == subject_id, called.workspace_id == workspace_id))


def constraint(session: Session, workspace_id: UUID, kind: SubjectKind, subject_id: UUID) -> UsageConstraintRow | None:
    """A subject's own constraints."""
    return session.scalar(
        select(UsageConstraintRow)
        .where(
            UsageConstraintRow.subject_kind == kind,
            UsageConstraintRow.subject_id == subject_id,
            UsageConstraintRow.workspace_id == workspace_id,
        )
        .execution_options(populate_existing=True)
    )


def constraints(
    session: Session, workspace_id: UUID, subjects: Iterable[tuple[SubjectKind, UUID]]
) -> dict[tuple[SubjectKind, UUID], UsageConstraintRow]:
    """The constraints of several subjects, of those that have any."""
    wanted = set(subjects)
    rows = {}
    for chunk in in_chunks(sorted({subject_id for _, subject_id in wanted})):
        found = session.scalars(_CONSTRAINTS, {"workspace_id": workspace_id, "subject_ids": chunk})
        rows.update({(SubjectKind(row.subject_kind), row.subject_id): row for row in found})
    return {subject: row for subject, row in rows.items() if subject in wanted}


def constrained(session: Session, kinds: Iterable[SubjectKind]) -> set[SubjectKind]:
    """The kinds of which any subject has constraints of its own, in whatever workspace."""
    of_kind = select(UsageConstraintRow.subject_id).limit(1)
    return {
        kind for kind in kinds if session.scalar(of_kind.where(UsageConstraintRow.subject_kind == kind)) is not None
    }


def waiver(session: Session, workspace_id: UUID, waiver_id: UUID) -> WaiverRow | None:
    """One waiver."""
    return session.scalar(select(WaiverRow).where(WaiverRow.id == waiver_id, WaiverRow.workspace_id == workspace_id))


def standing_waivers(
    session: Session, workspace_id: UUID, kind: SubjectKind, refs: Iterable[str], moment: datetime
) -> dict[str, WaiverRow]:
    """The waivers that stand at a moment, by subject."""
    rows: dict[str, WaiverRow] = {}
    for chunk in in_chunks(dict.fromkeys(refs)):
        found = session.scalars(
            select(WaiverRow).where(
                WaiverRow.workspace_id == workspace_id,
                WaiverRow.subject_kind == kind,
                WaiverRow.subject_ref.in_(chunk),
                WaiverRow.revoked_at.is_(None),
                or_(WaiverRow.expires_at.is_(None), WaiverRow.expires_at > moment),
            )
        )
        rows.update({row.subject_ref: row for row in found})
    return rows


def has_expired_waivers(session: Session, workspace_id: UUID, moment: datetime) -> bool:
    """Whether a waiver has run out that is not retired yet."""
    expired = (WaiverRow.workspace_id == workspace_id, WaiverRow.revoked_at.is_(None), WaiverRow.expires_at <= moment)
    return session.scalar(select(WaiverRow.id).where(*expired).limit(1)) is not None


def retire_waivers(session: Session, workspace_id: UUID, moment: datetime) -> int:
    """Marks the waivers that have run out as over since they did; returns how many there were."""
    result = session.execute(
        update(WaiverRow)
        .where(WaiverRow.workspace_id == workspace_id, WaiverRow.revoked_at.is_(None), WaiverRow.expires_at <= moment)
        .values(revoked_at=WaiverRow.expires_at)
    )
    assert isinstance(result, CursorResult)
    return result.rowcount


def waiver_page(
    session: Session,
    workspace_id: UUID,
    *,
    before: UUID | None,
    limit: int,
    search: str | None,
    kind: SubjectKind | None,
    subject_ref: str | None,
    standing: bool | None,
    moment: datetime,
) -> list[WaiverRow]:
    """Waivers, newest first."""
    query = select(WaiverRow).where(WaiverRow.workspace_id == workspace_id)
    if before is not None:
        query = query.where(WaiverRow.id < before)
    if kind is not None:
        query = query.where(WaiverRow.subject_kind == kind)
    if subject_ref is not None:
        query = query.where(WaiverRow.subject_ref == subject_ref)
    if search:
        query = query.where(
            or_(
                WaiverRow.reason.icontains(search, autoescape=True),
                WaiverRow.subject_ref.icontains(search, autoescape=True),
                WaiverRow.granted_by_name.icontains(search, autoescape=True),
            )
        )
    if standing is not None:
        stands = WaiverRow.revoked_at.is_(None) & (WaiverRow.expires_at.is_(None) | (WaiverRow.expires_at > moment))
        query = query.where(stands if standing else ~stands)
    return list(session.scalars(query.order_by(WaiverRow.id.desc()).limit(limit)))
