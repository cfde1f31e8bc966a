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

from workbench.features.exports import rules, tasks, writing
from workbench.features.exports import service as exports
from workbench.features.exports.schemas import ExportFile, ExportOptions, ExportRequest, ExportState, Split
from workbench.features.exports.service.asking import ExportNotReady, TrainingSheetNotReady
from workbench.features.exports.service.standing import NoLongerAllowed
from workbench.features.exports.tables import ExportRow
from workbench.features.generation.tables import PairRow, TrainingSheetRow
from workbench.features.governance import service as governance
from workbench.features.governance.schemas import SubjectKind
from workbench.features.governance.service.origin import AboveClearance
from workbench.features.governance.tables import ExitRow
from workbench.features.jobs import service as jobs
from workbench.features.jobs.tables import JobRow
from workbench.features.labels import service as labels
from workbench.features.labels.tables import CanonicalLabelRow
from workbench.features.lineage import service as lineage
from workbench.features.lineage.schemas import NodeKind
from workbench.kernel.errors import Invalid, NotFound
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


@pytest.mark.parametrize("fraction", [0.1, 0.5])
def test_items_are_split_the_same_way_everywhere(desk: Desk, fraction: float) -> None:
    export = desk.export(validation_fraction=fraction, seed=3)
    listed = pq.read_table(desk.folder(export) / "rows.parquet").to_pylist()
    assert len(listed) == COUNT
    with desk.backends.database.read() as session:
        refs = {pair.id: pair.item_ref for pair in session.scalars(select(PairRow))}
    assert all(row["split"] == rules.split_of(3, refs[row["pair_id"]], fraction) for row in listed)
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
    assert export.splits[1].gate.prohibited == {"sheet: held out already": export.splits[1].gate.considered}
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


# --- after the export -------------------------------------------------------------------------------------------------


def test_files_are_handed_out_only_while_all_in_them_is_allowed(desk: Desk) -> None:
    export = desk.export(validation_fraction=0.5)
    assert desk.download(export)
    with desk.backends.database.begin() as session:
        governance.set_tags(session, desk.owner, desk.sheet.definition.primary_table, {"owner": "desk", "PII": ""})
    with pytest.raises(NoLongerAllowed) as refused:
        desk.download(export)
    assert refused.value.details["obstacles"] == {f"{desk.sheet.definition.primary_table}: tagged PII": COUNT}
    with desk.backends.database.read() as session:
        check = exports.verify_export(session, desk.owner, desk.backends, export.id)
    assert (check.intact, check.standing) == (True, False)
    with desk.backends.database.begin() as session:
        governance.set_tags(session, desk.owner, desk.sheet.definition.primary_table, {})
    assert desk.download(export)


def test_a_label_that_was_exported_counts_even_after_the_pair_pins_another(desk: Desk) -> None:
    """The file holds what the first version says, made from `text`; a newer version made from `intent` changes that."""
    export = desk.export()
    with desk.backends.database.begin() as session:
        exposure_id = governance.expose(session, desk.owner, ["intent"], ["main.help.questions"])
        session.execute(update(TrainingSheetRow).values(exposure_id=exposure_id))
    desk.studio.label(desk.sheet, desk.labelset, {"i:0": "move"}, fields=("intent",))
    with desk.backends.database.begin() as session:
        session.execute(update(PairRow).where(PairRow.item_ref == "i:0").values(label_number=2))
        governance.set_tags(session, desk.owner, "main.help.questions#text", {"PHI": ""})
    with pytest.raises(NoLongerAllowed):
        desk.download(export)


def test_a_rejection_after_the_export_changes_no_file_but_a_retraction_does(desk: Desk) -> None:
    export = desk.export()
    with desk.backends.database.begin() as session:
        session.execute(update(PairRow).values(status=PairStatus.REJECTED))
        governance.bump_gate(session, desk.owner.workspace_id)
    assert desk.download(export)
    with desk.backends.database.begin() as session:
        label_id = session.scalars(select(CanonicalLabelRow.id).limit(1)).one()
        labels.retract(session, desk.owner, label_id, expected_version=1, reason="consent withdrawn")
    with pytest.raises(NoLongerAllowed):
        desk.download(export)


def test_what_was_retracted_stays_retracted_when_the_label_says_something_new(desk: Desk) -> None:
    export = desk.export()
    with desk.backends.database.begin() as session:
        label_id = session.scalars(select(CanonicalLabelRow.id).where(CanonicalLabelRow.item_ref == "i:0")).one()
        labels.retract(session, desk.owner, label_id, expected_version=1, reason="consent withdrawn")
    desk.studio.label(desk.sheet, desk.labelset, {"i:0": "move"})
    again = desk.export()
    assert again.splits[0].gate.prohibited == {"label: retracted": 1}
    with pytest.raises(NoLongerAllowed):
        desk.download(export)
    with desk.backends.database.begin() as session:
        session.execute(update(PairRow).where(PairRow.item_ref == "i:0").values(label_number=3, value="move"))
    assert desk.export().splits[0].gate.allowed == COUNT


def test_changed_and_missing_files_are_found(desk: Desk) -> None:
    export = desk.export()
    folder = desk.folder(export)
    (folder / "train.jsonl").write_bytes((folder / "train.jsonl").read_bytes().replace(b"lost", b"last", 1))
    (folder / "manifest.json").unlink()
    with desk.backends.database.read() as session:
        check = exports.verify_export(session, desk.owner, desk.backends, export.id)
    assert not check.intact
    assert {file.name: file.intact for file in check.files} == {
        "train.jsonl": False,
        "rows.parquet": True,
        "manifest.json": False,
    }
    with pytest.raises(NotFound):
        desk.download(export, "manifest.json")


@pytest.mark.parametrize("name", ["../../../workbench.db", "train.jsonl/../manifest.json", "/etc/passwd", "", "x\0y"])
def test_only_the_files_of_an_export_can_be_named(desk: Desk, name: str) -> None:
    with pytest.raises(NotFound):
        desk.download(desk.export(), name)


def test_a_deleted_export_leaves_its_record_and_no_file(desk: Desk) -> None:
    export = desk.export()
    with desk.backends.database.begin() as session:
        gone = exports.delete_export(session, desk.owner, desk.backends, export.id)
    assert gone.state is ExportState.DELETED
    assert gone.files == export.files
    assert not desk.folder(export).exists()
    with pytest.raises(ExportNotReady):
        desk.download(export)


def test_an_export_belongs_to_its_workspace(desk: Desk, actor: MakeActor) -> None:
    export, stranger = desk.export(), actor(Role.ADMIN, slug="other")
    with desk.backends.database.begin() as session:
        for act in (
            lambda: exports.get_export(session, stranger, export.id),
            lambda: exports.delete_export(session, stranger, desk.backends, export.id),
            lambda: exports.verify_export(session, stranger, desk.backends, export.id),
            lambda: exports.trace_line(session, stranger, desk.backends, export.id, Split.TRAIN, 1),
            lambda: exports.summarize_export(session, stranger, desk.training_sheet.id, ExportOptions()),
            lambda: exports.create_export(
                session, stranger, desk.backends, ExportRequest(training_sheet_id=desk.training_sheet.id)
            ),
        ):
            with pytest.raises(NotFound):
                act()
        assert exports.list_exports(session, stranger).items == []


# --- lineage ------------------------------------------------------------------------------------------------------


def test_a_line_leads_to_its_source_row_and_the_row_to_its_lines(desk: Desk) -> None:
    export = desk.export(validation_fraction=0.5)
    for split in Split:
        for number, line in enumerate(desk.lines(export, split), start=1):
            with desk.backends.database.read() as session:
                traced = exports.trace_line(session, desk.owner, desk.backends, export.id, split, number)
                row = exports.trace_row(
                    session, desk.owner, desk.backends, "main.help.questions", [str(traced.key["id"])]
                )
            text = line["messages"][0]["content"]
            assert ("lost" in text) == (int(traced.key["id"]) % 2 == 0)
            assert traced.item_ref == f"i:{traced.key['id']}" == row.item_ref
            assert [(each.split, each.line) for each in row.exports] == [(split, number)]
            assert [each.pair_id for each in row.pairs] == [traced.pair_id]
            assert [each.label_id for each in row.labels] == [traced.label_id]
        with desk.backends.database.read() as session, pytest.raises(NotFound):
            exports.trace_line(session, desk.owner, desk.backends, export.id, split, number + 1)


@pytest.mark.parametrize(
    ("table", "key", "error"),
    [
        ("main.help.questions", ["999"], NotFound),
        ("main.help.nothing", ["1"], NotFound),
        ("main.help.questions", [], Invalid),
        ("main.help.questions", ["1", "2"], NotFound),
        ("main.help.questions", ["not a number"], NotFound),
    ],
)
def test_rows_of_which_nothing_was_made(desk: Desk, table: str, key: list[str], error: type[Exception]) -> None:
    with desk.backends.database.read() as session, pytest.raises(error):
        exports.trace_row(session, desk.owner, desk.backends, table, key)


def test_the_graph_leads_from_the_table_to_the_export(desk: Desk) -> None:
    export = desk.export()
    with desk.backends.database.read() as session:
        graph = lineage.get_lineage(session, desk.owner, NodeKind.EXPORT, str(export.id))
    assert (NodeKind.TABLE, "main.help.questions") in {(node.kind, node.ref) for node in graph.nodes}


# --- whole or not at all ----------------------------------------------------------------------------------------------


def test_an_attempt_that_breaks_leaves_nothing_and_the_next_one_writes_it_all(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, asked = desk.export(), desk.ask()

    def broken(*_: Any) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(writing, "write_manifest", broken)
        assert desk.run(asked).status == "failed"
    assert desk.get(asked.id).state is ExportState.FAILED
    assert not list(desk.folder(asked).parent.glob(f"{asked.id}*"))
    with pytest.raises(ExportNotReady):
        desk.download(asked)
    with desk.backends.database.begin() as session:
        jobs.retry_job(session, desk.owner, desk.backends, asked.job_id)
    assert desk.get(asked.id).state is ExportState.WRITING
    assert desk.run(asked).status == "succeeded"
    assert [file.sha256 for file in desk.get(asked.id).files] == [file.sha256 for file in whole.files]


def test_a_worker_that_died_before_saying_so_is_repeated_without_a_trace(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything is on disk, and then the process is gone: the next attempt writes the same again."""
    whole, asked = desk.export(), desk.ask()

    class Died(BaseException):
        pass

    def die(*_: Any, **__: Any) -> None:
        raise Died

    with monkeypatch.context() as patched:
        patched.setattr(tasks.lineage, "connect", die)
        with pytest.raises(Died):
            desk.run(asked)
    assert desk.folder(asked).exists()
    with pytest.raises(ExportNotReady):
        desk.download(asked)
    assert desk.run(asked).status == "succeeded"
    assert [file.sha256 for file in desk.get(asked.id).files] == [file.sha256 for file in whole.files]
    with desk.backends.database.read() as session:
        assert len(session.scalars(select(ExportRow)).all()) == 2


def test_an_attempt_that_was_overtaken_puts_nothing_in_place(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, write = desk.ask(), writing.write_manifest

    def overtaken(*written: Any) -> ExportFile:
        with desk.backends.database.begin() as session:
            session.execute(update(JobRow).where(JobRow.id == asked.job_id).values(attempt=2))
        return write(*written)

    with monkeypatch.context() as patched:
        patched.setattr(writing, "write_manifest", overtaken)
        desk.run(asked)
    assert desk.get(asked.id).state is ExportState.WRITING
    assert not list(desk.folder(asked).parent.glob(f"{asked.id}*"))
    assert desk.run(asked).status == "succeeded"
    assert len(desk.lines(desk.get(asked.id))) == COUNT


def test_what_a_dead_attempt_left_goes_with_the_export(desk: Desk) -> None:
    asked = desk.ask()
    left = desk.folder(asked).with_name(f"{asked.id}.1.partial")
    left.mkdir(parents=True)
    (left / "train.jsonl").write_bytes(b"half a li")
    with desk.backends.database.begin() as session:
        jobs.cancel_job(session, desk.owner, asked.job_id)
        exports.delete_export(session, desk.owner, desk.backends, asked.id)
    assert not left.exists()


def test_a_cancelled_export_has_no_files(desk: Desk) -> None:
    asked = desk.ask()
    with desk.backends.database.begin() as session:
        with pytest.raises(ExportNotReady):
            exports.delete_export(session, desk.owner, desk.backends, asked.id)
        jobs.cancel_job(session, desk.owner, asked.job_id)
    assert desk.get(asked.id).state is ExportState.CANCELLED
    with desk.backends.database.read() as session:
        assert [each.id for each in exports.list_exports(session, desk.owner, state=ExportState.CANCELLED).items] == [
            asked.id
        ]
        assert exports.list_exports(session, desk.owner, state=ExportState.WRITING).items == []
    with desk.backends.database.begin() as session:
        exports.delete_export(session, desk.owner, desk.backends, asked.id)


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
