"""Any endpoint that speaks OpenAI's chat completions: OpenAI itself, vLLM, Ollama, Databricks, and the rest.

Questions go out side by side, at most `concurrency` at once, through the guarded client. An overloaded endpoint is
asked again, later and later or when it says; one that fails many questions in a row is left alone, so that a job stops
with a clear message instead of failing every item.
"""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Awaitable, Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from queue import SimpleQueue

import orjson

from workbench.backends.models.chat_completions import (
    FORMATS,
    Messages,
    read_answer,
    request_body,
    said,
    shows_images,
    wants_json,
    with_images,
)
from workbench.backends.models.protocol import Failure, ModelUnavailable, Question, ReadFile, Reply
from workbench.backends.outbound import NoConnection, Outbound, Response, TooSlow, checked_url
from workbench.kernel.clock import now
from workbench.kernel.errors import WorkbenchError

ATTEMPTS = 5
FIRST_PAUSE = 0.5  # seconds before the second attempt; twice as long before each further one
LONGEST_PAUSE = 60.0
FAILURES_IN_A_ROW = 8  # after which the endpoint is left alone
TRY_LATER = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
OUTAGES = frozenset({"overloaded", "unreachable", "timeout", "nonsense"})  # of the endpoint, not of a question

Pause = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class ChatEndpoint:
    """Where to ask. `key` is the secret itself, `key_name` what people call it; `allow` the networks it may live in."""

    base_url: str
    model: str
    key: str | None = None
    key_name: str | None = None
    takes_images: bool = False
    concurrency: int = 8
    timeout_seconds: float = 60
    allow: Sequence[str] = ()


class OpenAICompatible:
    """A chat model behind an address. `read_file` gives the bytes of an image part; `pause` waits (tests do not)."""

    def __init__(self, endpoint: ChatEndpoint, read_file: ReadFile, pause: Pause = asyncio.sleep) -> None:
        self.endpoint = endpoint
        self.takes_images = endpoint.takes_images
        self._url = checked_url(endpoint.base_url) + "/chat/completions"
        self._headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if endpoint.key:
            self._headers["Authorization"] = f"Bearer {endpoint.key}"
        self._read_file = read_file
        self._pause = pause
        self._way = 0  # how far down FORMATS this endpoint made us step
        self._failures_in_a_row = 0

    def answer(self, questions: Sequence[Question]) -> Generator[tuple[int, Reply]]:
        """Asks from an event loop in a thread of its own; replies come as they arrive."""
        replies: SimpleQueue[tuple[int, Reply] | BaseException | None] = SimpleQueue()
        loop = asyncio.new_event_loop()
        asking = loop.create_task(self._ask_all(questions, replies.put))
        asking.add_done_callback(lambda task: replies.put(None if task.cancelled() else task.exception()))
        thread = threading.Thread(target=_run, args=(loop, asking), name="model-calls", daemon=True)
        thread.start()
        try:
            while (reply := replies.get()) is not None:
                if isinstance(reply, BaseException):
                    raise reply
                yield reply
        finally:
            with suppress(RuntimeError):  # the loop has ended by itself
                loop.call_soon_threadsafe(asking.cancel)
            thread.join()

    async def _ask_all(self, questions: Sequence[Question], put: Callable[[tuple[int, Reply]], None]) -> None:
        waiting = iter(enumerate(questions))

        async def ask_on(client: Outbound) -> None:
            for place, question in waiting:
                reply = await self._ask(client, question)
                self._require_working(reply)
                put((place, reply))

        async with Outbound(self.endpoint.allow, connections=self.endpoint.concurrency) as client:
            try:
                async with asyncio.TaskGroup() as group:
                    for _ in range(min(self.endpoint.concurrency, len(questions))):
                        group.create_task(ask_on(client))
            except ExceptionGroup as several:
                raise several.exceptions[0] from None

    async def _ask(self, client: Outbound, question: Question) -> Reply:
        messages: Messages = question.messages
        if shows_images(messages):
            if not self.takes_images:
                return Failure("image", "This model takes no images.")
            try:
                messages = await asyncio.to_thread(with_images, messages, self._read_file)
            except (WorkbenchError, OSError) as error:
                return Failure("image", f"An image of this item cannot be sent: {error}")
        failure = Failure("overloaded", "It was not asked.")
        pause = FIRST_PAUSE
        for attempt in range(ATTEMPTS):
            if attempt:
                await self._pause(pause * random.uniform(1.0, 1.3))  # noqa: S311 - spreads load, hides nothing
            try:
                response = await self._send(client, question, messages)
            except (TooSlow, NoConnection) as error:
                failure = Failure("timeout" if isinstance(error, TooSlow) else "unreachable", error.message)
                pause = FIRST_PAUSE * 2**attempt
                continue
            if response.status not in TRY_LATER:
                self._require_accepted(response)
                return read_answer(response.status, response.body, question)
            failure = Failure("overloaded", f"The endpoint answered {response.status}{said(response.body)}")
            pause = min(LONGEST_PAUSE, _retry_after(response) or FIRST_PAUSE * 2**attempt)
        return Failure(failure.kind, f"{failure.detail} (tried {ATTEMPTS} times)")

    async def _send(self, client: Outbound, question: Question, messages: Messages) -> Response:
        """One request; steps down to a plainer way of asking for JSON while the endpoint refuses the request."""
        way = self._way
        while True:
            body = request_body(self.endpoint.model, question, messages, FORMATS[way])
            response = await client.post(self._url, body, self._headers, timeout_seconds=self.endpoint.timeout_seconds)
            refused = response.status in (400, 422) and wants_json(question)
            if not refused or way == len(FORMATS) - 1:
                if response.status == 200:
                    self._way = max(self._way, way)
                return response
            way += 1

    def reach(self, seconds: float) -> bool | None:
        """Asks for the list of models, which sends no content and costs nothing; whether this one is in it.

        None when the endpoint keeps no such list. Raises `ModelUnavailable` when it refuses us, and what `Outbound.get`
        raises when it cannot be reached within `seconds`.
        """
        response = asyncio.run(self._models(seconds))
        self._require_admitted(response)
        try:
            return any(each["id"] == self.endpoint.model for each in orjson.loads(response.body)["data"])
        except (ValueError, TypeError, KeyError):
            return None

    async def _models(self, seconds: float) -> Response:
        async with Outbound(self.endpoint.allow) as client:
            return await client.get(
                checked_url(self.endpoint.base_url) + "/models", self._headers, timeout_seconds=seconds
            )

    def _require_admitted(self, response: Response) -> None:
        if response.status in (401, 403):
            name = self.endpoint.key_name
            raise ModelUnavailable(
                f"The model endpoint refuses us ({response.status}){said(response.body)}",
                fix=f"Check the key in {name}." if name else "Name the environment variable that holds its key.",
            )

    def _require_accepted(self, response: Response) -> None:
        self._require_admitted(response)
        if response.status in (404, 405):
            raise ModelUnavailable(
                f"The model endpoint does not know {self.endpoint.model} at {self._url} ({response.status}).",
                fix="Check its address (it usually ends in /v1) and the model's name.",
            )

    def _require_working(self, reply: Reply) -> None:
        if not isinstance(reply, Failure) or reply.kind not in OUTAGES:
            self._failures_in_a_row = 0
            return
        self._failures_in_a_row += 1
        if self._failures_in_a_row >= FAILURES_IN_A_ROW:
            raise ModelUnavailable(
                f"The model endpoint failed {FAILURES_IN_A_ROW} questions in a row. The last: {reply.detail}",
                fix="When it works again, take the job up where it stopped; what was answered is kept.",
            )


def _run(loop: asyncio.AbstractEventLoop, asking: asyncio.Task[None]) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(asyncio.wait([asking]))
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


def _retry_after(response: Response) -> float | None:
    """The seconds an endpoint asks us to wait, given as a number or as a date; None when it does not say."""
    value = next((v for name, v in response.headers.items() if name.lower() == "retry-after"), "").strip()
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(value) - now()).total_seconds())
    except (ValueError, TypeError):
        return None
