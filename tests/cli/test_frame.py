"""What holds for every command: output for people, pipes and programs; errors; exit codes; names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import update
from tests.cli.conftest import Run

from workbench.backends.database import Database
from workbench.backends.settings import load_settings
from workbench.cli import frame, show
from workbench.cli.names import find
from workbench.features.audit.service import seal
from workbench.features.audit.tables import AuditHeadRow
from workbench.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable, WorkbenchError
from workbench.kernel.schema import Schema
from workbench.sdk import Workbench

NOBODY = "0190a1b2-0000-7000-8000-000000000000"


class Thing(Schema):
    id: str
    name: str


def test_a_pipe_gets_tab_separated_lines(run: Run) -> None:
    done = run("members", "list")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == ["Admin\tadmin@localhost\tadmin\trestricted\tno"]


def test_json_is_whole_and_parses(run: Run) -> None:
    members = json.loads(run("members", "list", "--json").stdout)
    assert [member["email"] for member in members] == ["admin@localhost"]
    assert json.loads(run("me", "show", "--json").stdout)["role"] == "admin"


def test_an_error_says_what_where_and_what_next_on_standard_error(run: Run) -> None:
    done = run("jobs", "show", NOBODY)
    assert done.exit_code == 3
    assert done.stdout == ""
    assert done.stderr.splitlines() == [f"error: There is no job {NOBODY}.", "  where: job_id"]


def test_an_error_in_json_is_json(run: Run) -> None:
    done = run("jobs", "show", NOBODY, "--json")
    assert done.exit_code == 3
    assert json.loads(done.stderr)["type"] == "not-found"


@pytest.mark.parametrize(
    ("words", "shows"),
    [
        (("exports", "show", "Oops"), "workbench exports list"),
        (("exports", "trace-line", "Oops", "1"), "workbench exports list"),
        (("jobs", "wait", "Oops"), "workbench jobs list"),
        (("labels", "history", "Oops"), "workbench labels list LABEL_TYPE"),
        (("review", "approve", "Oops"), "workbench training-sheets pairs TRAINING_SHEET"),
        (("training-sheets", "pair", "Oops"), "workbench training-sheets pairs TRAINING_SHEET"),
        (("governance", "revoke-waiver", "Oops"), "workbench governance waivers"),
    ],
)
def test_what_is_not_an_id_is_told_which_command_shows_the_ids(run: Run, words: tuple[str, ...], shows: str) -> None:
    done = run(*words)
    assert done.exit_code == 2
    assert "'Oops' is not an id.\n" in done.stderr
    assert done.stderr.splitlines()[-1] == f"  fix:   `{shows}` shows the ids."


def test_a_label_type_that_is_spelled_wrong_says_what_is_allowed(run: Run) -> None:
    done = run("labelsets", "create", "Bad Type", "--kind", "classification")
    assert done.exit_code == 5
    assert "label_type: use lower-case letters, digits and _, a letter first." in done.stderr


def test_what_is_to_be_made_somewhere_that_there_is_not_says_how_to_make_the_place(
    run: Run, wb: Workbench, tmp_path: Path
) -> None:
    file = tmp_path / "few.csv"
    file.write_text("a\n1\n")
    for made in (("tables", "upload", str(file), "town.hall.few"), ("volumes", "create", "town.hall.few")):
        done = run(*made)
        assert done.exit_code == 3
        assert "workbench catalogs create town`, then `workbench catalogs create town.hall`." in done.stderr
    wb.catalogs.create("town")
    done = run("tables", "upload", str(file), "town.hall.few")
    assert "fix:   Make it with `workbench catalogs create town.hall`." in done.stderr
    wb.catalogs.create_schema("town", "hall")
    assert run("tables", "upload", str(file), "town.hall.few").exit_code == 0
    done = run("tables", "upload", str(file), "town.hall.few")
    assert done.exit_code == 4
    assert "`--mode append`" in done.stderr
    assert "`--mode overwrite`" in done.stderr


def test_wrong_usage_is_2(run: Run) -> None:
    assert run("jobs", "show", "not-an-id").exit_code == 2
    assert run("jobs", "dance").exit_code == 2


@pytest.mark.parametrize(
    ("kind", "code"),
    [(WorkbenchError, 1), (NotFound, 3), (Conflict, 4), (Invalid, 5), (Forbidden, 6), (Unavailable, 7)],
)
def test_exit_codes(kind: type[WorkbenchError], code: int) -> None:
    named = type("SomethingElse", (kind,), {})
    assert frame.exit_code(kind("x")) == frame.exit_code(named("x")) == code


def test_a_word_that_is_no_choice_names_the_choices(run: Run) -> None:
    done = run("members", "invite", "ada@example.org", "--role", "boss")
    assert done.exit_code == 5
    assert done.stderr.splitlines() == [
        "error: 'boss' is not a role.",
        "  where: role",
        "  fix:   It has to be one of admin, governor, engineer, expert, viewer.",
    ]


def test_a_request_that_cannot_be_made_is_invalid_input(run: Run) -> None:
    done = run("members", "invite", "x" * 1000, "--role", "viewer")
    assert done.exit_code == 5
    assert "where: email" in done.stderr


def test_a_name_that_does_not_exist_suggests_those_that_do(run: Run) -> None:
    done = run("members", "remove", "Amin", "--yes")
    assert done.exit_code == 3
    assert "Did you mean Admin?" in done.stderr


def test_find_takes_a_name_or_an_id_and_refuses_to_guess() -> None:
    things = [Thing(id="a" * 32, name="Cats"), Thing(id="b" * 32, name="Dogs"), Thing(id="c" * 32, name="Dogs")]
    assert find(lambda _: things, "Cats", "thing") is things[0]
    assert find(lambda _: things, "b" * 32, "thing") is things[1]
    with pytest.raises(Conflict, match=f"{'b' * 32}, {'c' * 32}"):
        find(lambda _: things, "Dogs", "thing")
    with pytest.raises(NotFound):
        find(lambda _: things, "cats", "thing")


def test_json_input_names_the_place_at_fault(tmp_path: Path) -> None:
    file = tmp_path / "sheet.json"
    file.write_text('{"a": 1,\n "b": }')
    with pytest.raises(Invalid, match="line 2, column 7"):
        frame.read_json(str(file))
    with pytest.raises(Invalid, match="Cannot read"):
        frame.read_json(str(tmp_path / "none.json"))
    file.write_text('{"a": 1}')
    assert frame.read_json(str(file)) == {"a": 1}


def test_cells_are_few_words() -> None:
    assert [show.cell(value) for value in (None, True, 0.12345, ["a", "b"], {"a": 1}, Thing(id="1", name="x"))] == [
        "–", "yes", "0.12345", "a, b", "a 1", "id 1, name x",
    ]  # fmt: skip


def test_a_record_within_a_record_reads_as_words(capsys: pytest.CaptureFixture[str]) -> None:
    found = {"name": "x", "counts": {"total": 4, "to_review": 0, "model": None}, "pins": {"a": {"b": 1}}}
    show.result(found, json_output=False)
    assert capsys.readouterr().out.splitlines() == [
        "name    x",
        "counts  total 4, to review 0",
        "pins    a (b 1)",
    ]


def test_records_in_a_record_are_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    found = {
        "files": [{"name": "a.jsonl", "intact": True}, {"name": "b", "intact": False}],
        "obstacles": {},
        "rows": [1],
    }
    show.result(found, json_output=False)
    assert capsys.readouterr().out.splitlines() == [
        "files      name a.jsonl, intact yes",
        "           name b, intact no",
        "obstacles  –",
        "rows       1",
    ]
    assert show.cell([{"a": 1, "b": {"c": [2, 3]}}, {"a": None}]) == "a 1, b (c 2, 3); –"
    show.result(found, json_output=True)
    assert json.loads(capsys.readouterr().out) == found


def test_help_lists_every_command_with_its_whole_sentence(run: Run) -> None:
    help = run("--help").stdout
    assert [line for line in help.splitlines() if line.endswith(":") and not line.startswith(" ")] == [
        "Options:", "Source data:", "From items to training files:", "What may be used, what happened:", "People:",
        "This machine:",
    ]  # fmt: skip
    assert "Check that a backup is whole and unchanged." in help
    assert "..." not in help.partition("Source data:")[2]


def test_a_token_is_printed_once_and_can_be_ended(run: Run, wb: Workbench) -> None:
    done = run("tokens", "create", "ci", "--scope", "read", "--days", "1")
    secret = done.stdout.strip()
    assert secret.startswith("wb_")
    assert secret not in run("tokens", "list", "--json").stdout
    assert run("tokens", "revoke", "ci", input="n\n").exit_code == 1
    assert "ci" in [token.name for token in wb.tokens.list()]
    assert run("tokens", "revoke", "ci", "--yes").exit_code == 0
    assert "ci" not in [token.name for token in wb.tokens.list()]


def test_an_invitation_from_first_to_last(run: Run, wb: Workbench) -> None:
    done = run("members", "invite", "exa.mpla@example.org", "--role", "expert")
    old = done.stdout.split()[-1]
    link = run("members", "resend-invitation", "exa.mpla@example.org").stdout.split()[-1]
    assert run("members", "accept", old, input="correct horse battery\n").exit_code != 0
    accepted = run("members", "accept", link, "--name", "Exa Mpla", input="correct horse battery\n")
    assert accepted.exit_code == 0, accepted.stderr
    assert run("members", "change", "Exa Mpla", "--role", "governor", "--clearance", "internal").exit_code == 0
    member = next(member for member in wb.members.list() if member.name == "Exa Mpla")
    assert (member.role, member.clearance) == ("governor", "internal")
    assert run("members", "remove", "exa.mpla@example.org", "--yes").exit_code == 0


def test_verify_ends_badly_only_when_the_chain_is_broken(run: Run, wb: Workbench) -> None:
    done = run("audit", "verify", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["intact"] is True
    with _a_false_head(Path(wb.address)):
        done = run("audit", "verify", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["broken"]["reason"] == "Events at the end are missing."
    assert run("audit", "verify").exit_code == 0


@contextmanager
def _a_false_head(home: Path) -> Iterator[None]:
    """The chain, for a while, seems to have gone on: as if its last events had been deleted."""
    database = Database(load_settings(home=home).database)
    with database.begin() as session:
        seal(session)
        session.execute(update(AuditHeadRow).values(position=AuditHeadRow.position + 1))
    try:
        yield
    finally:
        with database.begin() as session:
            session.execute(update(AuditHeadRow).values(position=AuditHeadRow.position - 1))
        database.close()
