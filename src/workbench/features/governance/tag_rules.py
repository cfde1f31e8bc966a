"""What tags on sources mean to the gate, and how sources nest: catalog, schema, table or volume, column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from workbench.features.governance.rules import Layer, Waived, mask, unreadable
from workbench.features.governance.schemas import SubjectKind
from workbench.kernel.vocabulary import Classification, Use

CLASSIFICATION_TAG = "CLASSIFICATION"
PERSONAL = ("PHI", "PII")
CONFIDENTIAL = "CONFIDENTIAL"
GOVERNING = (*PERSONAL, CONFIDENTIAL, CLASSIFICATION_TAG)

_SOURCE = re.compile(r"[^.#\s][^.#]*(\.[^.#]+){0,2}|[^.#\s][^.#]*\.[^.#]+\.[^.#]+#.+")
_INTO_WEIGHTS = mask([Use.TRAINING, Use.VALIDATION])  # what ends up inside a model, and cannot be taken back


NOTHING_READ = unreadable(SubjectKind.SOURCE, "", "sources", "nothing says what was read")


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag where it is set. Keys are compared without regard to case."""

    source: str
    key: str
    value: str
    set_by: str = ""
    set_at: datetime | None = None


def is_source(name: str) -> bool:
    """Whether it is spelled like a source: `main`, `main.med`, `main.med.invoices`, `main.med.invoices#total`."""
    return _SOURCE.fullmatch(name) is not None


def normalized(source: str) -> str:
    """The one spelling of a source: catalogs do not tell case apart, so neither may the gate."""
    return source.strip().lower()


def ancestry(source: str) -> list[str]:
    """The source and everything it inherits tags from, outermost first, as normalized."""
    source = normalized(source)
    table, _, column = source.partition("#")
    parts = table.split(".")
    chain = [".".join(parts[: depth + 1]) for depth in range(len(parts))]
    return [*chain, source] if column else chain


def inherited(source: str, tags: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The tags in force on a source, given those set on each source; the nearest wins."""
    found: dict[str, str] = {}
    for name in ancestry(source):
        found.update(tags.get(name, {}))
    return found


def governs(key: str) -> bool:
    """Whether the gate listens to this tag."""
    return key.strip().upper() in GOVERNING


def loosened(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The governing tags that the change removes or, for a classification, changes to anything but a higher one."""
    now = {key.strip().upper(): value for key, value in after.items()}
    gone = []
    for key, value in before.items():
        if not governs(key):
            continue
        name = key.strip().upper()
        if name not in now or (name == CLASSIFICATION_TAG and _rank(now[name]) < _rank(value)):
            gone.append(key)
    return gone


def _rank(value: str) -> int:
    """The rank of a classification as a tag spells it; an unknown one stands above all, since it prohibits all."""
    spelled = value.strip().lower()
    return Classification(spelled).rank if is_classification(value) else len(Classification)


def is_classification(value: str) -> bool:
    """Whether a tag's value names a classification."""
    return value.strip().lower() in set(Classification)


def layer_of_tag(tag: Tag, waiver: Waived | None = None) -> Layer | None:
    """What a tag says to the gate; None when it says nothing.

    PHI and PII (whatever their value) prohibit training and validation and make the content restricted;
    CONFIDENTIAL leaves only training and validation and makes it confidential; `classification` sets the
    classification, and an unknown value of it prohibits everything.
    """
    key = tag.key.strip().upper()
    if key in PERSONAL:
        prohibited, allowed, rank = _INTO_WEIGHTS, None, Classification.RESTRICTED.rank
    elif key == CONFIDENTIAL:
        prohibited, allowed, rank = 0, _INTO_WEIGHTS, Classification.CONFIDENTIAL.rank
    elif key == CLASSIFICATION_TAG and is_classification(tag.value):
        prohibited, allowed, rank = 0, None, _rank(tag.value)
    elif key == CLASSIFICATION_TAG:
        why = f"the tag {tag.key} has the unknown value {tag.value!r}"
        return unreadable(SubjectKind.SOURCE, tag.source, tag.source, why)
    else:
        return None
    return Layer(
        SubjectKind.SOURCE,
        tag.source,
        tag.source,
        allowed=allowed,
        prohibited=prohibited,
        classification=rank,
        reason=f"tagged {key}",
        waived=waiver.uses if waiver else 0,
        waiver=waiver,
        set_by=tag.set_by,
        set_at=tag.set_at,
    )


def source_layers(sources: Sequence[str], tags: Iterable[Tag], waivers: Mapping[str, Waived]) -> list[Layer]:
    """The layers of everything that was read: one for each governing tag on the sources and what they inherit from.

    A tag counts, and is waived, where it is set. `waivers` are by source. A source whose name makes no sense
    has tags that cannot be read, which prohibits everything; so does having no source at all.
    """
    if not sources:
        return [NOTHING_READ]
    layers = [
        unreadable(SubjectKind.SOURCE, source, source, "its tags cannot be read")
        for source in dict.fromkeys(sources)
        if not is_source(source)
    ]
    read = list(dict.fromkeys(name for source in sources if is_source(source) for name in ancestry(source)))
    by_source: dict[str, list[Tag]] = {}
    for tag in sorted(tags, key=lambda tag: tag.key):
        by_source.setdefault(tag.source, []).append(tag)
    for name in read:
        found = (layer_of_tag(tag, waivers.get(name)) for tag in by_source.get(name, []))
        layers += [layer for layer in found if layer is not None]
    return layers
