"""Where the demo and the guides say to look in the web, the rail has a place of that name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from workbench.demo import workspace

ROOT = Path(__file__).parents[2]
WEB = ROOT / "web" / "src"
GUIDES = sorted((ROOT / "docs" / "guide").glob("*.md"))
TEXTS = {"the demo": workspace.TOUR, **{page.name: page.read_text() for page in GUIDES}}
FIRST = re.compile(r"(?:\*|^ +\d +)([A-Z][A-Za-z ]+) → ", re.M)  # *Data → …* in a guide, a numbered step in the demo


def rail() -> set[str]:
    routes = "".join(file.read_text() for file in WEB.glob("features/*/routes.tsx"))
    return set(re.findall(r"group: '[^']+',\s+label: '([^']+)'", routes))


def test_the_rail_is_read() -> None:
    assert {"Data", "Generate", "Label", "Governance"} <= rail()


@pytest.mark.parametrize("name", TEXTS)
def test_a_way_through_the_web_begins_in_the_rail(name: str) -> None:
    assert set(FIRST.findall(TEXTS[name])) <= rail()


def test_the_demo_says_where_each_step_is() -> None:
    assert len(FIRST.findall(workspace.TOUR)) == 5


def test_the_tour_calls_its_steps_as_the_rail_does() -> None:
    stages = re.findall(r"stage: '([^']+)'", (WEB / "app" / "tour" / "steps.ts").read_text())
    assert set(stages) - rail() == {"Export"}  # a part of each training sheet


def test_the_experts_guide_says_where_a_bulk_decision_is_undone_later() -> None:
    text = " ".join(TEXTS["expert.md"].split())
    assert "undone later, as a whole, in *Generate → the training sheet → Decisions*" in text
    page = (WEB / "features" / "generation" / "TrainingSheetPage.tsx").read_text()
    assert "label: 'Decisions'" in page


def test_nothing_says_that_only_what_is_approved_leaves() -> None:
    """Labeled and allowed pairs leave; approval of the whole is no condition of that."""
    places = ((ROOT / "src", "*.py"), (WEB, "*.ts*"), (ROOT / "docs", "*.md"), (ROOT, "*.md"))
    files = {file for folder, names in places for file in (folder.glob if folder == ROOT else folder.rglob)(names)}
    wrong = re.compile(r"approved (?:and|∧) allowed|approved training sheets? (?:can be exported|exports)", re.I)
    assert [file.name for file in files if wrong.search(file.read_text())] == []
