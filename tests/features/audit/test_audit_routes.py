"""The audit trail over REST."""

from __future__ import annotations

from uuid import uuid4

from tests.conftest import MakeActor, SignIn

from workbench.backends.bundle import Backends
from workbench.features.audit import service
from workbench.kernel.paging import encode_cursor
from workbench.kernel.vocabulary import Role


def test_a_governor_searches_and_verifies(signed_in: SignIn, actor: MakeActor, backends: Backends) -> None:
    grace = actor(Role.GOVERNOR, name="Grace Fern")
    with backends.database.begin() as session:
        service.record(session, grace, "sheet.publish", "sheet", uuid4(), {"name": "Invoices"})
    client = signed_in(grace)
    with backends.database.begin() as session:
        service.seal(session)
    events = client.get("/api/v1/audit/events", params={"text": "invoices", "since": "2020-01-01T00:00:00Z"}).json()
    assert [event["what"] for event in events["items"]] == ["sheet Invoices"]
    report = client.post("/api/v1/audit/verify").json()
    assert report["intact"] is True
    assert report["sealed"] == 2


def test_bad_filters_name_their_field(signed_in: SignIn, actor: MakeActor) -> None:
    client = signed_in(actor(Role.ADMIN))
    for field, value in (
        ("since", "yesterday"),
        ("since", "9999-12-31T23:59:59-10:00"),
        ("until", "2030-01-01T00:00:00"),
        ("until", "0001-01-01T00:00:00+10:00"),
        ("actor_id", "me"),
        ("cursor", "x"),
        ("cursor", encode_cursor("2030-01-01T00:00:00", str(uuid4()))),
        ("cursor", encode_cursor("0001-01-01T00:00:00+10:00", str(uuid4()))),
    ):
        answer = client.get("/api/v1/audit/events", params={field: value})
        assert answer.status_code == 422, field
        assert answer.json()["field"] == field
