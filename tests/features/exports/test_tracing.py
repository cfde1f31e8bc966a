"""From a line of an exported file to its source row, and from a source row to every line."""

from __future__ import annotations

import pytest
from tests.conftest import MakeActor
from tests.features.exports.conftest import Desk

from workbench.features.exports import service as exports
from workbench.features.exports.schemas import Split
from workbench.features.governance import service as governance
from workbench.features.lineage import service as lineage
from workbench.features.lineage.schemas import NodeKind
from workbench.kernel.errors import Invalid, NotFound
from workbench.kernel.vocabulary import Classification, Role


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
            assert [(each.verdict, each.summary) for each in row.labels] == [
                ("answered", "Card lost" if "lost" in text else "Transfer")
            ]
            assert [(each.export_id, each.training_sheet_id, each.training_sheet_name) for each in row.exports] == [
                (export.id, desk.training_sheet.id, desk.training_sheet.name)
            ]
        with desk.backends.database.read() as session, pytest.raises(NotFound) as caught:
            exports.trace_line(session, desk.owner, desk.backends, export.id, split, number + 1)
        assert caught.value.fix == f"It has {number} lines, counted from 1."


def test_a_file_that_an_export_does_not_have_is_told_from_a_line_past_its_end(desk: Desk) -> None:
    export = desk.export()
    with desk.backends.database.read() as session, pytest.raises(NotFound, match="has no validation file"):
        exports.trace_line(session, desk.owner, desk.backends, export.id, Split.VALIDATION, 1)


def test_a_label_above_ones_clearance_is_named_without_its_answer(desk: Desk, actor: MakeActor) -> None:
    low = actor(Role.EXPERT, clearance=Classification.INTERNAL)
    with desk.backends.database.begin() as session:
        governance.set_tags(session, desk.owner, "main.help.questions#text", {"PHI": ""})
    with desk.backends.database.read() as session:
        (seen,) = exports.trace_row(session, low, desk.backends, "main.help.questions", ["7"]).labels
        (whole,) = exports.trace_row(session, desk.owner, desk.backends, "main.help.questions", ["7"]).labels
    assert (seen.summary, whole.summary, whole.withheld) == (None, "Transfer", None)
    assert seen.withheld is not None
    assert "restricted" in seen.withheld


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


def test_a_row_list_that_is_gone_hides_no_other_lines(desk: Desk) -> None:
    """As when an export is deleted between the look into the database and the look at the disk."""
    kept, lost = desk.export(), desk.export()
    (desk.folder(lost) / "rows.parquet").unlink()
    with desk.backends.database.read() as session:
        row = exports.trace_row(session, desk.owner, desk.backends, "main.help.questions", ["7"])
        assert [each.export_id for each in row.exports] == [kept.id]
        with pytest.raises(NotFound, match=r"rows\.parquet is gone"):
            exports.trace_line(session, desk.owner, desk.backends, lost.id, Split.TRAIN, 1)


def test_the_graph_leads_from_the_table_to_the_export(desk: Desk) -> None:
    export = desk.export()
    with desk.backends.database.read() as session:
        graph = lineage.get_lineage(session, desk.owner, NodeKind.EXPORT, str(export.id))
    assert (NodeKind.TABLE, "main.help.questions") in {(node.kind, node.ref) for node in graph.nodes}
