"""The same journey as the SDK's, typed: from a file to an approved export, with names instead of ids."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Run
from typer.testing import Result

from workbench.sdk import Workbench

NOTES = {
    "t1": ("The parcel never came.", "complaint"),
    "t2": ("How do I change my address?", "question"),
    "t3": ("Thank you, lovely service!", "praise"),
    "t4": ("It broke on the first day.", "complaint"),
}


def ok(done: Result) -> Any:
    assert done.exit_code == 0, done.stderr + done.stdout
    return done


def as_json(done: Result) -> Any:
    return json.loads(ok(done).stdout)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cli")


@pytest.fixture
def journey(run: Run, wb: Workbench, folder: Path) -> Run:
    """A command line whose workbench holds table, sheet, labelset, template and a training sheet."""
    if wb.catalogs.list():
        return run
    table = folder / "tickets.csv"
    table.write_text("ticket,note\n" + "".join(f'{key},"{note}"\n' for key, (note, _) in NOTES.items()))
    ok(run("catalogs", "create", "desk"))
    ok(run("catalogs", "create", "desk.mail", "--comment", "The mail."))
    ok(run("tables", "upload", str(table), "desk.mail.tickets"))
    ok(run("sheets", "create", "Tickets", "--table", "desk.mail.tickets", "--key", "ticket", "--publish"))
    classes = ["--class", "complaint", "--class", "question", "--class", "praise"]
    ok(run("labelsets", "create", "intent", "--kind", "classification", *classes, "--publish"))
    prompt = folder / "prompt.txt"
    prompt.write_text("What is this? {{ note }}")
    ok(run("templates", "create", "Sort", "--label-type", "intent", "--prompt", f"@{prompt}", "--publish"))
    generate = ("training-sheets", "generate", "First", "--sheet", "Tickets", "--template", "Sort", "--mode", "manual")
    done = ok(run(*generate))
    assert "4 to review" in done.stdout
    return run


def test_lists_show_what_was_made(journey: Run) -> None:
    assert ok(journey("tables", "list", "desk.mail")).stdout.startswith("desk.mail.tickets\t")
    assert ok(journey("sheets", "list")).stdout.split("\t")[:2] == ["Tickets", "published"]
    assert "intent" in ok(journey("labelsets", "list")).stdout
    assert [row["ticket"] for row in as_json(journey("tables", "preview", "desk.mail.tickets", "--json"))] == [*NOTES]
    assert as_json(journey("sheets", "items", "Tickets", "-n", "1", "--json"))[0]["item_ref"] == "s:t1"


def test_a_template_is_tried_before_it_is_used(journey: Run) -> None:
    tried = ok(journey("templates", "try", "Sort", "--sheet", "Tickets", "--count", "1")).stdout
    assert "[user] What is this? The parcel never came." in tried
    assert as_json(journey("templates", "check", "Sort", "--sheet", "Tickets", "--json"))["fits"] is True
    coverage = ok(journey("training-sheets", "coverage", "--sheet", "Tickets", "--template", "Sort")).stdout
    assert "of 4 already labeled" in coverage


def test_a_mode_that_there_is_not_is_invalid_input(journey: Run) -> None:
    done = journey("training-sheets", "generate", "X", "--sheet", "Tickets", "--template", "Sort", "--mode", "ai")
    assert done.exit_code == 5
    assert done.stderr.splitlines() == [
        "error: 'ai' is not a mode.",
        "  where: mode",
        "  fix:   It has to be one of ai_generated, manual, existing_column.",
    ]


def test_an_export_of_nothing_says_that_it_is_empty_and_why(journey: Run) -> None:
    said = ok(journey("exports", "create", "First")).stdout
    assert "is ready" not in said
    first, *rest = said.splitlines()[-3:]
    assert first.startswith("Nothing is in export ")
    assert rest == [
        "First is still in review: only what is labeled by now leaves.",
        "train: Labeled 0 · allowed 0 · not labeled 4: unlabeled",
    ]


def test_governance_takes_names(journey: Run, wb: Workbench) -> None:
    explained = as_json(journey("governance", "explain", "training-sheet", "First", "--json"))
    assert {summary["considered"] for summary in explained} == {4}
    ok(journey("governance", "narrow", "sheet", "Tickets", "--prohibit", "few_shot", "--reason", "Old."))
    for kind, name, prohibited in (("sheet", "Tickets", ["few_shot"]), ("labelset", "intent", [])):
        assert as_json(journey("governance", "constraints", kind, name, "--json"))["prohibited_uses"] == prohibited
    wrong = journey("governance", "explain", "sheet", "Tickets")
    assert (wrong.exit_code, wrong.stderr.splitlines()[-1]) == (
        5,
        "  fix:   It has to be one of pair, label, training-sheet.",
    )
    assert "`workbench labels list LABEL_TYPE`" in journey("governance", "explain", "label", "Oops").stderr
    assert "Did you mean Tickets?" in journey("governance", "narrow", "sheet", "Ticket").stderr


def test_bulk_checks_its_word_before_it_asks(journey: Run) -> None:
    done = journey("review", "bulk", "First", "foo", input="y\n")
    assert (done.exit_code, done.stdout) == (5, "")
    assert "fix:   It has to be one of approve, reject, flag, reset." in done.stderr


def test_approving_too_early_names_the_flag(journey: Run) -> None:
    done = journey("review", "approve-all", "First")
    assert (done.exit_code, done.stderr.splitlines()[-1]) == (
        4,
        "  fix:   Decide them, or leave them out with `--incomplete`.",
    )


def test_reviewing_in_the_terminal(journey: Run, wb: Workbench) -> None:
    # a class by its number, a class by its name after e, a flag with a reason, undo, the class again, and out
    keys = ["1", "e", "question", "f", "strange", "z", "3", "q"]
    done = ok(journey("review", "start", "First", input="\n".join(keys) + "\n"))
    assert "You decided 3." in done.stdout
    sheet = wb.training_sheets.list(search="First").first()
    assert sheet is not None
    assert (sheet.counts.labeled, sheet.counts.unlabeled, sheet.counts.flagged) == (3, 1, 0)
    values = {label.item_ref: label.value for label in wb.labels.list("intent")}
    assert values == {"s:t1": "complaint", "s:t2": "question", "s:t3": "praise"}
    assert not wb.review.claims(sheet.id)


def test_single_decisions(journey: Run) -> None:
    pairs = as_json(journey("training-sheets", "pairs", "First", "--status", "unlabeled", "--json"))
    pair = pairs[0]["id"]
    assert "The parcel" not in ok(journey("review", "show", pair)).stdout
    wrong = journey("review", "edit", pair, "--value", "nonsense")
    assert wrong.exit_code == 5, wrong.stdout
    assert "labeled" in ok(journey("review", "edit", pair, "--value", "complaint", "--notes", "clear")).stdout
    assert ok(journey("review", "history", pair)).stdout.split("\t")[2] == "edit"
    assert "4 / 4 labeled" in ok(journey("review", "progress", "First")).stdout


def test_approve_export_and_trace(journey: Run, folder: Path) -> None:
    said = ok(journey("exports", "create", "First")).stdout
    assert ("is ready." in said, "First is still in review" in said) == (True, True)
    assert as_json(journey("review", "approve-all", "First", "--json"))["state"] == "approved"
    said = ok(journey("exports", "create", "First")).stdout
    assert ("is ready." in said, "in review" in said) == (True, False)
    assert "allowed 4" in ok(journey("exports", "summary", "First")).stdout
    export = as_json(journey("exports", "create", "First", "--to", str(folder / "out"), "--json"))
    lines = (folder / "out" / "train.jsonl").read_text().splitlines()
    assert [json.loads(line)["messages"][-1]["content"] for line in lines] == [answer for _, answer in NOTES.values()]
    assert as_json(journey("exports", "verify", export["id"], "--json"))["intact"] is True
    people = ok(journey("exports", "verify", export["id"])).stdout + ok(
        journey("exports", "trace-row", "desk.mail.tickets", "t1")
    ).stdout + ok(journey("jobs", "show", export["job_id"])).stdout  # fmt: skip
    assert "name train.jsonl, intact yes" in people
    assert "training sheet name First, status labeled" in people
    assert not {"{", "["} & set(people)
    assert as_json(journey("exports", "trace-line", export["id"], "1", "--json"))["key"] == {"ticket": "t1"}
    assert "export " in ok(journey("lineage", "show", "table", "desk.mail.tickets")).stdout
    ok(journey("training-sheets", "read", "First", "--use", "training", "--to", str(folder / "pairs.parquet")))
    assert (folder / "pairs.parquet").stat().st_size > 0


def test_an_export_that_is_not_waited_for_cannot_be_downloaded(journey: Run, wb: Workbench, folder: Path) -> None:
    before = len(list(wb.exports.list()))
    done = journey("exports", "create", "First", "--to", str(folder / "later"), "--no-wait")
    assert done.exit_code == 5
    assert "where: --to" in done.stderr
    assert len(list(wb.exports.list())) == before


def test_a_second_training_sheet_has_nothing_to_review(journey: Run) -> None:
    done = ok(journey("training-sheets", "duplicate", "First", "Second"))
    assert "4 / 4 labeled (4 reused), 0 to review" in done.stdout
    assert "Nothing left to review" in ok(journey("review", "start", "Second")).stdout


def test_a_broken_export_ends_badly(journey: Run, wb: Workbench) -> None:
    export = wb.exports.list(state="ready").first()
    assert export is not None
    ok(journey("governance", "tag", "desk.mail.tickets#note", "PHI"))
    done = journey("exports", "verify", str(export.id), "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["standing"] is False
    ok(journey("governance", "untag", "desk.mail.tickets#note", "PHI"))
    ok(journey("exports", "verify", str(export.id)))


def test_labels_by_hand(journey: Run, wb: Workbench, folder: Path) -> None:
    words = ("--sheet", "Tickets", "--label-type", "intent")
    clash = journey("labels", "set", "s:t1", "praise", *words)
    assert clash.exit_code == 4, "there is a label that was not named"
    assert "(changed)" in ok(journey("labels", "set", "s:t1", "praise", *words, "--replace", "1")).stdout
    label = as_json(journey("labels", "of", "s:t1", *words, "--json"))
    assert (label["value"], label["number"]) == ("praise", 2)
    ok(journey("labels", "revert", label["id"], "1"))
    assert ok(journey("labels", "history", label["id"])).stdout.count("\n") == 3
    file = folder / "labels.jsonl"
    file.write_text('{"item_ref": "s:t2", "value": "question"}\n{"item_ref": "s:t2", "value": 7}\n')
    done = journey("labels", "import", str(file), *words, "--policy", "overwrite", "--dry-run", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["problems"][0]["row"] == 2


def test_asking_before_destroying(journey: Run, wb: Workbench) -> None:
    assert journey("tables", "drop", "desk.mail.tickets", input="n\n").exit_code == 1
    assert journey("tables", "show", "desk.mail.tickets").exit_code == 0
