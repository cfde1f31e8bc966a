"""Canonical labeling in a real browser: item by item, undone, taken back, brought in and out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pyarrow as pa
import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Server

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


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_are_accessible(open_as: Open, accessible: Check, stones: str, theme: str) -> None:
    page = open_as("expert", f"/labels?{stones}", theme=theme)
    expect(page.get_by_role("button", name="s0", exact=True)).to_be_visible()
    accessible(page)
    page.goto(re.sub(r"/w/.*", "", page.url) + f"/labels/items?{stones}&show=all")
    expect(page.get_by_role("button", name="Submit")).to_be_visible()
    accessible(page)


def test_items_are_labeled_by_keyboard_and_taken_back(open_as: Open, stones: str) -> None:
    page = open_as("expert", f"/labels/items?{stones}")
    item = page.get_by_role("region", name="Answer").get_by_role("heading").first
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
    page.keyboard.press("u")
    expect(item).to_have_text("s3")
    expect(page.get_by_text(re.compile("1 unlabelable"))).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.get_by_text("Nothing is left to label here")).to_be_visible()


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
    expect(page.get_by_role("region", name="Report")).to_contain_text("Row 2")


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
