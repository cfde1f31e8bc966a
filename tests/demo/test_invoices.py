"""The sample invoices: what the table says is what the PDF prints, and later invoices never disturb earlier ones."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pypdfium2 as pdfium
import pytest

from workbench.demo import invoices
from workbench.demo.invoices import pages
from workbench.demo.invoices.facts import imagine


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pa.Table]:
    folder = tmp_path_factory.mktemp("invoices")
    return folder, invoices.draw(folder, count=120)


def printed(folder: Path, row: dict[str, Any]) -> str:
    with pdfium.PdfDocument(folder / f"{row['invoice_id']}.pdf") as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_one_pdf_and_one_unique_key_for_each_row(drawn: tuple[Path, pa.Table]) -> None:
    folder, table = drawn
    keys = table["invoice_id"].to_pylist()
    assert len(set(keys)) == 120
    assert {path.name for path in folder.iterdir()} == {f"{key}.pdf" for key in keys}
    assert len(set(table["invoice_number"].to_pylist())) == 120
    assert table.schema == invoices.SCHEMA


def test_a_digital_invoice_prints_what_its_row_says(drawn: tuple[Path, pa.Table]) -> None:
    folder, table = drawn
    digital = [row for row in table.to_pylist() if row["source"] == "digital"]
    assert len(digital) > 100
    for row in digital:
        text = printed(folder, row)
        wanted = (
            row["invoice_number"], f"{row['invoice_date']}", f"Total charges ${row['total_amount']:,}",
            row["account_number"], row["provider_name"], f"NPI {row['provider_npi']}", f"Name {row['patient_name']}",
            f"Date of birth {row['patient_dob']}", row["insurance_id"], *row["procedure_codes"],
        )  # fmt: skip
        assert [words for words in wanted if words not in text] == []


def test_charges_add_up_and_never_turn_negative(drawn: tuple[Path, pa.Table]) -> None:
    folder, table = drawn
    for row in table.to_pylist():
        assert Decimal(0) < row["amount_due"] <= row["total_amount"]
        if row["source"] == "digital":
            charges = re.findall(r"\d{4}-\d{2}-\d{2} [A-Z]{2}-\d{3} .* \$([\d,]+\.\d{2})", printed(folder, row))
            assert sum(Decimal(amount.replace(",", "")) for amount in charges) == row["total_amount"]


def test_a_scan_holds_only_pictures_and_reads_worse(drawn: tuple[Path, pa.Table]) -> None:
    folder, table = drawn
    rows = table.to_pylist()
    scans = [row for row in rows if row["source"] == "scan"]
    assert scans
    for row in scans:
        assert printed(folder, row).strip() == ""
        assert row["parsing_confidence"] < 0.9
        with pdfium.PdfDocument(folder / f"{row['invoice_id']}.pdf") as document:
            assert len(document) == row["page_count"]
            levels = document[0].render(grayscale=True).to_pil().getextrema()
        assert levels[0] < levels[1]
    assert all(row["parsing_confidence"] > 0.99 for row in rows if row["source"] == "digital")
    assert min(scans, key=lambda row: row["parsing_confidence"])["extracted_text"].count("Insurance") < 2


def test_long_stays_take_two_pages_and_say_so(drawn: tuple[Path, pa.Table]) -> None:
    folder, table = drawn
    long = [row for row in table.to_pylist() if row["page_count"] == 2 and row["source"] == "digital"]
    assert long
    for row in long:
        assert "Page 2 of 2" in printed(folder, row)
    assert set(table["page_count"].to_pylist()) == {1, 2}


def test_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    tables = [invoices.draw(tmp_path / name, count=24, seed=seed) for name, seed in (("a", 5), ("b", 5), ("c", 6))]
    contents = [{path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in "abc"]
    assert contents[0] == contents[1]
    assert tables[0] == tables[1]
    assert tables[0] != tables[2]


def test_the_march_invoices_are_new_ones(drawn: tuple[Path, pa.Table], tmp_path: Path) -> None:
    _, january = drawn
    march = invoices.more(tmp_path, 8, first=121)
    assert march["invoice_id"].to_pylist() == [f"invoice_{number:04d}" for number in range(121, 129)]
    assert all(day.month == 3 for day in march["invoice_date"].to_pylist())
    assert not set(march["invoice_number"].to_pylist()) & set(january["invoice_number"].to_pylist())


def test_an_invoice_depends_on_its_number_alone() -> None:
    alone = imagine(77, seed=1, month=date(2026, 1, 1))
    assert imagine(77, seed=1, month=date(2026, 1, 1)) == alone
    assert imagine(78, seed=1, month=date(2026, 1, 1)) != alone
    assert pages.to_pdf(alone).startswith(b"%PDF")


def test_names_are_plainly_invented(drawn: tuple[Path, pa.Table]) -> None:
    _, table = drawn
    assert all(text.startswith("9000000") for text in table["provider_npi"].to_pylist())
    assert all(text.startswith("TEST-") for text in table["insurance_id"].to_pylist())
    assert all(text.endswith(".invalid") for text in table["uploaded_by"].to_pylist())
