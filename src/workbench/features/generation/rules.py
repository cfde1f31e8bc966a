"""Pure decisions on generation: what a label means for a new pair, and what a recipe needs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from workbench.features.generation.schemas import Mode, Origin, Recipe
from workbench.features.labels.rules import LabelHead
from workbench.features.labels.rules.labels import adapt, staleness
from workbench.features.labels.schemas import LabelsetVersion, Staleness
from workbench.features.sheets.schemas import ItemField
from workbench.kernel.errors import Invalid
from workbench.kernel.vocabulary import PairStatus, Verdict


@dataclass(frozen=True, slots=True)
class Reuse:
    """What a canonical label makes of the pair of its item."""

    status: PairStatus
    value: Any
    stale: Staleness | None


def reuse(head: LabelHead | None, digest_now: bytes | None, version: LabelsetVersion) -> Reuse | None:
    """What the item's label makes of its pair; None when there is none and an answer has to come from elsewhere.

    A fresh answer labels the pair. A fresh `unlabelable` rejects it: it is kept out of training and needs no review. A
    stale label prefills it, and a person decides.
    """
    if head is None or head.verdict is Verdict.RETRACTED:
        return None
    stale = staleness(head, digest_now, version)
    if head.verdict is Verdict.UNLABELABLE:
        return Reuse(PairStatus.UNLABELED if stale else PairStatus.REJECTED, None, stale)
    status = PairStatus.UNLABELED if stale else PairStatus.LABELED
    return Reuse(status, adapt(head, version), stale)


def check_recipe(recipe: Recipe, fields: Collection[ItemField], *, has_model: bool) -> None:
    """Raises `Invalid` for a recipe whose parts do not go together."""
    if recipe.mode is Mode.EXISTING_COLUMN:
        if not recipe.column:
            raise Invalid(
                "The column that holds the answers is missing.", field="column", fix="Name a field of the sheet."
            )
        field = next((each for each in fields if each.name == recipe.column.partition(".")[0]), None)
        inside = recipe.column.partition(".")[2]
        if field is None or (inside and recipe.column not in {part.name for part in field.fields}):
            names = ", ".join(each.name for each in fields if each.kind == "value")
            raise Invalid(f"The sheet has no field {recipe.column}.", field="column", fix=f"It has: {names}.")
        if field.kind == "file":
            raise Invalid(f"{recipe.column} holds files, not answers.", field="column", fix="Name another field.")
        return
    if recipe.column or recipe.trusted:
        name = "column" if recipe.column else "trusted"
        raise Invalid(
            f"`{name}` goes with the mode existing_column.", field=name, fix="Leave it out, or change the mode."
        )
    if recipe.mode is Mode.AI_GENERATED and not has_model:
        raise Invalid(
            "Neither the template nor the request names a model.",
            field="endpoint_id",
            fix="Name a model endpoint, or set one in the template.",
        )
    if recipe.mode is not Mode.AI_GENERATED and recipe.endpoint_id:
        raise Invalid("`endpoint_id` goes with the mode ai_generated.", field="endpoint_id", fix="Leave it out.")


def exposed_fields(variables: Collection[str], recipe: Recipe) -> list[str]:
    """The item fields that a pair's content comes from: what its prompt reads, and the column of its answer."""
    return sorted({*variables, *([recipe.column] if recipe.column else [])})


def origin_of(mode: Mode) -> Origin:
    """The origin of an answer that the mode gave."""
    return Origin(mode.value)
