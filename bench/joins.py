"""Reading a sheet that nests the rows of a joined table as lists, against DuckDB asked for the same by hand."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.measure import Bar, Figure, Watch, report_from_child, run_side, show
from workbench.backends.duck import Duck
from workbench.backends.lakehouse import Lakehouse
from workbench.features.sheets.reading import OpenSheet
from workbench.features.sheets.schemas import SheetDefinition

LINES_EACH = 20  # joined rows of an item, on average
TEXT = 400  # characters in a column that every joined row has
MEMORY = "2GB"  # as by default
SHEET = {
    "primary_table": "main.shop.orders",
    "item_key": ["id"],
    "secondary_sources": [
        {
            "kind": "table",
            "name": "main.shop.lines",
            "alias": "lines",
            "join": {"left": ["id"], "right": ["id"]},
            "many": True,
        }
    ],
}
READS = {"one short field": ["lines.number"], "every field": ["lines"], "whether there are any": None}
MOST = {"one short field": 10, "every field": 3, "whether there are any": 20}  # times the floor, which keeps no order


def measure(*, rows: int, runs: int) -> None:
    """Prints the figures: so many joined rows, of one item each twenty."""
    with TemporaryDirectory() as folder:
        _draw(Path(folder), rows)
        for read, fields in READS.items():
            ours, floor = Figure("ours"), Figure("DuckDB by hand")
            for _ in range(runs):
                ours.add(run_side("bench.joins", "ours", [folder, read]))
                floor.add(run_side("bench.joins", "floor", [folder, read]))
            bars = [Bar("seconds of DuckDB by hand", ours.median / floor.median, MOST[read], at_least=False)]
            if fields is not None:
                bars.append(Bar("memory of DuckDB by hand", ours.peak / floor.peak, 2, at_least=False))
            show(f"joined lists of {rows:,} rows, {read}", [ours, floor], bars)


def ours(folder: str, read: str) -> dict[str, Any]:
    """As generation reads a sheet, in batches."""
    duck = Duck(MEMORY, spill=Path(folder) / "spill-ours")
    sheet = OpenSheet.open(Lakehouse(Path(folder) / "lakehouse"), duck, SheetDefinition.model_validate(SHEET))
    watch = Watch()
    fields = READS[read]
    if fields is None:
        sheet.missing()
    else:
        assert sum(batch.num_rows for batch in sheet.scan(fields)) > 0
    return dict(watch.read())


def floor(folder: str, read: str) -> dict[str, Any]:
    """As someone writes it by hand: no order, and only what is read."""
    engine = duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(Path(folder) / "spill-floor")})
    value = {
        "one short field": "list({'number': number})",
        "every field": "list({'id': id, 'number': number, 'note': note})",
        "whether there are any": "count(*)",
    }[read]
    watch = Watch()
    found = engine.execute(
        f"SELECT o.id, l.value FROM '{folder}/orders.parquet' o "
        f"LEFT JOIN (SELECT id, {value} AS value FROM '{folder}/lines.parquet' GROUP BY id) l ON l.id = o.id"
    )
    assert sum(batch.num_rows for batch in found.to_arrow_reader(5_000)) > 0
    return dict(watch.read())


def _draw(folder: Path, rows: int) -> None:
    draw, items = np.random.default_rng(1), rows // LINES_EACH
    lakehouse = Lakehouse(folder / "lakehouse")
    lakehouse.root.mkdir()
    lakehouse.create_catalog("main")
    lakehouse.create_schema("main", "shop")
    lines = {
        "id": draw.integers(0, items, rows),
        "number": draw.integers(0, 9, rows),
        "note": [os.urandom(TEXT // 2).hex() for _ in range(rows)],
    }
    for name, columns in (("orders", {"id": list(range(items))}), ("lines", lines)):
        file = folder / f"{name}.parquet"
        pq.write_table(pa.table(columns), file)
        lakehouse.import_table(file, f"main.shop.{name}", "parquet", "create")


if __name__ == "__main__":
    side, folder, read = sys.argv[1:]
    work = {"ours": ours, "floor": floor}[side]
    report_from_child(lambda: work(folder, read))
