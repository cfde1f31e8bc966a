"""The catalog, and sheets from the first table to a published version, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from tests.browser.conftest import Server

Open = Callable[..., Page]
Check = Callable[[Page], None]
TABLE = "main.shapes.parts"
VOLUME = "main.shapes.photos"


@pytest.fixture(scope="session")
def parts(server: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A table of six parts and a volume with a picture of four of them."""
    folder = tmp_path_factory.mktemp("parts")
    (folder / "parts.csv").write_text("part,colour,weight\n" + "".join(f"p{n},red,{n}.5\n" for n in range(6)))
    with server.sdk() as workbench:
        if "main" not in [catalog.name for catalog in workbench.catalogs.list()]:
            workbench.catalogs.create("main")
        workbench.catalogs.create_schema("main", "shapes")
        workbench.jobs.wait(workbench.tables.upload(folder / "parts.csv", TABLE).id)
        workbench.volumes.create(VOLUME)
        for number in range(4):
            picture = folder / f"p{number}.png"
            Image.new("RGB", (64, 64), (40 * number, 90, 120)).save(picture)
            workbench.volumes.upload(VOLUME, picture)
    return TABLE


@pytest.fixture(scope="session")
def sheet(server: Server, parts: str) -> str:
    """The id of a published sheet over them."""
    join = {"key": "part", "pattern": "{key}.*"}
    definition = {
        "primary_table": parts,
        "item_key": ["part"],
        "secondary_sources": [{"kind": "volume", "name": VOLUME, "alias": "photo", "join": join}],
    }
    with server.sdk() as workbench:
        made = workbench.sheets.create("Shaped parts", definition)
        workbench.sheets.publish(made.id, version=made.version)
        return str(made.id)


def test_pages_are_accessible(open_as: Open, accessible: Check, sheet: str) -> None:
    page = open_as("engineer")
    for path in (
        "/",
        "/data",
        "/data/catalog/main.shapes",
        f"/data/tables/{TABLE}",
        f"/data/tables/{TABLE}?tab=columns",
        f"/data/volumes/{VOLUME}",
        f"/data/sheets/{sheet}",
        f"/data/sheets/{sheet}?tab=definition",
        f"/data/sheets/{sheet}?tab=versions",
        f"/data/sheets/{sheet}/edit",
        f"/data/sheets/new?table={TABLE}",
    ):
        page.goto(re.sub(r"/w/.*", "", page.url) + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_label("Loading")).to_have_count(0)
        accessible(page)


def test_a_file_becomes_a_table_and_a_bad_one_names_its_row(open_as: Open, parts: str, tmp_path: Path) -> None:
    good, bad = tmp_path / "Colour list.csv", tmp_path / "ragged.csv"
    good.write_text("id,colour\n1,red\n2,blue\n")
    bad.write_text("id,colour\n1,red\n2,blue,extra\n")
    page = open_as("engineer", "/data/catalog/main.shapes")
    page.get_by_role("button", name="Upload a table").click()
    page.get_by_label("File").set_input_files(bad)
    page.get_by_role("button", name="Make the table").click()
    expect(page.get_by_role("alert")).to_contain_text("Row 3")
    page.get_by_label("File").set_input_files(good)
    page.get_by_role("textbox", name="Table").fill("colour_list")
    page.get_by_role("button", name="Make the table").click()
    expect(page.get_by_role("heading", name="colour_list")).to_be_visible()
    expect(page.get_by_role("cell", name="blue")).to_be_visible()


def test_rows_without_an_id_are_numbered_to_be_items(open_as: Open, parts: str, tmp_path: Path) -> None:
    (tmp_path / "maths.jsonl").write_text("".join(f'{{"question": "{n} and {"more " * 120}?"}}\n' for n in range(3)))
    page = open_as("engineer", "/data/catalog/main.shapes")
    page.get_by_role("button", name="Upload a table").click()
    page.get_by_label("File").set_input_files(tmp_path / "maths.jsonl")
    page.get_by_label("Number the rows").check()
    page.get_by_role("button", name="Make the table").click()
    page.get_by_role("link", name="Make a sheet").click()
    key = page.get_by_role("group", name="Item key")
    key.get_by_role("button", name="question").click()
    expect(key.get_by_text("too long to name an item")).to_be_visible()
    key.get_by_role("button", name="question").click()
    key.get_by_role("button", name="row").click()
    expect(page.get_by_text("3 items")).to_be_visible()


def test_files_that_are_there_already_are_replaced_when_wished(open_as: Open, parts: str, tmp_path: Path) -> None:
    for name, side in (("p0.png", 32), ("new.png", 16)):
        Image.new("RGB", (side, side)).save(tmp_path / name)
    page = open_as("engineer", f"/data/volumes/{VOLUME}")
    page.get_by_label("Files").set_input_files([tmp_path / "p0.png", tmp_path / "new.png"])
    refused = page.get_by_role("region", name="Upload", exact=True)
    expect(refused).to_contain_text("1 file not uploaded")
    expect(refused).to_contain_text("p0.png")
    expect(page.get_by_role("button", name=re.compile("new.png"))).to_be_visible()
    refused.get_by_role("button", name="Replace 1 file").click()
    expect(refused).to_have_count(0)
    expect(page.get_by_text("5 names")).to_be_visible()
    page.get_by_role("searchbox", name="Find by name").fill("NEW")
    expect(page.get_by_text("1 file found")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("p0.png"))).to_have_count(0)


def test_a_tag_goes_down_to_the_columns(open_as: Open, server: Server, tmp_path: Path, parts: str) -> None:
    (tmp_path / "people.csv").write_text("person,age\nTesta,40\n")
    with server.sdk() as workbench:
        workbench.jobs.wait(workbench.tables.upload(tmp_path / "people.csv", "main.shapes.people").id)
    page = open_as("admin", "/data/tables/main.shapes.people?tab=columns")
    page.get_by_role("button", name="Tags", exact=True).click()
    page.get_by_role("button", name="PHI").click()
    page.get_by_role("button", name="Save tags").click()
    expect(page.get_by_role("row", name=re.compile("person"))).to_contain_text("restricted")
    reader = open_as("viewer", "/data/tables/main.shapes.people")
    expect(reader.get_by_text("withheld").first).to_be_visible()
    expect(reader.get_by_text("Testa", exact=True)).to_have_count(0)


def test_a_sheet_is_built_with_a_live_preview(open_as: Open, parts: str) -> None:
    page = open_as("engineer", f"/data/sheets/new?table={parts}")
    page.get_by_role("group", name="Item key").get_by_role("button", name="colour").click()
    expect(page.get_by_text("is not unique").first).to_be_visible()
    page.get_by_role("group", name="Item key").get_by_role("button", name="colour").click()
    page.get_by_role("group", name="Item key").get_by_role("button", name="part").click()
    page.get_by_role("button", name="Join files").click()
    page.get_by_role("combobox", name="Files of volume").click()
    page.get_by_role("option", name=re.compile(VOLUME)).click()
    expect(page.get_by_text("2 items without photos")).to_be_visible()
    page.get_by_label("Filter").fill("wieght > 2")
    expect(page.get_by_text(re.compile("no column 'wieght'"))).to_be_visible()
    page.get_by_label("Filter").fill("weight > 2")
    expect(page.get_by_text("4 items", exact=True)).to_be_visible()
    page.get_by_role("textbox", name="Name", exact=True).fill("Heavy parts")
    page.get_by_role("button", name="Save as draft").click()
    page.get_by_role("button", name="Publish v1").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    news, title = page.get_by_role("group", name="Heavy parts v1 is published"), page.get_by_role("heading", level=1)
    expect(news).to_be_visible()
    over, under = news.bounding_box(), title.bounding_box()
    assert over is not None
    assert under is not None
    assert over["y"] + over["height"] <= under["y"]  # it lies over nothing of the page


def test_each_join_of_a_volume_begins_with_a_pattern_that_its_files_have(
    open_as: Open, server: Server, parts: str, tmp_path: Path
) -> None:
    sides = "main.shapes.sides"
    names = [f"p{n}_front.png" for n in range(6)] + [f"p{n}_back.png" for n in range(3)]
    with server.sdk() as workbench:
        workbench.volumes.create(sides)
        for name in names:
            Image.new("RGB", (16, 16)).save(tmp_path / name)
            workbench.volumes.upload(sides, tmp_path / name)
    page = open_as("engineer", f"/data/sheets/new?table={parts}")
    page.get_by_role("group", name="Item key").get_by_role("button", name="part").click()
    for place, side in enumerate(("front", "back")):
        page.get_by_role("button", name="Join files").click()
        page.get_by_role("combobox", name="Files of volume").nth(place).click()
        page.get_by_role("option", name=re.compile(sides)).click()
        expect(page.get_by_label("File name").nth(place)).to_have_value(f"{{key}}_{side}.png")
    expect(page.get_by_text("3 items without sides_2")).to_be_visible()


def test_leaving_an_unsaved_sheet_asks_first(open_as: Open, sheet: str) -> None:
    page = open_as("engineer", f"/data/sheets/{sheet}/edit")
    page.get_by_label("Filter").fill("weight > 1")
    page.get_by_role("link", name="Jobs").click()
    page.get_by_role("button", name="Cancel").last.click()
    expect(page.get_by_label("Filter")).to_have_value("weight > 1")
    page.get_by_role("button", name="Save draft v2").click()
    page.get_by_role("link", name="Versions").click()
    expect(page.get_by_role("row", name="filter – weight > 1")).to_be_visible()
    page.get_by_label("From version").select_option("v2, draft")
    expect(page.get_by_text("Nothing differs.")).to_be_visible()


def test_items_open_by_keyboard_with_their_pictures(open_as: Open, sheet: str) -> None:
    page = open_as("viewer", f"/data/sheets/{sheet}")
    page.get_by_role("button", name="p2", exact=True).first.press("Enter")
    picture = page.get_by_role("dialog").get_by_role("img", name="p2.png")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("naturalWidth", 64)
    page.keyboard.press("+")
    expect(page.get_by_text("125%")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_sheet_is_archived_and_taken_back(open_as: Open, sheet: str) -> None:
    page = open_as("engineer", "/data?search=Shaped")
    page.get_by_role("button", name="Actions for Shaped parts").click()
    page.get_by_role("menuitem", name="Archive").click()
    expect(page.get_by_text("No sheet matches")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Shaped parts")).to_be_visible()


def test_the_palette_finds_assets_and_the_tour_can_be_left_and_resumed(open_as: Open, sheet: str) -> None:
    page = open_as("engineer", "/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("Control+k")
    page.get_by_placeholder("Search or go to…").last.fill("shaped")
    page.get_by_role("option", name=re.compile("Shaped parts")).click()
    expect(page.get_by_role("heading", name="Shaped parts")).to_be_visible()
    page.get_by_role("link", name="Workbench, start page").click()
    page.get_by_role("button", name="Take the tour").click()
    expect(page).to_have_url(re.compile("/data$"))
    page.get_by_role("complementary", name="Guided tour").get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Leave the tour").click()
    page.get_by_role("link", name="Workbench, start page").click()
    expect(page.get_by_role("button", name="Resume at step 2")).to_be_visible()


def test_a_schema_is_dropped_with_everything_in_it_only_on_purpose(open_as: Open, server: Server) -> None:
    with server.sdk() as wb:
        wb.catalogs.create("attic")
        wb.catalogs.create_schema("attic", "boxes")
        wb.volumes.create("attic.boxes.letters")
    page = open_as("engineer", "/data/catalog/attic.boxes")
    missing: list[str] = []
    page.on("response", lambda response: missing.append(response.url) if response.status == 404 else None)
    dialog = page.get_by_role("dialog")
    for name in ("schema attic.boxes", "catalog attic"):
        page.get_by_role("button", name="More").click()
        page.get_by_role("menuitem", name=f"Drop {name}").click()
        if name.startswith("schema"):
            dialog.get_by_role("button", name="Drop").click()
            expect(dialog.get_by_text("still has tables or volumes")).to_be_visible()
            dialog.get_by_role("checkbox", name="With all tables").check()
        dialog.get_by_role("button", name="Drop").click()
        expect(dialog).to_have_count(0)
    expect(page.get_by_role("navigation", name="Schemas").get_by_text("attic")).to_have_count(0)
    assert missing == []
