"""Why something may not be used, who said so, and what would change it."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.features.governance.rules import (
    GateVerdict,
    Layer,
    Reason,
    Waived,
    effective,
    uses_in,
    verdict,
)
from workbench.features.governance.schemas import Explanation, Obstacle, SubjectKind, UseExplanation, UseWaiver
from workbench.kernel.errors import Forbidden
from workbench.kernel.vocabulary import PairStatus, Use


class UseProhibited(Forbidden):
    """The gate does not allow this use."""


def explain(layers: Sequence[Layer], status: str = PairStatus.LABELED) -> Explanation:
    """For every use: whether it is allowed, everything in its way, and the waivers that keep something out of its way.

    `layers` are as `layers_of` gives them.
    """
    whole = effective(layers)
    uses = []
    for use in Use:
        judged = verdict(status, layers, use)
        obstacles = list(dict.fromkeys(judged.reasons))
        passed = [layer for layer in dict.fromkeys(layers) if layer.lets_pass(use)]
        uses.append(
            UseExplanation(
                use=use,
                allowed=judged.allowed,
                obstacles=[_as_obstacle(reason, use) for reason in obstacles],
                waivers=[_as_use_waiver(layer, layer.waiver) for layer in passed if layer.waiver],
            )
        )
    return Explanation(classification=whole.classification, allowed_uses=uses_in(whole.allowed), uses=uses)


def refusal(judged: GateVerdict, what: str) -> UseProhibited:
    """The error to raise for a verdict that does not allow; `what` is what was tried, e.g. `Sending this prompt`."""
    return UseProhibited(
        f"{what} is not allowed: {'; '.join(reason.text for reason in judged.reasons)}.",
        fix="Ask a governor of the workspace what would change it.",
        details={"reasons": [reason.text for reason in judged.reasons]},
    )


def _as_obstacle(reason: Reason, use: Use) -> Obstacle:
    layer = reason.layer
    return Obstacle(
        text=reason.text,
        layer=layer.kind if layer else None,
        ref=layer.ref if layer else None,
        set_by_name=(layer.set_by or None) if layer else None,
        set_at=layer.set_at if layer else None,
        fix=_fix(layer, use),
    )


def _as_use_waiver(layer: Layer, waiver: Waived) -> UseWaiver:
    until = f" until {waiver.expires_at:%Y-%m-%d %H:%M} UTC" if waiver.expires_at else ""
    return UseWaiver(
        text=f"By a waiver of {waiver.granted_by}{until}: {waiver.reason} (despite {layer.text})",
        waiver_id=waiver.id,
        layer=layer.kind,
        ref=layer.ref,
        despite=layer.text,
        reason=waiver.reason,
        granted_by_name=waiver.granted_by,
        granted_at=waiver.granted_at,
        expires_at=waiver.expires_at,
    )


def _fix(layer: Layer | None, use: Use) -> str:
    if layer is None:
        return "Review the pair and approve it."
    if layer.kind is SubjectKind.ORGANISATION:
        return f"A governor can allow {use} in the organisation's default."
    if layer.kind is SubjectKind.LABEL and not layer.waivable:
        return "Label the item again."
    if layer.kind is SubjectKind.SOURCE and not layer.waivable:
        return f"Correct the tags on {layer.ref}." if layer.ref else "Generate the training sheet again."
    if layer.kind is SubjectKind.SOURCE:
        return f"Remove the tag from {layer.ref} if it is wrong, or ask a governor for a waiver for {use}."
    who = f"{layer.set_by} set this; a" if layer.set_by else "A"
    return f"{who} governor can allow {use} on this {layer.kind}, or grant a waiver."
