"""What people and other features do with labels, by what it is about.

`labelsets` and `versions` define answers · `submissions` is the one way in · `labels` reading · `corrections` taking
back · `drafts` what is not submitted yet · `standings` which labels may be reused · `lists` · `labeling` items
directly · `imports` and `exports` as JSON Lines · `clearance` who may see what of all this.
"""

from workbench.features.labels.rules import ANY, ItemKey, LabelHead, Outcome, Submission
from workbench.features.labels.rules.labels import adapt, staleness
from workbench.features.labels.service.clearance import (
    require_label_view,
    require_space,
    seen_fields,
    sees_all_versions,
    withheld_reasons,
)
from workbench.features.labels.service.corrections import retract, retract_label, revert, revert_label
from workbench.features.labels.service.drafts import (
    discard_draft,
    discard_item_draft,
    draft_of,
    item_draft_of,
    others_at_work,
    save_draft,
    save_item_draft,
)
from workbench.features.labels.service.exports import export_labels, open_label_export
from workbench.features.labels.service.imports import import_labels
from workbench.features.labels.service.labeling import (
    coverage,
    get_item_to_label,
    label_item,
    next_to_label,
    progress_of_sheet,
)
from workbench.features.labels.service.labels import (
    as_labels,
    explain_label,
    get_label,
    heads,
    history_of_label,
)
from workbench.features.labels.service.labelsets import (
    archive_labelset,
    change_labelset,
    create_labelset,
    delete_labelset,
    duplicate_labelset,
    get_labelset,
    list_kinds,
    list_labelsets,
    restore_labelset,
    usage_of_labelset,
)
from workbench.features.labels.service.lists import label_of_item, list_labels
from workbench.features.labels.service.standings import Standing, exposed_fields, fields_to_scan, stand, standings
from workbench.features.labels.service.submissions import AnswerInvalid, LabelChanged, submit, submit_many
from workbench.features.labels.service.versions import (
    archive_version,
    change_draft,
    diff_labelset_versions,
    discard_version,
    get_version,
    list_versions,
    publish_draft,
    require_published,
    require_version,
    start_draft,
)

__all__ = [
    "ANY",
    "AnswerInvalid",
    "ItemKey",
    "LabelChanged",
    "LabelHead",
    "Outcome",
    "Standing",
    "Submission",
    "adapt",
    "archive_labelset",
    "archive_version",
    "as_labels",
    "change_draft",
    "change_labelset",
    "coverage",
    "create_labelset",
    "delete_labelset",
    "diff_labelset_versions",
    "discard_draft",
    "discard_item_draft",
    "discard_version",
    "draft_of",
    "duplicate_labelset",
    "explain_label",
    "export_labels",
    "exposed_fields",
    "fields_to_scan",
    "get_item_to_label",
    "get_label",
    "get_labelset",
    "get_version",
    "heads",
    "history_of_label",
    "import_labels",
    "item_draft_of",
    "label_item",
    "label_of_item",
    "list_kinds",
    "list_labels",
    "list_labelsets",
    "list_versions",
    "next_to_label",
    "open_label_export",
    "others_at_work",
    "progress_of_sheet",
    "publish_draft",
    "require_label_view",
    "require_published",
    "require_space",
    "require_version",
    "restore_labelset",
    "retract",
    "retract_label",
    "revert",
    "revert_label",
    "save_draft",
    "save_item_draft",
    "seen_fields",
    "sees_all_versions",
    "staleness",
    "stand",
    "standings",
    "start_draft",
    "submit",
    "submit_many",
    "usage_of_labelset",
    "withheld_reasons",
]
