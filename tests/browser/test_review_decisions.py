"""Deciding in a real browser: by key, fast, taken back, against another's decision."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pyarrow as pa
from playwright.sync_api import APIResponse, Page, Route, expect
from tests.browser.conftest import Server
from tests.browser.tones import TONES, shown_item

from workbench.demo import making

Open = Callable[..., Page]
Check = Callable[[Page], None]


def test_keys_decide_skip_undo_and_the_progress_is_honest(open_as: Open, to_review: Callable[[str], str]) -> None:
    page = open_as("expert", f"/label/{to_review('keyed')}")
    item, progress = shown_item(page), page.get_by_text(re.compile(r"/ 6 labeled"))
    expect(item).to_have_text("q0")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing is answered yet.")).to_be_visible()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(item).to_have_text("q1")
    expect(progress).to_have_text("1 / 6 labeled; 5 to review: 5 unlabeled")
    page.keyboard.press("2")
    page.keyboard.press("a")
    expect(item).to_have_text("q2")
    expect(progress).to_contain_text("2 / 6 labeled")
    page.keyboard.press("j")
    expect(item).to_have_text("q3")
    page.keyboard.press("r")
    expect(item).to_have_text("q4")
    expect(progress).to_contain_text("1 rejected")
    page.keyboard.press("Control+z")
    expect(item).to_have_text("q3")
    expect(progress).to_have_text("2 / 6 labeled; 4 to review: 4 unlabeled")
    page.keyboard.press("Control+Shift+Z")
    expect(item).to_have_text("q4")
    for following in ("q5", "q2"):  # the skipped one comes at the end
        page.keyboard.press("4")
        page.keyboard.press("Control+Enter")
        expect(item).to_have_text(following)
    page.keyboard.press("f")
    expect(page.get_by_text("Nothing left to review")).to_be_visible()


def test_keys_that_come_faster_than_the_page_is_drawn_each_count(
    open_as: Open, to_review: Callable[[str], str], press_at_once: Callable[..., None]
) -> None:
    page = open_as("expert", f"/label/{to_review('hasty')}")
    item = shown_item(page)
    expect(item).to_have_text("q0")
    press_at_once(page, "j", "j")
    expect(item).to_have_text("q2")
    press_at_once(page, "1", "Enter", "2", "Enter")
    expect(item).to_have_text("q4")
    expect(page.get_by_text("2 / 6 labeled; 4 to review: 4 unlabeled")).to_be_visible()


def test_answers_in_another_order_than_the_decisions_leave_the_counts_exact(
    open_as: Open, to_review: Callable[[str], str]
) -> None:
    page = open_as("expert", f"/label/{to_review('crossed')}")
    item = shown_item(page)
    expect(item).to_have_text("q0")
    asked: list[Route] = []
    held: list[tuple[Route, APIResponse]] = []

    def hold_the_first(route: Route) -> None:
        asked.append(route)
        if len(asked) > 1:
            route.continue_()
        else:
            held.append((route, route.fetch()))

    page.route(re.compile("/edit$"), hold_the_first)
    for key, following in (("1", "q1"), ("2", "q2")):
        page.keyboard.press(key)
        page.keyboard.press("Enter")
        expect(item).to_have_text(following)
        while not held:  # the server has the first before it gets the second
            page.wait_for_timeout(10)
    expect(page.get_by_text("2 / 6 labeled")).to_be_visible()
    (route, answer) = held[0]
    with page.expect_response(re.compile("/training-sheets/[^/]+$")):
        route.fulfill(response=answer)
    expect(page.get_by_text("2 / 6 labeled; 4 to review: 4 unlabeled")).to_be_visible()


def test_a_class_that_the_keyboard_reached_is_picked_before_it_is_submitted(
    open_as: Open, server: Server, to_review: Callable[[str], str]
) -> None:
    sheet = to_review("reached")
    page = open_as("expert", f"/label/{sheet}")
    item = shown_item(page)
    expect(item).to_have_text("q0")
    page.keyboard.press("1")
    page.keyboard.press("e")
    page.keyboard.press("Tab")
    complaint = page.get_by_role("button", name="complaint")
    expect(complaint).to_be_focused()
    page.keyboard.press("Enter")
    expect(complaint).to_have_attribute("aria-pressed", "true")
    expect(item).to_have_text("q0")
    page.keyboard.press("Enter")
    expect(item).to_have_text("q1")
    page.get_by_role("button", name="other").click()  # what the mouse picked, Enter submits
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    expect(item).to_have_text("q2")
    expect(page.get_by_text("2 / 6 labeled")).to_be_visible()
    with server.sdk() as wb:
        said = [pair.summary for pair in wb.training_sheets.pairs(UUID(sheet)).take(2)]
    assert said == ["complaint", "request"]


def test_undo_takes_back_what_was_picked_here_before_what_was_decided_elsewhere(
    open_as: Open, to_review: Callable[[str], str]
) -> None:
    page = open_as("expert", f"/label/{to_review('picked')}")
    item = shown_item(page)
    expect(item).to_have_text("q0")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(item).to_have_text("q1")
    expect(page.get_by_text("1 / 6 labeled")).to_be_visible()
    request = page.get_by_role("button", name="request")
    page.keyboard.press("3")
    expect(request).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Control+z")
    expect(request).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Control+Shift+Z")
    expect(request).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Control+z")
    expect(item).to_have_text("q1")
    page.keyboard.press("Control+z")
    expect(item).to_have_text("q0")
    expect(page.get_by_text("0 / 6 labeled")).to_be_visible()


def test_undo_waits_for_the_decision_that_is_on_its_way(open_as: Open, to_review: Callable[[str], str]) -> None:
    page = open_as("expert", f"/label/{to_review('awaited')}")
    item = shown_item(page)
    expect(item).to_have_text("q0")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(item).to_have_text("q1")
    expect(page.get_by_text("1 / 6 labeled")).to_be_visible()
    held: list[Route] = []
    page.route(re.compile("/edit$"), lambda route: held.append(route))
    with page.expect_request(re.compile("/edit$")):
        page.keyboard.press("2")
        page.keyboard.press("Enter")
    expect(item).to_have_text("q2")
    page.keyboard.press("Control+z")
    held[0].continue_()
    expect(item).to_have_text("q1")
    expect(page.get_by_text("1 / 6 labeled; 5 to review: 5 unlabeled")).to_be_visible()


def test_undo_takes_back_one_change_and_not_the_note_beside_it(
    open_as: Open, server: Server, to_review: Callable[[str], str]
) -> None:
    sheet = to_review("stepwise")
    page = open_as("expert", f"/label/{sheet}")
    item, note = shown_item(page), page.get_by_label("Note", exact=True)
    pressed = {name: page.get_by_role("button", name=name) for name in ("question", "complaint")}
    expect(item).to_have_text("q0")
    page.keyboard.press("n")
    page.keyboard.type("Ask the shop.")
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    page.keyboard.press("Control+z")
    expect(pressed["question"]).to_have_attribute("aria-pressed", "false")
    expect(note).to_have_value("Ask the shop.")
    page.keyboard.press("2")
    page.keyboard.press("Control+Shift+Z")  # something new was picked: there is nothing to put back
    expect(pressed["complaint"]).to_have_attribute("aria-pressed", "true")
    expect(note).to_have_value("Ask the shop.")
    page.keyboard.press("Control+z")
    page.get_by_role("button", name="Leave the note").click()
    expect(page.get_by_text("Left a note on q0").first).to_be_visible()
    page.keyboard.press("Control+z")  # what stands for everybody is no typing
    expect(page.get_by_text("0 / 6 labeled")).to_be_visible()
    expect(note).to_have_value("Ask the shop.")
    page.keyboard.press("r")
    expect(item).to_have_text("q1")
    expect(page.get_by_text("1 rejected")).to_be_visible()
    with server.sdk() as wb:
        assert wb.training_sheets.pairs(UUID(sheet)).take(1)[0].notes == "Ask the shop."


def test_undo_takes_nothing_back_when_the_decision_before_it_is_refused(
    open_as: Open, to_review: Callable[[str], str]
) -> None:
    page = open_as("expert", f"/label/{to_review('refused')}")
    item = shown_item(page)
    expect(item).to_have_text("q0")
    page.keyboard.press("r")
    expect(item).to_have_text("q1")
    expect(page.get_by_text("1 rejected")).to_be_visible()
    held: list[Route] = []
    undone: list[str] = []
    page.on("request", lambda request: undone.append(request.url) if request.url.endswith("/undo") else None)
    page.route(re.compile("/flag$"), lambda route: held.append(route))
    with page.expect_request(re.compile("/flag$")):
        page.keyboard.press("f")
    expect(item).to_have_text("q2")
    page.keyboard.press("Control+z")
    held[0].fulfill(
        status=503, json={"type": "unavailable", "title": "Unavailable", "detail": "Not now.", "status": 503}
    )
    expect(item).to_have_text("q1")
    expect(page.get_by_text("Not now.")).to_be_visible()
    page.unroute(re.compile("/flag$"))
    page.keyboard.press("f")
    expect(page.get_by_text("1 rejected, 1 flagged")).to_be_visible()
    assert undone == []


def test_what_the_list_decided_is_not_undone_by_taking_back_something_else(
    open_as: Open, to_review: Callable[[str], str]
) -> None:
    page = open_as("expert", f"/label/{to_review('listed')}/pairs")
    page.get_by_role("row", name=re.compile("q5")).get_by_role("checkbox").check()
    page.keyboard.press("f")
    page.get_by_role("dialog").get_by_role("button", name="Flag").click()
    news = page.get_by_role("region", name="News")
    expect(news.get_by_text("Flagged 1 pair")).to_be_visible()
    page.get_by_role("link", name="Review one by one").click()
    expect(shown_item(page)).to_have_text("q0")
    page.keyboard.press("r")
    expect(page.get_by_text("1 rejected, 1 flagged")).to_be_visible()
    news.get_by_role("button", name="Undo").click()
    expect(news.get_by_text("More was decided since")).to_be_visible()
    expect(page.get_by_text("1 rejected, 1 flagged")).to_be_visible()


def test_an_approved_whole_is_not_reopened_unasked(
    open_as: Open, server: Server, to_review: Callable[[str], str], accessible: Check
) -> None:
    sheet = to_review("settled")
    with server.sdk() as wb:
        first, *others = wb.training_sheets.pairs(UUID(sheet))
        wb.review.reject(first.id, version=first.version)
        for pair in others:
            wb.review.edit(pair.id, version=pair.version, value="question")
        shown = wb.training_sheets.get(UUID(sheet))
        wb.review.approve_training_sheet(shown.id, version=shown.version)
        page = open_as("expert", f"/label/{sheet}?pair={first.id}")
        expect(page.get_by_role("list", name="Remarks")).to_contain_text("rejected")
        page.keyboard.press("1")
        page.keyboard.press("Enter")
        asked = page.get_by_role("dialog", name="Take the approval back?")
        expect(asked).to_be_visible()
        accessible(page)
        page.keyboard.press("Escape")
        expect(asked).to_have_count(0)
        expect(page.get_by_text("saved", exact=True)).to_be_visible()  # what was picked is kept all the same
        assert wb.training_sheets.get(UUID(sheet)).state == "approved"
        page.keyboard.press("a")
        asked.get_by_role("button", name="Decide anyway").click()
        expect(page.get_by_text("6 / 6 labeled")).to_be_visible()
        assert wb.training_sheets.get(UUID(sheet)).state == "review"


def test_the_list_of_pairs_says_that_deciding_takes_an_approval_back(
    open_as: Open, server: Server, to_review: Callable[[str], str]
) -> None:
    sheet = to_review("signed")
    page = open_as("expert", f"/label/{sheet}/pairs")
    question = page.get_by_role("dialog", name=re.compile("^Flag"))
    warning = "This training sheet is approved as a whole. Deciding on pairs takes it back into review"
    page.get_by_role("checkbox", name="Select q0").check()
    page.keyboard.press("f")
    expect(question).to_contain_text("It can be undone afterwards")
    expect(question).not_to_contain_text(warning)
    with server.sdk() as wb:
        for pair in wb.training_sheets.pairs(UUID(sheet)):
            wb.review.edit(pair.id, version=pair.version, value="question")
        shown = wb.training_sheets.get(UUID(sheet))
        wb.review.approve_training_sheet(shown.id, version=shown.version)
    page.reload()
    page.get_by_role("checkbox", name="Select q0").check()
    page.keyboard.press("f")
    expect(question).to_contain_text(warning)


def test_undo_takes_back_the_decision_and_not_the_typing(open_as: Open, to_review: Callable[[str], str]) -> None:
    page = open_as("expert", f"/label/{to_review('retyped')}")
    item = shown_item(page)
    expect(item).to_have_text("q0")
    page.keyboard.press("3")
    page.keyboard.press("n")
    page.keyboard.type("Ask the shop.")
    page.keyboard.press("Control+Enter")
    expect(item).to_have_text("q1")
    page.keyboard.press("Control+z")
    expect(item).to_have_text("q0")
    expect(page.get_by_label("Note", exact=True)).to_have_value("Ask the shop.")
    expect(page.get_by_role("button", name="request")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Control+Shift+Z")
    expect(item).to_have_text("q1")
    expect(page.get_by_text("1 / 6 labeled; 5 to review: 5 unlabeled")).to_be_visible()


def test_of_two_people_both_answers_are_shown(
    open_as: Open, to_review: Callable[[str], str], server: Server, accessible: Check
) -> None:
    sheet = to_review("contested")
    page = open_as("expert", f"/label/{sheet}")
    item = shown_item(page)
    dialog = page.get_by_role("dialog")
    with server.sdk() as wb:
        pairs = {pair.item_ref: pair.id for pair in wb.training_sheets.pairs(UUID(sheet))}
        for shown, stands, winner in (("q0", "Keep theirs", "complaint"), ("q1", "Use mine", "question")):
            expect(item).to_have_text(shown)
            page.keyboard.press("1")
            expect(page.get_by_text("saved", exact=True)).to_be_visible()
            opened = wb.review.pair(pairs[f"s:{shown}"])
            assert len(opened.at_work) == 1
            wb.review.edit(opened.id, version=opened.version, value="complaint")
            page.keyboard.press("a")
            expect(dialog.get_by_role("figure", name="Mine")).to_have_text(re.compile("question"))
            expect(dialog.get_by_role("figure", name="Theirs")).to_have_text(re.compile("complaint"))
            accessible(page)
            with page.expect_response(re.compile(r"/review/pairs/.*/(draft|approve|edit)$")):
                dialog.get_by_role("button", name=stands).click()
            expect(item).not_to_have_text(shown)
            decided = wb.review.pair(opened.id)
            assert (decided.value, decided.at_work) == (winner, [])


def test_two_people_who_say_the_same_have_nothing_to_choose(
    open_as: Open, to_review: Callable[[str], str], server: Server
) -> None:
    sheet = to_review("agreed")
    page = open_as("expert", f"/label/{sheet}")
    expect(shown_item(page)).to_have_text("q0")
    page.keyboard.press("1")
    expect(page.get_by_text("saved", exact=True)).to_be_visible()
    with server.sdk() as wb:
        first = next(pair for pair in wb.training_sheets.pairs(UUID(sheet)) if pair.item_ref == "s:q0")
        wb.review.edit(first.id, version=first.version, value="question")
        with page.expect_response(lambda answer: answer.request.method == "DELETE" and answer.url.endswith("/draft")):
            page.keyboard.press("a")
        expect(page.get_by_title("Admin said the same of q0")).to_be_visible()
        expect(shown_item(page)).to_have_text("q1")
        expect(page.get_by_role("dialog")).to_have_count(0)
        standing = wb.review.pair(first.id)
        assert (standing.value, standing.version, standing.at_work) == ("question", first.version + 1, [])


def test_mine_stands_against_theirs_also_when_it_was_proposed(
    open_as: Open, server: Server, tmp_path: Path, press_at_once: Callable[..., None]
) -> None:
    with server.sdk() as wb:
        table = f"{making.schema(wb, 'tones', 'Invented questions.')}.proposed"
        making.table(wb, table, pa.table({"id": ["q0", "q1", "q2"], "tone": ["question"] * 3}), tmp_path, "")
        sheet = making.sheet(wb, "Questions with a tone", {"primary_table": table, "item_key": ["id"]}, "")
        making.labelset(wb, "proposed", "classification", "Tone proposed", classes=TONES)
        prompt = making.template(wb, "Ask proposed", label_type="proposed", user_prompt="{{ id }}")
        made = making.training_sheet(wb, "Proposed tones", sheet, prompt, "existing_column", column="tone")
        page = open_as("expert", f"/label/{made.id}")
        item = shown_item(page)
        expect(item).to_have_text("q0")
        first, second, _ = wb.training_sheets.pairs(made.id)
        wb.review.edit(first.id, version=first.version, value="complaint")
        page.keyboard.press("a")
        page.get_by_role("dialog").get_by_role("button", name="Use mine").click()
        expect(page.get_by_text("1 / 3 labeled")).to_be_visible()
        assert wb.review.pair(first.id).value == "question"
        expect(item).to_have_text("q1")
        with page.expect_response(re.compile("/edit$")):  # back again before the first answer has come: no conflict
            press_at_once(page, "a", "k", "a")
        expect(item).to_have_text("q2")
        expect(page.get_by_role("dialog")).to_have_count(0)
        assert wb.review.pair(second.id).value == "question"
