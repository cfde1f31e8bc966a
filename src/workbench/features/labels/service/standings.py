"""How the labels of a sheet's items stand: which there are, and whether they may be reused as they are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import pyarrow as pa
from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
from workbench.backends.database import in_chunks
from workbench.features.governance import service as governance
from workbench.features.labels.queries import labels as queries
from workbench.features.labels.rules import LabelHead
from workbench.features.labels.rules import labels as rules
from workbench.features.labels.schemas import LabelsetVersion, LabelState, Staleness
from workbench.features.labels.service.labels import heads
from workbench.features.sheets import rules as sheet_rules
from workbench.features.sheets import service as sheets
from workbench.features.sheets.reading import MOST_BY_NAME
from workbench.features.sheets.schemas import ITEM_REF, SheetVersion
from workbench.kernel.actor import Actor
from workbench.kernel.vocabulary import Verdict

FileHash = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Standing:
    """The label of an item, None when there is none, and why it is stale, None when it is fresh."""

    head: LabelHead | None
    stale: Staleness | None

    @property
    def state(self) -> LabelState:
        """The one word for it."""
        if self.head is None:
            return LabelState.UNLABELED
        if self.stale is not None:
            return LabelState.STALE
        return LabelState.UNLABELABLE if self.head.verdict is Verdict.UNLABELABLE else LabelState.LABELED


def exposed_fields(session: Session, space_id: UUID, labelset_id: UUID) -> dict[UUID, list[str]]:
    """The item fields behind the labels of an item space: by exposure, what was shown when they were made."""
    return _shown(session, queries.exposures(session, space_id, labelset_id))


def _shown(session: Session, exposures: Collection[UUID]) -> dict[UUID, list[str]]:
    return {each: governance.exposure(session, each).fields for each in exposures}


def readable(sheet_version: SheetVersion, fields: Collection[str]) -> bool:
    """Whether the sheet has all these fields; a label that read others cannot be told fresh here."""
    names = {name for field in sheet_version.fields for name in (field.name, *(each.name for each in field.fields))}
    return names.issuperset(fields)


def standings(
    found: Mapping[str, LabelHead],
    sheet_version: SheetVersion,
    labelset_version: LabelsetVersion,
    batch: pa.RecordBatch,
    exposed: Mapping[UUID, Sequence[str]],
    file_hash: FileHash,
) -> list[Standing]:
    """How the label of each item of a batch stands, in the order of the batch.

    `found` are the labels there are (`heads`), `exposed` what they read (`exposed_fields`); the batch holds `item_ref`
    and those fields as far as the sheet has them (`fields_to_scan`). Only rows with a label are hashed, once each.
    """
    refs = batch.column(ITEM_REF).to_pylist()
    rows_of: dict[UUID, list[int]] = {}
    for row, ref in enumerate(refs):
        if ref in found:
            rows_of.setdefault(found[ref].exposure_id, []).append(row)
    result = [Standing(None, None)] * len(refs)
    for exposure_id, rows in rows_of.items():
        fields = exposed.get(exposure_id)
        digests: Sequence[bytes | None] = [None] * len(rows)
        if fields is not None and readable(sheet_version, fields):
            part = batch if len(rows) == len(refs) else batch.take(pa.array(rows))
            digests = sheet_rules.digests(part, fields, file_hash)
        for row, digest in zip(rows, digests, strict=True):
            head = found[refs[row]]
            result[row] = Standing(head, rules.staleness(head, digest, labelset_version))
    return result


def stand(
    session: Session,
    actor: Actor,
    backends: Backends,
    sheet: SheetVersion,
    labelset: LabelsetVersion,
    item_refs: Sequence[str],
    *,
    hashed: bool = True,
) -> Iterator[tuple[str, Standing]]:
    """Items by name with how their labels stand now. Only those that carry a label are read, and only if `hashed`.

    A label whose item is gone from the table is stale.
    """
    file_hash = sheets.file_hash(backends, actor)
    for chunk in in_chunks(item_refs, MOST_BY_NAME):
        found = heads(session, sheet.space_id, labelset.labelset_id, chunk)
        exposed = _shown(session, {head.exposure_id for head in found.values()})
        fields = fields_to_scan(sheet, exposed)
        stood = {ref: Standing(head, Staleness.ITEM if hashed else None) for ref, head in found.items()}
        for batch in sheets.scan(backends, actor, sheet, fields=fields, only=list(found)) if found and hashed else ():
            standing = standings(found, sheet, labelset, batch, exposed, file_hash)
            stood |= dict(zip(batch.column(ITEM_REF).to_pylist(), standing, strict=True))
        for ref in chunk:
            yield ref, stood.get(ref, Standing(None, None))


def fields_to_scan(sheet_version: SheetVersion, exposed: Mapping[UUID, Sequence[str]]) -> list[str]:
    """What a scan has to carry so that `standings` can hash it."""
    return sorted({name for fields in exposed.values() if readable(sheet_version, fields) for name in fields})
