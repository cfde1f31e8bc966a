"""Every window over a page, in a real browser: it fits, starts at its first field, closes, and gives the focus back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pyarrow as pa
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from tests.browser.conftest import SIZE, Server

from workbench.demo import making

Open = Callable[..., Page]
Check = Callable[[Page], None]

MANY = "?search=Letters"
ASSET = ["Name and description…", "Duplicate…"]
WINDOWS = {  # by the page: the buttons that open a window, and of those that open a menu the actions that do
    "/": [("Help", ["Keys"])],
    f"/data{MANY}": [("Actions for Letters", ["Duplicate…"])],
    "/data/sheets/{sheet}": [("More", [*ASSET, "Discard draft v2…"]), ("Publish v2", []), ("l0", [])],
    "/data/catalog/samples.papers": [
        ("New", ["Catalog…", "Schema…", "Volume…"]),
        ("Upload a table", []),
        ("More", ["Drop schema samples.papers…"]),
        ("Tags", []),
        ("Comment", []),
    ],
    "/data/tables/samples.papers.letters": [
        ("More", ["Upload rows…", "Drop the table…"]),
        ("Tags", []),
        ("Comment", []),
        ("Dear shop, 0", []),
    ],
    "/data/volumes/samples.papers.scans": [("Make a table of the files", []), ("l0.png", [])],
    "/generate?search=Tones": [("Actions for Tones of letters", ["Generate again…"])],
    "/generate/{trained}": [("More", ["Name and description…", "Generate again…", "Delete…"]), ("Approve", [])],
    "/labels?type=letter_tone&sheet={sheet}": [("l0", []), ("Import", []), ("Export", [])],
    "/templates/{template}": [("More", ASSET), ("Publish…", []), ("Discard", [])],
    "/templates/{template}?tab=versions": [("Archive 1.0.0", [])],
    "/labelsets/{labelset}": [("More", ASSET), ("Publish…", []), ("Discard", [])],
    "/labelsets/{labelset}?tab=versions": [("Archive v1", [])],
    "/labelsets/{labelset}?tab=usage": [("Narrow", [])],
    "/models": [("Add a model", []), ("Actions for Nearest label", ["Edit", "Try…", "Remove…"])],
    "/members": [("Invite", []), ("Actions for Testa Viewer", ["Role and clearance…", "Remove…"])],
    "/governance?tab=waivers&search=12": [("Grant a waiver", []), ("Actions for waiver for {waiver}", ["Revoke"])],
    "/audit?search=letters": [("Verify the chain", [])],
    "/settings": [("New token", []), ("New workspace", []), ("Rename", [])],
}


@pytest.fixture(scope="session")
def letters(server: Server, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The ids of a sheet, a labelset and a template, each published and with a draft, and of what was made of them."""
    folder = tmp_path_factory.mktemp("letters")
    Image.new("RGB", (640, 900), (230, 226, 215)).save(folder / "l0.png")
    with server.sdk() as wb:
        space = making.schema(wb, "papers", "Invented letters.")
        rows = pa.table({"id": [f"l{n}" for n in range(3)], "text": [f"Dear shop, {n}" for n in range(3)]})
        making.volume(wb, f"{space}.scans", folder, "")
        making.table(wb, f"{space}.letters", rows, tmp_path_factory.mktemp("rows"), "")
        scans = {
            "kind": "volume",
            "name": f"{space}.scans",
            "alias": "scan",
            "join": {"key": "id", "pattern": "{key}.png"},
        }
        definition = {"primary_table": f"{space}.letters", "item_key": ["id"], "secondary_sources": [scans]}
        sheet = making.sheet(wb, "Letters", definition, "")
        wb.sheets.save_draft(sheet.id, definition | {"filter": "id <> 'l2'"}, version=sheet.version)
        tones = [{"id": name, "name": name} for name in ("kind", "angry")]
        labelset = making.labelset(wb, "letter_tone", "classification", "Tone of a letter", classes=tones)
        template = making.template(wb, "Ask the tone", label_type="letter_tone", user_prompt="What tone? {{ text }}")
        trained = making.training_sheet(wb, "Tones of letters", sheet, template, "manual")
        wb.labels.label_item(sheet.id, "s:l0", "letter_tone", "kind", fields=["text"])
        waiver = wb.governance.grant_waiver("source", f"{space}.letters", ["validation"], "Contract 12")
        wb.labelsets.start_draft(labelset.id)
        wb.templates.start_draft(template.id)
    ids = {"sheet": sheet.id, "labelset": labelset.id, "template": template.id, "trained": trained.id}
    return {name: str(id_) for name, id_ in ids.items()} | {"waiver": waiver.subject_ref}


def test_windows_fit_take_the_focus_and_give_it_back(
    open_as: Open, accessible: Check, letters: dict[str, str], subtests: pytest.Subtests
) -> None:
    open_as("viewer")  # so that there is another member
    page = open_as("admin")
    base, known = page.url.rstrip("/"), set[str]()

    def look_at(name: str, opener: Locator, act: Callable[[], None]) -> None:
        """Opens a window by an act, looks at it in both themes unless one of its name is known, and closes it again."""
        act()
        window = page.get_by_role("dialog")
        expect(window).to_have_count(1)
        box = window.bounding_box()
        assert box is not None
        assert min(box["x"], box["y"]) >= 0
        assert box["x"] + box["width"] <= SIZE["width"]
        assert box["y"] + box["height"] <= SIZE["height"]
        fields = window.locator("input:not([readonly], [tabindex='-1']), textarea, select, [data-start]")
        needed = window.locator(":is(input, textarea)[aria-required=true]").all()
        first = next((field for field in needed if field.input_value() == ""), fields.first)
        expect(first if fields.count() else window.locator(":focus")).to_be_focused()
        if name not in known:
            accessible(page)
            known.add(name)
        page.keyboard.press("Escape")
        expect(window).to_have_count(0)
        expect(opener).to_be_focused()

    for path, buttons in WINDOWS.items():
        page.goto(base + path.format(**letters))
        for name, actions in buttons:
            named = re.escape(name.format(**letters))
            opener = page.get_by_role("button", name=re.compile(rf"^{named}( \d.*)?$")).first  # a file tells its size
            if not actions:
                with subtests.test(path=path, button=name):
                    look_at(name, opener, opener.click)
            for number, action in enumerate(actions):
                with subtests.test(path=path, button=name, action=action):
                    opener.click()
                    expect(page.get_by_role("menu")).to_be_visible()
                    if number == 0:
                        accessible(page)
                    found = page.get_by_role("menuitem", name=re.compile(f"^{re.escape(action)}"))
                    look_at(action, opener, found.click)


def test_menus_and_the_palette_open_and_close_by_keyboard(open_as: Open, accessible: Check) -> None:
    page = open_as("admin")
    for name, role in (
        ("Help", "menu"),
        ("Light or dark", "menu"),
        ("Admin, menu", "menu"),
        ("Search or go", "dialog"),
    ):
        opener = page.get_by_role("button", name=name)
        opener.press("Enter")
        expect(page.get_by_role(role)).to_be_visible()
        accessible(page)
        page.keyboard.press("Escape")
        expect(page.get_by_role(role)).to_have_count(0)
        expect(opener).to_be_focused()
