"""From a labelset and a template to a training sheet, its approval, an export and its lineage, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from threading import Event
from uuid import UUID

import pytest
from playwright.sync_api import Page, Route, expect
from tests.browser.conftest import PATIENCE_MS, Server
from tests.chat_endpoint import ChatEndpointServer, fails, says

from workbench.demo import making

Open = Callable[..., Page]
Check = Callable[[Page], None]
TABLE = "main.fruits.baskets"


@pytest.fixture(scope="session")
def baskets(server: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The id of a published sheet of six rows whose column `ripe` holds answers."""
    file = tmp_path_factory.mktemp("baskets") / "baskets.csv"
    file.write_text("basket,fruit,ripe\n" + "".join(f"b{n},plum,{'yes' if n % 2 else 'no'}\n" for n in range(6)))
    with server.sdk() as workbench:
        if "main" not in [catalog.name for catalog in workbench.catalogs.list()]:
            workbench.catalogs.create("main")
        workbench.catalogs.create_schema("main", "fruits")
        workbench.jobs.wait(workbench.tables.upload(file, TABLE).id)
        made = workbench.sheets.create("Fruit baskets", {"primary_table": TABLE, "item_key": ["basket"]})
        workbench.sheets.publish(made.id, version=made.version)
        return str(made.id)


@pytest.fixture(scope="session")
def ripeness(server: Server) -> str:
    """The id of a published template that asks whether a fruit is ripe."""
    with server.sdk() as workbench:
        labelset = workbench.labelsets.create(
            "ripeness", "classification", "Ripeness", classes=[{"name": "yes"}, {"name": "no"}]
        )
        workbench.labelsets.publish(labelset.id, version=workbench.labelsets.version(labelset.id, 1).version)
        made = workbench.templates.create(
            "Is it ripe", label_type="ripeness", user_prompt="Is the {{ fruit }} of {{ basket }} ripe?"
        )
        assert made.draft is not None
        draft = workbench.templates.version(made.id, made.draft)
        workbench.templates.publish(made.id, version=draft.version)
        return str(made.id)


def test_a_labelset_is_written_and_published(open_as: Open) -> None:
    page = open_as("engineer", "/labelsets/new")
    asked: list[Route] = []
    page.route("**/api/v1/labelsets/kinds", lambda route: asked.append(route))
    page.reload()
    page.get_by_label("Name").fill("Colour of a fruit")
    expect(page.get_by_role("button", name="Save as draft")).to_be_disabled()  # nothing is known of the example yet
    asked.pop().continue_()
    expect(page.get_by_label("Label type")).to_have_value("colour_of_a_fruit")
    page.get_by_role("button", name="Save as draft").click()
    page.get_by_role("button", name="Add class").click()
    page.get_by_label("Name of class 3").fill("Green")
    preview = page.get_by_role("region", name="Preview")
    expect(preview.get_by_text("Green")).to_be_visible()
    page.get_by_role("button", name="Publish…").click()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("button", name="Edit as a draft")).to_be_visible()


def test_a_prompt_is_tried_and_its_faults_are_named(open_as: Open, baskets: str, ripeness: str) -> None:
    page = open_as("engineer", f"/templates/{ripeness}")
    page.get_by_label("Sheet", exact=True).click()
    page.get_by_role("option", name="Fruit baskets").click()
    expect(page.get_by_text("This sheet has every field that the prompts read.")).to_be_visible()
    page.get_by_role("button", name="Show the prompts").click()
    expect(page.get_by_text("Is the plum of b0 ripe?")).to_be_visible()
    page.get_by_role("button", name="Edit as a draft").click()
    expect(page.get_by_role("button", name="Publish…")).to_be_enabled()  # the editor has taken the view's place
    prompt = page.get_by_role("textbox", name="Prompt", exact=True)
    prompt.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" {% for")
    expect(page.get_by_text(re.compile("^Line 1:"))).to_be_visible()
    expect(page.get_by_role("button", name="Publish…")).to_be_disabled()


def test_a_running_job_is_cancelled_and_taken_up_again(
    server: Server, open_as: Open, endpoint: ChatEndpointServer, baskets: str
) -> None:
    goes_on = Event()
    endpoint.respond = lambda call: says("yes") if goes_on.wait(PATIENCE_MS / 1000) else fails(503)
    with server.sdk() as wb:
        making.labelset(wb, "sweetness", "classification", "Sweetness", classes=[{"name": "yes"}, {"name": "no"}])
        asks = making.template(wb, "Is it sweet", label_type="sweetness", user_prompt="Is {{ basket }} sweet?")
        fields = {"base_url": endpoint.base_url, "model": "m", "max_classification": "restricted"}
        model = wb.models.add("Stand-in", "openai_compatible", **fields)
        assert asks.published_id is not None
        asked = {"sheet_id": UUID(baskets), "template_version_id": asks.published_id, "endpoint_id": model.id}
        wb.training_sheets.generate("Sweet baskets", mode="ai_generated", **asked)
    page = open_as("engineer", "/jobs?search=Sweet")
    row = page.get_by_role("row", name=re.compile("Sweet baskets"))
    expect(row).to_contain_text("running")
    row.get_by_role("button", name="Cancel").click()
    expect(row).to_contain_text("stopping")
    goes_on.set()
    expect(row).to_contain_text("cancelled")
    row.get_by_role("button", name="Resume").click()
    expect(row).to_contain_text("succeeded")
    expect(row).to_contain_text("attempt 2")


def test_a_column_becomes_an_approved_and_exported_training_sheet(
    server: Server, open_as: Open, accessible: Check, baskets: str, ripeness: str
) -> None:
    page = open_as("engineer", f"/generate/new?sheet={baskets}&template={ripeness}")
    expect(page.get_by_text("0 of 6 already labeled")).to_be_visible()
    page.get_by_role("radio", name="A model answers").check()
    expect(page.get_by_text("They show here once the choices on the left are made")).to_be_visible()
    page.get_by_role("radio", name="A column has the answers").check()
    for column, unfit in (("fruit", 1), ("ripe", 0)):
        page.get_by_label("Column with the answers").click()
        page.get_by_role("option", name=column).click()
        expect(page.get_by_text(f"6 of those have no answer in {column}")).to_have_count(unfit)
    page.get_by_role("checkbox", name="I trust this column").check()
    expect(page.get_by_text("Is the plum of b0 ripe?")).to_be_visible()
    page.get_by_label("Name").fill("Ripe baskets")
    accessible(page)
    page.get_by_role("button", name="Generate", exact=True).click()
    expect(page.get_by_text("6 / 6 labeled")).to_be_visible()
    accessible(page)
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("dialog").get_by_role("button", name="Approve").click()
    page.get_by_role("link", name="Export", exact=True).click()
    expect(page.get_by_text("Labeled 6 · allowed 6")).to_be_visible()
    accessible(page)
    page.get_by_role("button", name="Export", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download train.jsonl").click()
    assert len(Path(download.value.path()).read_text().splitlines()) == 6
    page.get_by_role("button", name="Trace").click()
    page.get_by_role("link", name="everything made from this row").click()
    expect(page.get_by_role("heading", name="Exported lines (1)")).to_be_visible()
    accessible(page)
    with server.sdk() as wb:  # from now on nothing of it may be downloaded any more, and the page says why
        constraints = wb.governance.constraints("sheet", UUID(baskets))
        narrowed = {"prohibited_uses": ["training"], "reason": "Contract 12"}
        wb.governance.set_constraints("sheet", UUID(baskets), version=constraints.version, **narrowed)
    page.go_back()
    page.get_by_role("link", name="Download train.jsonl").click()
    expect(page.get_by_role("alert", name=re.compile("may no longer be used"))).to_be_visible()
    with server.sdk() as wb:
        wb.governance.set_constraints("sheet", UUID(baskets), version=constraints.version + 1)
    page.goto(server.url + f"/lineage?kind=sheet&ref={baskets}")
    for node in ("baskets", "Fruit baskets", "Ripe baskets"):
        expect(page.get_by_role("link", name=node, exact=True)).to_be_visible()
    page.get_by_role("link", name="Lineage around Ripe baskets", exact=True).click()
    expect(page.get_by_role("link", name="Is it ripe", exact=True)).to_be_visible()


def test_pages_are_accessible(server: Server, open_as: Open, accessible: Check, baskets: str, ripeness: str) -> None:
    with server.sdk() as wb:
        labelset = wb.labelsets.list(search="ripeness").first()
    assert labelset is not None
    page = open_as("engineer")
    for path in (
        "/generate",
        "/labelsets",
        "/labelsets/new",
        f"/labelsets/{labelset.id}",
        "/templates",
        "/templates/new",
        f"/templates/{ripeness}",
        "/models",
        f"/lineage?kind=sheet&ref={baskets}",
    ):
        page.goto(server.url + path)
        expect(page).to_have_url(re.compile("/w/"))
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_label("Loading")).to_have_count(0)
        accessible(page)
