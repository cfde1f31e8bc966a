"""Sample medical invoices: a PDF for each in a folder, and the table that goes with them.

Every invoice depends only on the seed, its number and its month, so those that arrive later are simply higher
numbers. A few are poor scans: their PDF holds only a noisy picture, and their text has reading errors.
"""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa

from workbench.demo.invoices import pages, scans
from workbench.demo.invoices.facts import Invoice, imagine

JANUARY = date(2026, 1, 1)
MARCH = date(2026, 3, 1)

SCHEMA = pa.schema(
    [
        pa.field("invoice_id", pa.string(), nullable=False),
        pa.field("invoice_number", pa.string()),
        pa.field("invoice_date", pa.date32()),
        pa.field("total_amount", pa.decimal128(10, 2)),
        pa.field("amount_due", pa.decimal128(10, 2)),
        pa.field("account_number", pa.string()),
        pa.field("provider_name", pa.string()),
        pa.field("provider_npi", pa.string()),
        pa.field("patient_name", pa.string()),
        pa.field("patient_dob", pa.date32()),
        pa.field("insurance_id", pa.string()),
        pa.field("department", pa.string()),
        pa.field("visit_note", pa.string()),
        pa.field("services", pa.string()),
        pa.field("urgency", pa.string()),
        pa.field("network_status", pa.string()),
        pa.field("procedure_codes", pa.list_(pa.string())),
        pa.field("source", pa.string()),
        pa.field("extracted_text", pa.string()),
        pa.field("page_count", pa.int32()),
        pa.field("parsing_confidence", pa.float64()),
        pa.field("file_size_bytes", pa.int64()),
        pa.field("uploaded_at", pa.timestamp("us", tz="UTC")),
        pa.field("uploaded_by", pa.string()),
    ]
)


def draw(folder: Path, *, count: int = 500, seed: int = 1, first: int = 1, month: date = JANUARY) -> pa.Table:
    """Write `<invoice_id>.pdf` for invoices `first`, `first + 1`, … into `folder` and return one row for each.

    All are dated within `month` (its first day). `source` is `digital` or `scan`; `parsing_confidence` is 0 to 1.
    """
    folder.mkdir(parents=True, exist_ok=True)
    invoices = (imagine(number, seed=seed, month=month) for number in range(first, first + count))
    return pa.Table.from_pylist([_file(invoice, folder, seed) for invoice in invoices], schema=SCHEMA)


def more(folder: Path, count: int = 200, *, seed: int = 1, first: int = 501) -> pa.Table:
    """Write the invoices that arrive in March, after the first 500, and return their rows."""
    return draw(folder, count=count, seed=seed, first=first, month=MARCH)


def _file(invoice: Invoice, folder: Path, seed: int) -> dict[str, object]:
    clean = pages.to_pdf(invoice)
    text = scans.text_of(clean)
    content, confidence = clean, 0.995
    if invoice.scan_wear is not None:
        random = np.random.default_rng([seed, 3, invoice.number])
        content = scans.scanned(clean, random, wear=invoice.scan_wear)
        text = scans.misread(text, random, wear=invoice.scan_wear)
        confidence = round(0.97 - 0.75 * invoice.scan_wear**1.5, 3)
    (folder / f"{invoice.key}.pdf").write_bytes(content)
    return {
        "invoice_id": invoice.key,
        "invoice_number": invoice.printed_number,
        "invoice_date": invoice.day,
        "total_amount": Decimal(invoice.total) / 100,
        "amount_due": Decimal(invoice.due) / 100,
        "account_number": invoice.account,
        "provider_name": invoice.clinic.name,
        "provider_npi": invoice.clinic.npi,
        "patient_name": invoice.patient,
        "patient_dob": invoice.born,
        "insurance_id": invoice.insurance_id,
        "department": invoice.department,
        "visit_note": invoice.arrival,
        "services": ", ".join(dict.fromkeys(line.procedure.description for line in invoice.lines)),
        "urgency": invoice.urgency,
        "network_status": invoice.network_status,
        "procedure_codes": sorted({line.procedure.code for line in invoice.lines}),
        "source": "digital" if invoice.scan_wear is None else "scan",
        "extracted_text": text,
        "page_count": scans.page_count(content),
        "parsing_confidence": confidence,
        "file_size_bytes": len(content),
        "uploaded_at": datetime.combine(invoice.day + timedelta(days=1), time(8, invoice.number % 60), UTC),
        "uploaded_by": "scanner-2@clinic.invalid" if invoice.scan_wear else "billing-feed@clinic.invalid",
    }
