"""Generation of a training sheet with labels for half of its items, against a script that does the same by hand.

The script reads the table, renders the prompt with Jinja2, looks the labels up, and writes the same rows: executemany
on SQLite, COPY on PostgreSQL. It keeps no digests, checks no key and cannot be resumed. Every run starts from a copy.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import psycopg
import pyarrow.parquet as pq
from jinja2.sandbox import SandboxedEnvironment

from bench import desk, peers
from bench.measure import Bar, Figure, Watch, report_from_child, run_side, show
from bench.postgres import Postgres
from workbench.backends.database import Database
from workbench.kernel.ids import new_id

BATCH = 5_000
COLUMNS = (
    "id", "training_sheet_id", "position", "item_ref", "ordinal", "status", "origin", "messages", "value", "digest",
    "label_id", "label_number", "reviewed_by", "reviewed_by_name", "reviewed_at", "version",
)  # fmt: skip
KEY = "SELECT space_id, labelset_id FROM label_count"
HEADS = (
    "SELECT item_ref, id, number, value, labeled_by, labeled_by_name, labeled_at FROM canonical_label "
    "WHERE space_id = {0} AND labelset_id = {0} AND item_ref"
)


def measure(*, rows: int, runs: int) -> None:
    """Prints the figures and the bars of both databases."""
    peer = peer_figure(rows, runs)
    small, large = desk.made(rows // 10), desk.made(rows)
    show_database("SQLite", rows, measure_sqlite(small, large, runs), peer)
    with Postgres() as server:
        show_database("PostgreSQL", rows, measure_postgres(server, rows, runs), peer)


def show_database(name: str, rows: int, figures: list[Figure], peer: Figure | None) -> None:
    """Prints one database's comparison."""
    floor, ours, small = figures
    for figure, count in ((floor, rows), (ours, rows), (small, rows // 10)):
        figure.extra["rows_per_second"] = round(count / figure.median)
    bars = [
        Bar("rate of the floor", floor.median / ours.median, 0.7, at_least=True),
        Bar("the same by CPU", floor.work / ours.work, 0.7, at_least=True),
        Bar("peak memory, of that at a tenth of the rows", ours.peak / small.peak, 1.1, at_least=False),
    ]
    if peer is not None:
        bars.append(Bar("rate of datasets, without a database", peer.median / ours.median, 3, at_least=True))
        bars.append(Bar("the same by CPU", peer.work / ours.work, 3, at_least=True))
    shown = [floor, ours, small, *([peer] if peer else [])]
    show(f"generation on {name}: {rows:,} pairs, half of the items labeled", shown, bars)


def measure_sqlite(small: Path, large: Path, runs: int) -> list[Figure]:
    """Floor, ours, and ours at a tenth."""
    floor, ours, tenth = Figure("executemany by hand"), Figure("ours"), Figure("ours, a tenth of the rows")
    for _ in range(runs):
        for figure, side, source in ((floor, "floor", large), (ours, "ours", large), (tenth, "ours", small)):
            home = desk.scratch() / "run"
            shutil.copytree(source, home)
            figure.add(run_side("bench.generation", side, [str(home)]))
            shutil.rmtree(home)
    return [floor, ours, tenth]


def measure_postgres(server: Postgres, rows: int, runs: int) -> list[Figure]:
    """The same on a PostgreSQL server of our own: homes are shared, databases are copies of templates."""
    floor, ours, tenth = Figure("COPY by hand"), Figure("ours"), Figure("ours, a tenth of the rows")
    homes = {}
    for count in (rows, rows // 10):
        homes[count] = desk.scratch() / f"postgres-{count}"
        server.create(f"desk_{count}")
        desk.make(homes[count], count, server.url(f"desk_{count}"))
    for _ in range(runs):
        for figure, side, count in ((floor, "floor", rows), (ours, "ours", rows), (tenth, "ours", rows // 10)):
            server.create("run", template=f"desk_{count}")
            figure.add(run_side("bench.generation", side, [str(homes[count]), server.url("run")]))
            server.drop("run")
    return [floor, ours, tenth]


def peer_figure(rows: int, runs: int) -> Figure | None:
    """Hugging Face datasets: map and to_json over the same table, with the labels in a dict. No database."""
    python = peers.python_with("datasets")
    if python is None:
        return None
    figure = Figure("datasets map + to_json")
    table = desk.scratch() / "peer.parquet"
    desk.write_table(table, rows)
    for _ in range(runs):
        figure.add(run_side("bench.peers.datasets_map", "map", [str(table), desk.SYSTEM, desk.PROMPT], python))
        figure.extra["rows_per_second"] = round(rows / figure.median)
    return figure


def ours(home: Path, url: str | None) -> dict[str, Any]:
    """Generation as the worker runs it, from the request to the sheet that is open for review."""
    opened = desk.open_desk(home, url)
    watch = Watch()
    sheet = opened.generate()
    spent = watch.read()
    opened.close()
    return {**spent, "pairs": sheet.counts.total, "labeled": sheet.counts.labeled}


def floor(home: Path, url: str | None) -> dict[str, Any]:
    """The same rows by hand."""
    if url is not None:
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            watch = Watch()
            written = copy_in(connection, home / "rows.parquet")
            return {**watch.read(), "pairs": written}
    database = Database(f"sqlite:///{home / 'workbench.db'}")  # for its pragmas: the same promises on disk
    raw: Any = database.engine.raw_connection().driver_connection
    watch = Watch()
    written = executemany(raw, home / "rows.parquet")
    return {**watch.read(), "pairs": written}


def executemany(connection: Any, table: Path) -> int:
    """On SQLite, a transaction for each batch."""
    into = f"INSERT INTO pair ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
    key, heads_of = connection.execute(KEY).fetchone(), HEADS.format("?")
    sheet, written = new_id().bytes, 0
    for refs, prompts in rendered(table):
        marks = ", ".join("?" * len(refs))
        heads = {row[0]: row[1:] for row in connection.execute(f"{heads_of} IN ({marks})", [*key, *refs])}
        rows = [row(new_id().bytes, sheet, written + n, ref, prompts[n], heads.get(ref)) for n, ref in enumerate(refs)]
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(into, rows)
        connection.execute("COMMIT")
        written += len(rows)
    return written


def copy_in(connection: psycopg.Connection[Any], table: Path) -> int:
    """On PostgreSQL, a transaction for each batch."""
    key, heads_of = connection.execute(KEY).fetchone(), HEADS.format("%s")
    assert key is not None
    sheet, written = new_id(), 0
    for refs, prompts in rendered(table):
        cursor = connection.cursor()
        heads = {found[0]: found[1:] for found in cursor.execute(f"{heads_of} = ANY(%s)", [*key, refs])}
        with cursor.copy(f"COPY pair ({', '.join(COLUMNS)}) FROM STDIN") as copy:
            for n, ref in enumerate(refs):
                copy.write_row(row(new_id(), sheet, written + n, ref, prompts[n], heads.get(ref)))
        connection.commit()
        written += len(refs)
    return written


def rendered(table: Path) -> Iterator[tuple[list[str], list[str]]]:
    """Names and prompts (as JSON) of the rows, batch by batch."""
    template = SandboxedEnvironment().from_string(desk.PROMPT)
    for batch in pq.ParquetFile(table).iter_batches(BATCH, columns=["channel", "id", "text"]):
        rows = batch.to_pylist()
        prompts = [
            orjson.dumps(
                [{"role": "system", "content": desk.SYSTEM}, {"role": "user", "content": template.render(row)}]
            ).decode()
            for row in rows
        ]
        yield [f"i:{row['id']}" for row in rows], prompts


def row(id: Any, sheet: Any, position: int, ref: str, prompt: str, head: Any) -> tuple[Any, ...]:
    """A pair's columns: from its item's label, or waiting for an answer."""
    digest = bytes(32)
    if head is None:
        return (
            id, sheet, position, ref, 0, "unlabeled", "manual", prompt, None, digest,
            None, None, None, None, None, 1,
        )  # fmt: skip
    label, number, value, by, name, at = head
    return (
        id, sheet, position, ref, 0, "labeled", "canonical", prompt, value, digest,
        label, number, by, name, at, 1,
    )  # fmt: skip


if __name__ == "__main__":
    side, home, *url = sys.argv[1:]
    work = {"ours": ours, "floor": floor}[side]
    report_from_child(lambda: work(Path(home), url[0] if url else None))
