"""A database with work in it, made by an older version, upgrades and goes on being worked with; so does its backup."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from alembic import command

from workbench import migrations
from workbench.app.backup import back_up
from workbench.app.restore import restore
from workbench.backends.bundle import Backends
from workbench.backends.database import Database
from workbench.backends.settings import Settings
from workbench.kernel.errors import Unavailable
from workbench.sdk import Workbench

OLDER = Path(__file__).parent / "older"
REVISIONS = sorted({file.name.partition(".")[0] for file in OLDER.glob("*.sql.gz")})


def load(url: str, revision: str, kind: str) -> None:
    """Makes the schema as it was, and fills it with the rows that were in it."""
    database = Database(url)
    config = migrations.configuration()
    rows = gzip.decompress((OLDER / f"{revision}.{kind}.sql.gz").read_bytes()).decode()
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        if kind == "sqlite":
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for statement in rows.splitlines():
            connection.exec_driver_sql(statement.replace("%", "%%") if kind == "postgresql" else statement)
    database.close()


@pytest.mark.parametrize("revision", REVISIONS)
def test_an_older_database_upgrades_with_everything_in_it(
    revision: str, kind: str, empty_db_url: str, tmp_path: Path
) -> None:
    load(empty_db_url, revision, kind)
    goes_on(tmp_path / "home", empty_db_url)


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_backup_of_an_older_database_restores_and_upgrades(revision: str, empty_db_url: str, tmp_path: Path) -> None:
    older = Settings(home=tmp_path / "older")
    load(f"sqlite:///{older.home / 'workbench.db'}", revision, "sqlite")
    backends = Backends.open(older)
    try:
        made = back_up(backends, tmp_path / "older.tar")
        assert migrations.revisions(backends.database)[0] == made.revision == revision, "nothing is upgraded"
    finally:
        backends.close()
    restore(Settings(home=tmp_path / "home", database_url=empty_db_url), tmp_path / "older.tar")
    goes_on(tmp_path / "home", empty_db_url)


def goes_on(home: Path, url: str) -> None:
    """Opens what was in the older database, and works with it."""
    with Workbench.embedded(home, database_url=url) as wb:
        sheets = {sheet.name: (sheet.state, sheet.published, sheet.draft) for sheet in wb.sheets.list()}
        assert sheets == {"Tickets": ("published", 1, 2), "Only a draft": ("draft", None, 1)}
        labels = {label.item_ref: label.value for label in wb.labels.list("intent")}
        assert labels == {"s:t1": "a", "s:t2": "b", "s:t5": "a"}
        assert {job.kind for job in wb.jobs.list()} == {
            "table.import", "label.import", "label.export", "export.create",
            "pair.decide", "pair.undo", "training_sheet.refresh", "training_sheet.generate",
        }  # fmt: skip
        sheet = wb.training_sheets.list().take(1)[0]
        assert (sheet.counts.total, sheet.counts.labeled, sheet.counts.unlabeled) == (6, 2, 4)
        assert wb.audit.verify().intact
        claimed = wb.review.next(sheet.id).pairs[0]
        wb.review.edit(claimed.id, version=claimed.version, value="a")
        assert wb.training_sheets.get(sheet.id).counts.labeled == 3


def test_a_newer_database_is_refused(empty_db_url: str) -> None:
    database = Database(empty_db_url)
    migrations.upgrade(database)
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'fedcba987654'")
    with pytest.raises(Unavailable, match=r"newer version .* fedcba987654"):
        migrations.upgrade(database)
    database.close()


def test_there_is_an_older_database_of_each_kind() -> None:
    kinds = sorted(file.name.split(".")[1] for file in OLDER.glob("*.sql.gz"))
    assert kinds == sorted(["sqlite", "postgresql"] * (len(kinds) // 2))
    assert kinds
