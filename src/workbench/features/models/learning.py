"""What the nearest-label model learns from: canonical labels that the gate lets out as few-shot examples, and the
fields of their items.

Labels of other item spaces are learned from too, where the table behind them has the same fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
from workbench.backends.models import Labeled
from workbench.backends.models.nearest_label import MAX_LABELS
from workbench.features.governance import service as governance
from workbench.features.governance.gate import Leaving
from workbench.features.governance.schemas import SubjectKind
from workbench.features.labels import service as labels
from workbench.features.labels.kinds import kind_of
from workbench.features.labels.queries.labels import HEAD, head_of
from workbench.features.labels.rules import LabelHead
from workbench.features.labels.schemas import LabelsetVersion
from workbench.features.models import queries
from workbench.features.sheets import service as sheets
from workbench.features.sheets.reading import MOST_BY_NAME, OpenSheet
from workbench.features.sheets.rules import field_of
from workbench.features.sheets.schemas import ITEM_REF, SheetDefinition, SheetVersion
from workbench.features.sheets.tables import ItemSpaceRow
from workbench.kernel.actor import Actor
from workbench.kernel.errors import WorkbenchError
from workbench.kernel.vocabulary import Classification, Use

BY_NAME = 5 * MOST_BY_NAME  # more labels than these, and reading the whole sheet once is quicker


def learnable(
    backends: Backends,
    actor: Actor,
    labelset: LabelsetVersion,
    sheet: SheetVersion,
    fields: Sequence[str],
    pins: Mapping[str, str] | None = None,
) -> list[Labeled]:
    """The labeled items of a labelset with these fields of theirs, files left out, and their answers as target turns.

    Leaves an exit of the use `few_shot`.
    """
    wanted = readable(sheet, fields)
    found: list[Labeled] = []
    if not wanted:
        return found
    with backends.database.read() as session:
        spaces = queries.labeled_spaces(session, actor.workspace_id, labelset.labelset_id)
    for space in sorted(spaces, key=lambda each: each.id != sheet.space_id):
        opened = _open(backends, actor, sheet, space, wanted, pins)
        if opened is None or len(found) >= MAX_LABELS:
            continue
        own = space.id == sheet.space_id
        table = space.source_table
        sources = (
            sheets.sources_of(sheet.definition, wanted) if own else [table, *(f"{table}#{name}" for name in wanted)]
        )
        leaving = Leaving(
            SubjectKind.LABEL,
            queries.labels_to_learn(actor.workspace_id, labelset.labelset_id, space.id),
            sources=tuple(sources),
            sheet_id=sheet.sheet_id if own else None,
            labelset_id=labelset.labelset_id,
        )
        by_ref = _answers(backends, actor, labelset, leaving, MAX_LABELS - len(found))
        found += [Labeled(item, by_ref[ref]) for ref, item in _items(opened, list(by_ref), wanted)]
    return found


def readable(sheet: SheetVersion, fields: Sequence[str]) -> list[str]:
    """Those of the fields that hold no files."""
    files = {field.name for field in sheet.fields if field.kind == "file"}
    return [name for name in fields if name not in files]


def _answers(
    backends: Backends, actor: Actor, labelset: LabelsetVersion, leaving: Leaving, limit: int
) -> dict[str, str]:
    """The answers that may be learned from: item_ref -> target turn."""
    kind = kind_of(labelset.kind)
    answers: dict[str, str] = {}
    with (
        backends.database.read() as session,
        governance.release(
            session,
            actor,
            leaving,
            use=Use.FEW_SHOT,
            kind="few_shot",
            subject_kind="labelset",
            subject_id=labelset.labelset_id,
            limit=limit,
        ) as released,
    ):
        for head in _seen(session, actor, labelset, [head_of(row[: len(HEAD)]) for row in released]):
            value = labels.adapt(head, labelset)
            if value is not None:
                answers[head.item_ref] = kind.render(value, labelset)
    return answers


def _seen(session: Session, actor: Actor, labelset: LabelsetVersion, heads: list[LabelHead]) -> list[LabelHead]:
    """Those labels that the actor may see: the nearest item to an item is itself, so an answer would give them away."""
    if actor.clearance is Classification.RESTRICTED:
        return heads
    origins = [(head.id, head.exposure_id) for head in heads]
    reasons = labels.withheld_reasons(session, actor, labelset.labelset_id, origins)
    return [head for head, reason in zip(heads, reasons, strict=True) if reason is None]


def _open(
    backends: Backends,
    actor: Actor,
    sheet: SheetVersion,
    space: ItemSpaceRow,
    fields: Sequence[str],
    pins: Mapping[str, str] | None,
) -> OpenSheet | None:
    """The items of a space, through the sheet itself when it is its own; None when they lack a field."""
    if space.id == sheet.space_id:
        return sheets.open_sheet(backends, actor, sheet, pins)
    try:
        opened = sheets.open_definition(
            backends, actor, SheetDefinition(primary_table=space.source_table, item_key=space.key_columns)
        )
    except WorkbenchError:
        return None  # its table is gone; there is enough else to learn from
    return opened if {field.name for field in opened.fields} >= set(fields) else None


def _items(opened: OpenSheet, refs: list[str], fields: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    if len(refs) <= BY_NAME:
        batches: Iterator[Any] = (
            opened.items(refs[start : start + MOST_BY_NAME], fields) for start in range(0, len(refs), MOST_BY_NAME)
        )
    else:
        batches = opened.scan(fields)
    wanted = set(refs)
    for batch in batches:
        for row in batch.to_pylist():
            if row[ITEM_REF] in wanted:
                yield row[ITEM_REF], {name: field_of(row, name) for name in fields}
