"""`python -m bench [name …] [--rows N] [--runs N] [--quick]`: runs the measurements and prints their ratios."""

from __future__ import annotations

import argparse
from importlib import import_module

NAMES = ("startup", "generation", "queue", "lists", "api", "exports", "fanout", "joins")


def main() -> None:
    """Runs what was asked for, one after the other, never side by side with something else."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *NAMES], help="which measurements; all when none is named")
    parser.add_argument("--rows", type=int, default=1_000_000, help="pairs in the large runs")
    parser.add_argument(
        "--quick", action="store_true", help="a tenth of the rows and one run: a smoke test, not a figure"
    )
    parser.add_argument("--runs", type=int, default=3, help="how often each side is measured; medians are shown")
    options = parser.parse_args()
    rows = options.rows // 10 if options.quick else options.rows
    for name in options.names or NAMES:
        import_module(f"bench.{name}").measure(rows=rows, runs=1 if options.quick else options.runs)


if __name__ == "__main__":
    main()
