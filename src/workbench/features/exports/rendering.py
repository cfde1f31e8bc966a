"""A pair as a conversation: its prompt's turns, and its answer as the target turn."""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import orjson

from workbench.backends.lakehouse import Lakehouse
from workbench.backends.lakehouse.names import FileName
from workbench.backends.volumes import media_type
from workbench.features.exports.schemas import ImageWay
from workbench.features.formats import Conversation
from workbench.features.labels.kinds import kind_of
from workbench.features.labels.schemas import LabelsetVersion
from workbench.kernel.errors import Invalid, WorkbenchError

LARGEST_IMAGE = 20 * 1024 * 1024  # bytes, what fine-tuning services take
VOLUMES = "/Volumes/"

Render = Callable[[int, str, str | None], Conversation]  # position, messages and value of a pair, both as JSON


class AnswerUnreadable(Invalid):
    """A pair's answer does not fit its labelset version, so it cannot be written."""


def renderer(version: LabelsetVersion, images: ImageWay, lakehouse: Lakehouse, sources: set[str]) -> Render:
    """The function that makes a conversation of a pair's position, messages and value.

    With `embed`, images become part of the file: only those in volumes among `sources`, what the prompts read, so
    that an edited prompt cannot carry another file out.
    """
    render = kind_of(version.kind).render

    @lru_cache(maxsize=4096)
    def target(value: str | None) -> str:
        """The target turn as JSON; the same few answers come again and again."""
        text = render(None if value is None else orjson.loads(value), version)
        return orjson.dumps({"role": "assistant", "content": text}).decode()

    def conversation(position: int, messages: str, value: str | None) -> Conversation:
        try:
            turn = target(value)
        except (WorkbenchError, LookupError, TypeError, ValueError, AttributeError) as error:
            raise AnswerUnreadable(
                f"The answer of the pair at position {position} does not fit version {version.number} of the "
                f"labelset {version.label_type}.",
                row=position,
                fix="Review that pair again, then export.",
            ) from error
        return Conversation(json=f"{messages[:-1]},{turn}]" if messages != "[]" else f"[{turn}]")

    def whole(position: int, messages: str, value: str | None) -> Conversation:
        turns = conversation(position, messages, value).turns
        return Conversation([{**turn, "content": _embedded(turn["content"], lakehouse, sources)} for turn in turns])

    return whole if images == "embed" else conversation


def _embedded(content: Any, lakehouse: Lakehouse, sources: set[str]) -> Any:
    if not isinstance(content, list):
        return content
    return [_embed(part, lakehouse, sources) if part.get("type") == "image_url" else part for part in content]


def _embed(part: dict[str, Any], lakehouse: Lakehouse, sources: set[str]) -> dict[str, Any]:
    url = part["image_url"]["url"]
    if not url.startswith(VOLUMES):
        return part
    volume = str(FileName.parse(url).volume).lower()
    if volume not in sources:
        raise Invalid(
            f"The prompt shows {url}, which its template never read.",
            field="images",
            fix="Take that image out of the edited prompt, or export images by reference.",
        )
    folder, path = lakehouse.file(url)
    if folder.stat(path).size_bytes > LARGEST_IMAGE:
        raise Invalid(
            f"The image {url} is larger than {LARGEST_IMAGE // 2**20} MiB.",
            field="images",
            fix="Export images by reference, or make it smaller.",
        )
    with folder.open(path) as file:
        data = base64.b64encode(file.read()).decode()
    return {**part, "image_url": {**part["image_url"], "url": f"data:{media_type(path)};base64,{data}"}}
