"""Sample circuit boards: a photograph of each, the defect-free template it is compared with, and sensor readings.

Every board carries at most one planted defect at a known place, so what a reviewer or a model answers can be checked.
"""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
from PIL import Image

from workbench.demo.boards.brush import Colour
from workbench.demo.boards.defects import DEFECTS, Defect, Fault, assemble
from workbench.demo.boards.layout import lay_out
from workbench.demo.boards.picture import bare_board, photograph, populated
from workbench.demo.boards.sensors import readings

# Each product is one layout in one colour of solder mask.
PRODUCTS: tuple[tuple[str, Colour, tuple[bool, bool]], ...] = (
    ("DEMO-CTRL A", (22, 98, 58), (False, False)),
    ("DEMO-CTRL B", (24, 62, 122), (True, False)),
    ("DEMO-PSU C", (34, 38, 42), (False, True)),
    ("DEMO-IO D", (128, 30, 36), (True, True)),
    ("DEMO-IO E", (26, 108, 76), (True, False)),
)

# What the board really has. Kept apart so that a sheet can leave it out and labels can be checked against it.
GROUND_TRUTH = ("defect", "defect_part", "box_x", "box_y", "box_width", "box_height")

SCHEMA = pa.schema(
    [
        pa.field("board_id", pa.string(), nullable=False),
        pa.field("product", pa.string()),
        pa.field("line", pa.string()),
        pa.field("inspected_at", pa.timestamp("us", tz="UTC")),
        pa.field("temperature_c", pa.float64()),
        pa.field("vibration_mm_s", pa.float64()),
        pa.field("pressure_kpa", pa.float64()),
        pa.field("humidity_percent", pa.float64()),
        pa.field("solder_paste_lot", pa.string()),
        pa.field("machine_note", pa.string()),
        pa.field("defect", pa.string()),
        pa.field("defect_part", pa.string()),
        pa.field("box_x", pa.int32()),
        pa.field("box_y", pa.int32()),
        pa.field("box_width", pa.int32()),
        pa.field("box_height", pa.int32()),
    ]
)


def draw(folder: Path, *, count: int = 60, seed: int = 1) -> pa.Table:
    """Write `<board_id>.png` and `<board_id>_template.png` (480 × 480) into `folder` and return one row for each board.

    Boxes are pixels from the upper left corner, null where the defect is `none`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    layouts = [lay_out(name, seed=seed * 100 + place, flip=flip) for place, (name, _, flip) in enumerate(PRODUCTS)]
    bare = [bare_board(layout, mask) for layout, (_, mask, _) in zip(layouts, PRODUCTS, strict=True)]
    templates = [
        _png(photograph(populated(board, layout), np.random.default_rng([seed, 5, place])))
        for place, (board, layout) in enumerate(zip(bare, layouts, strict=True))
    ]
    rows = []
    for number in range(1, count + 1):
        random = np.random.default_rng([seed, 6, number])
        product = int(random.integers(len(PRODUCTS)))
        picture, fault = assemble(bare[product], layouts[product], _defect(number, seed), random)
        key = f"board_{number:04d}"
        (folder / f"{key}.png").write_bytes(_png(photograph(picture, random)))
        (folder / f"{key}_template.png").write_bytes(templates[product])
        rows.append(
            {
                "board_id": key,
                "product": layouts[product].name,
                "line": f"line {1 + number % 2}",
                "inspected_at": datetime(2026, 1, 12, 6, tzinfo=UTC) + timedelta(minutes=7 * number),
                **readings(fault, random),
                **_truth(fault),
            }
        )
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def _defect(number: int, seed: int) -> Defect:
    """Spread the kinds evenly: of every ten boards four are good, and each defect is there at least once."""
    block, place = divmod(number - 1, 10)
    random = np.random.default_rng([seed, 7, block])
    kinds: list[Defect] = [*DEFECTS, "none", "none", "none", DEFECTS[1 + block % 5]]
    return kinds[int(random.permutation(10)[place])]


def _truth(fault: Fault) -> dict[str, object]:
    truth: dict[str, object] = {"defect": fault.defect, "defect_part": fault.part}
    if fault.box:
        left, top, right, bottom = (round(side) for side in fault.box)
        truth |= {"box_x": left, "box_y": top, "box_width": right - left, "box_height": bottom - top}
    return truth


def _png(picture: Image.Image) -> bytes:
    content = io.BytesIO()
    picture.save(content, "PNG", compress_level=3)
    return content.getvalue()
