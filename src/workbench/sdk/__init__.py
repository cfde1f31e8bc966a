"""The Python client: one file per feature, against a URL or in-process.

from workbench.sdk import Workbench

with Workbench.connect() as wb:
    for job in wb.jobs.list(status="running"):
        print(job.title, job.done, job.total)
"""

from workbench.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable, WorkbenchError
from workbench.sdk.workbench import Workbench

__all__ = ["Conflict", "Forbidden", "Invalid", "NotFound", "Unavailable", "Workbench", "WorkbenchError"]
