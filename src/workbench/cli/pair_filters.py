"""Options that say which pairs of a training sheet are meant, wherever pairs are listed, claimed or decided on."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbench.cli import names

if TYPE_CHECKING:
    from workbench.features.generation.schemas import PairFilter
    from workbench.sdk import Workbench

Status = Annotated[
    list[str] | None, typer.Option(help="Only pairs that are unlabeled, labeled, rejected or flagged; repeat for more.")
]
Origin = Annotated[
    list[str] | None,
    typer.Option(help="Only pairs that are canonical, ai_generated, manual or existing_column; repeat for more."),
]
Stale = Annotated[bool | None, typer.Option("--stale/--fresh", help="Only pairs filled from a stale label, or not.")]
Failed = Annotated[bool | None, typer.Option("--failed/--answered", help="Only pairs without an answer, or with one.")]
Outdated = Annotated[
    bool | None, typer.Option("--outdated/--current", help="Only pairs that are behind their label, or not.")
]
Find = Annotated[str | None, typer.Option("--search", "-s", help="Only pairs whose item_ref holds this text.")]
Least = Annotated[float | None, typer.Option("--least", min=0, max=1, help="Only answers the model was this sure of.")]
Most = Annotated[float | None, typer.Option("--most", min=0, max=1, help="Only answers the model was no surer of.")]
By = Annotated[str | None, typer.Option("--by", help="Only pairs this member decided on last, by name or id.")]


def pair_filter(wb: "Workbench", *, by: str | None = None, **wanted: Any) -> "PairFilter":
    """The filter that the options name; whatever was not given does not count."""
    from workbench.features.generation.schemas import PairFilter

    given = {name: value for name, value in wanted.items() if value not in (None, [])}
    for bound in ("least", "most"):
        if bound in given:
            given[f"{bound}_confidence"] = given.pop(bound)
    if by:
        given["reviewed_by"] = names.find(lambda _: wb.members.list(), by, "member").id
    return PairFilter.model_validate(given)
