"""REST of tags, constraints and waivers on single things, and the answer to "why can't I train on this?"."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter

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
from workbench.features.uses import service
from workbench.kernel.actor import Actor
from workbench.requests import DbSession, Wired, allow

router = APIRouter(prefix="/governance", tags=["governance"])


@router.get("/constraints/{subject_kind}/{subject_id}")
def get_constraints(
    subject_kind: SubjectKind, subject_id: UUID, actor: Annotated[Actor, allow("governance.read")], session: DbSession
) -> Constraints:
    """What a sheet's, labelset's, label's or pair's own layer says."""
    return service.get_constraints(session, actor, subject_kind, subject_id)


@router.put("/constraints/{subject_kind}/{subject_id}")
def set_constraints(
    subject_kind: SubjectKind,
    subject_id: UUID,
    body: ConstraintsChange,
    actor: Annotated[Actor, allow("governance.narrow")],
    session: DbSession,
) -> Constraints:
    """Narrows what a sheet, labelset, label or pair may be used for; only governors widen what others narrowed."""
    return service.set_constraints(session, actor, subject_kind, subject_id, body)


@router.put("/tags/of")
def set_tags(
    body: TagsChange, actor: Annotated[Actor, allow("governance.narrow")], session: DbSession, backends: Wired
) -> SourceTags:
    """Makes these all the tags that the source itself has; refused for a source that is not there and has none."""
    return service.set_tags(session, actor, backends, body)


@router.post("/waivers", status_code=201)
def grant_waiver(
    body: WaiverGrant, actor: Annotated[Actor, allow("governance.waive")], session: DbSession, backends: Wired
) -> Waiver:
    """Lets some uses pass despite what one subject's layer says."""
    return service.grant_waiver(session, actor, backends, body)


@router.get("/pairs/{pair_id}/uses")
def explain_pair(pair_id: UUID, actor: Annotated[Actor, allow("governance.read")], session: DbSession) -> Explanation:
    """What a pair may be used for, and why not for the rest."""
    return service.explain_pair(session, actor, pair_id)


@router.get("/training-sheets/{training_sheet_id}/uses")
def summarize_uses(
    training_sheet_id: UUID, actor: Annotated[Actor, allow("governance.read")], session: DbSession
) -> list[GateSummary]:
    """For every use, how many pairs of a training sheet may leave for it, and why the others may not."""
    return service.summarize_uses(session, actor, training_sheet_id)
