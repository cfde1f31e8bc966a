"""A small help desk to generate from: a table of questions, a labelset of intents, templates, and a worker."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

from workbench.backends.bundle import Backends
from workbench.backends.lakehouse import ImportMode
from workbench.features.generation import service as generation
from workbench.features.generation import tasks
from workbench.features.generation.schemas import GenerateIn, PairLine, PairPage, TrainingSheet
from workbench.features.governance import service as governance
from workbench.features.jobs import service as jobs
from workbench.features.jobs.schemas import Job
from workbench.features.labels import service as labels
from workbench.features.labels.schemas import LabelClassIn, LabelsetIn, LabelsetVersion
from workbench.features.models import service as models
from workbench.features.models.schemas import ModelEndpoint, ModelEndpointIn, ModelKind
from workbench.features.sheets import service as sheets
from workbench.features.sheets.schemas import NewSheet, SheetVersion
from workbench.features.templates import service as templates
from workbench.features.templates.schemas import Publish, TemplateIn, TemplateVersion
from workbench.kernel.actor import Actor
from workbench.kernel.schema import Change
from workbench.kernel.vocabulary import Classification, Verdict

CATALOG, SCHEMA = "main", "help"
TABLE = f"{CATALOG}.{SCHEMA}.questions"
VOLUME = f"{CATALOG}.{SCHEMA}.shots"
LOST = "I lost my card number {} in the park and cannot find it"
MOVE = "please transfer money, amount {}, to my savings account"
PROMPT = "Which intent has this question? {{ text }}"


def questions(first: int, count: int) -> dict[str, list[Any]]:
    """Rows of the table: even ids ask about lost cards, odd ones about transfers; `intent` says so."""
    ids = list(range(first, first + count))
    return {
        "id": ids,
        "text": [(MOVE if n % 2 else LOST).format(n) for n in ids],
        "intent": ["Transfer" if n % 2 else "Card lost" for n in ids],
        "customer": [f"Sample Person {n}" for n in ids],
    }


@dataclass
class Studio:
    """A workspace of `owner` with a help desk in it. Every method is what a user would do."""

    backends: Backends
    owner: Actor
    names: int = 0
    endpoints: dict[str, ModelEndpoint] = field(default_factory=dict)

    def open(self) -> Studio:
        """Makes the catalog and what a new workspace has."""
        lakehouse = self.backends.lakehouse(self.owner.workspace)
        lakehouse.create_catalog(CATALOG)
        lakehouse.create_schema(CATALOG, SCHEMA)
        with self.backends.database.begin() as session:
            governance.ensure_organisation(session, self.owner.workspace_id)
        return self

    def load(self, rows: Mapping[str, list[Any]], mode: ImportMode = "create", table: str = TABLE) -> None:
        """Writes rows into a table."""
        file = self.backends.settings.home / "rows.parquet"
        pq.write_table(pa.table(dict(rows)), file)
        self.backends.lakehouse(self.owner.workspace).import_table(file, table, "parquet", mode)

    def shots(self, count: int) -> None:
        """A volume with a picture for each of the first questions."""
        lakehouse = self.backends.lakehouse(self.owner.workspace)
        lakehouse.create_volume(VOLUME)
        for n in range(count):
            picture = io.BytesIO()
            Image.new("RGB", (8, 8), (n % 256, 0, 0)).save(picture, "PNG")
            picture.seek(0)
            lakehouse.volume(VOLUME).save(f"{n}.png", picture)

    def sheet(self, table: str = TABLE, **definition: Any) -> SheetVersion:
        """A published sheet over a table."""
        wanted = {"primary_table": table, "item_key": ["id"], **definition}
        body = NewSheet.model_validate({"name": self._name("Questions"), "definition": wanted})
        with self.backends.database.begin() as session:
            made = sheets.create_sheet(session, self.owner, self.backends, body)
        with self.backends.database.begin() as session:
            return sheets.publish_sheet(session, self.owner, self.backends, made.id, Change(version=made.version))

    def labelset(self, label_type: str = "intent", **definition: Any) -> LabelsetVersion:
        """A published labelset: the intents, unless told otherwise."""
        classes = [LabelClassIn(id="lost", name="Card lost"), LabelClassIn(id="move", name="Transfer")]
        told = {"kind": "classification", "classes": classes, **definition}
        body = LabelsetIn.model_validate({"label_type": label_type, "name": self._name("Intents"), **told})
        with self.backends.database.begin() as session:
            made = labels.create_labelset(session, self.owner, body)
            draft = labels.list_versions(session, self.owner, made.id)[0]
            return labels.publish_draft(session, self.owner, made.id, draft.version)

    def template(self, user_prompt: str = PROMPT, label_type: str = "intent", **content: Any) -> TemplateVersion:
        """A published template."""
        body = TemplateIn.model_validate(
            {"name": self._name("Ask"), "label_type": label_type, "user_prompt": user_prompt, **content}
        )
        with self.backends.database.begin() as session:
            made = templates.create_template(session, self.owner, body)
            draft = templates.list_template_versions(session, self.owner, made.id)[0]
            return templates.publish_template_draft(session, self.owner, made.id, Publish(version=draft.version))

    def nearest(self) -> ModelEndpoint:
        """The embedded model."""
        with self.backends.database.read() as session:
            return models.list_model_endpoints(session, self.owner, kind=ModelKind.NEAREST_LABEL).items[0]

    def endpoint(self, base_url: str, **settings: Any) -> ModelEndpoint:
        """A chat endpoint that may see everything."""
        told = {"max_classification": Classification.RESTRICTED, "timeout_seconds": 5, **settings}
        body = ModelEndpointIn.model_validate(
            {"name": self._name("Stand-in"), "kind": "openai_compatible", "base_url": base_url, "model": "m", **told}
        )
        with self.backends.database.begin() as session:
            return models.add_model_endpoint(session, self.owner, body)

    def label(
        self,
        sheet: SheetVersion,
        labelset: LabelsetVersion,
        values: Mapping[str, Any],
        *,
        fields: tuple[str, ...] = ("text",),
        verdict: Verdict = Verdict.ANSWERED,
    ) -> None:
        """Labels items directly, looking at these fields of theirs."""
        found = sheets.items(self.backends, self.owner, sheet, list(values))
        sources = [sheet.definition.primary_table, *sheets.sources_of(sheet.definition, fields)]
        submissions = [
            labels.Submission(
                item.item_ref,
                values[item.item_ref],
                sheets.digest_item(self.backends, self.owner, sheet, item, fields),
                labels.ANY,
                verdict,
            )
            for item in found
        ]
        with self.backends.database.begin() as session:
            exposure_id = governance.expose(session, self.owner, fields, sources)
            labels.submit_many(
                session, self.owner, sheet.space_id, labelset, submissions, exposure_id=exposure_id, source="direct"
            )

    def start(self, sheet: SheetVersion, template: TemplateVersion, **told: Any) -> TrainingSheet:
        """Asks for a training sheet; its job waits."""
        body = GenerateIn.model_validate(
            {
                "name": self._name("Trial"),
                "sheet_id": sheet.sheet_id,
                "template_version_id": template.id,
                "mode": "manual",
            }
            | told
        )
        with self.backends.database.begin() as session:
            return generation.generate_training_sheet(session, self.owner, self.backends, body)

    def generate(self, sheet: SheetVersion, template: TemplateVersion, **told: Any) -> TrainingSheet:
        """A training sheet, generated to its end. Fails when its job does."""
        made = self.start(sheet, template, **told)
        job = self.run(made.job_id)
        assert job.status == "succeeded", job.problem
        return self.training_sheet(made.id)

    def run(self, job_id: UUID | None) -> Job:
        """Works on a job's present attempt until it ends."""
        assert job_id is not None
        with self.backends.database.read() as session:
            attempt = jobs.get_job(session, self.owner, job_id).attempt
        jobs.run_job(self.backends, tasks.JOB_KINDS, job_id, attempt)
        with self.backends.database.read() as session:
            return jobs.get_job(session, self.owner, job_id)

    def again(self, job_id: UUID | None) -> Job:
        """Takes a stopped job up again and runs it."""
        assert job_id is not None
        with self.backends.database.begin() as session:
            jobs.retry_job(session, self.owner, self.backends, job_id)
        return self.run(job_id)

    def training_sheet(self, training_sheet_id: UUID) -> TrainingSheet:
        """A training sheet as it stands."""
        with self.backends.database.read() as session:
            return generation.get_training_sheet(session, self.owner, training_sheet_id)

    def pairs(self, training_sheet_id: UUID, **which: Any) -> list[PairLine]:
        """All pairs of a training sheet, page by page."""
        found: list[PairLine] = []
        cursor: str | None = None
        while True:
            with self.backends.database.read() as session:
                page = generation.list_pairs(
                    session, self.owner, training_sheet_id, PairPage(cursor=cursor, limit=500, **which)
                )
            found += page.items
            cursor = page.next_cursor
            if cursor is None:
                return found

    def _name(self, what: str) -> str:
        self.names += 1
        return f"{what} {self.names}"
