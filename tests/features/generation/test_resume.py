"""A generation that dies, is cancelled or is taken over goes on where it was: nothing lost, nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from tests.chat_endpoint import Call, ChatEndpointServer
from tests.features.generation.conftest import intent
from tests.studio import Studio, questions

from workbench.features.generation import service as generation
from workbench.features.generation import tasks
from workbench.features.generation.tables import PairRow
from workbench.features.jobs import service as jobs
from workbench.features.jobs.service import Work
from workbench.features.labels.tables import LabelVersionRow
from workbench.kernel.errors import Conflict


class Killed(BaseException):
    """The process is gone."""


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "BATCH", 7)


def run_until(studio: Studio, job_id: UUID | None, step: int, *, after: bool) -> None:
    """Works on a job until the worker dies at its n-th step: before that step commits, or right after."""
    real, taken = Work.step, [0]

    @contextmanager
    def dying(self: Work) -> Iterator[Session]:
        taken[0] += 1
        with real(self) as session:
            yield session
            if taken[0] == step and not after:
                raise Killed
        if taken[0] == step:
            raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Work, "step", dying)
        with pytest.raises(Killed):
            studio.run(job_id)


@pytest.mark.parametrize("after", [False, True], ids=["before the commit", "after the commit"])
@pytest.mark.parametrize("step", [1, 3, 5, 6])
def test_wherever_it_dies_it_goes_on(studio: Studio, step: int, after: bool) -> None:
    labelset, sheet = studio.labelset(), studio.sheet()
    studio.label(sheet, labelset, {f"i:{n}": "lost" for n in range(0, 30, 3)})
    made = studio.start(sheet, studio.template(), mode="existing_column", column="intent", trusted=True)
    run_until(studio, made.job_id, step, after=after)
    partly = studio.training_sheet(made.id)
    assert partly.counts.total == len(studio.pairs(made.id)) < 31
    assert studio.run(made.job_id).status == "succeeded"  # the queue runs the same attempt again
    done = studio.training_sheet(made.id)
    assert (done.state, done.counts.total, done.counts.labeled, done.counts.reused) == ("review", 30, 30, 10)
    assert [pair.position for pair in studio.pairs(made.id)] == list(range(30))
    with studio.backends.database.read() as session:
        assert session.scalar(select(func.count()).select_from(LabelVersionRow)) == 30
        assert session.scalar(select(func.count(PairRow.item_ref.distinct()))) == 30


def test_an_ended_job_changes_nothing_when_it_runs_again(studio: Studio) -> None:
    studio.labelset()
    made = studio.generate(studio.sheet(), studio.template())
    before = studio.pairs(made.id)
    studio.run(made.job_id)
    assert studio.pairs(made.id) == before


def test_a_crash_between_answers_and_pairs_pays_for_few_answers_twice(studio: Studio, chat: ChatEndpointServer) -> None:
    chat.respond = intent
    studio.labelset()
    endpoint = studio.endpoint(chat.base_url, concurrency=2)
    made = studio.start(studio.sheet(), studio.template(), mode="ai_generated", endpoint_id=endpoint.id)
    run_until(studio, made.job_id, 1, after=False)  # what would write the first pairs; their answers were kept before
    assert studio.training_sheet(made.id).counts.total == 0
    assert studio.run(made.job_id).status == "succeeded"
    assert len(chat.calls) == 30


def test_cancelling_keeps_what_is_finished_and_it_can_go_on(studio: Studio, chat: ChatEndpointServer) -> None:
    studio.labelset()
    endpoint = studio.endpoint(chat.base_url, concurrency=1)
    made = studio.start(studio.sheet(), studio.template(), mode="ai_generated", endpoint_id=endpoint.id)
    assert made.job_id is not None
    job_id = made.job_id

    def respond(call: Call) -> Any:
        if call.number == 10:
            with studio.backends.database.begin() as session:
                jobs.cancel_job(session, studio.owner, job_id)
        return intent(call)

    chat.respond = respond
    job = studio.run(job_id)
    assert job.status == "cancelled"
    stopped = studio.training_sheet(made.id)
    assert stopped.state == "cancelled"
    assert stopped.counts.total == 7
    assert studio.again(job_id).status == "succeeded"
    assert len(chat.calls) == 30  # what was answered before the cancel was kept
    done = studio.training_sheet(made.id)
    assert (done.state, done.counts.total) == ("review", 30)


def test_a_job_cancelled_before_it_began_says_so(studio: Studio) -> None:
    studio.labelset()
    made = studio.start(studio.sheet(), studio.template())
    assert made.job_id is not None
    with studio.backends.database.begin() as session:
        jobs.cancel_job(session, studio.owner, made.job_id)
    stopped = studio.training_sheet(made.id)
    assert stopped.state == "cancelled"
    with studio.backends.database.read() as session:
        found = generation.list_training_sheets(session, studio.owner, state=stopped.state).items
    assert [each.id for each in found] == [made.id]
    with studio.backends.database.begin() as session, pytest.raises(Conflict, match="no pairs yet"):
        generation.finish_training_sheet(session, studio.owner, made.id, stopped.version)
    assert studio.again(made.job_id).status == "succeeded"


def test_it_reads_the_data_as_it_was_when_it_began(studio: Studio) -> None:
    studio.labelset()
    made = studio.start(studio.sheet(), studio.template("{{ customer }}"))
    run_until(studio, made.job_id, 2, after=True)
    rows = questions(0, 30)
    rows["customer"] = ["Somebody Else"] * 30
    studio.load(rows, "overwrite")
    studio.load(questions(30, 5), "append")
    assert studio.run(made.job_id).status == "succeeded"
    with studio.backends.database.read() as session:
        texts = [generation.get_pair(session, studio.owner, pair.id).messages for pair in studio.pairs(made.id)]
    assert [each[0]["content"] for each in texts if each] == [f"Sample Person {n}" for n in range(30)]
