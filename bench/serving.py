"""Server processes of a measurement: started, asked for their address, and stopped."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.served import Served


@contextmanager
def running(module: str, *arguments: str) -> Iterator[str]:
    """Runs `python -m module arguments…`, whose first line is its address, until the block ends."""
    server = subprocess.Popen([sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        address = server.stdout.readline().strip()
        if not address:
            raise RuntimeError(f"{module} did not start")
        yield address
    finally:
        server.terminate()
        server.wait()


@contextmanager
def workbench(home: Path) -> Iterator[Served]:
    """The product itself, served over HTTP from a home that a desk filled. No worker: no job is to run meanwhile."""
    served = Served(home, worker=False)
    served.start()
    try:
        yield served
    finally:
        served.stop()
