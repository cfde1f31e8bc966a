"""What browser tests may ask for: a real server on SQLite with its worker, pages signed in as any role, and axe."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from tests.browser.tones import QUESTIONS, asked

from workbench.demo import making
from workbench.sdk import Workbench

BUILT = Path(__file__).parents[2] / "src" / "workbench" / "app" / "web" / "index.html"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SIZE = {"width": 1280, "height": 720}
PATIENCE_MS = 30_000  # a busy machine is slow, not wrong
PASSWORD = "five sample words in a row"
SETTLED = """Promise.all(document.getAnimations()
    .filter(each => each.effect.getComputedTiming().endTime < Infinity)
    .map(each => each.finished.catch(() => null)))"""
expect.set_options(timeout=PATIENCE_MS)


@dataclass(frozen=True)
class Server:
    """A running workbench: its address, the one-time link of its first start, and a token for its admin."""

    url: str
    link: str
    token: str

    def sdk(self) -> Workbench:
        """The workbench as its admin's programs see it."""
        return Workbench(self.url, token=self.token)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all browser tests; each makes what it needs under names of its own."""
    if not BUILT.is_file():
        pytest.fail("The web app is not built: run `make web`.")
    home = tmp_path_factory.mktemp("browser") / "home"
    environment = {**os.environ, "WORKBENCH_HOME": str(home), "WORKBENCH_PORT": "0"}
    command = [sys.executable, "-m", "workbench.cli.main", "serve"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        link = ""
        for line in process.stdout:
            found = re.search(r"http://\S+/sign-in/\S+", line)
            if found:
                link = found.group(0)
                break
        url = link.partition("/sign-in/")[0]
        yield Server(url, link, (home / "token").read_text().strip())
        process.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium; closed with each file, since its driver keeps an event loop running in this thread."""
    with sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def kept() -> dict[str, dict[str, Any]]:
    """The cookies of each role that somebody signed in with already."""
    return {}


@pytest.fixture(scope="module")
def signed_in(server: Server, browser: Browser, kept: dict[str, dict[str, Any]]) -> Callable[[str], dict[str, Any]]:
    """The cookies of a person of a role: the first admin by the one-time link, others by an invitation."""

    def cookies(role: str) -> dict[str, Any]:
        if role not in kept:
            context = browser.new_context()
            page = context.new_page()
            if role == "admin":
                page.goto(server.link)
                page.get_by_role("button", name="Sign in").click()
            else:
                with server.sdk() as workbench:
                    link = workbench.members.invite(f"{role}@sample.example", role).link
                page.goto(server.url + str(link))
                page.get_by_label("Your name").fill(f"Testa {role.title()}")
                page.get_by_label("Choose a password").fill(PASSWORD)
                page.get_by_role("button", name="Join").click()
            page.wait_for_url("**/w/**")
            kept[role] = cast("dict[str, Any]", context.storage_state())
            context.close()
        return kept[role]

    return cookies


@pytest.fixture
def open_as(
    server: Server, browser: Browser, signed_in: Callable[[str], dict[str, Any]]
) -> Iterator[Callable[..., Page]]:
    """Opens a page as a person of a role: `open_as("expert", "/jobs")`. Script errors fail the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def opened(role: str, path: str = "/") -> Page:
        state: Any = signed_in(role)
        context = browser.new_context(storage_state=state, viewport=cast(Any, SIZE), reduced_motion="reduce")
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(server.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not errors, errors


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """Fails when axe finds anything at all on the page, or it overflows sideways; says what and where.

    Under a window or a menu the page lies in the shade and still loads: then it is these that are looked at. In the
    other theme only the colours differ, so only they are looked at there.
    """

    def look(page: Page, options: dict[str, Any]) -> None:
        front = next((role for role in ("menu", "dialog") if page.get_by_role(role).count() == 1), None)
        # A menu hangs on its button, not in a part of the page.
        options = options if front != "menu" else {"rules": {"region": {"enabled": False}}} | options
        found = [
            f"{violation['id']}: {violation['help']} at {[node['target'] for node in violation['nodes'][:3]]}"
            for violation in Axe()
            .run(page, context=front and f"[role={front}]", options=options)
            .response["violations"]
        ]
        assert not found, "\n".join(found)

    def check(page: Page) -> None:
        page.locator('[aria-busy="true"]').first.wait_for(state="detached")
        look(page, {})
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"{page.url} is {overflow} pixels too wide"
        for theme in ("dark", "light"):
            page.emulate_media(color_scheme=theme)
            expect(page.locator("html")).to_have_attribute("data-theme", theme)
            page.evaluate(SETTLED)  # colours fade from one theme to the other
            if theme == "dark":
                look(page, {"runOnly": ["color-contrast"]})

    return check


@pytest.fixture(scope="session")
def press_at_once() -> Callable[..., None]:
    """Presses keys faster than a page draws, as two hands can."""
    press = """async keys => {
        for (const key of keys) {
            document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
            await Promise.resolve()
        }
    }"""

    def pressed(page: Page, *keys: str) -> None:
        page.evaluate(press, list(keys))

    return pressed


@pytest.fixture(scope="session")
def to_review(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Makes a training sheet of six questions under a name, with a label type of its own, and gives its id."""
    folder = tmp_path_factory.mktemp("tones")

    def made(name: str) -> str:
        with server.sdk() as wb:
            table = f"{making.schema(wb, 'tones', 'Invented questions.')}.{name}"
            rows = pa.table({"id": [f"q{n}" for n in range(len(QUESTIONS))], "question": QUESTIONS})
            making.table(wb, table, rows, folder, "")
            sheet = making.sheet(wb, f"Questions of {name}", {"primary_table": table, "item_key": ["id"]}, "")
            return asked(wb, name, sheet, "{{ question }}")

    return made
