"""The Python client: one file per feature, against a URL or in-process.

from workbench.sdk import Workbench

with Workbench.connect() as wb:
    for job in wb.jobs.list(status="running"):
        print(job.title, job.done, job.total)
"""

from typing import Any

from workbench.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable, WorkbenchError
from workbench.sdk.workbench import Workbench

__all__ = ["PARTS", "Conflict", "Forbidden", "Invalid", "NotFound", "Unavailable", "Workbench", "WorkbenchError"]

PARTS: dict[str, type]


def __getattr__(name: str) -> Any:
    # Every part at once is for whoever documents or checks them; a program loads only the parts that it uses.
    if name == "PARTS":
        from workbench.sdk import workbench

        return {part: workbench.load_part(part) for part in workbench.PARTS}
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
