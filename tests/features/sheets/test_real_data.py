"""Sheets over the real data that may lie beside the project: receipts, circuit boards, bank questions, school maths."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from workbench.backends.duck import Duck
from workbench.backends.lakehouse import FileFormat, Lakehouse
from workbench.features.sheets.reading import OpenSheet
from workbench.features.sheets.rules import digests
from workbench.features.sheets.schemas import SheetDefinition

DATA = Path(__file__).parents[3].parent / "shared" / "data"
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"the real data is not at {DATA}"),
]


@pytest.fixture(scope="module")
def lakehouse(tmp_path_factory: pytest.TempPathFactory) -> Lakehouse:
    made = Lakehouse(tmp_path_factory.mktemp("catalogs"))
    made.create_catalog("main")
    made.create_schema("main", "real")
    for name in ("pcb", "receipts"):
        made.create_volume(f"main.real.{name}")
        volume = made.volume(f"main.real.{name}")
        for file in sorted((DATA / name).rglob("*.*")):
            if file.is_file():
                with file.open("rb") as content:
                    volume.save(file.relative_to(DATA / name).as_posix(), content)
    return made


def opened(lakehouse: Lakehouse, **definition: Any) -> OpenSheet:
    return OpenSheet.open(lakehouse, Duck("256MB"), SheetDefinition.model_validate(definition))


def test_boards_are_pairs_of_images(lakehouse: Lakehouse) -> None:
    assert lakehouse.table_from_volume("main.real.pcb", "{key}_test.jpg", "main.real.boards").rows == 72
    files = {"test": "{key}_test.jpg", "template": "{key}_temp.jpg", "boxes": "{key}.txt"}
    boards = opened(
        lakehouse,
        primary_table="main.real.boards",
        item_key=["key"],
        columns=["key"],
        secondary_sources=[
            {"kind": "volume", "name": "main.real.pcb", "alias": alias, "join": {"key": "key", "pattern": pattern}}
            for alias, pattern in files.items()
        ],
    )
    assert boards.count() == 72
    assert {alias: missing.count for alias, missing in boards.missing().items()} == dict.fromkeys(files, 0)
    batch = next(boards.scan())
    found = digests(batch, ["test", "template"], lambda name: (at := lakehouse.file(name))[0].sha256(at[1]))
    assert len(set(found)) == 72


def test_receipts_join_scan_fields_and_lines(lakehouse: Lakehouse) -> None:
    lakehouse.table_from_volume("main.real.receipts", "img/{key}.jpg", "main.real.receipts")
    receipts = opened(
        lakehouse,
        primary_table="main.real.receipts",
        item_key=["key"],
        secondary_sources=[
            {
                "kind": "volume",
                "name": "main.real.receipts",
                "alias": "scan",
                "join": {"key": "path", "pattern": "{key}"},
            },
            {
                "kind": "volume",
                "name": "main.real.receipts",
                "alias": "sides",
                "many": True,
                "join": {"key": "key", "pattern": "*/{key}.*"},
            },
        ],
        filter="size_bytes > 0 and scan is not null",
    )
    first = receipts.preview(1).to_pylist()[0]
    assert [Path(side).parent.name for side in first["sides"]] == ["box", "img", "key"]
    assert receipts.count() == 72


@pytest.mark.parametrize(
    ("file", "kind", "rows", "columns"),
    [
        ("banking77/train.csv", "csv", 10_003, ["text", "category"]),
        ("banking77/test.csv", "csv", 3_080, ["text", "category"]),
        ("gsm8k/*.jsonl", "jsonl", 7_473, ["question", "answer"]),
    ],
)
def test_texts_become_tables(lakehouse: Lakehouse, file: str, kind: FileFormat, rows: int, columns: list[str]) -> None:
    name = f"main.real.{kind}_{rows}"
    assert lakehouse.import_table(next(DATA.glob(file)), name, kind, number_column="row_id").rows == rows
    assert lakehouse.table(name).schema.names == ["row_id", *columns]
    sheet = opened(lakehouse, primary_table=name, item_key=["row_id"], sample={"kind": "first", "size": 2000})
    batches = list(sheet.scan())
    assert sum(batch.num_rows for batch in batches) == 2000
    assert batches[0].column("item_ref")[0].as_py() == "i:1"
    assert all(batch.column(columns[1]).null_count == 0 for batch in batches)
