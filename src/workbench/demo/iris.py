"""Iris-like flower measurements: three invented species, each drawn around parameters of its own."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv


class Species(NamedTuple):
    """What a species measures: means and spreads in centimetres, in the order of `MEASURES`."""

    name: str
    means: tuple[float, float, float, float]
    spreads: tuple[float, float, float, float]


MEASURES = ("sepal_length_cm", "sepal_width_cm", "petal_length_cm", "petal_width_cm")

SPECIES = (
    Species("Iris exempla", (4.8, 3.6, 1.6, 0.3), (0.32, 0.36, 0.20, 0.09)),
    Species("Iris fictiva", (6.1, 2.9, 4.1, 1.4), (0.46, 0.30, 0.42, 0.18)),
    Species("Iris modela", (6.8, 3.1, 5.7, 2.1), (0.58, 0.32, 0.52, 0.25)),
)

# Large flowers are large all over: one correlation for every species keeps the clouds elongated, so that
# the two bigger species overlap a little and a nearest-neighbour answer is not always right.
CORRELATION = np.array(
    [
        [1.00, 0.55, 0.70, 0.50],
        [0.55, 1.00, 0.40, 0.45],
        [0.70, 0.40, 1.00, 0.65],
        [0.50, 0.45, 0.65, 1.00],
    ]
)

SCHEMA = pa.schema(
    [pa.field("flower_id", pa.string(), nullable=False)]
    + [pa.field(measure, pa.float64()) for measure in MEASURES]
    + [pa.field("species", pa.string())]
)


def draw(folder: Path, *, count: int = 150, seed: int = 1) -> pa.Table:
    """Write `flowers.csv` into `folder` and return its rows: one per flower, species in turn.

    Measures are centimetres to one decimal and never below 0.1.
    """
    random = np.random.default_rng([seed, 1])
    kinds = np.arange(count) % len(SPECIES)
    means = np.array([species.means for species in SPECIES])[kinds]
    spreads = np.array([species.spreads for species in SPECIES])[kinds]
    correlated = random.standard_normal((count, len(MEASURES))) @ np.linalg.cholesky(CORRELATION).T
    sizes = np.maximum(np.round(means + spreads * correlated, 1), 0.1)
    table = pa.table(
        {
            "flower_id": [f"flower_{number:04d}" for number in range(1, count + 1)],
            **{measure: sizes[:, column] for column, measure in enumerate(MEASURES)},
            "species": [SPECIES[kind].name for kind in kinds],
        },
        schema=SCHEMA,
    )
    folder.mkdir(parents=True, exist_ok=True)
    csv.write_csv(table, folder / "flowers.csv")
    return table
