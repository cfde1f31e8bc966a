"""Classes that are called by digits: what is typed means the class of that name, never the one in that place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Run

from workbench.sdk import Workbench


@pytest.fixture
def grades(run: Run, wb: Workbench, tmp_path: Path) -> Run:
    """A command line whose workbench holds three notes, to be given one of the grades 0, 1, 2 and good."""
    if wb.catalogs.list():
        return run
    table = tmp_path / "notes.csv"
    table.write_text("id,note\na,x\nb,y\nc,z\n")
    prompt = tmp_path / "prompt.txt"
    prompt.write_text("{{ note }}")
    for words in (
        "catalogs create desk",
        "catalogs create desk.mail",
        f"tables upload {table} desk.mail.notes",
        "sheets create Notes --table desk.mail.notes --key id --publish",
        "labelsets create grade --kind classification --class 0 --class 1 --class 2 --class good --publish",
        f"templates create Grade --label-type grade --prompt @{prompt} --publish",
        "training-sheets generate Graded --sheet Notes --template Grade --mode manual",
    ):
        done = run(*words.split())
        assert done.exit_code == 0, done.stderr + done.stdout
    return run


def names_of(wb: Workbench) -> dict[str, str]:
    labelset = wb.labelsets.list(search="grade").first()
    assert labelset is not None
    called = {each.id: each.name for each in wb.labelsets.version(labelset.id, 1).classes}
    return {label.item_ref: called[label.value] for label in wb.labels.list("grade")}


def test_a_label_set_by_hand_is_the_class_that_was_named(grades: Run, wb: Workbench) -> None:
    words = ("--sheet", "Notes", "--label-type", "grade")
    done = grades("labels", "set", "s:a", "1", *words)
    assert done.exit_code == 0, done.stderr
    assert names_of(wb)["s:a"] == "1"
    assert grades("labels", "set", "s:b", "4", *words).exit_code == 5, "4 is the place of a class, not its name"


def test_a_pair_is_edited_to_the_class_that_was_named(grades: Run, wb: Workbench) -> None:
    pairs = json.loads(grades("training-sheets", "pairs", "Graded", "--json").stdout)
    pair = next(pair["id"] for pair in pairs if pair["item_ref"] == "s:b")
    assert grades("review", "edit", pair, "--value", "2").exit_code == 0
    assert names_of(wb)["s:b"] == "2"


def test_while_reviewing_a_number_means_a_place_only_where_no_class_is_called_by_one(
    grades: Run, wb: Workbench
) -> None:
    done = grades("review", "start", "Graded", input="4\n0\nq\n")
    assert "\n0  1  2  good\n" in done.stdout
    assert "where: value" in done.stderr, "4 is refused"
    assert names_of(wb)["s:c"] == "0"
