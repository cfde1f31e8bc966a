"""Passwords, links and tokens: shown once, kept only as digests, never logged."""

from __future__ import annotations

import logging
import re

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient
from tests.conftest import ADDRESS

from workbench.backends.bundle import Backends
from workbench.features.identity import service


def _dump(backends: Backends) -> str:
    """Everything in the database, as one text."""
    database = backends.database
    listed = (
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if database.is_sqlite
        else "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables "
        "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
    )
    with database.read() as session:
        names = session.scalars(text(listed)).all()
        return "\n".join(repr(row) for name in names for row in session.execute(text(f"SELECT * FROM {name}")))


def test_no_secret_is_found_in_database_or_logs(
    client: TestClient,
    backends: Backends,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    with backends.database.begin() as session:
        first = service.first_start(session)
    assert first is not None
    passwords = ["granite and lichen", "lichen on granite", "fern under moss", "not the password"]
    client.post("/api/v1/sign-in/link", json={"token": first.link_token})
    me = client.get("/api/v1/me").json()
    client.headers["X-Workbench-CSRF"] = me["csrf_token"]
    keyed = {"Idempotency-Key": "k1"}
    assert client.patch("/api/v1/me", json={"email": "ada@example.org"}).status_code == 200
    assert client.post("/api/v1/me/password", json={"new": passwords[0]}, headers=keyed).status_code == 204
    change = {"current": passwords[0], "new": passwords[1]}
    assert client.post("/api/v1/me/password", json=change).status_code == 204
    body = {"name": "ci", "scopes": ["read"]}
    token = client.post("/api/v1/tokens", json=body, headers={"Idempotency-Key": "k2"}).json()["secret"]
    again = client.post("/api/v1/tokens", json=body, headers={"Idempotency-Key": "k2"}).json()["secret"]
    bo = {"email": "bo@example.org", "role": "viewer"}
    invitation = client.post("/api/v1/invitations", json=bo, headers={"Idempotency-Key": "k3"}).json()
    resent = client.post(f"/api/v1/invitations/{invitation['id']}/resend", headers={"Idempotency-Key": "k4"}).json()
    links = [one["link"].rsplit("/", 1)[1] for one in (invitation, resent)]
    guest = TestClient(client.app, ADDRESS)
    accepted = {"token": links[1], "name": "Bo Moss", "password": passwords[2]}
    assert guest.post("/api/v1/invitations/accept", json=accepted).status_code == 204
    refused = guest.post("/api/v1/sign-in", json={"email": "bo@example.org", "password": passwords[3]})
    assert refused.status_code == 403
    with backends.database.begin() as session:
        renewed = service.renew_local_access(session)
    secrets = [
        *passwords,
        *links,
        token,
        again,
        first.link_token,
        first.local_token,
        renewed.link_token,
        renewed.local_token,
        me["csrf_token"],
        *dict(client.cookies).values(),
        *dict(guest.cookies).values(),
    ]
    assert len(set(secrets)) == 15
    captured = capfd.readouterr()
    places = {"database": _dump(backends), "logs": caplog.text + captured.out + captured.err}
    for place, found in places.items():
        assert not [secret for secret in secrets if secret in found], f"a secret lies in the {place}"
    assert "ada@example.org" in places["database"], "the dump sees what is there"


def test_answers_with_secrets_are_not_cached(client: TestClient, backends: Backends) -> None:
    with backends.database.begin() as session:
        first = service.first_start(session)
    assert first is not None
    answer = client.get("/api/v1/me", headers={"Authorization": f"Bearer {first.local_token}"})
    assert answer.headers["cache-control"] == "no-store"


def test_secrets_are_long_and_random() -> None:
    from workbench.features.identity.access import new_secret

    made = {new_secret() for _ in range(1000)}
    assert len(made) == 1000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", secret) for secret in made), "256 bits each"
