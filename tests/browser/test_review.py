"""Review in a real browser: one pair after the other by keyboard, undo, refusals beside the field, many at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pytest
from playwright.sync_api import Page, Request, Route, expect
from tests.browser.conftest import Server

from workbench.demo import invoices, making
from workbench.features.review.schemas import PairFilter
from workbench.features.sheets.schemas import Sheet
from workbench.sdk import Workbench

Open = Callable[..., Page]
Check = Callable[[Page], None]
QUESTIONS = ["Where is my parcel?", "It arrived broken!", "Please send another.", "Is it blue?", "No.", "Thank you."]
TONES = [{"id": name, "name": name} for name in ("question", "complaint", "request", "other")]


def asked(wb: Workbench, name: str, sheet: Sheet, user_prompt: str) -> str:
    """Makes a training sheet of unanswered questions about a sheet, with a label type of its own, and gives its id."""
    making.labelset(wb, name, "classification", f"Tone {name}", classes=TONES, instructions="Judge the words.")
    prompt = making.template(wb, f"Ask {name}", label_type=name, user_prompt=user_prompt)
    return str(making.training_sheet(wb, f"Tones of {name}", sheet, prompt, "manual").id)


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


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_are_accessible(open_as: Open, accessible: Check, to_review: Callable[[str], str], theme: str) -> None:
    sheet = to_review("seen")
    page = open_as("expert", "/label", theme=theme)
    expect(page.get_by_text("Tones of seen")).to_be_visible()
    accessible(page)
    page.goto(re.sub(r"/w/.*", "", page.url) + f"/label/{sheet}")
    expect(page.get_by_role("button", name="Approve")).to_be_visible()
    accessible(page)
    page.goto(re.sub(r"/w/.*", "", page.url) + f"/label/{sheet}/pairs")
    expect(page.get_by_role("cell", name="q0", exact=True)).to_be_visible()
    accessible(page)


def test_keys_decide_skip_undo_and_the_progress_is_honest(open_as: Open, to_review: Callable[[str], str]) -> None:
    page = open_as("expert", f"/label/{to_review('keyed')}")
    item, progress = (
        page.get_by_role("region", name="Answer").get_by_role("heading").first,
        page.get_by_text(re.compile(r"/ 6 labeled")),
    )
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
    item = page.get_by_role("region", name="Answer").get_by_role("heading").first
    expect(item).to_have_text("q0")
    press_at_once(page, "j", "j")
    expect(item).to_have_text("q2")
    press_at_once(page, "1", "Enter", "2", "Enter")
    expect(item).to_have_text("q4")
    expect(page.get_by_text("2 / 6 labeled; 4 to review: 4 unlabeled")).to_be_visible()


def test_a_class_that_the_keyboard_reached_is_picked_before_it_is_submitted(
    open_as: Open, server: Server, to_review: Callable[[str], str]
) -> None:
    sheet = to_review("reached")
    page = open_as("expert", f"/label/{sheet}")
    item = page.get_by_role("region", name="Answer").get_by_role("heading").first
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
    item = page.get_by_role("region", name="Answer").get_by_role("heading").first
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
    item = page.get_by_role("region", name="Answer").get_by_role("heading").first
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
        state = lambda: wb.training_sheets.get(UUID(sheet)).state  # noqa: E731
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
        assert state() == "approved"
        page.keyboard.press("a")
        asked.get_by_role("button", name="Decide anyway").click()
        expect(page.get_by_text("6 / 6 labeled")).to_be_visible()
        assert state() == "review"


def test_undo_takes_back_the_decision_and_not_the_typing(open_as: Open, to_review: Callable[[str], str]) -> None:
    page = open_as("expert", f"/label/{to_review('retyped')}")
    item = page.get_by_role("region", name="Answer").get_by_role("heading").first
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


def test_a_prompt_is_edited_for_one_pair_alone(
    open_as: Open, server: Server, to_review: Callable[[str], str], accessible: Check
) -> None:
    sheet = to_review("reworded")
    page = open_as("expert", f"/label/{sheet}")
    item = page.get_by_role("region", name="Answer").get_by_role("heading").first
    expect(item).to_have_text("q0")
    page.keyboard.press("p")
    turn = page.get_by_label("The user turn")
    expect(turn).to_be_focused()
    expect(turn).to_have_value(QUESTIONS[0])
    turn.fill("Where is it?")
    page.keyboard.press("Escape")
    expect(turn).not_to_be_focused()
    accessible(page)
    page.keyboard.press("p")
    expect(turn).to_have_count(0)
    expect(page.get_by_text("Prompt (edited for this pair)")).to_be_visible()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(item).to_have_text("q1")
    expect(page.get_by_text("1 / 6 labeled")).to_be_visible()
    with server.sdk() as wb:
        said = [wb.review.pair(pair.id).messages[-1]["content"] for pair in wb.training_sheets.pairs(UUID(sheet))]
    assert said == ["Where is it?", *QUESTIONS[1:]]


def test_what_is_typed_is_kept(open_as: Open, to_review: Callable[[str], str]) -> None:
    page = open_as("expert", f"/label/{to_review('typed')}")
    expect(page.get_by_role("region", name="Answer").get_by_role("heading").first).to_have_text("q0")
    page.keyboard.press("3")
    page.keyboard.press("n")
    page.keyboard.type("Ask the shop.")
    expect(page.get_by_text("saved", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_label("Note", exact=True)).to_have_value("Ask the shop.")
    expect(page.get_by_role("button", name="request")).to_have_attribute("aria-pressed", "true")
    item = page.get_by_role("region", name="Answer").get_by_role("heading").first
    for key, shown in (("j", "q1"), ("k", "q0")):  # going away and back goes on from the newest draft
        page.keyboard.press(key)
        expect(item).to_have_text(shown)
    expect(page.get_by_label("Note", exact=True)).to_have_value("Ask the shop.")
    page.route("**/review/pairs/*/*", lambda route: route.abort())  # the server is away
    page.keyboard.press("n")
    page.keyboard.type(" Twice.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("alert", name="The server cannot be reached.")).to_be_visible()
    expect(page.get_by_label("Note", exact=True)).to_have_value("Ask the shop. Twice.")
    expect(page.get_by_text("not saved yet, trying again…")).to_be_visible()
    page.unroute("**/review/pairs/*/*")
    expect(page.get_by_text("saved", exact=True)).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(item).to_have_text("q1")


def test_the_next_pair_and_its_pdf_are_there_before_they_are_asked_for(
    open_as: Open, server: Server, tmp_path: Path
) -> None:
    with server.sdk() as wb:
        table, scans = f"{making.schema(wb, 'bills', 'Invented invoices.')}.sent", "samples.bills.scans"
        rows = invoices.draw(tmp_path / "scans", count=2)
        making.table(wb, table, rows.select(["invoice_id"]), tmp_path, "")
        making.volume(wb, scans, tmp_path / "scans", "")
        join = {"key": "invoice_id", "pattern": "{key}.pdf"}
        files = [{"kind": "volume", "name": scans, "alias": "scan", "join": join}]
        definition: dict[str, Any] = {"primary_table": table, "item_key": ["invoice_id"], "secondary_sources": files}
        sheet = asked(wb, "bills", making.sheet(wb, "Sent bills", definition, ""), "What is {{ invoice_id }}?")
    page = open_as("expert", "/label")
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    loaded: set[str] = set()

    def all_loaded(request: Request) -> bool:
        if re.search(r"/review/pairs/[^/]+$|/sheets/[^/]+/file\?", request.url):
            loaded.add(request.url)
        return len(loaded) == 4  # two pairs, each with its file

    with page.expect_event("requestfinished", all_loaded):
        page.goto(server.url + f"/label/{sheet}")
    drawn = page.get_by_role("region", name=re.compile(r"\.pdf, PDF$")).locator("canvas").first
    colours = "canvas => new Set(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data).size"
    expect(drawn).to_be_visible()  # pdf.js hides it until the page is drawn
    assert drawn.evaluate(colours) > 2
    assert complaints == []
    item = page.get_by_role("region", name="Answer").get_by_role("heading").first
    before = item.inner_text()
    page.route("**/review/pairs/*", lambda route: route.abort())
    page.keyboard.press("j")
    expect(item).not_to_have_text(before)
    expect(drawn).to_be_visible()
    assert drawn.evaluate(colours) > 2


def test_why_a_pair_may_not_be_trained_on_is_said_beside_it_and_narrowed_there(
    open_as: Open, to_review: Callable[[str], str], server: Server, accessible: Check
) -> None:
    sheet = to_review("refused")
    with server.sdk() as wb:
        source = wb.training_sheets.get(UUID(sheet)).sheet_id
        wb.governance.set_constraints("sheet", source, version=0, prohibited_uses=["training"], reason="Contract 12")
    page = open_as("expert", f"/label/{sheet}")
    page.get_by_role("button", name="What may this be used for?").click()
    refused = page.get_by_role("listitem").filter(has=page.get_by_label("not allowed"))
    expect(refused).to_have_count(1)
    expect(refused).to_contain_text(re.compile("^training.*sheet .*: Contract 12.*a governor can allow"))
    accessible(page)
    page.get_by_role("button", name="Narrow", exact=True).click()
    dialog = page.get_by_role("dialog", name="Narrow what this pair may be used for")
    dialog.get_by_label("few-shot").check()
    dialog.get_by_label("Reason").fill("Names a person")
    accessible(page)
    dialog.get_by_role("button", name="Save").click()
    expect(refused).to_have_count(2)
    expect(refused.filter(has_text="few-shot")).to_contain_text(re.compile("Names a person.*Testa Expert"))


def test_of_two_people_both_answers_are_shown(
    open_as: Open, to_review: Callable[[str], str], server: Server, accessible: Check
) -> None:
    sheet = to_review("contested")
    page = open_as("expert", f"/label/{sheet}")
    item = page.get_by_role("region", name="Answer").get_by_role("heading").first
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
        item = page.get_by_role("region", name="Answer").get_by_role("heading").first
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


def test_many_are_decided_at_once_and_undone(open_as: Open, to_review: Callable[[str], str], server: Server) -> None:
    sheet = to_review("many")
    page = open_as("expert", f"/label/{sheet}/pairs")
    expect(page.get_by_role("checkbox")).to_have_count(7)  # of all, and one for each of the six that have loaded
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name=re.compile("Select all .*matching")).or_(
        page.get_by_text("6 selected")
    ).first.click()
    page.keyboard.press("f")
    expect(page.get_by_role("dialog").get_by_role("button", name="Flag")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("0 / 6 labeled; 6 to review: 6 flagged")).to_be_visible()
    page.get_by_role("region", name="News").get_by_role("button", name="Undo").click()
    expect(page.get_by_text("0 / 6 labeled; 6 to review: 6 unlabeled")).to_be_visible()
    with server.sdk() as wb:
        wb.jobs.wait(wb.review.decide_in_bulk(UUID(sheet), "flag", PairFilter()).id)
    page = open_as("expert", f"/generate/{sheet}?tab=work")
    undo_all = page.get_by_role("button", name="Undo all")
    expect(page.get_by_role("listitem").filter(has_text="Flag 6 pairs")).to_be_visible()
    expect(undo_all).to_have_count(0)  # it is somebody else's
    page = open_as("admin", f"/generate/{sheet}?tab=work")
    undo_all = page.get_by_role("button", name="Undo all")
    undo_all.click()
    expect(page.get_by_role("row", name=re.compile("^undo one of many"))).to_have_count(6)
    expect(page.get_by_role("listitem").filter(has_text="Undo: Flag 6 pairs")).to_contain_text("succeeded")
    expect(undo_all).to_have_count(0)


def test_a_viewer_looks_and_decides_nothing(open_as: Open, to_review: Callable[[str], str]) -> None:
    sheet = to_review("read")
    expert = open_as("expert", f"/label/{sheet}")
    item = expert.get_by_role("region", name="Answer").get_by_role("heading").first
    expect(item).to_have_text("q0")
    expert.keyboard.press("n")
    expert.keyboard.type("Ask the shop.")
    expert.get_by_role("button", name="Leave the note").click()  # for everybody, without a decision
    expect(expert.get_by_role("button", name="Leave the note")).to_have_count(0)
    expect(expert.get_by_text("0 / 6 labeled")).to_be_visible()
    expert.keyboard.press("Escape")
    expert.keyboard.press("r")
    expect(item).to_have_text("q1")

    page = open_as("viewer", f"/label/{sheet}")  # takes nothing from the queue: it is led to the list
    expect(page.get_by_role("checkbox")).to_have_count(0)
    page.get_by_role("row", name=re.compile("q0")).get_by_role("link").first.click()
    expect(page.get_by_label("Note", exact=True)).to_have_value("Ask the shop.")
    expect(page.get_by_text("deciding takes the role of an expert")).to_be_visible()
    page.get_by_role("button", name="Next pair").click()
    expect(page.get_by_role("region", name="Answer").get_by_role("heading").first).to_have_text("q1")
    page.goto(re.sub(r"/label/.*", "", page.url) + f"/generate/{sheet}?tab=work")
    expect(page.get_by_role("row", name=re.compile("^reject.*Testa Expert"))).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^Testa Expert 0 1 0"))).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
