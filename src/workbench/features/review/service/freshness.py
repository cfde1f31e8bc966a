"""How a canonical label looks from where a pair stands: in its own labelset version's terms, and fresh or not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from workbench.backends.bundle import Backends
from workbench.features.generation.tables import TrainingSheetRow
from workbench.features.governance import service as governance
from workbench.features.labels import service as labels
from workbench.features.labels.rules import LabelHead, adapt
from workbench.features.labels.schemas import LabelsetVersion
from workbench.features.review.rules import LabelNow, Standing
from workbench.features.sheets import service as sheets
from workbench.kernel.actor import Actor
from workbench.kernel.errors import WorkbenchError
from workbench.kernel.vocabulary import Verdict

Known = Collection[tuple[str, int]]  # (item_ref, label number) of labels that were compared with the items themselves


class Look:
    """Looks at labels within one transaction; labelset versions are read once."""

    def __init__(self, session: Session, actor: Actor, known: Known = ()) -> None:
        self._session = session
        self._actor = actor
        self._known = known
        self._versions: dict[UUID, LabelsetVersion] = {}

    def at(self, head: LabelHead, pair: Standing, *, previous: LabelHead | None = None) -> LabelNow:
        """The label as the pair sees it.

        It is fresh when it was made from the very content that the pair's prompt read; when the item was read and is
        what the label was made from; or when the pair pins the version before, which read the same as this one.
        """
        value = self._in_terms_of(pair, head)
        fits = head.verdict is not Verdict.ANSWERED or value is not None
        return LabelNow(
            id=head.id,
            number=head.number,
            verdict=head.verdict,
            value=value,
            fresh=fits and (_same(head, pair) or self._is_known(head) or _still(previous, head, pair)),
            labeled_by=head.labeled_by,
            labeled_by_name=head.labeled_by_name,
            labeled_at=head.labeled_at,
        )

    def _is_known(self, head: LabelHead) -> bool:
        return (head.item_ref, head.number) in self._known

    def _in_terms_of(self, pair: Standing, head: LabelHead) -> object:
        if head.verdict is not Verdict.ANSWERED or head.labelset_version_id == pair.labelset_version_id:
            return head.value
        if pair.labelset_version_id not in self._versions:
            version = labels.require_version(self._session, self._actor, pair.labelset_version_id)
            self._versions[pair.labelset_version_id] = version
        return adapt(head, self._versions[pair.labelset_version_id])


def _same(head: LabelHead, pair: Standing) -> bool:
    return (head.exposure_id, head.digest) == (pair.exposure_id, pair.digest)


def _still(previous: LabelHead | None, head: LabelHead, pair: Standing) -> bool:
    return (
        previous is not None
        and (pair.label_id, pair.label_number) == (previous.id, previous.number)
        and (previous.exposure_id, previous.digest) == (head.exposure_id, head.digest)
    )


def compare_with_items(
    session: Session,
    backends: Backends,
    actor: Actor,
    sheet: TrainingSheetRow,
    pairs: Sequence[Standing],
    heads: Mapping[str, LabelHead],
) -> set[tuple[str, int]]:
    """Reads the items whose labels saw other fields than the prompt did, and tells which labels still match.

    Items are read as the training sheet pinned them. Reads files, so no write transaction may be open. What cannot be
    read is not fresh.
    """
    unclear: dict[UUID, list[LabelHead]] = defaultdict(list)
    for pair in pairs:
        head = heads.get(pair.item_ref)
        if head is not None and head.exposure_id != pair.exposure_id and (head.id, head.number) != _pin(pair):
            unclear[head.exposure_id].append(head)
    found: set[tuple[str, int]] = set()
    for exposure_id, asked in unclear.items():
        try:
            fields = governance.exposure(session, exposure_id).fields
            version = sheets.sheet_version_by_id(session, actor, sheet.sheet_version_id)
            refs = [head.item_ref for head in asked]
            items = {item.item_ref: item for item in sheets.items(backends, actor, version, refs, sheet.pins, fields)}
            for head in asked:
                item = items.get(head.item_ref)
                if item and sheets.digest_item(backends, actor, version, item, fields) == head.digest:
                    found.add((head.item_ref, head.number))
        except WorkbenchError:
            continue
    return found


def _pin(pair: Standing) -> tuple[UUID | None, int | None]:
    return pair.label_id, pair.label_number
