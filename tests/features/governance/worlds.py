"""Small worlds for the gate, drawn by Hypothesis: an organisation, tags, constraints, waivers, labels and pairs, among
them values that should never be there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from sqlalchemy.orm import Session

from workbench.features.generation.tables import PairRow, TrainingSheetRow
from workbench.features.governance.schemas import SubjectKind
from workbench.features.governance.tables import ExposureRow, TagRow, UsageConstraintRow, WaiverRow
from workbench.features.labels.tables import CanonicalLabelRow, LabelVersionRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import PairStatus, Verdict

TABLE = "main.lab.readings"
SOURCES = (
    "main",
    "main.lab",
    TABLE,
    f"{TABLE}#value",
    f"{TABLE}#note",
    "main.lab.photos",
    "other.x.y",
    "not a source..",
)
KEYS = ("PHI", "pii", "Confidential", "classification", "owner")
VALUES = ("", "yes", "public", "internal", "confidential", "Restricted", "top-secret")

masks = st.integers(0, 63)  # one bit more than there are uses
ranks = st.one_of(st.none(), st.integers(-1, 5))  # 0 to 3 exist


@dataclass(frozen=True)
class Said:
    """Constraints as a row holds them."""

    allowed: int | None
    prohibited: int
    classification: int | None
    reason: str


@dataclass(frozen=True)
class Waived:
    """A waiver: how long it lasts and whether it was taken back."""

    uses: int
    lasts: int | None  # minutes from now
    revoked: bool


said = st.one_of(
    st.none(),
    st.builds(
        Said, st.one_of(st.none(), masks), st.one_of(st.just(0), masks), ranks, st.sampled_from(["", "by contract"])
    ),
)
waived = st.one_of(st.none(), st.builds(Waived, masks, st.sampled_from([None, -5, 60]), st.booleans()))


@dataclass(frozen=True)
class DrawnLabel:
    """A label; `exposure` is an index, or None for one that is unknown."""

    exposure: int | None
    verdict: str
    said: Said | None
    waived: Waived | None


@dataclass(frozen=True)
class DrawnPair:
    """A pair; `label` is an index, -1 for one that is gone, None for none."""

    status: str
    label: int | None
    said: Said | None
    waived: Waived | None


@dataclass(frozen=True)
class World:
    """Everything that bears on a verdict."""

    organisation: Said | None
    sheet: tuple[Said | None, Waived | None]
    labelset: tuple[Said | None, Waived | None]
    tags: dict[tuple[str, str], str]
    waivers: dict[str, Waived]
    exposures: list[list[str]]
    labels: list[DrawnLabel]
    pairs: list[DrawnPair]


def _worlds(generous: bool) -> st.SearchStrategy[World]:
    """`generous` worlds prohibit little, so that what is allowed is looked at as well."""
    allowing = st.builds(
        Said, st.one_of(st.none(), st.just(31)), st.just(0), st.sampled_from([None, 0, 1]), st.just("")
    )
    rare = st.one_of(st.none(), st.none(), st.none(), said) if generous else said
    sources = st.lists(
        st.sampled_from(SOURCES[:6] if generous else SOURCES), min_size=int(generous), max_size=4, unique=True
    )
    labels = st.builds(
        DrawnLabel,
        st.integers(0, 2) if generous else st.one_of(st.none(), st.integers(0, 2)),
        st.sampled_from([Verdict.ANSWERED] * 3 + list(Verdict)),
        rare,
        waived,
    )
    pairs = st.builds(
        DrawnPair,
        st.sampled_from([PairStatus.LABELED] * 4 + list(PairStatus)),
        st.one_of(st.none(), st.integers(-1, 2)),
        rare,
        waived,
    )
    return st.builds(
        World,
        organisation=allowing if generous else said,
        sheet=st.tuples(rare, waived),
        labelset=st.tuples(rare, waived),
        tags=st.dictionaries(
            st.tuples(st.sampled_from(SOURCES[:7]), st.sampled_from(KEYS)),
            st.sampled_from(VALUES),
            max_size=1 if generous else 4,
        ),
        waivers=st.dictionaries(st.sampled_from(SOURCES[:6]), st.builds(Waived, masks, st.just(60), st.just(False))),
        exposures=st.lists(sources, min_size=3, max_size=3),
        labels=st.lists(labels, min_size=3, max_size=3),
        pairs=st.lists(pairs, min_size=1, max_size=6),
    )


worlds = st.one_of(_worlds(True), _worlds(False))
# the key columns of the first one or two labels' items; those of the rest are unknown
keys = st.lists(st.lists(st.sampled_from(SOURCES), min_size=1, max_size=2), min_size=1, max_size=2)


@dataclass
class Built:
    """A world in the database."""

    sheet: TrainingSheetRow
    exposures: list[UUID]
    labels: list[CanonicalLabelRow]
    pairs: list[PairRow]
    exposure_of: dict[UUID, UUID] = field(default_factory=dict)


def build(session: Session, actor: Actor, world: World) -> Built:
    """Writes a world, and a stranger's with the same sources."""
    exposures = [_exposure(session, actor, sources) for sources in world.exposures]
    sheet = training_sheet(actor, exposure_id=exposures[0])
    session.add(sheet)
    _constrain(session, actor, SubjectKind.ORGANISATION, actor.workspace_id, world.organisation, None)
    _constrain(session, actor, SubjectKind.SHEET, sheet.sheet_id, *world.sheet)
    _constrain(session, actor, SubjectKind.LABELSET, sheet.labelset_id, *world.labelset)
    for (source, key), value in world.tags.items():
        session.add(_tag(actor.workspace_id, source, key, value))
    for source in SOURCES[:3]:
        session.add(_tag(new_id(), source, "PHI", ""))
    for source, waiver in world.waivers.items():
        session.add(_waiver(actor.workspace_id, SubjectKind.SOURCE, source, None, waiver))
    built = Built(sheet, exposures, [], [])
    for number, drawn in enumerate(world.labels):
        exposure_id = new_id() if drawn.exposure is None else exposures[drawn.exposure]
        label = canonical_label(actor, sheet, f"i:{number}", drawn.verdict, exposure_id)
        session.add_all([label, label_version(label, number=1, exposure_id=exposure_id)])
        _constrain(session, actor, SubjectKind.LABEL, label.id, drawn.said, drawn.waived)
        built.labels.append(label)
        built.exposure_of[label.id] = exposure_id
    for position, pair in enumerate(world.pairs):
        label_id = None if pair.label is None else new_id() if pair.label < 0 else built.labels[pair.label].id
        row = pair_row(sheet, position, pair.status, label_id)
        session.add(row)
        _constrain(session, actor, SubjectKind.PAIR, row.id, pair.said, pair.waived)
        built.pairs.append(row)
    session.flush()
    return built


def training_sheet(actor: Actor, *, exposure_id: UUID, **more: Any) -> TrainingSheetRow:
    """A training sheet in review."""
    values = {
        name: new_id() for name in ("sheet_version_id", "template_id", "template_version_id", "labelset_version_id")
    }
    return TrainingSheetRow(
        **{
            "id": new_id(),
            "workspace_id": actor.workspace_id,
            "name": "Readings, first prompt",
            "state": "review",
            "sheet_id": new_id(),
            "labelset_id": new_id(),
            "space_id": new_id(),
            "exposure_id": exposure_id,
            "mode": "manual",
            "config": {},
            "pins": {},
            "created_by": actor.id,
            "created_by_name": actor.name,
            "created_at": now(),
            **values,
            **more,
        }
    )


def canonical_label(
    actor: Actor, sheet: TrainingSheetRow, item_ref: str, verdict: str, exposure_id: UUID, **more: Any
) -> CanonicalLabelRow:
    """A label with one version."""
    moment = now()
    return CanonicalLabelRow(
        **{
            "id": new_id(),
            "workspace_id": actor.workspace_id,
            "space_id": sheet.space_id,
            "item_ref": item_ref,
            "labelset_id": sheet.labelset_id,
            "number": 1,
            "verdict": verdict,
            "value": "fine",
            "labelset_version_id": sheet.labelset_version_id,
            "exposure_id": exposure_id,
            "digest": b"0" * 32,
            "confidence": "high",
            "notes": "",
            "labeled_by": actor.id,
            "labeled_by_name": actor.name,
            "labeled_at": moment,
            "changed_by_name": actor.name,
            "changed_at": moment,
            **more,
        }
    )


def label_version(label: CanonicalLabelRow, *, number: int, exposure_id: UUID) -> LabelVersionRow:
    """What a label said at one time."""
    return LabelVersionRow(
        label_id=label.id,
        number=number,
        workspace_id=label.workspace_id,
        verdict=Verdict.ANSWERED,
        value="fine",
        labelset_version_id=label.labelset_version_id,
        exposure_id=exposure_id,
        digest=label.digest,
        confidence="high",
        notes="",
        source="direct",
        actor_id=label.labeled_by,
        actor_name=label.labeled_by_name,
        at=label.labeled_at,
    )


def pair_row(sheet: TrainingSheetRow, position: int, status: str, label_id: UUID | None = None, **more: Any) -> PairRow:
    """A pair; one with a label pins its first version."""
    return PairRow(
        **{
            "id": new_id(),
            "training_sheet_id": sheet.id,
            "position": position,
            "item_ref": f"i:{position}",
            "ordinal": 0,
            "status": status,
            "origin": "manual",
            "messages": [{"role": "user", "content": f"Reading {position}?"}],
            "value": "fine",
            "digest": b"0" * 32,
            "label_id": label_id,
            "label_number": 1 if label_id else None,
            **more,
        }
    )


def _exposure(session: Session, actor: Actor, sources: list[str]) -> UUID:
    row = ExposureRow(
        id=new_id(), workspace_id=actor.workspace_id, digest=new_id().bytes * 2, fields=["value"], sources=sources
    )
    session.add(row)
    return row.id


def _tag(workspace_id: UUID, source: str, key: str, value: str) -> TagRow:
    return TagRow(
        id=new_id(),
        workspace_id=workspace_id,
        source=source,
        key=key,
        value=value,
        set_by=new_id(),
        set_by_name="Ida Quist",
        set_at=now(),
    )


def _constrain(
    session: Session, actor: Actor, kind: SubjectKind, subject_id: UUID, said: Said | None, waived: Waived | None
) -> None:
    if said is not None:
        session.add(
            UsageConstraintRow(
                subject_kind=kind,
                subject_id=subject_id,
                workspace_id=actor.workspace_id,
                allowed=said.allowed,
                prohibited=said.prohibited,
                classification=said.classification,
                reason=said.reason,
                set_by=actor.id,
                set_by_name=actor.name,
                set_at=now(),
                floor={},
            )
        )
    if waived is not None:
        session.add(_waiver(actor.workspace_id, kind, str(subject_id), subject_id, waived))


def _waiver(workspace_id: UUID, kind: SubjectKind, ref: str, subject_id: UUID | None, waived: Waived) -> WaiverRow:
    moment = now()
    return WaiverRow(
        id=new_id(),
        workspace_id=workspace_id,
        subject_kind=kind,
        subject_ref=ref,
        subject_id=subject_id,
        uses=waived.uses,
        reason="agreed with the data office",
        granted_by=new_id(),
        granted_by_name="Gro Lind",
        granted_at=moment,
        expires_at=None if waived.lasts is None else moment + timedelta(minutes=waived.lasts),
        revoked_at=moment if waived.revoked else None,
    )
