"""The one way a pair changes in review, for one as for a thousand, in the caller's transaction.

Together change: the pair, its item's canonical label, the counters, an action to undo it by, and the pairs of the same
item in other training sheets.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.features.audit import service as audit
from workbench.features.generation.tables import TrainingSheetRow
from workbench.features.labels import service as labels
from workbench.features.labels.rules import Outcome, Submission
from workbench.features.labels.schemas import ChangeKind
from workbench.features.review import rules
from workbench.features.review.queries import actions, counting, pairs
from workbench.features.review.rules import Standing
from workbench.features.review.schemas import ActionKind
from workbench.features.review.service.freshness import Look
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import Verdict


@dataclass(frozen=True, slots=True)
class Says:
    """What the item's canonical label shall say from now on, and under which labelset version and exposure."""

    submission: Submission
    labelset_version_id: UUID
    exposure_id: UUID


@dataclass(slots=True)
class Change:
    """What shall become of one pair: `fields` are its new values, `says` what its item's label says from then on.

    With `pins`, the pair pins the label's new version. `reverses` names the action that is taken back, and `restores`
    the number of the label that stands again then, if one did.
    """

    pair: Standing
    kind: ActionKind
    fields: dict[str, Any]
    says: Says | None = None
    pins: bool = True
    reverses: UUID | None = None
    restores: int | None = None
    action_id: UUID = field(default_factory=new_id)
    outcome: Outcome | None = None

    @property
    def label_change(self) -> dict[str, Any] | None:
        """The label, its number now and before, when it changed: what an undo has to take back."""
        if self.outcome is None or self.outcome.change is ChangeKind.UNCHANGED:
            return None
        previous = self.outcome.previous
        label = self.outcome.label
        return {"label_id": label.id, "number": label.number, "previous": previous.number if previous else None}


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of changes: those `done`, those `skipped` since another label came first, and how many followed."""

    done: list[Change]
    skipped: list[Change]
    followed: int


def apply(
    session: Session,
    actor: Actor,
    sheet: TrainingSheetRow,
    changes: Sequence[Change],
    locked: Sequence[Standing],
    *,
    source: str = "review",
    conflicts: Literal["raise", "skip"] = "raise",
    batch_id: UUID | None = None,
) -> Applied:
    """Writes the changes. An approved training sheet that one of them touches returns to review.

    `locked` are the pairs that `queries.pairs.lock` gave for them. Raises `LabelChanged` when a label is not the one
    that a change builds on, unless `conflicts` is "skip".
    """
    _speak(session, actor, sheet, changes, source, conflicts)
    skipped = [c for c in changes if c.outcome is not None and c.outcome.change is ChangeKind.SKIPPED]
    done = [c for c in changes if c not in skipped] if skipped else list(changes)
    asked = {change.pair.id for change in changes}
    followers = _followers(session, actor, done, [pair for pair in locked if pair.id not in asked])
    everything = [*done, *followers]
    pairs.write(session, [(change.pair.id, change.fields) for change in everything])
    moment = now()
    actions.add(session, [_action(actor, change, moment, batch_id, sheet.workspace_id) for change in everything])
    actions.mark_reversed(session, {c.reverses: c.action_id for c in done if c.reverses is not None})
    by_sheet: dict[UUID, list[Change]] = defaultdict(list)
    for change in everything:
        by_sheet[change.pair.training_sheet_id].append(change)
    for training_sheet_id in sorted(by_sheet, key=lambda id: id.bytes):
        shift = rules.count_shift((change.pair, change.fields) for change in by_sheet[training_sheet_id])
        counting.shift_counts(session, training_sheet_id, shift)
        if counting.reopen(session, training_sheet_id):
            audit.record(
                session, actor, "training_sheet.reopen", "training_sheet", training_sheet_id, {"by": "a change"}
            )
    _record(session, actor, sheet, done, len(followers), batch_id)
    return Applied(done, skipped, len(followers))


def _speak(
    session: Session,
    actor: Actor,
    sheet: TrainingSheetRow,
    changes: Sequence[Change],
    source: str,
    conflicts: Literal["raise", "skip"],
) -> None:
    """Writes the canonical labels that the changes call for, and pins them."""
    alike: dict[tuple[UUID, UUID], list[tuple[Change, Submission]]] = defaultdict(list)
    for change in changes:
        if change.says is not None:
            alike[change.says.labelset_version_id, change.says.exposure_id].append((change, change.says.submission))
    for (version_id, exposure_id), speaking in alike.items():
        outcomes = labels.submit_many(
            session,
            actor,
            sheet.space_id,
            labels.require_version(session, actor, version_id),
            [submission for _, submission in speaking],
            exposure_id=exposure_id,
            source=source,
            conflicts=conflicts,
        )
        for (change, _), outcome in zip(speaking, outcomes, strict=True):
            change.outcome = outcome
            if change.pins:
                change.fields |= {"label_id": outcome.label.id, "label_number": outcome.label.number}
            if change.kind in (ActionKind.APPROVE, ActionKind.EDIT):
                change.fields["value"] = outcome.label.value  # in the one spelling of equal answers


def _record(
    session: Session,
    actor: Actor,
    sheet: TrainingSheetRow,
    done: Sequence[Change],
    followed: int,
    batch_id: UUID | None,
) -> None:
    """One event for a decision, one for each step of a job; actions hold what each pair was like before."""
    if batch_id is None:
        for change in done:
            details = {"training_sheet": str(sheet.id), "followed": followed}
            audit.record(session, actor, f"pair.{change.kind}", "pair", change.pair.id, details)
    elif done:
        details = {"name": sheet.name, "job": str(batch_id), "followed": followed}
        details |= Counter(change.kind.value for change in done)
        audit.record(session, actor, "training_sheet.review", "training_sheet", sheet.id, details)


def _followers(session: Session, actor: Actor, changes: Sequence[Change], others: Sequence[Standing]) -> list[Change]:
    """What the labels' news means for pairs of the same items in other training sheets.

    Where an undo took the news back, a pair that had followed it goes back to where it stood before.
    """
    news = {c.pair.item_ref: c for c in changes if c.label_change is not None}
    concerned = [pair for pair in others if pair.item_ref in news]
    undone = [pair for pair in concerned if news[pair.item_ref].reverses is not None]
    before = actions.before_following(session, [pair.id for pair in undone])
    look = Look(session, actor)
    followers = []
    for pair in concerned:
        outcome = news[pair.item_ref].outcome
        assert outcome is not None
        stood = before.get((pair.id, pair.version))
        if stood is not None and outcome.previous is not None and pair.label_number == outcome.previous.number:
            fields: dict[str, Any] | None = rules.stand_again(stood, news[pair.item_ref].restores, outcome.label.number)
        else:
            label = None
            if outcome.label.verdict is not Verdict.RETRACTED:
                label = look.at(outcome.label, pair, previous=outcome.previous)
            fields = rules.follow(pair, label)
        if fields:
            followers.append(Change(pair, ActionKind.FOLLOW, fields))
    return followers


def _action(
    actor: Actor, change: Change, moment: datetime, batch_id: UUID | None, workspace_id: UUID
) -> dict[str, Any]:
    fields = rules.changed(change.pair, change.fields)
    after = fields | ({"label_change": change.label_change} if change.label_change else {})
    return {
        "id": change.action_id,
        "workspace_id": workspace_id,
        "training_sheet_id": change.pair.training_sheet_id,
        "pair_id": change.pair.id,
        "kind": change.kind,
        "batch_id": batch_id,
        "reverses": change.reverses,
        "reversed_by": None,
        "before": rules.before(change.pair, fields),
        "after": after,
        "pair_version": change.pair.version + 1,
        "actor_id": actor.id,
        "actor_name": actor.name,
        "at": moment,
    }
