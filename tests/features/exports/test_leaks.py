"""No door leaks: whatever people tag, narrow, waive, retract, relabel and reject, in any order, each way out gives
exactly what the rules allow at that moment, asked about one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any
from uuid import UUID

import orjson
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, rule, run_state_machine_as_test
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from tests.chat_endpoint import ChatEndpointServer, says
from tests.features.exports.conftest import Desk
from tests.studio import PROMPT, TABLE, Studio, questions

from workbench.backends.bundle import Backends
from workbench.features.exports import service as exports
from workbench.features.exports.schemas import Export, ExportOptions, Split
from workbench.features.exports.service.standing import NoLongerAllowed
from workbench.features.generation import service as generation
from workbench.features.generation.schemas import PairPage
from workbench.features.generation.service.preparing import MayNotSend
from workbench.features.generation.tables import PairRow
from workbench.features.governance import service as governance
from workbench.features.governance.schemas import SubjectKind
from workbench.features.governance.service.origin import AboveClearance, source_layers
from workbench.features.jobs import service as jobs
from workbench.features.labels import service as labels
from workbench.features.labels import tasks as label_tasks
from workbench.features.labels.schemas import LabelExportRequest
from workbench.features.labels.service.exports import export_labels, open_label_export
from workbench.features.labels.tables import CanonicalLabelRow
from workbench.features.models.learning import learnable
from workbench.features.templates import service as templates
from workbench.features.templates.schemas import TemplateTrial
from workbench.features.uses import service as uses
from workbench.kernel.actor import Actor
from workbench.kernel.errors import Conflict
from workbench.kernel.ids import new_id
from workbench.kernel.vocabulary import Classification, PairStatus, Role, Use

COUNT = 6
SOURCES = ("main", "main.help", TABLE, f"{TABLE}#text", f"{TABLE}#customer", f"{TABLE}#id")

uses_of = st.lists(st.sampled_from(Use), unique=True, max_size=3)
numbers = st.integers(0, COUNT - 1)


def machine(
    backends: Backends, new_owner: Callable[[], Actor], chat: ChatEndpointServer
) -> type[RuleBasedStateMachine]:
    """A state machine whose every run has a workspace of its own; `chat` stands in for the models it sends to."""

    class Doors(RuleBasedStateMachine):
        waivers = Bundle("waivers")
        exported = Bundle("exported")

        @initialize()
        def open(self) -> None:
            studio = Studio(backends, new_owner()).open()
            studio.load(questions(0, COUNT))
            sheet, labelset = studio.sheet(), studio.labelset()
            studio.label(sheet, labelset, {f"i:{n}": "move" if n % 2 else "lost" for n in range(COUNT)})
            self.template = studio.template()
            self.desk = Desk(studio, sheet, labelset, studio.generate(sheet, self.template))
            self.naming = studio.template(f"{PROMPT} of {{{{ customer }}}}")

        # --- what people do ---------------------------------------------------------------------------------------

        @rule(source=st.sampled_from(SOURCES), key=st.sampled_from(["PHI", "CONFIDENTIAL", "owner", None]))
        def tag(self, source: str, key: str | None) -> None:
            with self._acting() as session:
                governance.set_tags(session, self.desk.owner, source, {key: ""} if key else {})

        @rule(kind=st.sampled_from(["sheet", "labelset", "label", "pair"]), number=numbers, prohibited=uses_of)
        def constrain(self, kind: str, number: int, prohibited: list[Use]) -> None:
            with self._acting() as session:
                subject = self._subject(session, SubjectKind(kind), number)
                version = governance.constraints_of(session, self.desk.owner, SubjectKind(kind), subject).version
                governance.narrow(
                    session,
                    self.desk.owner,
                    SubjectKind(kind),
                    subject,
                    prohibited=prohibited,
                    classification=Classification.CONFIDENTIAL if number % 2 else None,
                    reason="as agreed",
                    version=version,
                )

        @rule(target=waivers, kind=st.sampled_from(["source", "sheet", "label", "pair"]), number=numbers, let=uses_of)
        def waive(self, kind: str, number: int, let: list[Use]) -> UUID | None:
            with self._acting() as session:
                ref = SOURCES[number] if kind == "source" else str(self._subject(session, SubjectKind(kind), number))
                try:
                    return governance.grant_waiver(
                        session,
                        self.desk.owner,
                        subject_kind=SubjectKind(kind),
                        subject_ref=ref,
                        uses=let or [Use.TRAINING],
                        reason="board decision 7",
                    ).id
                except Conflict:
                    return None

        @rule(waiver=consumes(waivers))
        def revoke(self, waiver: UUID | None) -> None:
            if waiver is not None:
                with self._acting() as session:
                    governance.revoke_waiver(session, self.desk.owner, waiver)

        @rule(number=numbers)
        def retract(self, number: int) -> None:
            with self._acting() as session:
                label = self._subject(session, SubjectKind.LABEL, number)
                if session.get_one(CanonicalLabelRow, label).verdict != "retracted":
                    labels.retract(session, self.desk.owner, label, expected_version=labels.ANY, reason="withdrawn")

        @rule(number=numbers, fields=st.sampled_from([("text",), ("text", "customer")]), pin=st.booleans())
        def relabel(self, number: int, fields: tuple[str, ...], pin: bool) -> None:
            desk = self.desk
            desk.studio.label(desk.sheet, desk.labelset, {f"i:{number}": "move"}, fields=fields)
            if pin:
                with self._acting() as session:
                    label = session.get_one(CanonicalLabelRow, self._subject(session, SubjectKind.LABEL, number))
                    pair = self._subject(session, SubjectKind.PAIR, number)
                    session.execute(update(PairRow).where(PairRow.id == pair).values(label_number=label.number))

        @rule(number=numbers, status=st.sampled_from(PairStatus))
        def review(self, number: int, status: PairStatus) -> None:
            with self._acting() as session:
                pair = self._subject(session, SubjectKind.PAIR, number)
                session.execute(update(PairRow).where(PairRow.id == pair).values(status=status))

        # --- the doors --------------------------------------------------------------------------------------------

        @rule(target=exported)
        def export(self) -> Export:
            export = self.desk.export(validation_fraction=0.5)
            rows = self._listed(export)
            allowed = {
                split: self._allowed(use) for split, use in (("train", Use.TRAINING), ("validation", Use.VALIDATION))
            }
            for row in rows:
                assert row["item"] in allowed[row["split"]]
            left = {split: sum(file.rows or 0 for file in export.files if file.split == split) for split in Split}
            assert sum(left.values()) == len(rows)
            considered = sum(split.gate.considered for split in export.splits)
            assert considered == COUNT
            assert sum(split.gate.allowed for split in export.splits) == len(rows)
            return export

        @rule(export=exported)
        def download(self, export: Export) -> None:
            """Handed out only when every pair in it may still be used; status is of the moment of the export."""
            rows = self._listed(export)
            try:
                self.desk.download(export)
            except NoLongerAllowed:
                return
            for row in rows:
                use = Use.TRAINING if row["split"] == "train" else Use.VALIDATION
                assert row["item"] in self._allowed(use, of_any_status=True)

        @rule(split=st.sampled_from(Split))
        def preview(self, split: Split) -> None:
            options = ExportOptions(validation_fraction=0.5 if split is Split.VALIDATION else 0.0)
            with backends.database.read() as session:
                shown = exports.preview_export(
                    session, self.desk.owner, backends, self.desk.training_sheet.id, options, split, COUNT
                )
            allowed = self._texts(self._allowed(Use.VALIDATION if split is Split.VALIDATION else Use.TRAINING))
            found = [orjson.loads(line)["messages"][0]["content"] for line in shown.lines]
            assert all(any(text in prompt for text in allowed) for prompt in found)
            if split is Split.TRAIN:
                assert len(found) == len(allowed)

        @rule(use=st.sampled_from(Use))
        def read(self, use: Use) -> None:
            batches = generation.read_pairs(backends, self.desk.owner, self.desk.training_sheet.id, use)
            with backends.database.read() as session:
                allowed = self._allowed(use) if self._may_name(session, use) else []
            assert [ref for batch in batches for ref in batch.column("item_ref").to_pylist()] == allowed

        @rule(use=st.sampled_from(Use))
        def export_labels(self, use: Use) -> None:
            with self._acting() as session:
                job = export_labels(
                    session, self.desk.owner, backends, LabelExportRequest(label_type="intent", use=use)
                )
            jobs.run_job(backends, label_tasks.JOB_KINDS, job.id, 1)
            with backends.database.read() as session:
                path, _ = open_label_export(session, self.desk.owner, backends, job.id)
                found = sorted(orjson.loads(line)["item_ref"] for line in path.read_bytes().splitlines())
                assert found == (sorted(self._labels_allowed(session, use)) if self._may_name(session, use) else [])

        @rule(fields=st.sampled_from([["text"], ["text", "customer"]]))
        def learn(self, fields: list[str]) -> None:
            found = learnable(backends, self.desk.owner, self.desk.labelset, self.desk.sheet, fields)
            with self._acting() as session:
                sources = [TABLE, *(f"{TABLE}#{field}" for field in fields)]
                exposure_id = governance.expose(session, self.desk.owner, fields, sources)
                allowed = set(self._labels_allowed(session, Use.FEW_SHOT))
                layers = governance.layers_of(
                    session,
                    self.desk.owner.workspace_id,
                    exposures=[exposure_id],
                    sheet_id=self.desk.sheet.sheet_id,
                    labelset_id=None,
                )
                if Use.FEW_SHOT not in governance.explain(layers).allowed_uses:
                    allowed = set()
            texts = self._texts(allowed)
            assert sorted(each.item["text"] for each in found) == sorted(texts)

        @rule()
        def try_prompt(self) -> None:
            desk = self.desk
            body = TemplateTrial(sheet_id=desk.sheet.sheet_id, count=COUNT)
            template = self.template
            shown = templates.try_template(backends, desk.owner, template.template_id, template.number, body)
            with self._acting() as session:
                read = governance.expose(session, desk.owner, ["text"], [TABLE, f"{TABLE}#text"])
                layers = governance.layers_of(
                    session,
                    desk.owner.workspace_id,
                    exposures=[read],
                    sheet_id=desk.sheet.sheet_id,
                    labelset_id=desk.labelset.labelset_id,
                )
            may = Use.TESTING in governance.explain(layers).allowed_uses
            assert (len(shown.items), shown.withheld is None) == ((COUNT, True) if may else (0, False))

        @rule(limit=st.sampled_from(Classification), naming=st.booleans())
        def send(self, limit: Classification, naming: bool) -> None:
            """A model outside is sent nothing above what it may see, and only what nobody answered."""
            desk, fields = self.desk, ["text", "customer"] if naming else ["text"]
            with self._acting() as session:
                read = governance.expose(session, desk.owner, fields, [TABLE, *(f"{TABLE}#{name}" for name in fields)])
                layers = governance.layers_of(
                    session,
                    desk.owner.workspace_id,
                    exposures=[read],
                    sheet_id=desk.sheet.sheet_id,
                    labelset_id=desk.labelset.labelset_id,
                )
                answered = select(CanonicalLabelRow.item_ref).where(
                    CanonicalLabelRow.workspace_id == desk.owner.workspace_id, CanonicalLabelRow.verdict == "answered"
                )
                waiting = {f"i:{n}" for n in range(COUNT)} - set(session.scalars(answered))
            endpoint = desk.studio.endpoint(chat.base_url, max_classification=limit)
            template = self.naming if naming else self.template
            told = {"mode": "ai_generated", "endpoint_id": endpoint.id, "reuse_answers": False}
            chat.calls.clear()
            if governance.explain(layers).classification.rank > limit.rank:
                with pytest.raises(MayNotSend):
                    desk.studio.start(desk.sheet, template, **told)
                assert not chat.calls
                return
            desk.studio.generate(desk.sheet, template, **told)
            texts = self._texts(waiting)
            assert len(chat.calls) == len(texts)
            assert all(any(text in call.prompt for call in chat.calls) for text in texts)

        @rule(clearance=st.sampled_from([Classification.PUBLIC, Classification.INTERNAL, Classification.CONFIDENTIAL]))
        def look(self, clearance: Classification) -> None:
            """Somebody with less clearance is shown exactly what is not above it: pairs and labels, listed or alone."""
            low = replace(self.desk.owner, id=new_id(), clearance=clearance)
            with backends.database.read() as session:
                key = governance.classification_of(session, low.workspace_id, sources=[f"{TABLE}#id"], sheet_id=None)
                if key.rank > clearance.rank:
                    with pytest.raises(AboveClearance):
                        generation.list_pairs(session, low, self.desk.training_sheet.id, PairPage())
                    return
                for line in generation.list_pairs(session, low, self.desk.training_sheet.id, PairPage()).items:
                    said = uses.explain_pair(session, self.desk.owner, line.id).classification
                    pair = generation.get_pair(session, low, line.id)
                    hidden = said.rank > clearance.rank
                    assert (line.withheld, pair.withheld, pair.messages is None) == (hidden, hidden, hidden)
                    assert not hidden or (line.summary, pair.value, pair.rendered) == (None, None, None)
                mine = select(CanonicalLabelRow.id).where(CanonicalLabelRow.workspace_id == low.workspace_id)
                for label_id in session.scalars(mine):
                    said = labels.explain_label(session, self.desk.owner, label_id).classification
                    label = labels.get_label(session, low, label_id)
                    assert (label.withheld is not None) == (said.rank > clearance.rank)
                    assert label.withheld is None or (label.value, label.rendered, label.notes) == (None, None, None)

        # --- what should be ---------------------------------------------------------------------------------------

        def _allowed(self, use: Use, *, of_any_status: bool = False) -> list[str]:
            """The items whose pair may leave, by the rules, one by one."""
            found = []
            with backends.database.read() as session:
                mine = select(PairRow).where(PairRow.training_sheet_id == self.desk.training_sheet.id)
                for pair in session.scalars(mine.order_by(PairRow.position)):
                    said = uses.explain_pair(session, self.desk.owner, pair.id)
                    (judged,) = [each for each in said.uses if each.use == use]
                    in_the_way = [each for each in judged.obstacles if each.layer or not of_any_status]
                    if not in_the_way:
                        found.append(pair.item_ref)
            return found

        def _labels_allowed(self, session: Session, use: Use) -> Iterator[str]:
            mine = select(CanonicalLabelRow).where(CanonicalLabelRow.workspace_id == self.desk.owner.workspace_id)
            for label in session.scalars(mine):
                if use in labels.explain_label(session, self.desk.owner, label.id).allowed_uses:
                    yield label.item_ref

        def _may_name(self, session: Session, use: Use) -> bool:
            """Whether something that leaves for this use may name its items: their key has tags of its own."""
            layers = source_layers(session, self.desk.owner.workspace_id, [f"{TABLE}#id"])
            return not any(layer.forbids(use) for layer in layers)

        def _listed(self, export: Export) -> list[dict[str, Any]]:
            """The lines of an export, with the item of each, which its files never name."""
            rows = pq.read_table(self.desk.folder(export) / "rows.parquet").to_pylist()
            assert not any("item_ref" in row for row in rows)
            with backends.database.read() as session:
                return [row | {"item": session.get_one(PairRow, row["pair_id"]).item_ref} for row in rows]

        def _texts(self, refs: Any) -> list[str]:
            texts = questions(0, COUNT)["text"]
            return [texts[int(ref.removeprefix("i:"))] for ref in refs]

        def _subject(self, session: Session, kind: SubjectKind, number: int) -> UUID:
            if kind is SubjectKind.SHEET:
                return self.desk.sheet.sheet_id
            if kind is SubjectKind.LABELSET:
                return self.desk.labelset.labelset_id
            if kind is SubjectKind.LABEL:
                of = select(CanonicalLabelRow.id).where(
                    CanonicalLabelRow.workspace_id == self.desk.owner.workspace_id,
                    CanonicalLabelRow.item_ref == f"i:{number}",
                )
            else:
                of = select(PairRow.id).where(
                    PairRow.training_sheet_id == self.desk.training_sheet.id, PairRow.item_ref == f"i:{number}"
                )
            return session.scalars(of).one()

        def _acting(self) -> Any:
            return backends.database.begin()

    return Doors


def test_every_door_gives_what_the_rules_allow(
    backends: Backends, actor: Callable[..., Actor], endpoint: ChatEndpointServer
) -> None:
    names = count()
    endpoint.respond = lambda call: says("Transfer")
    doors = machine(backends, lambda: actor(Role.ADMIN, slug=f"clinic-{next(names)}"), endpoint)
    run_state_machine_as_test(
        doors,
        settings=settings(
            max_examples=8,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
