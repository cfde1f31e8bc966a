"""Row groups that are kept decoded: read once for neighbours, and never taken for another table's."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from workbench.backends.lakehouse import tables
from workbench.backends.lakehouse.tables import DatasetTable


def opened(path: Path, kind: str, number: pa.DataType) -> DatasetTable:
    schema = pa.schema({"id": pa.int64(), "number": number})
    return DatasetTable("main.a.b", "pin", kind, ds.dataset(path, format="parquet", schema=schema))


def numbers(table: DatasetTable, *ids: int) -> list[object]:
    return table.matching({"id": pa.array(ids, pa.int64())}, ["number"]).column("number").to_pylist()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rows.parquet"
    rows = {"id": pa.array([1, 2, 3], pa.int64()), "number": pa.array([10, 20, 30], pa.int32())}
    pq.write_table(pa.table(rows), path)
    return path


def test_a_group_of_a_delta_table_is_decoded_once_for_neighbours(file: Path) -> None:
    table = opened(file, "DELTA", pa.int32())
    before = len(tables._read_group.cache)
    assert (numbers(table, 1), numbers(table, 3)) == ([10], [30])
    assert len(tables._read_group.cache) == before + 1


def test_another_version_that_reads_the_file_with_other_types_gets_its_own(file: Path) -> None:
    for kind in (pa.int32(), pa.int64()):
        found = opened(file, "DELTA", kind).matching({"id": pa.array([2], pa.int64())}, ["number"])
        assert found.schema.field("number").type == kind


def test_other_files_may_change_under_their_name_and_are_read_anew(file: Path) -> None:
    assert numbers(opened(file, "PARQUET", pa.int32()), 2) == [20]
    rows = {"id": pa.array([1, 2, 3], pa.int64()), "number": pa.array([11, 21, 31], pa.int32())}
    pq.write_table(pa.table(rows), file)
    assert numbers(opened(file, "PARQUET", pa.int32()), 2) == [21]
