"""A workspace with nothing in it, in a real browser: every page says what it is for, and leads to what comes first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.conftest import Server

Open = Callable[..., Page]
Check = Callable[[Page], None]

TEACHES = {  # by the page's name in the rail: what it says while it is empty, and the link or button to go on
    "Data": ("Make your first sheet", "New sheet"),
    "Generate": ("Generate your first training sheet", "Generate"),
    "Label": ("Nothing waits for review", "Generate a training sheet"),
    "Canonical Labeling": ("First say what a label may be", "Go to the labelsets"),
    "Prompt Templates": ("Write your first template", "New template"),
    "Labelsets": ("Make your first labelset", "New labelset"),
    "Lineage": ("Choose where to begin", "Browse the catalog"),
    "Jobs": ("No jobs yet", "Bring your data"),
    "Governance": ("Nothing has left yet", "See the training sheets"),
}
NEVER_EMPTY = {"Models", "Members", "Audit", "Settings"}  # the embedded model, oneself, and that the workspace began
TABS = {  # the same for what lies under a tab; their buttons open a dialog
    "/data/catalog": ("Bring your data", "Upload a table"),
    "/governance?tab=waivers": ("Nothing is waived", "Grant a waiver"),
}
PICKERS = {  # where one chooses: by the field's name, what it says when there is nothing to choose, and where it leads
    "/data/sheets/new": [("Primary table", "There is no table yet.", "/data/catalog")],
    "/generate/new": [
        ("Sheet", "No sheet is published yet.", "/data"),
        ("Prompt template", "No template is published yet.", "/templates"),
    ],
    "/templates/new": [("Labelset", "No labelset is published yet.", "/labelsets")],
    "/labels": [
        ("Label type", "No labelset is published yet.", "/labelsets"),
        ("Sheet", "No sheet is published yet.", "/data"),
    ],
    "/lineage": [("Table", "There is no table yet.", "/data/catalog")],
}


@pytest.fixture(scope="session")
def empty(server: Server) -> str:
    """The address of a workspace that was just made."""
    with server.sdk() as wb:
        return f"/w/{wb.workspaces.create('nothing-yet', 'Nothing yet').slug}"


@pytest.fixture
def open_quietly(open_as: Open) -> Iterator[Callable[..., Page]]:
    """Opens a page as the admin. Whatever the browser's console complains of fails the test."""
    complaints: list[str] = []

    def opened(path: str) -> Page:
        page = open_as("admin", path)
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.reload()
        return page

    yield opened
    assert complaints == []


def rail(page: Page) -> Locator:
    return page.get_by_role("navigation", name="Main").get_by_role("listitem").get_by_role("link")


def test_every_page_teaches_and_leads_on(open_quietly: Callable[..., Page], accessible: Check, empty: str) -> None:
    page = open_quietly(empty)
    expect(page.get_by_role("heading", name="Next")).to_be_visible()
    accessible(page)
    names = [name.strip() for name in rail(page).all_inner_texts()]
    assert set(names) == TEACHES.keys() | NEVER_EMPTY
    main = page.get_by_role("main")
    for name in names:
        rail(page).get_by_text(name, exact=True).click()
        expect(main.get_by_role("heading", level=1)).to_have_text(name)
        if name in TEACHES:
            title, action = TEACHES[name]
            taught = main.get_by_role("heading", level=2, name=title, exact=True)
            expect(taught).to_be_visible()
            accessible(page)
            here = page.url
            taught.locator("..").get_by_role("link", name=action, exact=True).click()
            expect(page).not_to_have_url(here)
            expect(main.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_label("Loading")).to_have_count(0)
        accessible(page)


def test_what_lies_under_a_tab_teaches_too(open_quietly: Callable[..., Page], accessible: Check, empty: str) -> None:
    for path, (title, action) in TABS.items():
        page = open_quietly(empty + path)
        taught = page.get_by_role("heading", level=2, name=title, exact=True)
        expect(taught).to_be_visible()
        accessible(page)
        taught.locator("..").get_by_role("button", name=action, exact=True).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        accessible(page)


def test_where_there_is_nothing_to_choose_it_says_where_to_make_it(
    open_quietly: Callable[..., Page], accessible: Check, empty: str
) -> None:
    for path, fields in PICKERS.items():
        page = open_quietly(empty + path)
        for field, says, leads in fields:
            page.goto(page.url.partition("/w/")[0] + empty + path)
            page.get_by_role("combobox", name=re.compile(f"^{field}")).click()
            expect(page.get_by_text(says)).to_be_visible()
            accessible(page)
            page.get_by_role("dialog").get_by_role("link").click()
            expect(page).to_have_url(re.compile(f"{empty}{leads}$"))
            expect(page.get_by_role("main").get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.parametrize("path", ["/nowhere", "/data/sheets/01a21446-0000-7000-8000-000000000000", "/labels/items"])
def test_an_address_without_a_page_says_so(open_as: Open, accessible: Check, empty: str, path: str) -> None:
    page = open_as("admin", empty + path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    accessible(page)
