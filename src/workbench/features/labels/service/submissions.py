"""The one way into the canonical labels: every answer, whoever gives it and wherever, passes through `submit_many`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.features.audit import service as audit
from workbench.features.governance import service as governance
from workbench.features.labels.kinds import kind_of
from workbench.features.labels.kinds.answers import field_of
from workbench.features.labels.queries import labels as queries
from workbench.features.labels.rules import Expected, ItemKey, LabelHead, Outcome, Submission
from workbench.features.labels.rules import labels as rules
from workbench.features.labels.schemas import ChangeKind, LabelsetVersion
from workbench.features.labels.service.clearance import withheld_reasons
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict, Invalid
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import AssetState, Confidence, Verdict

SHOWN = 20  # items that an error names
VERBS = {Verdict.ANSWERED: "answer", Verdict.UNLABELABLE: "set_aside", Verdict.RETRACTED: "retract"}


class LabelChanged(Conflict):
    """Someone else labeled the item meanwhile: `details` hold `yours` and `theirs`, and every item it happened to.

    What of theirs is above the actor's clearance is left out, and `withheld` says why.
    """


class AnswerInvalid(Invalid):
    """The answer does not fit the labelset; `details["problems"]` say where and why."""


def submit(
    session: Session,
    actor: Actor,
    item: ItemKey,
    labelset_version: LabelsetVersion,
    value: Any,
    *,
    digest: bytes,
    exposure_id: UUID,
    expected_version: Expected,
    verdict: Verdict = Verdict.ANSWERED,
    confidence: Confidence = Confidence.HIGH,
    notes: str = "",
    source: str = "direct",
    pair_id: UUID | None = None,
) -> Outcome:
    """Makes an answer the canonical label of an item.

    `digest` is of the item's fields that were shown, `exposure_id` says which those were. `expected_version` is the
    number of the label that was seen, None for "there is none", or `ANY` to win over whatever is there. Saying the same
    again changes nothing. Raises `AnswerInvalid`, and `LabelChanged` with both sides.
    """
    submission = Submission(item.item_ref, value, digest, expected_version, verdict, confidence, notes, pair_id)
    return submit_many(
        session, actor, item.space_id, labelset_version, [submission], exposure_id=exposure_id, source=source
    )[0]


def submit_many(
    session: Session,
    actor: Actor,
    space_id: UUID,
    labelset_version: LabelsetVersion,
    submissions: Sequence[Submission],
    *,
    exposure_id: UUID,
    source: str = "direct",
    conflicts: Literal["raise", "skip"] = "raise",
) -> list[Outcome]:
    """`submit` for many items of one space, all seen through the same exposure; outcomes come in the same order.

    One answer that does not fit refuses the whole batch, and so does an item whose label is not the expected one,
    unless `conflicts` is "skip": then it stays as it is and comes back `SKIPPED`.
    """
    if labelset_version.state is AssetState.DRAFT:
        raise Conflict(
            f"Version {labelset_version.number} of the labelset {labelset_version.label_type} is a draft.",
            fix="Publish it before labeling with it.",
        )
    accepted = [_checked(each, labelset_version, row) for row, each in enumerate(submissions, 1)]
    _refuse_repeated(accepted)
    queries.lock_space(session, actor.workspace_id, space_id, labelset_version.labelset_id)
    heads = queries.heads(session, space_id, labelset_version.labelset_id, (each.item_ref for each in accepted))
    refused = [
        each
        for each in accepted
        if rules.collides(heads.get(each.item_ref), each.expected_version)
        and (conflicts == "raise" or each.item_ref not in heads)
    ]
    if refused:
        raise _label_changed(session, actor, labelset_version, refused, heads)
    moment = now()
    outcomes = [
        rules.decide(
            heads.get(each.item_ref),
            each,
            version_id=labelset_version.id,
            exposure_id=exposure_id,
            actor=actor,
            moment=moment,
            fresh_id=new_id,
        )
        for each in accepted
    ]
    written = [
        (submission, outcome)
        for submission, outcome in zip(accepted, outcomes, strict=True)
        if outcome.change in (ChangeKind.CREATED, ChangeKind.CHANGED)
    ]
    if written:
        _write(session, actor, space_id, labelset_version, written, source)
    return outcomes


def _checked(submission: Submission, version: LabelsetVersion, row: int) -> Submission:
    """The submission with its value in the one spelling of equal answers. Raises `AnswerInvalid`."""
    if submission.verdict is not Verdict.ANSWERED:
        return replace(submission, value=None)
    kind = kind_of(version.kind)
    found = kind.check(submission.value, version)
    if found:
        where = found[0].path
        raise AnswerInvalid(
            f"The answer does not fit the labelset {version.label_type}"
            f"{f' at {where}' if where else ''}: {found[0].message}",
            field=field_of(where, "value"),
            row=row,
            fix="Mend the answer, or mark the item as unlabelable.",
            details={"problems": [each.model_dump() for each in found], "item_ref": submission.item_ref},
        )
    value = kind.normalize(submission.value, version)
    return submission if value is submission.value else replace(submission, value=value)


def _refuse_repeated(submissions: Sequence[Submission]) -> None:
    seen: dict[str, int] = {}
    for row, each in enumerate(submissions, 1):
        first = seen.setdefault(each.item_ref, row)
        if first != row:
            raise Invalid(
                f"The item {each.item_ref} is answered twice, first in row {first}.",
                field="item_ref",
                row=row,
                fix="Keep one answer for each item.",
            )


def _label_changed(
    session: Session,
    actor: Actor,
    version: LabelsetVersion,
    refused: Sequence[Submission],
    heads: dict[str, LabelHead],
) -> LabelChanged:
    yours = refused[0]
    theirs = heads.get(yours.item_ref)
    why = (
        withheld_reasons(session, actor, version.labelset_id, [(theirs.id, theirs.exposure_id)])[0] if theirs else None
    )
    who = f"{theirs.changed_by_name} labeled" if theirs else "There is no label any more for"
    more = f", and {len(refused) - 1} more items were labeled too" if len(refused) > 1 else ""
    return LabelChanged(
        f"{who} the item {yours.item_ref} meanwhile{more}; nothing of yours was kept."
        if theirs
        else f"The item {yours.item_ref} has no label to change{more}; nothing was kept.",
        fix="Look at both answers and choose.",
        details={
            "yours": {
                "value": yours.value,
                "verdict": yours.verdict,
                "notes": yours.notes,
                "version": yours.expected_version,
            },
            "theirs": theirs and rules.side(theirs, withheld=why),
            "items": [each.item_ref for each in refused[:SHOWN]],
        },
    )


def _write(
    session: Session,
    actor: Actor,
    space_id: UUID,
    version: LabelsetVersion,
    written: Sequence[tuple[Submission, Outcome]],
    source: str,
) -> None:
    """Labels, history, counts, the gate's revision and audit, all in the caller's transaction."""
    new, changed, history = [], [], []
    counts: Counter[Verdict] = Counter()
    alters_gate = False
    for submission, outcome in written:
        label, previous = outcome.label, outcome.previous
        content = {
            "number": label.number,
            "verdict": label.verdict,
            "value": label.value,
            "labelset_version_id": label.labelset_version_id,
            "exposure_id": label.exposure_id,
            "digest": label.digest,
            "confidence": label.confidence,
            "notes": label.notes,
        }
        stands = {
            "id": label.id,
            **content,
            "labeled_by": label.labeled_by,
            "labeled_by_name": label.labeled_by_name,
            "labeled_at": label.labeled_at,
            "changed_by_name": label.changed_by_name,
            "changed_at": label.changed_at,
        }
        counts[label.verdict] += 1
        if previous is None:
            key = {"workspace_id": actor.workspace_id, "space_id": space_id, "labelset_id": version.labelset_id}
            new.append({**stands, **key, "item_ref": label.item_ref})
        else:
            counts[previous.verdict] -= 1
            changed.append(stands)
            alters_gate |= previous.verdict is not label.verdict or previous.exposure_id != label.exposure_id
        history.append(
            {
                "label_id": label.id,
                **content,
                "workspace_id": actor.workspace_id,
                "source": source,
                "pair_id": submission.pair_id,
                "actor_id": actor.id,
                "actor_name": actor.name,
                "at": label.changed_at,
            }
        )
    queries.insert_labels(session, new)
    queries.update_labels(session, changed)
    queries.append_versions(session, history)
    queries.add_to_counts(session, space_id, version.labelset_id, counts)
    if alters_gate:
        governance.bump_gate(session, actor.workspace_id)
    _record(session, actor, version, [outcome for _, outcome in written], source)


def _record(session: Session, actor: Actor, version: LabelsetVersion, outcomes: Sequence[Outcome], source: str) -> None:
    details: dict[str, Any] = {"label_type": version.label_type, "source": source}
    if len(outcomes) == 1:
        label = outcomes[0].label
        details["number"] = label.number
        audit.record(session, actor, f"label.{VERBS[label.verdict]}", "label", label.id, details)
    else:
        details |= Counter(outcome.change.value for outcome in outcomes)
        audit.record(session, actor, "label.answer", "labelset", version.labelset_id, details)
