"""Letting rows out through the gate: the only way, and it leaves an exit behind before the first row is given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, Row
from sqlalchemy.orm import Session

from workbench.features.audit import service as audit
from workbench.features.governance import gate as gates
from workbench.features.governance.queries import constraints as waivers
from workbench.features.governance.queries import exits as queries
from workbench.features.governance.schemas import Exit, GateSummary
from workbench.features.governance.service.summaries import judge, summaries
from workbench.features.governance.tables import ExitRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.ids import new_id
from workbench.kernel.paging import Page, clamp_limit, cursor_key, encode_cursor
from workbench.kernel.vocabulary import Use

GivenRow = Row[*tuple[Any, ...]]
Batch = Sequence[GivenRow]


def gate_revision(session: Session, workspace_id: UUID) -> int:
    """Counts every change that can alter a verdict: two exits at one revision obeyed the same rules."""
    return queries.revision(session, workspace_id)


def bump_gate(session: Session, workspace_id: UUID) -> None:
    """Says that verdicts may be different from here on; whoever retracts a label calls it too."""
    queries.bump_revision(session, workspace_id)


def settle_gate(session: Session, workspace_id: UUID) -> int:
    """The newest gate revision, once waivers that ran out have their place in it; they stopped to count when they did.

    It may be newer than what a session that only reads sees: what was judged in that one obeys its `gate_revision`.
    """
    if not waivers.has_expired_waivers(session, workspace_id, now()):
        return queries.revision(session, workspace_id)
    with _writing(session) as writer:
        if waivers.retire_waivers(writer, workspace_id, now()):
            bump_gate(writer, workspace_id)
        return queries.revision(writer, workspace_id)


class Release:
    """Rows that the gate let out. Iterate once; what is not taken has not left.

    `summary` says what was considered, why the rest stayed, and how sensitive it is (whoever shows rows to a person
    asks `require_view` first); `gate_revision` names the rules that were obeyed.
    """

    def __init__(self, summary: GateSummary, revision: int, exit_id: UUID, batches: Iterator[Batch]) -> None:
        self.summary = summary
        self.gate_revision = revision
        self.exit_id = exit_id
        self.released = 0
        self._batches = batches

    def __iter__(self) -> Iterator[GivenRow]:
        for batch in self._batches:
            for row in batch:
                self.released += 1
                yield row

    def batches(self, size: int) -> Iterator[Batch]:
        """The rows in batches, all but the last of at least this size."""
        held: list[GivenRow] = []
        for batch in self._batches:
            held += batch
            if len(held) >= size:
                self.released += len(held)
                yield held
                held = []
        if held:
            self.released += len(held)
            yield held


@contextmanager
def release(
    session: Session,
    actor: Actor,
    leaving: gates.Leaving,
    *,
    use: Use,
    kind: str,
    subject_kind: str,
    subject_id: UUID | None,
    columns: Sequence[Any] | None = None,
    limit: int | None = None,
) -> Iterator[Release]:
    """Lets out the rows that the gate allows for this use: `with release(…) as out: for row in out: …`.

    The exit is recorded before the first row is given: in the caller's transaction, or, when the session is for
    reading only, in one of its own that is committed by then. It counts what would leave at most, and is corrected to
    what was taken once the block ends well. `kind` says in which way it leaves (`export`, `preview`, `few_shot`,
    `labels`, `read`); `columns` are what is given of each row, all that `leaving.rows` selects when left out.
    """
    settle_gate(session, actor.workspace_id)
    revision = gate_revision(session, actor.workspace_id)
    gated = judge(session, actor.workspace_id, leaving, [use])
    (summary,) = summaries(gated, gates.tally(session, gated))
    at_most = summary.allowed if limit is None else min(limit, summary.allowed)
    excluded = {f"status: {status}": count for status, count in summary.not_labeled.items()} | summary.prohibited
    exit_id = record_exit(
        session,
        actor,
        use=use,
        kind=kind,
        subject_kind=subject_kind,
        subject_id=subject_id,
        considered=summary.considered,
        released=at_most,
        excluded=excluded,
        revision=revision,
    )
    out = Release(summary, revision, exit_id, gates.stream(session, gated, use, columns, limit))
    try:
        yield out
    finally:
        if out.released != at_most and session.is_active:
            with _writing(session) as writer:
                queries.correct_exit(writer, exit_id, out.released)


def record_exit(
    session: Session,
    actor: Actor,
    *,
    use: Use,
    kind: str,
    subject_kind: str,
    subject_id: UUID | None,
    considered: int,
    released: int,
    excluded: dict[str, int] | None = None,
    revision: int | None = None,
) -> UUID:
    """Records an exit and returns its id: for `release`, and for what is neither a pair nor a label, such as items
    shown to a model in a test, about each of which the caller has asked the gate. `excluded` counts by reason;
    `revision` is the gate's that was obeyed, the newest unless given.
    """
    exit_id = new_id()
    if revision is None:
        revision = settle_gate(session, actor.workspace_id)
    with _writing(session) as writer:
        row = ExitRow(
            id=exit_id,
            workspace_id=actor.workspace_id,
            kind=kind,
            use=use,
            subject_kind=subject_kind,
            subject_id=subject_id,
            gate_revision=revision,
            considered=considered,
            released=released,
            excluded=excluded or {},
            actor_id=actor.id,
            actor_name=actor.name,
            at=now(),
        )
        queries.add_exit(writer, row)
        details = {"exit": str(exit_id), "kind": kind, "use": use, "released": released}
        audit.record(writer, actor, "exit.release", subject_kind, subject_id, details)
    return exit_id


def list_exits(
    session: Session,
    actor: Actor,
    *,
    use: Use | None = None,
    kind: str | None = None,
    subject_id: UUID | None = None,
    search: str | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[Exit]:
    """What left through the gate, newest first; `search` looks in who let it out, in which way, and what it was of."""
    size, after = clamp_limit(limit), cursor_key(cursor, UUID)
    rows = queries.exit_page(
        session,
        actor.workspace_id,
        before=after[0] if after else None,
        limit=size + 1,
        use=use,
        kind=kind,
        subject_id=subject_id,
        search=search,
    )
    more = encode_cursor(str(rows[size - 1].id)) if len(rows) > size else None
    subjects = [(row.subject_kind, row.subject_id) for row in rows[:size] if row.subject_id is not None]
    names = queries.names_of(session, actor.workspace_id, subjects)
    return Page(items=[_as_exit(row, names) for row in rows[:size]], next_cursor=more)


def _as_exit(row: ExitRow, names: Mapping[tuple[str, UUID], str]) -> Exit:
    shown = {name: getattr(row, name) for name in Exit.model_fields if name != "subject_name"}
    called = None if row.subject_id is None else names.get((row.subject_kind, row.subject_id))
    return Exit(**shown, subject_name=called)


@contextmanager
def _writing(session: Session) -> Iterator[Session]:
    """The session itself when it may write, else a short transaction of its own on the same database."""
    bind = session.get_bind()
    engine = bind if isinstance(bind, Engine) else bind.engine
    if not engine.get_execution_options().get("reads_only"):
        yield session
        return
    with Session(engine.execution_options(reads_only=False)) as writer, writer.begin():
        yield writer
