"""After an export: its files are handed out unchanged, only while all in them is allowed, and only to its workspace."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from tests.conftest import MakeActor
from tests.features.exports.conftest import COUNT, Desk

from workbench.features.exports import service as exports
from workbench.features.exports.schemas import ExportOptions, ExportRequest, ExportState, Split
from workbench.features.exports.service.asking import ExportNotReady
from workbench.features.exports.service.standing import NoLongerAllowed
from workbench.features.generation.tables import PairRow, TrainingSheetRow
from workbench.features.governance import service as governance
from workbench.features.labels import service as labels
from workbench.features.labels.tables import CanonicalLabelRow
from workbench.kernel.errors import NotFound
from workbench.kernel.vocabulary import PairStatus, Role


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


def test_without_its_row_list_an_export_cannot_be_asked_about_again_and_says_so(desk: Desk) -> None:
    export = desk.export()
    (desk.folder(export) / "rows.parquet").unlink()
    with desk.backends.database.begin() as session:
        governance.bump_gate(session, desk.owner.workspace_id)
    with pytest.raises(NotFound, match=r"rows\.parquet is gone"):
        desk.download(export)


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
