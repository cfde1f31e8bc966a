"""A workspace with labelsets to label with."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from workbench.backends.bundle import Backends
from workbench.features.governance import service as governance
from workbench.features.jobs import service as jobs
from workbench.features.labels import service as labels
from workbench.features.labels.schemas import LabelClassIn, LabelsetIn, LabelsetVersion
from workbench.features.labels.tables import CanonicalLabelRow, LabelCountRow
from workbench.features.labels.tasks import JOB_KINDS
from workbench.features.sheets import service as sheets
from workbench.features.sheets.schemas import NewSheet, SheetDefinition
from workbench.kernel.actor import Actor
from workbench.kernel.ids import new_id
from workbench.kernel.schema import Change
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

    def submit_many(self, items: dict[str, Any], **more: Any) -> list[labels.Outcome]:
        """Labels several items at once, over what stands there only with `any`."""
        expected = labels.ANY if more.get("any") else None
        return labels.submit_many(
            self.session,
            self.actor,
            self.space_id,
            self.version,
            [labels.Submission(item, value, self.digest("x"), expected) for item, value in items.items()],
            exposure_id=self.exposure_id,
            source="import",
            conflicts=more.get("conflicts", "raise"),
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


@dataclass(frozen=True)
class Shop:
    """A workspace with a table of messages, a sheet over it and a published labelset, served over HTTP."""

    backends: Backends
    folder: Path
    sheet_id: str
    label_type: str
    engineer: Actor
    clients: dict[str, TestClient]

    def __getattr__(self, name: str) -> TestClient:
        return self.clients[name]

    def write(self, rows: dict[str, list[Any]]) -> None:
        """Puts other rows into the table."""
        pq.write_table(pa.table(rows), self.folder / "rows.parquet")
        self.backends.lakehouse("main").import_table(
            self.folder / "rows.parquet", "main.shop.messages", "parquet", "overwrite"
        )

    def work(self, job: dict[str, Any]) -> dict[str, Any]:
        """Runs a job to its end, and gives it back."""
        jobs.run_job(self.backends, JOB_KINDS, UUID(job["id"]), job["attempt"])
        return dict(self.clients["expert"].get(f"/api/v1/jobs/{job['id']}").json())

    def export(self, use: str = "training", **options: Any) -> dict[str, Any]:
        """Writes the labels to a file, as a job at its end."""
        body = {"label_type": self.label_type, "use": use} | options
        answer = self.clients["engineer"].post("/api/v1/labels/export", json=body)
        assert answer.status_code == 202, answer.text
        return self.work(answer.json())

    def download(self, job: dict[str, Any], by: str = "engineer") -> Any:
        """Asks for the file of an export."""
        return self.clients[by].get(f"/api/v1/labels/export/{job['id']}")

    def label(self, item_ref: str, value: Any, expected: int | None = None, *, by: str = "expert", **more: Any) -> Any:
        """Labels an item over HTTP."""
        body = {
            "sheet_id": self.sheet_id,
            "label_type": self.label_type,
            "item_ref": item_ref,
            "value": value,
            "version": expected,
        }
        return self.clients[by].post("/api/v1/labels", json=body | more)

    def get(self, path: str, by: str = "expert", **params: Any) -> Any:
        """Reads something of the sheet's labels."""
        key = {"sheet_id": self.sheet_id, "label_type": self.label_type}
        return self.clients[by].get(f"/api/v1/labels{path}", params=key | params)


MESSAGES: dict[str, list[Any]] = {
    "id": [1, 2, 3, 4, 5],
    "text": ["Where is my card?", "Thank you!", "Broken again", "Card lost", "Hello"],
    "author": ["Ann Sample", "Bo Test", "Cy Demo", "Di Fake", "Ed Mock"],
}


@pytest.fixture
def shop(
    backends: Backends, tmp_path: Path, people: dict[str, Actor], signed_in: Callable[[Actor], TestClient]
) -> Shop:
    lakehouse = backends.lakehouse("main")
    lakehouse.create_catalog("main")
    lakehouse.create_schema("main", "shop")
    pq.write_table(pa.table(MESSAGES), tmp_path / "rows.parquet")
    lakehouse.import_table(tmp_path / "rows.parquet", "main.shop.messages", "parquet", "create")
    engineer = people["engineer"]
    with backends.database.begin() as session:
        governance.ensure_organisation(session, engineer.workspace_id)
        definition = SheetDefinition(primary_table="main.shop.messages", item_key=["id"])
        sheet = sheets.create_sheet(session, engineer, backends, NewSheet(name="Messages", definition=definition))
    with backends.database.begin() as session:
        sheets.publish_sheet(session, engineer, backends, sheet.id, Change(version=sheet.version))
        body = LabelsetIn(
            label_type="topic",
            kind="classification",
            name="Topics",
            classes=[LabelClassIn(name="Card arrival"), LabelClassIn(name="Complaint"), LabelClassIn(name="Other")],
        )
        made = labels.create_labelset(session, engineer, body)
        draft = labels.get_version(session, engineer, made.id, 1)
        labels.publish_draft(session, engineer, made.id, draft.version)
    clients = {name: signed_in(each) for name, each in people.items()}
    return Shop(backends, tmp_path, str(sheet.id), "topic", engineer, clients)
