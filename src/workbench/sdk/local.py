"""What an operator does with the workbench of this machine: the same functions that the server's own process uses."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from workbench.kernel import collector


def operate() -> Any:
    """The module `workbench.app.operate`, loaded when it is first needed."""
    with collector.paused():
        return import_module("workbench.app.operate")


def settings(**overrides: Any) -> Any:
    """The settings in force, with the given ones replaced. Raises `Invalid` naming the setting at fault."""
    return import_module("workbench.backends.settings").load_settings(**overrides)
