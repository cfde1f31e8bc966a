"""The shelf of label kinds: one file each. A new kind is a new file and its place in `KINDS`."""

from __future__ import annotations

from workbench.features.labels.kinds.classification import Classification
from workbench.features.labels.kinds.entity_extraction import EntityExtraction
from workbench.features.labels.kinds.multi_classification import MultiClassification
from workbench.features.labels.kinds.protocol import Kind
from workbench.features.labels.kinds.structured import Structured
from workbench.features.labels.kinds.text import Text
from workbench.kernel.errors import Invalid

KINDS: tuple[Kind, ...] = (Classification(), MultiClassification(), EntityExtraction(), Text(), Structured())

_BY_NAME = {kind.name: kind for kind in KINDS}


def kind_of(name: str) -> Kind:
    """The kind with this name. Raises `Invalid` listing the kinds there are."""
    kind = _BY_NAME.get(name)
    if kind is None:
        raise Invalid(
            f"There is no kind of label called {name[:60]!r}.",
            field="kind",
            fix=f"Choose one of: {', '.join(_BY_NAME)}.",
        )
    return kind
