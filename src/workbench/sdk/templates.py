"""Prompts: made as drafts, tried on items, published as versions that never change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from workbench.features.templates.schemas import (
    Bump,
    Publish,
    Template,
    TemplateChange,
    TemplateCheck,
    TemplateCopy,
    TemplateDiff,
    TemplateDraftChange,
    TemplateIn,
    TemplateTrial,
    TemplateVersion,
    TrialResult,
)
from workbench.kernel.schema import Change
from workbench.sdk.paging import Pages
from workbench.sdk.part import Part
from workbench.sdk.words import word


class Templates(Part):
    """Templates of the workspace. A version's `number` is written `1.2.0`."""

    def list(
        self,
        *,
        search: str | None = None,
        label_type: str | None = None,
        archived: bool = False,
        sort: str = "name",
    ) -> Pages[Template]:
        """Templates by `name`, or the `newest` first."""
        return self._http.pages(
            "/templates", Template, search=search, label_type=label_type, archived=archived, sort=sort
        )

    def get(self, template_id: UUID) -> Template:
        """One template."""
        return self._http.get(f"/templates/{template_id}", Template)

    def create(self, name: str, *, label_type: str, user_prompt: str = "", **fields: Any) -> Template:
        """Makes a template with a first draft; `fields` are the others of `TemplateIn`, such as `system_prompt`."""
        wanted = TemplateIn(name=name, label_type=label_type, user_prompt=user_prompt, **fields)
        return self._http.post("/templates", Template, wanted)

    def change(self, template_id: UUID, *, version: int, **fields: Any) -> Template:
        """Renames or describes a template (`name`, `description`)."""
        return self._http.patch(f"/templates/{template_id}", Template, TemplateChange(version=version, **fields))

    def delete(self, template_id: UUID, *, version: int) -> None:
        """Removes a template that was never published."""
        self._http.delete(f"/templates/{template_id}", version=version)

    def archive(self, template_id: UUID, *, version: int) -> Template:
        """Takes a template out of the lists people choose from."""
        return self._http.post(f"/templates/{template_id}/archive", Template, Change(version=version))

    def restore(self, template_id: UUID, *, version: int) -> Template:
        """Puts an archived template back."""
        return self._http.post(f"/templates/{template_id}/restore", Template, Change(version=version))

    def duplicate(self, template_id: UUID, name: str, *, number: str | None = None) -> Template:
        """Makes a new template that begins as this one, in its newest version unless `number` says otherwise."""
        return self._http.post(f"/templates/{template_id}/duplicate", Template, TemplateCopy(name=name, number=number))

    def versions(self, template_id: UUID) -> Sequence[TemplateVersion]:
        """All versions, newest first."""
        return self._http.get(f"/templates/{template_id}/versions", list[TemplateVersion])

    def version(self, template_id: UUID, number: str) -> TemplateVersion:
        """One version."""
        return self._http.get(f"/templates/{template_id}/versions/{number}", TemplateVersion)

    def archive_version(self, template_id: UUID, number: str, *, version: int) -> TemplateVersion:
        """Retires a published version."""
        return self._http.post(
            f"/templates/{template_id}/versions/{number}/archive", TemplateVersion, Change(version=version)
        )

    def start_draft(self, template_id: UUID) -> TemplateVersion:
        """Starts the next draft from the newest version."""
        return self._http.post(f"/templates/{template_id}/draft", TemplateVersion)

    def change_draft(self, template_id: UUID, *, version: int, **fields: Any) -> TemplateVersion:
        """Changes the draft; `fields` are those of `TemplateDraftChange`, and what is left out stays."""
        wanted = TemplateDraftChange(version=version, **fields)
        return self._http.patch(f"/templates/{template_id}/draft", TemplateVersion, wanted)

    def discard_draft(self, template_id: UUID, *, version: int) -> None:
        """Throws the draft away."""
        self._http.delete(f"/templates/{template_id}/draft", version=version)

    def publish(self, template_id: UUID, *, version: int, bump: Bump | str | None = None) -> TemplateVersion:
        """Publishes the draft; it never changes again. `bump` None takes the suggested step."""
        wanted = Publish(version=version, bump=word(Bump, bump) if bump else None)
        return self._http.post(f"/templates/{template_id}/draft/publish", TemplateVersion, wanted)

    def diff(self, template_id: UUID, before: str, after: str) -> TemplateDiff:
        """What changed from one version to another."""
        return self._http.get(f"/templates/{template_id}/diff", TemplateDiff, before=before, after=after)

    def check(
        self, template_id: UUID, number: str, sheet_id: UUID, *, sheet_version: int | None = None
    ) -> TemplateCheck:
        """Whether a sheet has every field that a version reads, in its loops too."""
        return self._http.get(
            f"/templates/{template_id}/versions/{number}/check",
            TemplateCheck,
            sheet_id=sheet_id,
            sheet_version=sheet_version,
        )

    def try_on(self, template_id: UUID, number: str, sheet_id: UUID, **fields: Any) -> TrialResult:
        """Renders a version for some items, and with `ask=True` lets its model answer.

        `fields` are the others of `TemplateTrial`: which items, or prompts that replace the saved ones.
        """
        trial = TemplateTrial(sheet_id=sheet_id, **fields)
        return self._http.post(f"/templates/{template_id}/versions/{number}/try", TrialResult, trial)
