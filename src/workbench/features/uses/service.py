"""What people ask and say of a single source, sheet, labelset, label or pair: tags, constraints, a waiver, why not."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
from workbench.features.catalog import service as catalog
from workbench.features.generation.queries.pairs import pairs_leaving
from workbench.features.generation.service import require_training_sheet
from workbench.features.governance import service as governance
from workbench.features.governance.schemas import (
    Constraints,
    ConstraintsChange,
    Explanation,
    GateSummary,
    SourceTags,
    SubjectKind,
    TagsChange,
    Waiver,
    WaiverGrant,
)
from workbench.features.uses import queries
from workbench.kernel.actor import Actor
from workbench.kernel.errors import NotFound


def get_constraints(session: Session, actor: Actor, kind: SubjectKind, subject_id: UUID) -> Constraints:
    """What a subject's own layer says; empty, with version 0, while nothing was set. Raises `NotFound`."""
    _require(session, actor, kind, subject_id)
    return governance.constraints_of(session, actor, kind, subject_id)


def set_constraints(
    session: Session, actor: Actor, kind: SubjectKind, subject_id: UUID, change: ConstraintsChange
) -> Constraints:
    """Narrows what a subject may be used for, as `governance.narrow` says."""
    _require(session, actor, kind, subject_id)
    return governance.narrow(
        session,
        actor,
        kind,
        subject_id,
        allowed=change.allowed_uses,
        prohibited=change.prohibited_uses,
        classification=change.classification,
        reason=change.reason,
        version=change.version,
    )


def set_tags(session: Session, actor: Actor, backends: Backends, change: TagsChange) -> SourceTags:
    """Makes these all the tags of a source. Raises `NotFound` for one that is not there, and as `governance.set_tags`.

    A tag on a misspelled source would protect nothing while it looks as if it did. What has tags may be changed all the
    same: those of a source that was dropped stay, for it may come back.
    """
    source = _source(session, actor, backends, change.source, "source")
    return governance.set_tags(session, actor, source, change.tags, change.seen)


def grant_waiver(session: Session, actor: Actor, backends: Backends, grant: WaiverGrant) -> Waiver:
    """Lets some uses pass despite one subject's layer. Raises `NotFound`, `WaiverStands`."""
    subject = grant.subject_ref
    if grant.subject_kind is SubjectKind.SOURCE:
        subject = _source(session, actor, backends, subject, "subject_ref")
    elif grant.subject_kind is not SubjectKind.ORGANISATION:
        _require(session, actor, grant.subject_kind, _id(subject))
    return governance.grant_waiver(
        session,
        actor,
        subject_kind=grant.subject_kind,
        subject_ref=subject,
        uses=grant.uses,
        reason=grant.reason,
        expires_at=grant.expires_at,
    )


def explain_pair(session: Session, actor: Actor, pair_id: UUID) -> Explanation:
    """For every use, whether the pair may leave for it, and everything in its way."""
    found = queries.pair(session, actor.workspace_id, pair_id)
    if found is None:
        raise NotFound(f"There is no pair {pair_id}.", field="pair_id")
    sheet, row = found
    layers = governance.layers_of(
        session,
        actor.workspace_id,
        exposures=[sheet.exposure_id],
        sheet_id=sheet.sheet_id,
        labelset_id=sheet.labelset_id,
        label_id=row.label_id,
        label_exposure_id=row.label_exposure_id,
        label_verdict=row.label_verdict,
        pair_id=pair_id,
    )
    return governance.explain(layers, row.status)


def summarize_uses(session: Session, actor: Actor, training_sheet_id: UUID) -> list[GateSummary]:
    """For every use, how many pairs of a training sheet may leave for it, and why the others may not."""
    sheet = require_training_sheet(session, actor, training_sheet_id)
    return governance.summarize_uses(session, actor, pairs_leaving(sheet))


def _source(session: Session, actor: Actor, backends: Backends, source: str, field: str) -> str:
    """A source that has tags or is there, as the catalog spells it."""
    if governance.own_tags(session, actor.workspace_id, [source])[source]:
        return source
    try:
        return catalog.require_source(backends, actor, source, any_case=True)
    except NotFound as missing:
        raise NotFound(missing.message, field=field, fix=missing.fix) from None


def _id(ref: str) -> UUID:
    try:
        return UUID(ref)
    except ValueError as error:
        raise NotFound(f"There is nothing with the id {ref[:60]!r}.", field="subject_ref") from error


def _require(session: Session, actor: Actor, kind: SubjectKind, subject_id: UUID) -> None:
    if not queries.is_there(session, actor.workspace_id, kind, subject_id):
        raise NotFound(f"There is no {kind} {subject_id}.", field="subject_id")
