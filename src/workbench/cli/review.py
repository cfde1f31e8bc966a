"""`workbench review`: the queue, decisions on pairs, undo, bulk, and the training sheet as a whole."""

import json
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from workbench.cli import names, reviewing
from workbench.cli.frame import Limit, Yes, confirm, fixing, noun, read_json, verb
from workbench.cli.pair_filters import By, Failed, Find, Least, Most, Origin, Outdated, Stale, Status, pair_filter
from workbench.cli.progress import follow
from workbench.cli.show import Listing, Said, columns
from workbench.kernel.errors import Conflict

if TYPE_CHECKING:
    from workbench.features.review.schemas import ReviewedPair
    from workbench.sdk import Workbench

app = noun("The queue, decisions on pairs, undo, bulk, and the training sheet as a whole.")

Name = Annotated[str, typer.Argument(help="The training sheet's name or id.", metavar="TRAINING_SHEET")]
PairId = Annotated[UUID, typer.Argument(help="The pair's id.", metavar="PAIR", parser=names.an_id(names.PAIRS))]
Notes = Annotated[str | None, typer.Option(help="Notes on the pair.")]
Sureness = Annotated[str | None, typer.Option(help="How sure: high, medium or low.")]
Value = Annotated[str | None, typer.Option(help="The right answer: a class, a text, or JSON.")]
Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="Wait for it, showing its progress.")]
ACTIONS = columns("at who=actor_name did=kind item_ref pair=pair_id undone")


@verb(app, "start")
def start_review(
    wb: "Workbench",
    training_sheet: Name,
    status: Status = None,
    origin: Origin = None,
    stale: Stale = None,
    search: Find = None,
    least: Least = None,
    most: Most = None,
) -> Said:
    """Review pair after pair in the terminal."""
    sheet = names.training_sheet(wb, training_sheet)
    wanted = pair_filter(wb, status=status, origin=origin, stale=stale, search=search, least=least, most=most)
    return reviewing.loop(wb, sheet.id, wanted)


@verb(app, "next")
def claim_pairs(
    wb: "Workbench",
    training_sheet: Name,
    n: Annotated[int, typer.Option("-n", min=1, max=5, help="How many.")] = 1,
    after: Annotated[int | None, typer.Option(help="Begin behind this position.")] = None,
    status: Status = None,
    search: Find = None,
) -> Listing:
    """Claim the next pairs to review; nobody else gets them meanwhile."""
    wanted = pair_filter(wb, status=status, search=search)
    claimed = wb.review.next(names.training_sheet(wb, training_sheet).id, n=n, filter=wanted, after=after)
    ends = {"done": "Nothing left to review.", "held": f"Only pairs held by others ({claimed.held})."}
    return Listing(
        claimed.pairs, columns("position item_ref id until=claimed_until"), ends.get(claimed.state.value, "")
    )


@verb(app, "release")
def release_pairs(
    wb: "Workbench",
    training_sheet: Name,
    pair: Annotated[
        list[UUID] | None,
        typer.Argument(help="Pairs; all of yours when absent.", metavar="[PAIR]...", parser=names.an_id(names.PAIRS)),
    ] = None,
    member: Annotated[str | None, typer.Option(help="Release what this member holds, as a lead.")] = None,
) -> Any:
    """Give claimed pairs back to the queue."""
    who = names.find(lambda _: wb.members.list(), member, "member").id if member else None
    return wb.review.release(names.training_sheet(wb, training_sheet).id, pair or None, actor_id=who)


@verb(app, "hold")
def hold_pairs(
    wb: "Workbench",
    training_sheet: Name,
    pair: Annotated[list[UUID], typer.Argument(help="Pairs.", parser=names.an_id(names.PAIRS))],
) -> Any:
    """Hold claimed pairs longer."""
    return wb.review.hold(names.training_sheet(wb, training_sheet).id, pair)


@verb(app, "claims")
def list_claims(wb: "Workbench", training_sheet: Name) -> Listing:
    """Who holds which pair now."""
    found = wb.review.claims(names.training_sheet(wb, training_sheet).id)
    return Listing(found, columns("who=actor_name position item_ref until=claimed_until"), "Nobody holds a pair.")


@verb(app, "show")
def show_pair(wb: "Workbench", pair: PairId) -> Any:
    """Everything there is to see of a pair: item, prompt, answer, what it may be used for."""
    from workbench.cli.show import Text

    found = wb.review.pair(pair)
    return Text(reviewing.drawn(found), found)


@verb(app, "history")
def list_history(wb: "Workbench", pair: PairId, limit: Limit = 50) -> Listing:
    """What was done to a pair, newest first."""
    return Listing(wb.review.history(pair).take(limit), ACTIONS, "Nothing yet.")


@verb(app, "approve")
def approve_pair(wb: "Workbench", pair: PairId, confidence: Sureness = None, notes: Notes = None) -> Said:
    """The answer is right; it becomes the item's canonical label."""
    fields = _given(confidence=confidence, notes=notes)
    return _done(wb.review.approve(pair, version=_seen(wb, pair), **fields))


@verb(app, "edit")
def edit_pair(
    wb: "Workbench",
    pair: PairId,
    value: Value = None,
    messages: Annotated[str | None, typer.Option(help="File with the prompt's turns as JSON; `-` reads input.")] = None,
    approve: Annotated[bool, typer.Option("--approve/--no-approve", help="Also approve the result.")] = True,
    confidence: Sureness = None,
    notes: Notes = None,
) -> Said:
    """Correct the answer or the prompt, and approve the result."""
    detail = wb.review.pair(pair)
    fields = _given(confidence=confidence, notes=notes)
    if value is not None:
        fields["value"] = reviewing.answer(detail.form, value)
    if messages is not None:
        fields["messages"] = read_json(messages)
    return _done(wb.review.edit(pair, version=detail.version, approve=approve, **fields))


@verb(app, "reject")
def reject_pair(
    wb: "Workbench",
    pair: PairId,
    unlabelable: Annotated[
        bool, typer.Option("--unlabelable", help="Nobody can answer this item: keep it away.")
    ] = False,
    notes: Notes = None,
) -> Said:
    """The pair is not used."""
    return _done(wb.review.reject(pair, version=_seen(wb, pair), unlabelable=unlabelable, **_given(notes=notes)))


@verb(app, "flag")
def flag_pair(wb: "Workbench", pair: PairId, notes: Notes = None) -> Said:
    """The pair waits for somebody else."""
    return _done(wb.review.flag(pair, version=_seen(wb, pair), notes=notes))


@verb(app, "reset")
def reset_pair(wb: "Workbench", pair: PairId, notes: Notes = None) -> Said:
    """The pair is unlabeled again; the canonical label stays."""
    return _done(wb.review.reset(pair, version=_seen(wb, pair), notes=notes))


@verb(app, "note")
def note_pair(wb: "Workbench", pair: PairId, notes: Annotated[str, typer.Argument(help="The notes.")]) -> Said:
    """Write a pair's notes."""
    return _done(wb.review.note(pair, notes, version=_seen(wb, pair)))


@verb(app, "save-draft")
def save_draft(wb: "Workbench", pair: PairId, value: Value = None, notes: Notes = None) -> Any:
    """Keep an unfinished answer."""
    detail = wb.review.pair(pair)
    content = _given(notes=notes)
    if value is not None:
        content["value"] = reviewing.answer(detail.form, value)
    return wb.review.save_draft(pair, content, version=detail.draft.version if detail.draft else None)


@verb(app, "discard-draft")
def discard_draft(wb: "Workbench", pair: PairId) -> Said:
    """Forget an unfinished answer."""
    wb.review.discard_draft(pair)
    return Said("The draft is gone.")


@verb(app, "undo")
def undo(wb: "Workbench", training_sheet: Name) -> Said:
    """Take back your newest action, and what it wrote into the canonical label."""
    return _done(wb.review.undo(names.training_sheet(wb, training_sheet).id))


@verb(app, "redo")
def redo(wb: "Workbench", training_sheet: Name) -> Said:
    """Do again what you undid last."""
    return _done(wb.review.redo(names.training_sheet(wb, training_sheet).id))


@verb(app, "actions")
def list_actions(
    wb: "Workbench",
    training_sheet: Name,
    kind: Annotated[str | None, typer.Option(help="Only actions of this kind, such as approve.")] = None,
    limit: Limit = 50,
) -> Listing:
    """What was done in a training sheet, newest first."""
    found = wb.review.actions(names.training_sheet(wb, training_sheet).id, kind=kind)
    return Listing(found.take(limit), ACTIONS, "Nothing yet.")


@verb(app, "bulk")
def decide_in_bulk(
    wb: "Workbench",
    training_sheet: Name,
    action: Annotated[str, typer.Argument(help="approve, reject, flag or reset.")],
    status: Status = None,
    origin: Origin = None,
    stale: Stale = None,
    failed: Failed = None,
    outdated: Outdated = None,
    search: Find = None,
    least: Least = None,
    most: Most = None,
    by: By = None,
    notes: Notes = None,
    yes: Yes = False,
    wait: Wait = True,
) -> Any:
    """Decide the same for every pair that matches, not only those on a page."""
    from workbench.features.review.schemas import BulkAction
    from workbench.sdk.words import word

    decision = word(BulkAction, action)  # before anybody is asked whether to
    sheet = names.training_sheet(wb, training_sheet)
    wanted = pair_filter(
        wb, status=status, origin=origin, stale=stale, failed=failed, outdated=outdated, search=search, least=least,
        most=most, by=by,
    )  # fmt: skip
    matching = wb.review.estimate(sheet.id, wanted).matching
    confirm(f"{decision} {matching} pairs of {sheet.name}?", yes)
    job = wb.review.decide_in_bulk(sheet.id, decision, wanted, notes=notes, expected=matching)
    return follow(wb, job, wait)


@verb(app, "undo-bulk")
def undo_bulk(
    wb: "Workbench",
    job: Annotated[UUID, typer.Argument(help="The bulk job's id.", parser=names.an_id("workbench jobs list"))],
    wait: Wait = True,
) -> Any:
    """Take back what a bulk job did."""
    return follow(wb, wb.review.undo_bulk(job), wait)


@verb(app, "progress")
def show_progress(wb: "Workbench", training_sheet: Name) -> Said:
    """Where the review stands."""
    found = wb.review.progress(names.training_sheet(wb, training_sheet).id)
    counts = found.counts
    waiting = f"{counts.unlabeled} unlabeled, {counts.rejected} rejected, {counts.flagged} flagged"
    done = f"{counts.labeled} / {counts.total} labeled, {counts.reused} from canonical labels"
    return Said(f"{done}; {found.to_review} to review: {waiting}; {found.held} with reviewers.", found)


@verb(app, "reviewers")
def list_reviewers(wb: "Workbench", training_sheet: Name) -> Listing:
    """Who decided how much."""
    found = wb.review.reviewers(names.training_sheet(wb, training_sheet).id)
    return Listing(found, columns("reviewer labeled rejected flagged"), "Nobody yet.")


@verb(app, "outdated")
def count_outdated(wb: "Workbench", training_sheet: Name) -> Any:
    """How many labeled pairs lag behind their canonical label."""
    return wb.review.outdated(names.training_sheet(wb, training_sheet).id)


@verb(app, "refresh")
def refresh(wb: "Workbench", training_sheet: Name, wait: Wait = True) -> Any:
    """Let every pair follow its item's canonical label."""
    return follow(wb, wb.review.refresh(names.training_sheet(wb, training_sheet).id), wait)


@verb(app, "approve-all")
def approve_training_sheet(
    wb: "Workbench",
    training_sheet: Name,
    incomplete: Annotated[
        bool, typer.Option("--incomplete", help="Leave out pairs that still wait, on purpose.")
    ] = False,
) -> Any:
    """Approve the training sheet as a whole."""
    found = names.training_sheet(wb, training_sheet)
    with fixing(Conflict, incomplete="Decide them, or leave them out with `--incomplete`."):
        return wb.review.approve_training_sheet(found.id, version=found.version, incomplete=incomplete)


@verb(app, "reopen")
def reopen_training_sheet(wb: "Workbench", training_sheet: Name) -> Any:
    """Take the approval of a training sheet back."""
    found = names.training_sheet(wb, training_sheet)
    return wb.review.reopen_training_sheet(found.id, version=found.version)


def _seen(wb: "Workbench", pair: UUID) -> int:
    return wb.review.pair(pair).version


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _done(pair: "ReviewedPair") -> Said:
    value = "" if pair.value is None else f": {json.dumps(pair.value, ensure_ascii=False)}"
    counts = pair.counts
    return Said(f"{pair.item_ref} is {pair.status.value}{value}  ({counts.labeled}/{counts.total} labeled)", pair)
