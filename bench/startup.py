"""How long until something answers: the command line's help, the server's first answer, and the web entry's size."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from bench.measure import Bar, Figure, show

WEB = Path(__file__).parents[1] / "src/workbench/app/web"


def measure(*, rows: int, runs: int) -> None:
    """Prints the three figures; `rows` plays no part here."""
    floor, help_, server = Figure("python -c pass"), Figure("workbench --help"), Figure("serve until it answers, warm")
    for _ in range(max(runs, 3)):
        floor.seconds.append(_timed([sys.executable, "-c", "pass"]))
        help_.seconds.append(_timed([sys.executable, "-m", "workbench.cli.main", "--help"]))
    with tempfile.TemporaryDirectory() as home:
        _serve(home)  # cold: makes the database
        for _ in range(max(runs, 3)):
            server.seconds.append(_serve(home))
    kilobytes = _entry_kilobytes()
    show(
        "startup",
        [floor, help_, server],
        [
            Bar("workbench --help, seconds", help_.median, 0.4, at_least=False),
            Bar("server answers, seconds", server.median, 3.0, at_least=False),
            Bar("web entry, kB gzip", kilobytes, 150, at_least=False),
        ],
    )


def _timed(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started


def _serve(home: str) -> float:
    note = Path(home) / "server.json"
    started = time.perf_counter()
    server = subprocess.Popen(
        [sys.executable, "-m", "workbench.cli.main", "serve", "--no-worker"],
        env={**os.environ, "WORKBENCH_HOME": home, "WORKBENCH_PORT": "0"},
        stdout=subprocess.DEVNULL,
    )
    try:
        while time.perf_counter() - started < 60:
            try:
                url = json.loads(note.read_bytes())["url"]
                with urllib.request.urlopen(f"{url}/api/v1/health", timeout=5):
                    return time.perf_counter() - started
            except (OSError, ValueError):
                time.sleep(0.01)
        raise RuntimeError("the server did not answer within a minute")
    finally:
        server.terminate()
        server.wait()


def _entry_kilobytes() -> float:
    """What the browser must load before it shows anything: the entry page, its scripts and styles, gzipped."""
    page = (WEB / "index.html").read_text()
    files = [
        WEB / "index.html",
        *(WEB / name for name in re.findall(r'(?:src|href)="/(assets/[^"]+\.(?:js|css))"', page)),
    ]
    return sum(len(gzip.compress(file.read_bytes())) for file in files) / 1000
