"""Canonical labeling in a real browser: item by item, undone, taken back, brought in and out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pyarrow as pa
import pytest
from playwright.sync_api import Page, Route, expect
from tests.browser.conftest import Server
from tests.browser.tones import shown_item

from workbench.demo import making

Open = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture(scope="session")
def stones(server: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The query of a sheet of five stones and a label type for them; two are labeled."""
    folder = tmp_path_factory.mktemp("stones")
    with server.sdk() as wb:
        table = f"{making.schema(wb, 'stones', 'Invented stones.')}.found"
        making.table(wb, table, pa.table({"id": [f"s{n}" for n in range(5)], "grams": [3, 5, 8, 13, 21]}), folder, "")
        sheet = making.sheet(wb, "Found stones", {"primary_table": table, "item_key": ["id"]}, "")
        classes = [{"id": "light", "name": "light"}, {"id": "heavy", "name": "heavy"}]
        making.labelset(wb, "stone_weight", "classification", "Weight of a stone", classes=classes)
        known = [{"key": {"id": name}, "value": "light"} for name in ("s0", "s1")]
        making.labels(wb, sheet, "stone_weight", known, folder, ["grams"])
    return f"type=stone_weight&sheet={sheet.id}"


def test_pages_are_accessible(open_as: Open, accessible: Check, stones: str) -> None:
    page = open_as("expert", f"/labels?{stones}")
    expect(page.get_by_role("button", name="s0", exact=True)).to_be_visible()
    accessible(page)
    page.goto(re.sub(r"/w/.*", "", page.url) + f"/labels/items?{stones}&show=all")
    expect(page.get_by_role("button", name="Submit")).to_be_visible()
    accessible(page)


def test_items_are_labeled_by_keyboard_and_taken_back(
    open_as: Open, stones: str, press_at_once: Callable[..., None]
) -> None:
    page = open_as("expert", f"/labels/items?{stones}")
    item = shown_item(page)
    expect(item).to_have_text("s2")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing is answered yet.")).to_be_visible()
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(item).to_have_text("s3")
    expect(page.get_by_text("3 / 5 labeled; 2 to do: 2 unlabeled")).to_be_visible()
    page.keyboard.press("Control+z")
    expect(item).to_have_text("s2")
    expect(page.get_by_text("2 / 5 labeled; 3 to do: 3 unlabeled")).to_be_visible()
    # What was taken back is the submission: the answer is still in the form.
    expect(page.get_by_role("button", name="heavy")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("u")
    expect(item).to_have_text("s3")
    expect(page.get_by_text(re.compile("1 unlabelable"))).to_be_visible()
    press_at_once(page, "j", "j")
    expect(page.get_by_text("Nothing is left to label here")).to_be_visible()


def test_undo_takes_nothing_back_when_the_label_before_it_is_refused(open_as: Open, stones: str) -> None:
    page = open_as("expert", f"/labels/items?{stones}&show=all")
    item = shown_item(page)
    expect(item).to_have_text("s0")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(item).to_have_text("s1")
    expect(page.get_by_text("Labeled: s0")).to_be_visible()
    undone: list[str] = []
    held: list[Route] = []
    page.on("request", lambda request: undone.append(request.url) if request.url.endswith("/revert") else None)
    page.route("**/api/v1/labels", lambda route: held.append(route))
    with page.expect_request("**/api/v1/labels"):
        page.keyboard.press("2")
        page.keyboard.press("Enter")
    page.keyboard.press("Control+z")
    held[0].fulfill(status=503, json={"type": "unavailable", "title": "Unavailable", "detail": "Not now."})
    expect(page.get_by_text("Not now.")).to_be_visible()
    expect(item).to_have_text("s1")
    assert undone == []
    page.keyboard.press("Control+z")
    expect(item).to_have_text("s0")
    assert len(undone) == 1


def test_classes_that_no_number_key_reaches_are_searched(
    open_as: Open, server: Server, stones: str, accessible: Check
) -> None:
    names = ["amber", "agate", "beryl", "chert", "flint", "garnet", "jasper", "marl", "opal", "quartz", "slate", "tuff"]
    with server.sdk() as wb:
        making.labelset(
            wb, "stone_kind", "classification", "Kind", classes=[{"id": name, "name": name} for name in names]
        )
    page = open_as("expert", "/labels/items?type=stone_kind&" + stones.partition("&")[2])
    item = shown_item(page)
    expect(item).to_have_text("s0")
    page.keyboard.press("/")
    page.keyboard.type("t")
    buttons = page.get_by_role("group").filter(has=page.get_by_label("Search the classes")).get_by_role("button")
    expect(buttons).to_contain_text(["agate", "chert", "flint", "garnet", "quartz", "slate", "tuff"])
    expect(buttons).to_have_count(7)
    page.keyboard.type("uf")
    expect(buttons).to_have_count(1)
    accessible(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="tuff")).to_have_attribute("aria-pressed", "true")
    expect(buttons).to_have_count(12)
    page.keyboard.press("Enter")
    expect(item).to_have_text("s1")
    expect(page.get_by_text("1 / 5 labeled")).to_be_visible()


def test_a_label_says_what_it_said_before_and_is_retracted_and_comes_back(
    open_as: Open, server: Server, stones: str
) -> None:
    with server.sdk() as wb:
        sheet = UUID(stones.rpartition("=")[2])
        wb.labels.label_item(sheet, "s:s1", "stone_weight", "heavy", version=1, fields=["grams"])
    page = open_as("expert", f"/labels?{stones}")
    page.get_by_role("button", name="s1", exact=True).click()
    page.get_by_role("button", name="History, 2 versions").wait_for()
    versions = page.get_by_role("dialog").get_by_role("listitem")
    expect(versions.filter(has=page.get_by_role("deletion")).first).to_contain_text(re.compile("^2now.*light heavy"))
    page.get_by_role("button", name="Revert to this").click()
    page.get_by_role("button", name="History, 3 versions").wait_for()
    expect(versions.filter(has=page.get_by_role("deletion")).first).to_contain_text(re.compile("^3now.*heavy light"))
    page.get_by_role("button", name="Retract").click()
    page.get_by_label("Reason").fill("Weighed on a broken scale.")
    page.get_by_role("dialog").get_by_role("button", name="Retract").last.click()
    expect(page.get_by_text("The label is retracted")).to_be_visible()
    page.get_by_role("region", name="News").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("row", name=re.compile("^s1"))).to_contain_text("light")


def test_an_import_is_checked_row_by_row_first(open_as: Open, stones: str, tmp_path: Path) -> None:
    lines = tmp_path / "labels.jsonl"
    lines.write_text('{"key": {"id": "s4"}, "value": "heavy"}\n{"key": {"id": "s9"}, "value": "heavy"}\n')
    page = open_as("expert", f"/labels?{stones}")
    page.get_by_role("button", name="Import", exact=True).click()
    page.locator("input[type=file]").set_input_files(lines)
    page.get_by_role("button", name="Check only").click()
    expect(page.get_by_text("Nothing was written. It would be: 1 created, 1 invalid of 2 rows.")).to_be_visible()
    report = page.get_by_role("region", name="Report")
    expect(report).to_contain_text("Row 2")
    lines.write_text('{"key": {"id": "s4"}, "value": "heavy"}\n')  # corrected, but chosen as it was before
    page.get_by_role("button", name="Import", exact=True).last.click()
    refused = page.get_by_role("dialog").get_by_role("alert")
    expect(refused).to_contain_text("labels.jsonl was changed or removed after it was chosen.")
    expect(refused).to_contain_text("Choose it again.")
    expect(report).to_have_count(0)
    page.locator("input[type=file]").set_input_files(lines)
    expect(refused).to_have_count(0)
    page.get_by_role("button", name="Check only").click()
    expect(page.get_by_text("Nothing was written. It would be: 1 created of 1 rows.")).to_be_visible()


def test_labels_leave_for_a_named_use(open_as: Open, stones: str) -> None:
    page = open_as("engineer", f"/labels?{stones}")
    page.get_by_role("button", name="Export", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Download")).click()
    lines = [json.loads(line) for line in Path(download.value.path()).read_text().splitlines()]
    assert lines
    assert {line["label_type"] for line in lines} == {"stone_weight"}


def test_labeling_without_a_choice_says_what_to_choose(open_as: Open) -> None:
    page = open_as("expert", "/labels/items")
    page.get_by_role("link", name="Choose a labelset and a sheet").click()
    expect(page.get_by_role("heading", name="Canonical Labeling")).to_be_visible()


RECEIPT = {
    "type": "object",
    "additionalProperties": False,
    "required": ["shop", "currency", "paid", "lines"],
    "properties": {
        "shop": {
            "type": "object",
            "title": "Shop",
            "required": ["name", "code"],
            "properties": {
                "name": {"type": "string", "title": "Name", "maxLength": 60},
                "code": {"type": "string", "title": "Code", "pattern": "^[A-Z]{2}[0-9]{3}$"},
            },
        },
        "currency": {"title": "Currency", "enum": ["EUR", "USD"]},
        "total": {"type": "number", "title": "Total", "minimum": 0, "maximum": 1000},
        "paid": {"type": "boolean", "title": "Paid"},
        "lines": {
            "type": "array",
            "title": "Lines",
            "minItems": 1,
            "items": {
                "type": "object",
                "title": "Line",
                "required": ["what"],
                "properties": {
                    "what": {"type": "string", "title": "What", "maxLength": 40},
                    "pieces": {"type": "integer", "title": "Pieces", "minimum": 1},
                },
            },
        },
    },
}


def test_a_form_made_from_a_json_schema_saves_what_was_typed(
    open_as: Open, server: Server, accessible: Check, tmp_path: Path
) -> None:
    with server.sdk() as wb:
        table = f"{making.schema(wb, 'tills', 'Invented receipts.')}.printed"
        rows = {
            "id": ["r0", "r1"],
            "text": ["Corner shop", "Market"],
            "total": [None, 7.25],
            "currency": ["eur", "USD"],
        }
        making.table(wb, table, pa.table(rows), tmp_path, "")
        sheet = making.sheet(wb, "Printed receipts", {"primary_table": table, "item_key": ["id"]}, "")
        making.labelset(wb, "receipt_facts", "structured", "Facts of a receipt", response_schema=RECEIPT)
    page = open_as("expert", f"/labels/items?type=receipt_facts&sheet={sheet.id}")
    form = page.get_by_role("region", name="Answer")
    item = form.get_by_role("heading").first
    expect(item).to_have_text("r0")

    form.get_by_role("button", name="EUR").click()
    page.keyboard.press("Control+Enter")  # of what is missing, each group and field says so
    for missing in ("Shop", "Paid", "Lines"):
        part = form.get_by_role("group", name=missing, exact=True)
        expect(part.or_(part.locator("..")).get_by_text("This is needed.").first).to_be_visible()
    shop = form.get_by_role("group", name="Shop")
    expect(shop.get_by_label("Name")).to_be_focused()

    page.keyboard.type("Corner shop")
    shop.get_by_label("Code").fill("ab1")
    form.get_by_label("Total").fill("1200")
    form.get_by_role("group", name="Paid").get_by_role("button", name="no").click()
    for place, (what, pieces) in enumerate((("Bread", "0"), ("Milk", "2"), ("Tea", "many"))):
        form.get_by_role("button", name="Add").click()
        form.get_by_label("What").nth(place).fill(what)
        form.get_by_label("Pieces").nth(place).fill(pieces)
    page.keyboard.press("Control+Enter")
    said = {
        shop.get_by_label("Code"): "This is not written as the labelset asks for: ^[A-Z]{2}[0-9]{3}$",
        form.get_by_label("Total"): "This must be at most 1000.",
        form.get_by_label("Pieces").nth(0): "This must be at least 1.",
        form.get_by_label("Pieces").nth(2): "This must be a whole number, not text.",
    }
    for field, message in said.items():
        expect(field).to_have_accessible_description(message)
    expect(form.get_by_label("Pieces").nth(1)).to_have_accessible_description("")
    expect(shop.get_by_label("Code")).to_be_focused()
    expect(item).to_have_text("r0")
    accessible(page)

    shop.get_by_label("Code").fill("AB123")
    form.get_by_label("Total").fill("12.50")
    form.get_by_label("Pieces").nth(0).fill("3")
    form.get_by_role("button", name="Remove Lines 2").click()
    expect(form.get_by_label("What").nth(1)).to_have_value("Tea")
    form.get_by_label("Pieces").nth(1).fill("")
    page.keyboard.press("Control+Enter")
    expect(item).to_have_text("r1")
    expect(page.get_by_text("1 / 2 labeled")).to_be_visible()  # the next is shown before this one is saved
    # What its row has under the same name is there already, and says so until it is changed.
    expect(form.get_by_label("Total")).to_have_value("7.25")
    expect(form.get_by_role("button", name="USD")).to_have_attribute("aria-pressed", "true")
    expect(form.get_by_text("from the row")).to_have_count(2)
    form.get_by_label("Total").fill("8")
    expect(form.get_by_text("from the row")).to_have_count(1)
    accessible(page)
    with server.sdk() as wb:
        label = wb.labels.of_item(sheet.id, "s:r0", "receipt_facts")
        assert label.value == {
            "shop": {"name": "Corner shop", "code": "AB123"},
            "currency": "EUR",
            "total": 12.5,
            "paid": False,
            "lines": [{"what": "Bread", "pieces": 3}, {"what": "Tea"}],
        }
