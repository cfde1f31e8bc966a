"""REST of labels coming in and going out as JSON Lines."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, UploadFile
from starlette.responses import FileResponse

from workbench.features.jobs.schemas import Job
from workbench.features.labels import service
from workbench.features.labels.schemas import ImportPolicy, LabelExportRequest
from workbench.kernel.actor import Actor
from workbench.requests import DbSession, Wired, allow

router = APIRouter(prefix="/labels", tags=["labels"])


@router.post("/import", status_code=202)
def import_labels(
    actor: Annotated[Actor, allow("labels.write")],
    session: DbSession,
    backends: Wired,
    file: Annotated[UploadFile, File(description="JSON Lines: item_ref or key, value, and what else a label has.")],
    sheet_id: Annotated[UUID, Form(description="The sheet whose items the lines name.")],
    label_type: Annotated[str, Form()],
    policy: Annotated[ImportPolicy, Form(description="What to do with items that have a label.")] = ImportPolicy.SKIP,
    dry_run: Annotated[bool, Form(description="Only report what would be done.")] = False,
    fields: Annotated[list[str] | None, Form(description="Item fields behind the answers; all by default.")] = None,
) -> Job:
    """Uploads labels; the job's result is the report."""
    return service.import_labels(
        session,
        actor,
        backends,
        file.filename or "",
        file.file,
        sheet_id=sheet_id,
        label_type=label_type,
        policy=policy,
        dry_run=dry_run,
        fields=fields or None,
    )


@router.post("/export", status_code=202)
def export_labels(
    body: LabelExportRequest,
    actor: Annotated[Actor, allow("exports.write")],
    session: DbSession,
    backends: Wired,
) -> Job:
    """Writes the labels that the gate allows for a use as JSON Lines; the job's result tells what the file holds."""
    return service.export_labels(session, actor, backends, body)


@router.get("/export/{job_id}", response_class=FileResponse)
def download_labels(
    job_id: UUID, actor: Annotated[Actor, allow("exports.read")], session: DbSession, backends: Wired
) -> FileResponse:
    """The file of a finished export, as long as everything in it is still allowed."""
    path, export = service.open_label_export(session, actor, backends, job_id)
    return FileResponse(
        path, media_type="application/jsonl", filename=export.file, content_disposition_type="attachment"
    )
