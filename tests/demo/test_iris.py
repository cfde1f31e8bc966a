"""The sample flowers: same seed, same bytes; sizes are plausible and species can be told apart."""

from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow.csv as csv

from workbench.demo import iris


def test_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        iris.draw(tmp_path / name, seed=seed)
    first, again, other = ((tmp_path / name / "flowers.csv").read_bytes() for name in "abc")
    assert first == again
    assert first != other


def test_a_file_holds_the_returned_rows(tmp_path: Path) -> None:
    table = iris.draw(tmp_path)
    assert table.num_rows == 150
    assert len(set(table["flower_id"].to_pylist())) == 150
    assert set(Counter(table["species"].to_pylist()).values()) == {50}
    written = csv.read_csv(tmp_path / "flowers.csv").to_pylist()
    assert written == table.to_pylist()


def test_measures_are_positive_and_a_nearest_mean_tells_most_species(tmp_path: Path) -> None:
    table = iris.draw(tmp_path, count=600, seed=9)
    sizes = np.array([table[measure].to_pylist() for measure in iris.MEASURES]).T
    assert sizes.min() >= 0.1
    means = np.array([species.means for species in iris.SPECIES])
    nearest = np.linalg.norm(sizes[:, None, :] - means[None, :, :], axis=2).argmin(axis=1)
    truth = np.arange(600) % 3
    assert 0.85 < (nearest == truth).mean() < 1.0
