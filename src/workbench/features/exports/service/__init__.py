"""What people do with exports, by what it is about.

`asking` summary, preview, request, list, delete · `standing` verify, and hand out a file only while all it holds is
still allowed · `tracing` from a line back to its source row, and from a source row forward.
"""

from workbench.features.exports.service.asking import (
    create_export,
    delete_export,
    get_export,
    list_exports,
    list_formats,
    preview_export,
    summarize_export,
)
from workbench.features.exports.service.standing import open_file, require_file, verify_export
from workbench.features.exports.service.tracing import trace_line, trace_row

__all__ = [
    "create_export",
    "delete_export",
    "get_export",
    "list_exports",
    "list_formats",
    "open_file",
    "preview_export",
    "require_file",
    "summarize_export",
    "trace_line",
    "trace_row",
    "verify_export",
]
