"""The printed invoice: one or two US Letter pages, drawn with vectors and the fonts every PDF reader has."""

import io
from collections.abc import Sequence

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.colors import Color, HexColor, white
from reportlab.lib.pagesizes import LETTER
from reportlab.pdfgen.canvas import Canvas

from workbench.demo.invoices.facts import Invoice, Line
from workbench.demo.invoices.logos import draw_logo

WIDTH, HEIGHT = LETTER
LEFT, RIGHT = 54.0, WIDTH - 54.0
ROW = 19.0
ROWS_ON_FIRST_PAGE = 13
INK, MUTED, HAIRLINE = HexColor("#1c2430"), HexColor("#667085"), HexColor("#d5dae1")


def to_pdf(invoice: Invoice) -> bytes:
    """Return the invoice as a PDF; the same invoice always gives the same bytes."""
    output = io.BytesIO()
    canvas = Canvas(output, pagesize=LETTER, invariant=1)
    canvas.setTitle(f"Invoice {invoice.printed_number}")
    canvas.setAuthor(invoice.clinic.name)
    first = invoice.lines[:ROWS_ON_FIRST_PAGE]
    rest = invoice.lines[ROWS_ON_FIRST_PAGE:]
    long = bool(rest)
    _head(canvas, invoice)
    _parties(canvas, invoice)
    below = _table(canvas, invoice, first, top=HEIGHT - 284)
    if long:
        _write(canvas, RIGHT, below - 18, "continued on page 2", size=8, colour=MUTED, align="right")
        _foot(canvas, "Page 1 of 2")
        canvas.showPage()
        _continued(canvas, invoice)
        below = _table(canvas, invoice, rest, top=HEIGHT - 110)
    _totals(canvas, invoice, below - 14)
    _slip(canvas, invoice)
    _foot(canvas, "Page 2 of 2" if long else "Page 1 of 1")
    canvas.save()
    return output.getvalue()


def _write(
    canvas: Canvas,
    x: float,
    y: float,
    text: str,
    *,
    size: float = 9,
    bold: bool = False,
    colour: Color = INK,
    align: str = "left",
) -> None:
    canvas.setFont("Helvetica-Bold" if bold else "Helvetica", size)
    canvas.setFillColor(colour)
    {"left": canvas.drawString, "right": canvas.drawRightString, "centre": canvas.drawCentredString}[align](x, y, text)


def _money(cents: int) -> str:
    return f"${cents / 100:,.2f}"


def _head(canvas: Canvas, invoice: Invoice) -> None:
    clinic = invoice.clinic
    colour = HexColor(clinic.colour)
    on_colour = clinic.layout == "band"
    if clinic.layout == "band":
        canvas.setFillColor(colour)
        canvas.rect(0, HEIGHT - 112, WIDTH, 112, stroke=0, fill=1)
    elif clinic.layout == "side":
        canvas.setFillColor(colour)
        canvas.rect(0, 0, 22, HEIGHT, stroke=0, fill=1)
    else:
        canvas.setStrokeColor(colour)
        canvas.setLineWidth(2.5)
        canvas.line(LEFT, HEIGHT - 112, RIGHT, HEIGHT - 112)
    ink = white if on_colour else colour
    quiet = HexColor("#dfe5f3") if on_colour else MUTED
    draw_logo(canvas, clinic.mark, LEFT, HEIGHT - 90, 52, paint=ink, paper=colour if on_colour else white)
    _write(canvas, LEFT + 66, HEIGHT - 58, clinic.name, size=17, bold=True, colour=ink)
    _write(canvas, LEFT + 66, HEIGHT - 73, clinic.motto, size=9, colour=quiet)
    _write(canvas, LEFT + 66, HEIGHT - 87, f"{clinic.address}   NPI {clinic.npi}", size=8, colour=quiet)
    _write(canvas, RIGHT, HEIGHT - 60, "INVOICE", size=22, bold=True, colour=ink, align="right")


def _parties(canvas: Canvas, invoice: Invoice) -> None:
    top = HEIGHT - 142
    network = "In network" if invoice.network_status == "in_network" else "Out of network"
    _facts(
        canvas,
        LEFT,
        top,
        "PATIENT",
        [
            ("Name", invoice.patient),
            ("Date of birth", f"{invoice.born:%Y-%m-%d}"),
            ("Insurance", invoice.insurer),
            ("Insurance ID", invoice.insurance_id),
            ("Network", network),
        ],
    )
    _facts(
        canvas,
        LEFT + 196,
        top,
        "VISIT",
        [
            ("Department", invoice.department.capitalize()),
            ("Physician", invoice.doctor),
            ("Arrival", ""),
        ],
    )
    _write(canvas, LEFT + 196, top - 61, invoice.arrival, size=9)
    canvas.setFillColor(HexColor(invoice.clinic.accent))
    canvas.roundRect(RIGHT - 142, top - 96, 142, 106, 6, stroke=0, fill=1)
    rows = [
        ("Invoice number", invoice.printed_number),
        ("Invoice date", f"{invoice.day:%Y-%m-%d}"),
        ("Account", invoice.account),
    ]
    for place, (name, value) in enumerate(rows):
        _write(canvas, RIGHT - 132, top - 6 - place * 32, name, size=7.5, colour=MUTED)
        _write(canvas, RIGHT - 132, top - 19 - place * 32, value, size=11, bold=True)


def _facts(canvas: Canvas, x: float, top: float, title: str, rows: Sequence[tuple[str, str]]) -> None:
    _write(canvas, x, top, title, size=8, bold=True, colour=MUTED)
    for place, (name, value) in enumerate(rows, start=1):
        _write(canvas, x, top - 2 - place * 16, name, size=8, colour=MUTED)
        _write(canvas, x + 62, top - 2 - place * 16, value, size=9.5, bold=name == "Name")


def _table(canvas: Canvas, invoice: Invoice, lines: Sequence[Line], *, top: float) -> float:
    """Draw the billed services downwards from `top`; return where they end."""
    columns = (LEFT + 8, LEFT + 74, LEFT + 134, RIGHT - 142, RIGHT - 78, RIGHT - 8)
    headings = ("Date", "Code", "Description", "Qty", "Unit price", "Amount")
    canvas.setFillColor(HexColor(invoice.clinic.colour))
    canvas.roundRect(LEFT, top, RIGHT - LEFT, 22, 3, stroke=0, fill=1)
    for place, (x, heading) in enumerate(zip(columns, headings, strict=True)):
        _write(canvas, x, top + 7.5, heading, size=8.5, bold=True, colour=white, align="left" if place < 3 else "right")
    y = top
    for place, line in enumerate(lines):
        y -= ROW
        if place % 2:
            canvas.setFillColor(HexColor(invoice.clinic.accent))
            canvas.rect(LEFT, y, RIGHT - LEFT, ROW, stroke=0, fill=1)
        procedure = line.procedure
        cells = (
            f"{line.day:%Y-%m-%d}",
            procedure.code,
            procedure.description,
            str(line.quantity),
            _money(line.cents // line.quantity),
            _money(line.cents),
        )
        for column, (x, cell) in enumerate(zip(columns, cells, strict=True)):
            _write(canvas, x, y + 6, cell, align="left" if column < 3 else "right")
    canvas.setStrokeColor(HAIRLINE)
    canvas.setLineWidth(0.7)
    canvas.line(LEFT, y, RIGHT, y)
    return y


def _totals(canvas: Canvas, invoice: Invoice, top: float) -> None:
    rows = (
        ("Total charges", _money(invoice.total)),
        (f"Paid by {invoice.insurer}", f"-{_money(invoice.insurance_paid)}"),
    )
    for place, (name, value) in enumerate(rows):
        _write(canvas, RIGHT - 92, top - 8 - place * 17, name, size=9.5, colour=MUTED, align="right")
        _write(canvas, RIGHT - 8, top - 8 - place * 17, value, size=9.5, align="right")
    canvas.setFillColor(HexColor(invoice.clinic.colour))
    canvas.roundRect(RIGHT - 216, top - 66, 216, 28, 4, stroke=0, fill=1)
    _write(canvas, RIGHT - 206, top - 56, "AMOUNT DUE", size=10, bold=True, colour=white)
    _write(canvas, RIGHT - 8, top - 57, _money(invoice.due), size=13, bold=True, colour=white, align="right")
    _write(canvas, LEFT, top - 8, "Payment terms", size=8, bold=True, colour=MUTED)
    _write(canvas, LEFT, top - 22, "Please pay within 30 days, quoting the invoice number.", size=8.5)
    _write(canvas, LEFT, top - 34, "Questions: billing@clinic.invalid or 555-0100.", size=8.5)
    if invoice.overdue:
        _stamp(canvas, "PAST DUE", LEFT + 118, top - 62)


def _stamp(canvas: Canvas, text: str, x: float, y: float) -> None:
    red = HexColor("#c0392b")
    canvas.saveState()
    canvas.translate(x, y)
    canvas.rotate(-8)
    canvas.setFillAlpha(0.75)
    canvas.setStrokeAlpha(0.75)
    canvas.setStrokeColor(red)
    canvas.setLineWidth(2)
    canvas.roundRect(-62, -9, 124, 30, 5)
    _write(canvas, 0, 0, text, size=19, bold=True, colour=red, align="centre")
    canvas.restoreState()


def _slip(canvas: Canvas, invoice: Invoice) -> None:
    """Draw the remittance slip that is cut off and sent back with the payment."""
    canvas.setStrokeColor(MUTED)
    canvas.setLineWidth(0.6)
    canvas.setDash(3, 3)
    canvas.line(LEFT, 128, RIGHT, 128)
    canvas.setDash()
    _write(canvas, WIDTH / 2, 132, "detach and return with your payment", size=7, colour=MUTED, align="centre")
    _write(canvas, LEFT, 108, invoice.clinic.name, size=9, bold=True)
    _write(canvas, LEFT, 95, f"{invoice.patient}   {invoice.account}", size=9)
    _write(canvas, LEFT, 78, f"Invoice {invoice.printed_number}", size=9)
    _write(canvas, LEFT, 65, f"Amount due {_money(invoice.due)}", size=9)
    canvas.setFillColor(INK)
    Code128(invoice.printed_number, barHeight=30, barWidth=1.0, humanReadable=False).drawOn(canvas, RIGHT - 196, 76)
    _write(canvas, RIGHT - 98, 64, invoice.printed_number, size=8, align="centre")


def _continued(canvas: Canvas, invoice: Invoice) -> None:
    clinic = invoice.clinic
    colour = HexColor(clinic.colour)
    if clinic.layout == "side":
        canvas.setFillColor(colour)
        canvas.rect(0, 0, 22, HEIGHT, stroke=0, fill=1)
    draw_logo(canvas, clinic.mark, LEFT, HEIGHT - 68, 26, paint=colour, paper=white)
    _write(canvas, LEFT + 36, HEIGHT - 60, clinic.name, size=12, bold=True, colour=colour)
    _write(canvas, RIGHT, HEIGHT - 60, f"{invoice.printed_number}   {invoice.patient}", colour=MUTED, align="right")


def _foot(canvas: Canvas, page: str) -> None:
    _write(canvas, LEFT, 32, "Sample document. Every name, number and service on it is invented.", size=7, colour=MUTED)
    _write(canvas, RIGHT, 32, page, size=7, colour=MUTED, align="right")
