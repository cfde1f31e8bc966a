"""Prompts: compiled once, rendered for each item.

A rendered prompt is a list of turns in the shape every chat model speaks: `{"role", "content"}`, where content is a
text, or parts when images stand in it. An image part names its file (`{"url": "/Volumes/…"}`); whoever sends or
exports the prompt reads the bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import Template, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError

from workbench.features.templates import elements, grammar, sandbox
from workbench.features.templates.sandbox import BUDGET, Budget, PromptEnvironment, TooMuchWork
from workbench.kernel.errors import Invalid

MAX_SOURCE = 50_000  # characters of one prompt's source
GLOBALS = {"range": sandbox.bounded_range}
ENVIRONMENT = PromptEnvironment()
MARK = re.compile(f"{sandbox.IMAGE_START}(\\d+){sandbox.IMAGE_END}")

Turn = dict[str, Any]


class PromptFailed(Invalid):
    """The prompt cannot be rendered for this item."""


class Prompt:
    """A compiled system prompt and user prompt.

    `variables` are the item fields it reads (`front`, or `invoice.amount` for one field of an object), sorted;
    `image_fields` those among them that it shows to the model as images; `element_fields` what it reads of the elements
    of its lists, such as `("lines", "amount")`.
    """

    def __init__(self, system_prompt: str, user_prompt: str) -> None:
        sources = [("system", Source(system_prompt, "system_prompt")), ("user", Source(user_prompt, "user_prompt"))]
        self._turns = [(role, source) for role, source in sources if not source.is_empty]
        self.variables = sorted({name for _, source in sources for name in source.variables})
        self.image_fields = sorted({name for _, source in sources for name in source.image_fields})
        self.element_fields = sorted({pair for _, source in sources for pair in source.element_fields})

    def render(self, item: Mapping[str, Any]) -> list[Turn]:
        """The turns for one item's fields. Raises `PromptFailed` naming the variable or the bound at fault."""
        return [{"role": role, "content": source.render(item)} for role, source in self._turns]


@lru_cache(maxsize=512)
def compiled(system_prompt: str, user_prompt: str) -> Prompt:
    """The compiled prompt, made once for the same text. Raises `Invalid` naming prompt and line at fault."""
    if not user_prompt.strip():
        raise Invalid("The user prompt is empty.", field="user_prompt", fix="Write what the model is to be asked.")
    return Prompt(system_prompt, user_prompt)


class Source:
    """One Jinja2 text, checked and compiled. `field` is the name it has in errors."""

    def __init__(self, source: str, field: str) -> None:
        self.field = field
        self.is_empty = not source.strip()
        if len(source) > MAX_SOURCE:
            raise Invalid(f"The prompt is longer than {MAX_SOURCE:,} characters.", field=field, fix="Shorten it.")
        source = source.replace(sandbox.IMAGE_START, "").replace(sandbox.IMAGE_END, "")
        try:
            tree = ENVIRONMENT.parse(source)
            naming = grammar.Naming(tree)
            tree = naming.visit(tree)
            self._named = naming.fields
            grammar.check(tree, ENVIRONMENT.filters, ENVIRONMENT.tests, field)
            variables, images = grammar.reads(tree)
            self.variables, self.image_fields = (
                {self._spoken(name) for name in variables},
                set(map(self._spoken, images)),
            )
            self.element_fields = {(self._spoken(of), name) for of, name in elements.reads(tree, variables)}
            self._spends = grammar.spends(tree)
            self._straight = grammar.straight(tree)
            code = ENVIRONMENT.compile(grammar.Bounding().visit(tree))
        except TemplateSyntaxError as error:
            message = f"The template cannot be read: {(error.message or 'a syntax error').rstrip('.')}."
            fix = f"A field whose name is no single word is written {{{{ {grammar.ITEM}['its name'] }}}}."
            is_spaced = "end of print statement" in message
            raise Invalid(message, field=field, row=error.lineno, fix=fix if is_spaced else None) from error
        except (RecursionError, MemoryError, SyntaxError) as error:
            raise Invalid("The template is nested too deeply.", field=field, fix="Simplify it.") from error
        except ValueError as error:  # Python reads no number of thousands of digits
            raise Invalid("The template has a number that is too long.", field=field, fix="Shorten it.") from error
        self._template = Template.from_code(ENVIRONMENT, code, dict(GLOBALS))

    def render(self, item: Mapping[str, Any]) -> str | list[dict[str, Any]]:
        """The text for an item's fields, or its parts when images stand in it."""
        if self._named:
            item = {**item, **{name: item[field] for name, field in self._named.items() if field in item}}
        budget = Budget(_files(item, self.image_fields)) if self._spends else None
        try:
            if self._straight is not None and (filled := self._filled_in(item)) is not None:
                return filled
            context = self._template.new_context({**GLOBALS, **item, BUDGET: budget}, shared=True)
            chunks: Iterable[str] = self._template.root_render_func(context)
            text = "".join(chunks if budget is None else _measured(chunks))
            if len(text) > sandbox.MAX_OUTPUT:
                raise TooMuchWork(f"it is longer than {sandbox.MAX_OUTPUT:,} characters")
        except (TooMuchWork, TemplateError, RecursionError, *MISUSES) as error:
            raise self._failure(error) from error
        return _parts(text, budget.images) if budget is not None and budget.images else text

    def _filled_in(self, item: Mapping[str, Any]) -> str | None:
        """What Jinja2 would write for a template that only fills in fields, several times faster; None when one is
        missing or it gets too long, so that Jinja2 says what is wrong."""
        assert self._straight is not None
        text, paths = self._straight
        written: list[str] = []
        for path in paths:
            value: Any = item
            for name in path:
                if not isinstance(value, dict) or name not in value:
                    return None
                value = value[name]
            written.append(value if type(value) is str and value.isascii() else sandbox.finalize(value))
        filled = text % tuple(written) if written else text
        return filled if len(filled) <= sandbox.MAX_OUTPUT else None

    def _spoken(self, variable: str) -> str:
        name, dot, inside = variable.partition(".")
        return self._named.get(name, name) + dot + inside

    def _failure(self, error: Exception) -> PromptFailed:
        name = self.field.replace("_", " ")
        if isinstance(error, UndefinedError):
            said = re.sub(r"field_[0-9a-f]+", lambda found: self._spoken(found[0]), error.message or "")
            what = f"The {name} reads what this item does not have: {said}."
            return PromptFailed(what, field=self.field, fix="Mend the name, or write {{ field | default('') }}.")
        if isinstance(error, TooMuchWork):
            what = f"The {name} was cut short: {error}."
            return PromptFailed(what, field=self.field, fix="Loop over less, or shorten the field with [:2000].")
        if isinstance(error, SecurityError):
            return PromptFailed(f"The {name} does something forbidden: {error}", field=self.field)
        return PromptFailed(f"The {name} does not work for this item: {error}.", field=self.field)


MISUSES = (TypeError, ValueError, ArithmeticError, LookupError, AttributeError)


def _files(item: Mapping[str, Any], fields: Iterable[str]) -> set[str]:
    """The files that these fields of an item name."""
    values = [item.get(name) for name in fields]
    files = (file for value in values for file in (value if isinstance(value, list) else [value]))
    return {file for file in files if isinstance(file, str)}


def _measured(chunks: Iterable[str]) -> Iterator[str]:
    length = 0
    for chunk in chunks:
        length += len(chunk)
        yield chunk
        if length > sandbox.MAX_OUTPUT:
            return  # what came so far is too long already


def _parts(text: str, images: list[str]) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    for place, piece in enumerate(MARK.split(text)):
        if place % 2:
            parts.append({"type": "image_url", "image_url": {"url": images[int(piece)]}})
        elif piece.strip():
            parts.append({"type": "text", "text": piece.strip()})
    return parts
