"""What people read of canonical labels: one, lists, history; and what other features ask of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.features.governance import service as governance
from workbench.features.governance.schemas import Explanation
from workbench.features.labels.kinds import kind_of
from workbench.features.labels.queries import labels as queries
from workbench.features.labels.rules import LabelHead
from workbench.features.labels.rules import labels as rules
from workbench.features.labels.schemas import Label, LabelHistory, LabelsetVersion, LabelVersion
from workbench.features.labels.service.clearance import require_space, withheld_reasons
from workbench.features.labels.service.definitions import require_labelset, versions_of
from workbench.features.labels.tables import CanonicalLabelRow
from workbench.kernel.actor import Actor
from workbench.kernel.errors import NotFound
from workbench.kernel.vocabulary import Confidence, Verdict

Versions = Mapping[UUID, LabelsetVersion]


def heads(session: Session, space_id: UUID, labelset_id: UUID, item_refs: Iterable[str]) -> dict[str, LabelHead]:
    """The labels that stand for these items, by item_ref; an item whose label was retracted has none.

    Whether one may be reused is for `rules.staleness` to say, with the item's digest now over the fields of the
    label's own exposure: `standings` does that for items of a sheet.
    """
    found = queries.heads(session, space_id, labelset_id, item_refs)
    return {ref: head for ref, head in found.items() if head.verdict is not Verdict.RETRACTED}


def get_label(session: Session, actor: Actor, label_id: UUID) -> Label:
    """One label as it stands now. Raises `NotFound`."""
    return as_labels(session, actor, [require_label(session, actor, label_id)])[0]


def history_of_label(session: Session, actor: Actor, label_id: UUID) -> LabelHistory:
    """Everything a label ever said, newest first, each with what it changed."""
    row = require_label(session, actor, label_id)
    versions = labelset_versions(session, actor, row.labelset_id)
    said = queries.versions(session, row.id)
    reasons = withheld_reasons(session, actor, row.labelset_id, [(row.id, each.exposure_id) for each in said])
    history = []
    for each, reason, older in zip(said, reasons, [*said[1:], None], strict=True):
        version = versions[each.labelset_version_id]
        before = older.value if older is not None and not reason else None
        history.append(
            LabelVersion(
                number=each.number,
                verdict=Verdict(each.verdict),
                value=None if reason else each.value,
                rendered=None if reason else _rendered(each.verdict, each.value, version),
                labelset_version=version.number,
                confidence=Confidence(each.confidence),
                notes=None if reason else each.notes,
                source=each.source,
                pair_id=each.pair_id,
                actor_name=each.actor_name,
                at=each.at,
                changes=[] if reason or older is None else rules.differences(before, each.value),
                withheld=reason,
            )
        )
    return LabelHistory(label=as_labels(session, actor, [row])[0], versions=history)


def explain_label(session: Session, actor: Actor, label_id: UUID) -> Explanation:
    """For every use, whether the label by itself may serve it, and what stands in the way."""
    row = require_label(session, actor, label_id)
    layers = governance.layers_of(
        session,
        actor.workspace_id,
        exposures=[],
        sheet_id=None,
        labelset_id=row.labelset_id,
        label_id=row.id,
        label_exposure_id=row.exposure_id,
        label_verdict=row.verdict,
    )
    return governance.explain(layers)


# --- for the other services of this feature ---------------------------------------------------------------------------


def require_label(session: Session, actor: Actor, label_id: UUID) -> CanonicalLabelRow:
    """The label's row as it is in the database now. Raises `NotFound`, and `AboveClearance` for its item's key."""
    row = queries.get(session, label_id, actor.workspace_id)
    if row is None:
        raise NotFound(f"There is no label {label_id}.", field="label_id")
    require_space(session, actor, row.space_id)
    return row


def labelset_versions(session: Session, actor: Actor, labelset_id: UUID) -> Versions:
    """The versions of a labelset by their ids."""
    return {each.id: each for each in versions_of(session, require_labelset(session, actor, labelset_id))}


def as_labels(
    session: Session, actor: Actor, rows: Sequence[CanonicalLabelRow], versions: Versions | None = None
) -> list[Label]:
    """The wire shapes of labels of one labelset, with what the actor may not see withheld."""
    if not rows:
        return []
    versions = versions or labelset_versions(session, actor, rows[0].labelset_id)
    origins = [(row.id, row.exposure_id) for row in rows]
    reasons = withheld_reasons(session, actor, rows[0].labelset_id, origins)
    return [as_label(row, versions[row.labelset_version_id], reason) for row, reason in zip(rows, reasons, strict=True)]


def as_label(row: CanonicalLabelRow, version: LabelsetVersion, withheld: str | None) -> Label:
    """The wire shape of a label."""
    shown = withheld is None
    answered = shown and row.verdict == Verdict.ANSWERED
    return Label(
        id=row.id,
        space_id=row.space_id,
        item_ref=row.item_ref,
        labelset_id=row.labelset_id,
        label_type=version.label_type,
        labelset_version=version.number,
        number=row.number,
        verdict=Verdict(row.verdict),
        value=row.value if shown else None,
        rendered=_rendered(row.verdict, row.value, version) if shown else None,
        summary=kind_of(version.kind).summarize(row.value, version) if answered else None,
        confidence=Confidence(row.confidence),
        notes=row.notes if shown else None,
        labeled_by_name=row.labeled_by_name,
        labeled_at=row.labeled_at,
        changed_by_name=row.changed_by_name,
        changed_at=row.changed_at,
        withheld=withheld,
    )


def _rendered(verdict: str, value: Any, version: LabelsetVersion) -> str | None:
    return kind_of(version.kind).render(value, version) if verdict == Verdict.ANSWERED else None
