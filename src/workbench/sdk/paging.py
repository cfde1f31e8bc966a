"""Lists that load themselves page by page while they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from workbench.kernel.paging import Page

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

T = TypeVar("T")


class Pages(Generic[T]):
    """A server's list: iterate it, take the first few, or ask for one page. Nothing is requested before it is read."""

    def __init__(
        self,
        load: Callable[[str | None, int | None], Page[T]],
        row: Callable[[T], dict[str, Any]] | None = None,
    ) -> None:
        self._load = load
        self._row = row or _plain

    def __iter__(self) -> Iterator[T]:
        cursor: str | None = None
        while True:
            page = self._load(cursor, None)
            yield from page.items
            cursor = page.next_cursor
            if cursor is None:
                return

    def page(self, cursor: str | None = None, *, limit: int | None = None) -> Page[T]:
        """One page: the first, or the one after `cursor`."""
        return self._load(cursor, limit)

    def take(self, count: int) -> list[T]:
        """Up to `count` items from the start, in as few requests as the server allows."""
        found: list[T] = []
        cursor: str | None = None
        while len(found) < count:
            page = self._load(cursor, count - len(found))
            found += islice(page.items, count - len(found))
            cursor = page.next_cursor
            if cursor is None:
                break
        return found

    def first(self) -> T | None:
        """The first item, or None when the list is empty."""
        return next(iter(self.take(1)), None)

    def to_arrow(self) -> pyarrow.Table:
        """All items as an Arrow table, one column per field."""
        import pyarrow

        return pyarrow.Table.from_pylist([self._row(item) for item in self])

    def to_polars(self) -> polars.DataFrame:
        """All items as a Polars data frame."""
        import polars

        return polars.DataFrame([self._row(item) for item in self], infer_schema_length=None)

    def to_pandas(self) -> pandas.DataFrame:
        """All items as a pandas data frame; needs pandas."""
        import pandas

        return pandas.DataFrame([self._row(item) for item in self])


def _plain(item: Any) -> dict[str, Any]:
    return dict(item.model_dump(mode="json"))
