"""Pure decisions on labels and labelsets: values in, values out."""

from workbench.features.labels.rules.labels import (
    ANY,
    Expected,
    ItemKey,
    LabelHead,
    Outcome,
    Submission,
    adapt,
    staleness,
)

__all__ = ["ANY", "Expected", "ItemKey", "LabelHead", "Outcome", "Submission", "adapt", "staleness"]
