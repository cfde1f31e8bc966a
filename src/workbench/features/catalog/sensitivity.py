"""How sensitive each source is by itself: several at once, for pages that show some columns and withhold others."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.features.governance.rules import effective, may_view
from workbench.features.governance.service.origin import shared_layers, source_layers
from workbench.features.governance.tag_rules import ancestry, is_source
from workbench.kernel.actor import Actor
from workbench.kernel.vocabulary import Classification


def classifications(
    session: Session, workspace_id: UUID, sources: Iterable[str], sheet_id: UUID | None = None
) -> dict[str, Classification]:
    """The classification of each source with all it inherits, and of the sheet when one is named, read once for all."""
    wanted = list(dict.fromkeys(sources))
    whole = shared_layers(session, workspace_id, exposures=None, sheet_id=sheet_id, labelset_id=None)
    layers = source_layers(session, workspace_id, wanted)
    found = {}
    for source in wanted:
        names = set(ancestry(source)) if is_source(source) else {source}
        found[source] = effective([*whole, *(layer for layer in layers if layer.ref in names)]).classification
    return found


def refusal(actor: Actor, classification: Classification) -> str | None:
    """Why the actor may not see content of this classification; None when they may."""
    if may_view(actor, classification):
        return None
    return f"This content is {classification}; you may see {actor.clearance} at most."
