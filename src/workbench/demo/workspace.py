"""Fills a workspace with the three stories and says what there is to try."""

from __future__ import annotations

import tempfile
from pathlib import Path

from workbench.demo import factory, flowers, medical
from workbench.demo.making import Say
from workbench.sdk import Workbench

TOUR = """\
Five steps to try:
  1  Data → Medical invoices: 500 invoices with their PDF; the columns that name a patient are tagged PHI.
  2  Label → Urgency of January: 150 answers came from labels, half of the rest is reviewed.
  3  Generate → Urgency of January: duplicate it, with a better template if you like; nothing you decided comes back.
  4  Generate → Fields of January: open a pair and ask why it may not train a model.
  5  Generate → Iris species: it is approved; its export says where every line comes from."""


def fill(wb: Workbench, say: Say) -> None:
    """Makes what is not there yet, story by story. `say` is told what is being made, one short line at a time."""
    with tempfile.TemporaryDirectory(prefix="workbench-demo-") as scratch:
        folder = Path(scratch)
        for story, title in ((flowers, "iris flowers"), (factory, "circuit boards"), (medical, "medical invoices")):
            if not story.is_made(wb):
                say(f"Making {title} …")
                story.make(wb, folder)
