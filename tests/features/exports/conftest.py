"""A help desk whose forty labeled questions are a training sheet, and what a person does with its exports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from tests.studio import Studio, questions

from workbench.backends.bundle import Backends
from workbench.features.exports import service as exports
from workbench.features.exports import tasks
from workbench.features.exports.schemas import Export, ExportRequest, Split
from workbench.features.generation.schemas import TrainingSheet
from workbench.features.jobs import service as jobs
from workbench.features.jobs.schemas import Job
from workbench.features.labels.schemas import LabelsetVersion
from workbench.features.sheets.schemas import SheetVersion
from workbench.kernel.actor import Actor
from workbench.kernel.vocabulary import Role

COUNT = 40


@dataclass
class Desk:
    """A training sheet whose pairs are all labeled, from canonical labels that read `text`."""

    studio: Studio
    sheet: SheetVersion
    labelset: LabelsetVersion
    training_sheet: TrainingSheet

    @property
    def backends(self) -> Backends:
        """Where it lives."""
        return self.studio.backends

    @property
    def owner(self) -> Actor:
        """Its admin."""
        return self.studio.owner

    def ask(self, **options: Any) -> Export:
        """Asks for an export; its job waits."""
        request = ExportRequest.model_validate({"training_sheet_id": self.training_sheet.id, **options})
        with self.backends.database.begin() as session:
            return exports.create_export(session, self.owner, self.backends, request)

    def run(self, export: Export) -> Job:
        """Works on an export's job until it ends."""
        with self.backends.database.read() as session:
            attempt = jobs.get_job(session, self.owner, export.job_id).attempt
        jobs.run_job(self.backends, tasks.JOB_KINDS, export.job_id, attempt)
        with self.backends.database.read() as session:
            return jobs.get_job(session, self.owner, export.job_id)

    def export(self, **options: Any) -> Export:
        """An export, written to its end. Fails when its job does."""
        asked = self.ask(**options)
        job = self.run(asked)
        assert job.status == "succeeded", job.problem
        return self.get(asked.id)

    def get(self, export_id: UUID) -> Export:
        """An export as it stands."""
        with self.backends.database.read() as session:
            return exports.get_export(session, self.owner, export_id)

    def folder(self, export: Export) -> Path:
        """Where its files lie."""
        return self.backends.settings.files / "exports" / str(self.owner.workspace_id) / str(export.id)

    def lines(self, export: Export, split: Split = Split.TRAIN) -> list[dict[str, Any]]:
        """The conversations of one file."""
        return [orjson.loads(line) for line in (self.folder(export) / f"{split}.jsonl").read_bytes().splitlines()]

    def download(self, export: Export, name: str = "train.jsonl", actor: Actor | None = None) -> bytes:
        """A file as it is handed out."""
        with self.backends.database.read() as session:
            path, _ = exports.open_file(session, actor or self.owner, self.backends, export.id, name)
        return path.read_bytes()


@pytest.fixture
def desk(backends: Backends, actor: Callable[..., Actor]) -> Desk:
    """A desk of an admin with the questions 0 to 39; even ones ask about lost cards."""
    studio = Studio(backends, actor(Role.ADMIN)).open()
    studio.load(questions(0, COUNT))
    sheet, labelset = studio.sheet(), studio.labelset()
    studio.label(sheet, labelset, {f"i:{n}": "move" if n % 2 else "lost" for n in range(COUNT)})
    return Desk(studio, sheet, labelset, studio.generate(sheet, studio.template()))
