"""Texts through the command line: school maths with the answers there are, bank questions with the nearest label."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyarrow.json import read_json

Cli = Callable[..., Any]
Write = Callable[..., Path]


def jsonl(file: Path) -> list[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:  # not splitlines: a question may hold other line separators
        return [json.loads(line) for line in lines]


def test_school_maths_by_the_answers_that_are_there(cli: Cli, data: Path, tmp_path: Path) -> None:
    rows = jsonl(data / "gsm8k" / "train.jsonl")
    cli("tables", "upload", data / "gsm8k" / "train.jsonl", "real.world.gsm8k", "--number-column", "row_id")
    cli("sheets", "create", "School maths", "--table", "real.world.gsm8k", "--key", "row_id", "--publish")
    cli("labelsets", "create", "worked_answer", "--kind", "text", "--publish")
    cli("templates", "create", "Solve", "--label-type", "worked_answer", "--prompt", "{{ question }}", "--publish")
    recipe = ("--sheet", "School maths", "--template", "Solve")
    how = ("--mode", "existing_column", "--column", "answer", "--trusted")
    made = cli("training-sheets", "generate", "Solved", *recipe, *how)
    assert (made["counts"]["total"], made["counts"]["labeled"]) == (len(rows), len(rows))

    # trusted answers are canonical labels: the next prompt finds every one
    coverage = cli("training-sheets", "coverage", *recipe)
    assert (coverage["labeled"], coverage["unlabeled"]) == (len(rows), 0)

    cli("review", "approve-all", "Solved")
    export = cli("exports", "create", "Solved", "--validation", "0.1", "--to", tmp_path)
    train, validation = jsonl(tmp_path / "train.jsonl"), jsonl(tmp_path / "validation.jsonl")
    assert len(train) + len(validation) == len(rows)
    assert 0.08 < len(validation) / len(rows) < 0.12
    # as the `datasets` library reads JSON Lines
    assert read_json(tmp_path / "train.jsonl").num_rows == len(train)
    known = {row["question"]: row["answer"] for row in rows}
    for line in train + validation:
        assert set(line) == {"messages"}
        question, answer = line["messages"]
        assert (question["role"], answer["role"]) == ("user", "assistant")
        assert known[question["content"]] == answer["content"]
    assert cli("exports", "verify", export["id"])["intact"] is True


def test_bank_questions_by_the_nearest_label(cli: Cli, data: Path, write: Write) -> None:
    with (data / "banking77" / "train.csv").open() as file:
        known = list(csv.DictReader(file))
    with (data / "banking77" / "test.csv").open() as file:
        asked = list(csv.DictReader(file))
    for part in ("train", "test"):
        file = data / "banking77" / f"{part}.csv"
        cli("tables", "upload", file, f"real.world.bank_{part}", "--number-column", "row_id")
        table = ("--table", f"real.world.bank_{part}", "--key", "row_id", "--column", "row_id", "--column", "text")
        cli("sheets", "create", f"Bank {part}", *table, "--publish")
    ids = {name: f"intent_{number}" for number, name in enumerate(sorted({row["category"] for row in known}))}
    classes = [word for name, id in ids.items() for word in ("--class", f"{id}={name}")]
    cli("labelsets", "create", "intent", "--kind", "classification", *classes, "--publish")
    cli("templates", "create", "Intent", "--label-type", "intent", "--prompt", "{{ text }}", "--publish")

    chosen = random.Random(77).sample(range(len(known)), 2000)
    lines = [{"item_ref": f"i:{n + 1}", "value": ids[known[n]["category"]]} for n in chosen]
    words = ("--sheet", "Bank train", "--label-type", "intent", "--field", "text")
    report = cli("labels", "import", write("labels.jsonl", lines), *words)
    assert report["created"] == 2000

    how = ("--template", "Intent", "--mode", "ai_generated", "--model", "Nearest label")
    rest = cli("training-sheets", "generate", "Bank, the rest", "--sheet", "Bank train", *how)
    counts = rest["counts"]
    assert (counts["labeled"], counts["unlabeled"], counts["failed"]) == (2000, len(known) - 2000, 0)

    cli("training-sheets", "generate", "Bank, asked", "--sheet", "Bank test", *how)
    pairs = cli("training-sheets", "pairs", "Bank, asked", "--limit", len(asked))
    right = [pair["summary"] == asked[int(pair["item_ref"].removeprefix("i:")) - 1]["category"] for pair in pairs]
    accuracy = sum(right) / len(asked)
    print(f"nearest label on banking77: {accuracy:.1%} of {len(asked)} test questions right, from 2000 labels")
    assert len(right) == len(asked)
    assert accuracy > 0.70
