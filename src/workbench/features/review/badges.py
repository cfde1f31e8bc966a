"""Short remarks beside a pair: what it may be used for, how sensitive and how sure it is, what needs a look. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.features.governance.schemas import Explanation, UseExplanation
from workbench.features.review.schemas import Badge, BadgeKind
from workbench.kernel.vocabulary import Classification, Use

UNSURE = 0.5
STALE = {
    "item": "Stale: the item changed since it was labeled",
    "labelset": "Stale: the label does not fit the labelset any more",
}

FAILED = {  # every other kind is something that a model did
    "column": "The column holds no usable answer",
    "prompt": "The prompt cannot be made",
}


def uses_badge(explanation: Explanation) -> Badge:
    """What the pair may be used for, in one line."""
    shut = [each for each in explanation.uses if not each.allowed]
    if not shut:
        waived = [each.use for each in explanation.uses if each.waivers]
        text = f"All uses allowed, {_named(waived)} by a waiver" if waived else "All uses allowed"
        return Badge(kind=BadgeKind.USES, text=text, severe=False)
    if len(shut) == len(explanation.uses):
        return Badge(kind=BadgeKind.USES, text=f"All uses prohibited: {_why(shut)}", severe=True)
    named = _named([each.use for each in shut]).capitalize()
    return Badge(kind=BadgeKind.USES, text=f"{named} prohibited: {_why(shut)}", severe=True)


def badges(
    explanation: Explanation,
    *,
    stale: str | None,
    outdated: bool,
    problem: str | None,
    model_confidence: float | None,
    at_work: Sequence[str],
) -> list[Badge]:
    """Every badge of a pair, those about its uses first. `problem` is the kind of what kept an answer from it."""
    found = [uses_badge(explanation)]
    classification = explanation.classification
    severe = classification.rank >= Classification.CONFIDENTIAL.rank
    found.append(Badge(kind=BadgeKind.CLASSIFICATION, text=classification.capitalize(), severe=severe))
    if stale is not None:
        found.append(Badge(kind=BadgeKind.STALE, text=STALE.get(stale, f"Stale: {stale}"), severe=True))
    if outdated:
        found.append(Badge(kind=BadgeKind.OUTDATED, text="The canonical label is newer", severe=True))
    if problem is not None:
        text = FAILED.get(problem, "The model gave no usable answer")
        found.append(Badge(kind=BadgeKind.FAILED, text=text, severe=True))
    if model_confidence is not None:
        text = f"Model right {_in_ten(model_confidence)}"
        found.append(Badge(kind=BadgeKind.CONFIDENCE, text=text, severe=model_confidence < UNSURE))
    if at_work:
        found.append(Badge(kind=BadgeKind.AT_WORK, text=f"{', '.join(at_work)} also at work here", severe=False))
    return found


def _in_ten(share: float) -> str:
    """A share as people count, no finer than a model can know it: "about 9 times in 10"."""
    times = round(share * 10)
    if times == 0:
        return "less than once in 10"
    if times == 10:
        return "over 9 times in 10"
    return "about once in 10" if times == 1 else f"about {times} times in 10"


def _named(uses: Sequence[Use]) -> str:
    return ", ".join(use.replace("_", "-") for use in uses)


def _why(shut: Sequence[UseExplanation]) -> str:
    """What stands in the way, each obstacle once, the first few."""
    texts = list(dict.fromkeys(obstacle.text for each in shut for obstacle in each.obstacles))
    return "; ".join(texts[:2]) + (f" and {len(texts) - 2} more" if len(texts) > 2 else "")
