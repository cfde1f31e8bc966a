"""The keys in the experts' guide are those of the web app, no more and no fewer."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
BINDING = re.compile(
    r"'(?P<name>[\w.]+)': \{\s*keys: \[(?P<keys>[^\]]+)\],\s*group: '(?P<group>[^']+)',\s*does: '(?P<does>[^']+)'"
)
QUOTED = re.compile(r"'([^']+)'")
SPOKEN = {"mod": "Ctrl", "shift": "Shift", "arrowdown": "↓", "arrowup": "↑", "escape": "Esc", "enter": "Enter"}
CLASSES = "| `1` … `9` | Pick a class by its number |"


def spoken(key: str) -> str:
    parts = [key] if key == "+" else key.split("+")
    return "`" + "+".join(SPOKEN.get(part, part.upper() if len(part) == 1 else part) for part in parts) + "`"


def test_the_table_of_keys_is_current() -> None:
    source = (ROOT / "web/src/lib/keys.ts").read_text()
    bound = source[source.index("const defaults") : source.index("} satisfies")]
    found = list(BINDING.finditer(bound))
    assert len(found) == bound.count("keys:"), "a binding is written in a way that this test does not read"
    wanted = [
        f"| {' or '.join(map(spoken, QUOTED.findall(one['keys'])))} | {one['does']} |"
        for one in found
        if not re.fullmatch(r"class\.\d", one["name"])
    ]
    page = (ROOT / "docs/guide/expert.md").read_text().partition("## Keys")[2].partition("\n## ")[0]
    shown = [line for line in page.splitlines() if line.startswith("| `")]
    assert sorted(shown) == sorted([*wanted, CLASSES])
