"""Generation with Hugging Face datasets: map over the table, labels from a dict, written by to_json. No database."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.measure import Watch, report_from_child


def generate(table: str, system: str, prompt: str) -> dict[str, Any]:
    """One pair for each row, as JSON Lines."""
    import datasets
    from jinja2.sandbox import SandboxedEnvironment

    datasets.disable_progress_bars()
    template = SandboxedEnvironment().from_string(prompt)

    def pair(row: dict[str, Any]) -> dict[str, Any]:
        turns = [{"role": "system", "content": system}, {"role": "user", "content": template.render(row)}]
        ref = f"i:{row['id']}"
        return {"item_ref": ref, "messages": turns, "value": labels.get(ref)}

    with tempfile.TemporaryDirectory() as folder:
        rows = datasets.load_dataset("parquet", data_files=table, split="train", cache_dir=folder)
        names = rows.column_names
        labels = {f"i:{n}": "lost" for n in range(0, rows.num_rows, 2)}
        watch = Watch()
        pairs = rows.map(pair, remove_columns=names)
        pairs.to_json(str(Path(folder) / "pairs.jsonl"))
        return {**watch.read(), "pairs": pairs.num_rows}


if __name__ == "__main__":
    report_from_child(lambda: generate(*sys.argv[2:]))
