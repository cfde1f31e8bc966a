"""What the gate says of many rows at once, counted by reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.features.governance import gate as gates
from workbench.features.governance.queries import constraints as queries
from workbench.features.governance.schemas import GateSummary, SubjectKind
from workbench.features.governance.service.origin import (
    layers_by_id,
    layers_of_exposures,
    shared_layers,
    source_layers,
)
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.vocabulary import Classification, PairStatus, Use

MOST_REASONS = 30
OTHER_REASONS = "other reasons"


def summarize(session: Session, actor: Actor, leaving: gates.Leaving, use: Use) -> GateSummary:
    """What the gate says of all these rows, without letting any out."""
    return summarize_uses(session, actor, leaving, [use])[0]


def summarize_uses(
    session: Session, actor: Actor, leaving: gates.Leaving, uses: Sequence[Use] = tuple(Use)
) -> list[GateSummary]:
    """What the gate says of all these rows for each use, in one pass, without letting any out."""
    gated = judge(session, actor.workspace_id, leaving, uses)
    return summaries(gated, gates.tally(session, gated))


def judge(session: Session, workspace_id: UUID, leaving: gates.Leaving, uses: Sequence[Use]) -> gates.Gated:
    """The rows with the gate's verdict on each, for `release` and for counting; nobody else runs it."""
    of_pairs = leaving.what is SubjectKind.PAIR
    shared = shared_layers(
        session,
        workspace_id,
        exposures=leaving.exposures if leaving.exposures or of_pairs else None,
        sheet_id=leaving.sheet_id,
        labelset_id=leaving.labelset_id,
    )
    if leaving.sources:
        shared += source_layers(session, workspace_id, leaving.sources)
    read = layers_of_exposures(session, workspace_id)
    named = layers_by_id(session, workspace_id, leaving.keys)
    constrained = queries.constrained(session, (SubjectKind.LABEL, SubjectKind.PAIR))
    return gates.gate(
        leaving, uses, workspace_id, shared=shared, read=read, named=named, constrained=constrained, moment=now()
    )


def summaries(gated: gates.Gated, lines: list[gates.Line]) -> list[GateSummary]:
    """What counted lines come to, for each use."""
    return [_summary(use, gated.classification, lines) for use in gated.reasons]


def _summary(use: Use, shared: Classification, lines: list[gates.Line]) -> GateSummary:
    not_labeled: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    allowed, rank = 0, shared.rank
    for line in lines:
        reason = line.reasons[use]
        if reason is None:
            allowed += line.count
            rank = max(rank, line.rank)
        elif line.status != PairStatus.LABELED:
            not_labeled[line.status] += line.count
        else:
            reasons[reason] += line.count
    prohibited = dict(_most_first(reasons)[:MOST_REASONS])
    others = reasons.total() - sum(prohibited.values())
    return GateSummary(
        use=use,
        considered=allowed + not_labeled.total() + reasons.total(),
        labeled=allowed + reasons.total(),
        allowed=allowed,
        not_labeled=dict(_most_first(not_labeled)),
        prohibited=prohibited | ({OTHER_REASONS: others} if others else {}),
        classification=Classification.of_rank(rank),
    )


def _most_first(counts: Counter[str]) -> list[tuple[str, int]]:
    """By count, then by name, so that equal counts always come in one order."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
