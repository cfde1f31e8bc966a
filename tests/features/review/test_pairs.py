"""The review page's pair: its content, form, badges, label and neighbours; what is withheld; drafts and history."""

from __future__ import annotations

from typing import Any

import deltalake
import pyarrow as pa
import pytest
from tests.features.review.conftest import TABLE, Bench
from tests.features.review.test_decisions import approve, label_directly, run

from workbench.backends.bundle import Backends
from workbench.features.governance import service as governance
from workbench.features.governance.rules import SubjectKind
from workbench.features.governance.service.origin import AboveClearance
from workbench.features.labels.schemas import DraftContent
from workbench.features.labels.service.drafts import DraftChanged
from workbench.features.review.schemas import (
    BulkAction,
    BulkDecision,
    ClaimPairs,
    PairDetail,
    PairDraft,
    PairFilter,
    PairNote,
    PairRejection,
)
from workbench.features.review.service import bulk, decisions, pairs, queue, undo
from workbench.kernel.actor import Actor
from workbench.kernel.errors import NotFound
from workbench.kernel.vocabulary import Classification, Use


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
