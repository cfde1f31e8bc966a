"""Finding, changing and removing training sheets, and reading their pairs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
from sqlalchemy import update
from tests.chat_endpoint import ChatEndpointServer, says
from tests.studio import TABLE, Studio, questions

from workbench.features.generation import service
from workbench.features.generation.schemas import Origin, PairPage, TrainingSheetChange, TrainingSheetState
from workbench.features.generation.service.training_sheets import TrainingSheetChanged, TrainingSheetInUse
from workbench.features.generation.tables import PairRow
from workbench.features.governance import service as governance
from workbench.features.governance.schemas import SubjectKind
from workbench.features.governance.service.origin import AboveClearance
from workbench.features.labels import service as labels
from workbench.features.lineage import service as lineage
from workbench.features.lineage.schemas import Node, NodeKind
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Conflict, Invalid, NotFound
from workbench.kernel.ids import new_id
from workbench.kernel.paging import encode_cursor
from workbench.kernel.vocabulary import Classification, PairStatus, Use


def test_a_list_is_searched_filtered_sorted_and_paged(studio: Studio, actor: Callable[..., Actor]) -> None:
    studio.labelset()
    sheet, template = studio.sheet(), studio.template()
    made = [studio.start(sheet, template, name=name) for name in ("Spring", "summer", "Autumn 50%")]
    studio.run(made[0].job_id)

    def names(who: Actor | None = None, **which: Any) -> list[str]:
        with studio.backends.database.read() as session:
            return [each.name for each in service.list_training_sheets(session, who or studio.owner, **which).items]

    assert names() == ["Autumn 50%", "summer", "Spring"]
    assert names(sort="oldest") == ["Spring", "summer", "Autumn 50%"]
    assert names(search="SUMM") == ["summer"]
    assert names(search="%") == ["Autumn 50%"]
    assert names(state=TrainingSheetState.REVIEW) == ["Spring"]
    assert names(state=TrainingSheetState.GENERATING) == ["Autumn 50%", "summer"]
    assert names(sheet_id=sheet.sheet_id, template_id=template.template_id) == names()
    assert names(sheet_id=new_id()) == []
    assert names(actor("admin", slug="other")) == []
    with pytest.raises(Invalid):
        names(sort="mode")
    with pytest.raises(Invalid):
        names(cursor="nonsense")
    with studio.backends.database.read() as session:
        first = service.list_training_sheets(session, studio.owner, limit=2)
        rest = service.list_training_sheets(session, studio.owner, limit=2, cursor=first.next_cursor)
    assert [each.name for each in first.items + rest.items] == names()
    assert rest.next_cursor is None


def test_renaming_and_archiving(studio: Studio) -> None:
    studio.labelset()
    made = studio.generate(studio.sheet(), studio.template())
    with studio.backends.database.begin() as session:
        renamed = service.change_training_sheet(
            session, studio.owner, made.id, TrainingSheetChange(version=made.version, name="Better name")
        )
        assert renamed.name == "Better name"
        with pytest.raises(TrainingSheetChanged):
            service.archive_training_sheet(session, studio.owner, made.id, made.version)
        gone = service.archive_training_sheet(session, studio.owner, made.id, renamed.version)
        assert service.list_training_sheets(session, studio.owner).items == []
        assert not service.restore_training_sheet(session, studio.owner, made.id, gone.version).archived


def test_nothing_is_archived_or_deleted_under_a_working_job(studio: Studio) -> None:
    studio.labelset()
    made = studio.start(studio.sheet(), studio.template())
    with studio.backends.database.begin() as session:
        with pytest.raises(Conflict, match="still works"):
            service.archive_training_sheet(session, studio.owner, made.id, made.version)
        with pytest.raises(TrainingSheetInUse, match="still works"):
            service.delete_training_sheet(session, studio.owner, studio.backends, made.id, made.version)


def test_deleting_removes_pairs_and_keeps_labels(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.features.generation.tasks.REMOVED", 8)
    labelset, sheet = studio.labelset(), studio.sheet()
    kept = studio.generate(sheet, studio.template())
    made = studio.generate(sheet, studio.template(), mode="existing_column", column="intent", trusted=True)
    with studio.backends.database.begin() as session:
        job = service.delete_training_sheet(session, studio.owner, studio.backends, made.id, made.version)
        with pytest.raises(NotFound):
            service.get_training_sheet(session, studio.owner, made.id)
    assert studio.run(job.id).result == {"removed": 30}
    assert len(studio.pairs(kept.id)) == 30
    with studio.backends.database.read() as session:
        assert len(labels.heads(session, sheet.space_id, labelset.labelset_id, [f"i:{n}" for n in range(30)])) == 30


def test_what_something_was_made_from_stays(studio: Studio) -> None:
    studio.labelset()
    made = studio.generate(studio.sheet(), studio.template())
    with studio.backends.database.begin() as session:
        lineage.connect(
            session,
            studio.owner,
            Node(kind=NodeKind.TRAINING_SHEET, ref=str(made.id), name=made.name),
            Node(kind=NodeKind.EXPORT, ref=str(new_id()), name="Export"),
        )
        with pytest.raises(TrainingSheetInUse, match="made from"):
            service.delete_training_sheet(session, studio.owner, studio.backends, made.id, made.version)


def test_pairs_are_filtered_and_paged(studio: Studio) -> None:
    labelset, sheet = studio.labelset(), studio.sheet()
    studio.label(sheet, labelset, {f"i:{n}": "lost" for n in range(5)})
    rows = questions(0, 30)
    rows["text"][2] = "changed"
    rows["intent"][9] = "no such intent"
    studio.load(rows, "overwrite")
    made = studio.generate(sheet, studio.template(), mode="existing_column", column="intent")

    def refs(**which: Any) -> list[str]:
        return [pair.item_ref for pair in studio.pairs(made.id, **which)]

    assert refs(status=[PairStatus.LABELED]) == ["i:0", "i:1", "i:3", "i:4"]
    assert refs(origin=[Origin.CANONICAL]) == [f"i:{n}" for n in range(5)]
    assert refs(stale=True) == ["i:2"]
    assert refs(failed=True) == ["i:9"]
    assert refs(search="I:2") == ["i:2", *[f"i:{n}" for n in range(20, 30)]]
    assert refs(status=[PairStatus.LABELED, PairStatus.UNLABELED]) == [f"i:{n}" for n in range(30)]
    assert refs(outdated=True) == []
    studio.label(sheet, labelset, {"i:3": "move"})
    assert refs(outdated=True) == ["i:3"]
    assert "i:3" not in refs(outdated=False)
    with studio.backends.database.begin() as session:
        for ref, sure in (("i:5", 0.9), ("i:6", 0.5), ("i:7", 0.2)):
            session.execute(update(PairRow).where(PairRow.item_ref == ref).values(model_confidence=sure))
    assert refs(least_confidence=0.5) == ["i:5", "i:6"]
    assert refs(most_confidence=0.5) == ["i:6", "i:7"]
    assert refs(least_confidence=0.3, most_confidence=0.6) == ["i:6"]
    with studio.backends.database.read() as session:
        with pytest.raises(Invalid):
            service.list_pairs(session, studio.owner, made.id, PairPage(cursor="nonsense"))
        for forged in ([2**40], ["a"], [-1], [None], [1, 2]):
            with pytest.raises(Invalid):
                service.list_pairs(session, studio.owner, made.id, PairPage(cursor=encode_cursor(*forged)))
        with pytest.raises(NotFound):
            service.list_pairs(session, studio.owner, new_id(), PairPage())


def test_content_above_ones_clearance_is_withheld(studio: Studio, actor: Callable[..., Actor]) -> None:
    labelset, sheet = studio.labelset(), studio.sheet()
    studio.label(sheet, labelset, {"i:0": "lost"}, fields=("text", "customer"))
    studio.label(sheet, labelset, {"i:1": "move", "i:2": "lost"})
    made = studio.generate(sheet, studio.template())
    viewer = actor("viewer")
    pairs = studio.pairs(made.id)
    with studio.backends.database.begin() as session:
        governance.set_tags(session, studio.owner, f"{TABLE}#customer", {"PII": ""})
        governance.narrow(
            session, studio.owner, SubjectKind.PAIR, pairs[1].id, classification=Classification.CONFIDENTIAL, reason="x"
        )
    studio.owner, owner = viewer, studio.owner
    seen = studio.pairs(made.id)
    assert [pair.withheld for pair in seen[:4]] == [True, True, False, False]
    assert [pair.summary for pair in seen[:3]] == [None, None, "Card lost"]
    with studio.backends.database.read() as session:
        hidden = service.get_pair(session, viewer, pairs[0].id)
    assert (hidden.messages, hidden.value, hidden.rendered) == (None, None, None)
    studio.owner = owner
    with studio.backends.database.begin() as session:
        governance.set_tags(session, owner, f"{TABLE}#text", {"PHI": ""})
    studio.owner = viewer
    assert all(pair.withheld for pair in studio.pairs(made.id))


def test_what_a_model_said_is_withheld_with_the_rest(
    studio: Studio, chat: ChatEndpointServer, actor: Callable[..., Actor]
) -> None:
    chat.respond = lambda call: says(f"You asked: {call.prompt}")
    studio.labelset()
    endpoint = studio.endpoint(chat.base_url)
    made = studio.generate(studio.sheet(), studio.template(), mode="ai_generated", endpoint_id=endpoint.id)
    assert "You asked" in str(studio.pairs(made.id)[0].problem)
    with studio.backends.database.begin() as session:
        governance.set_tags(session, studio.owner, f"{TABLE}#text", {"PHI": ""})
    studio.owner = actor("viewer")
    assert studio.pairs(made.id)[0].problem == {"kind": "answer"}


def test_a_pair_of_another_workspace_is_not_there(studio: Studio, actor: Callable[..., Actor]) -> None:
    studio.labelset()
    made = studio.generate(studio.sheet(), studio.template())
    pair, foreign = studio.pairs(made.id)[0], actor("admin", slug="other")
    with studio.backends.database.read() as session:
        with pytest.raises(NotFound):
            service.get_pair(session, foreign, pair.id)
        with pytest.raises(NotFound):
            service.list_pairs(session, foreign, made.id, PairPage())
    with pytest.raises(NotFound):
        next(service.read_pairs(studio.backends, foreign, made.id, Use.TRAINING))


def test_reading_as_arrow_goes_through_the_gate(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.features.generation.service.pairs.BATCH", 4)
    labelset, sheet = studio.labelset(), studio.sheet()
    studio.label(sheet, labelset, {f"i:{n}": "lost" for n in range(10)})
    made = studio.generate(sheet, studio.template())
    with studio.backends.database.begin() as session:
        governance.narrow(
            session,
            studio.owner,
            SubjectKind.PAIR,
            studio.pairs(made.id)[3].id,
            prohibited=[Use.TRAINING],
            reason="held out",
        )
    stream = b"".join(service.as_stream(service.read_pairs(studio.backends, studio.owner, made.id, Use.TRAINING)))
    table = pa.ipc.open_stream(stream).read_all()
    assert table.column("item_ref").to_pylist() == [f"i:{n}" for n in range(10) if n != 3]
    assert set(table.column("response").to_pylist()) == {"Card lost"}
    assert set(table.column("value").to_pylist()) == {'"lost"'}
    with studio.backends.database.read() as session:
        left = governance.list_exits(session, studio.owner, kind="read").items[0]
    assert (left.considered, left.released) == (30, 9)
    assert left.excluded == {"status: unlabeled": 20, "pair: held out": 1}
    evaluation = list(service.read_pairs(studio.backends, studio.owner, made.id, Use.EVALUATION))
    assert sum(batch.num_rows for batch in evaluation) == 10
    with studio.backends.database.begin() as session:
        governance.set_tags(session, studio.owner, f"{TABLE}#id", {"PHI": ""})
    assert list(service.read_pairs(studio.backends, studio.owner, made.id, Use.TRAINING)) == [], "rows name their items"


def test_reading_is_within_ones_clearance(studio: Studio, actor: Callable[..., Actor]) -> None:
    labelset, sheet = studio.labelset(), studio.sheet()
    studio.label(sheet, labelset, {"i:0": "lost"})
    made = studio.generate(sheet, studio.template())
    with studio.backends.database.begin() as session:
        governance.set_tags(session, studio.owner, f"{TABLE}#text", {"CONFIDENTIAL": ""})
    with pytest.raises(AboveClearance):
        next(service.read_pairs(studio.backends, actor("viewer"), made.id, Use.TRAINING))


def test_an_empty_training_sheet_is_an_empty_stream(studio: Studio) -> None:
    studio.labelset()
    made = studio.generate(studio.sheet(), studio.template())
    stream = b"".join(service.as_stream(service.read_pairs(studio.backends, studio.owner, made.id, Use.TRAINING)))
    assert pa.ipc.open_stream(stream).read_all().num_rows == 0
