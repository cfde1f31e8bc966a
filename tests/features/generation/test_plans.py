"""Pairs in a state that is rare are looked up, however many other pairs there are."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, text

from workbench.backends.database import Database
from workbench.features.generation.queries import pairs
from workbench.kernel.ids import new_id


@pytest.mark.parametrize(("wanted", "index"), [("stale", "ix_pair_stale"), ("failed", "ix_pair_problem")])
@pytest.mark.parametrize("after", [None, 7])
def test_rare_pairs_are_looked_up(db: Database, wanted: str, index: str, after: int | None) -> None:
    filters: dict[str, Any] = dict.fromkeys(("status", "origin", "stale", "failed", "outdated", "search"))
    plan: list[str] = []

    def explain(_connection: Any, cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if db.is_sqlite else ''}{statement}", parameters)
        plan.extend(str(row) for row in cursor.fetchall())

    with db.read() as session:
        if not db.is_sqlite:  # an empty table is read faster than any index
            session.execute(text("SET LOCAL enable_seqscan = off"))
        event.listen(db.engine, "before_cursor_execute", explain)
        pairs.page(session, new_id(), **(filters | {wanted: True}), after=after, limit=10)
    assert any(index in line for line in plan), plan
    assert not any("TEMP B-TREE" in line or "Sort" in line for line in plan), plan
