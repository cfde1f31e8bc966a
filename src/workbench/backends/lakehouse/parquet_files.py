"""A Parquet file that is brought in from outside, as Arrow batches of types a Delta table can hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from workbench.backends.lakehouse.spark_types import storable_schema
from workbench.kernel.errors import Invalid

_BATCH_ROWS, _BATCH_BYTES = 16_384, 8 << 20


@dataclass(frozen=True, slots=True)
class ParquetFile:
    """One Parquet file whose footer has been read and found good."""

    path: Path
    schema: pa.Schema
    rows: int

    @classmethod
    def open(cls, path: Path) -> ParquetFile:
        """Read the footer. Raises `Invalid` when it is not Parquet, is empty, or has a column no table can hold."""
        try:
            with pq.ParquetFile(path) as file:
                schema, rows = file.schema_arrow, file.metadata.num_rows
        except (pa.ArrowInvalid, OSError) as error:
            raise Invalid(f"The file is not Parquet: {error}", field="file", fix="Choose a .parquet file.") from None
        if not rows:
            raise Invalid("The file has no rows.", field="file", fix="Choose a file with at least one row.")
        return cls(path, storable_schema(schema), rows)

    def batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """The columns of `schema` with its types. Raises `Invalid` naming the column that does not fit."""
        # Read ahead, the whole file would be held in memory.
        with pq.ParquetFile(self.path, pre_buffer=False) as file:
            try:
                for batch in _batches(file):
                    yield pa.RecordBatch.from_arrays([_cast(batch.column(f.name), f) for f in schema], schema=schema)
            except OSError as error:
                raise Invalid(f"The Parquet file is damaged: {error}", field="file", fix="Write it again.") from None


def _batches(file: pq.ParquetFile) -> Iterator[pa.RecordBatch]:
    """Few rows at a time where they are large."""
    for number in range(file.num_row_groups):
        group = file.metadata.row_group(number)
        fitting = _BATCH_BYTES * group.num_rows // max(1, group.total_byte_size)
        yield from file.iter_batches(min(_BATCH_ROWS, max(1, fitting)), row_groups=[number])


def _cast(column: pa.Array, field: pa.Field) -> pa.Array:
    try:
        if pa.types.is_timestamp(column.type):
            # Finer than microseconds has no place in Delta: the rest is cut, not refused.
            return column.cast(field.type, safe=False)
        return column.cast(field.type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise Invalid(
            f"Column {field.name!r} does not fit the type {field.type}: {error}",
            field=field.name,
            fix="Convert it first, or make a new table from the file.",
        ) from None
