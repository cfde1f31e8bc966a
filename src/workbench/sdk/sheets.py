"""Sheets: named, versioned pointers to source data, and the items they point at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from workbench.features.sheets.schemas import (
    AskItems,
    Difference,
    DraftChange,
    DuplicateSheet,
    FileInfo,
    Item,
    ItemPage,
    NewSheet,
    PreviewDefinition,
    Sheet,
    SheetChange,
    SheetCheck,
    SheetDefinition,
    SheetVersion,
)
from workbench.kernel.paging import Page
from workbench.kernel.schema import Change
from workbench.kernel.vocabulary import AssetState
from workbench.sdk.paging import Pages
from workbench.sdk.part import Part

Definition = SheetDefinition | Mapping[str, Any]
PAGE = 200


class Sheets(Part):
    """Sheets of the workspace. Where a version's `number` is absent, the draft is meant, or else the newest."""

    def list(
        self,
        *,
        search: str | None = None,
        state: AssetState | str | None = None,
        primary_table: str | None = None,
        sort: str = "-created_at",
    ) -> Pages[Sheet]:
        """Sheets, newest first or by `name`; archived ones only when asked for."""
        return self._http.pages("/sheets", Sheet, search=search, state=state, primary_table=primary_table, sort=sort)

    def get(self, sheet_id: UUID) -> Sheet:
        """One sheet."""
        return self._http.get(f"/sheets/{sheet_id}", Sheet)

    def create(self, name: str, definition: Definition, *, description: str = "") -> Sheet:
        """Makes a sheet; its definition becomes draft 1."""
        wanted = NewSheet(name=name, description=description, definition=_definition(definition))
        return self._http.post("/sheets", Sheet, wanted)

    def change(self, sheet_id: UUID, *, version: int, **fields: Any) -> Sheet:
        """Renames or describes a sheet (`name`, `description`)."""
        return self._http.patch(f"/sheets/{sheet_id}", Sheet, SheetChange(version=version, **fields))

    def delete(self, sheet_id: UUID, *, version: int) -> None:
        """Removes a sheet that was never published."""
        self._http.delete(f"/sheets/{sheet_id}", version=version)

    def preview(self, definition: Definition, *, start: int = 0, limit: int = 20) -> ItemPage:
        """The first items of a definition that is not saved."""
        wanted = PreviewDefinition(definition=_definition(definition), start=start, limit=limit)
        return self._http.post("/sheets/preview", ItemPage, wanted)

    def check_definition(self, definition: Definition) -> SheetCheck:
        """Counts the items of a definition and what they lack, and says whether it could be published."""
        return self._http.post("/sheets/check", SheetCheck, _definition(definition))

    def check(self, sheet_id: UUID, *, number: int | None = None) -> SheetCheck:
        """Counts the items of a sheet as its sources are now, and what they lack."""
        return self._http.get(f"/sheets/{sheet_id}/check", SheetCheck, number=number)

    def save_draft(self, sheet_id: UUID, definition: Definition, *, version: int) -> Sheet:
        """Gives the draft a definition, or begins the next version."""
        wanted = DraftChange(definition=_definition(definition), version=version)
        return self._http.put(f"/sheets/{sheet_id}/draft", Sheet, wanted)

    def discard_draft(self, sheet_id: UUID, *, version: int) -> Sheet:
        """Drops the draft; the newest published version stands."""
        return self._http.post(f"/sheets/{sheet_id}/draft/discard", Sheet, Change(version=version))

    def publish(self, sheet_id: UUID, *, version: int) -> SheetVersion:
        """Makes the draft the published version, after checking its key on every row."""
        return self._http.post(f"/sheets/{sheet_id}/publish", SheetVersion, Change(version=version))

    def duplicate(self, sheet_id: UUID, name: str, *, number: int | None = None) -> Sheet:
        """Makes a new sheet from a version of this one."""
        return self._http.post(f"/sheets/{sheet_id}/duplicate", Sheet, DuplicateSheet(name=name, number=number))

    def archive(self, sheet_id: UUID, *, version: int) -> Sheet:
        """Puts a sheet away; what was made from it stays readable."""
        return self._http.post(f"/sheets/{sheet_id}/archive", Sheet, Change(version=version))

    def restore(self, sheet_id: UUID, *, version: int) -> Sheet:
        """Takes an archived sheet back."""
        return self._http.post(f"/sheets/{sheet_id}/restore", Sheet, Change(version=version))

    def versions(self, sheet_id: UUID) -> Sequence[SheetVersion]:
        """All versions, newest first."""
        return self._http.get(f"/sheets/{sheet_id}/versions", list[SheetVersion])

    def version(self, sheet_id: UUID, number: int) -> SheetVersion:
        """One version, with its definition and the fields of its items."""
        return self._http.get(f"/sheets/{sheet_id}/versions/{number}", SheetVersion)

    def diff(self, sheet_id: UUID, before: int, after: int) -> Sequence[Difference]:
        """Where the definitions of two versions differ."""
        return self._http.get(f"/sheets/{sheet_id}/diff", list[Difference], before=before, after=after)

    def items(self, sheet_id: UUID, *, number: int | None = None) -> Pages[Item]:
        """The items in their order, loaded as they are read; `.to_arrow()` has a column for each field."""

        def load(cursor: str | None, limit: int | None) -> Page[Item]:
            start = int(cursor or 0)
            page = self.page(sheet_id, number=number, start=start, limit=min(limit or PAGE, PAGE))
            more = str(start + len(page.items)) if page.items else None
            return Page(items=page.items, next_cursor=more)

        return Pages(load, lambda item: {"item_ref": item.item_ref, **item.fields})

    def page(
        self, sheet_id: UUID, *, number: int | None = None, start: int = 0, limit: int = 50, count: bool = False
    ) -> ItemPage:
        """A page of items with their fields, what is withheld, and with `count` how many there are."""
        return self._http.get(
            f"/sheets/{sheet_id}/items", ItemPage, number=number, start=start, limit=limit, count=count
        )

    def show_items(self, sheet_id: UUID, item_refs: Sequence[str], *, number: int | None = None) -> ItemPage:
        """Items by name; unknown ones are left out."""
        wanted = AskItems(item_refs=[*item_refs])
        return self._http.post(f"/sheets/{sheet_id}/items", ItemPage, wanted, number=number)

    def download_file(
        self,
        sheet_id: UUID,
        item_ref: str,
        field: str,
        target: Path | str,
        *,
        index: int = 0,
        number: int | None = None,
    ) -> Path:
        """Writes a file of an item to `target` on this machine."""
        which: dict[str, Any] = {"item_ref": item_ref, "field": field, "index": index, "number": number}
        return self._http.save(f"/sheets/{sheet_id}/file", Path(target), download=True, **which)

    def describe_file(
        self, sheet_id: UUID, item_ref: str, field: str, *, index: int = 0, number: int | None = None
    ) -> FileInfo:
        """What a file of an item is, with the number of pages of a PDF."""
        which: dict[str, Any] = {"item_ref": item_ref, "field": field, "index": index, "number": number}
        return self._http.get(f"/sheets/{sheet_id}/file/info", FileInfo, **which)

    def picture(
        self,
        sheet_id: UUID,
        item_ref: str,
        field: str,
        *,
        index: int = 0,
        number: int | None = None,
        width: int = 320,
        page: int | None = None,
    ) -> bytes:
        """A PNG of an item's image, or of a page of its PDF."""
        which: dict[str, Any] = {"item_ref": item_ref, "field": field, "index": index, "number": number}
        return self._http.fetch(f"/sheets/{sheet_id}/file/picture", width=width, page=page, **which)


def _definition(definition: Definition) -> SheetDefinition:
    if isinstance(definition, SheetDefinition):
        return definition
    return SheetDefinition.model_validate(definition)
