"""What people and other features do with sheets, by what it is about.

`lookup` lists, versions, differences · `lifecycle` draft, publish, archive · `items` reading for other features ·
`previews` looking, within one's clearance · `files` files of items, served safely.
"""

from workbench.features.sheets.rules import digests, sources_of
from workbench.features.sheets.service.items import (
    digest_item,
    fields_of,
    file_hash,
    items,
    open_definition,
    open_sheet,
    pin_sources,
    scan,
)
from workbench.features.sheets.service.lifecycle import (
    SheetNameTaken,
    archive_sheet,
    change_sheet,
    create_sheet,
    delete_sheet,
    discard_draft,
    duplicate_sheet,
    publish_sheet,
    restore_sheet,
    save_draft,
)
from workbench.features.sheets.service.lookup import (
    SheetChanged,
    diff_sheet_versions,
    find_sheet,
    get_sheet,
    list_sheet_versions,
    list_sheets,
    require_sheet_version,
    sheet_version_by_id,
)

__all__ = [
    "SheetChanged",
    "SheetNameTaken",
    "archive_sheet",
    "change_sheet",
    "create_sheet",
    "delete_sheet",
    "diff_sheet_versions",
    "digest_item",
    "digests",
    "discard_draft",
    "duplicate_sheet",
    "fields_of",
    "file_hash",
    "find_sheet",
    "get_sheet",
    "items",
    "list_sheet_versions",
    "list_sheets",
    "open_definition",
    "open_sheet",
    "pin_sources",
    "publish_sheet",
    "require_sheet_version",
    "restore_sheet",
    "save_draft",
    "scan",
    "sheet_version_by_id",
    "sources_of",
]
