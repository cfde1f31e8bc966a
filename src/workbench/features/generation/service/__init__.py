"""What people do with training sheets: `preparing` and `generating` one, `training_sheets` by name, their `pairs`."""

from workbench.features.generation.service.generating import (
    duplicate_training_sheet,
    finish_training_sheet,
    generate_training_sheet,
    retry_failures,
)
from workbench.features.generation.service.pairs import as_stream, get_pair, list_pairs, read_pairs
from workbench.features.generation.service.preparing import coverage, preview
from workbench.features.generation.service.training_sheets import (
    archive_training_sheet,
    change_training_sheet,
    delete_training_sheet,
    get_training_sheet,
    list_training_sheets,
    require_training_sheet,
    restore_training_sheet,
)

__all__ = [
    "archive_training_sheet",
    "as_stream",
    "change_training_sheet",
    "coverage",
    "delete_training_sheet",
    "duplicate_training_sheet",
    "finish_training_sheet",
    "generate_training_sheet",
    "get_pair",
    "get_training_sheet",
    "list_pairs",
    "list_training_sheets",
    "preview",
    "read_pairs",
    "require_training_sheet",
    "restore_training_sheet",
    "retry_failures",
]
