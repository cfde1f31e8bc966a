"""Generation over real data beside the project: answers from a column, from labels, and for pictures."""

from __future__ import annotations

import csv
import random
import re
from pathlib import Path

import orjson
import pytest
from tests.chat_endpoint import ChatEndpointServer, says
from tests.studio import Studio

from workbench.features.generation import service

DATA = Path(__file__).parents[4] / "shared" / "data"

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"needs the real data in {DATA}"),
]


@pytest.fixture
def kind() -> str:
    """One database is enough here."""
    return "sqlite"


def test_worked_answers_of_a_column_become_labels(studio: Studio) -> None:
    rows = [orjson.loads(line) for line in (DATA / "gsm8k" / "train.jsonl").open()][:1000]
    studio.load(
        {"id": list(range(len(rows))), **{k: [row[k] for row in rows] for k in rows[0]}}, table="main.help.gsm8k"
    )
    studio.labelset("worked_answer", kind="text", classes=[])
    made = studio.generate(
        studio.sheet("main.help.gsm8k"), studio.template("{{ question }}", "worked_answer"),
        mode="existing_column", column="answer", trusted=True,
    )  # fmt: skip
    assert (made.counts.labeled, made.counts.failed) == (1000, 0)


def test_the_nearest_label_is_right_three_times_in_four_on_77_intents(studio: Studio) -> None:
    known, asked = ([*csv.DictReader((DATA / "banking77" / f"{part}.csv").open())] for part in ("train", "test"))
    random.Random(1).shuffle(known)
    known, asked = known[:2000], asked[::5]
    ids = {name: re.sub(r"\W+", "_", name.lower()).strip("_") for name in sorted({row["category"] for row in known})}
    labelset = studio.labelset("intent77", classes=[{"id": ids[name], "name": name} for name in ids])
    for table, rows in (("known", known), ("asked", asked)):
        studio.load({"id": list(range(len(rows))), "text": [row["text"] for row in rows]}, table=f"main.help.{table}")
    sheet = studio.sheet("main.help.known")
    studio.label(sheet, labelset, {f"i:{n}": ids[row["category"]] for n, row in enumerate(known)})
    made = studio.generate(
        studio.sheet("main.help.asked"), studio.template("{{ text }}", "intent77"),
        mode="ai_generated", endpoint_id=studio.nearest().id,
    )  # fmt: skip
    pairs = studio.pairs(made.id)
    right = [pair.summary == row["category"] for pair, row in zip(pairs, asked, strict=True)]
    sure = [one for one, pair in zip(right, pairs, strict=True) if (pair.model_confidence or 0) >= 0.9]
    assert sum(right) / len(right) > 0.75
    assert sum(sure) / len(sure) > 0.85


def test_receipts_are_sent_as_picture_and_text(studio: Studio, chat: ChatEndpointServer) -> None:
    scans = sorted((DATA / "receipts" / "img").glob("*.jpg"))[:10]
    volume = studio.backends.lakehouse("main")
    volume.create_volume("main.help.receipts")
    for scan in scans:
        with scan.open("rb") as content:
            volume.volume("main.help.receipts").save(scan.name, content)
    keys = [(DATA / "receipts" / "key" / f"{scan.stem}.json").read_text() for scan in scans]
    studio.load({"id": [scan.stem for scan in scans], "key": keys}, table="main.help.receipt_keys")
    fields = {name: {"type": "string"} for name in ("company", "date", "address", "total")}
    schema = {"type": "object", "properties": fields, "additionalProperties": False}
    studio.labelset("receipt", kind="entity_extraction", classes=[], response_schema=schema)
    join = {"kind": "volume", "name": "main.help.receipts", "alias": "scan", "join": {"key": "id"}}
    sheet = studio.sheet("main.help.receipt_keys", secondary_sources=[join])
    template = studio.template("Read the receipt {{ id }}. {{ image(scan) }}", "receipt")
    chat.respond = lambda call: says('{"company": "Sample Shop", "total": "1.00"}')
    endpoint = studio.endpoint(chat.base_url, takes_images=True)
    made = studio.generate(sheet, template, mode="ai_generated", endpoint_id=endpoint.id)
    assert made.counts.failed == 0
    assert all("data:image/jpeg;base64," in orjson.dumps(call.body).decode() for call in chat.calls)
    column = studio.generate(sheet, template, mode="existing_column", column="key")
    with studio.backends.database.read() as session:
        pair = service.get_pair(session, studio.owner, studio.pairs(column.id)[0].id)
    assert pair.value == orjson.loads(keys[0])
