"""Small tables and files, and a sheet opened over them without a database."""

from __future__ import annotations

import io
from typing import Any

import deltalake
import pyarrow as pa

from workbench.backends.duck import Duck
from workbench.backends.lakehouse import Lakehouse
from workbench.features.sheets.reading import OpenSheet
from workbench.features.sheets.schemas import SheetDefinition

DUCK = Duck(memory="128MB")


def write(lakehouse: Lakehouse, name: str, rows: pa.Table | dict[str, list[Any]], mode: str = "overwrite") -> None:
    """Writes rows into the table `main.med.<name>`."""
    table = rows if isinstance(rows, pa.Table) else pa.table(rows)
    deltalake.write_deltalake(lakehouse.root / "main" / "med" / name, table, mode=mode)  # type: ignore[call-overload]


def put(lakehouse: Lakehouse, *paths: str) -> None:
    """Puts files into the volume, each holding its own path."""
    for path in paths:
        lakehouse.volume("main.med.scans").save(path, io.BytesIO(path.encode()))


def sheet(lakehouse: Lakehouse, pins: dict[str, str] | None = None, **definition: Any) -> OpenSheet:
    """Opens a sheet over the invoices, with what else its definition says."""
    given = {"primary_table": "main.med.invoices", "item_key": ["id"], **definition}
    return OpenSheet.open(lakehouse, DUCK, SheetDefinition.model_validate(given), pins)


def rows_of(opened: OpenSheet, **how: Any) -> list[dict[str, Any]]:
    """Its items, as a scan reads them."""
    return [row for batch in opened.scan(**how) for row in batch.to_pylist()]


def refs_of(opened: OpenSheet) -> list[str]:
    """The names of its items, in order."""
    return [row["item_ref"] for row in rows_of(opened, fields=[])]


VENDOR = {
    "kind": "table",
    "name": "main.med.vendors",
    "alias": "vendor",
    "join": {"left": ["vendor_id"], "right": ["id"]},
}


LINES = {
    "kind": "table", "name": "main.med.lines", "alias": "lines", "many": True,
    "join": {"left": ["id"], "right": ["invoice"]},
}  # fmt: skip


SCAN = {"kind": "volume", "name": "main.med.scans", "alias": "scan", "join": {"key": "id", "pattern": "{key}.*"}}
