"""Review in a real browser: what a pair shows, prompts and drafts, refusals beside the field, many at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from playwright.sync_api import Page, Request, expect
from tests.browser.conftest import Server
from tests.browser.tones import QUESTIONS, asked, shown_item
from tests.e2e.served import until

from workbench.demo import invoices, making
from workbench.features.generation.schemas import PairFilter

Open = Callable[..., Page]
Check = Callable[[Page], None]


def test_pages_are_accessible(open_as: Open, accessible: Check, to_review: Callable[[str], str]) -> None:
    sheet = to_review("seen")
    page = open_as("expert", "/label")
    expect(page.get_by_text("Tones of seen")).to_be_visible()
    accessible(page)
    page.goto(re.sub(r"/w/.*", "", page.url) + f"/label/{sheet}")
    expect(page.get_by_role("button", name="Approve")).to_be_visible()
    accessible(page)
    page.goto(re.sub(r"/w/.*", "", page.url) + f"/label/{sheet}/pairs")
    expect(page.get_by_role("cell", name="q0", exact=True)).to_be_visible()
    accessible(page)


def test_a_prompt_is_edited_for_one_pair_alone(
    open_as: Open, server: Server, to_review: Callable[[str], str], accessible: Check
) -> None:
    sheet = to_review("reworded")
    page = open_as("expert", f"/label/{sheet}")
    item = shown_item(page)
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
    expect(shown_item(page)).to_have_text("q0")
    page.keyboard.press("3")
    page.keyboard.press("n")
    page.keyboard.type("Ask the shop.")
    expect(page.get_by_text("saved", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_label("Note", exact=True)).to_have_value("Ask the shop.")
    expect(page.get_by_role("button", name="request")).to_have_attribute("aria-pressed", "true")
    item = shown_item(page)
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
    until(lambda: drawn.evaluate(colours) > 2, "the first page is drawn")
    assert complaints == []
    item = shown_item(page)
    before = item.inner_text()
    page.route("**/review/pairs/*", lambda route: route.abort())
    page.keyboard.press("j")
    expect(item).not_to_have_text(before)
    until(lambda: drawn.evaluate(colours) > 2, "the next page is drawn")


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


def test_a_second_window_that_closes_leaves_the_pairs_of_the_first(
    open_as: Open, to_review: Callable[[str], str], server: Server
) -> None:
    sheet = to_review("twice")
    page = open_as("expert", f"/label/{sheet}")
    expect(shown_item(page)).to_have_text("q0")
    with server.sdk() as wb:

        def claimed() -> set[str]:
            return {claim.item_ref for claim in wb.review.claims(UUID(sheet))}

        held = until(claimed, "a claim")
        second = page.context.new_page()
        second.goto(page.url)
        expect(shown_item(second)).to_have_text("q0")
        second.get_by_role("link", name="All pairs").click()
        expect(second.get_by_role("row", name=re.compile("q0"))).to_be_visible()
        page.keyboard.press("j")  # what is skipped goes back: by then the other window had given back what it would
        until(lambda: "s:q0" not in claimed(), "the pair goes back")
        assert held - {"s:q0"} <= claimed()
        page.get_by_role("link", name="All pairs").click()
        until(lambda: not claimed(), "the last window gives everything back")


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
    page = open_as("admin", f"/label/{sheet}/pairs")  # where whoever decided it would look for it
    expect(page.get_by_text("Flag 6 pairs")).to_be_visible()
    expect(page.get_by_role("button", name="Undo all")).to_be_visible()
    page = open_as("admin", f"/generate/{sheet}?tab=work")
    undo_all = page.get_by_role("button", name="Undo all")
    undo_all.click()
    expect(page.get_by_role("row", name=re.compile(r"^undo q\d one of many"))).to_have_count(6)
    expect(page.get_by_role("listitem").filter(has_text="Undo: Flag 6 pairs")).to_contain_text("succeeded")
    expect(undo_all).to_have_count(0)


def test_a_viewer_looks_and_decides_nothing(open_as: Open, to_review: Callable[[str], str]) -> None:
    sheet = to_review("read")
    expert = open_as("expert", f"/label/{sheet}")
    item = shown_item(expert)
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
    expect(shown_item(page)).to_have_text("q1")
    page.goto(re.sub(r"/label/.*", "", page.url) + f"/generate/{sheet}?tab=work")
    expect(page.get_by_role("row", name=re.compile("^reject.*Testa Expert"))).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^Testa Expert 0 1 0"))).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
