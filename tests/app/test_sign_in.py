"""Who a request is from, and what a page from elsewhere cannot send."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from starlette.testclient import TestClient
from starlette.types import Message
from tests.conftest import ADDRESS, MakeActor, SignIn

from workbench.app.main import create_app
from workbench.backends.bundle import Backends
from workbench.backends.settings import Settings
from workbench.features.identity import access, rules, tokens
from workbench.features.identity.schemas import NewToken
from workbench.features.identity.tables import BrowserSessionRow, TokenRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.vocabulary import Role

ME = "/api/v1/me"
HTTPS = "https://workbench.example.org"


@pytest.fixture
def ada(actor: MakeActor) -> Actor:
    return actor(Role.ADMIN, name="Ada Fern")


@pytest.fixture
def link(backends: Backends, ada: Actor) -> str:
    """The secret of a one-time link for Ada."""
    with backends.database.begin() as session:
        return access.make_sign_in_link(session, ada.id)


@pytest.fixture
def token(backends: Backends, ada: Actor) -> str:
    """The secret of a token of Ada's."""
    with backends.database.begin() as session:
        secret = tokens.create_token(session, ada, NewToken(name="ci", scopes=["admin"])).secret
    assert secret is not None
    return secret


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _cookie(client: TestClient, link: str) -> str:
    answer = client.post("/api/v1/sign-in/link", json={"token": link})
    assert answer.status_code == 204, answer.text
    return str(answer.headers["set-cookie"])


def test_the_cookie_is_out_of_reach(client: TestClient, link: str) -> None:
    name, *flags = _cookie(client, link).split("; ")
    assert name.startswith("workbench-8800=")
    assert set(flags) == {"HttpOnly", "Path=/", "SameSite=lax", "Max-Age=2592000"}


def test_over_tls_the_cookie_is_bound_to_the_host(db_url: str, tmp_path: Path, link: str) -> None:
    settings = Settings(home=tmp_path / "home", database_url=db_url, public_url=HTTPS)
    backends = Backends.open(settings)
    client = TestClient(create_app(backends), HTTPS)
    name, *flags = _cookie(client, link).split("; ")
    assert name.startswith("__Host-workbench=")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(flags)
    assert not any(flag.startswith("Domain") for flag in flags)
    assert client.get(ME).json()["name"] == "Ada Fern"
    token = client.get(ME).json()["csrf_token"]
    out = client.post("/api/v1/sign-out", headers={"X-Workbench-CSRF": token})
    assert "Secure" in out.headers["set-cookie"]
    assert client.get(ME).status_code == 401
    backends.close()


def test_signing_in_and_out(client: TestClient, link: str) -> None:
    assert client.get(ME).status_code == 401
    _cookie(client, link)
    assert client.get(ME).json()["name"] == "Ada Fern"
    kept = dict(client.cookies)
    assert client.post("/api/v1/sign-out").status_code == 204
    assert client.get(ME).status_code == 401
    client.cookies.update(kept)
    assert client.get(ME).status_code == 401, "the session ended on the server too"
    assert client.post("/api/v1/sign-in/link", json={"token": link}).status_code == 403


def test_signing_in_never_takes_over_a_planted_session(client: TestClient, link: str) -> None:
    client.cookies.set("workbench-8800", "planted by someone else", domain="127.0.0.1")
    _cookie(client, link)
    assert "planted" not in client.cookies["workbench-8800"]
    assert client.get(ME).json()["name"] == "Ada Fern"
    planted = TestClient(client.app, ADDRESS, cookies={"workbench-8800": "planted by someone else"})
    assert planted.get(ME).status_code == 401


@pytest.mark.parametrize("given", [None, "", "wrong", "é"])
def test_a_change_needs_the_csrf_token(signed_in: SignIn, ada: Actor, given: str | None) -> None:
    client = signed_in(ada)
    right = client.headers.pop("X-Workbench-CSRF")
    headers = {} if given is None else {"X-Workbench-CSRF": given.encode()}
    answer = client.patch(ME, json={"name": "Someone Else"}, headers=headers)
    assert answer.status_code == 403
    assert answer.json()["type"] == "csrf-failed"
    assert client.get(ME).json()["name"] == "Ada Fern"
    assert client.patch(ME, json={"name": "Ada F"}, headers={"X-Workbench-CSRF": right}).status_code == 200


def test_the_csrf_token_of_another_session_is_wrong(signed_in: SignIn, ada: Actor) -> None:
    one, other = signed_in(ada), signed_in(ada)
    headers = {"X-Workbench-CSRF": other.headers["X-Workbench-CSRF"]}
    assert one.patch(ME, json={"name": "Ada F"}, headers=headers).status_code == 403
    assert one.get(ME).json()["csrf_token"] == one.headers["X-Workbench-CSRF"]


def test_tokens_need_no_csrf_token(client: TestClient, token: str) -> None:
    answer = client.post("/api/v1/workspaces", json={"slug": "clinic", "name": "Clinic"}, headers=_bearer(token))
    assert answer.status_code == 201
    assert client.get(ME, headers=_bearer(token)).json()["csrf_token"] is None


def test_a_token_does_not_borrow_the_cookie(signed_in: SignIn, ada: Actor) -> None:
    answer = signed_in(ada).get(ME, headers=_bearer("wb_made-up"))
    assert answer.status_code == 401
    assert "not known" in answer.json()["detail"]


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_scheme_is_read_in_any_case(client: TestClient, token: str, scheme: str) -> None:
    assert client.get(ME, headers={"Authorization": f"{scheme} {token}"}).status_code == 200


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Basic YTpi", "wb_made-up", "Bearer wb_ x", ""])
def test_nonsense_signs_nobody_in(client: TestClient, header: str) -> None:
    assert client.get(ME, headers={"Authorization": header}).status_code == 401


def test_a_revoked_token_says_why(client: TestClient, token: str, backends: Backends) -> None:
    with backends.database.begin() as session:
        session.execute(update(TokenRow).values(revoked_at=now()))
    answer = client.get(ME, headers=_bearer(token))
    assert (answer.status_code, answer.json()["detail"]) == (401, "This token was revoked.")


@pytest.mark.parametrize(
    ("host", "answered"),
    [
        ("127.0.0.1", True),
        ("127.0.0.1:9999", True),
        ("localhost:8800", True),
        ("LOCALHOST", True),
        ("[::1]:8800", True),
        ("evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("localhost.evil.example:8800", False),
        ("evil.example@localhost", True),
        ("localhost@evil.example", False),
        ("0.0.0.0", False),
        ("[::1", False),
        ("", False),
    ],
)
def test_only_its_own_names_are_answered(signed_in: SignIn, ada: Actor, host: str, answered: bool) -> None:
    for path in (ME, "/"):
        answer = signed_in(ada).get(path, headers={"Host": host})
        assert (answer.status_code == 403) != answered, answer.text


def test_probes_may_ask_by_any_name(client: TestClient) -> None:
    assert client.get("/api/v1/health", headers={"Host": "10.0.0.7:8800"}).status_code == 200


def test_tokens_may_come_by_any_name(client: TestClient, token: str) -> None:
    assert client.get(ME, headers={**_bearer(token), "Host": "workbench.internal:8800"}).status_code == 200


@pytest.mark.parametrize(
    ("origin", "answered"),
    [
        (ADDRESS, True),
        ("http://localhost:5173", True),
        ("https://evil.example", False),
        ("http://127.0.0.1.evil.example", False),
        ("null", False),
        ("", False),
        ("http://[::1", False),
    ],
)
def test_other_origins_are_refused(signed_in: SignIn, ada: Actor, origin: str, answered: bool) -> None:
    for method in ("GET", "PATCH"):
        answer = signed_in(ada).request(method, ME, json={"name": "Ada F"}, headers={"Origin": origin})
        assert (answer.status_code == 403) != answered, answer.text


def test_another_site_cannot_sign_a_browser_in(client: TestClient, link: str) -> None:
    answer = client.post("/api/v1/sign-in/link", json={"token": link}, headers={"Origin": "https://evil.example"})
    assert (answer.status_code, answer.json()["type"]) == (403, "foreign-host")
    assert client.post("/api/v1/sign-in/link", json={"token": link}).status_code == 204


def test_the_workspace_is_picked_by_header_or_by_address(signed_in: SignIn, ada: Actor, actor: MakeActor) -> None:
    actor(slug="theirs")
    client = signed_in(ada)
    del client.headers["X-Workspace"]
    client.post("/api/v1/workspaces", json={"slug": "clinic", "name": "Clinic"})
    assert client.get(ME).json()["workspace"]["slug"] == "main"
    assert client.get(ME, headers={"X-Workspace": "clinic"}).json()["workspace"]["slug"] == "clinic"
    assert client.get(ME, params={"workspace": "clinic"}).json()["workspace"]["slug"] == "clinic"
    for slug in ("theirs", "nowhere"):
        answer = client.get(ME, headers={"X-Workspace": slug})
        assert (answer.status_code, answer.json()["field"]) == (404, "X-Workspace")


def test_someone_of_no_workspace_is_told_and_may_sign_out(signed_in: SignIn, ada: Actor, actor: MakeActor) -> None:
    bo = actor()
    client = signed_in(bo)
    del client.headers["X-Workspace"]
    assert signed_in(ada).delete(f"/api/v1/members/{bo.id}").status_code == 204
    answer = client.get(ME)
    assert (answer.status_code, answer.json()["type"]) == (403, "no-workspace")
    assert client.get("/api/v1/health").status_code == 200
    assert client.post("/api/v1/sign-out").status_code == 204
    assert client.get(ME).status_code == 401


def test_use_is_noted_once_a_minute_and_after_the_answer(
    signed_in: SignIn, ada: Actor, backends: Backends, token: str, client: TestClient
) -> None:
    browser = signed_in(ada)

    def noted() -> tuple[Any, Any]:
        with backends.database.read() as session:
            return (
                session.scalars(select(BrowserSessionRow.last_seen_at)).one(),
                session.scalars(select(TokenRow.last_used_at)).one(),
            )

    start = noted()
    browser.get(ME)
    client.get(ME, headers=_bearer(token))
    seen, used = noted()
    assert seen == start[0], "seen less than a minute ago"
    assert used is not None
    earlier = now() - rules.TOUCH_EVERY - timedelta(seconds=1)
    with backends.database.begin() as session:
        session.execute(update(BrowserSessionRow).values(last_seen_at=earlier))
        session.execute(update(TokenRow).values(last_used_at=earlier))
    browser.get(ME)
    client.get(ME, headers=_bearer(token))
    assert all(moment > earlier for moment in noted())


def test_a_database_that_does_not_answer_is_told(
    signed_in: SignIn, ada: Actor, backends: Backends, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(ada)

    def unreachable() -> Session:
        raise OperationalError("SELECT 1", {}, Exception("connection refused"))

    monkeypatch.setattr(backends.database, "_reads", unreachable)
    answer = client.get("/api/v1/me")
    assert (answer.status_code, answer.json()["type"]) == (503, "unavailable")


@pytest.mark.parametrize("path", ["%00", "x" * 300, "assets/%00.js", "a/" * 3000])
def test_an_address_that_no_file_can_have_is_a_page(client: TestClient, path: str) -> None:
    assert client.get(f"/{path}").content == client.get("/").content


def test_pages_and_files_ask_no_database(app: FastAPI, backends: Backends, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise AssertionError("a page asked the database")

    for name in ("session", "read", "begin"):
        monkeypatch.setattr(type(backends.database), name, fail)
    client = TestClient(app, ADDRESS, cookies={"workbench-8800": "anything"})
    assert client.get("/sheets").status_code in (200, 404)


def test_a_slow_upload_does_not_keep_others_from_writing(
    app: FastAPI, backends: Backends, ada: Actor, token: str
) -> None:
    """The body arrives after sign-in; while it does, the database must be free for everyone else."""
    body = b'{"slug": "clinic", "name": "Clinic"}'
    sent: list[Message] = []
    wrote: list[bool] = []

    async def receive() -> Message:
        def write() -> None:
            with backends.database.begin() as session:
                access.make_sign_in_link(session, ada.id)

        await asyncio.wait_for(asyncio.to_thread(write), timeout=5)
        wrote.append(True)
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/api/v1/workspaces",
        "raw_path": b"/api/v1/workspaces",
        "query_string": b"",
        "root_path": "",
        "server": ("127.0.0.1", 8800),
        "client": ("127.0.0.1", 50000),
        "headers": [
            (b"host", b"127.0.0.1:8800"),
            (b"authorization", f"Bearer {token}".encode()),
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"idempotency-key", b"k1"),
        ],
    }
    asyncio.run(app(scope, receive, send))
    assert wrote == [True]
    assert sent[0]["status"] == 201
