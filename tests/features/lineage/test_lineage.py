"""What came from what, as a graph."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session
from tests.conftest import MakeActor

from workbench.features.lineage import service as lineage
from workbench.features.lineage.schemas import Direction, Graph, Node, NodeKind
from workbench.kernel.actor import Actor
from workbench.kernel.errors import NotFound
from workbench.kernel.vocabulary import Role

TABLE = Node(kind=NodeKind.TABLE, ref="main.lab.readings", name="main.lab.readings")
SHEET = Node(kind=NodeKind.SHEET, ref="s", name="Readings")
OTHER = Node(kind=NodeKind.SHEET, ref="o", name="Other readings")
TRAINING = Node(kind=NodeKind.TRAINING_SHEET, ref="t", name="First prompt")
EXPORT = Node(kind=NodeKind.EXPORT, ref="e", name="Export")


@pytest.fixture
def people(actor: MakeActor) -> tuple[Actor, Actor]:
    """Somebody here and somebody elsewhere."""
    return actor(Role.ENGINEER), actor(Role.ENGINEER, slug="other")


def _connect(session: Session, actor: Actor) -> None:
    for source, target in ((TABLE, SHEET), (TABLE, OTHER), (SHEET, TRAINING), (TRAINING, EXPORT)):
        lineage.connect(session, actor, source, target, {"why": "test"})


def _refs(graph: Graph) -> set[str]:
    return {node.ref for node in graph.nodes}


def test_upstream_and_downstream(session: Session, people: tuple[Actor, Actor]) -> None:
    me, _ = people
    _connect(session, me)
    assert _refs(lineage.get_lineage(session, me, NodeKind.SHEET, "s")) == {"main.lab.readings", "s", "t", "e"}
    up = lineage.get_lineage(session, me, NodeKind.EXPORT, "e", direction=Direction.UPSTREAM)
    assert _refs(up) == {"main.lab.readings", "s", "t", "e"}
    assert {(edge.source, edge.target) for edge in up.edges} == {
        ("table:main.lab.readings", "sheet:s"),
        ("sheet:s", "training_sheet:t"),
        ("training_sheet:t", "export:e"),
    }
    assert all(edge.details == {"why": "test"} for edge in up.edges)
    end = lineage.get_lineage(session, me, NodeKind.EXPORT, "e", direction=Direction.DOWNSTREAM)
    assert (end.nodes, end.edges, end.focus) == ([EXPORT], [], "export:e")


def test_depth_bounds_the_walk_and_says_so(session: Session, people: tuple[Actor, Actor]) -> None:
    me, _ = people
    _connect(session, me)
    near = lineage.get_lineage(session, me, NodeKind.TABLE, TABLE.ref, depth=1)
    assert (_refs(near), near.truncated) == ({TABLE.ref, "s", "o"}, True)
    assert not lineage.get_lineage(session, me, NodeKind.TABLE, TABLE.ref, depth=3).truncated


def test_more_edges_than_may_be_shown(
    session: Session, people: tuple[Actor, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    me, _ = people
    monkeypatch.setattr(lineage, "MOST_EDGES", 5)
    for number in range(8):
        lineage.connect(session, me, TABLE, Node(kind=NodeKind.SHEET, ref=str(number), name="Readings"))
    graph = lineage.get_lineage(session, me, NodeKind.TABLE, TABLE.ref)
    assert (len(graph.edges), graph.truncated) == (5, True)


def test_saying_it_again_renews_the_names(session: Session, people: tuple[Actor, Actor]) -> None:
    me, _ = people
    _connect(session, me)
    renamed = SHEET.model_copy(update={"name": "Readings of May"})
    lineage.connect(session, me, renamed, TRAINING)
    graph = lineage.get_lineage(session, me, NodeKind.TRAINING_SHEET, "t", direction=Direction.UPSTREAM)
    assert [node.name for node in graph.nodes if node.ref == "s"] == ["Readings of May"]
    assert len(graph.edges) == 2


def test_a_circle_ends(session: Session, people: tuple[Actor, Actor]) -> None:
    me, _ = people
    lineage.connect(session, me, SHEET, TRAINING)
    lineage.connect(session, me, TRAINING, SHEET)
    graph = lineage.get_lineage(session, me, NodeKind.SHEET, "s", depth=20)
    assert (len(graph.edges), graph.truncated) == (2, False)


def test_nothing_is_known_of_what_nobody_connected_or_is_elsewhere(
    session: Session, people: tuple[Actor, Actor]
) -> None:
    me, stranger = people
    _connect(session, me)
    for actor, ref in ((me, "unknown"), (stranger, "s")):
        with pytest.raises(NotFound):
            lineage.get_lineage(session, actor, NodeKind.SHEET, ref)
