"""Where the files of an export lie."""

from __future__ import annotations

from pathlib import Path

from workbench.backends.bundle import Backends
from workbench.features.exports.tables import ExportRow


def place_of(backends: Backends, row: ExportRow) -> Path:
    """The folder of an export's files; ids only, so nothing that a person typed becomes a path."""
    return backends.settings.files / "exports" / str(row.workspace_id) / str(row.id)
