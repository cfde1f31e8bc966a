"""Whatever reviewers do, in whatever order: counters equal counts, one label per item, and the gate never leaks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select
from tests.features.review.conftest import Bench, digest

from workbench.backends.bundle import Backends
from workbench.features.generation import service as generation
from workbench.features.generation.schemas import PairFilter
from workbench.features.generation.tables import PairRow
from workbench.features.governance import service as governance
from workbench.features.governance.rules import SubjectKind
from workbench.features.jobs import service as jobs
from workbench.features.labels import service as labels
from workbench.features.labels.rules import ANY, ItemKey
from workbench.features.labels.tables import CanonicalLabelRow, LabelCountRow, LabelVersionRow
from workbench.features.review import tasks
from workbench.features.review.schemas import (
    BulkAction,
    BulkDecision,
    ClaimPairs,
    PairApproval,
    PairEdit,
    PairFlag,
    PairRejection,
    PairReset,
    TrainingSheetApproval,
)
from workbench.features.review.service import bulk, decisions, queue, refresh, sheets, undo
from workbench.features.sheets.tables import ItemSpaceRow
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Conflict, Invalid
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import PairStatus, Use, Verdict

ITEMS = 4
SHEETS = st.integers(0, 1)
ITEM = st.integers(0, ITEMS - 1)
WHO = st.integers(0, 1)
VALUE = st.sampled_from(["bridge", "scratch"])
DECIDED = {"approve", "edit"}


def test_review_keeps_its_promises(bench: Bench, backends: Backends, ada: Actor, ben: Actor) -> None:
    """On each database, many random sessions of two reviewers over two training sheets of the same items."""

    class Machine(ReviewMachine):
        world = (bench, backends, (ada, ben))

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )


class ReviewMachine(RuleBasedStateMachine):
    world: tuple[Bench, Backends, tuple[Actor, Actor]]

    @initialize()
    def begin(self) -> None:
        self.bench, self.backends, self.people = self.world
        self.space = new_id()  # labels of an earlier session are in another item space
        table = f"main.lab.boards_{self.space.hex}"
        with self.bench.db.begin() as session:
            workspace_id = self.bench.owner.workspace_id
            session.add(ItemSpaceRow(id=self.space, workspace_id=workspace_id, source_table=table, key_columns=["id"]))
        self.sheets = [
            self.bench.sheet(["bridge", "scratch", None, "bridge"], name=f"Boards {i}", space_id=self.space)
            for i in range(2)
        ]
        self.jobs: list[UUID] = []
        self.kept_from_training: set[UUID] = set()

    def pair(self, sheet: int, item: int) -> PairRow:
        return self.bench.pairs(self.sheets[sheet])[item]

    def attempt(self, act: Callable[..., Any], *arguments: Any) -> Any:
        """Does it in a transaction; a refusal must leave everything as it was."""
        before = self.everything()
        try:
            with self.bench.db.begin() as session:
                return act(session, *arguments)
        except (Conflict, Invalid):
            assert self.everything() == before, "a refused action left something behind"
            return None

    def everything(self) -> list[Any]:
        return [[(pair.version, pair.status, pair.value) for pair in self.bench.pairs(sheet)] for sheet in self.sheets]

    # --- what people do ---------------------------------------------------------------------------------------------

    @rule(sheet=SHEETS, item=ITEM, who=WHO)
    def approve(self, sheet: int, item: int, who: int) -> None:
        pair = self.pair(sheet, item)
        self.attempt(decisions.approve_pair, self.people[who], pair.id, PairApproval(version=pair.version))

    @rule(sheet=SHEETS, item=ITEM, who=WHO, value=VALUE, approve=st.booleans())
    def edit(self, sheet: int, item: int, who: int, value: str, approve: bool) -> None:
        pair = self.pair(sheet, item)
        body = PairEdit(version=pair.version, value=value, approve=approve)
        self.attempt(decisions.edit_pair, self.people[who], pair.id, body)

    @rule(sheet=SHEETS, item=ITEM, who=WHO, unlabelable=st.booleans())
    def reject(self, sheet: int, item: int, who: int, unlabelable: bool) -> None:
        pair = self.pair(sheet, item)
        body = PairRejection(version=pair.version, unlabelable=unlabelable)
        self.attempt(decisions.reject_pair, self.people[who], pair.id, body)

    @rule(sheet=SHEETS, item=ITEM, who=WHO)
    def flag(self, sheet: int, item: int, who: int) -> None:
        pair = self.pair(sheet, item)
        self.attempt(decisions.flag_pair, self.people[who], pair.id, PairFlag(version=pair.version))

    @rule(sheet=SHEETS, item=ITEM, who=WHO)
    def reset(self, sheet: int, item: int, who: int) -> None:
        pair = self.pair(sheet, item)
        self.attempt(decisions.reset_pair, self.people[who], pair.id, PairReset(version=pair.version))

    @rule(sheet=SHEETS, who=WHO)
    def undo(self, sheet: int, who: int) -> None:
        self.attempt(undo.undo_review, self.people[who], self.sheets[sheet])

    @rule(sheet=SHEETS, who=WHO)
    def redo(self, sheet: int, who: int) -> None:
        self.attempt(undo.redo_review, self.people[who], self.sheets[sheet])

    @rule(sheet=SHEETS, who=WHO)
    def undo_and_redo_change_nothing(self, sheet: int, who: int) -> None:
        before = self.pair_contents(sheet)
        if self.attempt(undo.undo_review, self.people[who], self.sheets[sheet]) is None:
            return
        if self.attempt(undo.redo_review, self.people[who], self.sheets[sheet]) is not None:
            assert self.pair_contents(sheet) == before

    def pair_contents(self, sheet: int) -> list[Any]:
        return [
            (pair.status, pair.value, pair.notes, pair.reviewed_by) for pair in self.bench.pairs(self.sheets[sheet])
        ]

    @rule(sheet=SHEETS, who=WHO, n=st.integers(1, 5))
    def claim(self, sheet: int, who: int, n: int) -> None:
        claimed = self.attempt(queue.claim_pairs, self.people[who], self.backends, self.sheets[sheet], ClaimPairs(n=n))
        waiting = self.bench.check_counts(self.sheets[sheet]).unlabeled
        assert (claimed.state == "done") == (waiting == 0)
        assert all(
            pair.claimed_by in (None, *(p.id for p in self.people)) for pair in self.bench.pairs(self.sheets[sheet])
        )

    @rule(sheet=SHEETS, who=WHO, action=st.sampled_from(BulkAction), status=st.sampled_from([None, *PairStatus]))
    def decide_in_bulk(self, sheet: int, who: int, action: BulkAction, status: PairStatus | None) -> None:
        wanted = BulkDecision(action=action, filter=PairFilter(status=[status] if status else None))
        job = self.attempt(bulk.decide_in_bulk, self.people[who], self.backends, self.sheets[sheet], wanted)
        jobs.run_job(self.backends, tasks.JOB_KINDS, job.id, 1)
        self.jobs.append(job.id)

    @rule(who=WHO, which=st.integers(0, 10))
    def undo_bulk(self, who: int, which: int) -> None:
        if not self.jobs:
            return
        chosen = self.jobs[which % len(self.jobs)]
        with self.bench.db.read() as session:
            starter = jobs.get_job(session, self.people[who], chosen).created_by_name
        person = next(p for p in self.people if p.name == starter)
        job = self.attempt(bulk.undo_bulk, person, self.backends, chosen)
        if job is not None:
            jobs.run_job(self.backends, tasks.JOB_KINDS, job.id, 1)

    @rule(sheet=SHEETS, who=WHO)
    def refresh(self, sheet: int, who: int) -> None:
        job = self.attempt(refresh.refresh_training_sheet, self.people[who], self.backends, self.sheets[sheet])
        if job is not None:
            jobs.run_job(self.backends, tasks.JOB_KINDS, job.id, 1)

    @rule(item=ITEM, who=WHO, value=VALUE, fields=st.sampled_from(["", "changed"]))
    def label_directly(self, item: int, who: int, value: str, fields: str) -> None:
        self.attempt(
            lambda session: labels.submit(
                session,
                self.people[who],
                ItemKey(self.space, f"i:{item}"),
                self.bench.labelset_version,
                value,
                digest=digest(item, fields),
                exposure_id=self.bench.exposure_id,
                expected_version=ANY,
            )
        )

    @rule(item=ITEM, who=WHO)
    def retract(self, item: int, who: int) -> None:
        head = self.heads().get(f"i:{item}")
        if head is not None:
            self.attempt(
                lambda session: labels.retract(
                    session, self.people[who], head.id, expected_version=head.number, reason="wrong board"
                )
            )

    @rule(sheet=SHEETS, item=ITEM, who=WHO)
    def keep_from_training(self, sheet: int, item: int, who: int) -> None:
        pair = self.pair(sheet, item)
        if pair.id not in self.kept_from_training:
            with self.bench.db.begin() as session:
                governance.narrow(
                    session,
                    self.people[who],
                    SubjectKind.PAIR,
                    pair.id,
                    prohibited=[Use.TRAINING],
                    reason="shows a face",
                    version=0,
                )
            self.kept_from_training.add(pair.id)

    @rule(sheet=SHEETS)
    def approve_sheet(self, sheet: int) -> None:
        with self.bench.db.read() as session:
            version = generation.get_training_sheet(session, self.bench.owner, self.sheets[sheet]).version
        approval = TrainingSheetApproval(version=version, incomplete=True)
        self.attempt(sheets.approve_training_sheet, self.bench.owner, self.sheets[sheet], approval)

    # --- what always holds ------------------------------------------------------------------------------------------

    def heads(self) -> dict[str, Any]:
        refs = [f"i:{item}" for item in range(ITEMS)]
        with self.bench.db.read() as session:
            return labels.heads(session, self.space, self.bench.labelset_version.labelset_id, refs)

    @invariant()
    def counters_equal_counts(self) -> None:
        for sheet in self.sheets:
            self.bench.check_counts(sheet)

    @invariant()
    def at_most_one_label_per_item(self) -> None:
        mine = CanonicalLabelRow.space_id == self.space
        with self.bench.db.read() as session:
            by_item = session.execute(
                select(CanonicalLabelRow.item_ref, func.count()).where(mine).group_by(CanonicalLabelRow.item_ref)
            ).all()
            by_verdict = session.execute(
                select(CanonicalLabelRow.verdict, func.count()).where(mine).group_by(CanonicalLabelRow.verdict)
            ).all()
            kept = session.get(LabelCountRow, (self.space, self.bench.labelset_version.labelset_id))
        assert all(count == 1 for _, count in by_item)
        found = {row[0]: row[1] for row in by_verdict}
        if kept is not None:
            assert {v: getattr(kept, v) for v in Verdict} == {v: found.get(v, 0) for v in Verdict}

    @invariant()
    def a_labeled_pair_says_what_the_label_it_pins_said(self) -> None:
        with self.bench.db.read() as session:
            rows = session.execute(
                select(PairRow.value, LabelVersionRow.value, LabelVersionRow.verdict)
                .outerjoin(
                    LabelVersionRow,
                    (LabelVersionRow.label_id == PairRow.label_id) & (LabelVersionRow.number == PairRow.label_number),
                )
                .where(PairRow.training_sheet_id.in_(self.sheets), PairRow.status == PairStatus.LABELED)
            ).all()
        for value, said, verdict in rows:
            assert (value, verdict) == (said, Verdict.ANSWERED)

    def retracted(self) -> set[tuple[UUID, int]]:
        """Every retraction there ever was, as label and number."""
        with self.bench.db.read() as session:
            rows = session.execute(
                select(LabelVersionRow.label_id, LabelVersionRow.number).where(
                    LabelVersionRow.verdict == Verdict.RETRACTED
                )
            ).all()
        return {(row.label_id, row.number) for row in rows}

    @invariant()
    def the_gate_never_leaks(self) -> None:
        standing, retracted = self.heads(), self.retracted()
        for sheet in self.sheets:
            pairs = {str(pair.id): pair for pair in self.bench.pairs(sheet)}
            left = [
                pair_id
                for batch in generation.read_pairs(self.backends, self.bench.owner, sheet, Use.TRAINING)
                for pair_id in batch.column("pair_id").to_pylist()
            ]
            may = [
                pair_id
                for pair_id, pair in pairs.items()
                if pair.status == PairStatus.LABELED
                and pair.id not in self.kept_from_training
                and pair.item_ref in standing
                and standing[pair.item_ref].verdict is Verdict.ANSWERED
                # what a pair pins was said before a retraction, and no later label takes that back
                and not any(label == pair.label_id and number > pair.label_number for label, number in retracted)
            ]
            assert left == may
