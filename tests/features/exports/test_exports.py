"""Exports: what is in the files, what stays behind and why, and that they appear whole or not at all."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import orjson
import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError
from sqlalchemy import select, update
from tests.conftest import MakeActor
from tests.features.exports.conftest import COUNT, Desk
from tests.studio import VOLUME

from workbench.features.exports import service as exports
from workbench.features.exports.schemas import ExportOptions, ExportState, Split
from workbench.features.exports.service.asking import TrainingSheetNotReady
from workbench.features.generation.tables import PairRow, TrainingSheetRow
from workbench.features.governance import service as governance
from workbench.features.governance.schemas import SubjectKind
from workbench.features.governance.service.origin import AboveClearance
from workbench.features.governance.tables import ExitRow
from workbench.features.labels import service as labels
from workbench.features.labels.tables import CanonicalLabelRow
from workbench.features.sheets import service as sheets
from workbench.kernel.errors import Invalid
from workbench.kernel.vocabulary import Classification, PairStatus, Role, Use


def test_all_labeled_and_allowed_pairs_are_in_the_file_in_their_order(desk: Desk) -> None:
    export = desk.export()
    lines = desk.lines(export)
    assert [line["messages"][-1]["content"] for line in lines] == ["Card lost", "Transfer"] * (COUNT // 2)
    assert lines[3]["messages"][0] == {
        "role": "user",
        "content": "Which intent has this question? please transfer money, amount 3, to my savings account",
    }
    assert export.state is ExportState.READY
    assert export.splits[0].sentence == f"Labeled {COUNT} · allowed {COUNT}"
    assert {file.name: file.rows for file in export.files} == {
        "train.jsonl": COUNT,
        "rows.parquet": COUNT,
        "manifest.json": None,
    }
    for file in export.files:
        content = desk.download(export, file.name)
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file.bytes, file.sha256)


def test_the_manifest_says_what_was_exported_from_what_and_by_which_rules(desk: Desk) -> None:
    export = desk.export(validation_fraction=0.25)
    manifest = orjson.loads(desk.download(export, "manifest.json"))
    assert manifest["training_sheet"]["id"] == str(desk.training_sheet.id)
    assert manifest["training_sheet"]["template"]["version"]
    assert manifest["gate_revision"] == export.gate_revision
    assert [split["gate"]["use"] for split in manifest["splits"]] == ["training", "validation"]
    listed = {file["name"]: file["sha256"] for file in manifest["files"]}
    assert listed == {file.name: file.sha256 for file in export.files if file.name != "manifest.json"}


@pytest.mark.parametrize("state", ["review", "approved"])
def test_an_export_says_in_which_state_its_training_sheet_was(desk: Desk, state: str) -> None:
    def put(told: str) -> None:
        with desk.backends.database.begin() as session:
            session.execute(update(TrainingSheetRow).values(state=told))

    put(state)
    asked = desk.ask()
    assert asked.training_sheet_state is None, "it is not written yet"
    desk.run(asked)
    put("review" if state == "approved" else "approved")
    export = desk.get(asked.id)
    assert export.training_sheet_state == state
    assert orjson.loads(desk.download(export, "manifest.json"))["training_sheet"]["state"] == state


def test_the_same_state_and_rules_give_the_same_bytes(desk: Desk) -> None:
    one, two = (desk.export(validation_fraction=0.3, seed=7) for _ in range(2))
    assert one.gate_revision == two.gate_revision
    assert [file.sha256 for file in one.files] == [file.sha256 for file in two.files]


def test_every_exclusion_is_explained(desk: Desk) -> None:
    with desk.backends.database.begin() as session:
        pairs = session.scalars(select(PairRow).order_by(PairRow.position)).all()
        for pair in pairs[:3]:
            governance.narrow(
                session, desk.owner, SubjectKind.PAIR, pair.id, prohibited=[Use.TRAINING], reason="names a customer"
            )
        pairs[4].status, pairs[5].status = PairStatus.REJECTED, PairStatus.FLAGGED
        label_id = pairs[6].label_id
        assert label_id is not None
        labels.retract(session, desk.owner, label_id, expected_version=1, reason="wrong item")
    export = desk.export()
    assert len(desk.lines(export)) == COUNT - 6
    gate = export.splits[0].gate
    assert gate.prohibited == {"pair: names a customer": 3, "label: retracted": 1}
    assert gate.not_labeled == {"flagged": 1, "rejected": 1}
    assert export.splits[0].sentence == (
        "Labeled 38 · allowed 34 · 4 prohibited: pair: names a customer (3); label: retracted (1)"
        " · not labeled 2: flagged (1); rejected (1)"
    )
    with desk.backends.database.read() as session:
        found = exports.summarize_export(session, desk.owner, desk.training_sheet.id, ExportOptions())
        exit_row = session.scalars(select(ExitRow).where(ExitRow.kind == "export")).one()
    assert found.splits == export.splits
    assert (exit_row.considered, exit_row.released, exit_row.use) == (COUNT, COUNT - 6, "training")
    assert sum(exit_row.excluded.values()) == 6


def test_the_exit_of_an_export_is_found_by_its_training_sheet(desk: Desk) -> None:
    export = desk.export()
    with desk.backends.database.read() as session:
        name = desk.training_sheet.name
        found = governance.list_exits(session, desk.owner, search=name, kind="export").items
        assert [(each.subject_id, each.subject_name) for each in found] == [(export.id, name)]
        assert governance.list_exits(session, desk.owner, search="nobody's").items == []


@pytest.mark.parametrize("fraction", [0.1, 0.5])
def test_items_are_split_the_same_way_everywhere(desk: Desk, fraction: float) -> None:
    export = desk.export(validation_fraction=fraction, seed=3)
    listed = pq.read_table(desk.folder(export) / "rows.parquet").to_pylist()
    assert len(listed) == COUNT
    with desk.backends.database.read() as session:
        refs = {pair.id: pair.item_ref for pair in session.scalars(select(PairRow))}
    for row in listed:
        digits = hashlib.sha256(f"3:{refs[row['pair_id']]}".encode()).hexdigest()[:8]
        assert row["split"] == ("validation" if int(digits, 16) < round(fraction * 16**8) else "train")
    for split in Split:
        lines = desk.lines(export, split)
        assert [row["line"] for row in listed if row["split"] == split] == list(range(1, len(lines) + 1))
    assert {row["split"] for row in listed} == {"train", "validation"}


def test_a_split_passes_the_gate_for_its_own_use(desk: Desk) -> None:
    with desk.backends.database.begin() as session:
        governance.narrow(
            session,
            desk.owner,
            SubjectKind.SHEET,
            desk.sheet.sheet_id,
            prohibited=[Use.VALIDATION],
            reason="held out already",
        )
    export = desk.export(validation_fraction=0.5)
    assert desk.lines(export, Split.VALIDATION) == []
    with desk.backends.database.read() as session:
        name = sheets.get_sheet(session, desk.owner, desk.sheet.sheet_id).name
    reason = f"sheet {name}: held out already"
    assert export.splits[1].gate.prohibited == {reason: export.splits[1].gate.considered}
    assert len(desk.lines(export)) == export.splits[0].gate.considered > 0


def test_a_preview_shows_the_first_lines_and_is_an_exit(desk: Desk) -> None:
    with desk.backends.database.read() as session:
        shown = exports.preview_export(
            session, desk.owner, desk.backends, desk.training_sheet.id, ExportOptions(), Split.TRAIN, 3
        )
    assert [orjson.loads(line) for line in shown.lines] == desk.lines(desk.export())[:3]
    with desk.backends.database.read() as session:
        (left,) = governance.list_exits(session, desk.owner, kind="preview").items
    assert (left.considered, left.released) == (COUNT, 3)


def test_nobody_sees_what_is_above_their_clearance(desk: Desk, actor: MakeActor) -> None:
    engineer = actor(Role.ENGINEER)
    before = desk.export()
    with desk.backends.database.begin() as session:
        label_id = session.scalars(select(CanonicalLabelRow.id).limit(1)).one()
        governance.narrow(
            session,
            desk.owner,
            SubjectKind.LABEL,
            label_id,
            classification=Classification.RESTRICTED,
            reason="a person of note",
        )
    after = desk.export()
    assert len(desk.download(after)) == len(desk.download(before))
    with desk.backends.database.read() as session, pytest.raises(AboveClearance):
        exports.preview_export(
            session, engineer, desk.backends, desk.training_sheet.id, ExportOptions(), Split.TRAIN, 1
        )
    for export in (before, after):
        with pytest.raises(AboveClearance):
            desk.download(export, actor=engineer)


# --- bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {"validation_fraction": -0.1},
        {"validation_fraction": 1.0},
        {"validation_fraction": float("nan")},
        {"seed": -1},
        {"images": "inline"},
        {"surprise": 1},
    ],
)
def test_options_that_make_no_sense_are_refused(desk: Desk, options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        desk.ask(**options)


def test_an_unknown_format_lists_those_there_are(desk: Desk) -> None:
    with pytest.raises(Invalid) as refused:
        desk.ask(format="word")
    assert "openai_chat" in (refused.value.fix or "")


@pytest.mark.parametrize("state", ["generating", "failed", "cancelled"])
def test_a_training_sheet_that_is_not_made_cannot_be_exported(desk: Desk, state: str) -> None:
    with desk.backends.database.begin() as session:
        session.execute(update(TrainingSheetRow).values(state=state))
    with pytest.raises(TrainingSheetNotReady):
        desk.ask()


def test_an_answer_that_does_not_fit_stops_the_export_naming_the_pair(desk: Desk) -> None:
    with desk.backends.database.begin() as session:
        session.execute(update(PairRow).where(PairRow.position == 5).values(value={"not": "a class"}))
    job = desk.run(desk.ask())
    assert job.status == "failed"
    assert job.problem is not None
    assert (job.problem["type"], job.problem["row"]) == ("answer-unreadable", 5)


def test_an_empty_export_is_an_empty_file_and_says_why(desk: Desk) -> None:
    with desk.backends.database.begin() as session:
        session.execute(update(PairRow).values(status=PairStatus.UNLABELED))
    export = desk.export(validation_fraction=0.5)
    assert desk.download(export) == b""
    assert export.splits[0].gate.allowed == export.splits[1].gate.allowed == 0


# --- images -----------------------------------------------------------------------------------------------------------


def test_images_are_named_or_put_in_whole_but_never_others_than_the_prompt_read(desk: Desk) -> None:
    studio = desk.studio
    studio.shots(COUNT)
    shots = {"kind": "volume", "name": VOLUME, "alias": "shot", "join": {"key": "id"}}
    sheet = studio.sheet(secondary_sources=[shots])
    pictured = studio.generate(sheet, studio.template("What is here? {{ image(shot) }} {{ text }}"))
    desk = replace(desk, training_sheet=pictured)
    named, whole = desk.lines(desk.export()), desk.lines(desk.export(images="embed"))
    (by_name,) = [part for part in named[3]["messages"][0]["content"] if part["type"] == "image_url"]
    (inside,) = [part for part in whole[3]["messages"][0]["content"] if part["type"] == "image_url"]
    assert by_name["image_url"]["url"] == "/Volumes/main/help/shots/3.png"
    assert inside["image_url"]["url"].startswith("data:image/png;base64,iVBOR")
    elsewhere = {"type": "image_url", "image_url": {"url": "/Volumes/main/other/secret/1.png"}}
    with desk.backends.database.begin() as session:
        session.execute(
            update(PairRow)
            .where(PairRow.training_sheet_id == pictured.id, PairRow.position == 2)
            .values(messages=[{"role": "user", "content": [elsewhere]}])
        )
    job = desk.run(desk.ask(images="embed"))
    assert job.status == "failed"
    assert job.problem is not None
    assert "never read" in job.problem["detail"]
