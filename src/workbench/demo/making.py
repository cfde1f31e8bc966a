"""Making things through the SDK, each only when it is missing: a demo that was interrupted goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
from pyarrow import parquet

from workbench.features.generation.schemas import TrainingSheet, TrainingSheetState
from workbench.features.labels.schemas import Labelset
from workbench.features.models.schemas import ModelEndpoint
from workbench.features.sheets.schemas import Sheet
from workbench.features.templates.schemas import Template
from workbench.sdk import NotFound, Workbench

CATALOG = "samples"
Say = Callable[[str], None]
T = TypeVar("T")


def named(things: Iterable[T], name: str, field: str = "name") -> T | None:
    """The thing with this name, or None."""
    return next((thing for thing in things if getattr(thing, field) == name), None)


def schema(wb: Workbench, name: str, comment: str) -> str:
    """The full name of a schema of the sample catalog, which is made too."""
    if named(wb.catalogs.list(), CATALOG) is None:
        wb.catalogs.create(CATALOG, comment="Sample data, drawn by the workbench itself. All of it is invented.")
    if named(wb.catalogs.schemas(CATALOG), name) is None:
        wb.catalogs.create_schema(CATALOG, name, comment=comment)
    return f"{CATALOG}.{name}"


def is_table(wb: Workbench, full_name: str) -> bool:
    """Whether the table is there."""
    try:
        wb.tables.get(full_name)
    except NotFound:
        return False
    return True


def table(wb: Workbench, full_name: str, rows: pa.Table, folder: Path, comment: str) -> None:
    """Uploads rows as a table, with a comment, unless the table is there."""
    if is_table(wb, full_name):
        return
    file = folder / f"{full_name}.parquet"
    parquet.write_table(rows, file)
    wb.jobs.wait(wb.tables.upload(file, full_name).id)
    wb.catalogs.set_comment(full_name, comment)


def volume(wb: Workbench, full_name: str, folder: Path, comment: str) -> None:
    """Makes a volume and uploads the files of a folder that it lacks."""
    schema_name = full_name.rpartition(".")[0]
    if named(wb.volumes.list(schema_name), full_name, "full_name") is None:
        wb.volumes.create(full_name, comment=comment)
    present = {entry.name for entry in wb.volumes.files(full_name)}
    for file in sorted(folder.iterdir()):
        if file.name not in present:
            wb.volumes.upload(full_name, file)


def tag(wb: Workbench, key: str, *sources: str) -> None:
    """Puts a tag on sources, beside those they have."""
    for source in sources:
        own = wb.governance.tags_of(source).own
        if key not in own:
            wb.governance.set_tags(source, {**own, key: ""}, seen=own)


def labelset(wb: Workbench, label_type: str, kind: str, name: str, **fields: Any) -> Labelset:
    """A published labelset."""
    found = named(wb.labelsets.list(search=label_type), label_type, "label_type")
    found = found or wb.labelsets.create(label_type, kind, name, **fields)
    if found.published is None and found.draft is not None:
        draft = wb.labelsets.version(found.id, found.draft)
        wb.labelsets.publish(found.id, version=draft.version)
    return wb.labelsets.get(found.id)


def sheet(wb: Workbench, name: str, definition: Mapping[str, Any], description: str) -> Sheet:
    """A published sheet."""
    found = named(wb.sheets.list(search=name), name) or wb.sheets.create(name, definition, description=description)
    if found.published is None:
        wb.sheets.publish(found.id, version=found.version)
    return wb.sheets.get(found.id)


def template(wb: Workbench, name: str, **fields: Any) -> Template:
    """A published template."""
    found = named(wb.templates.list(search=name), name) or wb.templates.create(name, **fields)
    if found.published is None and found.draft is not None:
        wb.templates.publish(found.id, version=wb.templates.version(found.id, found.draft).version)
    return wb.templates.get(found.id)


def nearest_label(wb: Workbench) -> ModelEndpoint:
    """The embedded model that answers from the workspace's own labels, and so may see everything."""
    name = "Nearest label"
    found = named(wb.models.list(), name)
    return found or wb.models.add(name, "nearest_label", max_classification="restricted")


def training_sheet(
    wb: Workbench, name: str, sheet: Sheet, template: Template, mode: str, **fields: Any
) -> TrainingSheet:
    """A generated training sheet."""
    found = named(wb.training_sheets.list(search=name), name)
    if found is None:
        assert template.published_id is not None
        found = wb.training_sheets.generate(
            name, sheet_id=sheet.id, template_version_id=template.published_id, mode=mode, **fields
        )
    if found.state == TrainingSheetState.GENERATING and found.job_id is not None:
        wb.jobs.wait(found.job_id)
    return wb.training_sheets.get(found.id)


def is_generated(wb: Workbench, name: str) -> bool:
    """Whether the training sheet is there and its pairs are made."""
    found = named(wb.training_sheets.list(search=name), name)
    return found is not None and found.state != TrainingSheetState.GENERATING


def is_reviewed(wb: Workbench, name: str) -> bool:
    """Whether anybody has decided about a pair of the training sheet."""
    found = named(wb.training_sheets.list(search=name), name)
    return found is not None and wb.review.actions(found.id).first() is not None


def labels(
    wb: Workbench, sheet: Sheet, label_type: str, lines: Iterable[Mapping[str, Any]], folder: Path, fields: list[str]
) -> None:
    """Imports canonical labels, leaving those that are there."""
    if wb.labels.list(label_type, sheet_id=sheet.id).first() is not None:
        return
    file = folder / f"{label_type}.jsonl"
    file.write_text("".join(json.dumps(line, default=str) + "\n" for line in lines))
    job = wb.labels.import_file(file, sheet_id=sheet.id, label_type=label_type, fields=fields)
    report = wb.jobs.wait(job.id).result or {}
    assert not report.get("invalid"), report


def key(**columns: Any) -> dict[str, Any]:
    """How a line of labels names its item."""
    return {"key": columns}
