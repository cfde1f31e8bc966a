"""The bounded Jinja2 that prompts are rendered in.

Jinja2's own sandbox keeps a template away from Python; it does not keep it from looping for ever or from building
a text of a gigabyte in one step. Here every loop turn, filter and call spends from the rendering's budget, the more
the larger its result, and whatever can grow a text in one step checks the room first. No signals and no processes,
so the bound holds in any thread. What a template may say at all is checked before, in `prompts.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from datetime import time as time_of_day
from decimal import Decimal
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

import orjson
from jinja2 import StrictUndefined, pass_context
from jinja2.filters import FILTERS
from jinja2.runtime import Context, LoopContext, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

MAX_OUTPUT = 200_000  # characters of one rendered prompt, and of any text built on the way
MAX_RANGE = 10_000  # numbers of one `range`
MAX_STEPS = 100_000  # of one rendering: loop turns, filters, calls, and one more for each 100 characters they give
MAX_SECONDS = 2.0  # of one rendering
MAX_DIGITS = 30  # that a number is rounded to: each one is a factor of ten to compute with
BUDGET = "the budget of this rendering"  # no name that a template can say, nor the four below
TURNS, CONCAT, SLICE, IMAGE = "the turns of a loop", "texts side by side", "a slice", "an image"
IMAGE_START, IMAGE_END = "\ue000", "\ue001"  # stand around an image's number in rendered text; never come from data

METHODS: dict[type, frozenset[str]] = {
    str: frozenset({"upper", "lower", "title", "capitalize", "strip", "lstrip", "rstrip", "split", "splitlines",
                    "startswith", "endswith", "isdigit"}),
    dict: frozenset({"items", "keys", "values", "get"}),
    datetime: frozenset({"isoformat", "date", "hour", "minute", "second"}),
    date: frozenset({"isoformat", "year", "month", "day"}),
    time_of_day: frozenset({"isoformat", "hour", "minute", "second"}),
    LoopContext: frozenset({"index", "index0", "first", "last", "length", "revindex", "revindex0"}),
}  # fmt: skip
CALLABLE = frozenset().union(*METHODS.values())

PLAIN_FILTERS = (
    "abs", "capitalize", "count", "d", "default", "dictsort", "first", "float", "int", "items", "last", "length",
    "list", "lower", "map", "max", "min", "reject", "rejectattr", "reverse", "select", "selectattr", "sort", "title",
    "trim", "truncate", "unique", "upper", "wordcount",
)  # fmt: skip


# tuples, made once: a union in `isinstance` is made anew for each of a million values
FUNCTIONS = (FunctionType, BuiltinFunctionType, MethodType)
STRUCTURES = (dict, list, tuple)


class TooMuchWork(Exception):
    """The rendering was cut because it takes too many steps, too long, or too much room."""


class Budget:
    """What one rendering may still spend, the `files` it may show as images, and those it has shown so far."""

    __slots__ = ("deadline", "files", "images", "steps")

    def __init__(self, files: Collection[str] = ()) -> None:
        self.steps = MAX_STEPS
        self.deadline = time.monotonic() + MAX_SECONDS
        self.files = files
        self.images: list[str] = []

    def spend(self, result: Any = None) -> None:
        """One step, and more for a large result. Raises `TooMuchWork` when no step or no time is left."""
        self.steps -= 1 + (len(result) // 100 if isinstance(result, str | list | range) else 0)
        if self.steps < 0:
            raise TooMuchWork(f"it takes more than {MAX_STEPS:,} steps")
        if time.monotonic() > self.deadline:
            raise TooMuchWork(f"it takes more than {MAX_SECONDS:g} seconds")


class ImageMark(str):
    """Where an image stands in rendered text; only `image` makes one."""

    __slots__ = ()


class PromptEnvironment(ImmutableSandboxedEnvironment):
    """The environment of every prompt; one for the process, since it holds nothing of a rendering."""

    intercepted_binops = frozenset({"+", "*", "%"})

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, finalize=finalize, keep_trailing_newline=True, cache_size=0)
        self.globals.clear()
        own = {"join": _join, "replace": _replace, "round": _round, "string": as_text, "sum": _sum, "tojson": as_json}
        own |= {CONCAT: _concat, SLICE: _slice}
        plain = {name: FILTERS[name] for name in PLAIN_FILTERS}
        self.filters = {name: _counted(function) for name, function in (plain | own).items()}
        self.filters |= {TURNS: _turns, IMAGE: _image}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Only the methods above, on the types above; fields of data are items and not attributes."""
        return any(isinstance(obj, kind) and attr in names for kind, names in METHODS.items())

    def is_safe_callable(self, obj: Any) -> bool:
        """`range`, and what `is_safe_attribute` let through."""
        return obj is bounded_range or self.is_safe_attribute(
            getattr(obj, "__self__", None), getattr(obj, "__name__", ""), obj
        )

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A field of an object before its methods, so that a column named `items` can be read."""
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def call(__self, __context: Context, __obj: Any, *arguments: Any, **named: Any) -> Any:  # Jinja2's own signature
        """Calls what is safe to call, and spends."""
        result = super().call(__context, __obj, *arguments, **named)
        __context.parent[BUDGET].spend(result)
        return result

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """`+` adds numbers or joins texts, `*` and `%` take numbers: on anything else they could grow without bound."""
        if _are_numbers(left, right):
            return super().call_binop(context, operator, left, right)
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            return _concat([left, right])
        raise TypeError(f"`{operator}` does not work on {kind_of(left)} and {kind_of(right)}")


def as_text(value: Any) -> str:
    """How a value reads in a prompt: nothing for null, compact JSON for objects and lists, else its usual text."""
    if value is None:
        return ""
    if isinstance(value, FUNCTIONS):
        raise TypeError("a function is no text")
    return as_json(value) if isinstance(value, STRUCTURES) else str(value)


def as_json(value: Any) -> str:
    """A value as compact JSON; decimals and dates as text."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_NON_STR_KEYS).decode()


def finalize(value: Any) -> str:
    """What `{{ value }}` writes. Raises `TooMuchWork` on a text longer than a prompt may be."""
    if type(value) is ImageMark:
        return value
    text = value if type(value) is str else as_text(value)
    _require_room(len(text))
    if IMAGE_START in text:
        text = text.replace(IMAGE_START, "").replace(IMAGE_END, "")
    return text


def kind_of(value: Any) -> str:
    """What a value is, in words for an error."""
    names = {str: "a text", dict: "an object", list: "a list", type(None): "an empty field"}
    return names.get(type(value), f"a {type(value).__name__}")


def bounded_range(*arguments: int) -> range:
    """`range`, of at most `MAX_RANGE` numbers."""
    numbers = range(*arguments)
    if numbers and abs(numbers[-1] - numbers[0]) // abs(numbers.step) >= MAX_RANGE:
        raise TooMuchWork(f"a range has more than {MAX_RANGE:,} numbers")
    return numbers


class _Turns(list[Any]):
    """The values a loop runs over; running over them spends. A list, so that `loop.length` needs no second pass."""

    budget: Budget

    def __iter__(self) -> Iterator[Any]:
        for value in super().__iter__():
            self.budget.spend()
            yield value


def _require_room(length: int) -> None:
    if length > MAX_OUTPUT:
        raise TooMuchWork(f"it builds a text longer than {MAX_OUTPUT:,} characters")


def _are_numbers(*values: Any) -> bool:
    if not all(isinstance(value, int | float | Decimal) for value in values):
        return False
    if any(abs(value) > 1e30 for value in values):
        raise TooMuchWork("a number grows beyond 1e30")
    return True


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return str(value) if isinstance(value, Decimal | Undefined) else list(value)


def _counted(function: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, spending for each call."""
    passes = getattr(function, "jinja_pass_arg", None)

    @pass_context
    def counted(context: Context, *arguments: Any, **named: Any) -> Any:
        if passes is not None:
            own = {"context": context, "eval_context": context.eval_ctx, "environment": context.environment}
            arguments = (own[passes.name], *arguments)
        result = function(*arguments, **named)
        context.parent[BUDGET].spend(result)
        return result

    return counted


@pass_context
def _turns(context: Context, values: Any) -> _Turns:
    if isinstance(values, str):
        raise TypeError("a loop cannot run over a text")
    turns = _Turns(() if values is None else values)
    turns.budget = context.parent[BUDGET]
    return turns


@pass_context
def _image(context: Context, file: Any) -> str:
    if not file:
        return ""
    if not isinstance(file, str):
        raise TypeError(f"`image` takes one file, and this is {kind_of(file)}")
    budget: Budget = context.parent[BUDGET]
    if file not in budget.files:  # a text that looks like a file's name would show files that nobody checked
        raise TypeError("`image` shows files of the item alone")
    budget.images.append(file)
    return ImageMark(f"{IMAGE_START}{len(budget.images) - 1}{IMAGE_END}")


def _concat(values: Iterable[Any]) -> str:
    return _join(values)


def _join(values: Iterable[Any], separator: str = "", attribute: str | None = None) -> str:
    parts = [value.get(attribute) if attribute and isinstance(value, dict) else value for value in values]
    texts = [as_text(part) for part in parts]
    _require_room(sum(map(len, texts)) + len(separator) * len(texts))
    return separator.join(texts)


def _replace(text: Any, old: str, new: str) -> str:
    text = as_text(text)
    _require_room(len(text) + text.count(old) * len(new))
    return str(text.replace(old, new))


def _round(value: Any, precision: int = 0, method: str = "common") -> Any:
    if not isinstance(precision, int) or abs(precision) > MAX_DIGITS:
        raise TooMuchWork(f"it rounds to more than {MAX_DIGITS} digits")
    return FILTERS["round"](value, precision, method)


def _sum(values: Iterable[Any], attribute: str | None = None) -> Any:
    total: Any = 0
    for value in values:
        number = value.get(attribute) if attribute and isinstance(value, dict) else value
        if number is None:
            continue
        if not _are_numbers(number, total):
            raise TypeError(f"`sum` does not work on {kind_of(number)}")
        total += number
    return total


def _slice(value: Any, start: int | None, stop: int | None, step: int | None) -> Any:
    return value[start:stop:step]
