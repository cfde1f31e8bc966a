"""`workbench lineage`: what came from what."""

from typing import TYPE_CHECKING, Annotated

import typer

from workbench.cli.frame import noun, verb
from workbench.cli.show import Text

if TYPE_CHECKING:
    from workbench.features.lineage.schemas import Graph
    from workbench.sdk import Workbench

app = noun("What came from what.")


@verb(app, "show")
def show_lineage(
    wb: "Workbench",
    kind: Annotated[
        str, typer.Argument(help="table, volume, sheet, labelset, template, model, training_sheet or export.")
    ],
    ref: Annotated[str, typer.Argument(help="Its id, or a table's or volume's full name.")],
    direction: Annotated[str, typer.Option(help="upstream, downstream or both.")] = "both",
    depth: Annotated[int, typer.Option(min=1, max=20, help="How many steps away.")] = 10,
) -> Text:
    """What a thing was made from and what was made from it, one step per line."""
    graph = wb.lineage.around(kind, ref, direction=direction, depth=depth)
    return Text(_drawn(graph), graph)


def _drawn(graph: "Graph") -> str:
    names = {f"{node.kind.value}:{node.ref}": f"{node.kind.value} {node.name}" for node in graph.nodes}
    lines = [f"{names.get(edge.source, edge.source)} → {names.get(edge.target, edge.target)}" for edge in graph.edges]
    return "\n".join(lines or [f"{names.get(graph.focus, graph.focus)}: nothing around it yet."])
