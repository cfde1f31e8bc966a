"""What came from what: connect two things, and look around one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.features.lineage import queries
from workbench.features.lineage.schemas import Direction, Edge, Graph, Node, NodeKind
from workbench.features.lineage.tables import LineageEdgeRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import NotFound
from workbench.kernel.ids import new_id

MOST_EDGES = 1000
_NAMES = ("from_name", "to_name")

Look = Callable[[Session, UUID, Sequence[queries.Key], int], list[LineageEdgeRow]]


def connect(session: Session, actor: Actor, source: Node, target: Node, details: dict[str, Any] | None = None) -> None:
    """Says that `target` was made from `source`; saying it again renews the names and details."""
    queries.add_edge(
        session,
        {
            "id": new_id(),
            "workspace_id": actor.workspace_id,
            "from_kind": source.kind,
            "from_ref": source.ref,
            "to_kind": target.kind,
            "to_ref": target.ref,
            "details": {**(details or {}), "from_name": source.name, "to_name": target.name},
            "at": now(),
        },
    )


def get_lineage(
    session: Session,
    actor: Actor,
    kind: NodeKind,
    ref: str,
    *,
    direction: Direction = Direction.BOTH,
    depth: int = 10,
) -> Graph:
    """Everything within `depth` steps of a node. Raises `NotFound` when nothing is known of it."""
    focus = (str(kind), ref)
    edges: dict[UUID, LineageEdgeRow] = {}
    looks: list[tuple[Look, Callable[[LineageEdgeRow], queries.Key]]] = []
    if direction is not Direction.UPSTREAM:
        looks.append((queries.edges_from, lambda edge: (edge.to_kind, edge.to_ref)))
    if direction is not Direction.DOWNSTREAM:
        looks.append((queries.edges_to, lambda edge: (edge.from_kind, edge.from_ref)))
    truncated = False
    for look, other_end in looks:
        truncated |= _walk(session, actor.workspace_id, focus, depth, look, other_end, edges)
    known = list(edges.values()) or _any_edge(session, actor.workspace_id, focus)
    if not known:
        raise NotFound(f"Nothing is known of where {kind} {ref} came from or went.", field="ref")
    nodes: dict[queries.Key, Node] = {}
    for edge in sorted(known, key=lambda edge: edge.at):
        ends = ((edge.from_kind, edge.from_ref), (edge.to_kind, edge.to_ref))
        for end, name in zip(ends, _NAMES, strict=True):
            nodes[end] = Node(kind=NodeKind(end[0]), ref=end[1], name=edge.details.get(name, end[1]))
    return Graph(
        focus=":".join(focus),
        nodes=list(nodes.values()) if edges else [nodes[focus]],
        edges=[_as_edge(edge) for edge in edges.values()],
        truncated=truncated,
    )


def _walk(
    session: Session,
    workspace_id: UUID,
    start: queries.Key,
    depth: int,
    look: Look,
    other_end: Callable[[LineageEdgeRow], queries.Key],
    edges: dict[UUID, LineageEdgeRow],
) -> bool:
    """Collects edges step by step in one direction; True when there were more than may be shown."""
    seen, frontier = {start}, [start]
    for _ in range(depth):
        room = MOST_EDGES - len(edges)
        found = look(session, workspace_id, frontier, room + 1)
        edges.update((edge.id, edge) for edge in found[:room])
        if len(found) > room:
            return True
        frontier = [end for end in dict.fromkeys(map(other_end, found)) if end not in seen]
        seen.update(frontier)
        if not frontier:
            return False
    return bool(look(session, workspace_id, frontier, 1))


def _any_edge(session: Session, workspace_id: UUID, node: queries.Key) -> list[LineageEdgeRow]:
    """One edge of the node, whichever way, so that even the end of a path has its name."""
    return queries.edges_to(session, workspace_id, [node], 1) or queries.edges_from(session, workspace_id, [node], 1)


def _as_edge(row: LineageEdgeRow) -> Edge:
    return Edge(
        source=f"{row.from_kind}:{row.from_ref}",
        target=f"{row.to_kind}:{row.to_ref}",
        details={key: value for key, value in row.details.items() if key not in _NAMES},
        at=row.at,
    )
