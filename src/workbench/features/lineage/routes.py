"""REST of lineage: the graph around anything."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from workbench.features.lineage import service
from workbench.features.lineage.schemas import Direction, Graph, NodeKind
from workbench.kernel.actor import Actor
from workbench.requests import DbSession, allow

router = APIRouter(prefix="/lineage", tags=["lineage"])


@router.get("")
def get_lineage(
    actor: Annotated[Actor, allow("lineage.read")],
    session: DbSession,
    kind: NodeKind,
    ref: str,
    direction: Direction = Direction.BOTH,
    depth: Annotated[int, Query(ge=1, le=20)] = 10,
) -> Graph:
    """What a thing was made from and what was made from it, as a graph."""
    return service.get_lineage(session, actor, kind, ref, direction=direction, depth=depth)
