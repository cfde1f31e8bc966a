"""Jobs of labels: import from and export to JSON Lines."""

from __future__ import annotations

from workbench.features.jobs.service import JobKind
from workbench.features.labels.service.exports import EXPORT, write_labels
from workbench.features.labels.service.imports import IMPORT, read_labels

JOB_KINDS = {IMPORT: JobKind("labels.write", read_labels), EXPORT: JobKind("exports.write", write_labels)}
