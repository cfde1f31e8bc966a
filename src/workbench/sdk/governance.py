"""What content may be used for: tags, constraints, waivers, and what left through the gate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from workbench.features.governance.schemas import (
    Constraints,
    ConstraintsChange,
    Exit,
    Explanation,
    GateSummary,
    SourceTags,
    SubjectKind,
    Tag,
    TagsChange,
    Waiver,
    WaiverGrant,
)
from workbench.kernel.vocabulary import Classification, Use
from workbench.sdk.paging import Pages
from workbench.sdk.part import Part
from workbench.sdk.words import word

Uses = Sequence[Use | str]


class Governance(Part):
    """Usage constraints and everything that bears on them."""

    def organisation(self) -> Constraints:
        """What the organisation allows where nothing else says less."""
        return self._http.get("/governance/organisation", Constraints)

    def set_organisation(
        self,
        *,
        version: int,
        allowed_uses: Uses | None = None,
        prohibited_uses: Uses = (),
        classification: Classification | str | None = None,
        reason: str = "",
    ) -> Constraints:
        """Changes the organisation's default."""
        wanted = constraints_change(allowed_uses, prohibited_uses, classification, reason, version)
        return self._http.put("/governance/organisation", Constraints, wanted)

    def tags(self, *, search: str | None = None, key: str | None = None) -> Pages[Tag]:
        """Tags where they are set, by source."""
        return self._http.pages("/governance/tags", Tag, search=search, key=key)

    def tags_of(self, source: str) -> SourceTags:
        """The tags of one source: its own, and all in force on it.

        A source is `catalog`, `catalog.schema`, a table or volume, or `catalog.schema.table#column`.
        """
        return self._http.get("/governance/tags/of", SourceTags, source=source)

    def set_tags(self, source: str, tags: Mapping[str, str], *, seen: Mapping[str, str] | None = None) -> SourceTags:
        """Makes these all the tags that the source itself has; refused when they are not those `seen` any more."""
        change = TagsChange(source=source, tags=dict(tags), seen=None if seen is None else dict(seen))
        return self._http.put("/governance/tags/of", SourceTags, change)

    def waivers(
        self,
        *,
        subject_kind: SubjectKind | str | None = None,
        subject_ref: str | None = None,
        standing: bool | None = None,
        search: str | None = None,
    ) -> Pages[Waiver]:
        """Waivers, newest first."""
        return self._http.pages(
            "/governance/waivers",
            Waiver,
            subject_kind=subject_kind,
            subject_ref=subject_ref,
            standing=standing,
            search=search,
        )

    def grant_waiver(
        self,
        subject_kind: SubjectKind | str,
        subject_ref: str,
        uses: Uses,
        reason: str,
        *,
        expires_at: datetime | None = None,
    ) -> Waiver:
        """Lets some uses pass despite what one subject's layer says; the subject is a source's name or a thing's id."""
        wanted = WaiverGrant(
            subject_kind=word(SubjectKind, subject_kind),
            subject_ref=subject_ref,
            uses=[word(Use, use) for use in uses],
            reason=reason,
            expires_at=expires_at,
        )
        return self._http.post("/governance/waivers", Waiver, wanted)

    def revoke_waiver(self, waiver_id: UUID) -> Waiver:
        """Ends a waiver now."""
        return self._http.post(f"/governance/waivers/{waiver_id}/revoke", Waiver)

    def exits(
        self,
        *,
        use: Use | str | None = None,
        kind: str | None = None,
        subject_id: UUID | None = None,
        search: str | None = None,
    ) -> Pages[Exit]:
        """What left through the gate, newest first."""
        return self._http.pages("/governance/exits", Exit, use=use, kind=kind, subject_id=subject_id, search=search)

    def constraints(self, subject_kind: SubjectKind | str, subject_id: UUID) -> Constraints:
        """What a sheet's, labelset's, label's or pair's own layer says."""
        return self._http.get(f"/governance/constraints/{word(SubjectKind, subject_kind)}/{subject_id}", Constraints)

    def set_constraints(
        self,
        subject_kind: SubjectKind | str,
        subject_id: UUID,
        *,
        version: int,
        allowed_uses: Uses | None = None,
        prohibited_uses: Uses = (),
        classification: Classification | str | None = None,
        reason: str = "",
    ) -> Constraints:
        """Narrows what a thing may be used for; only governors widen what others narrowed."""
        wanted = constraints_change(allowed_uses, prohibited_uses, classification, reason, version)
        return self._http.put(
            f"/governance/constraints/{word(SubjectKind, subject_kind)}/{subject_id}", Constraints, wanted
        )

    def explain_pair(self, pair_id: UUID) -> Explanation:
        """What a pair may be used for, and why not for the rest: "why can't I train on this?"."""
        return self._http.get(f"/governance/pairs/{pair_id}/uses", Explanation)

    def summarize(self, training_sheet_id: UUID) -> Sequence[GateSummary]:
        """For every use, how many pairs of a training sheet may leave for it, and why the others may not."""
        return self._http.get(f"/governance/training-sheets/{training_sheet_id}/uses", list[GateSummary])


def constraints_change(
    allowed: Uses | None, prohibited: Uses, classification: Classification | str | None, reason: str, version: int
) -> ConstraintsChange:
    """The wire shape of new constraints."""
    return ConstraintsChange(
        allowed_uses=None if allowed is None else [word(Use, use) for use in allowed],
        prohibited_uses=[word(Use, use) for use in prohibited],
        classification=word(Classification, classification) if classification else None,
        reason=reason,
        version=version,
    )
