"""Picking several classes in a real browser: by mouse, by keyboard, among buttons and in a long list."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Server
from tests.browser.tones import shown_item

from workbench.demo import making

Open = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.mark.parametrize(("many", "role"), [(12, "button"), (24, "option")])
def test_enter_submits_what_the_mouse_left_picked(
    open_as: Open, server: Server, accessible: Check, tmp_path: Path, many: int, role: str
) -> None:
    named = f"shells_{many}"
    classes = [{"id": f"c{n}", "name": f"kind {n:02}"} for n in range(many)]
    with server.sdk() as wb:
        table = f"{making.schema(wb, 'shells', 'Invented shells.')}.{named}"
        making.table(wb, table, pa.table({"id": ["s0", "s1", "s2"]}), tmp_path, "")
        sheet = making.sheet(wb, f"Shells, {many} kinds", {"primary_table": table, "item_key": ["id"]}, "")
        making.labelset(wb, named, "multi_classification", f"Kinds of shells, {many}", classes=classes)
    page = open_as("expert", f"/labels/items?type={named}&sheet={sheet.id}")
    item = shown_item(page)

    def kind(n: int) -> None:
        page.get_by_role(role, name=f"kind {n:02}").click()  # type: ignore[arg-type]

    expect(item).to_have_text("s0")
    kind(1)
    kind(2)
    kind(2)  # a slip
    page.keyboard.press("Enter")
    expect(item).to_have_text("s1")

    page.keyboard.press("/")
    search = page.get_by_placeholder(f"Search {many} classes…")
    box = page.locator("[class*='has-[input']").filter(has=search).last
    expect(search).to_be_focused()
    expect(box).to_have_css("outline-style", "solid")
    page.keyboard.type("slate")
    expect(page.get_by_role("status").get_by_text("No class matches.")).to_be_visible()
    accessible(page)
    search.fill("kind 03")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(item).to_have_text("s2")
    expect(page.get_by_text("2 / 3 labeled")).to_be_visible()
    with server.sdk() as wb:
        assert [wb.labels.of_item(sheet.id, ref, named).value for ref in ("s:s0", "s:s1")] == [["c1"], ["c3"]]

    if role == "button":  # Tab goes on from what was clicked, and what it reaches is picked before it is submitted
        kind(4)
        page.keyboard.press("Tab")
        fifth = page.get_by_role("button", name="kind 05")
        expect(fifth).to_be_focused()
        for key, pressed in (("Enter", "true"), ("Space", "false")):
            page.keyboard.press(key)
            expect(fifth).to_have_attribute("aria-pressed", pressed)
        expect(item).to_have_text("s2")
