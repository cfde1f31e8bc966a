"""Pure decisions of exports: which split an item goes to, how a summary reads, what the manifest says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import product
from typing import Any

from workbench.features.exports.schemas import ExportOptions, Split, SplitSummary
from workbench.features.governance.schemas import GateSummary
from workbench.features.sheets.rules import item_ref
from workbench.kernel.vocabulary import Use

USE_OF = {Split.TRAIN: Use.TRAINING, Split.VALIDATION: Use.VALIDATION}
DIGITS = 8  # hexadecimal digits of the item's hash that decide


def threshold(fraction: float) -> str:
    """The bucket from which on items go to training; below it, to validation."""
    return format(round(fraction * 16**DIGITS), f"0{DIGITS}x")


def splits_of(options: ExportOptions) -> list[Split]:
    """The splits that an export has."""
    return [Split.TRAIN, Split.VALIDATION] if options.validation_fraction else [Split.TRAIN]


def summarized(split: Split, gate: GateSummary) -> SplitSummary:
    """The gate's counts for a split, with the sentence that says them."""
    return SplitSummary(split=split, gate=gate, sentence=sentence(gate))


def sentence(gate: GateSummary) -> str:
    """E.g. `Labeled 100 · allowed 85 · 15 prohibited: main.med.invoices: tagged PHI · not labeled 3: flagged`."""
    parts = [f"Labeled {gate.labeled:,}", f"allowed {gate.allowed:,}"]
    if gate.prohibited:
        parts.append(f"{sum(gate.prohibited.values()):,} prohibited: {_listed(gate.prohibited)}")
    if gate.not_labeled:
        parts.append(f"not labeled {sum(gate.not_labeled.values()):,}: {_listed(gate.not_labeled)}")
    return " · ".join(parts)


def _listed(counts: Mapping[str, int]) -> str:
    if len(counts) == 1:
        return next(iter(counts))
    return "; ".join(f"{reason} ({count:,})" for reason, count in counts.items())


def manifest(
    *,
    tool_version: str,
    training_sheet: Mapping[str, Any],
    options: ExportOptions,
    gate_revision: int,
    splits: Sequence[SplitSummary],
    files: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """What stands in `manifest.json`: nothing of when or by whom, so that the same state gives the same bytes."""
    return {
        "tool": "Training Dataset Workbench",
        "tool_version": tool_version,
        "training_sheet": dict(training_sheet),
        "options": options.model_dump(mode="json"),
        "gate_revision": gate_revision,
        "splits": [split.model_dump(mode="json") for split in splits],
        "files": [dict(file) for file in files],
    }


def refs_of(key: Sequence[str]) -> list[str]:
    """Every `item_ref` that these key values may mean, written as text: `42` is a number or a text."""
    spelled = [[*_readings(value), value] for value in key]
    return [item_ref(values) for values in product(*spelled)]


def _readings(value: str) -> list[Any]:
    """What a text may stand for besides itself."""
    found: list[Any] = []
    for read in (int, date.fromisoformat, datetime.fromisoformat, {"true": True, "false": False}.__getitem__):
        try:
            found.append(read(value))
        except (ValueError, KeyError):
            continue
    return found
