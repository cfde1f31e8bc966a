"""The sample boards: pictures open, and differ from their template where the truth says, far more than elsewhere."""

from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image

from workbench.demo import boards
from workbench.demo.boards.layout import SIDE, lay_out
from workbench.demo.boards.parts import overlap


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pa.Table]:
    folder = tmp_path_factory.mktemp("boards")
    return folder, boards.draw(folder, count=30)


def brightness(path: Path) -> np.ndarray:
    picture = np.asarray(Image.open(path).convert("RGB"), dtype=np.float64)
    return picture / picture.mean(axis=(0, 1))


def test_every_board_has_a_picture_and_a_template(drawn: tuple[Path, pa.Table]) -> None:
    folder, table = drawn
    keys = table["board_id"].to_pylist()
    assert len(set(keys)) == 30
    names = {f"{key}{ending}" for key in keys for ending in (".png", "_template.png")}
    assert {path.name for path in folder.iterdir()} == names
    for name in names:
        with Image.open(folder / name) as picture:
            picture.load()
            assert (picture.size, picture.mode) == ((480, 480), "RGB")
    assert table.schema == boards.SCHEMA


def test_every_kind_of_defect_is_planted_and_four_in_ten_boards_are_good(drawn: tuple[Path, pa.Table]) -> None:
    _, table = drawn
    kinds = Counter(table["defect"].to_pylist())
    assert set(kinds) == set(boards.DEFECTS)
    assert kinds["none"] == 12


def test_the_picture_differs_from_its_template_inside_the_box(drawn: tuple[Path, pa.Table]) -> None:
    folder, table = drawn
    for row in table.to_pylist():
        change = np.abs(
            brightness(folder / f"{row['board_id']}.png") - brightness(folder / f"{row['board_id']}_template.png")
        ).max(axis=2)
        if row["defect"] == "none":
            assert row["box_x"] is None
            assert row["defect_part"] is None
            assert change[20:460, 20:460].max() < 1.0
            continue
        x, y, width, height = (row[f"box_{side}"] for side in ("x", "y", "width", "height"))
        assert width > 0
        assert height > 0
        assert x + width <= SIDE
        assert y + height <= SIDE
        inside = change[y : y + height, x : x + width]
        outside = change.copy()
        outside[y : y + height, x : x + width] = 0
        assert inside.max() > 1.5 * outside.max(), row


def test_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    tables = [boards.draw(tmp_path / name, count=4, seed=seed) for name, seed in (("a", 3), ("b", 3), ("c", 4))]
    contents = [{path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in "abc"]
    assert contents[0] == contents[1]
    assert tables[0] == tables[1]
    assert contents[0] != contents[2]


def test_readings_hint_at_the_defect(tmp_path: Path, drawn: tuple[Path, pa.Table]) -> None:
    rows = drawn[1].to_pylist()

    def mean(sensor: str, defect: str) -> float:
        return float(np.mean([row[sensor] for row in rows if row["defect"] == defect]))

    assert mean("temperature_c", "cold_joint") < mean("temperature_c", "none") < mean("temperature_c", "discoloration")
    assert mean("pressure_kpa", "solder_bridge") > mean("pressure_kpa", "none")
    assert all(row["vibration_mm_s"] > 0 for row in rows)


@pytest.mark.parametrize("seed", [1, 2, 3, 100, 101, 102, 103, 104])
def test_parts_stand_apart_and_traces_stay_on_the_board(seed: int) -> None:
    layout = lay_out("TEST", seed=seed, flip=(seed % 2 == 1, seed % 3 == 0))
    parts = layout.parts
    assert len({part.name for part in parts}) == len(parts) > 25
    assert not [
        (one.name, other.name)
        for place, one in enumerate(parts)
        for other in parts[place + 1 :]
        if overlap(one.reach, other.reach)
    ]
    assert len(layout.traces) > 30
    assert all(0 < value < SIDE for trace in layout.traces for point in trace for value in point)
