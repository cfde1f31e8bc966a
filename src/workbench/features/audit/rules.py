"""How an event reads as a sentence, and how events hash into a chain."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import Any

import orjson

from workbench.kernel.clock import problem_of_moment

GENESIS = "0" * 64  # what the first event's hash builds on

_ACTION = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*")
_IRREGULAR = {
    "begin": "began",
    "give": "gave",
    "redo": "redid",
    "resend": "resent",
    "reset": "reset",
    "run": "ran",
    "send": "sent",
    "undo": "undid",
    "write": "wrote",
}
_DEEDS = {  # where the noun of the action is not what it was done to
    "constraints.set": "set the constraints of",
    "source.comment": "commented on",
    "tags.set": "set the tags of",
    "waiver.grant": "granted a waiver for",
    "waiver.revoke": "revoked a waiver for",
}
_DOUBLED = ("admit", "drop", "submit", "tag", "untag", "stop")


def is_action(action: str) -> bool:
    """Whether it is spelled `noun.verb`."""
    return _ACTION.fullmatch(action) is not None


def past_tense(verb: str) -> str:
    """What was done, for a sentence: `publish` → `published`, `sign_in` → `signed in`; past forms stay as they are."""
    first, *rest = verb.split("_")
    if first in _IRREGULAR:
        done = _IRREGULAR[first]
    elif first in _DOUBLED:
        done = first + first[-1] + "ed"
    elif first.endswith("ed"):
        done = first
    elif first.endswith("e"):
        done = first + "d"
    elif re.search(r"[^aeiou]y$", first):
        done = first[:-1] + "ied"
    else:
        done = first + "ed"
    return " ".join([done, *rest])


def deed(action: str) -> str:
    """What was done, for a sentence that ends with the subject: `sheet.publish` → `published`."""
    return _DEEDS.get(action) or past_tense(action.partition(".")[2])


def subject_phrase(kind: str, subject_id: str | None, details: dict[str, Any]) -> str:
    """What it was done to: the kind and the name that the details give, or else its id."""
    name = next((details[key] for key in ("name", "title", "email") if isinstance(details.get(key), str)), subject_id)
    noun = kind.replace("_", " ")
    return f"{noun} {name}" if name else noun


def chain_hash(previous: str, event: dict[str, Any]) -> str:
    """SHA-256, in hex, over the hash before and the event as canonical JSON (sorted keys, UTC times, no spaces)."""
    canonical = orjson.dumps(event, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(previous.encode() + b"\n" + canonical).hexdigest()


def read_moment(text: str) -> datetime:
    """The time that a cursor holds. Raises `ValueError` for one that no cursor of ours holds."""
    moment = datetime.fromisoformat(text)
    problem = problem_of_moment(moment)
    if problem:
        raise ValueError(problem)
    return moment
