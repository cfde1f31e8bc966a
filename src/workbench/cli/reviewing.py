"""Reviewing pair after pair in a terminal: the same keys as in the browser."""

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

import typer

from workbench.cli import show
from workbench.cli.show import Said

if TYPE_CHECKING:
    from workbench.features.generation.schemas import PairFilter
    from workbench.features.labels.schemas import LabelsetVersion
    from workbench.features.review.schemas import PairDetail
    from workbench.sdk import Workbench

KEYS = "[a]pprove  [e]dit  [r]eject  [u]nlabelable  [f]lag  [s]kip  [z] undo  [q]uit"


def loop(wb: "Workbench", training_sheet_id: UUID, filter: "PairFilter") -> Said:
    """Claims, shows and decides until the queue is empty or the reviewer stops; gives back what was not decided."""
    from workbench.sdk import WorkbenchError

    after: int | None = None
    decided = 0
    while True:
        claimed = wb.review.next(training_sheet_id, filter=filter, after=after)
        if not claimed.pairs:
            held = f"; {claimed.held} are with other reviewers" if claimed.held else ""
            return Said(f"Nothing left to review{held}. You decided {decided}.", {"decided": decided})
        pair = wb.review.pair(claimed.pairs[0].id)
        typer.echo("\n" + drawn(pair, numbered=True))
        key = typer.prompt(KEYS, default="a").strip()
        if key == "q":
            wb.review.release(training_sheet_id)
            return Said(f"You decided {decided}.", {"decided": decided})
        if key == "s":
            wb.review.release(training_sheet_id, [pair.id])
            after = pair.position
            continue
        try:
            if key == "z":
                wb.review.undo(training_sheet_id)
                decided -= 1
                continue
            _decide(wb, pair, key)
        except WorkbenchError as error:
            show.error(error, json_output=False)
            continue
        decided += 1


def drawn(pair: "PairDetail", *, numbered: bool = False) -> str:
    """A pair as a terminal shows it: where it stands, its item, its prompt, its answer, its badges, its classes."""
    counts = pair.training_sheet.counts
    lines = [f"── {pair.item_ref}  {pair.status.value}  ({counts.labeled}/{counts.total} labeled)"]
    lines += [f"   {badge.text}" for badge in pair.badges]
    for message in pair.messages:
        lines.append(f"[{message['role']}] {_content(message['content'])}")
    if pair.rendered is not None:
        sure = f" ({pair.model_confidence:.0%} sure)" if pair.model_confidence is not None else ""
        lines.append(f"[answer] {pair.rendered}{sure}")
    if pair.problem:
        lines.append(f"[problem] {pair.problem.get('detail') or pair.problem}")
    if pair.form.classes:
        numbers = {id: f"{number}:" for number, id in _numbers(pair.form).items()} if numbered else {}
        lines.append("  ".join(numbers.get(each.id, "") + each.name for each in pair.form.classes))
    return "\n".join(lines)


def answer(form: "LabelsetVersion", text: str) -> Any:
    """The answer that a person typed: the name or id of a class, JSON, or plain text."""
    if form.classes and not form.kind.startswith("multi"):
        return form.class_ids.get(text.strip().casefold(), text)
    if form.classes:
        return [form.class_ids.get(part.strip().casefold(), part.strip()) for part in text.split(",")]
    if form.kind == "text":
        return text
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _numbers(form: "LabelsetVersion") -> dict[str, str]:
    """The class behind each number that may be typed for it; none where a class is itself called by a number."""
    if form.kind.startswith("multi") or any(name.isdigit() for name in form.class_ids):
        return {}
    return {str(number): each.id for number, each in enumerate(form.classes, start=1)}


def _decide(wb: "Workbench", pair: "PairDetail", key: str) -> None:
    if key == "a":
        wb.review.approve(pair.id, version=pair.version)
    elif key in ("r", "u"):
        wb.review.reject(pair.id, version=pair.version, unlabelable=key == "u")
    elif key == "f":
        wb.review.flag(pair.id, version=pair.version, notes=typer.prompt("why", default="") or None)
    else:
        text = typer.prompt("answer", default=pair.rendered or "") if key == "e" else key
        value = _numbers(pair.form).get(text) or answer(pair.form, text)
        wb.review.edit(pair.id, version=pair.version, value=value)


def _content(content: Any) -> str:
    if isinstance(content, str):
        return content
    return " ".join(part.get("text") or f"<{part.get('type', 'part')}>" for part in content)
