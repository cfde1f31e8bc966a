"""Job steps of the catalog: an upload becomes a table, once, however often the worker is killed."""

from __future__ import annotations

from typing import Any

from workbench.backends.lakehouse import Watch
from workbench.features.audit import service as audit
from workbench.features.catalog.service import IMPORT
from workbench.features.jobs.service import JobKind, Work
from workbench.kernel.errors import Invalid

REPORT_EVERY = 50_000  # rows


def import_table(work: Work) -> dict[str, Any]:
    """Reads the kept upload, writes the table in one commit that carries the job's id, and lets go of the upload."""
    table, mode = str(work.arguments["table"]), work.arguments["mode"]
    upload = work.backends.settings.files / "uploads" / str(work.arguments["upload"])
    lakehouse = work.backends.lakehouse(work.actor.workspace)
    reported = 0

    def progress(rows: int) -> None:
        nonlocal reported
        if rows - reported >= REPORT_EVERY:
            with work.step():
                work.done = reported = rows

    with work.step():
        work.done = 0
    try:
        watch = Watch(mark=str(work.job_id), progress=progress)
        numbers = work.arguments["number_column"]
        made = lakehouse.import_table(upload, table, work.arguments["format"], mode, watch, numbers)
    except Invalid:
        upload.unlink(missing_ok=True)  # it will never become a table
        raise
    except FileNotFoundError:
        raise Invalid("The uploaded file is gone.", field="file", fix="Upload it again.") from None
    with work.step(late=True) as session:
        work.done = work.total = made.rows
        audit.record(session, work.actor, "table.import", "source", table, {"rows": made.rows, "mode": mode})
    upload.unlink(missing_ok=True)
    return {"table": table, "rows": made.rows, "delta_version": made.version}


JOB_KINDS = {IMPORT: JobKind("catalog.write", import_table)}
