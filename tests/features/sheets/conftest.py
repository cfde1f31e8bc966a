"""A workspace with invoices, vendors and scans to make sheets of."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image
from tests.features.sheets.opened import put, write

from workbench.backends.bundle import Backends
from workbench.backends.lakehouse import ImportMode, Lakehouse
from workbench.features.governance import service as governance
from workbench.features.sheets import service
from workbench.features.sheets.schemas import NewSheet, Sheet
from workbench.kernel.actor import Actor
from workbench.kernel.schema import Change

DEFINITION: dict[str, Any] = {
    "primary_table": "main.med.invoices",
    "item_key": ["id"],
    "secondary_sources": [
        {
            "kind": "table",
            "name": "main.med.vendors",
            "alias": "vendor",
            "join": {"left": ["vendor_id"], "right": ["id"]},
        },
        {"kind": "volume", "name": "main.med.scans", "alias": "scan", "join": {"key": "id"}},
    ],
}


def load(
    lakehouse: Lakehouse, folder: Path, name: str, rows: dict[str, list[Any]], mode: ImportMode = "create"
) -> None:
    """Writes rows into the table `main.med.<name>`."""
    pq.write_table(pa.table(rows), folder / "rows.parquet")
    lakehouse.import_table(folder / "rows.parquet", f"main.med.{name}", "parquet", mode)


@pytest.fixture
def clinic(backends: Backends) -> Lakehouse:
    """The catalogs of the workspace `main`: invoices 1 to 3, two vendors, scans of 1 (PNG) and 2 (text)."""
    made = backends.lakehouse("main")
    made.create_catalog("main")
    made.create_schema("main", "med")
    made.create_volume("main.med.scans")
    home = backends.settings.home
    load(made, home, "invoices", {"id": [1, 2, 3], "vendor_id": ["a", "b", None], "patient_name": ["Ada", "Bo", "Cy"]})
    load(made, home, "vendors", {"id": ["a", "b"], "name": ["Acorn", "Birch"], "iban": ["X1", "X2"]})
    picture = io.BytesIO()
    Image.new("RGB", (40, 20), "teal").save(picture, "PNG")
    picture.seek(0)
    made.volume("main.med.scans").save("1.png", picture)
    made.volume("main.med.scans").save("2.txt", io.BytesIO(b"hello world"))
    return made


MakeSheet = Callable[..., Sheet]


@pytest.fixture
def make_sheet(backends: Backends, clinic: Lakehouse) -> MakeSheet:
    """Makes a sheet: `make_sheet(actor, name="Invoices", publish=True, filter="id > 1")`."""

    def make(actor: Actor, name: str = "Invoices", *, publish: bool = False, **changes: Any) -> Sheet:
        with backends.database.begin() as session:
            governance.ensure_organisation(session, actor.workspace_id)
            body = NewSheet.model_validate({"name": name, "definition": {**DEFINITION, **changes}})
            made = service.create_sheet(session, actor, backends, body)
        if publish:
            with backends.database.begin() as session:
                service.publish_sheet(session, actor, backends, made.id, Change(version=made.version))
        with backends.database.read() as session:
            return service.get_sheet(session, actor, made.id)

    return make


@pytest.fixture
def lakehouse(tmp_path: Path) -> Lakehouse:
    """An empty schema `main.med` with a volume `scans`."""
    made = Lakehouse(tmp_path / "catalogs")
    made.create_catalog("main")
    made.create_schema("main", "med")
    made.create_volume("main.med.scans")
    return made


@pytest.fixture
def joined(lakehouse: Lakehouse) -> Lakehouse:
    """Invoices with their vendors, lines and scans."""
    write(lakehouse, "invoices", {"id": [3, 1, 2], "vendor_id": ["b", "a", None], "total": [30.0, 10.0, 20.0]})
    write(lakehouse, "vendors", {"id": ["a", "b", "c"], "name": ["Acorn", "Birch", "Cedar"], "city": ["X", "Y", "Z"]})
    write(lakehouse, "lines", {"invoice": [1, 3, 1, 9], "sku": ["q", "r", "p", "s"], "n": [2, 1, 1, 5]})
    put(lakehouse, "1.pdf", "3.png", "other.pdf")
    return lakehouse
