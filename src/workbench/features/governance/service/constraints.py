"""Usage constraints of the organisation and of single subjects: read, and narrow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.features.audit import service as audit
from workbench.features.governance.queries import constraints as queries
from workbench.features.governance.rules import ALL_USES, Limits, mask, uses_in
from workbench.features.governance.schemas import Constraints, SubjectKind
from workbench.features.governance.service.exits import bump_gate
from workbench.features.governance.tables import UsageConstraintRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from workbench.kernel.vocabulary import Classification, Use

SHIPPED_REASON = "the default that the workbench ships with"


class ConstraintsChanged(Conflict):
    """Someone else changed these constraints since they were read."""


class MayOnlyNarrow(Forbidden):
    """This would allow what someone else prohibited, which only a governor may."""


def ensure_organisation(session: Session, workspace_id: UUID) -> None:
    """Gives a new workspace its default: all five uses, classification internal. Without it the gate stays shut."""
    if queries.constraint(session, workspace_id, SubjectKind.ORGANISATION, workspace_id) is None:
        session.add(
            UsageConstraintRow(
                subject_kind=SubjectKind.ORGANISATION,
                subject_id=workspace_id,
                workspace_id=workspace_id,
                allowed=ALL_USES,
                prohibited=0,
                classification=Classification.INTERNAL.rank,
                reason=SHIPPED_REASON,
                set_by=None,
                set_at=now(),
                floor={},
            )
        )
        session.flush()
        bump_gate(session, workspace_id)


def constraints_of(session: Session, actor: Actor, kind: SubjectKind, subject_id: UUID) -> Constraints:
    """What a subject's own layer says; empty, with version 0, while nothing was set."""
    _require_constrainable(kind)
    row = queries.constraint(session, actor.workspace_id, kind, subject_id)
    return _as_constraints(kind, subject_id, row)


def narrow(
    session: Session,
    actor: Actor,
    subject_kind: SubjectKind,
    subject_id: UUID,
    *,
    allowed: Iterable[Use] | None = None,
    prohibited: Iterable[Use] = (),
    classification: Classification | None = None,
    reason: str = "",
    version: int = 0,
) -> Constraints:
    """Sets a subject's own constraints; the caller has made sure that the subject is of the actor's workspace.

    `allowed` or `classification` None leave it to the other layers. Everyone who may narrow may take back what they
    alone set; allowing more than someone else left needs `governance.waive` (`MayOnlyNarrow`), and so does any change
    to the organisation's default. A stale `version` raises `ConstraintsChanged` with the current ones.
    """
    kind = SubjectKind(subject_kind)
    _require_constrainable(kind)
    row = queries.constraint(session, actor.workspace_id, kind, subject_id)
    before = _as_constraints(kind, subject_id, row)
    if before.version != version:
        raise ConstraintsChanged(
            f"{before.set_by_name or 'Someone'} changed these constraints meanwhile.",
            fix="Look at them as they are now, and repeat your change if it is still needed.",
            details={"current": before.model_dump(mode="json")},
        )
    wanted = Limits(
        None if allowed is None else mask(allowed),
        mask(prohibited),
        None if classification is None else classification.rank,
    )
    floor = _floor(row, actor)
    _require_narrower(actor, kind, wanted, floor)
    if not reason.strip() and not Limits().stays_within(wanted):
        raise Invalid("Say why.", field="reason", fix="Name the rule, e.g. “Contract 12 forbids it”.")
    if row is None:
        row = UsageConstraintRow(subject_kind=kind, subject_id=subject_id, workspace_id=actor.workspace_id)
        session.add(row)
    row.allowed, row.prohibited, row.classification = wanted.allowed, wanted.prohibited, wanted.classification
    row.reason = reason.strip()
    row.floor = {"allowed": floor.allowed, "prohibited": floor.prohibited, "classification": floor.classification}
    row.set_by, row.set_by_name, row.set_at = actor.id, actor.name, now()
    session.flush()
    after = _as_constraints(kind, subject_id, row)
    shown = {"allowed_uses", "prohibited_uses", "classification", "reason"}
    audit.record(
        session,
        actor,
        "constraints.set",
        kind,
        subject_id,
        {
            "before": before.model_dump(mode="json", include=shown),
            "after": after.model_dump(mode="json", include=shown),
        },
    )
    bump_gate(session, actor.workspace_id)
    return after


def _floor(row: UsageConstraintRow | None, actor: Actor) -> Limits:
    """What others than the actor last left of this layer: the actor may not go beyond it alone."""
    if row is None:
        return Limits()
    if row.set_by == actor.id:
        return Limits(**row.floor)
    return Limits(row.allowed, row.prohibited, row.classification)


def _require_narrower(actor: Actor, kind: SubjectKind, wanted: Limits, floor: Limits) -> None:
    if actor.may("governance.waive"):
        return
    if kind is SubjectKind.ORGANISATION:
        raise MayOnlyNarrow("Only a governor may change the organisation's default.", fix="Ask a governor.")
    if not wanted.stays_within(floor):
        raise MayOnlyNarrow(
            f"Others prohibited more on this {kind} than this would; you may narrow it but not widen it.",
            fix="Ask a governor to change it, or to grant a waiver.",
            details={"allowed_at_most": _allowed(floor)},
        )


def _allowed(limits: Limits) -> list[Use]:
    return uses_in((ALL_USES if limits.allowed is None else limits.allowed) & ~limits.prohibited)


def _require_constrainable(kind: SubjectKind) -> None:
    if kind is SubjectKind.SOURCE:
        raise NotFound("Sources carry tags, not constraints.", field="subject_kind", fix="Set tags on the source.")


def _as_constraints(kind: SubjectKind, subject_id: UUID, row: UsageConstraintRow | None) -> Constraints:
    values: dict[str, Any] = {"subject_kind": kind, "subject_id": subject_id}
    if row is None:
        return Constraints(
            **values,
            allowed_uses=None,
            prohibited_uses=[],
            classification=None,
            reason="",
            set_by_name="",
            set_at=None,
            version=0,
        )
    known = row.classification is not None and 0 <= row.classification < len(Classification)
    return Constraints(
        **values,
        allowed_uses=None if row.allowed is None else uses_in(row.allowed),
        prohibited_uses=uses_in(row.prohibited),
        classification=Classification.of_rank(row.classification or 0) if known else None,
        reason=row.reason,
        set_by_name=row.set_by_name,
        set_at=row.set_at,
        version=row.version,
    )
