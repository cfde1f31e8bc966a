"""Undo and redo: a reviewer's own actions on a training sheet, newest first, with the canonical labels they wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.features.generation.service import require_training_sheet
from workbench.features.generation.tables import TrainingSheetRow
from workbench.features.labels.rules import Submission
from workbench.features.labels.tables import LabelVersionRow
from workbench.features.review import rules
from workbench.features.review.queries import actions, labels, pairs
from workbench.features.review.queries.labels import Place
from workbench.features.review.rules import Standing
from workbench.features.review.schemas import ActionKind, ReviewedPair
from workbench.features.review.service import changes
from workbench.features.review.service.changes import Change, Says
from workbench.features.review.service.clearance import require_pair_view, require_sheet_view
from workbench.features.review.service.opening import as_current, as_reviewed, require_open
from workbench.features.review.tables import ReviewActionRow
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Conflict
from workbench.kernel.vocabulary import Confidence, Verdict


class NothingToUndo(Conflict):
    """The reviewer has done nothing here that could be undone, or undone nothing that could be redone."""


class DecidedInBulk(Conflict):
    """The reviewer's newest action is one of many; `details["job_id"]` names the job that undoes them as a whole."""


class ChangedSince(Conflict):
    """Somebody else changed the pair after the action; undoing it would undo theirs. `details["current"]` has it."""


@dataclass(slots=True)
class Reversal:
    """What reversing several actions comes to: the changes to make, and the actions that somebody built upon since."""

    changes: list[Change] = field(default_factory=list)
    locked: list[Standing] = field(default_factory=list)
    overtaken: list[ReviewActionRow] = field(default_factory=list)


def undo_review(session: Session, actor: Actor, training_sheet_id: UUID) -> ReviewedPair:
    """Takes back the reviewer's newest action on the training sheet, and what it wrote into the canonical label.

    What a bulk job did is undone as a whole (`undo_bulk`), and not passed over. Raises `NothingToUndo`,
    `DecidedInBulk`, `ChangedSince` or `LabelChanged`.
    """
    sheet = require_training_sheet(session, actor, training_sheet_id)
    action = actions.newest_to_undo(session, sheet.id, actor.id)
    if action is None:
        raise NothingToUndo("You have done nothing in this training sheet that could be undone.")
    if action.batch_id is not None:
        raise DecidedInBulk(
            "What you did last was one decision on many pairs.",
            fix="Undo it as a whole: in the list of all pairs, or with `workbench review undo-bulk` and its job.",
            details={"job_id": action.batch_id},
        )
    return _reverse_one(session, actor, sheet, action, ActionKind.UNDO)


def redo_review(session: Session, actor: Actor, training_sheet_id: UUID) -> ReviewedPair:
    """Does again what the reviewer undid last, unless they did something else since. Raises as `undo_review` does."""
    sheet = require_training_sheet(session, actor, training_sheet_id)
    undo = actions.newest_to_redo(session, sheet.id, actor.id)
    if undo is None:
        raise NothingToUndo("You have undone nothing in this training sheet that could be done again.")
    return _reverse_one(session, actor, sheet, undo, ActionKind.REDO)


def _reverse_one(
    session: Session, actor: Actor, sheet: TrainingSheetRow, action: ReviewActionRow, kind: ActionKind
) -> ReviewedPair:
    require_open(sheet)
    reversal = reverse(session, sheet, [action], kind)
    if reversal.overtaken:
        require_sheet_view(session, actor, sheet)
        now_there = next((pair for pair in reversal.locked if pair.id == action.pair_id), None)
        if now_there is not None:
            require_pair_view(session, actor, sheet, now_there)
        raise ChangedSince(
            f"This pair was changed after your {action.kind}, so it cannot be taken back.",
            fix="Open the pair and decide anew.",
            details={"pair_id": action.pair_id, "current": as_current(now_there) if now_there else None},
        )
    change = reversal.changes[0]
    pins = {name: change.fields[name] for name in ("label_id", "label_number") if name in change.fields}
    for pair in (change.pair, replace(change.pair, **pins)):  # as it stands, and as it will
        require_pair_view(session, actor, sheet, pair)
    applied = changes.apply(session, actor, sheet, [change], reversal.locked, source="revert")
    return as_reviewed(session, change.pair, change.fields, change.action_id, applied.followed)


def reverse(
    session: Session, sheet: TrainingSheetRow, reversed_actions: Sequence[ReviewActionRow], kind: ActionKind
) -> Reversal:
    """Works out, on locked pairs, how to bring each back to where it stood before its action."""
    refs = pairs.refs_of(session, [action.pair_id for action in reversed_actions])
    edited = any("messages" in action.before for action in reversed_actions)
    result = Reversal(locked=pairs.lock(session, sheet, refs, messages=edited))
    standing = {pair.id: pair for pair in result.locked}
    said = labels.said(session, [place for action in reversed_actions if (place := _place_before(action))])
    for action in reversed_actions:
        pair = standing.get(action.pair_id)
        if pair is None or not rules.stands_as_left(pair, action.after):
            result.overtaken.append(action)
        else:
            result.changes.append(_back(pair, action, kind, said))
    return result


def _place_before(action: ReviewActionRow) -> Place | None:
    """Which version of the label stood before the action; None when it changed no label, or there was none."""
    change = action.after.get("label_change")
    return (UUID(change["label_id"]), change["previous"]) if change and change["previous"] is not None else None


def _back(pair: Standing, action: ReviewActionRow, kind: ActionKind, said: Mapping[Place, LabelVersionRow]) -> Change:
    """The pair as it stood before the action, and its label saying again what it said then.

    A pair that pinned that version of the label pins the new one, which says the same; any other pin comes back as
    it was.
    """
    fields = rules.restored(action.before)
    change = action.after.get("label_change")
    if change is None:
        return Change(pair, kind, fields, reverses=action.id)
    place = _place_before(action)
    before = said[place] if place is not None else None
    submission = Submission(
        item_ref=pair.item_ref,
        value=before.value if before else None,
        digest=before.digest if before else pair.digest,
        expected_version=pair.label_number or change["number"],
        verdict=Verdict(before.verdict) if before else Verdict.RETRACTED,
        confidence=Confidence(before.confidence) if before else Confidence.HIGH,
        notes=before.notes if before else "",
        pair_id=pair.id,
    )
    version_id = before.labelset_version_id if before else pair.labelset_version_id
    says = Says(submission, version_id, before.exposure_id if before else pair.exposure_id)
    pinned = fields.get("label_number", pair.label_number)
    pins = pinned is not None and pinned == change["previous"]
    return Change(pair, kind, fields, says, pins=pins, reverses=action.id, restores=change["previous"])
