"""What the product depends on is written down with its reason, and nothing that ships has a licence that forbids it."""

from __future__ import annotations

import json
import re
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
DECISION = ROOT / "docs/decisions/0017-dependencies.md"
PERMISSIVE = re.compile(r"MIT|BSD|APACHE|ISC|PSF|PYTHON SOFTWARE|MPL|MOZILLA|LGPL|ZLIB|CC0|UNLICENSE|HPND")
FORBIDDEN = re.compile(r"(?<!L)GPL|GENERAL PUBLIC|SSPL|BUSL")
ELSEWHERE = {"CC-BY-4.0", "OFL-1.1"}  # data and fonts, not code


def direct() -> list[Requirement]:
    """The Python packages that the product asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return [Requirement(each) for each in project["dependencies"]]


def shipped() -> set[str]:
    """Those and everything that they bring along on this system."""
    waiting, seen = direct(), set()
    while waiting:
        asked = waiting.pop()
        name = asked.name.lower().replace("_", "-")
        for extra in ("", *asked.extras):
            if (name, extra) not in seen:
                seen.add((name, extra))
                needed = [Requirement(each) for each in distribution(name).requires or []]
                waiting += [each for each in needed if not each.marker or each.marker.evaluate({"extra": extra})]
    return {name for name, _ in seen}


def licence(name: str) -> str:
    """How a package says it is licensed: in the classifiers, else in a field of its own."""
    told = distribution(name).metadata
    classified = [each.split("::")[-1] for each in told.get_all("Classifier") or [] if each.startswith("License")]
    return told.get("License-Expression") or " ".join(classified) or (told.get("License") or "").split("\n")[0]


def is_permissive(text: str) -> bool:
    """Whether a licence is one of those that may ship. Of several that are offered, one is enough."""
    offered = text.upper().replace("LESSER GENERAL PUBLIC", "LGPL").split(" OR ")
    return any(PERMISSIVE.search(each) and not FORBIDDEN.search(each) for each in offered)


def test_every_dependency_has_its_reason() -> None:
    told = DECISION.read_text()
    web = json.loads((ROOT / "web/package.json").read_text())["dependencies"]
    names = [*(each.name for each in direct()), *web]
    missing = [name for name in names if not re.search(rf"[| ]{re.escape(name)}[, ]", told)]
    assert not missing, f"{DECISION.name} does not say why we depend on these"


def test_python_packages_that_ship_are_permissive() -> None:
    found = {name: licence(name) for name in shipped()}
    assert len(found) > 40, "the walk found what they bring along"
    assert {name: said for name, said in found.items() if not is_permissive(said)} == {}


def test_web_packages_that_ship_are_permissive() -> None:
    packages = json.loads((ROOT / "web/package-lock.json").read_text())["packages"]
    found = {path: each.get("license", "") for path, each in packages.items() if path and not each.get("dev")}
    assert len(found) > 40
    assert {path: said for path, said in found.items() if said not in ELSEWHERE and not is_permissive(said)} == {}


@pytest.mark.parametrize("text", ["GPL-3.0-only", "AGPL-3.0", "GNU General Public License v3", "SSPL-1.0", "", "None"])
def test_what_may_not_ship(text: str) -> None:
    assert not is_permissive(text)


@pytest.mark.parametrize("text", ["MIT", "LGPL-3.0-only", "MPL-2.0 AND (Apache-2.0 OR MIT)", "GPL-2.0 OR MIT"])
def test_what_may_ship(text: str) -> None:
    assert is_permissive(text)
