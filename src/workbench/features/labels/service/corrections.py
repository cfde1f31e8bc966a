"""Taking labels back and making what they said before stand again, through the one write path."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from workbench.features.labels.queries import labels as queries
from workbench.features.labels.rules import Expected, Outcome, Submission
from workbench.features.labels.schemas import Label, RetractLabel, RevertLabel
from workbench.features.labels.service.clearance import require_label_view
from workbench.features.labels.service.labels import get_label, require_label
from workbench.features.labels.service.submissions import submit_many
from workbench.features.labels.service.versions import require_version
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Conflict, NotFound
from workbench.kernel.vocabulary import Confidence, Verdict


def retract_label(session: Session, actor: Actor, label_id: UUID, body: RetractLabel) -> Label:
    """Takes a label back: the gate denies it at once, and its item counts as unlabeled."""
    retract(session, actor, label_id, expected_version=body.version, reason=body.reason)
    return get_label(session, actor, label_id)


def revert_label(session: Session, actor: Actor, label_id: UUID, body: RevertLabel) -> Label:
    """Makes an earlier version of a label its newest one again."""
    revert(session, actor, label_id, body.to, expected_version=body.version, notes=body.notes)
    return get_label(session, actor, label_id)


def retract(session: Session, actor: Actor, label_id: UUID, *, expected_version: Expected, reason: str) -> Outcome:
    """Takes a label back; its history stays. Raises `LabelChanged`, and `Conflict` when it is retracted already."""
    row = require_label(session, actor, label_id)
    if row.verdict == Verdict.RETRACTED and expected_version == row.number:
        raise Conflict("The label is retracted already.", fix="Label the item again if that was wrong.")
    submission = Submission(
        row.item_ref,
        None,
        row.digest,
        expected_version,
        Verdict.RETRACTED,
        Confidence(row.confidence),
        reason,
    )
    version = require_version(session, actor, row.labelset_version_id)
    return submit_many(
        session, actor, row.space_id, version, [submission], exposure_id=row.exposure_id, source="retract"
    )[0]


def revert(
    session: Session,
    actor: Actor,
    label_id: UUID,
    to: int,
    *,
    expected_version: Expected,
    notes: str | None = None,
    pair_id: UUID | None = None,
) -> Outcome:
    """Lets a label say again what its version `to` said, of the item as it was then: if the item changed since, the
    label comes back stale. Raises `NotFound`, `LabelChanged`, and `AboveClearance` for what it says or said."""
    row = require_label(session, actor, label_id)
    said = queries.version(session, label_id, to)
    if said is None:
        raise NotFound(f"The label has no version {to}.", field="to", fix="Look at its history.")
    origins = [(row.id, exposure_id) for exposure_id in (row.exposure_id, said.exposure_id)]
    require_label_view(session, actor, row.labelset_id, *origins)
    submission = Submission(
        row.item_ref,
        said.value,
        said.digest,
        expected_version,
        Verdict(said.verdict),
        Confidence(said.confidence),
        said.notes if notes is None else notes,
        pair_id,
    )
    version = require_version(session, actor, said.labelset_version_id)
    return submit_many(
        session, actor, row.space_id, version, [submission], exposure_id=said.exposure_id, source="revert"
    )[0]
