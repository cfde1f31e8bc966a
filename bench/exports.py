"""Export of a large training sheet as JSON Lines, against the same rows read with sqlite3 and written with orjson."""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from bench.measure import Bar, Watch, report_from_child, show, side_by_side
from workbench.backends.bundle import Backends
from workbench.backends.database import Base, insert_columns
from workbench.backends.settings import Settings
from workbench.features.audit import tables as _audit  # noqa: F401 - its table
from workbench.features.exports import service as exports
from workbench.features.exports import tasks
from workbench.features.exports.schemas import ExportRequest
from workbench.features.exports.tables import ExportRow
from workbench.features.generation.tables import PairCountRow, PairRow, TrainingSheetRow
from workbench.features.governance import service as governance
from workbench.features.identity import service as identity
from workbench.features.identity.tables import MemberRow, PersonRow, WorkspaceRow
from workbench.features.jobs import service as jobs
from workbench.features.labels import service as labels
from workbench.features.labels.schemas import LabelClassIn, LabelsetIn
from workbench.features.labels.tables import CanonicalLabelRow, LabelVersionRow
from workbench.kernel import collector
from workbench.kernel.actor import Actor
from workbench.kernel.clock import now
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import Role

CHUNK = 20_000
PROMPT = "Which intent has this question? I was charged twice for order {} at the shop in the old town, please look. "


def measure(*, rows: int, runs: int) -> None:
    """Prints the figures and the bars."""
    with tempfile.TemporaryDirectory() as home:
        prepare(Path(home), rows)
        sides = ("floor", "ours", "ours_split")
        figures = side_by_side("bench.exports", sides, [home], runs)
    floor, ours, split = (figures[side] for side in sides)
    for figure in figures.values():
        figure.extra["rows_per_second"] = round(rows / figure.median)
    show(
        f"exports: {rows:,} pairs, half of them from canonical labels",
        [floor, ours, split],
        [
            Bar("rate of the floor", floor.median / ours.median, 0.7, at_least=True),
            Bar("the same by CPU", floor.work / ours.work, 0.7, at_least=True),
            Bar("rate of the floor, with a validation file", floor.median / split.median, 0.5, at_least=True),
            Bar("peak memory, MB", ours.peak, 300, at_least=False),
        ],
    )


def prepare(home: Path, rows: int) -> None:
    """A workspace with one approved training sheet of so many labeled pairs."""
    backends = _open(home)
    Base.metadata.create_all(backends.database.engine)
    backends.queue.prepare()
    person, workspace = new_id(), new_id()
    with backends.database.begin() as session:
        session.add_all(
            [
                PersonRow(id=person, email="ada@example.org", name="Ada Fern", password_hash=None, created_at=now()),
                WorkspaceRow(id=workspace, slug="main", name="Main", created_at=now()),
            ]
        )
        session.flush()
        session.add(
            MemberRow(workspace_id=workspace, person_id=person, role=Role.ADMIN, clearance=None, joined_at=now())
        )
        session.flush()
        actor = identity.actor_of_member(session, person, workspace)
        governance.ensure_organisation(session, workspace)
        sheet = _training_sheet(session, actor)
        session.add(PairCountRow(training_sheet_id=sheet.id, total=rows, labeled=rows))
    for start in range(0, rows, CHUNK):
        with backends.database.begin() as session:
            _add_pairs(session, actor, sheet, start, min(CHUNK, rows - start))
    backends.close()


def _training_sheet(session: Any, actor: Actor) -> TrainingSheetRow:
    classes = [LabelClassIn(id="refund", name="Refund"), LabelClassIn(id="other", name="Other")]
    made = labels.create_labelset(
        session, actor, LabelsetIn(label_type="intent", name="Intents", kind="classification", classes=classes)
    )
    version = labels.publish_draft(session, actor, made.id, 1)
    ids = {
        name: new_id() for name in ("sheet_id", "sheet_version_id", "template_id", "template_version_id", "space_id")
    }
    sheet = TrainingSheetRow(
        id=new_id(),
        workspace_id=actor.workspace_id,
        name="Questions",
        state="approved",
        labelset_id=made.id,
        labelset_version_id=version.id,
        exposure_id=governance.expose(session, actor, ["text"], ["main.help.questions", "main.help.questions#text"]),
        mode="manual",
        config={},
        pins={},
        created_by=actor.id,
        created_by_name=actor.name,
        created_at=now(),
        **ids,
    )
    session.add(sheet)
    session.flush()
    return sheet


def _add_pairs(session: Any, actor: Actor, sheet: TrainingSheetRow, start: int, count: int) -> None:
    numbers, moment = range(start, start + count), now()
    refs = [f"i:{number}" for number in numbers]
    label_ids: list[UUID | None] = [new_id() if number % 2 else None for number in numbers]
    labeled = [(ref, label_id) for ref, label_id in zip(refs, label_ids, strict=True) if label_id]
    digest = bytes(32)

    def same(value: Any, times: int = count) -> list[Any]:
        return [value] * times

    told = {
        "verdict": "answered",
        "value": "refund",
        "labelset_version_id": sheet.labelset_version_id,
        "exposure_id": sheet.exposure_id,
        "digest": digest,
        "confidence": "high",
        "notes": "",
        "workspace_id": actor.workspace_id,
        "number": 1,
    }
    head = {
        "space_id": sheet.space_id,
        "labelset_id": sheet.labelset_id,
        "labeled_by": actor.id,
        "labeled_by_name": actor.name,
        "labeled_at": moment,
        "changed_by_name": actor.name,
        "changed_at": moment,
    }
    size = len(labeled)
    insert_columns(
        session,
        CanonicalLabelRow.__table__,  # type: ignore[arg-type]  # a Table
        {name: same(value, size) for name, value in (told | head).items()}
        | {"id": [label for _, label in labeled], "item_ref": [ref for ref, _ in labeled]},
    )
    said = {"source": "direct", "pair_id": None, "actor_id": actor.id, "actor_name": actor.name, "at": moment}
    insert_columns(
        session,
        LabelVersionRow.__table__,  # type: ignore[arg-type]  # a Table
        {name: same(value, size) for name, value in (told | said).items()}
        | {"label_id": [label for _, label in labeled]},
    )
    pair = {
        "training_sheet_id": sheet.id,
        "ordinal": 0,
        "status": "labeled",
        "origin": "manual",
        "value": "refund",
        "digest": digest,
        "version": 1,
    }
    insert_columns(
        session,
        PairRow.__table__,  # type: ignore[arg-type]  # a Table
        {name: same(value) for name, value in pair.items()}
        | {
            "id": [new_id() for _ in numbers],
            "position": list(numbers),
            "item_ref": refs,
            "messages": [
                [
                    {"role": "system", "content": "You sort questions of customers of a small bank into intents."},
                    {"role": "user", "content": PROMPT.format(number) * 3},
                ]
                for number in numbers
            ],
            "label_id": label_ids,
            "label_number": [1 if label else None for label in label_ids],
        },
    )


def floor(home: Path) -> dict[str, Any]:
    """Every row read with sqlite3, parsed, given its answer and written with orjson."""
    watch, rows = Watch(), 0
    connection = sqlite3.connect(home / "workbench.db")
    with (home / "floor.jsonl").open("wb") as file:
        for messages, value in connection.execute("SELECT messages, value FROM pair ORDER BY position"):
            turn = {"role": "assistant", "content": orjson.loads(value)}
            file.write(orjson.dumps({"messages": [*orjson.loads(messages), turn]}) + b"\n")
            rows += 1
    return {"rows": rows, **watch.read()}


def ours(home: Path, fraction: float) -> dict[str, Any]:
    """The export's job, from its start to the files on disk."""
    backends = _open(home)
    with backends.database.begin() as session:
        found = session.query(MemberRow).one()
        actor = identity.actor_of_member(session, found.person_id, found.workspace_id)
        sheet = session.query(TrainingSheetRow).one()
        request = ExportRequest(training_sheet_id=sheet.id, validation_fraction=fraction)
        export = exports.create_export(session, actor, backends, request)
    collector.calm()
    watch = Watch()
    jobs.run_job(backends, tasks.JOB_KINDS, export.job_id, 1)
    spent = watch.read()
    with backends.database.read() as session:
        row = session.get(ExportRow, export.id)
        assert row is not None
        assert row.state == "ready", row.state
        written = sum(file["rows"] for file in row.files if file["split"])
    backends.close()
    return {"rows": written, **spent}


def _open(home: Path) -> Backends:
    return Backends.open(Settings(home=home))


SIDES = {"floor": floor, "ours": lambda home: ours(home, 0.0), "ours_split": lambda home: ours(home, 0.1)}

if __name__ == "__main__":
    side, folder = sys.argv[1:]
    report_from_child(lambda: SIDES[side](Path(folder)))
