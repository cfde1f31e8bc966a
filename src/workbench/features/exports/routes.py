"""REST of exports: summary, preview, request, download, verify, trace."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query
from starlette.responses import FileResponse, Response

from workbench.features.exports import service
from workbench.features.exports.schemas import (
    Export,
    ExportOptions,
    ExportPreview,
    ExportRequest,
    ExportState,
    ExportSummary,
    ExportVerification,
    FormatInfo,
    RowTrace,
    Split,
    TracedLine,
)
from workbench.kernel.actor import Actor
from workbench.kernel.paging import Page
from workbench.requests import DbSession, Wired, allow

router = APIRouter(prefix="/exports", tags=["exports"])

Options = Annotated[ExportOptions, Depends()]


@router.get("/formats")
def list_formats(_actor: Annotated[Actor, allow("exports.read")]) -> list[FormatInfo]:
    """The formats that an export can be written in, each with a sample."""
    return service.list_formats()


@router.get("/summary")
def summarize_export(
    actor: Annotated[Actor, allow("exports.read")], session: DbSession, training_sheet_id: UUID, options: Options
) -> ExportSummary:
    """What an export would hold, and why the rest would stay behind."""
    return service.summarize_export(session, actor, training_sheet_id, options)


@router.get("/preview")
def preview_export(
    actor: Annotated[Actor, allow("exports.write")],
    session: DbSession,
    backends: Wired,
    training_sheet_id: UUID,
    options: Options,
    split: Split = Split.TRAIN,
    lines: Annotated[int, Query(ge=1, le=20)] = 5,
) -> ExportPreview:
    """The first lines of a split as the file would have them."""
    return service.preview_export(session, actor, backends, training_sheet_id, options, split, lines)


@router.get("/row")
def trace_row(
    actor: Annotated[Actor, allow("lineage.read")],
    session: DbSession,
    backends: Wired,
    table: str,
    key: Annotated[list[str], Query(max_length=6)] = [],  # noqa: B006 - FastAPI copies defaults
    item_ref: str | None = None,
) -> RowTrace:
    """Everything that was made from one source row, named by its key values or its `item_ref`: labels, pairs, lines of
    exported files."""
    return service.trace_row(session, actor, backends, table, key, item_ref)


@router.get("")
def list_exports(
    actor: Annotated[Actor, allow("exports.read")],
    session: DbSession,
    training_sheet_id: UUID | None = None,
    state: ExportState | None = None,
    search: str | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[Export]:
    """Exports, newest first."""
    return service.list_exports(
        session,
        actor,
        training_sheet_id=training_sheet_id,
        state=state,
        search=search,
        cursor=cursor,
        limit=limit,
    )


@router.post("", status_code=202)
def create_export(
    body: ExportRequest, actor: Annotated[Actor, allow("exports.write")], session: DbSession, backends: Wired
) -> Export:
    """Asks for a training sheet's labeled and allowed pairs as files; a job writes them."""
    return service.create_export(session, actor, backends, body)


@router.get("/{export_id}")
def get_export(export_id: UUID, actor: Annotated[Actor, allow("exports.read")], session: DbSession) -> Export:
    """One export."""
    return service.get_export(session, actor, export_id)


@router.delete("/{export_id}")
def delete_export(
    export_id: UUID, actor: Annotated[Actor, allow("exports.write")], session: DbSession, backends: Wired
) -> Export:
    """Removes an export's files; that it was, and what left, stays on record."""
    return service.delete_export(session, actor, backends, export_id)


@router.get("/{export_id}/verify")
def verify_export(
    export_id: UUID, actor: Annotated[Actor, allow("exports.read")], session: DbSession, backends: Wired
) -> ExportVerification:
    """Compares every file with what was written, and asks the gate again about every pair in them."""
    return service.verify_export(session, actor, backends, export_id)


@router.get("/{export_id}/files/{name}", response_class=FileResponse)
def download_export(
    export_id: UUID,
    name: str,
    actor: Annotated[Actor, allow("exports.write")],
    session: DbSession,
    backends: Wired,
    range: Annotated[str | None, Header()] = None,
) -> FileResponse:
    """Hands out one file, whole or the range asked for, while everything in the export is still allowed."""
    path, file = service.open_file(session, actor, backends, export_id, name, part=range)
    return FileResponse(
        path,
        filename=f"{export_id}-{file.name}",
        media_type="application/octet-stream",
        headers={"ETag": f'"{file.sha256}"'},
    )


@router.head("/{export_id}/files/{name}")
def may_download_export(
    export_id: UUID,
    name: str,
    actor: Annotated[Actor, allow("exports.write")],
    session: DbSession,
    backends: Wired,
) -> Response:
    """Whether the file may be had: answers as the download would. Nothing is handed out; a refusal is audited."""
    service.require_file(session, actor, backends, export_id, name)
    return Response()


@router.get("/{export_id}/lines/{split}/{line}")
def trace_line(
    export_id: UUID,
    split: Split,
    line: int,
    actor: Annotated[Actor, allow("lineage.read")],
    session: DbSession,
    backends: Wired,
) -> TracedLine:
    """The pair, label version and source row behind one line (from 1) of an exported file."""
    return service.trace_line(session, actor, backends, export_id, split, line)
