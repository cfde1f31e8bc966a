"""Jobs of labels: import from and export to JSON Lines."""

from __future__ import annotations

from workbench.features.jobs.service import Handler
from workbench.features.labels.service.exports import EXPORT, write_labels
from workbench.features.labels.service.imports import IMPORT, read_labels

HANDLERS: dict[str, Handler] = {IMPORT: read_labels, EXPORT: write_labels}
