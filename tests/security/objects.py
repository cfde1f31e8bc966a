"""The two workspaces of the authorization matrix, and how to make one real object of each kind in either of them."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi import FastAPI
from PIL import Image
from starlette.testclient import TestClient
from tests.conftest import add_member, browser
from tests.studio import CATALOG, SCHEMA, Studio, questions

from workbench.app.features import JOB_KINDS
from workbench.app.main import create_app
from workbench.backends.bundle import Backends
from workbench.backends.settings import Settings
from workbench.features.exports import service as exports
from workbench.features.exports.schemas import ExportRequest
from workbench.features.generation.schemas import PairFilter, TrainingSheet
from workbench.features.governance import service as governance
from workbench.features.governance.schemas import SubjectKind, WaiverGrant
from workbench.features.identity import invitations, rules, tokens
from workbench.features.identity.schemas import NewInvitation, NewToken
from workbench.features.identity.tables import WorkspaceRow
from workbench.features.jobs import service as jobs
from workbench.features.labels import service as labels
from workbench.features.labels.schemas import LabelExportRequest, LabelsetVersion
from workbench.features.models import service as models
from workbench.features.models.schemas import ModelEndpointIn
from workbench.features.review.schemas import BulkAction, BulkDecision
from workbench.features.review.service.bulk import decide_in_bulk
from workbench.features.sheets import service as sheets
from workbench.features.sheets.schemas import NewSheet, SheetVersion
from workbench.features.templates import service as templates
from workbench.features.templates.schemas import TemplateVersion
from workbench.features.uses import service as uses
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import Classification, Role, Use


@dataclass
class World:
    """Two workspaces in one running workbench: `ours`, with a member of each role, and the stranger's."""

    app: FastAPI
    backends: Backends
    ours: dict[Role, Actor]
    stranger: Actor
    objects: dict[str, Maker]
    kept: dict[tuple[str, UUID], Any] = field(default_factory=dict)
    studios: dict[UUID, Desk] = field(default_factory=dict)

    def master(self, owner: Actor) -> Actor:
        """The owner with every permission, for making objects that the role could not."""
        return replace(
            owner, role=Role.ADMIN, permissions=frozenset(rules.PERMISSIONS), clearance=Classification.RESTRICTED
        )

    def starter(self, owner: Actor, permission: str) -> Actor:
        """Who may start such a job where the owner is: they themselves, or else an admin, as jobs ask for rights."""
        admin = self.ours[Role.ADMIN] if owner.workspace_id == self.ours[Role.ADMIN].workspace_id else self.stranger
        return self.master(owner if owner.may(permission) else admin)

    def client(self, actor: Actor) -> TestClient:
        """A client with a fresh sign-in."""
        return browser(self.app, self.backends, actor)

    def get(self, name: str, owner: Actor) -> Any:
        """The object of this name that the owner has, made when it is first asked for."""
        return self.keep(name, owner, self.objects[name])

    def keep(self, name: str, owner: Actor, make: Maker) -> Any:
        """What `make` made for the owner under this name, the first time."""
        if (name, owner.id) not in self.kept:
            self.kept[name, owner.id] = make(self, owner)
        return self.kept[name, owner.id]

    def forget(self) -> None:
        """From now on objects are made anew; what was made stays where it is."""
        self.kept.clear()

    def desk(self, owner: Actor) -> Desk:
        """What stands ready in the owner's workspace."""
        if owner.workspace_id not in self.studios:
            self.studios[owner.workspace_id] = Desk.open(self.backends, self.master(owner))
        return self.studios[owner.workspace_id]


Maker = Callable[[World, Actor], Any]


def open_world(home: Path, database_url: str | None, objects: dict[str, Maker]) -> World:
    """A workbench with both workspaces, whose members may see all data: only permissions differ."""
    backends = Backends.open(Settings(home=home, database_url=database_url))
    with backends.database.begin() as session:
        ids = {slug: new_id() for slug in ("ours", "theirs")}
        for slug, workspace_id in ids.items():
            session.add(WorkspaceRow(id=workspace_id, slug=slug, name=slug.title(), created_at=now()))
        session.flush()
        ours = {role: add_member(session, ids["ours"], role, clearance=Classification.RESTRICTED) for role in Role}
        stranger = add_member(session, ids["theirs"], Role.ADMIN)
    world = World(create_app(backends), backends, ours, stranger, objects)
    for owner in (ours[Role.ADMIN], stranger):
        world.desk(owner)
    return world


@dataclass(frozen=True)
class Desk:
    """A help desk with a published sheet, labelset and template, and a label on every item."""

    studio: Studio
    sheet: SheetVersion
    labelset: LabelsetVersion
    template: TemplateVersion

    @classmethod
    def open(cls, backends: Backends, owner: Actor) -> Desk:
        """Makes it in the owner's workspace."""
        studio = Studio(backends, owner).open()
        table = f"{CATALOG}.{SCHEMA}.questions_{owner.workspace_id.hex}"
        studio.load(questions(0, 3), table=table)
        sheet, labelset = studio.sheet(table), studio.labelset()
        studio.label(sheet, labelset, {f"i:{number}": "lost" for number in range(3)})
        return cls(studio, sheet, labelset, studio.template())


def member(world: World, owner: Actor) -> str:
    with world.backends.database.begin() as session:
        return str(add_member(session, owner.workspace_id, Role.VIEWER).id)


def invitation(world: World, owner: Actor) -> str:
    body = NewInvitation(email=f"{new_id().hex}@example.org", role=Role.VIEWER)
    with world.backends.database.begin() as session:
        return str(invitations.invite(session, world.master(owner), body).id)


def token(world: World, owner: Actor) -> str:
    with world.backends.database.begin() as session:
        return str(tokens.create_token(session, world.master(owner), NewToken(name="spare", scopes=["read"])).id)


def job(world: World, owner: Actor) -> str:
    with world.backends.database.begin() as session:
        made = jobs.submit(
            session,
            world.master(owner),
            world.backends,
            kind="example",
            title="An example",
            subject_kind="example",
            subject_id=None,
            arguments={},
        )
        return str(made.id)


def catalog(world: World, owner: Actor) -> str:
    """A new catalog that everyone may see, with a schema `s`, a table `s.t` and a volume `s.v`."""
    with world.backends.database.begin() as session:
        governance.ensure_organisation(session, owner.workspace_id)
    lakehouse, name = world.backends.lakehouse(owner.workspace), f"c{new_id().hex}"
    lakehouse.create_catalog(name)
    lakehouse.create_schema(name, "s")
    lakehouse.create_volume(f"{name}.s.v")
    picture = io.BytesIO()
    Image.new("RGB", (4, 4)).save(picture, "PNG")
    picture.seek(0)
    lakehouse.volume(f"{name}.s.v").save("1.png", picture)
    lakehouse.table_from_volume(f"{name}.s.v", "{key}.png", f"{name}.s.t")
    return name


def definition(world: World, owner: Actor) -> dict[str, Any]:
    """What a sheet over that table says, with a picture per item."""
    name = catalog(world, owner)
    scan = {"kind": "volume", "name": f"{name}.s.v", "alias": "scan", "join": {"key": "key"}}
    return {"primary_table": f"{name}.s.t", "item_key": ["key"], "secondary_sources": [scan]}


def sheet(world: World, owner: Actor) -> str:
    body = NewSheet.model_validate({"name": new_id().hex, "definition": definition(world, owner)})
    with world.backends.database.begin() as session:
        return str(sheets.create_sheet(session, world.master(owner), world.backends, body).id)


def labelset(world: World, owner: Actor) -> str:
    """Published, with no draft."""
    return str(world.desk(owner).studio.labelset(f"type_{new_id().hex}").labelset_id)


def labelset_with_draft(world: World, owner: Actor) -> str:
    made = labelset(world, owner)
    with world.backends.database.begin() as session:
        labels.start_draft(session, world.master(owner), UUID(made))
    return made


def label(world: World, owner: Actor) -> str:
    """A label on the first item, of a label type of its own, in its second version."""
    desk = world.desk(owner)
    made = desk.studio.labelset(f"type_{new_id().hex}")
    for value in ("lost", "move"):
        desk.studio.label(desk.sheet, made, {"i:0": value})
    with world.backends.database.read() as session:
        return str(labels.heads(session, desk.sheet.space_id, made.labelset_id, ["i:0"])["i:0"].id)


def label_export(world: World, owner: Actor) -> str:
    """The job that exported the labels, at its end."""
    body = LabelExportRequest(label_type="intent", use=Use.TRAINING)
    world.desk(owner)
    with world.backends.database.begin() as session:
        made = labels.export_labels(session, world.starter(owner, "exports.write"), world.backends, body)
    jobs.run_job(world.backends, JOB_KINDS, made.id, made.attempt)
    return str(made.id)


def template(world: World, owner: Actor) -> str:
    """Published, with no draft."""
    return str(world.desk(owner).studio.template().template_id)


def template_with_draft(world: World, owner: Actor) -> str:
    made = template(world, owner)
    with world.backends.database.begin() as session:
        templates.start_template_draft(session, world.master(owner), UUID(made))
    return made


def endpoint(world: World, owner: Actor) -> str:
    body = ModelEndpointIn.model_validate(
        {"name": new_id().hex, "kind": "openai_compatible", "base_url": "http://127.0.0.1:9/v1", "model": "m"}
    )
    with world.backends.database.begin() as session:
        return str(models.add_model_endpoint(session, world.master(owner), body).id)


def _generate(world: World, owner: Actor) -> TrainingSheet:
    desk = world.desk(owner)
    return desk.studio.generate(desk.sheet, desk.template)


def training_sheet(world: World, owner: Actor) -> str:
    """Generated, every pair labeled from the labels that stand ready."""
    return str(_generate(world, owner).id)


def pair(world: World, owner: Actor) -> str:
    """The first pair of the owner's training sheet."""
    made = UUID(world.get("training_sheet_id", owner))
    return str(world.desk(owner).studio.pairs(made)[0].id)


def bulk(world: World, owner: Actor) -> str:
    """The job of a decision in bulk, at its end."""
    made = UUID(world.get("training_sheet_id", owner))
    decision = BulkDecision(action=BulkAction.FLAG, filter=PairFilter(), notes="Looks odd")
    with world.backends.database.begin() as session:
        asked = decide_in_bulk(session, world.starter(owner, "pairs.review"), world.backends, made, decision)
    jobs.run_job(world.backends, JOB_KINDS, asked.id, asked.attempt)
    return str(asked.id)


def export(world: World, owner: Actor) -> str:
    """Written to its end."""
    body = ExportRequest(training_sheet_id=UUID(world.get("training_sheet_id", owner)))
    with world.backends.database.begin() as session:
        made = exports.create_export(session, world.starter(owner, "exports.write"), world.backends, body)
    assert made.job_id is not None
    jobs.run_job(world.backends, JOB_KINDS, made.job_id, 1)
    return str(made.id)


def waiver(world: World, owner: Actor) -> str:
    grant = WaiverGrant(
        subject_kind=SubjectKind.SHEET,
        subject_ref=sheet(world, owner),
        uses=[Use.TRAINING],
        reason="Agreed with the owner of the data",
    )
    with world.backends.database.begin() as session:
        return str(uses.grant_waiver(session, world.master(owner), world.backends, grant).id)
