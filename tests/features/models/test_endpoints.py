"""Model endpoints: who may be called, what it may see, where its key is, and what a call comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import ValidationError
from tests.chat_endpoint import ChatEndpointServer, fails, says, serving

from workbench.backends.bundle import Backends
from workbench.backends.models import openai_compatible
from workbench.features.models import queries, service
from workbench.features.models.schemas import ModelCall, ModelEndpoint, ModelEndpointChange, ModelEndpointIn, ModelKind
from workbench.features.models.service import ModelEndpointChanged, ModelEndpointDisabled
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Conflict, Invalid, NotFound
from workbench.kernel.vocabulary import Classification

CHAT: dict[str, Any] = {
    "name": "Sample model", "kind": "openai_compatible", "base_url": "https://models.example.org/v1/", "model": "m-1",
}  # fmt: skip


@pytest.fixture
def admin(actor: Callable[..., Actor]) -> Actor:
    return actor("admin")


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatEndpointServer]:
    monkeypatch.setattr(openai_compatible, "FIRST_PAUSE", 0.0)
    with serving() as server:
        yield server


def add(backends: Backends, admin: Actor, **told: Any) -> ModelEndpoint:
    with backends.database.begin() as session:
        return service.add_model_endpoint(session, admin, ModelEndpointIn.model_validate({**CHAT, **told}))


def test_an_endpoint_is_kept_without_its_key(backends: Backends, admin: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    made = add(backends, admin, key_name="WORKBENCH_KEY_SAMPLE")
    assert (made.base_url, made.key_is_set) == ("https://models.example.org/v1", False)
    assert made.max_classification is Classification.INTERNAL
    monkeypatch.setenv("WORKBENCH_KEY_SAMPLE", "very-secret")
    with backends.database.read() as session:
        found = service.get_model_endpoint(session, admin, made.id)
    assert found.key_is_set
    assert "very-secret" not in found.model_dump_json()


@pytest.mark.parametrize(
    "name", ["PATH", "AWS_SECRET_ACCESS_KEY", "WORKBENCH_KEY_", "WORKBENCH_DATABASE_URL", "WORKBENCH_KEY_a b"]
)
def test_no_other_variable_of_the_environment_can_be_named(name: str) -> None:
    with pytest.raises(ValidationError):
        ModelEndpointIn.model_validate({**CHAT, "key_name": name})


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"base_url": None}, "base_url"),
    ({"base_url": "ftp://models.example.org"}, "base_url"),
    ({"base_url": "https://me:word@models.example.org"}, "base_url"),
    ({"model": ""}, "model"),
    ({"kind": "nearest_label", "model": None}, "base_url"),
    ({"kind": "nearest_label", "base_url": None}, "model"),
    ({"kind": "nearest_label", "base_url": None, "model": None, "takes_images": True}, "takes_images"),
]


@pytest.mark.parametrize(("told", "field"), WRONG)
def test_what_does_not_go_with_its_kind(backends: Backends, admin: Actor, told: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        add(backends, admin, **told)
    assert caught.value.field == field


def test_names_are_taken_once(backends: Backends, admin: Actor, actor: Callable[..., Actor]) -> None:
    add(backends, admin)
    with pytest.raises(Conflict, match="Sample model"):
        add(backends, admin)
    other = add(backends, admin, name="Other")
    with pytest.raises(Conflict, match="Sample model"), backends.database.begin() as session:
        service.change_model_endpoint(session, admin, other.id, ModelEndpointChange(version=1, name="Sample model"))
    add(backends, actor("admin", slug="elsewhere"))


def test_changes_are_checked_and_versioned(backends: Backends, admin: Actor) -> None:
    made = add(backends, admin, key_name="WORKBENCH_KEY_SAMPLE")
    with backends.database.begin() as session:
        changed = service.change_model_endpoint(
            session,
            admin,
            made.id,
            ModelEndpointChange(version=made.version, key_name="", concurrency=3, enabled=False),
        )
    assert (changed.key_name, changed.concurrency, changed.enabled, changed.model) == (None, 3, False, "m-1")
    with backends.database.begin() as session, pytest.raises(ModelEndpointChanged) as caught:
        service.change_model_endpoint(session, admin, made.id, ModelEndpointChange(version=made.version, model="m-2"))
    assert caught.value.details["current"]["concurrency"] == 3
    with pytest.raises(Invalid), backends.database.begin() as session:
        service.change_model_endpoint(
            session, admin, made.id, ModelEndpointChange(version=changed.version, base_url="x")
        )
    with backends.database.read() as session, pytest.raises(ModelEndpointDisabled):
        service.require_usable(session, admin, made.id)


def test_removal(backends: Backends, admin: Actor) -> None:
    made = add(backends, admin)
    with backends.database.begin() as session:
        service.remove_model_endpoint(session, admin, made.id, made.version)
    with backends.database.read() as session, pytest.raises(NotFound):
        service.get_model_endpoint(session, admin, made.id)


def test_a_list_is_searched_filtered_and_paged(backends: Backends, admin: Actor, actor: Callable[..., Actor]) -> None:
    for name in ("Alpha", "Beta", "Gamma"):
        add(backends, admin, name=name)
    other = actor("admin", slug="elsewhere")

    def names(**which: Any) -> list[str]:
        with backends.database.read() as session:
            return [each.name for each in service.list_model_endpoints(session, admin, **which).items]

    assert names() == ["Alpha", "Beta", "Gamma", "Nearest label"]
    assert names(search="bet") == ["Beta"]
    assert names(kind=ModelKind.NEAREST_LABEL) == ["Nearest label"]
    with backends.database.read() as session:
        first = service.list_model_endpoints(session, admin, limit=3)
        rest = service.list_model_endpoints(session, admin, limit=3, cursor=first.next_cursor)
        assert [each.name for each in rest.items] == ["Nearest label"]
        foreign = service.list_model_endpoints(session, other).items
        assert [each.name for each in foreign] == ["Nearest label"]


def test_a_call_tells_what_came_of_it(backends: Backends, admin: Actor, chat: ChatEndpointServer) -> None:
    made = add(backends, admin, base_url=chat.base_url)
    chat.respond = lambda call: says("ready")
    result = service.try_model_endpoint(backends, admin, made.id, ModelCall())
    assert (result.answer, result.problem, result.tokens_in) == ("ready", None, 11)
    chat.respond = lambda call: fails(401, "who are you")
    result = service.try_model_endpoint(backends, admin, made.id, ModelCall())
    assert result.answer is None
    assert "who are you" in (result.problem or "")
    assert result.fix


def test_a_call_goes_nowhere_it_may_not(backends: Backends, admin: Actor) -> None:
    made = add(backends, admin, base_url="http://169.254.169.254/v1", timeout_seconds=2)
    result = service.try_model_endpoint(backends, admin, made.id, ModelCall())
    assert "may not reach" in (result.problem or "")


def test_the_embedded_model_says_how_it_is_tried(backends: Backends, admin: Actor) -> None:
    with backends.database.read() as session:
        made = service.list_model_endpoints(session, admin).items[0]
    assert made.max_classification is Classification.RESTRICTED
    assert "no prompt to try" in (service.try_model_endpoint(backends, admin, made.id, ModelCall()).problem or "")


def test_kept_answers_are_found_by_digest_and_workspace(
    backends: Backends, admin: Actor, actor: Callable[..., Actor]
) -> None:
    digests = {bytes([n]) * 32: {"text": str(n)} for n in range(200)}
    with backends.database.begin() as session:
        queries.keep_answers(session, admin.workspace_id, digests)
        queries.keep_answers(session, admin.workspace_id, {bytes(32): {"text": "second"}})  # the first one stays
    with backends.database.read() as session:
        assert queries.answers(session, admin.workspace_id, list(digests)) == digests
        foreign = actor("admin", slug="elsewhere")
        assert queries.answers(session, foreign.workspace_id, list(digests)) == {}


def test_every_workspace_has_the_embedded_model_and_may_change_it(
    backends: Backends, admin: Actor, actor: Callable[..., Actor]
) -> None:
    def change(version: int, **told: Any) -> ModelEndpoint:
        with backends.database.begin() as session:
            return service.change_model_endpoint(session, admin, made.id, ModelEndpointChange(version=version, **told))

    def listed() -> list[str]:
        with backends.database.read() as session:
            return [each.name for each in service.list_model_endpoints(session, admin).items]

    foreign = actor("admin", slug="elsewhere")
    with backends.database.read() as session:
        made = service.list_model_endpoints(session, admin).items[0]
        assert service.get_model_endpoint(session, admin, made.id) == made
        with pytest.raises(NotFound):
            service.get_model_endpoint(session, foreign, made.id)
    with pytest.raises(Conflict, match="Nearest label"):
        add(backends, admin, name="Nearest label")
    changed = change(made.version, enabled=False)
    assert (changed.enabled, listed()) == (False, ["Nearest label"])
    with pytest.raises(ModelEndpointChanged):
        change(made.version, enabled=True)
    assert change(changed.version, name="Home-grown").name == "Home-grown"
    assert listed() == ["Home-grown"]
    add(backends, admin, name="Nearest label")
    with pytest.raises(Conflict, match="comes with the workspace"), backends.database.begin() as session:
        service.remove_model_endpoint(session, admin, made.id, 3)
