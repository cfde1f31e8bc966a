"""Whatever is done to labels, in whatever order: one label per item, exact counts, a complete history."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from workbench.features.labels import service as labels
from workbench.features.labels.tables import CanonicalLabelRow, LabelVersionRow
from workbench.kernel.errors import Conflict, NotFound
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import Verdict

ITEMS = ["i:1", "i:2", "i:3"]
ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["answer", "set_aside", "retract", "revert", "batch"]),
        st.sampled_from(ITEMS),
        st.sampled_from(["scratch", "no_defect"]),
        st.none() | st.integers(1, 4) | st.just(labels.ANY),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=ACTIONS)
def test_labels_stay_whole(desk: Any, actions: list[tuple[str, str, str, Any]]) -> None:
    here = desk.at(space_id=new_id())
    for verb, item, value, expected in actions:
        with suppress(Conflict, NotFound):
            _do(here, verb, item, value, expected)
        _check(here)


def _do(desk: Any, verb: str, item: str, value: str, expected: Any) -> None:
    row = desk.session.scalar(_labels(desk).where(CanonicalLabelRow.item_ref == item))
    if verb == "answer":
        desk.submit(item, value, expected)
    elif verb == "set_aside":
        desk.submit(item, None, expected, verdict=Verdict.UNLABELABLE)
    elif verb == "batch":
        many = [labels.Submission(each, value, desk.digest("batch"), expected) for each in ITEMS]
        labels.submit_many(
            desk.session,
            desk.actor,
            desk.space_id,
            desk.version,
            many,
            exposure_id=desk.exposure_id,
            conflicts="skip",
        )
    elif row is not None and verb == "retract":
        labels.retract(desk.session, desk.actor, row.id, expected_version=expected or row.number, reason="a test")
    elif row is not None:
        labels.revert(desk.session, desk.actor, row.id, 1, expected_version=expected or row.number)


def _check(desk: Any) -> None:
    rows = desk.session.scalars(_labels(desk).execution_options(populate_existing=True)).all()
    assert len({row.item_ref for row in rows}) == len(rows)
    counted = {verdict.value: sum(row.verdict == verdict for row in rows) for verdict in Verdict}
    assert desk.counts() == counted
    for row in rows:
        said = desk.session.scalars(
            select(LabelVersionRow).where(LabelVersionRow.label_id == row.id).order_by(LabelVersionRow.number)
        ).all()
        assert [each.number for each in said] == list(range(1, row.number + 1))
        newest = said[-1]
        for name in ("verdict", "value", "digest", "exposure_id", "labelset_version_id", "confidence", "notes"):
            assert getattr(newest, name) == getattr(row, name)
    total = desk.session.scalar(
        select(func.count()).select_from(LabelVersionRow).where(LabelVersionRow.label_id.in_([row.id for row in rows]))
    )
    assert total == sum(row.number for row in rows)


def _labels(desk: Any) -> Any:
    return select(CanonicalLabelRow).where(CanonicalLabelRow.space_id == desk.space_id)
