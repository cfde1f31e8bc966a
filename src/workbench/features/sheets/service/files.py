"""Files of items: the field of an item names one, and who may see the field may see the file."""

from __future__ import annotations

from uuid import UUID

from workbench.backends import pictures
from workbench.backends.bundle import Backends
from workbench.backends.volumes import Volume, media_type
from workbench.features.catalog import sensitivity
from workbench.features.governance import service as governance
from workbench.features.sheets.schemas import FileInfo
from workbench.features.sheets.service.items import open_sheet
from workbench.features.sheets.service.lookup import require_sheet_version
from workbench.features.sheets.service.previews import withheld_fields
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Invalid, NotFound


def open_item_file(
    actor: Actor,
    backends: Backends,
    sheet_id: UUID,
    number: int | str | None,
    item_ref: str,
    field: str,
    index: int = 0,
) -> tuple[Volume, str]:
    """The volume and path of a file of an item; `index` picks one where an item has several.

    Raises `NotFound` without the item or file, `AboveClearance` when the actor may not see the volume's content, or the
    sheet's key, which could be guessed from what is found.
    """
    with backends.database.read() as session:
        version = require_sheet_version(session, actor, sheet_id, number)
        found = next((one for one in version.fields if one.name == field and one.kind == "file"), None)
        if found is None:
            files = ", ".join(one.name for one in version.fields if one.kind == "file") or "none"
            raise Invalid(f"The sheet has no file field {field!r}.", field="field", fix=f"Its file fields: {files}.")
        withheld_fields(session, actor, version)
        ranked = sensitivity.classifications(session, actor.workspace_id, [found.source], sheet_id)
    governance.require_view(actor, ranked[found.source])
    rows = open_sheet(backends, actor, version).items([item_ref], [field]).to_pylist()
    if not rows:
        raise NotFound(f"The sheet has no item {item_ref!r}.", field="item_ref")
    value = rows[0][field]
    names = value if isinstance(value, list) else [value]
    if not 0 <= index < len(names) or names[index] is None:
        raise NotFound(f"The item {item_ref!r} has no file {field!r}.", field="field", fix="Upload it to the volume.")
    volume, path = backends.lakehouse(actor.workspace).file(names[index])
    volume.stat(path)
    return volume, path


def describe_item_file(volume: Volume, path: str) -> FileInfo:
    """What a file is, with the number of pages of a PDF."""
    pages = pictures.count_pages(volume.resolve(path)) if pictures.is_document(path) else None
    name = path.rpartition("/")[2]
    return FileInfo(name=name, media_type=media_type(name), size_bytes=volume.stat(path).size_bytes, pages=pages)
