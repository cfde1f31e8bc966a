"""What something was made from, and what every part of that origin says: the gate's layers, read live."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson
from sqlalchemy.orm import Session

from workbench.features.governance import tag_rules
from workbench.features.governance.queries import constraints as queries
from workbench.features.governance.queries import origin as origins
from workbench.features.governance.rules import Layer, Waived, effective, label_stands, may_view
from workbench.features.governance.schemas import SubjectKind
from workbench.features.governance.tables import ExposureRow, UsageConstraintRow, WaiverRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.errors import Forbidden, Invalid, NotFound
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import Classification


class AboveClearance(Forbidden):
    """The content is more sensitive than this actor may see."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """The item fields that a prompt, form or label read, and the sources behind them."""

    fields: list[str]
    sources: list[str]


def expose(session: Session, actor: Actor, fields: Iterable[str], sources: Iterable[str]) -> UUID:
    """The id of the exposure with these fields and sources; equal ones share it.

    `sources` always holds the tables and volumes themselves besides the columns read: an exposure without sources
    prohibits every use. Raises `Invalid` on a source that is not spelled like one.
    """
    names, origins_read = sorted(set(fields)), sorted({tag_rules.normalized(source) for source in sources})
    for source in origins_read:
        if not tag_rules.is_source(source):
            raise Invalid(f"{source!r} is not a source.", field="sources", fix="Write catalog.schema.table#column.")
    digest = hashlib.sha256(orjson.dumps([names, origins_read])).digest()
    row = origins.exposure_by_digest(session, actor.workspace_id, digest)
    if row is None:
        fresh = ExposureRow(
            id=new_id(), workspace_id=actor.workspace_id, digest=digest, fields=names, sources=origins_read
        )
        origins.intern_exposure(session, fresh)
        row = origins.exposure_by_digest(session, actor.workspace_id, digest)
        assert row is not None
    return row.id


def exposure(session: Session, exposure_id: UUID) -> Exposure:
    """What an exposure holds. Raises `NotFound`."""
    row = session.get(ExposureRow, exposure_id)
    if row is None:
        raise NotFound(f"There is no exposure {exposure_id}.")
    return Exposure(row.fields, row.sources)


def layers_of(
    session: Session,
    workspace_id: UUID,
    *,
    exposures: Sequence[UUID],
    sheet_id: UUID | None,
    labelset_id: UUID | None,
    label_id: UUID | None = None,
    label_exposure_id: UUID | None = None,
    label_verdict: str | None = None,
    pair_id: UUID | None = None,
) -> list[Layer]:
    """Every layer of a pair (`pair_id`), or of a label by itself, in the order in which the gate looks at them.

    `exposures` are what the prompt read. With `label_id` comes what the pinned version of the label was made from and
    the label's verdict now; left out, they count as missing, which prohibits everything.
    """
    asks_prompt = bool(exposures) or pair_id is not None or label_id is None
    own = _own_layers(
        session,
        workspace_id,
        {
            SubjectKind.ORGANISATION: workspace_id,
            SubjectKind.SHEET: sheet_id,
            SubjectKind.LABELSET: labelset_id,
            SubjectKind.LABEL: label_id,
            SubjectKind.PAIR: pair_id,
        },
    )
    layers = _of(own, SubjectKind.ORGANISATION)
    if asks_prompt:
        layers += _read_by(session, workspace_id, exposures)
    layers += _of(own, SubjectKind.SHEET, SubjectKind.LABELSET)
    if label_id is not None:
        layers += _read_by(session, workspace_id, [label_exposure_id] if label_exposure_id else [])
        gone = label_stands(str(label_id), label_verdict)
        layers += [gone] if gone else []
    layers += _of(own, SubjectKind.LABEL, SubjectKind.PAIR)
    return list(dict.fromkeys(layers))


def shared_layers(
    session: Session,
    workspace_id: UUID,
    *,
    exposures: Sequence[UUID] | None,
    sheet_id: UUID | None,
    labelset_id: UUID | None,
) -> list[Layer]:
    """The layers that all pairs of a training sheet share: organisation, prompt's sources, sheet, labelset.

    `exposures` are None where there is no prompt.
    """
    subjects = {
        SubjectKind.ORGANISATION: workspace_id,
        SubjectKind.SHEET: sheet_id,
        SubjectKind.LABELSET: labelset_id,
    }
    own = _own_layers(session, workspace_id, subjects)
    layers = _of(own, SubjectKind.ORGANISATION)
    if exposures is not None:
        layers += _read_by(session, workspace_id, exposures)
    return layers + _of(own, SubjectKind.SHEET, SubjectKind.LABELSET)


def layers_of_exposures(
    session: Session, workspace_id: UUID, ids: Sequence[UUID] | None = None
) -> dict[UUID, list[Layer]]:
    """The layers of what each exposure read: of these, or of all in the workspace. Unknown ones are left out."""
    rows = origins.exposures(session, workspace_id, ids)
    return layers_by_id(session, workspace_id, {row.id: row.sources for row in rows})


def layers_by_id(
    session: Session, workspace_id: UUID, sources: Mapping[UUID, Sequence[str]]
) -> dict[UUID, list[Layer]]:
    """`source_layers` of several things at once: sources by id."""
    tags, waivers = _tags_on(session, workspace_id, {source for each in sources.values() for source in each})
    return {each: tag_rules.source_layers(of, tags, waivers) for each, of in sources.items()}


def source_layers(session: Session, workspace_id: UUID, sources: Sequence[str]) -> list[Layer]:
    """The layers of the tags on sources and on what they inherit from, with the waivers that stand."""
    return tag_rules.source_layers(sources, *_tags_on(session, workspace_id, sources))


def classification_of(
    session: Session,
    workspace_id: UUID,
    *,
    exposures: Sequence[UUID] = (),
    sources: Sequence[str] = (),
    sheet_id: UUID | None = None,
    labelset_id: UUID | None = None,
    label_id: UUID | None = None,
    pair_id: UUID | None = None,
) -> Classification:
    """How sensitive content is that has this origin; what is unknown is restricted."""
    layers = shared_layers(
        session, workspace_id, exposures=exposures or None, sheet_id=sheet_id, labelset_id=labelset_id
    )
    if sources:
        layers += source_layers(session, workspace_id, sources)
    if label_id is not None or pair_id is not None:
        own = _own_layers(session, workspace_id, {SubjectKind.LABEL: label_id, SubjectKind.PAIR: pair_id})
        layers += own.values()
    return effective(layers).classification


def require_view(actor: Actor, classification: Classification) -> None:
    """Raises `AboveClearance` when the content is more sensitive than the actor may see."""
    if not may_view(actor, classification):
        raise AboveClearance(
            f"This content is {classification}; you may see {actor.clearance} at most.",
            fix="Ask an admin of the workspace for a higher clearance.",
            details={"classification": classification, "clearance": actor.clearance},
        )


def _tags_on(
    session: Session, workspace_id: UUID, sources: Iterable[str]
) -> tuple[list[tag_rules.Tag], dict[str, Waived]]:
    """The tags that these sources have or inherit, and the waiver that stands on each tagged source."""
    names = {name for source in sources if tag_rules.is_source(source) for name in tag_rules.ancestry(source)}
    tags = [
        tag_rules.Tag(row.source, row.key, row.value, row.set_by_name, row.set_at)
        for row in origins.tags_on(session, workspace_id, names)
    ]
    tagged = {tag.source for tag in tags}
    waivers = queries.standing_waivers(session, workspace_id, SubjectKind.SOURCE, tagged, now())
    return tags, {ref: _as_waived(row) for ref, row in waivers.items()}


def _read_by(session: Session, workspace_id: UUID, exposures: Sequence[UUID]) -> list[Layer]:
    """The layers of all these exposures; one that is unknown, or none at all, prohibits everything."""
    known = layers_of_exposures(session, workspace_id, exposures)
    found = [layer for exposure_id in exposures for layer in known.get(exposure_id, [tag_rules.NOTHING_READ])]
    return found if exposures else [tag_rules.NOTHING_READ]


def _own_layers(
    session: Session, workspace_id: UUID, subjects: Mapping[SubjectKind, UUID | None]
) -> dict[SubjectKind, Layer]:
    """What each subject's own constraints say, with the waiver that stands; nothing set, no layer."""
    wanted = {kind: subject_id for kind, subject_id in subjects.items() if subject_id is not None}
    layers = {}
    for (kind, subject_id), row in queries.constraints(session, workspace_id, wanted.items()).items():
        waiver = None
        if kind is not SubjectKind.ORGANISATION:  # it cannot be waived
            standing = queries.standing_waivers(session, workspace_id, kind, [str(subject_id)], now())
            waiver = next(map(_as_waived, standing.values()), None)
        name = queries.name_of(session, workspace_id, kind, subject_id)
        layers[kind] = _as_layer(row, f"{kind.value} {name}" if name else kind.value, waiver)
    return layers


def _of(own: Mapping[SubjectKind, Layer], *kinds: SubjectKind) -> list[Layer]:
    return [own[kind] for kind in kinds if kind in own]


def _as_waived(row: WaiverRow) -> Waived:
    return Waived(row.uses, row.id, row.reason, row.granted_by_name, row.granted_at, row.expires_at)


def _as_layer(row: UsageConstraintRow, name: str, waiver: Waived | None) -> Layer:
    kind = SubjectKind(row.subject_kind)
    return Layer(
        kind,
        str(row.subject_id),
        name,
        allowed=row.allowed,
        prohibited=row.prohibited,
        classification=row.classification,
        reason=row.reason,
        waived=waiver.uses if waiver else 0,
        waiver=waiver,
        waivable=kind is not SubjectKind.ORGANISATION,
        set_by=row.set_by_name,
        set_at=row.set_at,
    )
