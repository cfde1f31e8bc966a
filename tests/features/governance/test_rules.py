"""The gate's rules on their own: what layers, tags, waivers and clearance come to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.features.governance import tag_rules
from workbench.features.governance.rules import (
    ALL_USES,
    Layer,
    Limits,
    Waived,
    bit,
    effective,
    label_stands,
    mask,
    may_send,
    uses_in,
    verdict,
)
from workbench.features.governance.schemas import SubjectKind
from workbench.features.governance.service import explain
from workbench.kernel.clock import now
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import Classification, PairStatus, Use, Verdict

masks = st.integers(0, ALL_USES)
ORGANISATION = Layer(SubjectKind.ORGANISATION, "o", "organisation", allowed=ALL_USES, classification=1)
layers = st.builds(
    Layer,
    st.sampled_from([kind for kind in SubjectKind if kind is not SubjectKind.ORGANISATION]),
    st.just("ref"),
    st.sampled_from(["sheet", "label"]),
    allowed=st.one_of(st.none(), masks),
    prohibited=masks,
    classification=st.one_of(st.none(), st.integers(0, 3)),
    waived=masks,
)


def _layer(**more: object) -> Layer:
    return replace(Layer(SubjectKind.SHEET, "s", "sheet"), **more)  # type: ignore[arg-type]  # any field


@given(st.lists(layers))
def test_effective_is_what_all_allow_minus_what_any_prohibits(others: list[Layer]) -> None:
    allowed, prohibited = ALL_USES, 0
    for layer in others:
        mine = ALL_USES if layer.allowed is None else layer.allowed
        allowed &= mine | layer.waived
        prohibited |= layer.prohibited & ~layer.waived
    assert effective([ORGANISATION, *others]).allowed == allowed & ~prohibited


@given(st.lists(layers), layers, st.sampled_from(Use))
def test_another_layer_never_allows_more_nor_makes_content_less_sensitive(
    others: list[Layer], one: Layer, use: Use
) -> None:
    before, after = effective([ORGANISATION, *others]), effective([ORGANISATION, *others, one])
    assert not after.allowed & ~before.allowed
    assert after.classification.rank >= before.classification.rank
    if not verdict(PairStatus.LABELED, [ORGANISATION, *others], use).allowed:
        assert not verdict(PairStatus.LABELED, [ORGANISATION, *others, one], use).allowed


@given(st.lists(layers), st.sampled_from(Use))
def test_without_an_organisation_nothing_is_allowed(others: list[Layer], use: Use) -> None:
    judged = verdict(PairStatus.LABELED, others, use)
    assert not judged.allowed
    assert judged.reasons[0].text == "organisation: no default is set"
    assert effective(others).classification is Classification.RESTRICTED


@pytest.mark.parametrize("status", [each for each in PairStatus if each is not PairStatus.LABELED])
def test_only_labeled_leaves(status: PairStatus) -> None:
    assert verdict(PairStatus.LABELED, [ORGANISATION], Use.TRAINING).allowed
    assert [reason.text for reason in verdict(status, [ORGANISATION], Use.TRAINING).reasons] == [f"status: {status}"]


@pytest.mark.parametrize("rank", [-1, 4, 99])
def test_an_unknown_classification_prohibits_all_and_no_waiver_helps(rank: int) -> None:
    strange = _layer(classification=rank, waived=ALL_USES)
    whole = effective([ORGANISATION, strange])
    assert (whole.allowed, whole.classification) == (0, Classification.RESTRICTED)
    assert whole.reasons[Use.TESTING][0].text == "sheet: unknown classification"


def test_a_waiver_lets_through_its_uses_and_only_past_its_own_layer() -> None:
    waived = _layer(prohibited=mask([Use.TRAINING, Use.FEW_SHOT]), waived=bit(Use.TRAINING), classification=3)
    whole = effective([ORGANISATION, waived])
    assert uses_in(ALL_USES & ~whole.allowed) == [Use.FEW_SHOT]
    assert whole.classification is Classification.RESTRICTED
    other = _layer(kind=SubjectKind.PAIR, name="pair", prohibited=bit(Use.TRAINING))
    assert not verdict(PairStatus.LABELED, [ORGANISATION, waived, other], Use.TRAINING).allowed


@pytest.mark.parametrize("said", [Verdict.RETRACTED, Verdict.UNLABELABLE, None])
def test_a_label_that_is_no_answer_prohibits_everything(said: Verdict | None) -> None:
    gone = label_stands("l", said)
    assert gone is not None
    whole = effective([ORGANISATION, replace(gone, waived=ALL_USES)])
    assert whole.allowed == 0
    # whoever may see the item may answer it again; what cannot be found says nothing, so it is as sensitive as can be
    alone = effective([ORGANISATION]).classification
    assert whole.classification is (alone if said else Classification.RESTRICTED)
    assert label_stands("l", Verdict.ANSWERED) is None


@pytest.mark.parametrize(
    ("tags", "allowed", "classification"),
    [
        ({"PHI": ""}, {Use.EVALUATION, Use.FEW_SHOT, Use.TESTING}, Classification.RESTRICTED),
        ({"pii": "false"}, {Use.EVALUATION, Use.FEW_SHOT, Use.TESTING}, Classification.RESTRICTED),
        ({"Confidential": "yes"}, {Use.TRAINING, Use.VALIDATION}, Classification.CONFIDENTIAL),
        ({"PHI": "", "CONFIDENTIAL": ""}, set(), Classification.RESTRICTED),
        ({"classification": "Restricted"}, set(Use), Classification.RESTRICTED),
        ({"classification": "public"}, set(Use), Classification.INTERNAL),
        ({"classification": "secret-ish"}, set(), Classification.RESTRICTED),
        ({"owner": "lab"}, set(Use), Classification.INTERNAL),
    ],
)
def test_tags(tags: dict[str, str], allowed: set[Use], classification: Classification) -> None:
    set_tags = [tag_rules.Tag("main.lab", key, value) for key, value in tags.items()]
    whole = effective([ORGANISATION, *tag_rules.source_layers(["main.lab.readings#value"], set_tags, {})])
    assert (set(uses_in(whole.allowed)), whole.classification) == (allowed, classification)


def test_tags_reach_down_and_never_sideways() -> None:
    phi = [tag_rules.Tag("main.lab.readings#name", "PHI", "")]
    assert tag_rules.source_layers(["main.lab.readings", "main.lab.readings#value"], phi, {}) == []
    assert tag_rules.source_layers(["Main.Lab.Readings#NAME"], phi, {})
    assert tag_rules.ancestry("a.b.c#d.e#f") == ["a", "a.b", "a.b.c", "a.b.c#d.e#f"]


@pytest.mark.parametrize("sources", [[], ["not a source.."], ["a.b#c"], ["", "a"]])
def test_what_cannot_be_read_prohibits_everything(sources: list[str]) -> None:
    found = tag_rules.source_layers(
        sources, [], dict.fromkeys(sources, Waived(ALL_USES, new_id(), "", "", now(), None))
    )
    assert effective([ORGANISATION, *found]).allowed == 0


@pytest.mark.parametrize(
    ("before", "after", "lost"),
    [
        ({"PHI": ""}, {}, ["PHI"]),
        ({"PHI": ""}, {"phi": "x"}, []),
        ({"owner": "a"}, {}, []),
        ({"classification": "confidential"}, {"classification": "internal"}, ["classification"]),
        ({"classification": "confidential"}, {"classification": "restricted"}, []),
        ({"classification": "what"}, {"classification": "restricted"}, ["classification"]),
    ],
)
def test_taking_a_governing_tag_away_loosens(before: dict[str, str], after: dict[str, str], lost: list[str]) -> None:
    assert tag_rules.loosened(before, after) == lost


@given(st.builds(Limits, st.one_of(st.none(), masks), masks, st.one_of(st.none(), st.integers(0, 3))))
def test_limits_stay_within_themselves_and_within_none(limits: Limits) -> None:
    assert limits.stays_within(limits)
    assert limits.stays_within(Limits())
    assert Limits().stays_within(limits) == (_open(limits) and limits.classification is None)


def _open(limits: Limits) -> bool:
    return limits.prohibited == 0 and limits.allowed in (None, ALL_USES)


def test_what_may_be_sent() -> None:
    assert may_send(Classification.INTERNAL, Classification.INTERNAL).allowed
    refused = may_send(Classification.RESTRICTED, Classification.CONFIDENTIAL)
    assert not refused.allowed
    assert "restricted" in refused.reasons[0].text


def test_every_refusal_says_who_when_and_what_would_change_it() -> None:
    tag = tag_rules.Tag("main.lab.readings", "PHI", "", "Ida Quist")
    obstacles = [
        *tag_rules.source_layers(["main.lab.readings"], [tag], {}),
        _layer(prohibited=bit(Use.TRAINING), reason="contract 12", set_by="Gro Lind"),
        label_stands("l", Verdict.RETRACTED),
    ]
    said = explain([ORGANISATION, *filter(None, obstacles)], PairStatus.FLAGGED)
    assert [use.use for use in said.uses] == list(Use)
    training = said.uses[0]
    assert not training.allowed
    assert [each.text for each in training.obstacles] == [
        "status: flagged",
        "main.lab.readings: tagged PHI",
        "sheet: contract 12",
        "label: retracted",
    ]
    assert training.obstacles[1].set_by_name == "Ida Quist"
    assert "Gro Lind set this" in training.obstacles[2].fix
    assert all(each.fix.endswith(".") for use in said.uses for each in use.obstacles)


def test_what_passes_by_a_waiver_says_whose_why_and_until_when() -> None:
    granted, until = datetime(2030, 1, 1, tzinfo=UTC), datetime(2030, 6, 1, 12, tzinfo=UTC)
    waiver = Waived(bit(Use.TRAINING), new_id(), "consent, file 12", "Gro Lind", granted, until)
    tag = tag_rules.Tag("main.lab.readings", "PHI", "", "Ida Quist")
    layers = [
        *tag_rules.source_layers(["main.lab.readings"], [tag], {"main.lab.readings": waiver}),
        _layer(prohibited=bit(Use.TESTING), waived=waiver.uses, waiver=waiver),
    ]
    training, validation, *others = explain([ORGANISATION, *layers]).uses
    assert training.allowed
    assert [each.text for each in training.waivers] == [
        "By a waiver of Gro Lind until 2030-06-01 12:00 UTC: consent, file 12 (despite main.lab.readings: tagged PHI)"
    ]
    assert (training.waivers[0].waiver_id, training.waivers[0].expires_at) == (waiver.id, until)
    assert not validation.allowed
    assert not any(use.waivers for use in (validation, *others)), "a waiver of what nobody prohibits says nothing"
    without_end = replace(layers[0], waiver=replace(waiver, expires_at=None))
    said = explain([ORGANISATION, without_end, _layer(allowed=0)]).uses[0]
    assert (said.allowed, said.waivers[0].text.partition(":")[0]) == (False, "By a waiver of Gro Lind")


def test_masks_are_read_in_the_order_of_the_word_list() -> None:
    assert uses_in(0b10101) == [Use.TRAINING, Use.EVALUATION, Use.TESTING]
