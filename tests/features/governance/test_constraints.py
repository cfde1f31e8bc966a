"""Constraints narrow, and only their owner or a governor takes them back; clearance is asked of what they say."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session
from tests.features.governance.conftest import SHEET, People, audited, narrow

from workbench.features.governance import service as governance
from workbench.features.governance.schemas import SubjectKind
from workbench.features.governance.service.constraints import ConstraintsChanged, MayOnlyNarrow
from workbench.features.governance.service.origin import AboveClearance
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Invalid, NotFound
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import Classification, Use


def test_a_new_workspace_allows_all_uses_of_internal_content(session: Session, engineer: Actor) -> None:
    found = governance.constraints_of(session, engineer, SubjectKind.ORGANISATION, engineer.workspace_id)
    assert (found.allowed_uses, found.classification, found.version) == (list(Use), Classification.INTERNAL, 1)
    governance.ensure_organisation(session, engineer.workspace_id)
    assert governance.constraints_of(session, engineer, SubjectKind.ORGANISATION, engineer.workspace_id).version == 1


def test_anyone_may_narrow_and_take_back_their_own_but_not_another_persons(
    session: Session, engineer: Actor, governor: Actor, people: People
) -> None:
    subject, expert = new_id(), people.expert
    first = narrow(session, expert, subject, Use.TRAINING)
    second = narrow(session, engineer, subject, Use.TRAINING, Use.FEW_SHOT, version=first.version)
    third = narrow(session, engineer, subject, Use.TRAINING, version=second.version)
    with pytest.raises(MayOnlyNarrow):
        narrow(session, engineer, subject, version=third.version)
    with pytest.raises(MayOnlyNarrow):
        narrow(session, expert, subject, version=third.version)
    widened = narrow(session, governor, subject, version=third.version)
    assert widened.prohibited_uses == []
    assert [event.action for event in audited(session)].count("constraints.set") == 4


def test_lowering_a_classification_widens_too(session: Session, engineer: Actor, people: People) -> None:
    subject = new_id()
    set_by_other = narrow(session, people.expert, subject, classification=Classification.CONFIDENTIAL)
    for lower in (Classification.INTERNAL, None):
        with pytest.raises(MayOnlyNarrow):
            narrow(session, engineer, subject, classification=lower, version=set_by_other.version)
    raised = narrow(session, engineer, subject, classification=Classification.RESTRICTED, version=set_by_other.version)
    assert raised.classification is Classification.RESTRICTED


def test_the_organisation_is_only_for_governors(session: Session, engineer: Actor, governor: Actor) -> None:
    change: dict[str, Any] = {"allowed": [Use.TESTING], "reason": "policy 3", "version": 1}
    with pytest.raises(MayOnlyNarrow):
        governance.narrow(session, engineer, SubjectKind.ORGANISATION, engineer.workspace_id, **change)
    changed = governance.narrow(session, governor, SubjectKind.ORGANISATION, governor.workspace_id, **change)
    assert changed.allowed_uses == [Use.TESTING]


def test_a_stale_change_is_refused_with_the_current_constraints(session: Session, engineer: Actor) -> None:
    subject = new_id()
    now_set = narrow(session, engineer, subject, Use.TRAINING)
    with pytest.raises(ConstraintsChanged) as refused:
        narrow(session, engineer, subject, Use.TESTING)
    assert refused.value.details["current"]["prohibited_uses"] == ["training"]
    assert narrow(session, engineer, subject, Use.TESTING, version=now_set.version).version == now_set.version + 1


def test_narrowing_needs_a_reason_and_a_subject_that_takes_constraints(session: Session, engineer: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        governance.narrow(session, engineer, SHEET, new_id(), prohibited=[Use.TRAINING], reason=" ")
    assert refused.value.field == "reason"
    with pytest.raises(NotFound):
        governance.narrow(session, engineer, SubjectKind.SOURCE, new_id(), reason="x")


def test_clearance(session: Session, engineer: Actor, people: People) -> None:
    governance.require_view(engineer, Classification.CONFIDENTIAL)
    with pytest.raises(AboveClearance):
        governance.require_view(engineer, Classification.RESTRICTED)
    subject = new_id()
    narrow(session, engineer, subject, classification=Classification.RESTRICTED)
    found = governance.classification_of(session, engineer.workspace_id, sheet_id=subject)
    assert found is Classification.RESTRICTED
    nothing_said = governance.classification_of(session, people.stranger.workspace_id)
    assert nothing_said is Classification.RESTRICTED
