"""Every statement on exits and the gate revision."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, String, column, insert, or_, select, table, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from workbench.backends.database import Id, in_chunks
from workbench.features.governance.tables import ExitRow, GateRevisionRow
from workbench.kernel.vocabulary import Use

# What leaves belongs further up the house; all that is asked of it here is what it is called.
_NAME = {"export": "training_sheet_name", "training_sheet": "name", "labelset": "name", "template": "name"}
_CALLED = {
    kind: table(kind, column("id", Id()), column("workspace_id", Id()), column(name, String()))
    for kind, name in _NAME.items()
}


def revision(session: Session, workspace_id: UUID) -> int:
    """The gate revision now; 0 before the first change."""
    return session.scalar(select(GateRevisionRow.revision).where(GateRevisionRow.workspace_id == workspace_id)) or 0


def bump_revision(session: Session, workspace_id: UUID) -> None:
    """Counts one change; atomic, so that no two changes share a number."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(
        dialect.insert(GateRevisionRow)
        .values(workspace_id=workspace_id, revision=1)
        .on_conflict_do_update(
            index_elements=[GateRevisionRow.workspace_id], set_={"revision": GateRevisionRow.revision + 1}
        )
    )


def add_exit(session: Session, row: ExitRow) -> None:
    """Writes an exit."""
    values = {column.key: getattr(row, column.key) for column in ExitRow.__table__.columns}
    session.execute(insert(ExitRow).values(**values))


def correct_exit(session: Session, exit_id: UUID, released: int) -> None:
    """Sets how much really left."""
    session.execute(update(ExitRow).where(ExitRow.id == exit_id).values(released=released))


def exit_page(
    session: Session,
    workspace_id: UUID,
    *,
    before: UUID | None,
    limit: int,
    use: Use | None,
    kind: str | None,
    subject_id: UUID | None,
    search: str | None,
) -> list[ExitRow]:
    """Exits, newest first."""
    query = select(ExitRow).where(ExitRow.workspace_id == workspace_id)
    if before is not None:
        query = query.where(ExitRow.id < before)
    if use is not None:
        query = query.where(ExitRow.use == use)
    if kind is not None:
        query = query.where(ExitRow.kind == kind)
    if subject_id is not None:
        query = query.where(ExitRow.subject_id == subject_id)
    if search:
        query = query.where(_mentions(workspace_id, search))
    return list(session.scalars(query.order_by(ExitRow.id.desc()).limit(limit)))


def names_of(session: Session, workspace_id: UUID, subjects: Iterable[tuple[str, UUID]]) -> dict[tuple[str, UUID], str]:
    """What each subject (kind, id) is called; those that are gone, or never had a name, are left out."""
    wanted, names = set(subjects), {}
    for kind, called in _CALLED.items():
        for chunk in in_chunks(sorted({subject_id for each, subject_id in wanted if each == kind})):
            named = select(called.c.id, called.c[_NAME[kind]]).where(
                called.c.workspace_id == workspace_id, called.c.id.in_(chunk)
            )
            names.update({(kind, subject_id): name for subject_id, name in session.execute(named)})
    return names


def _mentions(workspace_id: UUID, search: str) -> ColumnElement[bool]:
    """Who let it out, in which way it left, and what it was of, by kind and by name."""
    word = search.strip().replace(" ", "_")  # kinds are shown with spaces
    found: list[ColumnElement[bool]] = [
        ExitRow.actor_name.icontains(search, autoescape=True),
        ExitRow.kind.icontains(word, autoescape=True),
        ExitRow.subject_kind.icontains(word, autoescape=True),
    ]
    for kind, called in _CALLED.items():
        named = select(called.c.id).where(
            called.c.workspace_id == workspace_id, called.c[_NAME[kind]].icontains(search, autoescape=True)
        )
        found.append((ExitRow.subject_kind == kind) & ExitRow.subject_id.in_(named))
    return or_(*found)
