"""A tag is set on what is there: one on a misspelled source would protect nothing and look as if it did."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conftest import MakeActor, SignIn

from workbench.backends.bundle import Backends
from workbench.backends.lakehouse import Lakehouse
from workbench.kernel.actor import Actor
from workbench.kernel.vocabulary import Role

API = "/api/v1/governance/tags"


@pytest.fixture
def governor(actor: MakeActor) -> Actor:
    return actor(Role.GOVERNOR)


def put(http: Any, source: str, **tags: str) -> Any:
    return http.put(f"{API}/of", json={"source": source, "tags": tags})


@pytest.mark.parametrize(
    ("source", "message", "fix"),
    [
        ("nocat.nosch.notab", "The workspace has no catalog 'nocat'.", "It has main."),
        ("mian", "The workspace has no catalog 'mian'.", "Did you mean main?"),
        ("main.lab", "The catalog main has no schema 'lab'.", "It has med."),
        ("main.med.invioces", "The schema main.med has no table or volume 'invioces'.", "Did you mean invoices?"),
        ("main.med.visits", "The schema main.med has no table or volume 'visits'.", "It has invoices, scans."),
        ("main.med.scans#page", "The schema main.med has no table 'scans'.", "It has invoices."),
        (
            "main.med.invoices#nosuch",
            "The table main.med.invoices has no column 'nosuch'.",
            "It has id, patient_name, total.",
        ),
        (
            "main.med.invoices#patientname",
            "The table main.med.invoices has no column 'patientname'.",
            "Did you mean patient_name?",
        ),
    ],
)
def test_a_source_that_is_not_there_cannot_be_tagged(
    signed_in: SignIn, governor: Actor, lakehouse: Lakehouse, source: str, message: str, fix: str
) -> None:
    http = signed_in(governor)
    answer = put(http, source, PHI="")
    assert answer.status_code == 404, answer.text
    problem = answer.json()
    assert (problem["detail"], problem["field"], problem["fix"]) == (message, "source", fix)
    assert http.get(API).json()["items"] == []


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("Main", "main"),
        (" main . Med ", "main.med"),
        ("main.med.INVOICES", "main.med.invoices"),
        ("main.med.scans", "main.med.scans"),
        ("main.med.invoices#Patient_Name", "main.med.invoices#patient_name"),
    ],
)
def test_what_is_there_is_tagged_under_the_name_that_the_gate_asks_for(
    signed_in: SignIn, governor: Actor, lakehouse: Lakehouse, source: str, kept: str
) -> None:
    answer = put(signed_in(governor), source, PHI="")
    assert (answer.status_code, answer.json()["source"], answer.json()["own"]) == (200, kept, {"PHI": ""}), answer.text


def test_the_tags_of_a_dropped_source_can_still_be_changed_and_removed(
    backends: Backends, signed_in: SignIn, governor: Actor, lakehouse: Lakehouse
) -> None:
    http = signed_in(governor)
    column = "main.med.invoices#patient_name"
    assert put(http, column, PHI="").status_code == 200
    lakehouse.drop_table("main.med.invoices")
    assert put(http, column, PHI="", owner="clinic").json()["own"] == {"PHI": "", "owner": "clinic"}
    assert put(http, column).json()["own"] == {}
    assert put(http, column, PHI="").status_code == 404
