"""Pictures through the command line: receipts with their text and fields, circuit boards with their template."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

Cli = Callable[..., Any]
Write = Callable[..., Path]

FIELDS = ("company", "date", "address", "total")
DEFECTS = {"1": "open", "2": "short", "3": "mousebite", "4": "spur", "5": "copper", "6": "pin-hole"}


def test_receipts_as_image_text_and_fields(cli: Cli, data: Path, tmp_path: Path, write: Write) -> None:
    folder = data / "receipts"
    names = sorted(file.stem for file in (folder / "img").glob("*.jpg"))
    keys = {name: json.loads((folder / "key" / f"{name}.json").read_text()) for name in names}
    cli("volumes", "create", "real.world.scans")
    cli("volumes", "upload", "real.world.scans", *sorted((folder / "img").glob("*.jpg")))
    boxes = [
        {"receipt": name, "line": number, "text": ",".join(row[8:])}
        for name in names
        for number, row in enumerate(csv.reader((folder / "box" / f"{name}.csv").read_text().splitlines()))
        if len(row) > 8
    ]
    answers = [{"receipt": name, "fields": json.dumps(keys[name])} for name in names]
    cli("tables", "upload", write("boxes.jsonl", boxes), "real.world.receipt_lines")
    cli("tables", "upload", write("keys.jsonl", answers), "real.world.receipts")

    lines = {"kind": "table", "name": "real.world.receipt_lines", "alias": "lines", "many": True, "columns": ["text"]}
    scan = {"kind": "volume", "name": "real.world.scans", "alias": "scan", "join": {"key": "receipt"}}
    definition = {
        "primary_table": "real.world.receipts",
        "item_key": ["receipt"],
        "secondary_sources": [scan, lines | {"join": {"left": ["receipt"], "right": ["receipt"]}}],
    }
    cli("sheets", "create", "Receipts", "--file", write("receipts.json", definition), "--publish")
    report = cli("sheets", "check", "Receipts")
    assert report["item_count"] == 72
    assert not any(missing["count"] for missing in report["missing"]), report["missing"]

    schema = {"type": "object", "properties": {name: {"type": "string"} for name in FIELDS}}
    kind = ("--kind", "entity_extraction", "--schema", write("schema.json", schema))
    cli("labelsets", "create", "receipt_fields", *kind, "--publish")
    prompt = (
        "{{ image(scan) }}\nIt says:\n{% for line in lines %}{{ line.text }}\n{% endfor %}Which company, date, total?"
    )
    cli("templates", "create", "Read", "--label-type", "receipt_fields", "--prompt", prompt, "--publish")
    tried = cli("templates", "try", "Read", "--sheet", "Receipts", "--count", "1")["items"][0]
    assert keys[names[0]]["company"].split()[0] in json.dumps(tried["messages"])

    how = ("--mode", "existing_column", "--column", "fields", "--trusted")
    made = cli("training-sheets", "generate", "Receipts read", "--sheet", "Receipts", "--template", "Read", *how)
    assert (made["counts"]["labeled"], made["counts"]["failed"]) == (72, 0)

    cli("review", "approve-all", "Receipts read")
    cli("exports", "create", "Receipts read", "--images", "embed", "--to", tmp_path)
    exported = [json.loads(line) for line in (tmp_path / "train.jsonl").read_text().splitlines()]
    assert len(exported) == 72
    for name, line in zip(names, exported, strict=True):
        (question, answer) = line["messages"]
        assert json.loads(answer["content"]) == {field: keys[name][field] for field in FIELDS if field in keys[name]}
        pictures = [part for part in question["content"] if part["type"] == "image_url"]
        assert pictures[0]["image_url"]["url"].startswith("data:image/jpeg;base64,")


def test_boards_as_pairs_of_images(cli: Cli, data: Path, tmp_path: Path, write: Write) -> None:
    folder = data / "pcb"
    cli("volumes", "create", "real.world.boards")
    cli("volumes", "upload", "real.world.boards", *sorted(folder.glob("*.jpg")))
    made = cli(
        "tables", "make-from-volume", "real.world.boards", "real.world.board_keys", "--pattern", "{key}_test.jpg"
    )
    assert made["rows"] == 72

    def picture(alias: str, pattern: str) -> dict[str, Any]:
        join = {"key": "key", "pattern": pattern}
        return {"kind": "volume", "name": "real.world.boards", "alias": alias, "join": join}

    definition = {
        "primary_table": "real.world.board_keys",
        "item_key": ["key"],
        "columns": ["key"],
        "secondary_sources": [picture("board", "{key}_test.jpg"), picture("perfect", "{key}_temp.jpg")],
    }
    cli("sheets", "create", "Boards", "--file", write("boards.json", definition), "--publish")
    items = cli("sheets", "items", "Boards", "--limit", "100")
    assert len(items) == 72
    assert all(item["fields"]["board"] != item["fields"]["perfect"] for item in items)
    cli(
        "sheets", "picture", "Boards", items[0]["item_ref"], "perfect", "--to", tmp_path / "perfect.png", "--width", 200
    )
    with Image.open(tmp_path / "perfect.png") as drawn:
        assert drawn.width == 200

    classes = [word for id, name in DEFECTS.items() for word in ("--class", f"d{id}={name}")]
    cli("labelsets", "create", "defects", "--kind", "multi_classification", *classes, "--publish")
    prompt = "The board: {{ image(board) }} As it should be: {{ image(perfect) }} Which defects?"
    cli("templates", "create", "Compare", "--label-type", "defects", "--prompt", prompt, "--publish")
    truth = {
        item["item_ref"]: sorted(
            {f"d{line.split()[-1]}" for line in (folder / f"{item['fields']['key']}.txt").read_text().splitlines()}
        )
        for item in items
    }
    lines = [{"item_ref": ref, "value": value} for ref, value in truth.items()]
    words = ("--sheet", "Boards", "--label-type", "defects")
    assert cli("labels", "import", write("defects.jsonl", lines), *words)["created"] == 72

    sheet = ("--sheet", "Boards", "--template", "Compare", "--mode", "manual")
    counts = cli("training-sheets", "generate", "Boards compared", *sheet)["counts"]
    assert (counts["labeled"], counts["reused"], counts["unlabeled"]) == (72, 72, 0)
    cli("review", "approve-all", "Boards compared")
    cli("exports", "create", "Boards compared", "--to", tmp_path)
    exported = [json.loads(line) for line in (tmp_path / "train.jsonl").read_text().splitlines()]
    pictures = [part["image_url"]["url"] for part in exported[0]["messages"][0]["content"] if "image_url" in part]
    assert [Path(url).name.rpartition("_")[2] for url in pictures] == ["test.jpg", "temp.jpg"]
