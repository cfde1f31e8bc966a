"""The closed word lists that every feature shares: roles, uses, data classifications, statuses."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a member of a workspace is; what each role may do stands in `features/identity/rules.py`."""

    ADMIN = "admin"
    GOVERNOR = "governor"
    ENGINEER = "engineer"
    EXPERT = "expert"
    VIEWER = "viewer"


class Use(StrEnum):
    """What a pair or label may be used for."""

    TRAINING = "training"
    VALIDATION = "validation"
    EVALUATION = "evaluation"
    FEW_SHOT = "few_shot"
    TESTING = "testing"


class Classification(StrEnum):
    """How sensitive data is, least first."""

    PUBLIC = "public"
    INTERNAL = "internal"
    CONFIDENTIAL = "confidential"
    RESTRICTED = "restricted"

    @property
    def rank(self) -> int:
        """0 for public up to 3 for restricted."""
        return list(Classification).index(self)

    @classmethod
    def of_rank(cls, rank: int) -> Classification:
        """The classification with this rank."""
        return list(cls)[rank]


class AssetState(StrEnum):
    """The life of a sheet, labelset or template version. A published version never changes."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class PairStatus(StrEnum):
    """The quality of a pair, given by review."""

    UNLABELED = "unlabeled"
    LABELED = "labeled"
    REJECTED = "rejected"
    FLAGGED = "flagged"


class Verdict(StrEnum):
    """What a canonical label says of its item."""

    ANSWERED = "answered"
    UNLABELABLE = "unlabelable"
    RETRACTED = "retracted"


class Confidence(StrEnum):
    """How sure the expert was."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
