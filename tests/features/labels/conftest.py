"""A workspace with labelsets to label with."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from workbench.features.governance import service as governance
from workbench.features.labels import service as labels
from workbench.features.labels.schemas import LabelClassIn, LabelsetIn, LabelsetVersion
from workbench.kernel.actor import Actor
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import Role

SPACE = new_id()
FIELDS = ["photo"]
SOURCES = ["main.boards.photos", "main.boards.photos#photo"]


def digest_of(text: str) -> bytes:
    """A digest of an item whose content is this text."""
    return hashlib.sha256(text.encode()).digest()


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
    return governance.expose(session, engineer, FIELDS, SOURCES)


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
