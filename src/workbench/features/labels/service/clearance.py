"""What an actor may see of labels and of the items behind them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.features.catalog import sensitivity
from workbench.features.governance import service as governance
from workbench.features.labels.queries import interchange as spaces
from workbench.features.labels.queries import labels as queries
from workbench.features.labels.schemas import LabelsetVersion
from workbench.features.labels.service.versions import require_published
from workbench.features.sheets import service as sheets
from workbench.features.sheets.schemas import SheetVersion
from workbench.features.sheets.service.previews import withheld_fields
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Invalid
from workbench.kernel.vocabulary import Classification


def seen_fields(
    session: Session, actor: Actor, sheet: SheetVersion, fields: Sequence[str] | None
) -> tuple[list[str], list[str]]:
    """The fields of an item that the actor looks at while labeling, all they may see unless named, and their sources.

    Raises `AboveClearance` for the sheet's key, and for a named field that the actor may not see.
    """
    hidden = {each.field for each in withheld_fields(session, actor, sheet)}
    plain = [one.name for field in sheet.fields for one in (field.fields or [field])]
    if fields is None:
        fields = [name for name in plain if name not in hidden]
        return list(fields), sheets.sources_of(sheet.definition, fields)
    if not fields:
        raise Invalid("A label is made from at least one field of its item.", field="fields")
    sources = sheets.sources_of(sheet.definition, fields)
    level = governance.classification_of(session, actor.workspace_id, sources=sources, sheet_id=sheet.sheet_id)
    governance.require_view(actor, level)
    return list(fields), sources


def place(session: Session, actor: Actor, sheet_id: UUID, label_type: str) -> tuple[SheetVersion, LabelsetVersion]:
    """The published sheet and labelset that the API's key (sheet, item_ref, label type) means.

    Raises `NotFound`, `Conflict` when either is not published, `AboveClearance` for the sheet's key.
    """
    sheet = sheets.require_sheet_version(session, actor, sheet_id, "published")
    require_space(session, actor, sheet.space_id)
    return sheet, require_published(session, actor, label_type)


def visible_spaces(session: Session, actor: Actor, labelset_id: UUID) -> list[UUID]:
    """The item spaces that a labelset has labels on and whose key the actor may see; an item_ref spells the key."""
    labeled = queries.spaces_of(session, labelset_id)
    rows = [row for row in spaces.spaces(session, actor.workspace_id).values() if row.id in labeled]
    ranked = sensitivity.classifications(session, actor.workspace_id, [key for row in rows for key in row.key_sources])
    known = {row.id for row in rows}
    visible = [row.id for row in rows if all(governance.may_view(actor, ranked[key]) for key in row.key_sources)]
    return visible + [each for each in labeled if each not in known]


def require_space(session: Session, actor: Actor, space_id: UUID) -> None:
    """Raises `AboveClearance` when the actor may not see the key of an item space, which every item_ref spells."""
    if actor.clearance is Classification.RESTRICTED:
        return
    row = spaces.spaces(session, actor.workspace_id).get(space_id)
    ranked = sensitivity.classifications(session, actor.workspace_id, row.key_sources) if row else {}
    for classification in ranked.values():
        governance.require_view(actor, classification)


def withheld_reasons(
    session: Session, actor: Actor, labelset_id: UUID, origins: Sequence[tuple[UUID, UUID]]
) -> list[str | None]:
    """For each (label, exposure) why its content is above the actor's clearance, or None where it is not."""
    return [
        None if governance.may_view(actor, each) else f"This label is {each}; you may see {actor.clearance} at most."
        for each in _classifications(session, actor, labelset_id, origins)
    ]


def require_label_view(session: Session, actor: Actor, labelset_id: UUID, *origins: tuple[UUID, UUID]) -> None:
    """Raises `AboveClearance` when the actor may not see what these labels (label, exposure) say: nor may they confirm
    or replace it, since trying would tell."""
    for classification in _classifications(session, actor, labelset_id, origins):
        governance.require_view(actor, classification)


def sees_all_versions(session: Session, actor: Actor, labelset_id: UUID, label_id: UUID) -> bool:
    """Whether the actor may see everything that a label ever said."""
    origins = [(label_id, each.exposure_id) for each in queries.versions(session, label_id)]
    return not any(withheld_reasons(session, actor, labelset_id, origins))


def _classifications(
    session: Session, actor: Actor, labelset_id: UUID, origins: Sequence[tuple[UUID, UUID]]
) -> list[Classification]:
    own = queries.own_classifications(session, actor.workspace_id, {label_id for label_id, _ in origins})
    read = {
        each: governance.classification_of(session, actor.workspace_id, exposures=[each], labelset_id=labelset_id)
        for each in {exposure_id for _, exposure_id in origins}
    }
    return [
        max(read[exposure_id], own.get(label_id, Classification.PUBLIC), key=lambda each: each.rank)
        for label_id, exposure_id in origins
    ]
