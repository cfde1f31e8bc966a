"""REST of sheets: definitions and versions, previews, items and their files."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from workbench.features.catalog.serving import file_answer, picture_answer
from workbench.features.sheets import service
from workbench.features.sheets.schemas import (
    AskItems,
    Difference,
    DraftChange,
    DuplicateSheet,
    FileInfo,
    ItemPage,
    NewSheet,
    PreviewDefinition,
    Sheet,
    SheetChange,
    SheetCheck,
    SheetDefinition,
    SheetVersion,
)
from workbench.kernel.actor import Actor
from workbench.kernel.paging import Page
from workbench.kernel.schema import Change
from workbench.kernel.vocabulary import AssetState
from workbench.requests import DbSession, Wired, allow, once

router = APIRouter(prefix="/sheets", tags=["sheets"])

Reader = Annotated[Actor, allow("sheets.read")]
Writer = Annotated[Actor, allow("sheets.write")]
Number = Annotated[int | None, Query(ge=1, description="The version; the draft, or else the newest, when absent.")]
ItemRef = Annotated[str, Query(max_length=512)]
Index = Annotated[int, Query(ge=0, description="Which file, where an item has several.")]


@router.get("")
def list_sheets(
    actor: Reader,
    session: DbSession,
    search: str | None = None,
    state: AssetState | None = None,
    primary_table: str | None = None,
    sort: Literal["name", "-created_at"] = "-created_at",
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[Sheet]:
    """Sheets of the workspace; archived ones only when asked for."""
    return service.list_sheets(
        session, actor, search=search, state=state, primary_table=primary_table, sort=sort, cursor=cursor, limit=limit
    )


@router.post("", status_code=201)
def create_sheet(body: NewSheet, actor: Writer, session: DbSession, backends: Wired) -> Sheet:
    """Makes a sheet; its definition becomes draft 1."""
    return service.create_sheet(session, actor, backends, body)


@router.post("/preview", dependencies=[once()])
def preview_definition(body: PreviewDefinition, actor: Writer, backends: Wired) -> ItemPage:
    """The first items of a definition that is not saved."""
    return service.preview_definition(actor, backends, body)


@router.post("/check", dependencies=[once()])
def check_definition(body: SheetDefinition, actor: Writer, backends: Wired) -> SheetCheck:
    """Counts the items of a definition and what they lack, and says whether it could be published."""
    return service.check_definition(actor, backends, body)


@router.get("/{sheet_id}")
def get_sheet(sheet_id: UUID, actor: Reader, session: DbSession) -> Sheet:
    """One sheet."""
    return service.get_sheet(session, actor, sheet_id)


@router.patch("/{sheet_id}")
def change_sheet(sheet_id: UUID, body: SheetChange, actor: Writer, session: DbSession) -> Sheet:
    """Renames or describes a sheet."""
    return service.change_sheet(session, actor, sheet_id, body)


@router.delete("/{sheet_id}", status_code=204)
def delete_sheet(sheet_id: UUID, version: int, actor: Writer, session: DbSession) -> None:
    """Removes a sheet that was never published."""
    service.delete_sheet(session, actor, sheet_id, version)


@router.put("/{sheet_id}/draft")
def save_sheet_draft(sheet_id: UUID, body: DraftChange, actor: Writer, session: DbSession, backends: Wired) -> Sheet:
    """Gives the draft a definition, or begins the next version."""
    return service.save_draft(session, actor, backends, sheet_id, body)


@router.post("/{sheet_id}/draft/discard")
def discard_sheet_draft(sheet_id: UUID, body: Change, actor: Writer, session: DbSession) -> Sheet:
    """Drops the draft; the newest published version stands."""
    return service.discard_draft(session, actor, sheet_id, body)


@router.post("/{sheet_id}/publish")
def publish_sheet(sheet_id: UUID, body: Change, actor: Writer, session: DbSession, backends: Wired) -> SheetVersion:
    """Makes the draft the published version, after checking its key on every row."""
    return service.publish_sheet(session, actor, backends, sheet_id, body)


@router.post("/{sheet_id}/duplicate", status_code=201)
def duplicate_sheet(sheet_id: UUID, body: DuplicateSheet, actor: Writer, session: DbSession) -> Sheet:
    """Makes a new sheet from a version of this one."""
    return service.duplicate_sheet(session, actor, sheet_id, body)


@router.post("/{sheet_id}/archive")
def archive_sheet(sheet_id: UUID, body: Change, actor: Writer, session: DbSession) -> Sheet:
    """Puts a sheet away; what was made from it stays readable."""
    return service.archive_sheet(session, actor, sheet_id, body)


@router.post("/{sheet_id}/restore")
def restore_sheet(sheet_id: UUID, body: Change, actor: Writer, session: DbSession) -> Sheet:
    """Takes an archived sheet back."""
    return service.restore_sheet(session, actor, sheet_id, body)


@router.get("/{sheet_id}/versions")
def list_sheet_versions(sheet_id: UUID, actor: Reader, session: DbSession) -> list[SheetVersion]:
    """All versions of a sheet, newest first."""
    return service.list_sheet_versions(session, actor, sheet_id)


@router.get("/{sheet_id}/versions/{number}")
def get_sheet_version(sheet_id: UUID, number: int, actor: Reader, session: DbSession) -> SheetVersion:
    """One version of a sheet."""
    return service.require_sheet_version(session, actor, sheet_id, number)


@router.get("/{sheet_id}/diff")
def diff_sheet_versions(sheet_id: UUID, before: int, after: int, actor: Reader, session: DbSession) -> list[Difference]:
    """Where the definitions of two versions differ."""
    return service.diff_sheet_versions(session, actor, sheet_id, before, after)


@router.get("/{sheet_id}/check")
def check_sheet(sheet_id: UUID, actor: Reader, backends: Wired, number: Number = None) -> SheetCheck:
    """Counts the items of a sheet as its sources are now, and what they lack."""
    return service.check_sheet(actor, backends, sheet_id, number)


@router.get("/{sheet_id}/items")
def list_items(
    sheet_id: UUID,
    actor: Reader,
    backends: Wired,
    number: Number = None,
    start: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    count: bool = False,
) -> ItemPage:
    """A page of a sheet's items in its order; fields above the actor's clearance are withheld."""
    return service.list_items(actor, backends, sheet_id, number, start=start, limit=limit, count=count)


@router.post("/{sheet_id}/items", dependencies=[once()])
def show_items(sheet_id: UUID, body: AskItems, actor: Reader, backends: Wired, number: Number = None) -> ItemPage:
    """Items by name; unknown ones are left out."""
    return service.show_items(actor, backends, sheet_id, body.item_refs, number)


@router.get("/{sheet_id}/file", response_class=Response)
def read_item_file(
    sheet_id: UUID,
    item_ref: ItemRef,
    field: str,
    actor: Reader,
    backends: Wired,
    index: Index = 0,
    number: Number = None,
    download: bool = False,
) -> Response:
    """A file of an item, with byte ranges; active content is only downloaded."""
    found = service.open_item_file(actor, backends, sheet_id, number, item_ref, field, index)
    return file_answer(*found, download=download)


@router.get("/{sheet_id}/file/info")
def describe_item_file(
    sheet_id: UUID,
    item_ref: ItemRef,
    field: str,
    actor: Reader,
    backends: Wired,
    index: Index = 0,
    number: Number = None,
) -> FileInfo:
    """What a file of an item is, with the number of pages of a PDF."""
    found = service.open_item_file(actor, backends, sheet_id, number, item_ref, field, index)
    return service.describe_item_file(*found)


@router.get("/{sheet_id}/file/picture", response_class=Response)
def show_item_file(
    sheet_id: UUID,
    item_ref: ItemRef,
    field: str,
    actor: Reader,
    backends: Wired,
    index: Index = 0,
    number: Number = None,
    width: Annotated[int, Query(ge=16, le=2000)] = 320,
    page: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """A PNG of an item's image, or of a page of its PDF."""
    found = service.open_item_file(actor, backends, sheet_id, number, item_ref, field, index)
    return picture_answer(*found, width=width, page=page)
