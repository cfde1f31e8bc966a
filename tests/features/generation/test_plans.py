"""Pairs in a state that is rare are looked up, however many other pairs there are."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, text

from workbench.backends.database import Database
from workbench.features.generation.queries import pairs
from workbench.features.generation.schemas import PairFilter
from workbench.features.generation.tables import TrainingSheetRow
from workbench.kernel.ids import new_id

SORTED = ("TEMP B-TREE FOR ORDER", "Sort")


@pytest.mark.parametrize(
    ("wanted", "index", "is_sorted"),
    [
        ("stale", "ix_pair_stale", False),
        ("failed", "ix_pair_problem", False),
        ("outdated", "ix_canonical_label_changed", True),  # those found, which are few
    ],
)
@pytest.mark.parametrize("after", [None, 7])
def test_rare_pairs_are_looked_up(db: Database, wanted: str, index: str, is_sorted: bool, after: int | None) -> None:
    sheet = TrainingSheetRow(id=new_id(), space_id=new_id(), labelset_id=new_id())
    plan: list[str] = []

    def explain(_connection: Any, cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if db.is_sqlite else ''}{statement}", parameters)
        plan.extend(str(row) for row in cursor.fetchall())

    with db.read() as session:
        if not db.is_sqlite:  # a table that is empty is read and sorted faster than by any index
            for means in ("seqscan", "bitmapscan", "sort"):
                session.execute(text(f"SET LOCAL enable_{means} = off"))
        event.listen(db.engine, "before_cursor_execute", explain)
        pairs.page(session, sheet, PairFilter.model_validate({wanted: True}), after=after, limit=10)
    assert any(index in line for line in plan), plan
    assert any(word in line for word in SORTED for line in plan) == is_sorted, plan
