"""The review page's pair: its content, form, badges, label and neighbours; what is withheld; drafts and history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import deltalake
import pyarrow as pa
import pytest
from sqlalchemy import update
from tests.features.review.conftest import TABLE, Bench
from tests.features.review.test_decisions import approve, label_directly, run

from workbench.backends.bundle import Backends
from workbench.features.exports import service as exports
from workbench.features.generation import service as generation
from workbench.features.generation.schemas import PairFilter, PairPage
from workbench.features.generation.tables import TrainingSheetRow
from workbench.features.governance import service as governance
from workbench.features.governance.rules import SubjectKind
from workbench.features.governance.service.origin import AboveClearance
from workbench.features.labels.schemas import DraftContent
from workbench.features.labels.service.drafts import DraftChanged
from workbench.features.review.schemas import (
    BulkAction,
    BulkDecision,
    ClaimPairs,
    PairApproval,
    PairDetail,
    PairDraft,
    PairEdit,
    PairNote,
    PairRejection,
)
from workbench.features.review.service import bulk, decisions, pairs, queue, undo
from workbench.kernel.actor import Actor
from workbench.kernel.errors import NotFound
from workbench.kernel.vocabulary import Classification, PairStatus, Use


def show(bench: Bench, backends: Backends, actor: Actor, pair: Any) -> PairDetail:
    with bench.db.read() as session:
        return pairs.show_pair(session, actor, backends, pair.id)


def test_everything_the_page_shows_comes_in_one_answer(
    bench: Bench, backends: Backends, ada: Actor, ben: Actor
) -> None:
    sheet = bench.sheet()
    bench.sheet(["scratch"] * 3, name="Boards, summer")
    with bench.db.begin() as session:
        queue.claim_pairs(session, ben, backends, sheet, ClaimPairs(n=2))
    first, second, third = bench.pairs(sheet)
    shown = show(bench, backends, ada, second)
    assert shown.item == {"number": 1, "line": "line 1"}
    assert [field.name for field in shown.fields] == ["number", "line"]
    assert shown.rendered == "Scratch"
    assert [each.id for each in shown.form.classes] == ["bridge", "scratch"]
    assert (shown.previous_id, shown.next_id) == (first.id, third.id)
    assert shown.claim is not None
    assert shown.claim.actor_name == "Ben Sample"
    assert [(each.name, each.status, each.summary) for each in shown.elsewhere] == [
        ("Boards, summer", "unlabeled", "Scratch")
    ]
    assert shown.training_sheet.counts.unlabeled == 3
    assert shown.training_sheet.sheet_version == 1
    assert [badge.text for badge in shown.badges] == ["All uses allowed", "Internal"]
    assert shown.label is None


def test_the_label_is_shown_with_whether_it_is_fresh(bench: Bench, backends: Backends, ada: Actor, ben: Actor) -> None:
    sheet = bench.sheet()
    label_directly(bench, ben, 0, "scratch", fields="other")
    approve(bench, ada, bench.pairs(sheet)[1])
    stale, fresh = (show(bench, backends, ada, bench.pairs(sheet)[i]).label for i in (0, 1))
    assert stale is not None
    assert (stale.fresh, stale.summary, stale.labeled_by_name) == (False, "Scratch", "Ben Sample")
    assert fresh is not None
    assert fresh.fresh


def test_a_badge_says_what_is_allowed_by_a_waiver_only(bench: Bench, backends: Backends, ada: Actor) -> None:
    sheet = bench.sheet()
    approve(bench, ada, bench.pairs(sheet)[0])
    pair = bench.pairs(sheet)[0]
    with bench.db.begin() as session:
        governance.narrow(
            session, ada, SubjectKind.PAIR, pair.id, prohibited=[Use.FEW_SHOT], reason="shows a face", version=0
        )
        governance.grant_waiver(
            session,
            bench.owner,
            subject_kind=SubjectKind.PAIR,
            subject_ref=str(pair.id),
            uses=[Use.FEW_SHOT, Use.TRAINING],
            reason="the face is drawn",
        )
    assert show(bench, backends, ada, pair).badges[0].text == "All uses allowed, few-shot by a waiver"


def test_badges_say_what_is_prohibited_and_why(bench: Bench, backends: Backends, ada: Actor) -> None:
    sheet = bench.sheet(stale="item", problem={"kind": "empty", "detail": "The model answered nothing."})
    pair = bench.pairs(sheet)[0]
    with bench.db.begin() as session:
        governance.set_tags(session, bench.owner, TABLE, {"PHI": ""})
        governance.narrow(
            session, ada, SubjectKind.PAIR, pair.id, prohibited=[Use.FEW_SHOT], reason="shows a face", version=0
        )
    shown = show(bench, backends, ada, pair)
    texts = [badge.text for badge in shown.badges]
    assert texts[0].startswith("Training, validation, few-shot prohibited: ")
    assert "PHI" in texts[0]
    assert texts[1:] == [
        "Restricted",
        "Stale: the item changed since it was labeled",
        "The model gave no usable answer",
    ]
    assert shown.explanation.allowed_uses == [Use.EVALUATION, Use.TESTING]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("column", "The column holds no usable answer"),
        ("prompt", "The prompt cannot be made"),
        ("answer", "The model gave no usable answer"),
    ],
)
def test_the_badge_of_a_failure_names_what_failed(
    bench: Bench, backends: Backends, ada: Actor, kind: str, said: str
) -> None:
    sheet = bench.sheet(problem={"kind": kind, "detail": "It does not fit."})
    assert said in [badge.text for badge in show(bench, backends, ada, bench.pairs(sheet)[0]).badges]


def test_content_above_the_clearance_is_not_shown(bench: Bench, backends: Backends, actor: Any) -> None:
    sheet = bench.sheet()
    pair = bench.pairs(sheet)[0]
    low = actor("expert", clearance=Classification.INTERNAL)
    with bench.db.begin() as session:
        governance.set_tags(session, bench.owner, f"{TABLE}#line", {"PII": ""})
    shown = show(bench, backends, low, pair)
    assert shown.item == {"number": 0}
    assert [each.field for each in shown.withheld] == ["line"]
    with bench.db.begin() as session:
        governance.set_tags(session, bench.owner, TABLE, {"PHI": ""})
    for look in (
        lambda: show(bench, backends, low, pair),
        lambda: history(bench, low, pair),
        lambda: approve(bench, low, pair),
        lambda: run(bench, decisions.note_pair, low, pair, PairNote(version=1, notes="x")),
        lambda: run(bench, pairs.save_pair_draft, low, pair, PairDraft(content=DraftContent(notes="x"))),
        lambda: claim(bench, backends, low, sheet),
        lambda: in_bulk(bench, backends, low, sheet),
    ):
        with pytest.raises(AboveClearance):
            look()
    assert bench.pairs(sheet)[0].version == 1


def test_what_others_decided_above_the_clearance_is_not_told(
    bench: Bench, backends: Backends, actor: Any, ada: Actor
) -> None:
    sheet = bench.sheet()
    low = actor("expert", clearance=Classification.INTERNAL)
    approve(bench, low, bench.pairs(sheet)[0])
    approve(bench, ada, bench.pairs(sheet)[0], notes="a name is legible")
    with bench.db.begin() as session:
        governance.set_tags(session, bench.owner, TABLE, {"PHI": ""})
    with bench.db.begin() as session, pytest.raises(AboveClearance):
        undo.undo_review(session, low, sheet)
    told = actions(bench, low, sheet).items
    assert "notes" not in told[0].after
    assert told[1].after["status"] == "labeled"


def restrict(bench: Bench, kind: SubjectKind, subject_id: Any) -> None:
    with bench.db.begin() as session:
        governance.narrow(
            session,
            bench.owner,
            kind,
            subject_id,
            classification=Classification.RESTRICTED,
            reason="names a patient",
            version=0,
        )


def test_one_pair_above_the_clearance_is_told_by_no_neighbour(
    bench: Bench, backends: Backends, actor: Any, ada: Actor
) -> None:
    """Its training sheet may be seen, so neither undo nor the same item elsewhere may give it away."""
    here, there = bench.sheet(), bench.sheet(name="Boards, autumn")
    low = actor("expert", clearance=Classification.INTERNAL)
    approve(bench, low, bench.pairs(here)[0])
    run(bench, decisions.edit_pair, ada, bench.pairs(here)[0], PairEdit(version=2, value="scratch"))
    beside = show(bench, backends, low, bench.pairs(there)[0])
    assert beside.elsewhere[0].summary == "Scratch"
    restrict(bench, SubjectKind.PAIR, bench.pairs(here)[0].id)
    beside = show(bench, backends, low, bench.pairs(there)[0])
    assert (beside.elsewhere[0].status, beside.elsewhere[0].summary) == (PairStatus.LABELED, None)
    assert show(bench, backends, ada, bench.pairs(there)[0]).elsewhere[0].summary == "Scratch"
    with bench.db.begin() as session, pytest.raises(AboveClearance):
        undo.undo_review(session, low, here)


def test_a_label_above_the_clearance_is_neither_guessed_nor_replaced(bench: Bench, actor: Any, ben: Actor) -> None:
    sheet = bench.sheet(["bridge"])
    low = actor("expert", clearance=Classification.INTERNAL)
    label_directly(bench, ben, 0, "scratch", fields="other")
    restrict(bench, SubjectKind.LABEL, bench.head("i:0").id)
    for number in (None, 1, 9):
        for act, body in (
            (decisions.approve_pair, PairApproval(version=1, label_number=number)),
            (decisions.edit_pair, PairEdit(version=1, value="scratch", label_number=number)),
            (decisions.reject_pair, PairRejection(version=1, unlabelable=True, label_number=number)),
        ):
            with pytest.raises(AboveClearance):
                run(bench, act, low, bench.pairs(sheet)[0], body)
    assert (bench.head("i:0").number, bench.pairs(sheet)[0].version) == (1, 1)


def test_what_a_label_said_before_is_not_told_by_the_history_of_its_pair(
    bench: Bench, actor: Any, ada: Actor, ben: Actor
) -> None:
    sheet = bench.sheet(["bridge"])
    low = actor("expert", clearance=Classification.INTERNAL)
    with bench.db.begin() as session:
        seen_more = governance.expose(session, ben, ["number", "line"], [TABLE, f"{TABLE}#number", f"{TABLE}#line"])
        governance.set_tags(session, bench.owner, f"{TABLE}#line", {"PHI": ""})
    label_directly(bench, ben, 0, "scratch", fields="other", exposure_id=seen_more)
    approve(bench, ada, bench.pairs(sheet)[0], label_number=1)
    assert [each.before.get("value") for each in history(bench, ada, bench.pairs(sheet)[0])] != []
    for each in history(bench, low, bench.pairs(sheet)[0]):
        assert not {"value", "notes", "messages", "problem"} & (set(each.before) | set(each.after))


def test_whoever_may_not_see_the_key_sees_no_pair(bench: Bench, backends: Backends, actor: Any) -> None:
    """An item_ref spells the key, which may be a name."""
    sheet = bench.sheet()
    pair = bench.pairs(sheet)[0]
    low = actor("expert", clearance=Classification.INTERNAL)
    with bench.db.begin() as session:
        session.execute(update(TrainingSheetRow).values(exposure_id=governance.expose(session, low, ["x"], [TABLE])))
        governance.set_tags(session, bench.owner, f"{TABLE}#number", {"PII": ""})

    def read(look: Callable[..., Any], *arguments: Any) -> None:
        with bench.db.begin() as session:
            look(session, low, *arguments)

    for door in (
        lambda: show(bench, backends, low, pair),
        lambda: claim(bench, backends, low, sheet),
        lambda: history(bench, low, pair),
        lambda: approve(bench, low, pair),
        lambda: read(queue.list_claims, sheet),
        lambda: read(generation.list_pairs, sheet, PairPage()),
        lambda: read(bulk.estimate_bulk, sheet, PairFilter(search="0")),
        lambda: read(generation.get_pair, pair.id),
        lambda: list(generation.read_pairs(backends, low, sheet, Use.EVALUATION)),
        lambda: read(exports.trace_row, backends, TABLE, ["0"]),
    ):
        with pytest.raises(AboveClearance):
            door()


def claim(bench: Bench, backends: Backends, actor: Actor, sheet: Any) -> None:
    with bench.db.begin() as session:
        queue.claim_pairs(session, actor, backends, sheet, ClaimPairs())


def in_bulk(bench: Bench, backends: Backends, actor: Actor, sheet: Any) -> None:
    with bench.db.begin() as session:
        bulk.decide_in_bulk(
            session, actor, backends, sheet, BulkDecision(action=BulkAction.APPROVE, filter=PairFilter())
        )


def history(bench: Bench, actor: Actor, pair: Any) -> list[Any]:
    with bench.db.read() as session:
        return pairs.list_pair_history(session, actor, pair.id).items


def actions(bench: Bench, actor: Actor, sheet: Any, **more: Any) -> Any:
    with bench.db.read() as session:
        return pairs.list_review_actions(session, actor, sheet, **more)


def test_a_source_that_is_gone_is_said_and_the_rest_is_shown(bench: Bench, backends: Backends, ada: Actor) -> None:
    sheet = bench.sheet()
    root = backends.lakehouse(ada.workspace).root / "main" / "lab" / "boards"
    pair = bench.pairs(sheet)[0]
    deltalake.write_deltalake(root, pa.table({"number": [7], "line": ["x"]}), mode="overwrite")
    assert show(bench, backends, ada, pair).item == {"number": 0, "line": "line 0"}, "the pinned state is read"
    backends.lakehouse(ada.workspace).drop_table(TABLE)
    shown = show(bench, backends, ada, pair)
    assert shown.item is None
    assert shown.item_problem
    assert shown.messages


def test_history_tells_who_did_what(bench: Bench, backends: Backends, ada: Actor, ben: Actor) -> None:
    sheet = bench.sheet()
    approve(bench, ada, bench.pairs(sheet)[0])
    with bench.db.begin() as session:
        undo.undo_review(session, ada, sheet)
    run(bench, decisions.reject_pair, ben, bench.pairs(sheet)[0], PairRejection(version=3, notes="torn"))
    told = history(bench, ada, bench.pairs(sheet)[0])
    assert [(each.kind, each.actor_name, each.undone) for each in told] == [
        ("reject", "Ben Sample", False),
        ("undo", "Ada Sample", False),
        ("approve", "Ada Sample", True),
    ]
    assert "notes" not in actions(bench, ada, sheet).items[0].after
    assert (told[0].before["notes"], told[0].after["notes"]) == (None, "torn")
    first = actions(bench, ada, sheet, limit=2)
    assert len(first.items) == 2
    rest = actions(bench, ada, sheet, cursor=first.next_cursor)
    assert [each.kind for each in rest.items] == ["approve"]
    assert [each.kind for each in actions(bench, ada, sheet, actor_id=ben.id).items] == ["reject"]
    assert len(actions(bench, ada, sheet, kind="undo").items) == 1


def test_decisions_name_the_item_to_whoever_may_see_its_key(bench: Bench, actor: Any, ada: Actor) -> None:
    sheet = bench.sheet()
    for pair in bench.pairs(sheet)[:2]:
        approve(bench, ada, pair)
    low = actor("expert", clearance=Classification.INTERNAL)
    assert [each.item_ref for each in actions(bench, low, sheet).items] == ["i:1", "i:0"]
    assert [each.item_ref for each in history(bench, ada, bench.pairs(sheet)[0])] == ["i:0"]
    with bench.db.begin() as session:
        governance.set_tags(session, bench.owner, f"{TABLE}#number", {"PII": ""})
    hidden = actions(bench, low, sheet).items
    assert [(each.kind, each.item_ref) for each in hidden] == [("approve", None)] * 2
    assert [each.item_ref for each in actions(bench, ada, sheet).items] == ["i:1", "i:0"]


def test_drafts_are_ones_own_and_version_checked(bench: Bench, backends: Backends, ada: Actor, ben: Actor) -> None:
    sheet = bench.sheet()
    pair = bench.pairs(sheet)[0]
    messages = [{"role": "user", "content": "half a thou"}]
    with bench.db.begin() as session:
        content = DraftContent(value="scratch", messages=messages)
        kept = pairs.save_pair_draft(session, ada, pair.id, PairDraft(content=content))
    with bench.db.begin() as session, pytest.raises(DraftChanged):
        pairs.save_pair_draft(session, ada, pair.id, PairDraft(content=DraftContent(value="bridge")))
    mine, bens = (show(bench, backends, who, pair) for who in (ada, ben))
    assert mine.draft is not None
    assert (mine.draft.content.messages, mine.draft.version) == (messages, kept.version)
    assert bens.draft is None
    assert bens.at_work == ["Ada Sample"]
    with bench.db.begin() as session:
        pairs.discard_pair_draft(session, ada, pair.id)
    assert show(bench, backends, ada, pair).draft is None


def test_a_pair_of_another_workspace_does_not_exist(bench: Bench, backends: Backends, actor: Any) -> None:
    pair = bench.pairs(bench.sheet())[0]
    with pytest.raises(NotFound):
        show(bench, backends, actor("admin", slug="elsewhere"), pair)
