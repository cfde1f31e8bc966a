"""The clinic's story: the same invoices, two labelsets. Urgency may train a model; what names a patient may not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from workbench.demo import invoices, making
from workbench.features.generation.schemas import TrainingSheet
from workbench.sdk import Workbench

TRAINING_SHEET = "Urgency of January"
TABLE_COMMENT = "One row per invoice of January, as the billing system and the document parser filled it."
SCANS_COMMENT = "The invoices as PDF; a few are poor scans without text."
PATIENT_COLUMNS = ("patient_name", "patient_dob", "insurance_id", "account_number", "extracted_text")

URGENCY_FIELDS = ["department", "services", "total_amount", "visit_note"]
URGENCY_SYSTEM = "You sort medical invoices by how urgent the visit was. Answer routine, urgent or emergency."
URGENCY_PROMPT = """\
Department: {{ department }}
How the patient came: {{ visit_note }}
Services: {{ services }}
Total charges: {{ total_amount }}

How urgent was this visit?"""

FIELDS_FIELDS = ["extracted_text"]
FIELDS_SYSTEM = "You read medical invoices. Answer with one JSON object and nothing else."
FIELDS_PROMPT = """\
Read the patient, the insurance and the money from this invoice.

{{ extracted_text }}"""
FIELDS_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "invoice_number": {"type": "string", "title": "Invoice number", "minLength": 1},
        "provider_name": {"type": "string", "title": "Provider"},
        "patient_name": {"type": "string", "title": "Patient", "minLength": 1},
        "patient_dob": {"type": "string", "title": "Date of birth", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
        "insurance_id": {"type": "string", "title": "Insurance ID"},
        "total_amount": {"type": "number", "title": "Total charges", "minimum": 0},
    },
    "required": ["invoice_number", "patient_name", "total_amount"],
    "additionalProperties": False,
}

LABELED_FIRST = 150
FIELDS_LABELED = 40
UNREADABLE = 0.35  # parsing confidence below which nobody can read a scan
REVIEWED = 170


def is_made(wb: Workbench) -> bool:
    """Whether the story is there to its end."""
    return making.is_generated(wb, TRAINING_SHEET) and making.is_reviewed(wb, TRAINING_SHEET)


def make(wb: Workbench, folder: Path) -> None:
    """Makes volume, table, tags, two labelsets with labels, two templates, and a half-reviewed training sheet."""
    schema = making.schema(wb, "medical", "Invoices of invented clinics for invented patients.")
    table, scans = f"{schema}.invoices", f"{schema}.scans"
    rows = invoices.draw(folder / "scans")
    making.volume(wb, scans, folder / "scans", SCANS_COMMENT)
    making.table(wb, table, rows, folder, TABLE_COMMENT)
    making.tag(wb, "PHI", scans, *(f"{table}#{column}" for column in PATIENT_COLUMNS))
    definition = {
        "primary_table": table,
        "item_key": ["invoice_id"],
        "columns": [name for name in rows.column_names if name not in ("urgency", "uploaded_by")],
        "secondary_sources": [
            {"kind": "volume", "name": scans, "alias": "scan", "join": {"key": "invoice_id", "pattern": "{key}.pdf"}}
        ],
    }
    sheet = making.sheet(wb, "Medical invoices", definition, "500 invoices of January with their PDF.")
    urgency = making.labelset(
        wb,
        "invoice_urgency",
        "classification",
        "Urgency of a visit",
        classes=[
            {"id": "routine", "name": "routine", "description": "Planned: an appointment, a follow-up, a referral."},
            {"id": "urgent", "name": "urgent", "description": "The same day, but not life-threatening."},
            {"id": "emergency", "name": "emergency", "description": "By ambulance or the emergency entrance."},
        ],
        instructions="Judge by how the patient came, not by what it cost.",
    )
    fields = making.labelset(
        wb,
        "invoice_fields",
        "entity_extraction",
        "Fields of an invoice",
        response_schema=FIELDS_SCHEMA,
        instructions="Copy what is printed. When a scan cannot be read, say that it is unlabelable.",
    )
    _label_first(wb, sheet, rows, folder)
    model = making.nearest_label(wb)
    sort_visits = making.template(
        wb,
        "Urgency from the visit",
        label_type=urgency.label_type,
        system_prompt=URGENCY_SYSTEM,
        user_prompt=URGENCY_PROMPT,
        model={"endpoint_id": model.id},
    )
    read_invoices = making.template(
        wb,
        "Read the invoice",
        label_type=fields.label_type,
        system_prompt=FIELDS_SYSTEM,
        user_prompt=FIELDS_PROMPT,
    )
    making.training_sheet(wb, "Fields of January", sheet, read_invoices, "manual")
    january = making.training_sheet(wb, TRAINING_SHEET, sheet, sort_visits, "ai_generated")
    _review_half(wb, january, rows)


def _label_first(wb: Workbench, sheet: Any, rows: pa.Table, folder: Path) -> None:
    known = rows.to_pylist()
    urgency = [{**making.key(invoice_id=row["invoice_id"]), "value": row["urgency"]} for row in known[:LABELED_FIRST]]
    making.labels(wb, sheet, "invoice_urgency", urgency, folder, URGENCY_FIELDS)
    lines: list[dict[str, Any]] = []
    for row in known:
        key = making.key(invoice_id=row["invoice_id"])
        if row["parsing_confidence"] < UNREADABLE:
            lines.append({**key, "verdict": "unlabelable", "notes": "The scan cannot be read."})
        elif len(lines) < FIELDS_LABELED and row["source"] == "digital":
            lines.append({**key, "value": _fields(row)})
    making.labels(wb, sheet, "invoice_fields", lines, folder, FIELDS_FIELDS)


def _fields(row: dict[str, Any]) -> dict[str, Any]:
    value = {name: row[name] for name in FIELDS_SCHEMA["properties"]}
    return {**value, "patient_dob": f"{row['patient_dob']}", "total_amount": float(row["total_amount"])}


def _review_half(wb: Workbench, training_sheet: TrainingSheet, rows: pa.Table) -> None:
    """Decides about half of what the model proposed, the way an expert would: mostly yes, sometimes not."""
    random = np.random.default_rng(11)
    truth = {row["invoice_id"]: row["urgency"] for row in rows.to_pylist()}
    waiting = wb.training_sheets.pairs(training_sheet.id, status=["unlabeled"])
    for pair in waiting.take(REVIEWED):
        right = truth[pair.item_ref.removeprefix("s:")]
        chance = random.random()
        if chance < 0.03:
            wb.review.flag(pair.id, version=pair.version, notes="Services and visit note do not fit; please look.")
        elif chance < 0.06:
            wb.review.reject(pair.id, version=pair.version, notes="A duplicate of another invoice.")
        elif pair.summary == right:
            wb.review.approve(pair.id, version=pair.version)
        else:
            wb.review.edit(pair.id, version=pair.version, value=right)
