"""What a prompt template may say, what it reads, and how it is rewritten so that its work can be bounded.

Everything here works on Jinja2's syntax tree, before compilation. Whatever is not listed as allowed is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jinja2 import nodes
from jinja2.meta import find_undeclared_variables
from jinja2.visitor import NodeTransformer

from workbench.features.templates import sandbox
from workbench.kernel.errors import Invalid

FUNCTIONS = ("image", "range")
RESERVED = frozenset({"self", "super", "caller", "varargs", "kwargs"})
ITEM = "item"  # `item['order id']` reads a field whose name cannot be written as a variable
WORDS = frozenset({"and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "True", "False", "None"})
ALLOWED: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Assign, nodes.Name, nodes.Const,
    nodes.List, nodes.Tuple, nodes.Dict, nodes.Pair, nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Filter,
    nodes.Test, nodes.Keyword, nodes.Call, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not,
    nodes.CondExpr, nodes.Concat, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Neg,
    nodes.Pos,
)  # fmt: skip
REFUSED: dict[type[nodes.Node], str] = {
    nodes.Include: "include", nodes.Import: "import", nodes.FromImport: "from … import", nodes.Extends: "extends",
    nodes.Block: "block", nodes.Macro: "macro", nodes.CallBlock: "call", nodes.FilterBlock: "filter",
    nodes.AssignBlock: "set … endset", nodes.Pow: "**", nodes.NSRef: "namespace",
}  # fmt: skip
SPENDING = (nodes.For, nodes.Filter, nodes.Call, nodes.BinExpr, nodes.Concat, nodes.Slice)


LARGEST_NUMBER = 1e30  # as in `sandbox`: beyond, one step could work for minutes


def check(tree: nodes.Template, filters: dict[str, Any], tests: dict[str, Any], field: str) -> None:
    """Raises `Invalid` with the line of the first thing that a template may not say."""
    written = {id(node) for output in tree.find_all(nodes.Output) for node in output.nodes}
    free, loops = _names_of(tree)
    for node in _walk(tree):
        problem = _problem(node, written, filters, tests)
        if problem is not None:
            what, fix = problem
            raise Invalid(f"The template may not use {what}.", field=field, row=node.lineno, fix=fix)
        if isinstance(node, nodes.Call) and _calls(node, "image") and _image_field(node.args[0], free, loops) is None:
            raise Invalid(
                "`image` shows a file of the item, and this is none of its fields.",
                field=field,
                row=node.lineno,
                fix="Name a file field: {{ image(front) }}, or each of several in a loop over them.",
            )


class Naming(NodeTransformer):
    """Gives each field that is read as `item['order id']` a name that Jinja2 can write; `fields` says which it is.

    Names that can be written are left alone, and so is a template that has an `item` of its own.
    """

    def __init__(self, tree: nodes.Template) -> None:
        self.fields: dict[str, str] = {}
        self._is_free = not any(name.name == ITEM and name.ctx == "store" for name in tree.find_all(nodes.Name))

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:
        """The field as a name."""
        self.generic_visit(node)
        of, name = node.node, node.arg.value if isinstance(node.arg, nodes.Const) else None
        if not self._is_free or not isinstance(of, nodes.Name) or of.name != ITEM or not isinstance(name, str):
            return node
        if name.isidentifier() and name not in RESERVED | WORDS | {*FUNCTIONS}:
            return node
        alias = f"field_{name.encode('utf-8', 'surrogatepass').hex()}"
        self.fields[alias] = name
        return nodes.Name(alias, "load", lineno=node.lineno)


def spends(tree: nodes.Template) -> bool:
    """Whether rendering needs a budget; a template that only fills in fields does not."""
    return next(tree.find_all(SPENDING), None) is not None


def straight(tree: nodes.Template) -> tuple[str, list[tuple[str, ...]]] | None:
    """A template that only fills in fields: its text with `%s` for each, and their paths; None for any other."""
    text, paths = "", list[tuple[str, ...]]()
    for output in tree.body:
        for node in output.nodes if isinstance(output, nodes.Output) else [output]:
            path = _names(node)
            if path is not None:
                text += "%s"
                paths.append(path)
            elif isinstance(node, nodes.TemplateData):
                text += node.data.replace("%", "%%")
            else:
                return None
    return (text, paths) if paths else (text.replace("%%", "%"), paths)


def _names(node: nodes.Node) -> tuple[str, ...] | None:
    if isinstance(node, nodes.Name):
        return (node.name,)
    names = _names(node.node) if isinstance(node, nodes.Getattr) and node.attr not in sandbox.CALLABLE else None
    return None if names is None else (*names, node.attr)  # type: ignore[attr-defined]  # a Getattr, as just checked


def reads(tree: nodes.Template) -> tuple[set[str], set[str]]:
    """The item fields a template reads (`amount`, or `invoice.amount` of an object), and those it shows as images.

    A field read through a loop variable counts as the whole list.
    """
    free, loops = _names_of(tree)
    found: set[str] = set()

    def visit(node: nodes.Node) -> None:
        name = _path(node, free)
        if name is None:
            for child in node.iter_child_nodes():
                visit(child)
            return
        found.add(name)
        if isinstance(node, nodes.Getitem):
            visit(node.arg)

    visit(tree)
    images = {_image_field(call.args[0], free, loops) for call in tree.find_all(nodes.Call) if _calls(call, "image")}
    return found, {name for name in images if name is not None}


def _names_of(tree: nodes.Template) -> tuple[set[str], dict[str, nodes.Node]]:
    """The names that a template reads from the item, and what each loop variable runs over."""
    free = find_undeclared_variables(tree) - set(FUNCTIONS)
    return free, {
        loop.target.name: loop.iter for loop in tree.find_all(nodes.For) if isinstance(loop.target, nodes.Name)
    }


def _image_field(node: nodes.Node, free: set[str], loops: dict[str, nodes.Node]) -> str | None:
    """The item field that an image comes from. Rendering checks the file itself: names can be shadowed."""
    return _path(loops[node.name] if isinstance(node, nodes.Name) and node.name in loops else node, free)


class Bounding(NodeTransformer):
    """Rewrites a checked template so that its loops, joins and slices spend from the rendering's budget."""

    def visit_For(self, node: nodes.For) -> nodes.Node:
        """The loop over counted turns."""
        self.generic_visit(node)
        node.iter = _filter(node.iter, sandbox.TURNS)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        """`~` as a filter that checks the room."""
        self.generic_visit(node)
        return _filter(nodes.List(node.nodes, lineno=node.lineno), sandbox.CONCAT)

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:
        """A slice as a filter that spends for its length."""
        self.generic_visit(node)
        if not isinstance(node.arg, nodes.Slice):
            return node
        none = nodes.Const(None, lineno=node.lineno)
        return _filter(
            node.node, sandbox.SLICE, [bound or none for bound in (node.arg.start, node.arg.stop, node.arg.step)]
        )

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        """`image(file)` as a filter that notes the file."""
        self.generic_visit(node)
        return _filter(node.args[0], sandbox.IMAGE) if _calls(node, "image") else node


def _path(node: nodes.Node, free: set[str]) -> str | None:
    """The item field that an expression reads directly, or None."""
    if isinstance(node, nodes.Name):
        return node.name if node.name in free and node.ctx == "load" else None
    if not isinstance(node, nodes.Getattr | nodes.Getitem) or not isinstance(node.node, nodes.Name):
        return None
    base = _path(node.node, free)
    if base is None:
        return None
    if isinstance(node, nodes.Getattr):
        return base if node.attr in sandbox.CALLABLE else f"{base}.{node.attr}"
    is_name = isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str)
    return f"{base}.{node.arg.as_const()}" if is_name else base


def _problem(
    node: nodes.Node, written: set[int], filters: dict[str, Any], tests: dict[str, Any]
) -> tuple[str, str] | None:
    """What is wrong with one piece of a template and what to write instead; None when it is fine."""
    if not isinstance(node, ALLOWED):
        name = next((tag for kind, tag in REFUSED.items() if isinstance(node, kind)), type(node).__name__.lower())
        return f"`{name}`", "A prompt has if, for, set and filters; write it with these."
    if isinstance(node, nodes.For) and node.recursive:
        return "a recursive loop", "Write one loop inside the other."
    if isinstance(node, nodes.List | nodes.Dict) or (isinstance(node, nodes.Tuple) and node.ctx == "load"):
        return None if _is_constant(node) else ("a list or object made of fields", "Use the fields themselves.")
    if isinstance(node, nodes.Const):
        return _constant_problem(node.value)
    if isinstance(node, nodes.Name) and node.name in RESERVED:
        return f"the name `{node.name}`", f"Jinja2 keeps it for itself; write {{{{ {ITEM}['{node.name}'] }}}}."
    if isinstance(node, nodes.Getattr) and node.attr.startswith("__"):
        return f"the attribute `{node.attr}`", "Only fields of the item can be read."
    if isinstance(node, nodes.Filter):
        return _filter_problem(node, filters)
    if isinstance(node, nodes.Test) and node.name not in tests:
        return f"the test `{node.name}`", f"The tests are: {', '.join(sorted(filter(str.isidentifier, tests)))}."
    return _call_problem(node, written) if isinstance(node, nodes.Call) else None


def _constant_problem(value: Any) -> tuple[str, str] | None:
    if isinstance(value, int | float) and not abs(value) <= LARGEST_NUMBER:
        return "a number beyond 1e30", "Write a smaller one."
    if isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
        return "half a character", "Write the character itself instead of its escape."
    return None


def _filter_problem(node: nodes.Filter, filters: dict[str, Any]) -> tuple[str, str] | None:
    if node.name not in filters:
        return f"the filter `{node.name}`", f"The filters are: {', '.join(sorted(filter(str.isidentifier, filters)))}."
    if node.name == "map" and (node.args or [keyword.key for keyword in node.kwargs] != ["attribute"]):
        return "`map` with a filter", "Name the field to take: {{ lines | map(attribute='amount') }}."
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        return "`*` in a filter", "Write the arguments out."
    return None


def _call_problem(node: nodes.Call, written: set[int]) -> tuple[str, str] | None:
    called = node.node
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        return "`*` in a call", "Write the arguments out."
    if _calls(node, "image"):
        is_alone = id(node) in written and len(node.args) == 1 and not node.kwargs
        return None if is_alone else ("`image` inside an expression", "Write it alone: {{ image(front) }}.")
    if _calls(node, "range") or (isinstance(called, nodes.Getattr) and called.attr in sandbox.CALLABLE):
        return None
    name = called.name if isinstance(called, nodes.Name) else getattr(called, "attr", "…")
    return f"the call `{name}()`", f"The functions are: {', '.join(FUNCTIONS)}."


def _calls(node: nodes.Call, function: str) -> bool:
    return isinstance(node.node, nodes.Name) and node.node.name == function


def _is_constant(node: nodes.Node) -> bool:
    return all(isinstance(child, nodes.Const | nodes.Pair) and _is_constant(child) for child in node.iter_child_nodes())


def _filter(node: nodes.Node, name: str, arguments: list[nodes.Expr] | None = None) -> nodes.Filter:
    assert isinstance(node, nodes.Expr)
    return nodes.Filter(node, name, arguments or [], [], None, None, lineno=node.lineno)


def _walk(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _walk(child)
