"""Pure rules of labels and labelsets, over anything that Hypothesis thinks of."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from workbench.features.labels.kinds.answers import canonical
from workbench.features.labels.rules import ANY, LabelHead, Submission
from workbench.features.labels.rules.labels import collides, decide, differences
from workbench.features.labels.rules.labelsets import compose, diff, name_classes
from workbench.features.labels.schemas import Definition, LabelClass, LabelClassIn
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import Classification, Confidence, Role, Verdict

CLASSES = ["a", "b", "c", "d"]
STEP = st.dictionaries(st.sampled_from(CLASSES), st.none() | st.sampled_from(CLASSES))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab/~", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab/~", max_size=2), inner, max_size=3),
    max_leaves=6,
)
ACTOR = Actor(new_id(), "Eva", new_id(), "main", Role.EXPERT, Classification.RESTRICTED, frozenset())
VERSION, EXPOSURE = new_id(), new_id()

submissions = st.builds(
    Submission,
    item_ref=st.just("i:1"),
    value=st.sampled_from(CLASSES),
    digest=st.sampled_from([b"0" * 32, b"1" * 32]),
    expected_version=st.none() | st.integers(0, 3) | st.just(ANY),
    verdict=st.sampled_from(Verdict),
    confidence=st.sampled_from(Confidence),
    notes=st.sampled_from(["", "sure"]),
)
heads = st.none() | st.builds(
    LabelHead,
    id=st.builds(new_id),
    item_ref=st.just("i:1"),
    number=st.integers(1, 3),
    verdict=st.sampled_from(Verdict),
    value=st.sampled_from(CLASSES),
    labelset_version_id=st.just(VERSION),
    exposure_id=st.just(EXPOSURE),
    digest=st.sampled_from([b"0" * 32, b"1" * 32]),
    confidence=st.sampled_from(Confidence),
    notes=st.sampled_from(["", "sure"]),
    labeled_by=st.builds(new_id),
    labeled_by_name=st.just("Ada"),
    labeled_at=st.builds(now),
    changed_by_name=st.just("Ada"),
    changed_at=st.builds(now),
)


def _decide(head: LabelHead | None, submission: Submission) -> Any:
    return decide(
        head, submission, version_id=VERSION, exposure_id=EXPOSURE, actor=ACTOR, moment=now(), fresh_id=new_id
    )


@given(head=heads, submission=submissions)
def test_a_decision_is_one_of_four_and_counts_up_only_when_something_changes(
    head: LabelHead | None, submission: Submission
) -> None:
    outcome = _decide(head, submission)
    if head is None:
        assert (outcome.change, outcome.label.number, outcome.previous) == ("created", 1, None)
    elif collides(head, submission.expected_version):
        assert (outcome.change, outcome.label) == ("skipped", head)
    elif outcome.change == "unchanged":
        assert outcome.label is head
    else:
        assert (outcome.change, outcome.label.number, outcome.label.id) == ("changed", head.number + 1, head.id)
        assert outcome.previous is head
    if outcome.change in ("created", "changed"):
        said = (outcome.label.verdict, outcome.label.value, outcome.label.digest, outcome.label.notes)
        assert said == (submission.verdict, submission.value, submission.digest, submission.notes)


@given(head=heads, submission=submissions)
def test_deciding_the_same_twice_changes_nothing_the_second_time(
    head: LabelHead | None, submission: Submission
) -> None:
    first = _decide(head, submission)
    if first.change == "skipped":
        return
    again = Submission(**{name: getattr(submission, name) for name in Submission.__slots__} | {"expected_version": ANY})
    assert _decide(first.label, again).change == "unchanged"


@given(head=heads, submission=submissions)
def test_the_labeler_is_whoever_gave_the_answer_that_stands(head: LabelHead | None, submission: Submission) -> None:
    label = _decide(head, submission).label
    if head is not None and (label.verdict, label.value) == (head.verdict, head.value):
        assert (label.labeled_by, label.labeled_at) == (head.labeled_by, head.labeled_at)
    else:
        assert label.labeled_by == ACTOR.id


@given(steps=st.lists(STEP, max_size=4), start=st.sampled_from(CLASSES))
def test_several_migrations_are_one_that_does_the_same(steps: list[dict[str, str | None]], start: str) -> None:
    walked: str | None = start
    for step in steps:
        walked = step.get(walked, walked) if walked is not None else None
    assert compose(steps).get(start, start) == walked


@given(before=JSON, after=JSON)
def test_values_differ_exactly_where_differences_say(before: Any, after: Any) -> None:
    found = differences(before, after)
    assert len({each.path for each in found}) == len(found)
    if canonical(before) == canonical(after):
        assert found == []
    back = differences(after, before)
    assert {(each.path, each.after, each.before) for each in back} == {
        (each.path, each.before, each.after) for each in found
    }


@given(names=st.lists(st.text(min_size=1, max_size=30).filter(str.strip), max_size=30))
def test_every_class_gets_an_id_of_its_own(names: list[str]) -> None:
    named = name_classes([LabelClassIn(name=name) for name in names if "\x00" not in name])
    assert len({each.id for each in named}) == len(named)
    again = name_classes([LabelClassIn(id=each.id, name=f"Renamed {i}") for i, each in enumerate(named)])
    assert [each.id for each in again] == [each.id for each in named]


orders = st.permutations(CLASSES).flatmap(lambda ids: st.integers(0, len(ids)).map(lambda count: ids[:count]))


@given(before=orders, after=orders)
def test_a_comparison_names_each_class_that_came_or_went(before: list[str], after: list[str]) -> None:
    def definition(ids: list[str]) -> Definition:
        return Definition(kind="classification", classes=[LabelClass(id=each, name=each) for each in ids])

    changes = diff(definition(before), definition(after), (1, 2)).classes
    assert {each.id for each in changes if each.change == "removed"} == set(before) - set(after)
    assert {each.id for each in changes if each.change == "added"} == set(after) - set(before)
    if before == after:
        assert changes == []
