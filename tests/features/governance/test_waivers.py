"""A waiver opens one layer until it is revoked or runs out, and only a governor grants one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session
from tests.features.governance.conftest import SHEET, TABLE, People, judge, narrow

from workbench.features.governance import service as governance
from workbench.features.governance.schemas import SubjectKind
from workbench.features.governance.service.waivers import WaiverStands
from workbench.features.governance.tables import WaiverRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import Use


def grant(session: Session, actor: Actor, kind: SubjectKind, ref: str, **more: Any) -> UUID:
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
    narrow(session, engineer, subject, Use.TRAINING, Use.VALIDATION)
    governance.set_tags(session, engineer, TABLE, {"PII": ""})
    on_sheet = grant(session, governor, SHEET, str(subject))
    assert not judge(session, engineer, subject, exposure).allowed
    grant(session, governor, SubjectKind.SOURCE, TABLE.upper())
    assert judge(session, engineer, subject, exposure).allowed
    assert not judge(session, engineer, subject, exposure, Use.VALIDATION).allowed
    with pytest.raises(WaiverStands):
        grant(session, governor, SHEET, str(subject))
    ended = governance.revoke_waiver(session, governor, on_sheet)
    assert (ended.stands, ended.revoked_by_name) == (False, governor.name)
    assert not judge(session, engineer, subject, exposure).allowed
    with pytest.raises(Conflict):
        governance.revoke_waiver(session, governor, on_sheet)
    grant(session, governor, SHEET, str(subject))
    assert [each.stands for each in governance.list_waivers(session, engineer, subject_kind=SHEET).items] == [
        True,
        False,
    ]
    assert len(governance.list_waivers(session, engineer, standing=True).items) == 2


def test_a_waiver_that_runs_out_stops_to_count_and_gets_its_revision(
    session: Session, engineer: Actor, governor: Actor
) -> None:
    subject, exposure = new_id(), governance.expose(session, engineer, ["value"], [TABLE])
    narrow(session, engineer, subject, Use.TRAINING)
    waiver = grant(session, governor, SHEET, str(subject), expires_at=now() + timedelta(hours=1))
    assert judge(session, engineer, subject, exposure).allowed
    session.execute(update(WaiverRow).values(expires_at=now() - timedelta(seconds=1)))
    assert not judge(session, engineer, subject, exposure).allowed
    before = governance.gate_revision(session, engineer.workspace_id)
    assert governance.settle_gate(session, engineer.workspace_id) == before + 1
    assert governance.settle_gate(session, engineer.workspace_id) == before + 1
    assert not governance.list_waivers(session, engineer, standing=True).items
    assert grant(session, governor, SHEET, str(subject)) != waiver


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"uses": []}, "uses"),
        ({"expires_at": now() - timedelta(days=1)}, "expires_at"),
        ({"expires_at": now().replace(tzinfo=None) + timedelta(days=1)}, "expires_at"),
        ({"expires_at": datetime.fromisoformat("9999-12-31T23:59:59-14:00")}, "expires_at"),
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
    waiver = grant(session, governor, SHEET, str(new_id()))
    with pytest.raises(Forbidden):
        grant(session, engineer, SHEET, str(new_id()))
    with pytest.raises(Forbidden):
        governance.revoke_waiver(session, engineer, waiver)
    with pytest.raises(NotFound):
        governance.revoke_waiver(session, people.stranger, waiver)
