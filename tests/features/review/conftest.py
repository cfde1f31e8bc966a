"""Training sheets made by hand: a labelset, pairs with answers, and the people who review them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workbench.backends.database import Database
from workbench.features.generation.tables import PairCountRow, PairRow, TrainingSheetRow
from workbench.features.governance import service as governance
from workbench.features.labels import service as labels
from workbench.features.labels.schemas import LabelClassIn, LabelsetIn, LabelsetVersion
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import PairStatus, Role

CLASSES = [LabelClassIn(id="bridge", name="Solder bridge"), LabelClassIn(id="scratch", name="Scratch")]


def digest(item: int, fields: str = "") -> bytes:
    """The digest of an item's content, as a prompt that reads these fields exposes it."""
    return hashlib.sha256(f"{item}:{fields}".encode()).digest()


@dataclass
class Bench:
    """One item space with one labelset, and any number of training sheets over it."""

    db: Database
    owner: Actor
    space_id: UUID
    labelset_version: LabelsetVersion
    exposure_id: UUID

    def sheet(
        self,
        values: Sequence[Any] = ("bridge", "scratch", "bridge"),
        *,
        name: str = "Boards, spring",
        state: str = "review",
        stale: str | None = None,
        problem: dict[str, Any] | None = None,
        ordinal: int = 0,
    ) -> UUID:
        """A training sheet whose i-th pair is unlabeled with the i-th value, over the item `i:<i>`."""
        sheet = TrainingSheetRow(
            id=new_id(),
            workspace_id=self.owner.workspace_id,
            name=name,
            description="",
            state=state,
            sheet_id=new_id(),
            sheet_version_id=new_id(),
            template_id=new_id(),
            template_version_id=new_id(),
            labelset_id=self.labelset_version.labelset_id,
            labelset_version_id=self.labelset_version.id,
            space_id=self.space_id,
            exposure_id=self.exposure_id,
            mode="ai_generated",
            config={},
            pins={},
            created_by=self.owner.id,
            created_by_name=self.owner.name,
            created_at=now(),
        )
        with self.db.begin() as session:
            session.add(sheet)
            session.add(
                PairCountRow(
                    training_sheet_id=sheet.id,
                    total=len(values),
                    unlabeled=len(values),
                    stale=len(values) if stale else 0,
                    failed=len(values) if problem else 0,
                )
            )
            for position, value in enumerate(values):
                session.add(
                    PairRow(
                        id=new_id(),
                        training_sheet_id=sheet.id,
                        position=position,
                        item_ref=f"i:{position}",
                        ordinal=ordinal,
                        status=PairStatus.UNLABELED,
                        origin="ai_generated",
                        messages=[{"role": "user", "content": f"What is wrong with board {position}?"}],
                        value=value,
                        digest=digest(position),
                        stale=stale,
                        problem=problem,
                    )
                )
        return sheet.id

    def pairs(self, training_sheet_id: UUID) -> list[PairRow]:
        """The pairs by position, as they are now."""
        with self.db.read() as session:
            query = select(PairRow).where(PairRow.training_sheet_id == training_sheet_id).order_by(PairRow.position)
            return list(session.scalars(query))

    def head(self, item_ref: str) -> Any:
        """The item's canonical label that stands, or None."""
        with self.db.read() as session:
            return labels.heads(session, self.space_id, self.labelset_version.labelset_id, [item_ref]).get(item_ref)

    def check_counts(self, training_sheet_id: UUID) -> PairCountRow:
        """Asserts that the counters equal what can be counted; returns them."""
        with self.db.read() as session:
            kept = session.get(PairCountRow, training_sheet_id)
            assert kept is not None
            assert counted(session, training_sheet_id) == {
                name: getattr(kept, name)
                for name in ("total", "unlabeled", "labeled", "rejected", "flagged", "stale", "failed")
            }
            return kept


def counted(session: Session, training_sheet_id: UUID) -> dict[str, int]:
    """The pairs of a training sheet, counted one by one."""
    mine = PairRow.training_sheet_id == training_sheet_id
    rows = session.execute(select(PairRow.status, func.count()).where(mine).group_by(PairRow.status))
    statuses = {row[0]: row[1] for row in rows}
    return {
        "total": sum(statuses.values()),
        **{status.value: statuses.get(status, 0) for status in PairStatus},
        "stale": session.scalar(select(func.count()).where(mine, PairRow.stale.is_not(None))) or 0,
        "failed": session.scalar(select(func.count()).where(mine, PairRow.problem.is_not(None))) or 0,
    }


@pytest.fixture
def bench(db: Database, actor: Callable[..., Actor]) -> Bench:
    """A published labelset of two classes over an item space."""
    owner = actor(Role.ADMIN, name="Odile Owner")
    with db.begin() as session:
        governance.ensure_organisation(session, owner.workspace_id)
        made = labels.create_labelset(
            session, owner, LabelsetIn(label_type="defect", kind="classification", name="Defects", classes=CLASSES)
        )
        labels.publish_draft(session, owner, made.id, _draft_version(session, owner, made.id))
        version = labels.require_published(session, owner, "defect")
        exposure_id = governance.expose(session, owner, ["image"], ["main.boards.shots", "main.boards.shots#image"])
    return Bench(db, owner, new_id(), version, exposure_id)


def _draft_version(session: Session, owner: Actor, labelset_id: UUID) -> int:
    return labels.list_versions(session, owner, labelset_id)[0].version


@pytest.fixture
def ada(actor: Callable[..., Actor]) -> Actor:
    """An expert."""
    return actor(Role.EXPERT, name="Ada Sample")


@pytest.fixture
def ben(actor: Callable[..., Actor]) -> Actor:
    """Another expert."""
    return actor(Role.EXPERT, name="Ben Sample")
