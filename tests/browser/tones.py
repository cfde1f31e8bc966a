"""Six invented questions whose tone is to be told, and how a test reads where it stands among them."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

from workbench.demo import making
from workbench.features.sheets.schemas import Sheet
from workbench.sdk import Workbench

QUESTIONS = ["Where is my parcel?", "It arrived broken!", "Please send another.", "Is it blue?", "No.", "Thank you."]
TONES = [{"id": name, "name": name} for name in ("question", "complaint", "request", "other")]


def asked(wb: Workbench, name: str, sheet: Sheet, user_prompt: str) -> str:
    """Makes a training sheet of unanswered questions about a sheet, with a label type of its own, and gives its id."""
    making.labelset(wb, name, "classification", f"Tone {name}", classes=TONES, instructions="Judge the words.")
    prompt = making.template(wb, f"Ask {name}", label_type=name, user_prompt=user_prompt)
    return str(making.training_sheet(wb, f"Tones of {name}", sheet, prompt, "manual").id)


def shown_item(page: Page) -> Locator:
    """The name of the item on the screen."""
    return page.get_by_role("region", name="Answer").get_by_role("heading").first
