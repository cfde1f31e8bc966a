"""Wire shapes of lineage."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from workbench.kernel.schema import Schema


class NodeKind(StrEnum):
    """What can stand in the graph."""

    TABLE = "table"
    VOLUME = "volume"
    SHEET = "sheet"
    LABELSET = "labelset"
    TEMPLATE = "template"
    MODEL = "model"
    TRAINING_SHEET = "training_sheet"
    EXPORT = "export"


class Node(Schema):
    """Something that was made or read. `ref` is its id, or its full name where the catalog owns it."""

    kind: NodeKind
    ref: str
    name: str


class Edge(Schema):
    """`target` was made from `source` (both as `kind:ref`), with what is worth knowing about how."""

    source: str
    target: str
    details: dict[str, Any]
    at: datetime


class Graph(Schema):
    """What lies around a node. `truncated` says that there is more than is shown."""

    focus: str
    nodes: list[Node]
    edges: list[Edge]
    truncated: bool


class Direction(StrEnum):
    """Which way to look: to what it was made from, to what was made from it, or both."""

    UPSTREAM = "upstream"
    DOWNSTREAM = "downstream"
    BOTH = "both"
