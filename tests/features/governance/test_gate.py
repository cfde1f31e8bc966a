"""The gate in SQL gives the verdict of the rules, on both databases, over everything that can bear on it."""

from __future__ import annotations

import ast
from collections.abc import Collection
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import ClauseElement, Executable, Select, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from tests.conftest import MakeActor
from tests.features.governance.worlds import Built, World, build, keys, training_sheet, worlds

import workbench
from workbench.backends.database import Database
from workbench.features.generation.queries.pairs import pairs_leaving
from workbench.features.governance import service as governance
from workbench.features.governance.gate import Leaving, gate
from workbench.features.governance.rules import Layer, effective, verdict
from workbench.features.governance.schemas import SubjectKind
from workbench.features.governance.service.origin import source_layers
from workbench.features.governance.tables import ExitRow
from workbench.features.labels.tables import CanonicalLabelRow
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import PairStatus, Role, Use

many = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def governor(actor: MakeActor) -> Actor:
    return actor(Role.GOVERNOR)


@many
@given(world=worlds, use=st.sampled_from(Use))
def test_pairs_leave_as_the_rules_say(db: Database, governor: Actor, world: World, use: Use) -> None:
    with db.session() as session:
        built = build(session, governor, world)
        expected = {
            pair.id: verdict(pair.status, _layers(session, governor, built, n), use)
            for n, pair in enumerate(built.pairs)
        }
        with governance.release(
            session, governor, pairs_leaving(built.sheet), use=use, kind="export", subject_kind="x", subject_id=None
        ) as out:
            left = [row.pair_id for row in out]

        assert left == [pair.id for pair in built.pairs if expected[pair.id].allowed]
        reasons = [judged.reasons[0].text for judged in expected.values() if judged.reasons]
        found = session.scalars(select(ExitRow).where(ExitRow.id == out.exit_id)).one()
        assert found.excluded == {reason: reasons.count(reason) for reason in reasons}
        assert (found.considered, found.released) == (len(built.pairs), len(left))
        highest = [
            effective(_layers(session, governor, built, n)).classification
            for n, pair in enumerate(built.pairs)
            if pair.id in left
        ]
        if highest:
            assert out.summary.classification == max(highest, key=lambda each: each.rank)


@many
@given(world=worlds)
def test_all_uses_are_counted_in_one_pass_as_each_by_itself(db: Database, governor: Actor, world: World) -> None:
    with db.session() as session:
        leaving = pairs_leaving(build(session, governor, world).sheet)
        together = governance.summarize_uses(session, governor, leaving)
        assert together == [governance.summarize(session, governor, leaving, use) for use in Use]


@many
@given(world=worlds, use=st.sampled_from(Use), named=st.one_of(st.none(), keys))
def test_labels_leave_as_the_rules_say(
    db: Database, governor: Actor, world: World, use: Use, named: list[list[str]] | None
) -> None:
    """By themselves, or each with the name of its item: then the key's tags count, and an unknown key denies."""
    with db.session() as session:
        built = build(session, governor, world)
        labelset_id = built.sheet.labelset_id
        key_of = {label.id: key for label, key in zip(built.labels, named or [], strict=False)}
        for label in built.labels[1:]:  # the first stays in the sheet's own item space
            label.space_id = new_id()
        session.flush()
        leaving = Leaving(
            SubjectKind.LABEL,
            select(
                CanonicalLabelRow.id.label("label_id"),
                CanonicalLabelRow.exposure_id.label("label_exposure_id"),
                CanonicalLabelRow.verdict.label("label_verdict"),
                CanonicalLabelRow.space_id,
            )
            .where(CanonicalLabelRow.labelset_id == labelset_id)
            .order_by(CanonicalLabelRow.id),
            keys={label.space_id: key_of[label.id] for label in built.labels if label.id in key_of},
            labelset_id=labelset_id,
        )

        def layers(label: CanonicalLabelRow) -> list[Layer]:
            own = governance.layers_of(
                session,
                governor.workspace_id,
                exposures=[],
                sheet_id=None,
                labelset_id=labelset_id,
                label_id=label.id,
                label_exposure_id=label.exposure_id,
                label_verdict=label.verdict,
            )
            return (
                own if named is None else own + source_layers(session, governor.workspace_id, key_of.get(label.id, []))
            )

        with governance.release(
            session, governor, leaving, use=use, kind="labels", subject_kind="labelset", subject_id=labelset_id
        ) as out:
            left = [row.label_id for row in out]
        assert left == [label.id for label in built.labels if verdict(PairStatus.LABELED, layers(label), use).allowed]
        if left:
            ranks = [effective(layers(label)).classification.rank for label in built.labels if label.id in left]
            assert out.summary.classification.rank == max(ranks)


@pytest.mark.parametrize(("constrained", "joins"), [(SubjectKind, 4), ([SubjectKind.PAIR], 2), ([], 0)])
def test_every_join_is_a_look_up_by_subject(
    db: Database, governor: Actor, constrained: Collection[SubjectKind], joins: int
) -> None:
    """A sheet of a million pairs with thousands of waivers must not look through all waivers for every pair, and not
    look for any where no pair or label has constraints of its own."""
    if not db.is_sqlite:
        pytest.skip("PostgreSQL chooses its plan by statistics")
    with db.session() as session:
        leaving = pairs_leaving(training_sheet(governor, exposure_id=new_id()))
        told: dict[str, Any] = {"shared": [], "read": {}, "named": {}, "constrained": constrained, "moment": now()}
        judged = gate(leaving, [Use.TRAINING], governor.workspace_id, **told)
        plan = session.connection().execute(Plan(judged.rows.where(judged.reasons[Use.TRAINING].is_(None)))).all()
    lines = [row[3] for row in plan]
    assert not any(line.startswith("SCAN") for line in lines), lines
    joined = [line for line in lines if "waiver" in line or "constraint" in line]
    assert len(joined) == joins
    assert all("subject_id=?" in line for line in joined), lines


def test_nobody_but_governance_runs_the_gate() -> None:
    """Elsewhere one may say what wants to leave (`Leaving`); the rows come from `release` alone, with an exit."""
    package = Path(workbench.__file__).parent
    for file in package.rglob("*.py"):
        if file.is_relative_to(package / "features" / "governance"):
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module == "workbench.features.governance.gate":
                assert [each.name for each in node.names] == ["Leaving"], file
            if isinstance(node, ast.ImportFrom) and node.module == "workbench.features.governance":
                assert "gate" not in {each.name for each in node.names}, file
            if isinstance(node, ast.Import):
                assert not any(each.name.startswith("workbench.features.governance.gate") for each in node.names), file


class Plan(Executable, ClauseElement):
    """EXPLAIN QUERY PLAN of a query."""

    inherit_cache = False

    def __init__(self, query: Select[Any]) -> None:
        self.query = query


@compiles(Plan, "sqlite")
def _explained(element: Plan, compiler: Any, **options: Any) -> str:
    return f"EXPLAIN QUERY PLAN {compiler.process(element.query, **options)}"


def _layers(session: Session, actor: Actor, built: Built, number: int) -> list[Layer]:
    pair = built.pairs[number]
    known: dict[UUID | None, CanonicalLabelRow] = {label.id: label for label in built.labels}
    label = known.get(pair.label_id)
    return governance.layers_of(
        session,
        actor.workspace_id,
        exposures=[built.sheet.exposure_id],
        sheet_id=built.sheet.sheet_id,
        labelset_id=built.sheet.labelset_id,
        label_id=pair.label_id,
        label_exposure_id=label.exposure_id if label else None,
        label_verdict=label.verdict if label else None,
        pair_id=pair.id,
    )
