"""What people and other features do with sheets, by what it is about.

`lookup` lists, versions, differences · `lifecycle` draft, publish, archive · `items` reading for other features ·
`previews` looking, within one's clearance · `files` files of items, served safely.
"""

from workbench.features.sheets.rules import digests, sources_of
from workbench.features.sheets.service.files import describe_item_file, open_item_file
from workbench.features.sheets.service.items import (
    digest_item,
    file_hash,
    items,
    open_definition,
    open_sheet,
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
    get_sheet,
    list_sheet_versions,
    list_sheets,
    require_sheet_version,
    sheet_version_by_id,
)
from workbench.features.sheets.service.previews import (
    check_definition,
    check_sheet,
    list_items,
    preview_definition,
    show_items,
    withheld_fields,
)

__all__ = [
    "SheetChanged",
    "SheetNameTaken",
    "archive_sheet",
    "change_sheet",
    "check_definition",
    "check_sheet",
    "create_sheet",
    "delete_sheet",
    "describe_item_file",
    "diff_sheet_versions",
    "digest_item",
    "digests",
    "discard_draft",
    "duplicate_sheet",
    "file_hash",
    "get_sheet",
    "items",
    "list_items",
    "list_sheet_versions",
    "list_sheets",
    "open_definition",
    "open_item_file",
    "open_sheet",
    "preview_definition",
    "publish_sheet",
    "require_sheet_version",
    "restore_sheet",
    "save_draft",
    "scan",
    "sheet_version_by_id",
    "show_items",
    "sources_of",
    "withheld_fields",
]
