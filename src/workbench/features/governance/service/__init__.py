"""What people and other features do with governance, by what it is about.

`origin` what something was made from, and what its layers say · `tags` · `constraints` · `waivers` ·
`summaries` what the gate says of many rows · `exits` letting rows out, and only so · `explanations` why not.
"""

from workbench.features.governance.rules import may_send, may_view
from workbench.features.governance.service.constraints import (
    constraints_of,
    ensure_organisation,
    narrow,
)
from workbench.features.governance.service.exits import (
    Release,
    bump_gate,
    gate_revision,
    list_exits,
    record_exit,
    release,
    settle_gate,
)
from workbench.features.governance.service.explanations import explain, refusal
from workbench.features.governance.service.origin import (
    AboveClearance,
    Exposure,
    classification_of,
    expose,
    exposure,
    layers_of,
    require_view,
)
from workbench.features.governance.service.summaries import summarize, summarize_uses
from workbench.features.governance.service.tags import get_tags, list_tags, own_tags, set_tags, tags_of
from workbench.features.governance.service.waivers import grant_waiver, list_waivers, revoke_waiver

__all__ = [
    "AboveClearance",
    "Exposure",
    "Release",
    "bump_gate",
    "classification_of",
    "constraints_of",
    "ensure_organisation",
    "explain",
    "expose",
    "exposure",
    "gate_revision",
    "get_tags",
    "grant_waiver",
    "layers_of",
    "list_exits",
    "list_tags",
    "list_waivers",
    "may_send",
    "may_view",
    "narrow",
    "own_tags",
    "record_exit",
    "refusal",
    "release",
    "require_view",
    "revoke_waiver",
    "set_tags",
    "settle_gate",
    "summarize",
    "summarize_uses",
    "tags_of",
]
