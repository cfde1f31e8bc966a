"""A lakehouse with one empty schema, `main.shop`."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.backends.lakehouse import Lakehouse


@pytest.fixture
def lakehouse(tmp_path: Path) -> Lakehouse:
    made = Lakehouse(tmp_path / "catalogs")
    made.create_catalog("main")
    made.create_schema("main", "shop")
    return made
