"""The flowers' story: answers that stand in a column become labels, an approved training sheet and a file."""

from __future__ import annotations

from pathlib import Path

from workbench.demo import iris, making
from workbench.features.generation.schemas import TrainingSheetState
from workbench.sdk import Workbench

TRAINING_SHEET = "Iris species"
SYSTEM = "You are a botanist. Answer with the name of the species and nothing else."
PROMPT = """\
An iris was measured, in centimetres:
- sepal: {{ sepal_length_cm }} long, {{ sepal_width_cm }} wide
- petal: {{ petal_length_cm }} long, {{ petal_width_cm }} wide

Which species is it?"""


def is_made(wb: Workbench) -> bool:
    """Whether the story is there to its end."""
    return wb.exports.list(search=TRAINING_SHEET).first() is not None


def make(wb: Workbench, folder: Path) -> None:
    """Makes table, sheet, labelset, template, an approved training sheet and its export."""
    schema = making.schema(wb, "iris", "Measurements of three invented iris species.")
    full_name = f"{schema}.flowers"
    making.table(
        wb, full_name, iris.draw(folder / "iris"), folder, "One row per flower: four measures and its species."
    )
    making.labelset(
        wb,
        "iris_species",
        "classification",
        "Iris species",
        classes=[{"id": species.name.split()[1], "name": species.name} for species in iris.SPECIES],
        instructions="Small petals: Iris exempla. Otherwise a petal wider than 1.7 cm speaks for Iris modela.",
    )
    sheet = making.sheet(
        wb, "Iris flowers", {"primary_table": full_name, "item_key": ["flower_id"]}, "150 measured flowers."
    )
    template = making.template(
        wb, "Name the species", label_type="iris_species", system_prompt=SYSTEM, user_prompt=PROMPT
    )
    made = making.training_sheet(wb, TRAINING_SHEET, sheet, template, "existing_column", column="species", trusted=True)
    if made.state == TrainingSheetState.REVIEW:
        wb.review.approve_training_sheet(made.id, version=made.version)
    export = wb.exports.create(made.id, validation_fraction=0.2)
    wb.jobs.wait(export.job_id)
