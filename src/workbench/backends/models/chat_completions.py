"""OpenAI's chat completions on the wire: the body of a request, and what an answer means. No network here."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from workbench.backends.models.protocol import Answer, Failure, Question, ReadFile, Reply
from workbench.kernel.errors import Invalid

FORMATS = ("json_schema", "json_object", "text")  # ways to ask for JSON, best first; not every endpoint knows them all
MAX_IMAGE = 20_000_000  # bytes
WRAPPED = "answer"  # the one property around an answer whose own schema is not an object's
SHOWN = 300  # characters of an endpoint's own words

Messages = Sequence[Mapping[str, Any]]


def request_body(model: str, question: Question, messages: Messages, way: str) -> bytes:
    """The request for one question, asking for JSON in one of the `FORMATS` when the question has a schema."""
    body: dict[str, Any] = {"model": model, "messages": list(messages)}
    if question.temperature is not None:
        body["temperature"] = question.temperature
    if question.max_tokens is not None:
        body["max_tokens"] = question.max_tokens
    if wants_json(question):
        assert question.schema is not None
        if way == "json_schema":
            schema = {"name": WRAPPED, "schema": _as_object(question.schema)}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        else:
            body["messages"] = [_spelled_out(question.schema), *body["messages"]]
        if way == "json_object":
            body["response_format"] = {"type": "json_object"}
    return orjson.dumps(body)


def wants_json(question: Question) -> bool:
    """Whether the answer is to be JSON; a schema of any text asks for no more than text."""
    schema = question.schema
    return schema is not None and not (schema.get("type") == "string" and not {"enum", "const", "oneOf"} & set(schema))


def read_answer(status: int, body: bytes, question: Question) -> Reply:
    """What one answer of the endpoint means for its question."""
    if status != 200:
        return Failure("refused", f"The endpoint refused the request ({status}){said(body)}")
    try:
        answer = orjson.loads(body)
        choice = answer["choices"][0]
        message = choice["message"]
        text = message.get("content")
        usage = answer.get("usage") or {}
        tokens = int(usage.get("prompt_tokens") or 0), int(usage.get("completion_tokens") or 0)
    except (orjson.JSONDecodeError, KeyError, IndexError, TypeError, ValueError, AttributeError):
        return Failure("nonsense", f"What came back is no chat completion{said(body)}")
    if isinstance(text, list):
        text = "".join(str(part.get("text") or "") for part in text if isinstance(part, dict))
    if message.get("refusal") or choice.get("finish_reason") == "content_filter":
        return Failure(
            "refused", f"The model refused to answer: {str(message.get('refusal') or 'content filter')[:SHOWN]}"
        )
    if choice.get("finish_reason") == "length":
        return Failure("cut", "The answer was cut off at the most tokens allowed; raise max_tokens in the template.")
    if not isinstance(text, str) or not text.strip():
        return Failure("empty", "The model answered nothing.")
    return Answer(_unwrapped(text) if wants_json(question) else text, None, *tokens)


def said(body: bytes) -> str:
    """The endpoint's own words about what went wrong, shortened, ready to end a sentence."""
    try:
        error = orjson.loads(body)
        while isinstance(error, dict) and ("error" in error or "message" in error or "detail" in error):
            error = error.get("error") or error.get("message") or error.get("detail")
    except orjson.JSONDecodeError:
        error = body[: SHOWN * 4].decode(errors="replace")
    words = " ".join(str(error).split())[:SHOWN] if error else ""
    return f": {words}" if words else "."


def shows_images(messages: Messages) -> bool:
    """Whether any turn has an image part."""
    return any(
        isinstance(part, dict) and part.get("type") == "image_url"
        for message in messages
        if isinstance(message.get("content"), list)
        for part in message["content"]
    )


def with_images(messages: Messages, read_file: ReadFile) -> list[dict[str, Any]]:
    """The turns with each image part's file put in as data. Raises `Invalid` for what is no image, or too large."""
    turns = []
    for message in messages:
        content = message["content"]
        if isinstance(content, list):
            content = [_embedded(part, read_file) for part in content]
        turns.append({**message, "content": content})
    return turns


def _embedded(part: dict[str, Any], read_file: ReadFile) -> dict[str, Any]:
    if part.get("type") != "image_url":
        return part
    path = part["image_url"]["url"]
    content, media_type = read_file(path)
    name = path.rpartition("/")[2]
    if not media_type.startswith("image/"):
        raise Invalid(f"{name} is {media_type}; only images can be shown to a model.", fix="Name the file in words.")
    if len(content) > MAX_IMAGE:
        raise Invalid(f"{name} is larger than {MAX_IMAGE:,} bytes.", fix="Make it smaller.")
    return {"type": "image_url", "image_url": {"url": f"data:{media_type};base64,{base64.b64encode(content).decode()}"}}


def _as_object(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Endpoints take object schemas only, so anything else becomes the one property of an object."""
    if schema.get("type") == "object":
        return dict(schema)
    inner = {key: value for key, value in schema.items() if key not in ("$defs", "$schema", "$id")}
    defs = {"$defs": schema["$defs"]} if "$defs" in schema else {}
    shape = {"type": "object", "properties": {WRAPPED: inner}, "required": [WRAPPED], "additionalProperties": False}
    return shape | defs


def _unwrapped(text: str) -> str:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    if isinstance(value, dict) and set(value) == {WRAPPED}:
        inner = value[WRAPPED]
        return inner if isinstance(inner, str) else orjson.dumps(inner).decode()
    return text


def _spelled_out(schema: Mapping[str, Any]) -> dict[str, Any]:
    rule = orjson.dumps(_as_object(schema)).decode()
    return {
        "role": "system",
        "content": f"Answer with one JSON value that fits this JSON Schema and nothing else: {rule}",
    }
