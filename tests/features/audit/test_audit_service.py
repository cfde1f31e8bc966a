"""Recording, sealing, verifying and searching the audit trail, and what the database itself refuses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from tests.conftest import MakeActor, every

from workbench.backends.database import Database
from workbench.features.audit import service
from workbench.features.audit.rules import GENESIS
from workbench.features.audit.schemas import AuditEvent, ChainReport
from workbench.features.audit.tables import GUARDS
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Invalid
from workbench.kernel.vocabulary import Role
from workbench.migrations import upgrade


def _record(db: Database, actor: Actor | None, *names: str, action: str = "sheet.publish", **options: Any) -> None:
    for name in names:
        with db.begin() as session:
            service.record(session, actor, action, "sheet", uuid4(), {"name": name}, **options)


def _seal(db: Database, limit: int = 1000) -> int:
    with db.begin() as session:
        return service.seal(session, limit)


def _verify(db: Database) -> ChainReport:
    with db.read() as session:
        return service.verify(session)


def _events(db: Database, actor: Actor, **filters: Any) -> list[AuditEvent]:
    with db.read() as session:
        return service.list_events(session, actor, **filters).items


def _without_guards(db: Database, *statements: str) -> None:
    """What someone with the database's own password can do."""
    with db.begin() as session:
        drop = ("DROP TRIGGER audit_event_keep_content", "DROP TRIGGER audit_event_keep")
        for statement in drop:
            session.execute(text(statement + ("" if db.is_sqlite else " ON audit_event")))
        for statement in statements:
            session.execute(text(statement))


def test_an_event_is_kept_with_the_change_or_not_at_all(db: Database, actor: MakeActor) -> None:
    ada = actor(Role.GOVERNOR)
    with db.session() as session:
        service.record(session, ada, "sheet.publish", "sheet", None, {})
        session.flush()
        session.rollback()
    assert _events(db, ada) == []


def test_an_event_reads_as_a_sentence(db: Database, actor: MakeActor) -> None:
    ada = actor(Role.GOVERNOR, name="Ada Fern")
    _record(db, ada, "Invoices")
    [event] = _events(db, ada)
    assert f"{event.who} {event.did} {event.what}" == "Ada Fern published sheet Invoices"
    assert (event.position, event.hash, event.through_token) == (None, None, None)


def test_events_show_in_their_workspace_only(db: Database, actor: MakeActor) -> None:
    ours, theirs = actor(Role.GOVERNOR), actor(Role.GOVERNOR, slug="theirs")
    _record(db, ours, "Ours")
    _record(db, theirs, "Theirs")
    _record(db, None, "Nobody's")
    _record(db, None, "Put there", workspace_id=ours.workspace_id)
    assert [event.details["name"] for event in _events(db, ours)] == ["Put there", "Ours"]
    assert [event.details["name"] for event in _events(db, theirs)] == ["Theirs"]
    assert _events(db, ours)[0].who == "the workbench"


def test_search_finds_by_every_filter(db: Database, actor: MakeActor) -> None:
    ada, bo = actor(Role.GOVERNOR, name="Ada Fern"), actor(name="Bo Moss")
    _record(db, ada, "Invoices")
    _record(db, bo, "Circuit 100% boards")
    _record(db, bo, "Flowers", action="sheets_folder.create")

    def found(**filters: Any) -> list[str]:
        return [event.details["name"] for event in _events(db, ada, **filters)]

    circuit = _events(db, ada, text="circuit")[0]
    assert found(actor_id=bo.id) == ["Flowers", "Circuit 100% boards"]
    assert found(action="sheet.publish") == ["Circuit 100% boards", "Invoices"]
    assert found(action="sheet") == ["Circuit 100% boards", "Invoices"]
    assert found(subject_id=circuit.subject_id) == ["Circuit 100% boards"]
    assert found(subject_kind="template") == []
    assert found(text="ada fern") == ["Invoices"]
    assert found(text="100%") == ["Circuit 100% boards"]
    assert found(text="10_%") == []
    assert found(since=circuit.at) == ["Flowers", "Circuit 100% boards"]
    assert found(until=circuit.at) == ["Invoices"]
    elsewhere = circuit.at.astimezone(timezone(timedelta(hours=9)))
    assert found(since=elsewhere, until=elsewhere + timedelta(microseconds=1)) == ["Circuit 100% boards"]


def test_a_time_without_a_zone_is_refused(db: Database, actor: MakeActor) -> None:
    with pytest.raises(Invalid, match="zone"):
        _events(db, actor(Role.GOVERNOR), since=datetime(2030, 1, 1))  # noqa: DTZ001 - the naive time is the point


def test_pages_join_without_gap_or_overlap(db: Database, actor: MakeActor, monkeypatch: pytest.MonkeyPatch) -> None:
    ada, moment = actor(Role.GOVERNOR), datetime.now(UTC)
    monkeypatch.setattr(service, "now", lambda: moment)  # so that all times tie
    names = [f"sheet {number}" for number in range(7)]
    with db.begin() as session:
        for name in names:
            service.record(session, ada, "sheet.publish", "sheet", None, {"name": name})
    with db.read() as session:
        found = every(lambda cursor: service.list_events(session, ada, cursor=cursor, limit=3))
    assert [event.details["name"] for event in found] == names[::-1]


def test_sealing_chains_events_in_order(db: Database, actor: MakeActor) -> None:
    ada = actor(Role.GOVERNOR)
    assert (_seal(db), _verify(db)) == (0, ChainReport(intact=True, sealed=0, unsealed=0, head=GENESIS, broken=None))
    _record(db, ada, "one", "two", "three")
    assert _verify(db).unsealed == 3
    assert _seal(db, limit=2) == 2
    report = _verify(db)
    assert (report.intact, report.sealed, report.unsealed) == (True, 2, 1)
    assert (_seal(db), _seal(db)) == (1, 0)
    events = _events(db, ada)[::-1]
    assert [event.position for event in events] == [1, 2, 3]
    assert len({event.hash for event in events}) == 3
    assert _verify(db).head == events[-1].hash


def test_every_kind_of_detail_survives_sealing(db: Database, actor: MakeActor) -> None:
    ada = actor(Role.GOVERNOR)
    details = {"é": "ü\u2028", "n": 1.5e-7, "big": 2**53, "none": None, "list": [True, {"z": 1, "a": 2}], "id": uuid4()}
    with db.begin() as session:
        service.record(session, ada, "sheet.publish", "sheet", "a key/with %", details)
        service.record(session, None, "workbench.start", "workbench", None, {"at": datetime.now(UTC)})
    _seal(db)
    assert _verify(db).intact


def test_two_sealers_make_one_chain(db: Database, actor: MakeActor) -> None:
    _record(db, actor(Role.GOVERNOR), *(f"sheet {number}" for number in range(12)))
    _seal(db, limit=1)
    with ThreadPoolExecutor(4) as pool:
        sealed = list(pool.map(lambda _n: _seal(db, limit=4), range(4)))
    assert sum(sealed) == 11
    assert _verify(db).intact


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_event",
        "UPDATE audit_event SET actor_name = 'Someone else'",
        "UPDATE audit_event SET details = '{}'",
        "UPDATE audit_event SET workspace_id = NULL",
        "UPDATE audit_event SET hash = 'forged'",
        "UPDATE audit_event SET position = NULL",
    ],
)
def test_the_database_refuses_to_rewrite_a_sealed_event(db: Database, actor: MakeActor, statement: str) -> None:
    _record(db, actor(Role.GOVERNOR), "one")
    _seal(db)
    with pytest.raises(IntegrityError), db.begin() as session:
        session.execute(text(statement))
    assert _verify(db).intact


@pytest.mark.parametrize("statement", ["DELETE FROM audit_event", "UPDATE audit_event SET action = 'a.b'"])
def test_the_database_refuses_to_rewrite_an_unsealed_event(db: Database, actor: MakeActor, statement: str) -> None:
    _record(db, actor(Role.GOVERNOR), "one")
    with pytest.raises(IntegrityError), db.begin() as session:
        session.execute(text(statement))


def test_postgresql_refuses_to_empty_the_trail(db: Database) -> None:
    if db.is_sqlite:
        assert "TRUNCATE" not in " ".join(GUARDS["sqlite"]), "SQLite has no such statement"
        return
    with pytest.raises(IntegrityError), db.begin() as session:
        session.execute(text("TRUNCATE audit_event"))


def test_an_upgraded_database_refuses_too(empty_db: Database, db: Database) -> None:
    upgrade(empty_db)
    assert _triggers(empty_db) == _triggers(db) != set()


def _triggers(db: Database) -> set[str]:
    listed = (
        "SELECT sql FROM sqlite_master WHERE type = 'trigger'"
        if db.is_sqlite
        else "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE 'audit%'"
    )
    with db.read() as session:
        return {" ".join(found.split()) for found in session.scalars(text(listed))}


@pytest.mark.parametrize(
    ("statement", "position", "reason"),
    [
        ("UPDATE audit_event SET actor_name = 'Someone else' WHERE position = 2", 2, "not what was sealed"),
        ("UPDATE audit_event SET workspace_id = NULL WHERE position = 3", 3, "not what was sealed"),
        ("UPDATE audit_event SET hash = '' WHERE position = 1", 1, "not what was sealed"),
        ("DELETE FROM audit_event WHERE position = 2", 2, "missing"),
        ("DELETE FROM audit_event WHERE position = 4", 4, "at the end are missing"),
        ("DELETE FROM audit_event", 1, "at the end are missing"),
        ("UPDATE audit_head SET position = 3", 4, "past the sealed end"),
        ("UPDATE audit_head SET hash = ''", 5, "past the sealed end"),
    ],
)
def test_verify_names_the_first_broken_event(
    db: Database, actor: MakeActor, statement: str, position: int, reason: str
) -> None:
    _record(db, actor(Role.GOVERNOR), "one", "two", "three", "four")
    _seal(db)
    _without_guards(db, statement)
    report = _verify(db)
    assert not report.intact
    assert report.broken is not None
    assert report.broken.position == position
    assert reason in report.broken.reason


def test_an_event_slipped_into_the_middle_is_found(db: Database, actor: MakeActor) -> None:
    _record(db, actor(Role.GOVERNOR), "one", "two", "three")
    _seal(db)
    columns = "at, workspace_id, actor_id, actor_name, token_id, action, subject_kind, subject_id, details, hash"
    forged = "randomblob(16)" if db.is_sqlite else "gen_random_uuid()"
    copied = f"SELECT {forged}, 3, {columns} FROM audit_event WHERE position = 2"
    _without_guards(
        db,
        "UPDATE audit_event SET position = 9 WHERE position = 3",
        "UPDATE audit_event SET position = 4 WHERE position = 9",
        f"INSERT INTO audit_event (id, position, {columns}) {copied}",
    )
    report = _verify(db)
    assert report.broken is not None
    assert (report.broken.position, isinstance(report.broken.event_id, UUID)) == (3, True)
