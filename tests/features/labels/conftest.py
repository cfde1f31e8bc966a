"""A workspace with labelsets to label with."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workbench.features.governance import service as governance
from workbench.features.labels import service as labels
from workbench.features.labels.schemas import LabelClassIn, LabelsetIn, LabelsetVersion
from workbench.features.labels.tables import CanonicalLabelRow, LabelCountRow
from workbench.kernel.actor import Actor
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import Role


@dataclass(frozen=True)
class Desk:
    """A person at work on the items of one space with one labelset version."""

    session: Session
    actor: Actor
    space_id: UUID
    version: LabelsetVersion
    exposure_id: UUID

    def submit(
        self, item: str, value: Any, expected: Any = None, *, content: str = "as first seen", **more: Any
    ) -> Any:
        """Labels an item whose fields hold `content`."""
        return labels.submit(
            self.session,
            self.actor,
            labels.ItemKey(self.space_id, item),
            more.pop("version", self.version),
            value,
            digest=self.digest(content),
            exposure_id=more.pop("exposure_id", self.exposure_id),
            expected_version=expected,
            **more,
        )

    def head(self, item: str) -> labels.LabelHead | None:
        """The label that stands for an item."""
        return labels.heads(self.session, self.space_id, self.version.labelset_id, [item]).get(item)

    def counts(self) -> dict[str, int]:
        """Labels by verdict, as they are kept."""
        row = self.session.get(LabelCountRow, (self.space_id, self.version.labelset_id), populate_existing=True)
        return {name: getattr(row, name) if row else 0 for name in ("answered", "unlabelable", "retracted")}

    def counted(self) -> dict[str, int]:
        """Labels by verdict, as they are."""
        rows = self.session.execute(
            select(CanonicalLabelRow.verdict, func.count())
            .where(CanonicalLabelRow.labelset_id == self.version.labelset_id)
            .group_by(CanonicalLabelRow.verdict)
        )
        return {"answered": 0, "unlabelable": 0, "retracted": 0} | dict(rows.all())

    def at(self, **change: Any) -> Desk:
        """The same desk with someone or something else at it."""
        return replace(self, **change)

    @staticmethod
    def digest(content: str) -> bytes:
        """The digest of an item that holds this."""
        return hashlib.sha256(content.encode()).digest()


@pytest.fixture
def people(actor: Callable[..., Actor]) -> dict[str, Actor]:
    """Everyone these tests need, made before the session of a test begins to write."""
    return {
        "engineer": actor(Role.ENGINEER, name="Ada Testa"),
        "expert": actor(Role.EXPERT, name="Eva Beispiel"),
        "viewer": actor(Role.VIEWER, name="Vic Sample"),
        "elsewhere": actor(Role.ADMIN, name="Otto Other", slug="clinic"),
    }


@pytest.fixture
def engineer(people: dict[str, Actor], session: Session) -> Actor:
    governance.ensure_organisation(session, people["engineer"].workspace_id)
    return people["engineer"]


@pytest.fixture
def expert(people: dict[str, Actor], engineer: Actor) -> Actor:
    return people["expert"]


@pytest.fixture
def viewer(people: dict[str, Actor], engineer: Actor) -> Actor:
    return people["viewer"]


@pytest.fixture
def elsewhere(people: dict[str, Actor]) -> Actor:
    """An admin of another workspace."""
    return people["elsewhere"]


@pytest.fixture
def exposure(session: Session, engineer: Actor) -> UUID:
    return governance.expose(session, engineer, ["photo"], ["main.boards.photos", "main.boards.photos#photo"])


@pytest.fixture
def defects(session: Session, engineer: Actor) -> LabelsetVersion:
    """A published classification of boards."""
    body = LabelsetIn(
        label_type="board_defect",
        kind="classification",
        name="Board defects",
        classes=[LabelClassIn(name="Solder bridge"), LabelClassIn(name="Scratch"), LabelClassIn(name="No defect")],
    )
    made = labels.create_labelset(session, engineer, body)
    draft = labels.get_version(session, engineer, made.id, 1)
    return labels.publish_draft(session, engineer, made.id, draft.version)


@pytest.fixture
def desk(session: Session, expert: Actor, exposure: UUID, defects: LabelsetVersion) -> Desk:
    """The expert, labeling boards."""
    return Desk(session, expert, new_id(), defects, exposure)
