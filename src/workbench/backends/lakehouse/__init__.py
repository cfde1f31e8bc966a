"""The embedded lakehouse: a folder as catalogs, schemas, volumes and tables (Delta, Parquet, CSV, JSON Lines)."""

from workbench.backends.lakehouse.delta_writes import Imported, ImportMode, Watch
from workbench.backends.lakehouse.folder import Lakehouse, SchemaInfo, TableInfo, VolumeInfo
from workbench.backends.lakehouse.imports import FileFormat
from workbench.backends.lakehouse.names import FileName, FullName, checked_part
from workbench.backends.lakehouse.spark_types import ColumnInfo, columns_of
from workbench.backends.lakehouse.tables import SourceChanged, Table

__all__ = [
    "ColumnInfo", "FileFormat", "FileName", "FullName", "ImportMode", "Imported", "Lakehouse", "SchemaInfo",
    "SourceChanged", "Table", "TableInfo", "VolumeInfo", "Watch", "checked_part", "columns_of",
]  # fmt: skip
