"""The factory's story: pictures beside sensor readings, a few labels, and a model's proposals waiting for an expert."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from workbench.demo import boards, making
from workbench.sdk import Workbench

TRAINING_SHEET = "Board defects"
SYSTEM = "You inspect circuit boards. Answer with the kind of defect, or none, and nothing else."
READINGS = """\
Product {{ product }} on {{ line }}, solder paste {{ solder_paste_lot }}.
Oven {{ temperature_c }} °C, vibration {{ vibration_mm_s }} mm/s, pressure {{ pressure_kpa }} kPa.
The inspection machine says: {{ machine_note }}
"""
QUESTION = "\nWhich defect does the board have?"
PICTURES = """
The board: {{ image(photo) }}
A good board of the same product: {{ image(reference) }}
"""
READ = [
    "product", "line", "solder_paste_lot", "temperature_c", "vibration_mm_s", "pressure_kpa", "machine_note",
    "photo", "reference",
]  # fmt: skip
DEFECTS = {
    "none": "Nothing to object to.",
    "solder_bridge": "Solder runs from one pin to the next.",
    "cold_joint": "A dull, rough joint that never melted through.",
    "missing_component": "The pads are there, the part is not.",
    "scratch": "A line through the solder mask, copper showing.",
    "discoloration": "Heat has browned the mask.",
}
LABELED_FIRST = 24


def is_made(wb: Workbench) -> bool:
    """Whether the story is there to its end."""
    return making.is_generated(wb, TRAINING_SHEET)


def make(wb: Workbench, folder: Path) -> None:
    """Makes volume, table, labelset with a few labels, template, and a training sheet ready for review."""
    schema = making.schema(wb, "factory", "A line that makes invented circuit boards.")
    table, photos = f"{schema}.boards", f"{schema}.photos"
    rows = boards.draw(folder / "photos")
    making.volume(wb, photos, folder / "photos", "A photograph of each board, and of a good one to compare it with.")
    seen = rows.drop_columns(list(boards.GROUND_TRUTH))
    making.table(wb, table, seen, folder, "One row per board: what the line measured while it was made.")
    definition = {
        "primary_table": table,
        "item_key": ["board_id"],
        "secondary_sources": [
            _picture(photos, "photo", "{key}.png"),
            _picture(photos, "reference", "{key}_template.png"),
        ],
    }
    sheet = making.sheet(wb, "Circuit boards", definition, "60 boards with photograph, template and sensor readings.")
    making.labelset(
        wb,
        "board_defect",
        "classification",
        "Defect of a board",
        classes=[{"id": id, "name": id.replace("_", " "), "description": text} for id, text in DEFECTS.items()],
        instructions="Compare the board with the good one. There is at most one defect.",
    )
    making.labels(wb, sheet, "board_defect", _lines(rows), folder, READ)
    template = making.template(
        wb,
        "Guess the defect from the readings",
        label_type="board_defect",
        system_prompt=SYSTEM,
        user_prompt=READINGS + QUESTION,
        model={"endpoint_id": making.nearest_label(wb).id},
    )
    making.template(
        wb,
        "Find the defect by sight",
        description="For a model that takes images, or for people.",
        label_type="board_defect",
        system_prompt=SYSTEM,
        user_prompt=READINGS + PICTURES + QUESTION,
    )
    making.training_sheet(wb, TRAINING_SHEET, sheet, template, "ai_generated")


def _picture(volume: str, alias: str, pattern: str) -> dict[str, object]:
    return {"kind": "volume", "name": volume, "alias": alias, "join": {"key": "board_id", "pattern": pattern}}


def _lines(rows: pa.Table) -> list[dict[str, object]]:
    return [
        {**making.key(board_id=row["board_id"]), "value": row["defect"]}
        for row in rows.slice(0, LABELED_FIRST).to_pylist()
    ]
