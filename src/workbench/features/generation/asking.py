"""Asking a model many questions from a job: what was answered before is not asked again, and what is paid for is kept.

Answers are kept under the digest of everything that was sent, soon after they arrive and apart from the pairs they are
for, so that a job that dies half-way through a batch finds them when it is taken up again.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Any

import orjson

from workbench.backends.models import OUTAGES, Answer, Failure, Labeled, Model, Question, Reply
from workbench.features.generation.making import NewPair, fill_from_reply
from workbench.features.generation.service.preparing import Prepared
from workbench.features.jobs.service import Work
from workbench.features.models import queries
from workbench.features.models import service as models
from workbench.features.models.learning import learnable, readable
from workbench.features.models.schemas import ModelEndpoint, ModelKind
from workbench.features.sheets import service as sheets
from workbench.features.sheets.rules import field_of

KEEP_EVERY = 50  # answers; so many at most are paid for twice after a crash
KEEP_SECONDS = 2.0  # or what came in this time
FileHash = Callable[[str], bytes]


class Answering:
    """Fills pairs with what a model says. The model is opened when the first question comes.

    Questions asked before under the same `salt` are not asked again.
    """

    def __init__(self, work: Work, prepared: Prepared, pins: Mapping[str, str], salt: str) -> None:
        self._work, self._prepared, self._pins, self._salt = work, prepared, pins, salt
        self._model: Model | None = None
        self._file_hash = sheets.file_hash(work.backends, work.actor)
        self._readable = readable(prepared.sheet, prepared.template.variables)

    def fill(self, pairs: Sequence[NewPair]) -> None:
        """Asks about all pairs, and fills each with its answer or with why it has none."""
        endpoint = self._prepared.endpoint
        if not pairs or endpoint is None:
            return
        if self._model is None:
            self._model = models.open_model(self._work.backends, self._work.actor, endpoint, self._learn)
        questions = [self._question(pair) for pair in pairs]
        replies = ask(self._work, endpoint, self._model, questions, file_hash=self._file_hash, salt=self._salt)
        for pair, reply in zip(pairs, replies, strict=True):
            fill_from_reply(pair, reply, self._prepared.labelset)

    def _learn(self) -> Sequence[Labeled]:
        prepared = self._prepared
        labeled = learnable(
            self._work.backends, self._work.actor, prepared.labelset, prepared.sheet, self._readable, self._pins
        )
        self._work.tell(f"Learning from {len(labeled):,} labels")
        return labeled

    def _question(self, pair: NewPair) -> Question:
        settings = self._prepared.template.model
        return Question(
            messages=pair.messages,
            item={name: field_of(pair.item, name) for name in self._readable} if pair.item else {},
            schema=self._prepared.labelset.answer_schema,
            temperature=settings.temperature,
            max_tokens=settings.max_tokens,
        )


def ask(
    work: Work, endpoint: ModelEndpoint, model: Model, questions: Sequence[Question], *, file_hash: FileHash, salt: str
) -> list[Reply]:
    """A reply to each question, in order. Equal questions under an equal `salt` are asked once, ever.

    Raises `ModelUnavailable` when the model cannot be used, and `JobCancelled`; what was answered until then is kept.
    """
    if endpoint.kind is ModelKind.NEAREST_LABEL:  # costs nothing, and its answers change with the labels
        replies = dict(model.answer(questions))
        return [replies.get(place, _unanswered()) for place in range(len(questions))]
    keys = [question_digest(endpoint, question, file_hash, salt) for question in questions]
    with work.backends.database.read() as session:
        kept = queries.answers(session, work.actor.workspace_id, list(set(keys)))
    known: dict[bytes, Reply] = {key: Answer(**answer) for key, answer in kept.items()}
    missing = {key: question for key, question in zip(keys, questions, strict=True) if key not in known}
    known |= _ask_and_keep(work, model, missing)
    # A second round before anything is written: a hiccup fails nobody, and an outage comes out as one.
    lost = {key: missing[key] for key in missing if isinstance(r := known.get(key), Failure) and r.kind in OUTAGES}
    known |= _ask_and_keep(work, model, lost) if lost else {}
    return [known.get(key, _unanswered()) for key in keys]


def question_digest(endpoint: ModelEndpoint, question: Question, file_hash: FileHash, salt: str) -> bytes:
    """32 bytes that are equal only for questions that send the same to the same model; images count by content."""
    images = [
        file_hash(part["image_url"]["url"]).hex()
        for turn in question.messages
        if isinstance(turn["content"], list)
        for part in turn["content"]
        if part.get("type") == "image_url"
    ]
    sent = [
        endpoint.base_url,
        endpoint.model,
        question.messages,
        images,
        question.schema,
        question.temperature,
        question.max_tokens,
        salt,
    ]
    return hashlib.sha256(orjson.dumps(sent, option=orjson.OPT_SORT_KEYS)).digest()


def _ask_and_keep(work: Work, model: Model, missing: dict[bytes, Question]) -> dict[bytes, Reply]:
    keys, found, fresh = list(missing), dict[bytes, Reply](), dict[bytes, Any]()

    def keep() -> None:
        if fresh:
            with work.backends.database.begin() as session:
                queries.keep_answers(session, work.actor.workspace_id, fresh)
            fresh.clear()

    kept_at = time.monotonic()

    with closing(model.answer(list(missing.values()))) as replies:
        try:
            for place, reply in replies:
                found[keys[place]] = reply
                if isinstance(reply, Answer):
                    fresh[keys[place]] = {
                        "text": reply.text,
                        "confidence": reply.confidence,
                        "tokens_in": reply.tokens_in,
                        "tokens_out": reply.tokens_out,
                    }
                    work.checkpoint["tokens_in"] = work.checkpoint.get("tokens_in", 0) + reply.tokens_in
                    work.checkpoint["tokens_out"] = work.checkpoint.get("tokens_out", 0) + reply.tokens_out
                if len(fresh) >= KEEP_EVERY or time.monotonic() - kept_at > KEEP_SECONDS:
                    keep()
                    with work.step():  # notices a cancel while a slow model is still at it
                        kept_at = time.monotonic()
        finally:
            keep()
    return found


def _unanswered() -> Failure:
    return Failure("empty", "The model gave no answer.")
