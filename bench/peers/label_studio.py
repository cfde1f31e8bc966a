"""Label Studio (Community Edition) with a project of short texts: reviewers take the next task and submit a choice."""

from __future__ import annotations

import os
import re
import secrets
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2

from bench.clients import Answers, Client, at_once

STARTS_WITHIN = 300  # seconds
CHOICE = [{"from_name": "intent", "to_name": "text", "type": "choices", "value": {"choices": ["lost"]}}]
CONFIG = """<View><Text name="text" value="$text"/>
<Choices name="intent" toName="text"><Choice value="lost"/><Choice value="move"/></Choices></View>"""


@contextmanager
def serving(python: str, home: Path) -> Iterator[str]:
    """Starts it with an empty database of its own, and yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    environment = {**os.environ, "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true", "COLLECT_ANALYTICS": "false"}
    environment |= {"SENTRY_DSN": "", "FRONTEND_SENTRY_DSN": "", "LATEST_VERSION_CHECK": "false"}
    command = [str(Path(python).parent / "label-studio"), "start", "--no-browser", "--data-dir", str(home)]
    with (home.parent / "label-studio.log").open("wb") as log:
        server = subprocess.Popen([*command, "--port", port], env=environment, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(url)
        yield url
    finally:
        server.terminate()
        server.wait()


def people(url: str, count: int) -> list[str]:
    """Signs people up, as they would themselves, and returns their tokens."""
    tokens = []
    for number in range(count):
        with httpx2.Client(base_url=url, timeout=60, follow_redirects=True) as browser:
            form = browser.get("/user/signup/").raise_for_status().text
            hidden = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
            assert hidden is not None
            told = {"email": f"reviewer{number}@example.org", "password": secrets.token_hex(12)}
            sent = {**told, "csrfmiddlewaretoken": hidden[1], "allow_newsletters": "false"}
            browser.post("/user/signup/", data=sent, headers={"Referer": url}).raise_for_status()
            tokens.append(str(browser.get("/api/current-user/token").raise_for_status().json()["token"]))
    return tokens


def project(url: str, token: str, tasks: int) -> int:
    """A project with so many tasks."""
    with httpx2.Client(base_url=url, timeout=600, headers={"Authorization": f"Token {token}"}) as http:
        made = http.post("/api/projects/", json={"title": "Questions", "label_config": CONFIG}).raise_for_status()
        found = int(made.json()["id"])
        texts = [{"text": f"I lost my card, number {number}."} for number in range(tasks)]
        http.post(f"/api/projects/{found}/import", json=texts).raise_for_status()
    return found


def review(url: str, project_id: int, tokens: Sequence[str], tasks: int) -> tuple[Counter[str], Answers]:
    """Everybody takes a task and answers it, again and again; how often each was answered, and the answers."""
    handed: Counter[str] = Counter()

    async def work(client: Client, number: int) -> None:
        for _ in range(tasks // len(tokens)):
            found = await client.send("next", "GET", f"/api/projects/{project_id}/next")
            if found:
                handed[str(found["id"])] += 1
                body = {"result": CHOICE, "lead_time": 1.0}
                await client.send("submit", "POST", f"/api/tasks/{found['id']}/annotations/", body)

    return handed, at_once(url, tokens, work, scheme="Token")


def _wait(url: str) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        with suppress(httpx2.TransportError):
            if httpx2.get(f"{url}/health", timeout=5).status_code == 200:
                return
        time.sleep(0.5)
    raise RuntimeError("Label Studio did not start")
