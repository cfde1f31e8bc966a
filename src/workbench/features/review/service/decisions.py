"""Deciding about one pair: approve, edit, reject, flag, reset, note."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.features.audit import service as audit
from workbench.features.labels import service as labels
from workbench.features.labels.kinds import kind_of
from workbench.features.labels.rules import ItemKey, Submission
from workbench.features.review import rules
from workbench.features.review.queries import pairs
from workbench.features.review.schemas import (
    ActionKind,
    PairApproval,
    PairDecision,
    PairEdit,
    PairFlag,
    PairNote,
    PairRejection,
    PairReset,
    ReviewedPair,
)
from workbench.features.review.service import changes
from workbench.features.review.service.changes import Change, Says
from workbench.features.review.service.opening import Opened, as_reviewed, open_pair
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Invalid
from workbench.kernel.vocabulary import Confidence, PairStatus, Verdict


def approve_pair(session: Session, actor: Actor, pair_id: UUID, decision: PairApproval) -> ReviewedPair:
    """The answer stands: the pair is labeled, and its value becomes the item's canonical label.

    Raises `PairChanged`, `LabelChanged` (both carry both sides), and `Invalid` when there is no answer or it does not
    fit the labelset.
    """
    opened = open_pair(session, actor, pair_id, decision.version, _yours(decision))
    fields = rules.settled(PairStatus.LABELED, actor, now(), decision.notes)
    return _settle(
        session, actor, opened, ActionKind.APPROVE, fields, _answer(session, actor, opened, opened.pair.value, decision)
    )


def edit_pair(session: Session, actor: Actor, pair_id: UUID, edit: PairEdit) -> ReviewedPair:
    """Corrects the answer, the prompt or both, and approves the result unless told otherwise.

    Raises as `approve_pair` does, and `Invalid` for messages that cannot stand as a prompt.
    """
    opened = open_pair(session, actor, pair_id, edit.version, _yours(edit), messages=True)
    status = PairStatus.LABELED if edit.approve else PairStatus.UNLABELED
    fields = rules.settled(status, actor, now(), edit.notes)
    if edit.messages is not None:
        rules.check_messages(edit.messages, opened.pair.messages or [])
        fields["messages"] = edit.messages
    value = opened.pair.value
    if "value" in edit.model_fields_set:
        value = fields["value"] = edit.value
        if value is not None:
            fields["problem"] = None
    says = _answer(session, actor, opened, value, edit) if edit.approve else None
    return _settle(session, actor, opened, ActionKind.EDIT, fields, says)


def reject_pair(session: Session, actor: Actor, pair_id: UUID, decision: PairRejection) -> ReviewedPair:
    """The pair is not used. With `unlabelable`, the item's canonical label says that it cannot be answered."""
    opened = open_pair(session, actor, pair_id, decision.version, _yours(decision))
    fields = rules.settled(PairStatus.REJECTED, actor, now(), decision.notes)
    says = None
    if decision.unlabelable:
        if opened.pair.ordinal != 0:
            raise Invalid(
                "Only an item's first pair speaks for the item.", field="unlabelable", fix="Reject the pair alone."
            )
        says = _says(opened, None, decision.label_number, Verdict.UNLABELABLE, Confidence.HIGH, decision.notes)
    return _settle(session, actor, opened, ActionKind.REJECT, fields, says)


def flag_pair(session: Session, actor: Actor, pair_id: UUID, decision: PairFlag) -> ReviewedPair:
    """The pair waits for somebody else."""
    opened = open_pair(session, actor, pair_id, decision.version, _yours(decision))
    fields = rules.settled(PairStatus.FLAGGED, actor, now(), decision.notes)
    return _settle(session, actor, opened, ActionKind.FLAG, fields, None)


def reset_pair(session: Session, actor: Actor, pair_id: UUID, decision: PairReset) -> ReviewedPair:
    """The pair is unlabeled again; the item's canonical label stays as it is."""
    opened = open_pair(session, actor, pair_id, decision.version, _yours(decision))
    fields = rules.settled(PairStatus.UNLABELED, actor, now(), decision.notes)
    return _settle(session, actor, opened, ActionKind.RESET, fields, None)


def note_pair(session: Session, actor: Actor, pair_id: UUID, note: PairNote) -> ReviewedPair:
    """Writes a pair's notes. This is no decision: the status, and an approved training sheet, stay as they are."""
    opened = open_pair(session, actor, pair_id, note.version, {"notes": note.notes})
    pairs.annotate(session, pair_id, note.notes)
    audit.record(session, actor, "pair.note", "pair", pair_id, {"training_sheet": str(opened.sheet.id)})
    return as_reviewed(session, opened.pair, {"notes": note.notes}, None, 0)


def _settle(
    session: Session, actor: Actor, opened: Opened, kind: ActionKind, fields: dict[str, Any], says: Says | None
) -> ReviewedPair:
    change = Change(opened.pair, kind, fields, says)
    applied = changes.apply(session, actor, opened.sheet, [change], opened.locked)
    item = ItemKey(opened.sheet.space_id, opened.pair.item_ref)
    labels.discard_draft(session, actor, item, opened.sheet.labelset_id)
    return as_reviewed(session, opened.pair, change.fields, change.action_id, applied.followed)


def _answer(session: Session, actor: Actor, opened: Opened, value: Any, decision: PairApproval) -> Says | None:
    """The canonical label that an approval makes; None for an item's further pairs, which have none of their own."""
    if value is None:
        raise Invalid(
            "This pair has no answer to approve.",
            field="value",
            fix="Edit it and give one, or reject or flag the pair.",
        )
    if opened.pair.ordinal != 0:
        _require_fit(session, actor, opened, value)
        return None
    said = opened.label if opened.label is not None and opened.label.verdict == Verdict.ANSWERED else None
    same = said is not None and said.value == value
    confidence = decision.confidence or (said.confidence if said is not None and same else Confidence.HIGH)
    notes = said.notes if decision.notes is None and said is not None and same else decision.notes
    return _says(opened, value, decision.label_number, Verdict.ANSWERED, confidence, notes)


def _require_fit(session: Session, actor: Actor, opened: Opened, value: Any) -> None:
    """What submitting checks for an item's first pair, for its further ones."""
    version = labels.require_version(session, actor, opened.sheet.labelset_version_id)
    problems = kind_of(version.kind).check(value, version)
    if problems:
        raise Invalid(
            f"The answer does not fit the labelset: {problems[0].message}",
            field=f"value{problems[0].path}",
            details={"problems": [problem.model_dump() for problem in problems]},
        )


def _says(
    opened: Opened, value: Any, seen: int | None, verdict: Verdict, confidence: Confidence, notes: str | None
) -> Says:
    submission = Submission(
        item_ref=opened.pair.item_ref,
        value=value,
        digest=opened.pair.digest,
        expected_version=rules.expected_label(opened.pair, seen, stands=opened.label is not None),
        verdict=verdict,
        confidence=confidence,
        notes=notes or "",
        pair_id=opened.pair.id,
    )
    return Says(submission, opened.sheet.labelset_version_id, opened.sheet.exposure_id)


def _yours(decision: PairDecision) -> dict[str, Any]:
    return decision.model_dump(mode="json", exclude_unset=True)
