"""kill -9 the server and the worker in the middle of generation, review, bulk decisions and export: nothing is lost,
nothing doubled."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain, cycle
from pathlib import Path
from uuid import UUID

import pytest
from tests.e2e.served import Served, again, served, until

from workbench.features.exports.schemas import ExportFile
from workbench.features.exports.writing import PARTIAL
from workbench.features.generation.schemas import PairFilter
from workbench.features.jobs.schemas import ENDED, Job, JobStatus
from workbench.features.review.schemas import BulkAction
from workbench.kernel.errors import Conflict
from workbench.sdk import Workbench

ITEMS = 20_000  # four batches of a generation: every kill comes in the middle
LABELED = 10_000  # three batches of an export
KILLS = int(os.environ.get("WORKBENCH_TEST_KILLS", "3"))  # more, for a night of it
CARDS = 1_000 * (KILLS + 1)  # two steps of a bulk job between one kill and the next
CLASSES = ["calm", "angry", "curious"]

MANY = 10 * max(ITEMS, CARDS)  # more than any list is long

Strike = Callable[[], None]


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
    wb.catalogs.create("main")
    wb.catalogs.create_schema("main", "post")
    _add_sheet(wb, folder, "letters", [{"id": n, "text": f"letter {n} from a reader"} for n in range(ITEMS)])
    cards = [{"id": n, "text": f"card {n}", "mood": None if n % 10 == 9 else _mood(n)} for n in range(CARDS)]
    _add_sheet(wb, folder, "cards", cards)
    labelset = wb.labelsets.create("mood", "classification", "Mood", classes=[{"name": name} for name in CLASSES])
    wb.labelsets.publish(labelset.id, version=wb.labelsets.version(labelset.id, 1).version)
    _label(wb, folder, "letters", range(LABELED))
    template = wb.templates.create("mood", label_type="mood", user_prompt="How does this read? {{ text }}")
    assert template.draft is not None
    wb.templates.publish(template.id, version=wb.templates.version(template.id, template.draft).version)


def _add_sheet(wb: Workbench, folder: Path, name: str, rows: Sequence[dict[str, object]]) -> None:
    file = folder / f"{name}.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    _done(wb, wb.tables.upload(file, f"main.post.{name}"))
    sheet = wb.sheets.create(name, {"primary_table": f"main.post.{name}", "item_key": ["id"]})
    wb.sheets.publish(sheet.id, version=sheet.version)


def _label(wb: Workbench, folder: Path, sheet: str, numbers: range) -> None:
    file = folder / "labels.jsonl"
    file.write_text("".join(json.dumps({"item_ref": f"i:{n}", "value": _mood(n)}) + "\n" for n in numbers))
    _done(wb, wb.labels.import_file(file, sheet_id=_sheet(wb, sheet), label_type="mood"))


def _mood(number: int) -> str:
    return CLASSES[number % 3]


def _sheet(wb: Workbench, name: str) -> UUID:
    return next(sheet.id for sheet in wb.sheets.list() if sheet.name == name)


def _done(wb: Workbench, job: Job) -> Job:
    ended = wb.jobs.wait(job.id)
    assert ended.status == JobStatus.SUCCEEDED, ended.problem
    return ended


def _ended(workbench: Served, job_id: UUID) -> Job | None:
    job = again(workbench, lambda wb: wb.jobs.get(job_id))
    return job if job.status in ENDED else None


def _strikes(workbench: Served) -> Iterator[Strike]:
    """The ways in which a process ends, in turn: the worker's at once, everything's at once, the worker's politely."""
    return cycle([workbench.kill_worker, workbench.crash, partial(workbench.kill_worker, signal.SIGTERM)])


def _goals(count: int, total: int) -> list[int]:
    """So many places in the middle of something that counts up to `total`."""
    return [place * total // (count + 1) + 1 for place in range(count)]


def _strike_often(workbench: Served, job_id: UUID, strikes: Iterator[Strike], goals: Sequence[int]) -> int:
    """Strikes whenever the job has come to the next goal, and waits for its end; how often it was struck in the middle.

    What the job told to have done is never taken back.
    """
    struck = told = 0

    def reached(goal: int) -> Job | None:
        nonlocal told
        job = again(workbench, lambda wb: wb.jobs.get(job_id))
        assert job.done >= told, "what was done is kept"
        told = job.done
        return job if job.done >= goal or job.status in ENDED else None

    for goal in goals:
        if until(partial(reached, goal), "progress").status in ENDED:
            break
        next(strikes)()
        struck += _ended(workbench, job_id) is None
    _succeeded(workbench, job_id)
    return struck


def _strike_while_writing(workbench: Served, job_id: UUID, strikes: Iterator[Strike], sizes: Sequence[int]) -> int:
    """Strikes when each new start of the job has written so many bytes of lines, and waits for its end; how often it
    was struck in the middle."""
    struck, seen = 0, None

    def has_written(size: int) -> Job | None:
        job = again(workbench, lambda wb: wb.jobs.get(job_id))
        if job.status in ENDED:
            return job
        lines = workbench.home.glob(f"files/exports/*/*{PARTIAL}/*.jsonl")
        return (
            job if job.started_at not in (None, seen) and sum(file.stat().st_size for file in lines) >= size else None
        )

    for size in sizes:
        job = until(partial(has_written, size), "lines")
        if job.status in ENDED:
            break
        seen = job.started_at
        next(strikes)()
        struck += _ended(workbench, job_id) is None
    _succeeded(workbench, job_id)
    return struck


def _succeeded(workbench: Served, job_id: UUID) -> Job:
    job = until(partial(_ended, workbench, job_id), "the end of the job")
    assert job.status == JobStatus.SUCCEEDED, job.problem
    return job


def _generate(workbench: Served, name: str, sheet: str = "letters", column: str | None = None) -> tuple[UUID, UUID]:
    def start(wb: Workbench) -> tuple[UUID, UUID]:
        template = next(iter(wb.templates.list()))
        assert template.published_id is not None
        how = {"mode": "existing_column", "column": column} if column else {"mode": "manual"}
        made = wb.training_sheets.generate(
            name, sheet_id=_sheet(wb, sheet), template_version_id=template.published_id, **how
        )
        assert made.job_id is not None
        return made.id, made.job_id

    return again(workbench, start)


def _check_whole(workbench: Served, training_sheet_id: UUID, items: int = ITEMS) -> None:
    with workbench.connect() as wb:
        counts = wb.training_sheets.get(training_sheet_id).counts
        statuses: Counter[str] = Counter()
        refs: Counter[str] = Counter()
        for pair in wb.training_sheets.pairs(training_sheet_id).take(MANY):
            statuses[pair.status] += 1
            refs[pair.item_ref] += 1
        assert set(refs) == {f"i:{n}" for n in range(items)}, "no item is missing"
        assert max(refs.values()) == 1, "no item came twice"
        told = {name: getattr(counts, name) for name in ("unlabeled", "labeled", "rejected", "flagged")}
        assert told == {name: statuses[name] for name in told}, "the counters are what a count finds"
        assert counts.total == items


def test_generation_survives(workbench: Served) -> None:
    sheet_id, job_id = _generate(workbench, "killed often")
    strikes = chain([workbench.kill_worker, workbench.crash, workbench.restart], _strikes(workbench))
    struck = _strike_often(workbench, job_id, strikes, _goals(KILLS, ITEMS // 2))
    assert struck > 1, "the job was over before anything was killed"
    _check_whole(workbench, sheet_id)
    with workbench.connect() as wb:
        assert wb.training_sheets.get(sheet_id).counts.labeled == LABELED


def _files(export_id: UUID, wb: Workbench) -> list[ExportFile]:
    return wb.exports.get(export_id).files


def test_export_survives(workbench: Served, tmp_path: Path) -> None:
    sheet_id, job_id = _generate(workbench, "exported")
    until(lambda: _ended(workbench, job_id), "the pairs")
    chance, size = random.Random(5), 0
    strikes, struck, count = _strikes(workbench), 0, 0
    while struck < KILLS and count <= 3 * KILLS:  # the first in peace; a quick one may end before it is struck
        export = again(workbench, lambda wb: wb.exports.create(sheet_id, validation_fraction=0.2, seed=7))
        assert export.job_id is not None
        sizes = [chance.randrange(size // 3) for _ in range(KILLS - struck if count else 0)]
        struck += _strike_while_writing(workbench, export.job_id, strikes, sizes)
        files = again(workbench, partial(_files, export.id))
        size = sum(file.bytes for file in files if file.split)
        count += 1
    assert struck, "the exports were over before anything was killed"
    with workbench.connect() as wb:
        made = [export for export in wb.exports.list() if export.training_sheet_id == sheet_id]
        assert len(made) == count
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
        assert all(wb.exports.verify(export.id).intact for export in made)
    assert not list(workbench.home.rglob(f"*{PARTIAL}")), "what attempts that died had written is gone"


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


def _stands(wb: Workbench, sheet_id: UUID) -> dict[str, tuple[object, ...]]:
    """How every pair of a training sheet stands, and who decided when."""
    kept = ("status", "summary", "stale", "notes", "label_id", "reviewed_by_name", "reviewed_at")
    pairs = wb.training_sheets.pairs(sheet_id).take(MANY)
    return {pair.item_ref: tuple(getattr(pair, name) for name in kept) for pair in pairs}


def _labels(wb: Workbench) -> dict[str, tuple[object, int]]:
    """What the label of each card says, and in which of its versions."""
    found = wb.labels.list("mood", sheet_id=_sheet(wb, "cards")).take(MANY)
    labels = {label.item_ref: (label.value, label.number) for label in found}
    assert len(labels) == len(found), "one label for each key"
    return labels


def _acted(wb: Workbench, sheet_id: UUID, job_id: UUID, kind: str) -> int:
    """On how many pairs of a training sheet a bulk job acted in this way: on none of them twice."""
    found = Counter(
        each.pair_id for each in wb.review.actions(sheet_id, kind=kind).take(MANY) if each.batch_id == job_id
    )
    assert set(found.values()) <= {1}, "nothing was done twice"
    return len(found)


def _told(wb: Workbench, job_id: UUID, kind: str) -> int:
    """How many pairs of a bulk job the audit trail tells of; its start and its end are told once."""
    for action in ("job.submit", "job.succeeded"):
        assert len(list(wb.audit.list(action=action, subject_id=str(job_id)))) == 1
    steps = [event.details for event in wb.audit.list(action="training_sheet.review")]
    return sum(step[kind] for step in steps if step["job"] == str(job_id))


def test_a_bulk_decision_and_its_undo_survive(workbench: Served, tmp_path: Path) -> None:
    with workbench.connect() as wb:
        _label(wb, tmp_path, "cards", range(100))
        (decided, one), (followed, other) = (
            _generate(workbench, name, "cards", "mood") for name in ("decided", "followed")
        )
        for job_id in (one, other):
            _succeeded(workbench, job_id)
        for pair in wb.training_sheets.pairs(decided).take(10):  # answered otherwise than their label says
            version = wb.review.reset(pair.id, version=pair.version).version
            wb.review.edit(pair.id, version=version, value=_mood(pair.position + 1), approve=False)
        for pair in wb.training_sheets.pairs(decided, search="i:11"):
            if pair.status == "unlabeled":
                wb.review.flag(pair.id, version=pair.version, notes="by hand")
        _label(wb, tmp_path, "cards", range(200, 250))  # after the pairs were made, which know nothing of them
        before, labels = [_stands(wb, sheet_id) for sheet_id in (decided, followed)], _labels(wb)
        wanted = PairFilter(status=["unlabeled", "flagged"])
        matching = wb.review.estimate(decided, wanted).matching
        job = wb.review.decide_in_bulk(decided, BulkAction.APPROVE, wanted, expected=matching)

    few = KILLS // 2
    struck = _strike_often(workbench, job.id, _strikes(workbench), _goals(KILLS - few, CARDS))
    assert struck, "the job was over before anything was killed"
    for sheet_id in (decided, followed):
        _check_whole(workbench, sheet_id, CARDS)
    with workbench.connect() as wb:
        result = wb.jobs.get(job.id).result
        assert result is not None
        done = result["decided"]
        assert sum(result.values()) - result["followed"] == matching
        assert result["no_answer"] == sum(1 for n in range(100, CARDS) if n % 10 == 9)
        assert result["label_changed"] == 45
        assert _acted(wb, decided, job.id, "approve") == _told(wb, job.id, "approve") == done
        now = _labels(wb)
        fresh = now.keys() - labels.keys()
        assert _acted(wb, followed, job.id, "follow") == result["followed"] == done
        assert len(fresh) == done - 10, "ten had a label that says something else now"
        assert all(now[ref] == (_mood(int(ref[2:])), 1) for ref in fresh), "said once, and rightly"
        assert wb.audit.verify().intact
        undo = again(workbench, lambda wb: wb.review.undo_bulk(job.id))

    struck = _strike_often(workbench, undo.id, _strikes(workbench), _goals(few, CARDS))
    assert struck, "all was undone before anything was killed"
    for sheet_id in (decided, followed):
        _check_whole(workbench, sheet_id, CARDS)
    with workbench.connect() as wb:
        result = wb.jobs.get(undo.id).result
        assert result == {"undone": done, "followed": done, "batch_id": str(job.id)}
        assert _acted(wb, decided, undo.id, "undo") == _told(wb, undo.id, "undo") == done
        assert [_stands(wb, sheet_id) for sheet_id in (decided, followed)] == before, "what was before is back"
        assert {ref: value for ref, (value, _) in _labels(wb).items()} == {ref: v for ref, (v, _) in labels.items()}
        assert wb.audit.verify().intact
        with pytest.raises(Conflict):
            wb.review.undo_bulk(job.id)
