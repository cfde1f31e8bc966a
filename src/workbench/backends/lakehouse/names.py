"""Names of catalogs, schemas, tables and volumes: one to three parts, case-insensitive."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from workbench.kernel.errors import Invalid

_PART = re.compile(r"[a-z0-9_][a-z0-9_-]{0,127}")
VOLUMES_FOLDER = "_volumes"


def checked_part(name: str, what: str) -> str:
    """One part of a name in lower case. Raises `Invalid` naming what it was meant for."""
    lowered = name.strip().lower()
    if not _PART.fullmatch(lowered) or lowered in (VOLUMES_FOLDER, "_delta_log"):
        raise Invalid(
            f"{name[:200]!r} cannot be the name of a {what}.",
            field="name",
            fix="Use letters, digits, '_' and '-', not starting with '-'.",
        )
    return lowered


@dataclass(frozen=True, slots=True)
class FullName:
    """`catalog.schema.name` of a table or volume, in lower case."""

    catalog: str
    schema: str
    name: str

    @classmethod
    def parse(cls, text: str, what: str = "table") -> Self:
        """From `catalog.schema.name`. Raises `Invalid` unless it has three good parts."""
        parts = text.split(".")
        if len(parts) != 3:
            raise Invalid(
                f"{text[:200]!r} is not the full name of a {what}.", field="name", fix=f"Write catalog.schema.{what}."
            )
        return cls(checked_part(parts[0], "catalog"), checked_part(parts[1], "schema"), checked_part(parts[2], what))

    def __str__(self) -> str:
        return f"{self.catalog}.{self.schema}.{self.name}"


@dataclass(frozen=True, slots=True)
class FileName:
    """`/Volumes/catalog/schema/volume/path/inside`: one file of a volume, as a sheet's items name it."""

    volume: FullName
    path: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises `Invalid` unless it starts with `/Volumes/` and has a volume and a path."""
        parts = text.split("/", 5)
        if len(parts) != 6 or parts[0] or parts[1].lower() != "volumes" or not parts[5]:
            raise Invalid(
                f"{text[:200]!r} does not name a file of a volume.",
                field="path",
                fix="Write /Volumes/catalog/schema/volume/path.",
            )
        return cls(FullName.parse(".".join(parts[2:5]), "volume"), parts[5])

    def __str__(self) -> str:
        return f"/Volumes/{self.volume.catalog}/{self.volume.schema}/{self.volume.name}/{self.path}"


def on_disk(parent: Path, name: str, suffixes: tuple[str, ...] = ("",)) -> Path | None:
    """The entry of `parent` that is called `name` in any case, with the first suffix that exists; None without one."""
    for suffix in suffixes:
        if (exact := parent / (name + suffix)).exists():
            return exact
    if not parent.is_dir():
        return None
    wanted = {name + suffix for suffix in suffixes}
    return next((entry for entry in sorted(parent.iterdir()) if entry.name.lower() in wanted), None)
