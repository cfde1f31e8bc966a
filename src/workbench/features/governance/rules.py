"""The gate's decision: which uses a pair or label is allowed, how sensitive it is, and why.

Every part of its origin speaks as one `Layer`: the organisation, the tags of its sources, its sheet, labelset, label
and the pair itself. Layers only ever narrow each other. Sets of uses are bit masks, bit i being the i-th `Use`, so
that the SQL twin of these rules (`gate.py`) is the same arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from workbench.features.governance.schemas import SubjectKind
from workbench.kernel.actor import Actor
from workbench.kernel.vocabulary import Classification, PairStatus, Use, Verdict

USES = tuple(Use)
ALL_USES = (1 << len(USES)) - 1
MOST_SENSITIVE = Classification.RESTRICTED
NO_REASON = "no reason given"
UNKNOWN_CLASSIFICATION = "unknown classification"


def bit(use: Use) -> int:
    """The mask with this use alone."""
    return 1 << USES.index(use)


def mask(uses: Iterable[Use]) -> int:
    """The mask of these uses."""
    result = 0
    for use in uses:
        result |= bit(use)
    return result


def uses_in(value: int) -> list[Use]:
    """The uses in a mask, in the order of the word list."""
    return [use for use in USES if value & bit(use)]


@dataclass(frozen=True, slots=True)
class Waived:
    """What a waiver that stands lets pass (`uses`), who granted it, why, and until when."""

    uses: int
    id: UUID
    reason: str
    granted_by: str
    granted_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Layer:
    """What one part of the origin says. A null `allowed` or `classification` leaves it to the other layers.

    `waived` are uses that a governor let pass despite this layer; it never lowers the classification, and never
    opens a layer that is not `waivable`, such as one that could not be read. `name`, `reason` and `waiver` are for
    people.
    """

    kind: SubjectKind
    ref: str
    name: str
    allowed: int | None = None
    prohibited: int = 0
    classification: int | None = None
    reason: str = ""
    waived: int = 0
    waiver: Waived | None = None
    waivable: bool = True
    set_by: str = ""
    set_at: datetime | None = None

    @property
    def readable(self) -> bool:
        """Whether its classification is one that exists; if not, it prohibits everything."""
        return self.classification is None or 0 <= self.classification <= MOST_SENSITIVE.rank

    @property
    def rank(self) -> int | None:
        """The rank of its classification, the highest where it is not one that exists; None leaves it to others.

        The organisation has no one to leave it to: where it says nothing, content is as sensitive as can be.
        """
        if not self.readable or (self.classification is None and self.kind is SubjectKind.ORGANISATION):
            return MOST_SENSITIVE.rank
        return self.classification

    def forbids(self, use: Use) -> bool:
        """Whether this layer alone prohibits the use."""
        return not self.readable or (self._says_no(use) and not self._waives(use))

    def lets_pass(self, use: Use) -> bool:
        """Whether this layer would prohibit the use, were it not for its waiver."""
        return self.readable and self._says_no(use) and self._waives(use)

    def _says_no(self, use: Use) -> bool:
        return bool(self.prohibited & bit(use)) or (self.allowed is not None and not self.allowed & bit(use))

    def _waives(self, use: Use) -> bool:
        return self.waivable and bool(self.waived & bit(use))

    @property
    def text(self) -> str:
        """Where and why it prohibits, e.g. `main.med.invoices: tagged PHI`."""
        return f"{self.name}: {self.reason or NO_REASON}" if self.readable else f"{self.name}: {UNKNOWN_CLASSIFICATION}"


def unreadable(kind: SubjectKind, ref: str, name: str, reason: str) -> Layer:
    """The layer of what is missing or makes no sense: it prohibits everything, and no waiver opens it."""
    return Layer(kind, ref, name, allowed=0, classification=MOST_SENSITIVE.rank, reason=reason, waivable=False)


def label_stands(ref: str, verdict: str | None) -> Layer | None:
    """The layer of a label that is no answer: retracted, unlabelable or gone. None when it stands.

    It opens nothing, and says nothing of how sensitive the item is: people who may see the item may answer it again.
    """
    if verdict == Verdict.ANSWERED:
        return None
    if verdict is None:
        return unreadable(SubjectKind.LABEL, ref, "label", "missing")
    return Layer(SubjectKind.LABEL, ref, "label", allowed=0, reason=verdict, waivable=False)


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that stands in the way: the layer, or the status when `layer` is null."""

    text: str
    layer: Layer | None = None


@dataclass(frozen=True, slots=True)
class GateVerdict:
    """Whether it may pass, and everything that stands in the way, the first reason being the one that is counted."""

    allowed: bool
    reasons: list[Reason]


@dataclass(frozen=True, slots=True)
class Effective:
    """What all layers together allow: a mask, the highest classification, and per use what prohibits it."""

    allowed: int
    classification: Classification
    reasons: dict[Use, list[Reason]]


NO_ORGANISATION = unreadable(SubjectKind.ORGANISATION, "", "organisation", "no default is set")


def effective(layers: Sequence[Layer]) -> Effective:
    """Intersection of what the layers allow, minus what any prohibits; without an organisation layer, nothing."""
    if not any(layer.kind is SubjectKind.ORGANISATION for layer in layers):
        layers = [NO_ORGANISATION, *layers]
    reasons = {use: [Reason(layer.text, layer) for layer in layers if layer.forbids(use)] for use in USES}
    highest = max(layer.rank for layer in layers if layer.rank is not None)
    return Effective(mask(use for use in USES if not reasons[use]), Classification.of_rank(highest), reasons)


def verdict(status: str, layers: Sequence[Layer], use: Use) -> GateVerdict:
    """Whether something with this status and origin may leave for this use."""
    reasons = [] if status == PairStatus.LABELED else [Reason(f"status: {status}")]
    reasons += effective(layers).reasons[use]
    return GateVerdict(not reasons, reasons)


def may_view(actor: Actor, classification: Classification) -> bool:
    """Whether the actor's clearance reaches this classification."""
    return actor.clearance.rank >= classification.rank


def may_send(classification: Classification, max_classification: Classification) -> GateVerdict:
    """Whether content of this classification may go to a model endpoint that takes at most `max_classification`."""
    if classification.rank <= max_classification.rank:
        return GateVerdict(True, [])
    text = f"the content is {classification}, and the model endpoint may see {max_classification} at most"
    return GateVerdict(False, [Reason(text)])


@dataclass(frozen=True, slots=True)
class Limits:
    """The three numbers of one layer's constraints, without who and why."""

    allowed: int | None = None
    prohibited: int = 0
    classification: int | None = None

    def stays_within(self, other: Limits) -> bool:
        """Whether this allows nothing that `other` does not, and is at least as sensitive."""
        mine = (ALL_USES if self.allowed is None else self.allowed) & ~self.prohibited
        theirs = (ALL_USES if other.allowed is None else other.allowed) & ~other.prohibited
        as_sensitive = (-1 if self.classification is None else self.classification) >= (
            -1 if other.classification is None else other.classification
        )
        return not mine & ALL_USES & ~theirs and as_sensitive
