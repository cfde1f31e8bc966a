"""What came from what."""

from __future__ import annotations

from workbench.features.lineage.schemas import Direction, Graph, NodeKind
from workbench.sdk.part import Part


class Lineage(Part):
    """The graph from a table to an exported file, and back."""

    def around(
        self, kind: NodeKind | str, ref: str, *, direction: Direction | str = Direction.BOTH, depth: int = 10
    ) -> Graph:
        """What a thing was made from and what was made from it. `ref` is an id, or a table's or volume's full name."""
        return self._http.get("/lineage", Graph, kind=kind, ref=ref, direction=direction, depth=depth)
