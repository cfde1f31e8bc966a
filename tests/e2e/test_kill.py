"""kill -9 the server and the worker in the middle of generation, review and export: nothing lost, nothing doubled."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import cycle
from pathlib import Path
from uuid import UUID

import pytest
from tests.e2e.served import Served, again, served, until

from workbench.features.jobs.schemas import ENDED, Job, JobStatus
from workbench.kernel.errors import Conflict
from workbench.sdk import Workbench

ITEMS = 20_000  # four batches of a generation: every kill comes in the middle
LABELED = 2_500
KILLS = int(os.environ.get("WORKBENCH_TEST_KILLS", "3"))  # more, for a night of it
CLASSES = ["calm", "angry", "curious"]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def workbench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A served workbench on each database, with a sheet, a labelset, a template and some labels.

    All of these tests share it, each with training sheets of its own; only the last one adds labels.
    """
    folder, url = tmp_path_factory.mktemp("killed"), None
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
        url = server.url(server.create("template0"))
    for one in served(folder / "home", url):
        with one.connect() as wb:
            _prepare(wb, folder)
        yield one


def _prepare(wb: Workbench, folder: Path) -> None:
    rows, labels = folder / "letters.jsonl", folder / "labels.jsonl"
    rows.write_text("".join(json.dumps({"id": n, "text": f"letter {n} from a reader"}) + "\n" for n in range(ITEMS)))
    wb.catalogs.create("main")
    wb.catalogs.create_schema("main", "post")
    _done(wb, wb.tables.upload(rows, "main.post.letters"))
    sheet = wb.sheets.create("letters", {"primary_table": "main.post.letters", "item_key": ["id"]})
    wb.sheets.publish(sheet.id, version=sheet.version)
    labelset = wb.labelsets.create("mood", "classification", "Mood", classes=[{"name": name} for name in CLASSES])
    wb.labelsets.publish(labelset.id, version=wb.labelsets.version(labelset.id, 1).version)
    labels.write_text(
        "".join(json.dumps({"item_ref": f"i:{n}", "value": CLASSES[n % 3]}) + "\n" for n in range(LABELED))
    )
    _done(wb, wb.labels.import_file(labels, sheet_id=sheet.id, label_type="mood"))
    template = wb.templates.create("mood", label_type="mood", user_prompt="How does this read? {{ text }}")
    assert template.draft is not None
    wb.templates.publish(template.id, version=wb.templates.version(template.id, template.draft).version)


def _done(wb: Workbench, job: Job) -> Job:
    ended = wb.jobs.wait(job.id)
    assert ended.status == JobStatus.SUCCEEDED, ended.problem
    return ended


def _ended(workbench: Served, job_id: UUID) -> Job | None:
    job = again(workbench, lambda wb: wb.jobs.get(job_id))
    return job if job.status in ENDED else None


def _has_come_to(workbench: Served, job_id: UUID, done: int) -> bool:
    job = again(workbench, lambda wb: wb.jobs.get(job_id))
    return job.done >= done or job.status in ENDED


def _generate(workbench: Served, name: str) -> tuple[UUID, UUID]:
    def start(wb: Workbench) -> tuple[UUID, UUID]:
        sheet = next(iter(wb.sheets.list()))
        template = next(iter(wb.templates.list()))
        assert template.published_id is not None
        made = wb.training_sheets.generate(
            name, sheet_id=sheet.id, template_version_id=template.published_id, mode="manual"
        )
        assert made.job_id is not None
        return made.id, made.job_id

    return again(workbench, start)


def _check_whole(workbench: Served, training_sheet_id: UUID) -> None:
    with workbench.connect() as wb:
        counts = wb.training_sheets.get(training_sheet_id).counts
        statuses: Counter[str] = Counter()
        refs: Counter[str] = Counter()
        for pair in wb.training_sheets.pairs(training_sheet_id):
            statuses[pair.status] += 1
            refs[pair.item_ref] += 1
        assert set(refs) == {f"i:{n}" for n in range(ITEMS)}, "no item is missing"
        assert max(refs.values()) == 1, "no item came twice"
        told = {name: getattr(counts, name) for name in ("unlabeled", "labeled", "rejected", "flagged")}
        assert told == {name: statuses[name] for name in told}, "the counters are what a count finds"
        assert counts.total == ITEMS


def test_generation_survives(workbench: Served) -> None:
    ways = cycle([workbench.kill_worker, partial(workbench.kill_worker, signal.SIGTERM), workbench.restart])
    sheet_id, job_id = _generate(workbench, "killed often")
    kills = 0
    while kills < KILLS:
        goal = kills * ITEMS // (2 * KILLS) + 1

        def reached(goal: int = goal) -> Job | None:
            job = again(workbench, lambda wb: wb.jobs.get(job_id))
            return job if job.done >= goal or job.status in ENDED else None

        if until(reached, "progress").status in ENDED:
            break
        next(ways)()
        kills += 1
    job = until(lambda: _ended(workbench, job_id), "the end of the job")
    assert job.status == JobStatus.SUCCEEDED, job.problem
    assert kills > 1, "the job was over before anything was killed"
    _check_whole(workbench, sheet_id)
    with workbench.connect() as wb:
        assert wb.training_sheets.get(sheet_id).counts.labeled == LABELED


def test_export_survives(workbench: Served, tmp_path: Path) -> None:
    sheet_id, job_id = _generate(workbench, "exported")
    until(lambda: _ended(workbench, job_id), "the pairs")
    chance = random.Random(5)
    for round_ in range(3):
        export = again(workbench, lambda wb: wb.exports.create(sheet_id, validation_fraction=0.2, seed=7))
        assert export.job_id is not None
        if round_:
            until(partial(_has_come_to, workbench, export.job_id, chance.randrange(0, LABELED)), "progress")
            workbench.kill_worker() if round_ == 1 else workbench.restart()
        job = until(partial(_ended, workbench, export.job_id), "the export")
        assert job.status == JobStatus.SUCCEEDED, job.problem
    with workbench.connect() as wb:
        made = [export for export in wb.exports.list() if export.training_sheet_id == sheet_id]
        assert len(made) == 3
        hashes = {tuple((file.name, file.sha256) for file in export.files) for export in made}
        assert len(hashes) == 1, "killed or not, the same pairs give the same bytes"
        folder = tmp_path / "out"
        folder.mkdir()
        files = wb.exports.download(made[0].id, folder)
        lines = [line for file in files if file.suffix == ".jsonl" for line in file.read_bytes().splitlines()]
        assert len(lines) == LABELED
        known = {file.name: file.sha256 for file in made[0].files}
        for file in files:
            if file.name in known:
                assert hashlib.sha256(file.read_bytes()).hexdigest() == known[file.name]


def test_review_survives(workbench: Served) -> None:
    sheet_id, job_id = _generate(workbench, "reviewed under fire")
    until(lambda: _ended(workbench, job_id), "the pairs")
    acknowledged: dict[UUID, str] = {}
    stopping = threading.Event()
    failures: list[BaseException] = []

    tokens = [workbench.invite(f"expert{n}", "expert") for n in range(3)]

    def review(number: int) -> None:
        chance, token = random.Random(number), tokens[number]
        try:
            while not stopping.is_set():
                claimed = again(workbench, lambda wb: wb.review.next(sheet_id, n=2), token)
                for pair in claimed.pairs:
                    value = chance.choice(CLASSES)

                    def decide(
                        wb: Workbench, pair_id: UUID = pair.id, version: int = pair.version, v: str = value
                    ) -> str:
                        try:
                            wb.review.edit(pair_id, version=version, value=v)
                        except Conflict:
                            # the answer to an earlier try was lost, not the decision: it must be the one made here
                            assert wb.review.pair(pair_id).value == v
                        return v

                    acknowledged[pair.id] = again(workbench, decide, token)
        except BaseException as error:
            failures.append(error)

    def are_enough(count: int) -> bool:
        return len(acknowledged) >= count or bool(failures)

    people = [threading.Thread(target=review, args=(n,)) for n in range(3)]
    for person in people:
        person.start()
    for round_ in range(KILLS):
        until(partial(are_enough, 8 * (round_ + 1)), "decisions")
        workbench.restart()
    until(partial(are_enough, 8 * (KILLS + 1)), "the last decisions")
    stopping.set()
    for person in people:
        person.join()
    assert not failures, failures[0]
    with workbench.connect() as wb:
        for pair_id, value in acknowledged.items():
            pair = wb.review.pair(pair_id)
            assert (pair.status, pair.value) == ("labeled", value), "what was acknowledged is kept"
            decided = [action for action in wb.review.history(pair_id) if action.kind in ("approve", "edit")]
            assert len(decided) == 1, "and was done once"
    _check_whole(workbench, sheet_id)
