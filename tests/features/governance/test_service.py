"""Tags, constraints, waivers and exits as people and other features use them, on both databases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from tests.conftest import MakeActor
from tests.features.governance.worlds import pair_row, training_sheet

from workbench.backends.database import Database
from workbench.features.audit.tables import AuditEventRow
from workbench.features.generation.queries.pairs import pairs_leaving
from workbench.features.generation.tables import TrainingSheetRow
from workbench.features.governance import service as governance
from workbench.features.governance.gate import Leaving
from workbench.features.governance.rules import GateVerdict, uses_in, verdict
from workbench.features.governance.schemas import Constraints, SubjectKind
from workbench.features.governance.service.constraints import ConstraintsChanged, MayOnlyNarrow
from workbench.features.governance.service.origin import AboveClearance
from workbench.features.governance.service.tags import TagProtected
from workbench.features.governance.service.waivers import WaiverStands
from workbench.features.governance.tables import ExitRow, WaiverRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import Classification, PairStatus, Role, Use

TABLE = "main.lab.readings"
SHEET = SubjectKind.SHEET
READ: dict[str, Any] = {"use": Use.TRAINING, "kind": "read", "subject_kind": "x", "subject_id": None}
PREVIEW: dict[str, Any] = READ | {"use": Use.TESTING, "kind": "preview"}


@dataclass(frozen=True)
class People:
    """Members, made before the test's own transaction begins."""

    engineer: Actor
    expert: Actor
    governor: Actor
    stranger: Actor


@pytest.fixture
def people(actor: MakeActor) -> People:
    """One of each, and an admin of another workspace."""
    return People(actor(Role.ENGINEER), actor(Role.EXPERT), actor(Role.GOVERNOR), actor(Role.ADMIN, slug="other"))


@pytest.fixture
def engineer(people: People, session: Session) -> Actor:
    """An engineer in a workspace with its default."""
    governance.ensure_organisation(session, people.engineer.workspace_id)
    return people.engineer


@pytest.fixture
def governor(people: People) -> Actor:
    """A governor of the same workspace."""
    return people.governor


def _judge(session: Session, actor: Actor, sheet_id: UUID, exposure_id: UUID, use: Use = Use.TRAINING) -> GateVerdict:
    layers = governance.layers_of(
        session, actor.workspace_id, exposures=[exposure_id], sheet_id=sheet_id, labelset_id=None
    )
    return verdict(PairStatus.LABELED, layers, use)


def _narrow(
    session: Session, actor: Actor, subject: UUID, *prohibited: Use, version: int = 0, **more: object
) -> Constraints:
    return governance.narrow(
        session,
        actor,
        SHEET,
        subject,
        prohibited=prohibited,
        reason="contract 12",
        version=version,
        **more,
    )


# --- tags ---------------------------------------------------------------------------------------------------------


def test_tags_are_inherited_and_judged_live(session: Session, engineer: Actor, governor: Actor) -> None:
    exposure = governance.expose(session, engineer, ["value"], [TABLE, f"{TABLE}#value"])
    assert _judge(session, engineer, new_id(), exposure).allowed
    before = governance.gate_revision(session, engineer.workspace_id)
    set_now = governance.set_tags(session, engineer, "Main.Lab", {"PHI": "", "owner": "lab"})
    assert set_now.own == {"PHI": "", "owner": "lab"}
    assert governance.gate_revision(session, engineer.workspace_id) > before
    assert not _judge(session, engineer, new_id(), exposure).allowed
    assert governance.tags_of(session, engineer.workspace_id, [f"{TABLE}#value"]) == {f"{TABLE}#value": set_now.own}
    assert governance.get_tags(session, engineer, TABLE).classification is Classification.RESTRICTED
    with pytest.raises(TagProtected):
        governance.set_tags(session, engineer, "main.lab", {"owner": "lab"})
    governance.set_tags(session, governor, "main.lab", {"owner": "lab"})
    assert _judge(session, engineer, new_id(), exposure).allowed


def test_a_tag_that_the_gate_does_not_hear_changes_no_revision(session: Session, engineer: Actor) -> None:
    before = governance.gate_revision(session, engineer.workspace_id)
    governance.set_tags(session, engineer, TABLE, {"owner": "lab"})
    governance.set_tags(session, engineer, TABLE, {})
    assert governance.gate_revision(session, engineer.workspace_id) == before


@pytest.mark.parametrize(
    ("source", "tags", "field"),
    [
        ("", {}, "source"),
        ("a..b", {}, "source"),
        ("a.b.c.d", {}, "source"),
        ("a.b#c", {}, "source"),
        ("a" * 401, {}, "source"),
        (TABLE, {"": "x"}, "tags"),
        (TABLE, {"x": "y" * 201}, "tags"),
        (TABLE, {"PHI": "", "phi ": ""}, "tags"),
        (TABLE, {"classification": "secret-ish"}, "tags"),
    ],
)
def test_bad_tags_are_refused_naming_the_place(
    session: Session, engineer: Actor, source: str, tags: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        governance.set_tags(session, engineer, source, tags)
    assert refused.value.field == field
    assert refused.value.fix


def test_tags_are_listed_by_source_in_pages(session: Session, engineer: Actor) -> None:
    for source in ("main.b.x", "main.a.x", "main.a.x#y"):
        governance.set_tags(session, engineer, source, {"PII": "", "Owner": "lab"})
    first = governance.list_tags(session, engineer, limit=4)
    rest = governance.list_tags(session, engineer, cursor=first.next_cursor)
    assert [tag.source for tag in first.items + rest.items] == sorted(["main.a.x", "main.a.x#y", "main.b.x"] * 2)
    assert len({(tag.source, tag.key) for tag in first.items + rest.items}) == 6
    assert rest.next_cursor is None
    assert {tag.key for tag in governance.list_tags(session, engineer, key="owner").items} == {"Owner"}
    assert [tag.source for tag in governance.list_tags(session, engineer, search="#Y", key="pii").items] == [
        "main.a.x#y"
    ]
    assert governance.list_tags(session, engineer, search="%").items == []


# --- exposures ------------------------------------------------------------------------------------------------------


def test_equal_exposures_are_one(session: Session, engineer: Actor) -> None:
    one = governance.expose(session, engineer, ["b", "a"], [f"{TABLE}#a", TABLE])
    two = governance.expose(session, engineer, ["a", "b", "a"], [TABLE, "Main.lab.readings#a"])
    assert one == two
    assert governance.exposure(session, one).fields == ["a", "b"]
    assert governance.expose(session, engineer, ["a"], [TABLE]) != one
    with pytest.raises(Invalid):
        governance.expose(session, engineer, ["a"], ["a.b#c"])


def test_an_exposure_that_read_nothing_known_prohibits_all(session: Session, engineer: Actor) -> None:
    assert not _judge(session, engineer, new_id(), governance.expose(session, engineer, [], [])).allowed
    assert not _judge(session, engineer, new_id(), new_id()).allowed


def test_another_workspace_has_exposures_and_tags_of_its_own(session: Session, engineer: Actor, people: People) -> None:
    stranger = people.stranger
    governance.set_tags(session, stranger, "main", {"PHI": ""})
    exposure = governance.expose(session, engineer, ["value"], [TABLE])
    assert _judge(session, engineer, new_id(), exposure).allowed
    assert not _judge(session, stranger, new_id(), exposure).allowed


# --- constraints ----------------------------------------------------------------------------------------------------


def test_a_new_workspace_allows_all_uses_of_internal_content(session: Session, engineer: Actor) -> None:
    found = governance.constraints_of(session, engineer, SubjectKind.ORGANISATION, engineer.workspace_id)
    assert (found.allowed_uses, found.classification, found.version) == (list(Use), Classification.INTERNAL, 1)
    governance.ensure_organisation(session, engineer.workspace_id)
    assert governance.constraints_of(session, engineer, SubjectKind.ORGANISATION, engineer.workspace_id).version == 1


def test_anyone_may_narrow_and_take_back_their_own_but_not_another_persons(
    session: Session, engineer: Actor, governor: Actor, people: People
) -> None:
    subject, expert = new_id(), people.expert
    first = _narrow(session, expert, subject, Use.TRAINING)
    second = _narrow(session, engineer, subject, Use.TRAINING, Use.FEW_SHOT, version=first.version)
    third = _narrow(session, engineer, subject, Use.TRAINING, version=second.version)
    with pytest.raises(MayOnlyNarrow):
        _narrow(session, engineer, subject, version=third.version)
    with pytest.raises(MayOnlyNarrow):
        _narrow(session, expert, subject, version=third.version)
    widened = _narrow(session, governor, subject, version=third.version)
    assert widened.prohibited_uses == []
    assert [event.action for event in _audited(session)].count("constraints.set") == 4


def test_lowering_a_classification_widens_too(session: Session, engineer: Actor, people: People) -> None:
    subject = new_id()
    set_by_other = _narrow(session, people.expert, subject, classification=Classification.CONFIDENTIAL)
    for lower in (Classification.INTERNAL, None):
        with pytest.raises(MayOnlyNarrow):
            _narrow(session, engineer, subject, classification=lower, version=set_by_other.version)
    raised = _narrow(session, engineer, subject, classification=Classification.RESTRICTED, version=set_by_other.version)
    assert raised.classification is Classification.RESTRICTED


def test_the_organisation_is_only_for_governors(session: Session, engineer: Actor, governor: Actor) -> None:
    change: dict[str, Any] = {"allowed": [Use.TESTING], "reason": "policy 3", "version": 1}
    with pytest.raises(MayOnlyNarrow):
        governance.narrow(session, engineer, SubjectKind.ORGANISATION, engineer.workspace_id, **change)
    changed = governance.narrow(session, governor, SubjectKind.ORGANISATION, governor.workspace_id, **change)
    assert changed.allowed_uses == [Use.TESTING]


def test_a_stale_change_is_refused_with_the_current_constraints(session: Session, engineer: Actor) -> None:
    subject = new_id()
    now_set = _narrow(session, engineer, subject, Use.TRAINING)
    with pytest.raises(ConstraintsChanged) as refused:
        _narrow(session, engineer, subject, Use.TESTING)
    assert refused.value.details["current"]["prohibited_uses"] == ["training"]
    assert _narrow(session, engineer, subject, Use.TESTING, version=now_set.version).version == now_set.version + 1


def test_narrowing_needs_a_reason_and_a_subject_that_takes_constraints(session: Session, engineer: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        governance.narrow(session, engineer, SHEET, new_id(), prohibited=[Use.TRAINING], reason=" ")
    assert refused.value.field == "reason"
    with pytest.raises(NotFound):
        governance.narrow(session, engineer, SubjectKind.SOURCE, new_id(), reason="x")


# --- waivers --------------------------------------------------------------------------------------------------------


def _grant(session: Session, actor: Actor, kind: SubjectKind, ref: str, **more: Any) -> UUID:
    return governance.grant_waiver(
        session,
        actor,
        subject_kind=kind,
        subject_ref=ref,
        uses=[Use.TRAINING],
        reason="board decision 7",
        **more,
    ).id


def test_a_waiver_opens_one_layer_until_it_is_revoked(session: Session, engineer: Actor, governor: Actor) -> None:
    subject, exposure = new_id(), governance.expose(session, engineer, ["value"], [TABLE])
    _narrow(session, engineer, subject, Use.TRAINING, Use.VALIDATION)
    governance.set_tags(session, engineer, TABLE, {"PII": ""})
    on_sheet = _grant(session, governor, SHEET, str(subject))
    assert not _judge(session, engineer, subject, exposure).allowed
    _grant(session, governor, SubjectKind.SOURCE, TABLE.upper())
    assert _judge(session, engineer, subject, exposure).allowed
    assert not _judge(session, engineer, subject, exposure, Use.VALIDATION).allowed
    with pytest.raises(WaiverStands):
        _grant(session, governor, SHEET, str(subject))
    ended = governance.revoke_waiver(session, governor, on_sheet)
    assert (ended.stands, ended.revoked_by_name) == (False, governor.name)
    assert not _judge(session, engineer, subject, exposure).allowed
    with pytest.raises(Conflict):
        governance.revoke_waiver(session, governor, on_sheet)
    _grant(session, governor, SHEET, str(subject))
    assert [each.stands for each in governance.list_waivers(session, engineer, subject_kind=SHEET).items] == [
        True,
        False,
    ]
    assert len(governance.list_waivers(session, engineer, standing=True).items) == 2


def test_a_waiver_that_runs_out_stops_to_count_and_gets_its_revision(
    session: Session, engineer: Actor, governor: Actor
) -> None:
    subject, exposure = new_id(), governance.expose(session, engineer, ["value"], [TABLE])
    _narrow(session, engineer, subject, Use.TRAINING)
    waiver = _grant(session, governor, SHEET, str(subject), expires_at=now() + timedelta(hours=1))
    assert _judge(session, engineer, subject, exposure).allowed
    session.execute(update(WaiverRow).values(expires_at=now() - timedelta(seconds=1)))
    assert not _judge(session, engineer, subject, exposure).allowed
    before = governance.gate_revision(session, engineer.workspace_id)
    assert governance.settle_gate(session, engineer.workspace_id) == before + 1
    assert governance.settle_gate(session, engineer.workspace_id) == before + 1
    assert not governance.list_waivers(session, engineer, standing=True).items
    assert _grant(session, governor, SHEET, str(subject)) != waiver


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"uses": []}, "uses"),
        ({"expires_at": now() - timedelta(days=1)}, "expires_at"),
        ({"expires_at": now().replace(tzinfo=None) + timedelta(days=1)}, "expires_at"),
        ({"subject_kind": SubjectKind.SOURCE, "subject_ref": "a..b"}, "subject_ref"),
        ({"subject_ref": "7"}, "subject_ref"),
        ({"subject_kind": SubjectKind.ORGANISATION}, "subject_kind"),
    ],
)
def test_bad_waivers_are_refused(session: Session, governor: Actor, change: dict[str, Any], field: str) -> None:
    good: dict[str, Any] = {
        "subject_kind": SHEET,
        "subject_ref": str(new_id()),
        "uses": [Use.TRAINING],
        "reason": "board decision 7",
    }
    with pytest.raises(Invalid) as refused:
        governance.grant_waiver(session, governor, **(good | change))
    assert refused.value.field == field


def test_only_a_governor_waives(session: Session, engineer: Actor, governor: Actor, people: People) -> None:
    waiver = _grant(session, governor, SHEET, str(new_id()))
    with pytest.raises(Forbidden):
        _grant(session, engineer, SHEET, str(new_id()))
    with pytest.raises(Forbidden):
        governance.revoke_waiver(session, engineer, waiver)
    with pytest.raises(NotFound):
        governance.revoke_waiver(session, people.stranger, waiver)


# --- exits ----------------------------------------------------------------------------------------------------------


def _prepare(db: Database, actor: Actor, pairs: int) -> UUID:
    with db.begin() as session:
        governance.ensure_organisation(session, actor.workspace_id)
        sheet = training_sheet(actor, exposure_id=governance.expose(session, actor, ["value"], [TABLE]))
        session.add(sheet)
        session.add_all(pair_row(sheet, number, PairStatus.LABELED) for number in range(pairs))
        return sheet.id


def _open(session: Session, sheet_id: UUID) -> Leaving:
    row = session.get(TrainingSheetRow, sheet_id)
    assert row is not None
    return pairs_leaving(row)


@pytest.mark.parametrize("reads_only", [True, False])
def test_the_exit_is_there_before_the_first_row(db: Database, actor: MakeActor, reads_only: bool) -> None:
    engineer = actor(Role.ENGINEER)
    sheet_id = _prepare(db, engineer, 5)
    with db.session(reads_only=reads_only) as session:
        with governance.release(
            session,
            engineer,
            _open(session, sheet_id),
            use=Use.TRAINING,
            kind="read",
            subject_kind="x",
            subject_id=None,
        ) as out:
            rows = iter(out)
            next(rows)
            if reads_only:
                with db.read() as elsewhere:
                    assert elsewhere.scalars(select(ExitRow.released)).all() == [5]
            next(rows)
        session.commit()
    with db.read() as session:
        assert session.scalars(select(ExitRow.released)).all() == [2]
        assert [event.action for event in _audited(session)] == ["exit.release"]


def test_a_limited_release_counts_what_it_gave(db: Database, actor: MakeActor) -> None:
    engineer = actor(Role.ENGINEER)
    sheet_id = _prepare(db, engineer, 5)
    with db.read() as session:
        with governance.release(
            session,
            engineer,
            _open(session, sheet_id),
            use=Use.TESTING,
            kind="preview",
            subject_kind="x",
            subject_id=None,
            limit=3,
        ) as out:
            assert len(list(out)) == 3
        assert out.summary.allowed == 5
    with db.read() as session:
        found = governance.list_exits(session, engineer, use=Use.TESTING, kind="preview", search=engineer.name).items
    assert [(each.considered, each.released, each.id) for each in found] == [(5, 3, out.exit_id)]


def test_exits_are_of_their_workspace(session: Session, engineer: Actor, people: People) -> None:
    governance.record_exit(
        session,
        engineer,
        use=Use.TESTING,
        kind="trial",
        subject_kind="template",
        subject_id=None,
        considered=3,
        released=3,
    )
    assert len(governance.list_exits(session, engineer).items) == 1
    assert governance.list_exits(session, people.stranger).items == []


def test_clearance(session: Session, engineer: Actor, people: People) -> None:
    governance.require_view(engineer, Classification.CONFIDENTIAL)
    with pytest.raises(AboveClearance):
        governance.require_view(engineer, Classification.RESTRICTED)
    subject = new_id()
    _narrow(session, engineer, subject, classification=Classification.RESTRICTED)
    found = governance.classification_of(session, engineer.workspace_id, sheet_id=subject)
    assert found is Classification.RESTRICTED
    nothing_said = governance.classification_of(session, people.stranger.workspace_id)
    assert nothing_said is Classification.RESTRICTED


def _audited(session: Session) -> list[AuditEventRow]:
    wanted = ("constraints.set", "exit.release", "waiver.grant", "waiver.revoke", "tags.set")
    return list(
        session.scalars(select(AuditEventRow).where(AuditEventRow.action.in_(wanted)).order_by(AuditEventRow.id))
    )


def test_masks_are_read_in_the_order_of_the_word_list() -> None:
    assert uses_in(0b10101) == [Use.TRAINING, Use.EVALUATION, Use.TESTING]
