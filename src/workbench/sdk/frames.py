"""Rows meant as data: an Arrow stream read as it arrives, or whole as Arrow, Polars or pandas."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

import httpx2

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow


class Frame:
    """Rows of the workbench that leave through the gate each time they are read."""

    def __init__(self, open: Callable[[], AbstractContextManager[httpx2.Response]]) -> None:
        self._open = open

    def batches(self) -> Iterator[pyarrow.RecordBatch]:
        """The rows in Arrow batches, one in memory at a time."""
        with self._reader() as reader:
            yield from reader

    def to_arrow(self) -> pyarrow.Table:
        """All rows as an Arrow table."""
        with self._reader() as reader:
            return reader.read_all()

    def to_polars(self) -> polars.DataFrame:
        """All rows as a Polars data frame."""
        import polars

        frame = polars.from_arrow(self.to_arrow())
        assert isinstance(frame, polars.DataFrame)
        return frame

    def to_pandas(self) -> pandas.DataFrame:
        """All rows as a pandas data frame; needs pandas."""
        return self.to_arrow().to_pandas()

    @contextmanager
    def _reader(self) -> Iterator[pyarrow.RecordBatchReader]:
        from pyarrow import ipc

        with self._open() as answer:
            pieces = answer.iter_bytes()
            with ipc.open_stream(_Pipe(pieces)) as reader:
                yield reader
            # Arrow ends before the answer does; leaving between the two would look like hanging up
            deque(pieces, maxlen=0)


class _Pipe(io.RawIOBase):
    """A file to read from, over pieces that arrive one by one."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._left:
            self._left = next(self._pieces, b"")
        count = min(len(buffer), len(self._left))
        buffer[:count], self._left = self._left[:count], self._left[count:]
        return count
