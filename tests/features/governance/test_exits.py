"""Every release leaves an exit, there before the first row, which counts what was taken."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from tests.conftest import MakeActor
from tests.features.governance.conftest import SHEET, TABLE, People, audited
from tests.features.governance.test_waivers import grant
from tests.features.governance.worlds import pair_row, training_sheet

from workbench.backends.database import Database
from workbench.features.generation.queries.pairs import pairs_leaving
from workbench.features.generation.tables import TrainingSheetRow
from workbench.features.governance import service as governance
from workbench.features.governance.gate import Leaving
from workbench.features.governance.tables import ExitRow, WaiverRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import PairStatus, Role, Use

READ: dict[str, Any] = {"use": Use.TRAINING, "kind": "read", "subject_kind": "x", "subject_id": None}


PREVIEW: dict[str, Any] = READ | {"use": Use.TESTING, "kind": "preview"}


def _prepare(db: Database, actor: Actor, pairs: int) -> UUID:
    with db.begin() as session:
        governance.ensure_organisation(session, actor.workspace_id)
        sheet = training_sheet(actor, exposure_id=governance.expose(session, actor, ["value"], [TABLE]))
        session.add(sheet)
        session.add_all(pair_row(sheet, number, PairStatus.LABELED) for number in range(pairs))
        return sheet.id


def _open(session: Session, sheet_id: UUID) -> Leaving:
    row = session.get(TrainingSheetRow, sheet_id)
    assert row is not None
    return pairs_leaving(row)


@pytest.mark.parametrize("reads_only", [True, False])
def test_the_exit_is_there_before_the_first_row(db: Database, actor: MakeActor, reads_only: bool) -> None:
    engineer = actor(Role.ENGINEER)
    sheet_id = _prepare(db, engineer, 5)
    with db.session(reads_only=reads_only) as session:
        with governance.release(
            session,
            engineer,
            _open(session, sheet_id),
            use=Use.TRAINING,
            kind="read",
            subject_kind="x",
            subject_id=None,
        ) as out:
            rows = iter(out)
            next(rows)
            if reads_only:
                with db.read() as elsewhere:
                    assert elsewhere.scalars(select(ExitRow.released)).all() == [5]
            next(rows)
        session.commit()
    with db.read() as session:
        assert session.scalars(select(ExitRow.released)).all() == [2]
        assert [event.action for event in audited(session)] == ["exit.release"]


def test_an_exit_names_the_rules_it_obeyed_and_not_newer_ones(db: Database, people: People) -> None:
    """A long export reads the state of one moment; a tag set meanwhile must not look as if it had been obeyed."""
    sheet_id = _prepare(db, people.engineer, 5)
    workspace = people.engineer.workspace_id
    with db.begin() as session:
        grant(session, people.governor, SHEET, str(sheet_id), expires_at=now() + timedelta(hours=1))
        session.execute(update(WaiverRow).values(expires_at=now() - timedelta(seconds=1)))
    with db.session(reads_only=True) as session:
        if not db.is_sqlite:
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        seen = governance.gate_revision(session, workspace)
        with db.begin() as elsewhere:
            governance.set_tags(elsewhere, people.engineer, TABLE, {"PHI": ""})
        with governance.release(session, people.engineer, _open(session, sheet_id), **READ) as out:
            assert len(list(out)) == 5
        assert out.gate_revision == seen
    with db.read() as session:
        assert session.scalars(select(ExitRow.gate_revision)).all() == [seen]
        assert governance.settle_gate(session, workspace) == seen + 2  # the tag, and the waiver that ran out


def test_a_limited_release_counts_what_it_gave(db: Database, actor: MakeActor) -> None:
    engineer = actor(Role.ENGINEER)
    sheet_id = _prepare(db, engineer, 5)
    with db.read() as session:
        with governance.release(
            session,
            engineer,
            _open(session, sheet_id),
            use=Use.TESTING,
            kind="preview",
            subject_kind="x",
            subject_id=None,
            limit=3,
        ) as out:
            assert len(list(out)) == 3
        assert out.summary.allowed == 5
    with db.read() as session:
        found = governance.list_exits(session, engineer, use=Use.TESTING, kind="preview", search=engineer.name).items
    assert [(each.considered, each.released, each.id) for each in found] == [(5, 3, out.exit_id)]


def test_exits_are_of_their_workspace(session: Session, engineer: Actor, people: People) -> None:
    governance.record_exit(
        session,
        engineer,
        use=Use.TESTING,
        kind="trial",
        subject_kind="template",
        subject_id=None,
        considered=3,
        released=3,
    )
    assert len(governance.list_exits(session, engineer).items) == 1
    assert governance.list_exits(session, people.stranger).items == []


def test_exits_are_found_by_what_left_and_of_what(db: Database, actor: MakeActor) -> None:
    engineer = actor(Role.ENGINEER)
    sheet_id = _prepare(db, engineer, 1)
    with db.begin() as session:
        named = session.get(TrainingSheetRow, sheet_id)
        assert named is not None
        named.name = "Mail_answers 100%"
        for kind, subject_kind, subject_id in (
            ("read", "training_sheet", sheet_id),
            ("few_shot", "labelset", new_id()),
            ("trial", "template", None),
        ):
            governance.record_exit(
                session,
                engineer,
                use=Use.TESTING,
                kind=kind,
                subject_kind=subject_kind,
                subject_id=subject_id,
                considered=1,
                released=1,
            )
    stranger = actor(Role.ADMIN, slug="other")
    with db.read() as session:

        def found(search: str, by: Actor = engineer) -> list[tuple[str, str | None]]:
            page = governance.list_exits(session, by, search=search)
            return [(each.kind, each.subject_name) for each in page.items]

        of_sheet = [("read", "Mail_answers 100%")]
        assert found("answers 100%") == found("MAIL_") == found("training sheet") == of_sheet
        assert found("few shot") == found("few_shot") == [("few_shot", None)], "it is gone, or never was"
        assert found("templ") == found("trial") == [("trial", None)]
        assert len(found(engineer.name)) == 3
        assert found("maila") == [], "the underscore in a name stands for itself"
        assert found("answers", stranger) == []
