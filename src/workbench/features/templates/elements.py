"""What a prompt template reads of the elements of its lists, such as the `amount` of each of an item's `lines`.

Works on Jinja2's syntax tree. It follows loops, `lines[0]` and the filters that keep or pick elements, and not the
names that `set` gives: what it finds is certain, and what it does not find the rendering will.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from jinja2 import nodes

from workbench.features.templates import sandbox

SAME_ELEMENTS = frozenset({"list", "reject", "rejectattr", "reverse", "select", "selectattr", "sort", "unique"})
ONE_ELEMENT = frozenset({"first", "last", "max", "min"})
ATTRIBUTE_AT = {"join": 1, "rejectattr": 0, "selectattr": 0, "sum": 0}  # its place, when it has no keyword
ASK_WHETHER = ("defined", "undefined")  # tests that something read is there: it need not be


def reads(tree: nodes.Template, fields: set[str]) -> set[tuple[str, str]]:
    """Pairs of an item field and what is read of its elements: `("lines", "amount")`. `fields` are those it reads."""
    given = frozenset(name.name for each in tree.find_all(nodes.Assign) for name in _names(each.target))
    return set(_reads(tree, _Scope(frozenset(fields), {}, given)))


@dataclass(frozen=True, slots=True)
class _Scope:
    """What names stand for at one place: item `fields`, and loop variables that run over one of them (`loops`).

    What `set` gives somewhere (`given`) stands for nothing that is known.
    """

    fields: frozenset[str]
    loops: Mapping[str, str]
    given: frozenset[str]

    def inside(self, loop: nodes.For) -> _Scope:
        targets = frozenset(name.name for name in _names(loop.target))
        loops = {name: field for name, field in self.loops.items() if name not in targets}
        over = self.list_of(loop.iter)
        if over is not None and isinstance(loop.target, nodes.Name):
            loops[loop.target.name] = over
        return replace(self, fields=self.fields - targets, loops=loops)

    def list_of(self, node: nodes.Node) -> str | None:
        """The item field whose elements an expression holds."""
        match node:
            case nodes.Name(name=name):
                return name if name in self.fields - self.given else None
            case nodes.Filter(name=name, node=nodes.Expr() as of) if name in SAME_ELEMENTS:
                return self.list_of(of)
            case nodes.Getitem(node=of, arg=nodes.Slice()):
                return self.list_of(of)
        return None

    def element_of(self, node: nodes.Node) -> str | None:
        """The item field that an expression is one element of."""
        match node:
            case nodes.Name(name=name):
                return None if name in self.given else self.loops.get(name)
            case nodes.Filter(name=name, node=nodes.Expr() as of) if name in ONE_ELEMENT:
                return self.list_of(of)
            case nodes.Getitem(node=of, arg=nodes.Const(value=int()) | nodes.Neg()):
                return self.list_of(of)
        return None


def _reads(node: nodes.Node, scope: _Scope) -> Iterator[tuple[str, str]]:
    field, names = _read(node, scope)
    if field is not None:
        yield from ((field, name.partition(".")[0]) for name in names)
    inside = scope.inside(node) if isinstance(node, nodes.For) else scope
    for child in node.iter_child_nodes():
        # The list itself, and what is written when it is empty, stand outside.
        outside = isinstance(node, nodes.For) and (child is node.iter or child in node.else_)
        yield from _reads(child, scope if outside else inside)


def _read(node: nodes.Node, scope: _Scope) -> tuple[str | None, list[str]]:
    """The item field that an expression reads an element of, and what it reads of it."""
    match node:
        case nodes.Getattr(node=of, attr=name) if name not in sandbox.CALLABLE:
            return scope.element_of(of), [name]
        case nodes.Getitem(node=of, arg=nodes.Const(value=str(name))):
            return scope.element_of(of), [name]
        case nodes.Filter(node=nodes.Expr() as of, name=name, args=args, kwargs=kwargs):
            if any(isinstance(each, nodes.Const) and each.value in ASK_WHETHER for each in args[1:]):
                return None, []
            place = ATTRIBUTE_AT.get(name, len(args))
            named = [each.value for each in kwargs if each.key == "attribute"] or args[place : place + 1]
            text = getattr(named[0], "value", None) if named else None
            if isinstance(text, str):
                return scope.list_of(of), text.split(",") if name == "sort" else [text]
    return None, []


def _names(target: nodes.Node) -> Iterator[nodes.Name]:
    yield from [target] if isinstance(target, nodes.Name) else target.find_all(nodes.Name)
