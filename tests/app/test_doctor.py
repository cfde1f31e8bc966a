"""What `workbench doctor` finds, and what `serve` refuses."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import orjson
import pytest
from sqlalchemy import text
from tests.chat_endpoint import Answer, Call, ChatEndpointServer, fails, serving
from typer.testing import CliRunner

from workbench import migrations
from workbench.app import doctor, operate
from workbench.app.doctor import Finding, examine
from workbench.app.worker import WorkerLock
from workbench.backends.database import Database
from workbench.backends.settings import Settings
from workbench.cli.main import app
from workbench.features.identity import service as identity
from workbench.features.identity.tables import MemberRow
from workbench.features.models import service as models
from workbench.features.models.schemas import ModelEndpoint, ModelEndpointIn
from workbench.kernel.errors import Invalid, Unavailable


class _Healthy(BaseHTTPRequestHandler):
    """Answers as a server of a workbench does."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/api/v1/health" else 404)
        self.end_headers()
        self.wfile.write(b'{"status": "ok", "instance": "ours"}')

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A workbench that was started once; nothing runs on it."""
    made = Settings(home=tmp_path / "home")
    operate.prepare(made).backends.close()
    return made


@pytest.fixture
def server(settings: Settings) -> Iterator[HTTPServer]:
    """A server that says it serves this home."""
    with HTTPServer(("127.0.0.1", 0), _Healthy) as healthy:
        Thread(target=healthy.serve_forever, daemon=True).start()
        note = {"url": f"http://127.0.0.1:{healthy.server_port}", "instance": "ours"}
        (settings.home / "server.json").write_bytes(orjson.dumps(note))
        yield healthy
        healthy.shutdown()


def find(settings: Settings, name: str) -> Finding:
    return next(finding for finding in examine(settings) if finding.name == name)


def test_nothing_is_found_when_everything_is_fine(
    settings: Settings, server: HTTPServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "index.html").touch()
    monkeypatch.setattr(doctor, "BUILT", tmp_path)
    monkeypatch.setattr(doctor, "LOW_DISK", 0)
    worker = WorkerLock(settings)
    assert worker.take()
    try:
        findings = examine(settings)
    finally:
        worker.release()
    assert {finding.name: (finding.state, finding.fix) for finding in findings} == dict.fromkeys(
        ("version", "home", "database", "worker", "server", "web app", "catalogs", "network", "model keys"),
        ("ok", None),
    )


def test_looking_changes_nothing(settings: Settings) -> None:
    def everything() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in settings.home.rglob("*") if path.is_file()}

    before = everything()
    assert find(settings, "worker").detail == "No worker named local runs."
    assert everything() == before


def test_a_server_that_was_killed_is_not_said_to_serve(settings: Settings, server: HTTPServer) -> None:
    assert find(settings, "server").detail == f"serves at http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    assert (settings.home / "server.json").exists()
    found = find(settings, "server")
    assert (found.state, found.fix) == ("warning", "Run `workbench serve`.")


def test_another_server_at_the_address_of_a_killed_one_is_not_ours(settings: Settings, server: HTTPServer) -> None:
    note = {"url": f"http://127.0.0.1:{server.server_port}", "instance": "killed"}
    (settings.home / "server.json").write_bytes(orjson.dumps(note))
    assert find(settings, "server").detail == "No server answers on this home."


def test_an_older_schema_is_a_problem_with_its_fix(settings: Settings) -> None:
    database = Database(settings.database)
    head = migrations.revisions(database)[1]
    with database.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'a1f5c07be921'"))
    database.close()
    found = find(settings, "database")
    assert found.state == "problem"
    assert f"is at schema a1f5c07be921, this version needs {head}" in found.detail
    assert found.fix == "Back up, then run `workbench upgrade`."


@pytest.mark.parametrize("kept", [0, 100], ids=["the whole file", "all but its head"])
def test_a_damaged_database_is_a_problem_with_its_fix(settings: Settings, kept: int) -> None:
    file = settings.home / "workbench.db"
    content = file.read_bytes()
    file.write_bytes(content[:kept] + b"x" * (len(content) - kept))
    found = find(settings, "database")
    assert found.state == "problem"
    assert "The database is damaged" in found.detail
    assert "restore" in (found.fix or "")
    with pytest.raises(Unavailable, match="damaged"):
        operate.prepare(settings)


def test_a_postgresql_that_does_not_answer_is_a_problem_told_without_its_password(tmp_path: Path) -> None:
    url = "postgresql+psycopg://ada:open-sesame@127.0.0.1:1/workbench"
    found = find(Settings(home=tmp_path, database_url=url), "database")
    assert (found.state, found.fix) == ("problem", "Check WORKBENCH_DATABASE_URL and that the server runs.")
    assert "does not answer" in found.detail
    assert "open-sesame" not in found.detail


def test_a_token_that_others_can_read_is_a_problem(settings: Settings) -> None:
    token = settings.home / "token"
    token.chmod(0o640)
    found = find(settings, "local access")
    assert (found.state, found.fix) == ("problem", f"chmod 600 {token}")


@pytest.mark.parametrize(
    ("host", "public_url", "state"),
    [
        ("127.0.0.1", None, "ok"),
        ("0.0.0.0", None, "problem"),
        ("0.0.0.0", "http://workbench.example.org", "warning"),
        ("0.0.0.0", "https://workbench.example.org", "ok"),
    ],
)
def test_a_network_needs_a_public_address(tmp_path: Path, host: str, public_url: str | None, state: str) -> None:
    assert find(Settings(home=tmp_path, host=host, public_url=public_url), "network").state == state


@pytest.fixture
def endpoint() -> Iterator[ChatEndpointServer]:
    """A stand-in for a model, which lists the models `small` and `large` for those who know its key."""

    def respond(call: Call) -> Answer:
        assert call.path == "/v1/models"
        if call.headers.get("Authorization") != "Bearer open-sesame":
            return fails(401, "Who are you?")
        return 200, {}, orjson.dumps({"object": "list", "data": [{"id": "small"}, {"id": "large"}]})

    with serving() as stand_in:
        stand_in.respond = respond
        yield stand_in


def add_model(settings: Settings, base_url: str, model: str = "small") -> ModelEndpoint:
    """An endpoint in the first workspace, as its admin adds it."""
    database = Database(settings.database)
    try:
        with database.begin() as session:
            member = session.query(MemberRow).one()
            owner = identity.actor_of_member(session, member.person_id, member.workspace_id)
            told = {"name": "Ours", "kind": "openai_compatible", "base_url": base_url, "model": model}
            body = ModelEndpointIn.model_validate({**told, "key_name": "WORKBENCH_KEY_OURS"})
            return models.add_model_endpoint(session, owner, body)
    finally:
        database.close()


def test_a_model_endpoint_is_asked_whether_it_answers(
    settings: Settings, endpoint: ChatEndpointServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_KEY_OURS", "open-sesame")
    add_model(settings, endpoint.base_url)
    found = find(settings, "model Ours")
    assert (found.state, found.fix) == ("ok", None)
    assert found.detail == f"{endpoint.base_url} answers, in workspace main"
    assert [call.body for call in endpoint.calls] == [{}], "nothing is sent, so nothing is paid"


@pytest.mark.parametrize(
    ("key", "model", "says", "fix"),
    [
        (None, "small", "needs the key WORKBENCH_KEY_OURS, which is not set", "Set the environment variable"),
        ("guessed", "small", "refuses us (401): Who are you?", "Check the key in WORKBENCH_KEY_OURS."),
        ("open-sesame", "tiny", "has no model called tiny", "Check the model's name"),
    ],
)
def test_a_model_endpoint_that_cannot_be_used_is_a_problem(
    settings: Settings,
    endpoint: ChatEndpointServer,
    monkeypatch: pytest.MonkeyPatch,
    key: str | None,
    model: str,
    says: str,
    fix: str,
) -> None:
    if key is not None:
        monkeypatch.setenv("WORKBENCH_KEY_OURS", key)
    add_model(settings, endpoint.base_url, model)
    found = find(settings, "model Ours")
    assert found.state == "problem"
    assert says in found.detail
    assert (found.fix or "").startswith(fix)


def test_a_model_endpoint_that_is_not_there_is_a_problem_with_its_address(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_KEY_OURS", "open-sesame")
    add_model(settings, "http://127.0.0.1:9/v1")
    found = find(settings, "model Ours")
    assert found.state == "problem"
    assert "cannot be reached" in found.detail
    assert found.fix == "Check its address, http://127.0.0.1:9/v1, and that it runs."


def test_serving_to_a_network_without_a_public_address_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with pytest.raises(Invalid, match="to the network") as refused:
        operate.serve(Settings(home=home, host="0.0.0.0"), announce=lambda *_: pytest.fail("it serves"))
    assert refused.value.field == "public_url"
    assert not home.exists()


def test_the_command_ends_badly_only_with_a_problem(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_HOME", str(settings.home))
    assert CliRunner().invoke(app, ["doctor"]).exit_code == 0, "warnings are none"
    monkeypatch.setenv("WORKBENCH_HOST", "0.0.0.0")
    done = CliRunner().invoke(app, ["doctor"])
    assert done.exit_code == 1
    assert "WORKBENCH_PUBLIC_URL" in done.stdout
