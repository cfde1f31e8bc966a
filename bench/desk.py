"""A help desk of any size to measure on: a table, its sheet, labelset and template, and labels for every second row.

Made once in a run and lent as copies, so that every side starts from the same bytes.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
from tests.studio import LOST, MOVE, TABLE, Studio

from workbench.app import operate
from workbench.backends.settings import Settings
from workbench.features.generation import service as generation
from workbench.features.generation import tasks
from workbench.features.generation.schemas import GenerateIn, TrainingSheet
from workbench.features.governance import service as governance
from workbench.features.identity import service as identity
from workbench.features.identity.tables import MemberRow
from workbench.features.jobs import service as jobs
from workbench.features.labels import service as labels
from workbench.features.labels.schemas import LabelsetVersion
from workbench.features.sheets import service as sheets
from workbench.features.sheets.rules import digests
from workbench.features.sheets.schemas import ITEM_REF, SheetVersion
from workbench.features.templates import service as templates
from workbench.kernel import collector

CHUNK = 100_000  # rows of the table made at once
BATCH = 5_000  # labels submitted at once
SYSTEM = "You sort questions of customers of a small bank into intents. Answer with the name of one intent."
PROMPT = """Which intent has this question?
{% if channel == "letter" %}It came by post, so greetings do not count.
{% endif %}Channel: {{ channel }}. Question {{ id }}: {{ text }}"""


@dataclass(frozen=True)
class Desk:
    """An opened help desk. `table` is the file that its rows came from, for floors and peers to read."""

    studio: Studio
    table: Path

    def close(self) -> None:
        """Closes every connection."""
        self.studio.backends.close()

    def generate(self, mode: str = "manual", **told: Any) -> TrainingSheet:
        """A training sheet of all rows, generated in this process as the worker would."""
        studio, body = self.studio, self._recipe(mode, **told)
        with studio.backends.database.begin() as session:
            made = generation.generate_training_sheet(session, studio.owner, studio.backends, body)
        assert made.job_id is not None
        collector.calm()
        jobs.run_job(studio.backends, tasks.JOB_KINDS, made.job_id, 1)
        found = studio.training_sheet(made.id)
        assert found.state == "review", found.state
        return found

    def _recipe(self, mode: str, **told: Any) -> GenerateIn:
        with self.studio.backends.database.read() as session:
            sheet = sheets.list_sheets(session, self.studio.owner).items[0]
            version = _template_version(session, self.studio)
        return GenerateIn.model_validate(
            {"name": "Trial", "sheet_id": sheet.id, "template_version_id": version, "mode": mode, **told}
        )


def open_desk(home: Path, database_url: str | None = None) -> Desk:
    """Opens a home that `make` filled."""
    backends = operate.prepare(Settings(home=home, database_url=database_url, log_level="ERROR")).backends
    with backends.database.read() as session:
        member = session.query(MemberRow).order_by(MemberRow.joined_at).first()
        assert member is not None
        owner = identity.actor_of_member(session, member.person_id, member.workspace_id)
    return Desk(Studio(backends, owner), home / "rows.parquet")


def make(home: Path, rows: int, database_url: str | None = None) -> None:
    """Fills an empty home and database."""
    desk = open_desk(home, database_url)
    studio = desk.studio.open()
    write_table(desk.table, rows)
    lakehouse = studio.backends.lakehouse(studio.owner.workspace)
    lakehouse.import_table(desk.table, TABLE, "parquet", "create")
    sheet, labelset = studio.sheet(), studio.labelset()
    studio.template(PROMPT, system_prompt=SYSTEM)
    label_half(studio, sheet, labelset)
    desk.close()


def write_table(file: Path, rows: int) -> None:
    """Questions of customers, half about lost cards and half about transfers, as Parquet."""
    schema = pa.schema({"id": pa.int64(), "text": pa.string(), "channel": pa.string(), "intent": pa.string()})
    with pq.ParquetWriter(file, schema) as writer:
        for start in range(0, rows, CHUNK):
            ids = range(start, min(rows, start + CHUNK))
            columns: list[Any] = [
                ids,
                [(MOVE if n // 2 % 2 else LOST).format(n) for n in ids],
                ["letter" if n % 10 == 0 else "mail" for n in ids],
                ["Transfer" if n // 2 % 2 else "Card lost" for n in ids],
            ]
            writer.write_table(pa.table([pa.array(c) for c in columns], schema=schema))


def label_half(studio: Studio, sheet: SheetVersion, labelset: LabelsetVersion) -> None:
    """Labels every second item through the one write path, as made from what the template reads."""
    fields = ("channel", "id", "text")
    sources = [TABLE, *sheets.sources_of(sheet.definition, fields)]
    with studio.backends.database.begin() as session:
        exposure_id = governance.expose(session, studio.owner, fields, sources)
    pins: dict[str, str] = {}
    for batch in sheets.scan(studio.backends, studio.owner, sheet, pins, list(fields), BATCH * 2):
        refs = batch.column(batch.schema.get_field_index(ITEM_REF)).to_pylist()
        found = digests(batch, fields, sheets.file_hash(studio.backends, studio.owner))
        texts = batch.column(batch.schema.get_field_index("text")).to_pylist()
        said = [
            labels.Submission(ref, "lost" if text.startswith("I lost") else "move", digest)
            for ref, text, digest in list(zip(refs, texts, found, strict=True))[::2]
        ]
        with studio.backends.database.begin() as session:
            labels.submit_many(
                session, studio.owner, sheet.space_id, labelset, said, exposure_id=exposure_id, source="import"
            )


@cache
def scratch() -> Path:
    """A folder that goes away when the run ends."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def made(rows: int) -> Path:
    """A home on SQLite with a desk of so many rows, made once in a run. Copy it before changing it."""
    home = scratch() / f"desk-{rows}"
    make(home, rows)
    return home


@cache
def generated(rows: int) -> tuple[Path, UUID]:
    """A home with a training sheet of so many pairs, half of them labeled and the others to review."""
    home = scratch() / f"generated-{rows}"
    shutil.copytree(made(rows), home)
    desk = open_desk(home)
    sheet = desk.generate()
    desk.close()
    return home, sheet.id


def _template_version(session: Any, studio: Studio) -> UUID:
    found = templates.list_templates(session, studio.owner).items[0]
    return templates.list_template_versions(session, studio.owner, found.id)[0].id
