"""Files to bring into `main.shop`, and what lies in its folder."""

from __future__ import annotations

from pathlib import Path

from workbench.backends.lakehouse import Lakehouse


def csv(folder: Path, text: str, name: str = "rows.csv") -> Path:
    (folder / name).write_text(text)
    return folder / name


def leftovers(lakehouse: Lakehouse) -> list[str]:
    return [path.name for path in (lakehouse.root / "main" / "shop").iterdir()]
