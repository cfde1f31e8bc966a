"""A workspace's catalog to browse: one table of invoices with patients in it, and a volume of scans."""

from __future__ import annotations

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.backends.bundle import Backends
from workbench.backends.lakehouse import Lakehouse


@pytest.fixture
def lakehouse(backends: Backends) -> Lakehouse:
    """`main.med` with `invoices` (id, patient_name, total) and the volume `scans`, in the workspace `main`."""
    made = backends.lakehouse("main")
    made.create_catalog("main")
    made.create_schema("main", "med")
    made.create_volume("main.med.scans")
    upload = backends.settings.home / "invoices.parquet"
    pq.write_table(pa.table({"id": [1, 2], "patient_name": ["Ada Example", "Bo Sample"], "total": [9.5, None]}), upload)
    made.import_table(upload, "main.med.invoices", "parquet")
    made.volume("main.med.scans").save("a/1.txt", io.BytesIO(b"hello world"))
    return made
