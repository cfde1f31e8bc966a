"""A chat model over HTTP: what is sent, what is told apart, who is asked again, and when it is left alone."""

from __future__ import annotations

import threading
from typing import Any

import orjson
import pytest
from tests.asking import LOOPBACK, answers, ask, chat, no_file, no_pause
from tests.chat_endpoint import Call, ChatEndpointServer, fails, says

from workbench.backends.models import (
    Answer,
    ChatEndpoint,
    Failure,
    ModelUnavailable,
    OpenAICompatible,
    Question,
)
from workbench.backends.models.openai_compatible import ATTEMPTS, FAILURES_IN_A_ROW
from workbench.backends.outbound import AddressRefused

COLOURS = {"type": "string", "enum": ["red", "blue"]}


def test_what_is_sent(endpoint: ChatEndpointServer) -> None:
    question = ask("hello", temperature=0.2, max_tokens=50)
    answers(chat(endpoint, key="secret-key"), [question])
    call = endpoint.calls[0]
    assert call.path == "/v1/chat/completions"
    assert call.headers["Authorization"] == "Bearer secret-key"
    assert call.body == {
        "model": "stand-in",
        "messages": [{"role": "user", "content": "hello"}],
        "temperature": 0.2,
        "max_tokens": 50,
    }


def test_never_more_at_once_than_allowed(endpoint: ChatEndpointServer) -> None:
    answers(chat(endpoint, concurrency=3), [ask(str(n)) for n in range(40)])
    assert len(endpoint.calls) == 40
    assert endpoint.most_at_once <= 3


def test_calls_go_out_side_by_side(endpoint: ChatEndpointServer) -> None:
    both = threading.Barrier(4, timeout=5)  # each call waits for the three others

    def respond(_call: Call) -> Any:
        both.wait()
        return says("ready")

    endpoint.respond = respond
    assert all(
        isinstance(reply, Answer) for reply in answers(chat(endpoint, concurrency=4), [ask(str(n)) for n in range(4)])
    )


def test_an_answer_that_must_be_json_is_asked_for_and_unwrapped(endpoint: ChatEndpointServer) -> None:
    endpoint.respond = lambda call: says('{"answer": "red"}')
    reply = answers(chat(endpoint), [ask("?", schema=COLOURS)])[0]
    assert isinstance(reply, Answer)
    assert reply.text == "red"
    sent = endpoint.calls[0].body["response_format"]
    assert sent["type"] == "json_schema"
    assert sent["json_schema"]["schema"]["properties"]["answer"] == COLOURS


def test_an_object_schema_is_sent_as_it_is(endpoint: ChatEndpointServer) -> None:
    schema = {"type": "object", "properties": {"total": {"type": "number"}}, "required": ["total"]}
    endpoint.respond = lambda call: says('{"total": 3}')
    reply = answers(chat(endpoint), [ask("?", schema=schema)])[0]
    assert isinstance(reply, Answer)
    assert orjson.loads(reply.text) == {"total": 3}
    assert endpoint.calls[0].body["response_format"]["json_schema"]["schema"] == schema


def test_free_text_asks_for_no_json(endpoint: ChatEndpointServer) -> None:
    answers(chat(endpoint), [ask("?", schema={"type": "string", "minLength": 1})])
    assert "response_format" not in endpoint.calls[0].body


def test_an_endpoint_without_json_schema_is_asked_in_plainer_ways(endpoint: ChatEndpointServer) -> None:
    def respond(call: Call) -> Any:
        if "response_format" in call.body:
            return fails(400, "response_format is not supported")
        return says("blue")

    endpoint.respond = respond
    model = chat(endpoint, concurrency=1)
    assert [
        r.text for r in answers(model, [ask("1", schema=COLOURS), ask("2", schema=COLOURS)]) if isinstance(r, Answer)
    ] == [
        "blue",
        "blue",
    ]
    assert len(endpoint.calls) == 4  # schema, object, text; and text at once for the second
    assert "JSON Schema" in endpoint.calls[-1].body["messages"][0]["content"]


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_an_overloaded_endpoint_is_asked_again(endpoint: ChatEndpointServer, status: int) -> None:
    endpoint.respond = lambda call: fails(status) if call.number < ATTEMPTS - 1 else says("at last")
    reply = answers(chat(endpoint), [ask("?")])[0]
    assert isinstance(reply, Answer)
    assert reply.text == "at last"


def test_retry_after_is_honoured(endpoint: ChatEndpointServer) -> None:
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    endpoint.respond = lambda call: fails(429, Retry_After="7") if call.number == 0 else says("ok")
    answers(chat(endpoint, pause=pause), [ask("?")])
    assert len(waited) == 1
    assert waited[0] >= 7


def test_an_endpoint_that_stays_overloaded_fails_the_question_and_not_the_others(endpoint: ChatEndpointServer) -> None:
    endpoint.respond = lambda call: fails(500, "tired") if call.prompt == "bad" else says("fine")
    replies = answers(chat(endpoint), [ask("good"), ask("bad"), ask("good too")])
    assert isinstance(replies[0], Answer)
    assert isinstance(replies[2], Answer)
    assert isinstance(replies[1], Failure)
    assert replies[1].kind == "overloaded"
    assert "tired" in replies[1].detail
    assert str(ATTEMPTS) in replies[1].detail


def test_an_endpoint_that_fails_everything_is_left_alone(endpoint: ChatEndpointServer) -> None:
    endpoint.respond = lambda call: fails(503, "down")
    with pytest.raises(ModelUnavailable, match="in a row") as caught:
        list(chat(endpoint, concurrency=4).answer([ask(str(n)) for n in range(1000)]))
    assert "down" in caught.value.message
    assert len(endpoint.calls) <= ATTEMPTS * (FAILURES_IN_A_ROW + 4)


def test_replies_before_the_outage_stand(endpoint: ChatEndpointServer) -> None:
    endpoint.respond = lambda call: says("ok") if call.number < 3 else fails(500)
    replies = chat(endpoint, concurrency=1).answer([ask(str(n)) for n in range(100)])
    assert [next(replies)[0] for _ in range(3)] == [0, 1, 2]
    with pytest.raises(ModelUnavailable):
        list(replies)


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_stops_at_once_and_names_the_variable(endpoint: ChatEndpointServer, status: int) -> None:
    endpoint.respond = lambda call: fails(status, "invalid api key")
    with pytest.raises(ModelUnavailable, match="invalid api key") as caught:
        list(chat(endpoint, key="k", key_name="WORKBENCH_KEY_X", concurrency=1).answer([ask("?")] * 20))
    assert "WORKBENCH_KEY_X" in str(caught.value)
    assert len(endpoint.calls) == 1


def test_an_unknown_model_stops_at_once(endpoint: ChatEndpointServer) -> None:
    endpoint.respond = lambda call: fails(404, "no such model")
    with pytest.raises(ModelUnavailable, match="stand-in"):
        list(chat(endpoint).answer([ask("?")]))


def test_an_endpoint_that_hangs_times_out(endpoint: ChatEndpointServer) -> None:
    release = threading.Event()

    def respond(_call: Call) -> Any:
        release.wait(20)
        return says("too late")

    endpoint.respond = respond
    reply = answers(chat(endpoint, timeout_seconds=0.05), [ask("?")])[0]
    release.set()
    assert isinstance(reply, Failure)
    assert reply.kind == "timeout"
    assert "0.05 seconds" in reply.detail


NONSENSE = [
    (says(""), "empty"),
    (says(None), "empty"),
    (says("   \n"), "empty"),
    ((200, {}, b"<html>hello</html>"), "nonsense"),
    ((200, {}, b""), "nonsense"),
    ((200, {}, b"[]"), "nonsense"),
    ((200, {}, b'{"choices": []}'), "nonsense"),
    ((200, {}, b'{"choices": [{"message": "text"}]}'), "nonsense"),
    ((200, {}, b'{"choices": [null]}'), "nonsense"),
    ((200, {}, b"\xff\xfe"), "nonsense"),
    (says("half an ans", finish_reason="length"), "cut"),
    (says("", finish_reason="content_filter"), "refused"),
    (says(None, message={"role": "assistant", "content": None, "refusal": "I would rather not"}), "refused"),
    (fails(413, "too long"), "refused"),
]


@pytest.mark.parametrize(("response", "kind"), NONSENSE)
def test_what_is_no_answer_is_told_apart(endpoint: ChatEndpointServer, response: Any, kind: str) -> None:
    endpoint.respond = lambda call: response
    reply = answers(chat(endpoint), [ask("?")])[0]
    assert isinstance(reply, Failure)
    assert reply.kind == kind
    assert reply.detail


def test_the_texts_of_an_answer_in_parts_are_joined_whatever_the_other_parts_are(endpoint: ChatEndpointServer) -> None:
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": None}, {"type": "text", "text": 7}, "?"]
    endpoint.respond = lambda _: says("", message={"role": "assistant", "content": parts})
    reply = answers(chat(endpoint), [ask("?")])[0]
    assert isinstance(reply, Answer)
    assert reply.text == "a7"


def test_a_huge_answer_is_not_read_to_its_end(endpoint: ChatEndpointServer) -> None:
    endpoint.respond = lambda call: (200, {}, b"x" * 9_000_000)
    reply = answers(chat(endpoint), [ask("?")])[0]
    assert isinstance(reply, Failure)
    assert "larger than" in reply.detail


def test_images_are_sent_as_data(endpoint: ChatEndpointServer) -> None:
    files = {"/Volumes/main/boards/front/1.png": (b"\x89PNG-pixels", "image/png")}
    parts = [{"type": "text", "text": "Any defect?"}, {"type": "image_url", "image_url": {"url": next(iter(files))}}]
    model = chat(endpoint, takes_images=True, read_file=files.__getitem__)
    assert isinstance(answers(model, [Question(messages=[{"role": "user", "content": parts}])])[0], Answer)
    sent = endpoint.calls[0].body["messages"][0]["content"][1]["image_url"]["url"]
    assert sent == "data:image/png;base64,iVBORy1waXhlbHM="


@pytest.mark.parametrize(
    ("takes_images", "file", "word"),
    [
        (False, (b"x", "image/png"), "takes no images"),
        (True, (b"%PDF", "application/pdf"), "only images"),
        (True, None, "cannot be sent"),
    ],
)
def test_what_cannot_be_shown_fails_its_question(
    endpoint: ChatEndpointServer, takes_images: bool, file: tuple[bytes, str] | None, word: str
) -> None:
    def read_file(path: str) -> tuple[bytes, str]:
        if file is None:
            raise FileNotFoundError(path)
        return file

    parts = [{"type": "image_url", "image_url": {"url": "/Volumes/main/med/scans/1"}}]
    model = chat(endpoint, takes_images=takes_images, read_file=read_file)
    reply = answers(model, [Question(messages=[{"role": "user", "content": parts}])])[0]
    assert isinstance(reply, Failure)
    assert reply.kind == "image"
    assert word in reply.detail
    assert not endpoint.calls


def test_an_address_inside_is_refused_unless_allowed(endpoint: ChatEndpointServer) -> None:
    with pytest.raises(AddressRefused, match=r"127\.0\.0\.1"):
        list(chat(endpoint, allow=()).answer([ask("?")]))
    assert not endpoint.calls


def test_nobody_at_home() -> None:
    model = OpenAICompatible(
        ChatEndpoint("http://127.0.0.1:1/v1", "stand-in", allow=LOOPBACK, timeout_seconds=5), no_file, no_pause
    )
    reply = answers(model, [ask("?")])[0]
    assert isinstance(reply, Failure)
    assert reply.kind == "unreachable"
