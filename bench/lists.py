"""Every list page over real HTTP, at a thousand rows and at all of them: a page costs what it shows, not what there is.

One person asks for page after page, at the small and the large workbench in turn.
"""

from __future__ import annotations

import shutil
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import Table

from bench import desk, serving
from bench.measure import Bar, Figure, percentile, show
from workbench.backends.database import Base, insert_columns
from workbench.kernel.clock import now
from workbench.kernel.ids import new_id
from workbench.kernel.paging import encode_cursor

SMALL = 1_000
TURNS = 40
CHUNK = 50_000


@dataclass(frozen=True)
class Place:
    """A served workbench to ask: a client, and the names that its addresses need."""

    http: httpx2.Client
    rows: int
    training_sheet: str
    sheet: str

    def ask(self, path: str) -> float:
        """Seconds until the whole page is here. Raises unless it is one."""
        middle = encode_cursor(self.rows // 2)
        address = path.format(sheet=self.sheet, training_sheet=self.training_sheet, middle=middle, half=self.rows // 2)
        started = time.perf_counter()
        answer = self.http.get(address)
        answer.raise_for_status()
        return time.perf_counter() - started


PAIRS = "/training-sheets/{training_sheet}/pairs"
LABELS = "/labels?label_type=intent"
PAGES = {
    "pairs": PAIRS,
    "pairs, from the middle": PAIRS + "?cursor={middle}",
    "pairs, unlabeled": PAIRS + "?status=unlabeled",
    "pairs, labeled by canonical": PAIRS + "?status=labeled&origin=canonical",
    "pairs, rejected (none)": PAIRS + "?status=rejected",
    "pairs, stale (none)": PAIRS + "?stale=true",
    "pairs, failed (none)": PAIRS + "?failed=true",
    "pairs, outdated (none)": PAIRS + "?outdated=true",
    "pairs, a name": PAIRS + "?search=i:9",
    "review progress": "/review/training-sheets/{training_sheet}/progress",
    "review actions": "/review/training-sheets/{training_sheet}/actions",
    "training sheets": "/training-sheets",
    "labels": LABELS,
    "labels, oldest": LABELS + "&sort=oldest",
    "labels of a sheet, by name": LABELS + "&sort=item_ref&sheet_id={sheet}",
    "labels, a name": LABELS + "&search=i:9",
    "items": "/sheets/{sheet}/items",
    "items, from the middle": "/sheets/{sheet}/items?start={half}",
    "items to label": "/labels/items?label_type=intent&sheet_id={sheet}",
    "rows of a table": "/catalog/tables/main.help.questions/rows",
    "audit": "/audit/events",
    "audit, an action": "/audit/events?action=label.answer",
    "audit, a word": "/audit/events?text=label",
    "jobs": "/jobs",
    "jobs, failed": "/jobs?status=failed",
    "jobs, a word": "/jobs?search=Export",
}


def measure(*, rows: int, runs: int) -> None:
    """Prints every page's p95 at both sizes, and their ratio."""
    with ExitStack() as stack:
        small, large = (place(stack, count) for count in (SMALL, rows))
        took: dict[tuple[str, int], list[float]] = {(page, at): [] for page in PAGES for at in (SMALL, rows)}
        for turn in range(TURNS * max(1, runs // 2) + 3):
            for page, path in PAGES.items():
                for asked in (small, large):
                    seconds = asked.ask(path)
                    if turn >= 3:  # the first ones warm up
                        took[page, asked.rows].append(seconds)
    figures, bars = [], []
    for page in PAGES:
        p95 = [percentile(took[page, at], 0.95) for at in (SMALL, rows)]
        medians = [percentile(took[page, at], 0.5) for at in (SMALL, rows)]
        extra = {"at": f"{rows:,}", "p95_ms": round(1000 * p95[1], 1), "p95_ms_small": round(1000 * p95[0], 1)}
        figures.append(Figure(page, seconds=[medians[1]], extra=extra))
        bars.append(Bar(f"p95 of {page}", p95[1] / p95[0], 1.5, at_least=False))
        bars.append(Bar(f"median of {page}", medians[1] / medians[0], 1.5, at_least=False))
    show(f"lists: {rows:,} rows against {SMALL:,}", figures, bars)


def place(stack: ExitStack, rows: int) -> Place:
    """A served workbench whose lists have so many rows: pairs and items; half as many labels; audit events and jobs."""
    source, training_sheet = desk.generated(rows)
    home = desk.scratch() / f"lists-{rows}"
    shutil.copytree(source, home)
    fill(home, rows)
    served = stack.enter_context(serving.workbench(home))
    headers = {"Authorization": f"Bearer {(home / 'token').read_text()}"}
    http = stack.enter_context(httpx2.Client(base_url=f"{served.url}/api/v1", headers=headers, timeout=120))
    sheet = http.get("/sheets").raise_for_status().json()["items"][0]["id"]
    return Place(http, rows, str(training_sheet), sheet)


def fill(home: Path, rows: int) -> None:
    """Audit events and finished jobs, as a workbench of some years has them."""
    opened = desk.open_desk(home)
    actor, moment = opened.studio.owner, now() - timedelta(days=1)
    events, jobs = (Base.metadata.tables[name] for name in ("audit_event", "job"))
    told: dict[str, Any] = {
        "at": moment, "workspace_id": actor.workspace_id, "actor_id": actor.id, "actor_name": actor.name,
        "subject_kind": "pair", "details": {"number": 1},
    }  # fmt: skip
    did: dict[str, Any] = {
        "workspace_id": actor.workspace_id, "kind": "exports.export", "title": "Export questions", "done": 10,
        "subject_kind": "training_sheet", "arguments": {}, "checkpoint": {}, "unit": "pairs", "failures": 0,
        "attempt": 1, "done_before_attempt": 0, "cancel_requested": False, "created_by": actor.id,
        "created_by_name": actor.name, "created_at": moment, "started_at": moment, "finished_at": moment,
        "changed_at": moment,
    }  # fmt: skip
    for start in range(0, rows, CHUNK):
        numbers = range(start, min(rows, start + CHUNK))
        actions = ["label.answer" if n % 2 else "pair.approve" for n in numbers]
        ends = ["failed" if n % 10 == 0 else "succeeded" for n in numbers]
        with opened.studio.backends.database.begin() as session:
            _write(session, events, told, {"action": actions}, len(numbers))
            _write(session, jobs, did, {"status": ends}, len(numbers))
    opened.close()


def _write(session: Any, table: Table, same: dict[str, Any], own: dict[str, list[Any]], count: int) -> None:
    ids = [new_id() for _ in range(count)]
    insert_columns(session, table, {"id": ids, **{name: [value] * count for name, value in same.items()}, **own})
