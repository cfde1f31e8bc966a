"""People of one workspace and a stranger, and what these tests ask of the gate."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.conftest import MakeActor

from workbench.features.audit.tables import AuditEventRow
from workbench.features.governance import service as governance
from workbench.features.governance.rules import GateVerdict, verdict
from workbench.features.governance.schemas import Constraints, SubjectKind
from workbench.kernel.actor import Actor
from workbench.kernel.vocabulary import PairStatus, Role, Use

TABLE = "main.lab.readings"
SHEET = SubjectKind.SHEET


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


def judge(session: Session, actor: Actor, sheet_id: UUID, exposure_id: UUID, use: Use = Use.TRAINING) -> GateVerdict:
    """What the gate says of a label from this sheet that read this."""
    layers = governance.layers_of(
        session, actor.workspace_id, exposures=[exposure_id], sheet_id=sheet_id, labelset_id=None
    )
    return verdict(PairStatus.LABELED, layers, use)


def narrow(
    session: Session, actor: Actor, subject: UUID, *prohibited: Use, version: int = 0, **more: object
) -> Constraints:
    """Prohibits uses of a sheet."""
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


def audited(session: Session) -> list[AuditEventRow]:
    """What the trail holds of governance, oldest first."""
    wanted = ("constraints.set", "exit.release", "waiver.grant", "waiver.revoke", "tags.set")
    return list(
        session.scalars(select(AuditEventRow).where(AuditEventRow.action.in_(wanted)).order_by(AuditEventRow.id))
    )
