"""Notes and typing on a pair, beside what others note and what is undone and redone: nothing of it is lost."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from playwright.sync_api import Page, expect
from tests.browser.conftest import Server
from tests.browser.tones import shown_item

from workbench.sdk import Workbench

Open = Callable[..., Page]


def noted(wb: Workbench, sheet: str, place: int, text: str) -> None:
    """Has somebody else note something, and the pages look again, as they do when a job ends."""
    pair = wb.review.pair(list(wb.training_sheets.pairs(UUID(sheet)))[place].id)
    wb.review.note(pair.id, text, version=pair.version)
    wb.jobs.wait(wb.review.refresh(UUID(sheet)).id)


def notes(wb: Workbench, sheet: str, many: int) -> list[str | None]:
    return [pair.notes for pair in wb.training_sheets.pairs(UUID(sheet)).take(many)]


def test_what_somebody_else_notes_meanwhile_is_not_lost(
    open_as: Open, server: Server, to_review: Callable[[str], str]
) -> None:
    sheet = to_review("annotated")
    page = open_as("expert", f"/label/{sheet}")
    item, note = shown_item(page), page.get_by_label("Note", exact=True)
    with server.sdk() as wb:
        expect(item).to_have_text("q0")
        noted(wb, sheet, 0, "The lawyer says no.")
        expect(note).to_have_value("The lawyer says no.")
        page.keyboard.press("f")
        expect(item).to_have_text("q1")
        expect(page.get_by_text("1 flagged")).to_be_visible()
        page.keyboard.press("n")
        page.keyboard.type("I doubt it.")
        noted(wb, sheet, 1, "The lawyer says yes.")
        expect(note).to_have_value("The lawyer says yes.\nI doubt it.")
        page.keyboard.press("Escape")
        page.keyboard.press("f")
        expect(item).to_have_text("q2")
        page.keyboard.press("n")
        page.keyboard.type("Unsure.")
        page.keyboard.press("Escape")
        expect(page.get_by_text("2 flagged")).to_be_visible()
        page.keyboard.press("j")
        expect(item).to_have_text("q3")
        noted(wb, sheet, 2, "Surely not.")
        page.keyboard.press("k")
        expect(item).to_have_text("q2")
        expect(note).to_have_value("Surely not.\nUnsure.")
        page.keyboard.press("f")
        expect(page.get_by_text("3 flagged")).to_be_visible()
        after = notes(wb, sheet, 3)
    assert after == ["The lawyer says no.", "The lawyer says yes.\nI doubt it.", "Surely not.\nUnsure."]


def test_undo_brings_the_typing_back_and_not_an_older_note(
    open_as: Open, server: Server, to_review: Callable[[str], str]
) -> None:
    sheet = to_review("renoted")
    page = open_as("expert", f"/label/{sheet}")
    item, note = shown_item(page), page.get_by_label("Note", exact=True)
    expect(item).to_have_text("q0")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(item).to_have_text("q1")
    expect(page.get_by_text("1 / 6 labeled")).to_be_visible()  # it has arrived
    with server.sdk() as wb:
        noted(wb, sheet, 0, "The lawyer says no.")
        page.keyboard.press("Control+z")
        expect(item).to_have_text("q0")
        expect(page.get_by_role("button", name="question")).to_have_attribute("aria-pressed", "true")
        expect(note).to_have_value("The lawyer says no.")
        page.keyboard.press("Enter")
        expect(item).to_have_text("q1")
        expect(page.get_by_text("1 / 6 labeled")).to_be_visible()
        assert notes(wb, sheet, 1) == ["The lawyer says no."]


def test_redo_leaves_what_was_typed_since(open_as: Open, to_review: Callable[[str], str]) -> None:
    page = open_as("expert", f"/label/{to_review('retold')}")
    item, note = shown_item(page), page.get_by_label("Note", exact=True)
    expect(item).to_have_text("q0")
    page.keyboard.press("r")
    expect(item).to_have_text("q1")
    page.keyboard.press("Control+z")
    expect(item).to_have_text("q0")
    page.keyboard.press("n")
    page.keyboard.type("Look at this again.")
    expect(page.get_by_text("saved", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(item).to_have_text("q1")
    page.keyboard.press("Control+Shift+Z")
    expect(page.get_by_text("1 rejected")).to_be_visible()
    page.keyboard.press("k")
    expect(item).to_have_text("q0")
    expect(note).to_have_value("Look at this again.")
