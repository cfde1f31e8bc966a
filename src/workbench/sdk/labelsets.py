"""Labelsets: what an answer of a label type may be, in versions that never change once published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from workbench.features.labels.schemas import (
    LabelKind,
    Labelset,
    LabelsetChange,
    LabelsetCopy,
    LabelsetDiff,
    LabelsetDraftChange,
    LabelsetIn,
    LabelsetUsage,
    LabelsetVersion,
)
from workbench.kernel.schema import Change
from workbench.sdk.paging import Pages
from workbench.sdk.part import Part


class Labelsets(Part):
    """Labelsets of the workspace."""

    def kinds(self) -> Sequence[LabelKind]:
        """The kinds of labels there are, each with an example definition."""
        return self._http.get("/labelsets/kinds", list[LabelKind])

    def list(
        self, *, search: str | None = None, kind: str | None = None, archived: bool = False, sort: str = "name"
    ) -> Pages[Labelset]:
        """Labelsets by `name`, or the `newest` first."""
        return self._http.pages("/labelsets", Labelset, search=search, kind=kind, archived=archived, sort=sort)

    def get(self, labelset_id: UUID) -> Labelset:
        """One labelset."""
        return self._http.get(f"/labelsets/{labelset_id}", Labelset)

    def create(self, label_type: str, kind: str, name: str, **fields: Any) -> Labelset:
        """Makes a labelset with a first draft; `fields` are the others of `LabelsetIn`: classes, response_schema …"""
        wanted = LabelsetIn(label_type=label_type, kind=kind, name=name, **fields)
        return self._http.post("/labelsets", Labelset, wanted)

    def change(self, labelset_id: UUID, *, version: int, **fields: Any) -> Labelset:
        """Renames or describes a labelset (`name`, `description`)."""
        return self._http.patch(f"/labelsets/{labelset_id}", Labelset, LabelsetChange(version=version, **fields))

    def delete(self, labelset_id: UUID, *, version: int) -> None:
        """Removes a labelset that was never published."""
        self._http.delete(f"/labelsets/{labelset_id}", version=version)

    def archive(self, labelset_id: UUID, *, version: int) -> Labelset:
        """Takes a labelset out of the lists; its labels stay."""
        return self._http.post(f"/labelsets/{labelset_id}/archive", Labelset, Change(version=version))

    def restore(self, labelset_id: UUID, *, version: int) -> Labelset:
        """Puts an archived labelset back into the lists."""
        return self._http.post(f"/labelsets/{labelset_id}/restore", Labelset, Change(version=version))

    def duplicate(self, labelset_id: UUID, label_type: str, name: str) -> Labelset:
        """Makes a new labelset with a draft of the newest definition of this one."""
        wanted = LabelsetCopy(label_type=label_type, name=name)
        return self._http.post(f"/labelsets/{labelset_id}/duplicate", Labelset, wanted)

    def usage(self, labelset_id: UUID) -> LabelsetUsage:
        """How many labels hold what: by verdict, version and class."""
        return self._http.get(f"/labelsets/{labelset_id}/usage", LabelsetUsage)

    def versions(self, labelset_id: UUID) -> Sequence[LabelsetVersion]:
        """All versions, newest first."""
        return self._http.get(f"/labelsets/{labelset_id}/versions", list[LabelsetVersion])

    def version(self, labelset_id: UUID, number: int) -> LabelsetVersion:
        """One version."""
        return self._http.get(f"/labelsets/{labelset_id}/versions/{number}", LabelsetVersion)

    def archive_version(self, labelset_id: UUID, number: int, *, version: int) -> LabelsetVersion:
        """Retires a published version; what pins it goes on working."""
        return self._http.post(
            f"/labelsets/{labelset_id}/versions/{number}/archive", LabelsetVersion, Change(version=version)
        )

    def diff(self, labelset_id: UUID, before: int, after: int) -> LabelsetDiff:
        """What changed from one version to another."""
        return self._http.get(f"/labelsets/{labelset_id}/diff", LabelsetDiff, before=before, after=after)

    def start_draft(self, labelset_id: UUID) -> LabelsetVersion:
        """Begins the next version with the definition of the newest one."""
        return self._http.post(f"/labelsets/{labelset_id}/draft", LabelsetVersion)

    def change_draft(self, labelset_id: UUID, *, version: int, **fields: Any) -> LabelsetVersion:
        """Changes the draft; `fields` are those of `LabelsetDraftChange`, `problems` what still keeps it back."""
        wanted = LabelsetDraftChange(version=version, **fields)
        return self._http.patch(f"/labelsets/{labelset_id}/draft", LabelsetVersion, wanted)

    def discard_draft(self, labelset_id: UUID, *, version: int) -> None:
        """Throws the draft away."""
        self._http.delete(f"/labelsets/{labelset_id}/draft", version=version)

    def publish(self, labelset_id: UUID, *, version: int) -> LabelsetVersion:
        """Publishes the draft; it never changes again."""
        return self._http.post(f"/labelsets/{labelset_id}/draft/publish", LabelsetVersion, Change(version=version))
