"""What a user would pick instead, each in an environment of its own that `make peers` fills: never beside the product.

A measurement whose peer is not installed says so and goes on without it.
"""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path

PEERS = Path(os.environ.get("BENCH_PEERS", Path(__file__).parents[2] / ".cache" / "peers"))


@cache
def python_with(module: str, environment: str = "libraries") -> str | None:
    """The Python of an environment that has the module; None, said aloud, where there is none."""
    python = PEERS / environment / "bin" / "python"
    if python.exists():
        find = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({module!r}) is None)"
        if subprocess.run([str(python), "-c", find], check=False).returncode == 0:
            return str(python)
    print(f"\n  The peer {module} is not installed, so it is not measured; `make peers` installs it.")
    return None
