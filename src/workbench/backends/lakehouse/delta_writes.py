"""Rows become a Delta table in the order in which they come, committed at once or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import time, time_ns
from typing import Literal
from uuid import uuid4

import deltalake
import orjson
import pyarrow as pa
import pyarrow.compute as pc
from deltalake.exceptions import DeltaError
from deltalake.transaction import AddAction, RemoveAction, create_table_with_add_actions

from workbench.kernel.errors import Conflict

ImportMode = Literal["create", "append", "overwrite"]

# Small row groups let one item be found without decoding a million rows around it.
_WRITER = deltalake.WriterProperties(compression="ZSTD", max_row_group_size=16_384)
# delta-rs deals the batches that it is given out to as many threads as there are cores, and takes them back as they
# come: only within a batch do rows keep their order. So it is given one batch of about this many bytes at a time.
_PIECE = 32 << 20
_MARK, _ROWS = "workbench.import", "workbench.rows"
_STAGING = ".staging-"
_ABANDONED = 86_400  # seconds after which nobody works on a staging folder any more
# What a table may ask of those who write to it that files of rows fulfil by themselves.
_PLAIN_FEATURES = {"timestampNtz", "appendOnly", "invariants"}
_RULES = ('"nullable":false', '"containsNull":false', '"valueContainsNull":false', '"delta.')


@dataclass(frozen=True, slots=True)
class Watch:
    """Who follows an import: `progress` is told the rows taken over so far and may raise to stop it, `mark` is kept
    with the commit, so that an import that was killed just after it can be told from one that never happened."""

    mark: str = field(default_factory=lambda: uuid4().hex)
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

    def pieces(self, watch: Watch) -> Iterator[pa.Table]:
        """The same rows in large batches, each a table of one; at least one of them."""
        waiting, size, taken = list[pa.RecordBatch](), 0, 0
        for batch in self.batches:
            if waiting and size + batch.nbytes > _PIECE:
                yield pa.Table.from_batches(waiting, self.schema).combine_chunks()
                waiting, size = [], 0
            waiting.append(batch)
            size += batch.nbytes
            taken += batch.num_rows
            watch.progress(taken)
        yield pa.Table.from_batches(waiting, self.schema).combine_chunks()


def write_delta(table: Path, rows: Rows, mode: ImportMode, watch: Watch, behind: int | None = None) -> Imported:
    """Writes rows as a new table, behind those of a table, or in their place: in one commit.

    The same mark is written once, whoever tries it how often; `behind` is the version that the rows were made to come
    after, when it must be that one. Raises `Conflict` when the place of a new table is taken, when fewer or more rows
    were read than there should be, and when the table was changed meanwhile so that the rows may not fit, or what would
    be replaced is not what was there. (Overwriting a table without times of no zone by one that has them first commits
    that it may hold them.)
    """
    try:
        if mode == "create":
            _create(table, rows, watch)
        else:
            with _written():
                seen = deltalake.DeltaTable(table)
            if _is_plain(seen):
                _change(table, seen, rows, mode, watch, seen.version() if mode == "overwrite" else behind)
            else:
                _hand_over(table, rows, mode, watch)
    except Conflict:
        # Another run with this mark was quicker, or all was written and only what comes after failed.
        done = find_marked(table, watch.mark)
        if done is None:
            raise
        return done
    finally:
        _clear(table.parent)
    done = find_marked(table, watch.mark)
    assert done is not None, "what was committed is there"
    return done


def find_marked(table: Path, mark: str) -> Imported | None:
    """What the import with this mark did to the table; None when it has not happened."""
    if not (table / "_delta_log").is_dir():
        return None
    present = deltalake.DeltaTable(table)
    if present.transaction_version(mark) is None:
        return None
    for limit in (20, None):  # mostly it was just now
        for commit in present.history(limit):
            if commit.get(_MARK) == mark:
                return Imported(commit[_ROWS], commit["version"])
    return Imported(0, present.version())  # so long ago that its commit was cleaned up


def _create(table: Path, rows: Rows, watch: Watch) -> None:
    """A new table, made beside its place and moved there whole."""
    with _laid_beside(table, rows, watch) as laid:
        made = laid.parent / "table"
        made.mkdir()
        with _written(), _moved(laid, made, newest=0) as files:
            schema = deltalake.DeltaTable(laid).schema()
            create_table_with_add_actions(str(made), schema, files, commit_properties=_marked(rows, watch))
        try:
            made.rename(table)
        except OSError:
            raise Conflict(
                f"There is a table {table.name!r} already.", field="name", fix="Append, overwrite or rename."
            ) from None


def _change(
    table: Path, seen: deltalake.DeltaTable, rows: Rows, mode: ImportMode, watch: Watch, behind: int | None
) -> None:
    """The rows are laid beside the table first; only then their files are moved into it, and committed."""
    with _laid_beside(table, rows, watch) as laid, _written():
        target, staged = deltalake.DeltaTable(table), deltalake.DeltaTable(laid)
        if (
            target.metadata().id != seen.metadata().id
            or target.schema() != seen.schema()
            or not _is_plain(target)
            or behind not in (None, target.version())
            or target.transaction_version(watch.mark) is not None
        ):
            raise Conflict(f"The table {table.name!r} was changed meanwhile.", fix="Look at it and try again.")
        if mode == "overwrite" and _features(staged) - _features(target):
            target.alter.add_feature(
                deltalake.TableFeatures.TimestampWithoutTimezone, allow_protocol_versions_increase=True
            )
        times = pa.table(target.get_add_actions()).column("modification_time")
        with _moved(laid, table, newest=pc.max(times).as_py() or 0) as files:
            schema = target.schema() if mode == "append" else staged.schema()
            actions: list[AddAction | RemoveAction] = [*files]
            target.create_write_transaction(actions, mode, schema, commit_properties=_marked(rows, watch))


def _hand_over(table: Path, rows: Rows, mode: ImportMode, watch: Watch) -> None:
    """Tables with rules of their own are written by delta-rs alone, which keeps to them, whatever the order."""
    failure: list[BaseException] = []

    def pull() -> Iterator[pa.RecordBatch]:
        try:
            for piece in rows.pieces(watch):
                yield from piece.to_batches()
        except GeneratorExit:
            raise  # delta-rs does not want more
        except BaseException as error:
            # Through the Arrow C interface only a text would arrive on the other side.
            failure.append(error)
            raise

    try:
        with _written("See whether the rows keep to the rules that the table has for them."):
            deltalake.write_deltalake(
                table,
                pa.RecordBatchReader.from_batches(rows.schema, pull()),
                mode="append" if mode == "append" else "overwrite",
                schema_mode="merge" if mode == "append" else "overwrite",
                writer_properties=_WRITER,
                commit_properties=_marked(rows, watch),
            )
    except Conflict:
        if failure:
            raise failure[0] from None
        raise


@contextmanager
def _laid_beside(table: Path, rows: Rows, watch: Watch) -> Iterator[Path]:
    """The rows as a table of their own, a commit for every piece, in a folder beside `table`; gone afterwards."""
    staging = table.parent / f"{_STAGING}{watch.mark}-{uuid4().hex[:8]}"
    laid = staging / "pieces"
    try:
        staging.mkdir()
        with _written():
            for number, piece in enumerate(rows.pieces(watch)):
                deltalake.write_deltalake(laid, piece, mode="append" if number else "error", writer_properties=_WRITER)
        found = sum(orjson.loads(file.stats)["numRecords"] for file in _added(laid))
        if found != rows.count:
            raise Conflict(f"{found:,} of {rows.count:,} rows could be read: they changed meanwhile.", fix="Try again.")
        yield laid
    finally:
        shutil.rmtree(staging, ignore_errors=True)


@contextmanager
def _moved(laid: Path, place: Path, newest: int) -> Iterator[list[AddAction]]:
    """The files of the table `laid`, moved to `place`; those that were not committed then go again.

    Rows are read in the order of files' times, then of their names: behind the `newest` file there, and as laid.
    """
    moved: list[AddAction] = []
    now = max(time_ns() // 1_000_000, newest + 1)
    try:
        for number, file in enumerate(_added(laid)):
            moved.append(replace(file, path=f"{number:05}-{file.path}", modification_time=now))
            (laid / file.path).rename(place / moved[-1].path)
        yield moved
    except BaseException:
        with suppress(DeltaError):
            kept = deltalake.DeltaTable(place).file_uris()  # it may have been committed before it failed
            for file in moved:
                if not any(uri.endswith(file.path) for uri in kept):
                    (place / file.path).unlink(missing_ok=True)
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
    about, schema = target.metadata(), target.schema().to_json()
    return (
        not about.partition_columns
        and not about.configuration
        and _features(target) <= _PLAIN_FEATURES
        and not any(rule in schema for rule in _RULES)
    )


def _features(target: deltalake.DeltaTable) -> set[str]:
    protocol = target.protocol()
    # Before features had names, these versions stood for constraints, change feeds, generated and mapped columns.
    old = {"of an older version"} if 2 < protocol.min_writer_version < 7 else set[str]()
    return old | set(protocol.writer_features or ())


def _marked(rows: Rows, watch: Watch) -> deltalake.CommitProperties:
    """A transaction of this name is committed once; the rest says to those who look it up what it did."""
    return deltalake.CommitProperties(
        custom_metadata={_MARK: watch.mark, _ROWS: rows.count}, app_transactions=[deltalake.Transaction(watch.mark, 1)]
    )


@contextmanager
def _written(fix: str = "Try again.") -> Iterator[None]:
    try:
        yield
    except DeltaError as error:
        raise Conflict(f"The table could not be written: {str(error)[:300]}", fix=fix) from error


def _clear(schema: Path) -> None:
    """Removes what imports left that were killed."""
    for left in schema.glob(f"{_STAGING}*"):
        with suppress(FileNotFoundError):
            if time() - left.stat().st_mtime > _ABANDONED:
                shutil.rmtree(left, ignore_errors=True)
