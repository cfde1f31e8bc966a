"""What people do with the catalog, by what it is about.

`browsing` lists and details · `changing` make, drop, comment · `filling` upload into tables · `files` of volumes.
"""

from workbench.features.catalog.service.browsing import (
    get_table,
    get_volume,
    list_catalogs,
    list_schemas,
    list_tables,
    list_volumes,
    preview_table,
    require_source,
)
from workbench.features.catalog.service.changing import (
    CommentChanged,
    create_catalog,
    create_schema,
    create_volume,
    drop_catalog,
    drop_schema,
    drop_table,
    drop_volume,
    set_comment,
)
from workbench.features.catalog.service.files import list_files, open_file, remove_file, upload_file
from workbench.features.catalog.service.filling import IMPORT, make_table_from_volume, upload_table

__all__ = [
    "IMPORT",
    "CommentChanged",
    "create_catalog",
    "create_schema",
    "create_volume",
    "drop_catalog",
    "drop_schema",
    "drop_table",
    "drop_volume",
    "get_table",
    "get_volume",
    "list_catalogs",
    "list_files",
    "list_schemas",
    "list_tables",
    "list_volumes",
    "make_table_from_volume",
    "open_file",
    "preview_table",
    "remove_file",
    "require_source",
    "set_comment",
    "upload_file",
    "upload_table",
]
