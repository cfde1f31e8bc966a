"""The demo as a newcomer starts it, whole and at full size, without a network: what the tour promises is there."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from tests.e2e.served import Served

from workbench.demo import workspace
from workbench.features.generation.schemas import TrainingSheet
from workbench.sdk import Workbench

OFFLINE = """\
import sys


def refuse(event, arguments):
    if event == "socket.getaddrinfo" or event == "socket.connect" and isinstance(arguments[1], tuple):
        host = str(arguments[0] if event == "socket.getaddrinfo" else arguments[1][0])
        if host not in ("127.0.0.1", "localhost", "::1", "None"):
            raise OSError(f"the demo must not need the network, and asked for {host}")


sys.addaudithook(refuse)
"""  # what Python runs first in every process, as `sitecustomize`


@dataclass(frozen=True)
class Demo:
    """`workbench demo` that serves, and the lines it printed until then."""

    served: Served
    said: list[str]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder: Path = tmp_path_factory.mktemp("demo")
    (folder / "sitecustomize.py").write_text(OFFLINE)
    served = Served(folder / "home")
    path = os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
    served.launch("demo", "--no-open", stdout=subprocess.PIPE, PYTHONPATH=path)
    assert served.process is not None
    assert served.process.stdout is not None
    try:
        said: list[str] = []
        for line in served.process.stdout:  # ends by itself when the command does
            said.append(line.decode().rstrip("\n"))
            if said[-1].startswith("Stop with"):
                break
        else:
            pytest.fail("the demo ended before it served")
        yield Demo(served, said)
    finally:
        served.stop()
        served.process.stdout.close()


@pytest.fixture(scope="module")
def wb(demo: Demo) -> Iterator[Workbench]:
    with demo.served.connect() as connected:
        yield connected


def sheets(wb: Workbench) -> dict[str, TrainingSheet]:
    return {found.name: found for found in wb.training_sheets.list()}


def test_the_printed_link_signs_in_where_the_tour_begins(demo: Demo) -> None:
    assert "\n".join(demo.said).startswith(f"\n{workspace.TOUR}\n")
    (link,) = [line.removeprefix("Sign in once with ") for line in demo.said if line.startswith("Sign in once with ")]
    address, _, secret = link.partition("/sign-in/")
    assert address == demo.served.url
    with httpx2.Client(base_url=f"{address}/api/v1") as browser:
        assert browser.post("/sign-in/link", json={"token": secret}).status_code == 204
        found = browser.get("/training-sheets").raise_for_status().json()["items"]
        assert {"Urgency of January", "Fields of January", "Iris species"} <= {sheet["name"] for sheet in found}
    again = httpx2.post(f"{address}/api/v1/sign-in/link", json={"token": secret})
    assert again.status_code == 403, "the link works once"


def test_the_urgency_sheet_is_half_reviewed(wb: Workbench) -> None:
    counts = sheets(wb)["Urgency of January"].counts
    assert (counts.total, counts.reused) == (500, 150)
    assert counts.unlabeled == 180
    assert counts.flagged > 0
    assert counts.rejected > 0


def test_urgency_may_train_and_patients_may_not(wb: Workbench) -> None:
    found = sheets(wb)
    urgency = {gate.use: gate for gate in wb.governance.summarize(found["Urgency of January"].id)}
    assert urgency["training"].allowed == urgency["training"].labeled > 300
    fields = {gate.use: gate for gate in wb.governance.summarize(found["Fields of January"].id)}
    assert fields["training"].allowed == 0
    assert "PHI" in next(iter(fields["training"].prohibited))
    assert fields["few_shot"].allowed == 40


def test_unreadable_scans_do_not_come_back(wb: Workbench) -> None:
    rejected = wb.training_sheets.pairs(sheets(wb)["Fields of January"].id, status=["rejected"])
    assert {pair.origin for pair in rejected} == {"canonical"}


def test_boards_show_their_pictures_and_wait_for_an_expert(wb: Workbench) -> None:
    sheet = wb.sheets.list(search="Circuit boards").first()
    assert sheet is not None
    assert wb.sheets.picture(sheet.id, "s:board_0001", "photo").startswith(b"\x89PNG")
    counts = sheets(wb)["Board defects"].counts
    assert (counts.total, counts.reused, counts.unlabeled, counts.failed) == (60, 24, 36, 0)


def test_the_iris_export_is_whole(wb: Workbench) -> None:
    assert sheets(wb)["Iris species"].state == "approved"
    export = wb.exports.list(state="ready").first()
    assert export is not None
    check = wb.exports.verify(export.id)
    assert check.intact
    assert check.standing
    assert sum(file.rows or 0 for file in export.files if file.split) == 150


def test_making_it_again_changes_nothing(wb: Workbench) -> None:
    before = ({name: sheet.counts for name, sheet in sheets(wb).items()}, wb.audit.list().first())
    said: list[str] = []
    workspace.fill(wb, said.append)
    assert said == []
    assert ({name: sheet.counts for name, sheet in sheets(wb).items()}, wb.audit.list().first()) == before


def test_the_march_invoices_are_the_only_new_work(wb: Workbench, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The tour's promise, one step on: new rows arrive, and only they need an expert."""
    from pyarrow import parquet

    from workbench.demo import invoices

    folder = tmp_path_factory.mktemp("march")
    rows = invoices.more(folder / "scans", 20)
    parquet.write_table(rows, folder / "march.parquet")
    wb.jobs.wait(wb.tables.upload(folder / "march.parquet", "samples.medical.invoices", mode="append").id)
    january = sheets(wb)["Urgency of January"]
    march = wb.training_sheets.duplicate(january.id, "Urgency of March", mode="manual")
    assert march.job_id is not None
    wb.jobs.wait(march.job_id)
    counts = wb.training_sheets.get(march.id).counts
    assert counts.total == 520
    assert counts.unlabeled == 20 + january.counts.unlabeled + january.counts.flagged + january.counts.rejected
