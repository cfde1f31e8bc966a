"""Training sheets made by hand: a labelset, pairs with answers, and the people who review them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import deltalake
import pyarrow as pa
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
from workbench.backends.database import Database
from workbench.features.generation.schemas import Mode, Recipe
from workbench.features.generation.tables import PairCountRow, PairRow, TrainingSheetRow
from workbench.features.governance import service as governance
from workbench.features.labels import service as labels
from workbench.features.labels.schemas import LabelClassIn, LabelsetIn, LabelsetVersion
from workbench.features.sheets import service as sheets
from workbench.features.sheets.rules import digest as digest_of
from workbench.features.sheets.schemas import NewSheet, SheetDefinition, SheetVersion
from workbench.features.templates import service as templates
from workbench.features.templates.schemas import TemplateIn, TemplateVersion
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.ids import new_id
from workbench.kernel.schema import Change
from workbench.kernel.vocabulary import PairStatus, Role

CLASSES = [LabelClassIn(id="bridge", name="Solder bridge"), LabelClassIn(id="scratch", name="Scratch")]


TABLE = "main.lab.boards"


def digest(item: int, fields: str = "") -> bytes:
    """The digest of what the prompt reads of an item; with `fields`, of something else."""
    return hashlib.sha256(f"{item}:{fields}".encode()).digest() if fields else digest_of({"number": item})


@dataclass
class Bench:
    """One item space with one labelset, and any number of training sheets over it."""

    db: Database
    owner: Actor
    sheet_version: SheetVersion
    template: TemplateVersion
    pins: dict[str, str]
    labelset_version: LabelsetVersion
    exposure_id: UUID

    @property
    def space_id(self) -> UUID:
        """The item space."""
        return self.sheet_version.space_id

    def sheet(
        self,
        values: Sequence[Any] = ("bridge", "scratch", "bridge"),
        *,
        name: str = "Boards, spring",
        state: str = "review",
        stale: str | None = None,
        problem: dict[str, Any] | None = None,
        ordinal: int = 0,
        space_id: UUID | None = None,
    ) -> UUID:
        """A training sheet whose i-th pair is unlabeled with the i-th value, over the item `i:<i>`."""
        recipe = Recipe(sheet_id=self.sheet_version.sheet_id, template_version_id=self.template.id, mode=Mode.MANUAL)
        sheet = TrainingSheetRow(
            id=new_id(),
            workspace_id=self.owner.workspace_id,
            name=name,
            description="",
            state=state,
            sheet_id=self.sheet_version.sheet_id,
            sheet_version_id=self.sheet_version.id,
            template_id=self.template.template_id,
            template_version_id=self.template.id,
            labelset_id=self.labelset_version.labelset_id,
            labelset_version_id=self.labelset_version.id,
            space_id=space_id or self.space_id,
            exposure_id=self.exposure_id,
            mode=Mode.MANUAL,
            config=recipe.model_dump(mode="json"),
            pins=self.pins,
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
    waits = PairRow.status.in_(["unlabeled", "flagged"])
    rows = session.execute(select(PairRow.status, func.count()).where(mine).group_by(PairRow.status))
    statuses = {row[0]: row[1] for row in rows}
    return {
        "total": sum(statuses.values()),
        **{status.value: statuses.get(status, 0) for status in PairStatus},
        "stale": session.scalar(select(func.count()).where(mine, waits, PairRow.stale.is_not(None))) or 0,
        "failed": session.scalar(select(func.count()).where(mine, waits, PairRow.problem.is_not(None))) or 0,
    }


@pytest.fixture
def bench(db: Database, backends: Backends, actor: Callable[..., Actor]) -> Bench:
    """A published labelset of two classes, a sheet over a table of twelve boards, and a template."""
    owner = actor(Role.ADMIN, name="Odile Owner")
    lakehouse = backends.lakehouse(owner.workspace)
    lakehouse.create_catalog("main")
    lakehouse.create_schema("main", "lab")
    deltalake.write_deltalake(
        lakehouse.root / "main" / "lab" / "boards",
        pa.table({"number": list(range(12)), "line": [f"line {i % 3}" for i in range(12)]}),
    )
    with db.begin() as session:
        governance.ensure_organisation(session, owner.workspace_id)
        made = labels.create_labelset(
            session, owner, LabelsetIn(label_type="defect", kind="classification", name="Defects", classes=CLASSES)
        )
        draft = labels.list_versions(session, owner, made.id)[0]
        labels.publish_draft(session, owner, made.id, draft.version)
        labelset = labels.require_published(session, owner, "defect")
    definition = SheetDefinition(primary_table=TABLE, item_key=["number"])
    with db.begin() as session:
        sheet = sheets.create_sheet(session, owner, backends, NewSheet(name="Boards", definition=definition))
    with db.begin() as session:
        version = sheets.publish_sheet(session, owner, backends, sheet.id, Change(version=sheet.version))
        body = TemplateIn(
            name="Ask about a board", label_type="defect", user_prompt="What is wrong with board {{ number }}?"
        )
        template = templates.create_template(session, owner, body)
        newest = templates.list_template_versions(session, owner, template.id)[0]
        exposure_id = governance.expose(session, owner, ["number"], [TABLE, f"{TABLE}#number"])
    pins = sheets.open_sheet(backends, owner, version).pins
    return Bench(db, owner, version, newest, pins, labelset, exposure_id)


@pytest.fixture
def ada(actor: Callable[..., Actor]) -> Actor:
    """An expert."""
    return actor(Role.EXPERT, name="Ada Sample")


@pytest.fixture
def ben(actor: Callable[..., Actor]) -> Actor:
    """Another expert."""
    return actor(Role.EXPERT, name="Ben Sample")
