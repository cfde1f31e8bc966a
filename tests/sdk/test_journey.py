"""From a file to an approved, exported training sheet and back again, through the SDK without a server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.features.generation.schemas import PairFilter, TrainingSheet
from workbench.features.sheets.schemas import Sheet
from workbench.features.templates.schemas import Template
from workbench.sdk import Conflict, Forbidden, Invalid, NotFound, Workbench

NOTES = {
    "t1": ("The parcel never came.", "complaint"),
    "t2": ("How do I change my address?", "question"),
    "t3": ("Thank you, lovely service!", "praise"),
    "t4": ("It broke on the first day.", "complaint"),
    "t5": ("Do you ship to islands?", "question"),
    "t6": ("asdf", "question"),
}


@pytest.fixture(scope="module")
def wb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    with Workbench.embedded(tmp_path_factory.mktemp("sdk") / "home") as opened:
        yield opened


@pytest.fixture(scope="module")
def sheet(wb: Workbench, tmp_path_factory: pytest.TempPathFactory) -> Sheet:
    """A published sheet over a table that was uploaded."""
    file = tmp_path_factory.mktemp("data") / "tickets.csv"
    file.write_text("ticket,note\n" + "".join(f'{key},"{note}"\n' for key, (note, _) in NOTES.items()))
    wb.catalogs.create("desk", comment="The help desk.")
    wb.catalogs.create_schema("desk", "mail")
    seen: list[int] = []
    wb.jobs.wait(wb.tables.upload(file, "desk.mail.tickets").id, on_progress=lambda job: seen.append(job.done))
    assert seen
    definition = {"primary_table": "desk.mail.tickets", "item_key": ["ticket"]}
    assert wb.sheets.check_definition(definition).item_count == 6
    made = wb.sheets.create("Tickets", definition)
    assert wb.sheets.publish(made.id, version=made.version).number == 1
    return wb.sheets.get(made.id)


@pytest.fixture(scope="module")
def template(wb: Workbench) -> Template:
    """A published template for a published labelset."""
    classes = [{"id": name, "name": name} for name in ("complaint", "question", "praise")]
    labelset = wb.labelsets.create("intent", "classification", "Intent", classes=classes)
    assert labelset.draft is not None
    wb.labelsets.publish(labelset.id, version=wb.labelsets.version(labelset.id, labelset.draft).version)
    made = wb.templates.create("Sort a ticket", label_type="intent", user_prompt="What is this? {{ note }}")
    assert made.draft is not None
    wb.templates.publish(made.id, version=wb.templates.version(made.id, made.draft).version)
    return wb.templates.get(made.id)


@pytest.fixture(scope="module")
def reviewed(wb: Workbench, sheet: Sheet, template: Template) -> TrainingSheet:
    """A training sheet of which every pair is decided, and approved."""
    assert template.published_id is not None
    coverage = wb.training_sheets.coverage(sheet_id=sheet.id, template_version_id=template.published_id)
    assert (coverage.total, coverage.unlabeled) == (6, 6)
    made = wb.training_sheets.generate(
        "First", sheet_id=sheet.id, template_version_id=template.published_id, mode="manual"
    )
    assert made.job_id is not None
    wb.jobs.wait(made.job_id)
    while (claimed := wb.review.next(made.id)).pairs:
        pair = wb.review.pair(claimed.pairs[0].id)
        key = pair.item_ref.removeprefix("s:")
        if key == "t6":
            wb.review.reject(pair.id, version=pair.version, unlabelable=True, notes="Nobody can tell.")
        else:
            wb.review.edit(pair.id, version=pair.version, value=NOTES[key][1])
    assert claimed.state == "done"
    approved = wb.review.approve_training_sheet(made.id, version=wb.training_sheets.get(made.id).version)
    assert approved.state == "approved"
    return wb.training_sheets.get(made.id)


def test_items_are_read_as_data(wb: Workbench, sheet: Sheet) -> None:
    table = wb.tables.rows("desk.mail.tickets")
    assert (table.to_arrow().num_rows, table.to_polars().columns, len(table.take(2))) == (6, ["ticket", "note"], 2)
    rows = wb.sheets.items(sheet.id).to_arrow()
    assert rows.column_names == ["item_ref", "ticket", "note"]
    assert rows.num_rows == 6
    assert wb.sheets.items(sheet.id).to_polars()["note"][0] == NOTES["t1"][0]
    assert list(wb.sheets.items(sheet.id).to_pandas()["note"]) == [note for note, _ in NOTES.values()]
    assert wb.sheets.show_items(sheet.id, ["s:t3", "s:nothing"]).items[0].fields["ticket"] == "t3"


def test_every_decision_is_counted(wb: Workbench, reviewed: TrainingSheet) -> None:
    counts = reviewed.counts
    assert (counts.total, counts.labeled, counts.rejected, counts.unlabeled) == (6, 5, 1, 0)
    assert {label.item_ref for label in wb.labels.list("intent")} == {f"s:{key}" for key in NOTES}


def test_a_new_template_finds_nothing_left_to_label(wb: Workbench, template: Template, reviewed: TrainingSheet) -> None:
    draft = wb.templates.start_draft(template.id)
    draft = wb.templates.change_draft(template.id, version=draft.version, user_prompt="Sort this ticket: {{ note }}")
    better = wb.templates.publish(template.id, version=draft.version)
    again = wb.training_sheets.duplicate(reviewed.id, "Second", template_version_id=better.id)
    assert again.job_id is not None
    wb.jobs.wait(again.job_id)
    again = wb.training_sheets.get(again.id)
    assert (again.counts.reused, again.counts.unlabeled) == (6, 0)
    assert wb.review.next(again.id).state == "done"


def test_an_export_can_be_traced_to_its_row_and_back(wb: Workbench, reviewed: TrainingSheet, tmp_path: Path) -> None:
    summary = wb.exports.summarize(reviewed.id).splits[0]
    assert summary.gate.allowed == 5
    export = wb.exports.create(reviewed.id)
    wb.jobs.wait(export.job_id)
    files = {path.name: path for path in wb.exports.download(export.id, tmp_path / "out")}
    lines = next(path for name, path in files.items() if name.startswith("train")).read_text().splitlines()
    assert len(lines) == 5
    assert {json.loads(line)["messages"][-1]["content"] for line in lines} == {"complaint", "question", "praise"}
    check = wb.exports.verify(export.id)
    assert check.intact
    assert check.standing
    line = wb.exports.trace_line(export.id, 1)
    row = wb.exports.trace_row("desk.mail.tickets", str(line.key["ticket"]))
    assert (export.id, 1) in [(found.export_id, found.line) for found in row.exports]
    graph = wb.lineage.around("table", "desk.mail.tickets", direction="downstream")
    assert f"export:{export.id}" in [edge.target for edge in graph.edges]


def test_pairs_are_read_through_the_gate(wb: Workbench, reviewed: TrainingSheet) -> None:
    frame = wb.training_sheets.read(reviewed.id, "training")
    assert frame.to_arrow().num_rows == 5
    assert sum(batch.num_rows for batch in frame.batches()) == 5
    assert frame.to_polars().height == 5
    assert list(frame.to_pandas()["item_ref"]) == frame.to_arrow()["item_ref"].to_pylist()
    exits = wb.governance.exits(subject_id=reviewed.id, use="training").take(3)
    assert [found.released for found in exits] == [5, 5, 5]


def test_a_tag_stops_what_it_says(wb: Workbench, reviewed: TrainingSheet) -> None:
    wb.governance.set_tags("desk.mail.tickets#note", {"PHI": ""})
    try:
        assert wb.training_sheets.read(reviewed.id, "training").to_arrow().num_rows == 0
        uses = {found.use: found.allowed for found in wb.governance.summarize(reviewed.id)}
        assert (uses["training"], uses["evaluation"]) == (0, 5)
        pair = wb.training_sheets.pairs(reviewed.id, status=["labeled"]).take(1)[0]
        refused = next(use for use in wb.governance.explain_pair(pair.id).uses if use.use == "training")
        assert not refused.allowed
        assert "PHI" in refused.obstacles[0].text
    finally:
        wb.governance.set_tags("desk.mail.tickets#note", {})


def test_an_edit_from_an_old_version_is_refused_with_the_newer_one(wb: Workbench, sheet: Sheet) -> None:
    changed = wb.sheets.change(sheet.id, version=wb.sheets.get(sheet.id).version, description="The mail.")
    with pytest.raises(Conflict) as caught:
        wb.sheets.change(sheet.id, version=changed.version - 1, description="Mine!")
    assert caught.value.details
    assert wb.sheets.get(sheet.id).description == "The mail."


def test_labels_come_and_go_as_files(wb: Workbench, sheet: Sheet, reviewed: TrainingSheet, tmp_path: Path) -> None:
    job = wb.labels.export("intent", "evaluation", sheet_id=sheet.id)
    wb.jobs.wait(job.id)
    file = wb.labels.download(job.id, tmp_path / "labels.jsonl")
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert len(lines) >= 5
    done = wb.jobs.wait(wb.labels.import_file(file, sheet_id=sheet.id, label_type="intent", dry_run=True).id)
    assert done.result is not None
    assert done.result["skipped"] + done.result["unchanged"] == len(lines)


def test_bulk_and_its_undo(wb: Workbench, sheet: Sheet, template: Template, reviewed: TrainingSheet) -> None:
    assert template.published_id is not None
    made = wb.training_sheets.generate(
        "Bulk", sheet_id=sheet.id, template_version_id=template.published_id, mode="manual"
    )
    assert made.job_id is not None
    wb.jobs.wait(made.job_id)
    everything = PairFilter(status=["labeled"])
    matching = wb.review.estimate(made.id, everything).matching
    with pytest.raises(Conflict):
        wb.jobs.wait(wb.review.decide_in_bulk(made.id, "flag", everything, expected=matching + 1).id)
    job = wb.jobs.wait(wb.review.decide_in_bulk(made.id, "flag", everything, expected=matching).id)
    assert wb.training_sheets.get(made.id).counts.flagged == matching
    wb.jobs.wait(wb.review.undo_bulk(job.id).id)
    assert wb.training_sheets.get(made.id).counts.labeled == matching


def test_errors_are_the_kernels(wb: Workbench, sheet: Sheet, reviewed: TrainingSheet) -> None:
    with pytest.raises(NotFound):
        wb.sheets.get(reviewed.id)
    with pytest.raises(NotFound, match="nothing"):
        wb.sheets.create("Broken", {"primary_table": "desk.mail.nothing", "item_key": ["x"]})
    with pytest.raises(Invalid) as caught:
        wb.sheets.create("Broken", {"primary_table": "desk.mail.tickets", "item_key": ["x"]})
    assert caught.value.field
    with pytest.raises(Conflict):
        wb.sheets.delete(sheet.id, version=wb.sheets.get(sheet.id).version)


def test_a_token_narrows_what_a_client_may_do(wb: Workbench) -> None:
    secret = wb.tokens.create("reader", ["read"], days=1).secret
    http = wb.jobs._http
    allowed = http._client.headers["Authorization"]
    http._client.headers["Authorization"] = f"Bearer {secret}"
    try:
        assert wb.sheets.list().first() is not None
        with pytest.raises(Forbidden):
            wb.catalogs.create("mine")
    finally:
        http._client.headers["Authorization"] = allowed


def test_jobs_are_watched_as_they_happen(wb: Workbench, reviewed: TrainingSheet) -> None:
    watching = wb.jobs.watch()
    export = wb.exports.create(reviewed.id)
    seen = next(job for job in watching if job.id == export.job_id)
    assert seen.kind
    wb.jobs.wait(export.job_id)
