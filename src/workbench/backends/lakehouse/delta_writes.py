"""Rows become a Delta table in the order in which they come, committed at once or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import time_ns
from typing import Any, Literal
from uuid import uuid4

import deltalake
import orjson
import pyarrow as pa
from deltalake.exceptions import DeltaError
from deltalake.transaction import AddAction, RemoveAction

from workbench.kernel.errors import Conflict

# Small row groups let one item be found without decoding a million rows around it.
_WRITER = deltalake.WriterProperties(compression="ZSTD", max_row_group_size=16_384)
# delta-rs deals the batches that it is given out to as many threads as there are cores, and takes them back as they
# come: only within a batch do rows keep their order. So it is given one batch of about this many bytes at a time.
_PIECE = 32 << 20
_MARK, _ROWS = "workbench.import", "workbench.rows"
# What a table may ask of its writers that every piece fulfils as it is.
_PLAIN_FEATURES = {"timestampNtz", "appendOnly", "invariants"}


@dataclass(frozen=True, slots=True)
class Watch:
    """Who follows an import: `progress` is told the rows taken over so far and may raise to stop it, `mark` is kept
    with the commit, so that an import that was killed just after it can be told from one that never happened."""

    mark: str | None = None
    progress: Callable[[int], None] = lambda _rows: None


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: rows written and the table's Delta version after it."""

    rows: int
    version: int


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows on their way into a table: how many, of which columns, and the batches, which are read once."""

    count: int
    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]


def create_delta(table: Path, rows: Rows, watch: Watch) -> Imported:
    """A new Delta table, written beside its place and moved there whole. Raises `Conflict` when the place is taken."""
    with _laid_beside(table, rows, watch) as laid:
        try:
            laid.rename(table)
        except OSError:
            raise Conflict(
                f"There is a table {table.name!r} already.", field="name", fix="Append, overwrite or rename."
            ) from None
    return Imported(rows.count, deltalake.DeltaTable(table).version())


def write_delta(table: Path, rows: Rows, mode: Literal["append", "overwrite"], watch: Watch) -> Imported:
    """One commit to a Delta table that is there. Raises `Conflict` when somebody else's commit came between."""
    target = deltalake.DeltaTable(table)
    if _is_plain(target):
        with _laid_beside(table, rows, watch) as laid:
            _adopt(laid, table, target, mode, _marked(rows, watch))
    else:
        _hand_over(table, rows, mode, watch)
    return Imported(rows.count, deltalake.DeltaTable(table).version())


def find_marked(table: Path, mark: str) -> Imported | None:
    """What the import with this mark did to the table; None when it has not happened."""
    if not (table / "_delta_log").is_dir():
        return None
    for commit in deltalake.DeltaTable(table).history(50):
        if commit.get(_MARK) == mark:
            return Imported(commit[_ROWS], commit["version"])
    return None


@contextmanager
def _laid_beside(table: Path, rows: Rows, watch: Watch) -> Iterator[Path]:
    """The rows as a Delta table of their own beside `table`, a commit for every piece; gone afterwards."""
    staging = table.parent / f".staging-{watch.mark or uuid4().hex}"
    shutil.rmtree(staging, ignore_errors=True)  # of an attempt that was killed
    try:
        with _written():
            for piece in _pieces(rows, watch):
                deltalake.write_deltalake(
                    staging, piece, mode="append", writer_properties=_WRITER, commit_properties=_marked(rows, watch)
                )
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _pieces(rows: Rows, watch: Watch) -> Iterator[pa.Table]:
    """The same rows in large batches, each a table of one; at least one of them."""
    waiting, size, taken = list[pa.RecordBatch](), 0, 0
    for batch in rows.batches:
        if waiting and size + batch.nbytes > _PIECE:
            yield pa.Table.from_batches(waiting, rows.schema).combine_chunks()
            waiting, size = [], 0
        waiting.append(batch)
        size += batch.nbytes
        taken += batch.num_rows
        watch.progress(taken)
    yield pa.Table.from_batches(waiting, rows.schema).combine_chunks()


def _adopt(laid: Path, table: Path, target: deltalake.DeltaTable, mode: Any, marked: Any) -> None:
    """Move the files of `laid` into `table` and commit them there, all at once."""
    staged = deltalake.DeltaTable(laid)
    files: list[AddAction | RemoveAction] = []
    now = time_ns() // 1_000_000
    for number, found in enumerate(_added(laid)):
        # Rows are read in the order of times, then of names: behind what others committed meanwhile, and as laid.
        files.append(replace(found, path=f"{number:05}-{found.path}", modification_time=now))
        (laid / found.path).rename(table / files[-1].path)
    try:
        with _written():
            if mode == "overwrite" and _features(staged) - _features(target):
                target.alter.add_feature(
                    deltalake.TableFeatures.TimestampWithoutTimezone, allow_protocol_versions_increase=True
                )
            schema = target.schema() if mode == "append" else staged.schema()
            target.create_write_transaction(files, mode, schema, commit_properties=marked)
    except Conflict:
        kept = deltalake.DeltaTable(table).file_uris()  # it may have been committed before it failed
        for file in files:
            if not any(uri.endswith(file.path) for uri in kept):
                (table / file.path).unlink()
        raise


def _added(laid: Path) -> Iterator[AddAction]:
    """The files of a table that nothing was ever removed from, in the order of its commits.

    Source: the Delta transaction log protocol, "Add File and Remove File".
    """
    for commit in sorted((laid / "_delta_log").glob("*.json")):
        for line in commit.read_bytes().splitlines():
            if add := orjson.loads(line).get("add"):
                yield AddAction(
                    path=add["path"],
                    size=add["size"],
                    partition_values=add["partitionValues"],
                    modification_time=add["modificationTime"],
                    data_change=True,
                    stats=add["stats"],
                )


def _is_plain(target: deltalake.DeltaTable) -> bool:
    """Whether its files are only rows: no partitions, constraints, change feeds or other rules for those who write."""
    about = target.metadata()
    return (
        not about.partition_columns
        and not about.configuration
        and _features(target) <= _PLAIN_FEATURES
        and all(field.nullable for field in target.schema().fields)
    )


def _features(target: deltalake.DeltaTable) -> set[str]:
    protocol = target.protocol()
    # Before features had names, these versions stood for constraints, change feeds, generated and mapped columns.
    old = {"of an older version"} if 2 < protocol.min_writer_version < 7 else set[str]()
    return old | set(protocol.writer_features or ())


def _hand_over(table: Path, rows: Rows, mode: Any, watch: Watch) -> None:
    """Tables with rules of their own are written by delta-rs alone, which keeps to them, whatever the order."""
    failure: list[BaseException] = []

    def pull() -> Iterator[pa.RecordBatch]:
        try:
            for piece in _pieces(rows, watch):
                yield from piece.to_batches()
        except BaseException as error:
            # Through the Arrow C interface only a text would arrive on the other side.
            failure.append(error)
            raise

    try:
        with _written():
            deltalake.write_deltalake(
                table,
                pa.RecordBatchReader.from_batches(rows.schema, pull()),
                mode=mode,
                schema_mode="overwrite" if mode == "overwrite" else None,
                writer_properties=_WRITER,
                commit_properties=_marked(rows, watch),
            )
    except Conflict:
        if failure:
            raise failure[0] from None
        raise


def _marked(rows: Rows, watch: Watch) -> deltalake.CommitProperties | None:
    return deltalake.CommitProperties(custom_metadata={_MARK: watch.mark, _ROWS: rows.count}) if watch.mark else None


@contextmanager
def _written() -> Iterator[None]:
    try:
        yield
    except DeltaError as error:
        raise Conflict(f"The table could not be written: {str(error)[:300]}", fix="Try again.") from error
