"""OpenAI chat JSON Lines: `{"messages": [{"role", "content"}, …]}` on every line, as fine-tuning takes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import orjson

from workbench.features.formats.protocol import Conversation
from workbench.kernel.errors import Invalid

ROLES = ("system", "developer", "user", "assistant", "tool", "function")
BESIDE = ("tools", "functions", "parallel_tool_calls")
PARTS = ("text", "image_url", "input_audio", "file", "refusal")  # each part has its content under its type
LONGEST_LINE = 64 * 1024 * 1024  # bytes; embedded images make long lines


class OpenAIChat:
    """The format of chat fine-tuning files."""

    name = "openai_chat"
    title = "OpenAI chat"
    description = "JSON Lines of conversations, the target answer last. Read by OpenAI, Databricks, TRL and Axolotl."
    suffix = "jsonl"
    media_type = "application/jsonl"
    sample: tuple[Conversation, ...] = (
        Conversation(
            (
                {"role": "system", "content": "You sort mail."},
                {"role": "user", "content": "“Wo ist mein Paket?”\nAntworte kurz."},
                {"role": "assistant", "content": "delivery"},
            )
        ),
        Conversation(
            (
                {
                    "role": "user",
                    "content": [
                        {"type": "text", "text": "Which part is missing?"},
                        {"type": "image_url", "image_url": {"url": "/Volumes/main/lab/boards/board-07.png"}},
                    ],
                },
                {"role": "assistant", "content": "R4"},
            )
        ),
        Conversation(
            (
                {"role": "user", "content": "Is bench 3 free?"},
                {
                    "role": "assistant",
                    "content": None,
                    "tool_calls": [
                        {
                            "id": "call-1",
                            "type": "function",
                            "function": {"name": "is_free", "arguments": '{"bench": 3}'},
                        }
                    ],
                },
                {"role": "tool", "tool_call_id": "call-1", "content": "true"},
                {"role": "assistant", "content": "Yes."},
            ),
            {"tools": [{"type": "function", "function": {"name": "is_free", "parameters": {"type": "object"}}}]},
        ),
    )

    def write(self, rows: Iterable[Conversation]) -> Iterator[bytes]:
        """One line per conversation, keys in a fixed order."""
        for row in rows:
            more = _beside(row) if row.extra else ""
            yield f'{{"messages":{row.json}{more}}}\n'.encode()

    def read(self, file: BinaryIO) -> Iterator[Conversation]:
        """One conversation per line; empty lines and a byte order mark are passed over."""
        for number, line in enumerate(_lines(file), start=1):
            if number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
            if line.strip():
                yield _conversation(line, number)


def _beside(row: Conversation) -> str:
    beside = {key: row.extra[key] for key in BESIDE if key in row.extra}
    return f",{orjson.dumps(beside).decode()[1:-1]}" if beside else ""


def _lines(file: BinaryIO) -> Iterator[bytes]:
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise _wrong(number, f"The line is longer than {LONGEST_LINE // 2**20} MiB.", "Is this a JSON Lines file?")
        yield line


def _conversation(line: bytes, number: int) -> Conversation:
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise _wrong(
            number, f"The line is not JSON: {error.msg}.", "Write one JSON object per line, in UTF-8."
        ) from error
    if not isinstance(value, dict):
        raise _wrong(number, "The line is not an object.", 'Write {"messages": […]}.')
    turns = value.pop("messages", None)
    if not isinstance(turns, list) or not turns:
        raise _wrong(number, "There are no messages.", 'Write {"messages": [{"role": …, "content": …}]}.')
    unknown = sorted(set(value) - set(BESIDE))
    if unknown:
        raise _wrong(number, f"{unknown[0]!r} is not part of this format.", f"Beside messages: {', '.join(BESIDE)}.")
    for place, turn in enumerate(turns):
        problem = _problem(turn)
        if problem:
            raise _wrong(number, f"messages[{place}]: {problem}.", "See the format's description.")
    return Conversation(tuple(turns), value)


def _problem(turn: Any) -> str | None:
    """What is wrong with a turn, or None."""
    if not isinstance(turn, dict):
        return "it is not an object"
    if turn.get("role") not in ROLES:
        return f"the role {turn.get('role')!r} is none of {', '.join(ROLES)}"
    content = turn.get("content")
    if content is None:
        calls = turn["role"] == "assistant" and (turn.get("tool_calls") or turn.get("function_call"))
        return None if calls else "it has no content"
    if isinstance(content, str):
        return None
    if not isinstance(content, list) or not content:
        return "the content is neither text nor a list of parts"
    for part in content:
        kind = part.get("type") if isinstance(part, dict) else None
        if kind not in PARTS or kind not in part:
            return f"a part of type {kind!r} is none of {', '.join(PARTS)}, or lacks its content"
    return None


def _wrong(row: int, what: str, fix: str) -> Invalid:
    return Invalid(what, row=row, fix=fix)
