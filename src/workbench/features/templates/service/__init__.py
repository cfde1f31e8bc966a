"""What people do with templates: `templates` by name, `versions` of what they say, `trials` on items of a sheet."""

from workbench.features.templates.service.templates import (
    archive_template,
    change_template,
    create_template,
    delete_template,
    duplicate_template,
    get_template,
    list_templates,
    restore_template,
)
from workbench.features.templates.service.trials import check_template, try_template
from workbench.features.templates.service.versions import (
    archive_template_version,
    change_template_draft,
    diff_template_versions,
    discard_template_draft,
    get_template_version,
    list_template_versions,
    publish_template_draft,
    require_template_version,
    start_template_draft,
)

__all__ = [
    "archive_template",
    "archive_template_version",
    "change_template",
    "change_template_draft",
    "check_template",
    "create_template",
    "delete_template",
    "diff_template_versions",
    "discard_template_draft",
    "duplicate_template",
    "get_template",
    "get_template_version",
    "list_template_versions",
    "list_templates",
    "publish_template_draft",
    "require_template_version",
    "restore_template",
    "start_template_draft",
    "try_template",
]
