"""Prompts: what they may say, what they read, how they render, and that nothing they do gets out of hand."""

from __future__ import annotations

import datetime as dt
import time
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.features.templates import sandbox
from workbench.features.templates.prompts import PromptFailed, compiled
from workbench.kernel.errors import Invalid

ITEM: dict[str, Any] = {
    "text": "Hello",
    "amount": Decimal("12.50"),
    "empty": None,
    "paid": True,
    "day": dt.date(2026, 3, 1),
    "vendor": {"name": "Acorn", "iban": None},
    "lines": [{"item": "bolt", "count": 2}, {"item": "nut", "count": 3}],
    "front": "/Volumes/main/boards/front/1.png",
    "photos": ["/Volumes/main/boards/more/1a.png", "/Volumes/main/boards/more/1b.png"],
    "items": "a column with the name of a method",
}


def user(source: str, item: dict[str, Any] | None = None) -> Any:
    return compiled("", source).render(ITEM if item is None else item)[-1]["content"]


RENDERED = [
    ("{{ text }}", "Hello"),
    ("100 % of {{ text }}, %s", "100 % of Hello, %s"),
    ("{{ amount }}|{{ empty }}|{{ paid }}|{{ day }}", "12.50||True|2026-03-01"),
    ("{{ vendor.name }} {{ vendor['name'] }} ({{ vendor.iban }})", "Acorn Acorn ()"),
    ("{{ vendor }}", '{"name":"Acorn","iban":null}'),
    (
        "{% for line in lines %}{{ loop.index }}. {{ line.item }}{% if not loop.last %}, {% endif %}{% endfor %}",
        "1. bolt, 2. nut",
    ),
    ("{{ lines | map(attribute='item') | join(' and ') }}", "bolt and nut"),
    ("{{ lines | sum(attribute='count') + 1 }}", "6"),
    ("{{ text[:2] }}{{ text[-1] }}{{ text ~ '!' ~ amount }}", "HeoHello!12.50"),
    ("{{ text | upper }} {{ text.lower() }} {{ text | replace('l', 'L') }}", "HELLO hello HeLLo"),
    ("{% set who = vendor.name | default('nobody') %}{{ who }}", "Acorn"),
    ("{{ missing | default('nothing') }}", "nothing"),
    ("{% if missing is defined %}a{% else %}b{% endif %}", "b"),
    ("{{ day.year }}-{{ day.isoformat() }}", "2026-2026-03-01"),
    ("{{ lines | tojson }}", '[{"item":"bolt","count":2},{"item":"nut","count":3}]'),
    ("{% for n in range(3) %}{{ n }}{% endfor %}", "012"),
    ("{% for k, v in vendor.items() %}{{ k }}={{ v }};{% endfor %}", "name=Acorn;iban=;"),
    ("{{ items }}", "a column with the name of a method"),
    ("{{ {'Hello': 'Hi'}[text] }} {{ text in ['Hello', 'Bye'] }}", "Hi True"),
    ("{# said to nobody #}{{ text }}\n", "Hello\n"),
    ("<b>{{ text }}</b> & more", "<b>Hello</b> & more"),
]


@pytest.mark.parametrize(("source", "wanted"), RENDERED)
def test_how_it_renders(source: str, wanted: str) -> None:
    assert user(source) == wanted


def test_a_system_prompt_comes_first_and_an_empty_one_not_at_all() -> None:
    assert compiled("You sort {{ text }}.", "?").render(ITEM) == [
        {"role": "system", "content": "You sort Hello."},
        {"role": "user", "content": "?"},
    ]
    assert compiled("  \n", "?").render(ITEM) == [{"role": "user", "content": "?"}]


READS = [
    ("{{ text }} {{ vendor.name }}", ["text", "vendor.name"]),
    ("{{ vendor['name'] }} {{ vendor.items() }}", ["vendor", "vendor.name"]),
    ("{% for line in lines %}{{ line.item }}{{ text }}{% endfor %}", ["lines", "text"]),
    ("{% set x = amount %}{{ x }}{{ loop }}", ["amount", "loop"]),
    ("{% if paid %}{{ a | default(b) }}{% endif %}", ["a", "b", "paid"]),
    ("{{ table[column] }}", ["column", "table"]),
    ("{{ image(front) }}{% for each in photos %}{{ image(each) }}{% endfor %}", ["front", "photos"]),
    ("nothing", []),
]


@pytest.mark.parametrize(("source", "fields"), READS)
def test_what_it_reads(source: str, fields: list[str]) -> None:
    assert compiled("", source).variables == fields


LINES = [{"unit price": 3}]
SPACED = {"order id": "o1", "self": "me", "the file": "/Volumes/a/b/c/d.png", "all lines": LINES, "lines": LINES}
SPELLED = [
    ("{{ item['order id'] }} of {{ item['self'] }}", ["order id", "self"], "o1 of me"),
    ("{% for line in item['all lines'] %}{{ line['unit price'] }}{% endfor %}", ["all lines"], "3"),
    ("{% for item in lines %}{{ item['unit price'] }}{% endfor %}", ["lines"], "3"),  # an `item` of its own
]


@pytest.mark.parametrize(("source", "variables", "said"), SPELLED)
def test_a_field_whose_name_is_no_word_is_read_from_the_item(source: str, variables: list[str], said: str) -> None:
    prompt = compiled("", source)
    assert prompt.variables == variables
    assert prompt.render(SPACED)[0]["content"] == said


def test_a_field_whose_name_is_no_word_is_checked_like_any_other() -> None:
    assert compiled("", "{% for line in item['all lines'] %}{{ line.n }}{% endfor %}").element_fields == [
        ("all lines", "n")
    ]
    shown = compiled("", "{{ image(item['the file']) }}")
    assert shown.image_fields == ["the file"]
    assert shown.render(SPACED)[0]["content"][0]["image_url"]["url"] == SPACED["the file"]
    with pytest.raises(PromptFailed, match="'no such' is undefined"):
        compiled("", "{{ item['no such'] | upper }}").render(SPACED)
    with pytest.raises(Invalid) as caught:
        compiled("", "{{ order id }}")
    assert "item['its name']" in (caught.value.fix or "")


READS_OF_ELEMENTS = [
    ("{% for line in lines %}{{ line.item }}{{ line['price'] }}{% endfor %}", [("lines", "item"), ("lines", "price")]),
    ("{% for a in lines | sort(attribute='day') if a.paid %}{{ loop.index }}{% endfor %}",
     [("lines", "day"), ("lines", "paid")]),
    ("{% for a in lines %}{% for b in photos %}{{ a.x }}{{ b.y }}{% endfor %}{% endfor %}",
     [("lines", "x"), ("photos", "y")]),
    ("{% for a in lines %}{{ a.x }}{% endfor %}{% for a in photos %}{{ a.y }}{% else %}{{ a.z }}{% endfor %}",
     [("lines", "x"), ("photos", "y")]),
    ("{% for lines in lines %}{{ lines.x }}{% endfor %}{{ lines.y }}", [("lines", "x")]),
    ("{{ lines[0].item }}{{ lines[-1]['price'] }}{{ (lines | last).unit }}{{ lines[:2] | sum(attribute='cost') }}",
     [("lines", "cost"), ("lines", "item"), ("lines", "price"), ("lines", "unit")]),
    ("{{ lines | map(attribute='vendor.name') | join }}{{ lines | selectattr('paid') | sum('cost') }}",
     [("lines", "cost"), ("lines", "paid"), ("lines", "vendor")]),
    ("{{ lines | sort(attribute='day,cost.net') | length }}{{ lines | map(attribute='a,b') | list }}",
     [("lines", "a,b"), ("lines", "cost"), ("lines", "day")]),
    # What may be something else, or is no field:
    ("{{ lines | selectattr('note', 'defined') | list }}{{ lines | rejectattr('note', 'undefined') | list }}", []),
    ("{% for key, value in vendor.items() %}{{ value.x }}{% endfor %}{{ table[column].x }}{{ lines | join }}", []),
    ("{% for a in lines %}{% set a = vendor %}{{ a.x }}{% endfor %}{{ vendor.name }}{{ lines[0].items() }}", []),
]  # fmt: skip


@pytest.mark.parametrize(("source", "found"), READS_OF_ELEMENTS)
def test_what_it_reads_of_the_elements_of_lists(source: str, found: list[tuple[str, str]]) -> None:
    assert compiled("", source).element_fields == found


def test_images_stand_between_the_texts() -> None:
    prompt = compiled(
        "", "Compare {{ image(front) }} with {% for each in photos %}{{ image(each) }}{% endfor %}. {{ text }}"
    )
    assert prompt.image_fields == ["front", "photos"]
    content = prompt.render(ITEM)[0]["content"]
    assert [part.get("text") or part["image_url"]["url"] for part in content] == [
        "Compare", ITEM["front"], "with", *ITEM["photos"], ". Hello",
    ]  # fmt: skip


def test_an_item_without_its_image_is_plain_text() -> None:
    assert user("See {{ image(front) }}", {"front": None}) == "See "


@given(st.text(alphabet="\ue000\ue001 01ab"))
def test_data_cannot_pretend_to_be_an_image(text: str) -> None:
    content = user("{{ text }}{{ image(front) }}", {"text": text, "front": "/Volumes/a/b/c/d.png"})
    assert [part["image_url"]["url"] for part in content if part["type"] == "image_url"] == ["/Volumes/a/b/c/d.png"]


ELSEWHERE = "/Volumes/main/med/scans/1.png"
NO_FILE_OF_THE_ITEM = [
    "{{ image('" + ELSEWHERE + "') }}",
    "{% set shot = '" + ELSEWHERE + "' %}{{ image(shot) }}",
    "{{ image(text | replace('Hello', '" + ELSEWHERE + "')) }}",
    "{{ image(lines[0].item) }}",
    "{% for line in lines %}{{ image(line.item) }}{% endfor %}",
    "{{ front }}{% set front = '" + ELSEWHERE + "' %}{{ image(front) }}",
    "{% for each in ['" + ELSEWHERE + "'] %}{{ image(each) }}{% endfor %}{% for each in photos %}{% endfor %}",
    "{% for each in photos %}{% set each = '" + ELSEWHERE + "' %}{{ image(each) }}{% endfor %}",
]


@pytest.mark.parametrize("source", NO_FILE_OF_THE_ITEM, ids=range(len(NO_FILE_OF_THE_ITEM)))
def test_an_image_is_a_file_of_the_item_and_no_other(source: str) -> None:
    """Else a prompt could send any file of the workspace to a model, whatever its volume's tags say."""
    with pytest.raises(Invalid, match=r"files? of the item"):
        user(source)


FORBIDDEN = [
    "{{ text.__class__ }}", "{{ text['__class__'] }}", "{{ text | attr('__class__') }}", "{{ ().__class__.__bases__ }}",
    "{{ lines | map(attribute='__class__') | list }}", "{{ text.format('x') }}", "{{ text.__len__() }}",
    "{{ '{0.__class__}'.format(text) }}", "{{ self }}", "{{ self.__init__ }}", "{{ cycler }}", "{{ lipsum() }}",
    "{{ namespace() }}", "{{ dict() }}", "{{ joiner() }}", "{{ range.__globals__ }}", "{{ range }}", "{{ image }}",
    "{% include 'x' %}", "{% import 'x' as y %}", "{% extends 'x' %}", "{% from 'x' import y %}",
    "{% block a %}{% endblock %}", "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "{% call f() %}{% endcall %}",
    "{% filter upper %}a{% endfilter %}",
    "{% set x %}a{% endset %}", "{% for a in lines recursive %}{{ loop(a) }}{% endfor %}", "{{ [text, text] }}",
    "{{ {'a': text} }}", "{{ 2 ** 9 }}", "{{ text | map('upper') | list }}", "{{ text | foo }}", "{{ text is foo }}",
    "{{ image(front) | upper }}", "{{ image(front) ~ 'x' }}", "{{ image() }}", "{{ image('/Volumes/a', 1) }}",
    "{{ text.encode() }}", "{{ vendor.update(a=1) }}", "{{ vendor.clear() }}", "{{ lines.append(1) }}",
    "{{ vendor.pop('name') }}", "{% autoescape true %}{% endautoescape %}", "{{ func(*lines) }}",
    "{{ loop.__class__ }}", "{% do x %}", "{{ text | random }}", "{{ text | xmlattr }}", "{{ text | pprint }}",
    "{{ debug() }}", "{{ 1e999 }}", "{{ 1" + "0" * 31 + " }}", "{{ " + "9" * 5000 + " }}", "{{ '\\ud800' }}",
]  # fmt: skip


@pytest.mark.parametrize("source", FORBIDDEN)
def test_what_it_may_not_do(source: str) -> None:
    with pytest.raises(Invalid):
        user(source)


BROKEN = [
    ("", "empty"), ("   ", "empty"), ("{{ text", "cannot be read"), ("{% if %}", "cannot be read"),
    ("{% for %}", "cannot be read"),
    ("{{ text }} {% endif %}", "cannot be read"), ("{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", "nested"),
    ("{% if a %}" * 2000 + "{% endif %}" * 2000, "nested"), ("x" * 50_001, "longer than"),
    ("{{ " + "a." * 5000 + "b }}", "nested"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "word"), BROKEN, ids=range(len(BROKEN)))
def test_what_cannot_be_a_prompt(source: str, word: str) -> None:
    with pytest.raises(Invalid, match=word) as caught:
        compiled("", source)
    assert caught.value.field == "user_prompt"


def test_an_error_names_prompt_and_line() -> None:
    with pytest.raises(Invalid) as caught:
        compiled("fine\n\n{{ text | foo }}", "fine")
    assert (caught.value.field, caught.value.row) == ("system_prompt", 3)


TOO_MUCH = [
    "{% for a in range(10000) %}{% for b in range(10000) %}{% endfor %}{% endfor %}",
    "{% for a in range(100000000) %}{% endfor %}",
    "{{ range(1000000000) | list | length }}",
    "{% set x = 'aaaaaaaaaa' %}" + "{% set x = x ~ x %}" * 60 + "{{ x }}",
    "{% set x = 'aaaaaaaaaa' %}" + "{% set x = x + x %}" * 60 + "{{ x }}",
    "{% set x = 9 %}" + "{% set x = x * x %}" * 30 + "{{ x }}",
    "{{ range(10000) | join('" + "a" * 1000 + "') }}",
    "{{ ('" + "a" * 10_000 + "') | replace('a', '" + "b" * 1000 + "') }}",
    "{% for n in range(10000) %}{{ big }}{% endfor %}",
    "{% for n in range(5000) %}{% for m in range(5000) %}{{ big | upper | length }}{% endfor %}{% endfor %}",
    "{% for n in range(10000) %}{% set x = big | list | sort | unique | list %}{% endfor %}",
    "{% for n in range(10000) %}{% set x = big[1:] %}{% set y = big.upper() %}{% endfor %}",
    "{{ big }}{{ big }}{{ big }}",
    "{{ 1 | round(300000000, 'ceil') }}",
    "{{ huge }}",
]


@pytest.mark.parametrize("source", TOO_MUCH, ids=range(len(TOO_MUCH)))
def test_what_takes_too_much_is_cut(source: str) -> None:
    item = {"big": "a" * 90_000, "huge": "é" * 300_000}
    started = time.monotonic()
    with pytest.raises(PromptFailed, match="cut short"):
        user(source, item)
    assert time.monotonic() - started < 10 * sandbox.MAX_SECONDS  # a bound that holds even on a crowded machine


@pytest.mark.parametrize("source", ["{{ 'a' * 1000000000 }}", "{{ '%1000000000d' % 1 }}", "{{ [1] * 1000000000 }}"])
def test_operators_work_on_numbers_alone(source: str) -> None:
    with pytest.raises(PromptFailed, match="does not work on"):
        user(source)


FAILS = [
    ("{{ nope }}", "'nope' is undefined"),
    ("Dear {{ vendor.nope }}", "no attribute 'nope'"),
    ("{{ empty.name }}", "'None' has no attribute 'name'"),
    ("{{ 1 // 0 }}", "zero"),
    ("{{ text + 1 }}", "does not work on a text and"),
    ("{% for a in text %}{% endfor %}", "a loop cannot run over a text"),
    ("{% for a in 5 %}{% endfor %}", "not iterable"),
    ("{{ image(vendor) }}", "takes one file"),
    ("{{ lines | sum(attribute='item') }}", "`sum`"),
]


@pytest.mark.parametrize(("source", "word"), FAILS)
def test_what_fails_for_an_item_names_what_is_wrong(source: str, word: str) -> None:
    with pytest.raises(PromptFailed, match=word) as caught:
        user(source)
    assert caught.value.field == "user_prompt"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | st.text(max_size=20)
    | st.dates() | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), VALUES), st.text(max_size=30).filter(lambda t: "{" not in t))
def test_filling_in_fields_is_what_jinja_would_do(item: dict[str, Any], text: str) -> None:
    """The short way for plain templates and the whole of Jinja2 say the same, also about what is missing."""
    plain = "% " + text + "{{ a }}x{{ b }}{{ a.deep }}" if isinstance(item.get("a"), dict) else text + "{{ a }}-{{ b }}"
    short, whole = compiled("", plain + "."), compiled("", plain + ".{% if false %}{% endif %}")
    results = []
    for prompt in (short, whole):
        try:
            results.append(prompt.render(item)[0]["content"])
        except PromptFailed as error:
            results.append(error.message)
    assert results[0] == results[1]


PIECES = st.sampled_from(
    [
        "{{ a }}", "{% for x in a %}", "{% endfor %}", "{% if a %}", "{% endif %}", "{{ x", "}}", "{{ a.b }}",
        "{{ a|list }}", "{{ a ~ a }}", "{% set a = a ~ a %}", "{% set a = [1,2] %}", "{{ a[1:2] }}", "{{ a.items() }}",
        "{{ a.__class__ }}", "{{ range(9999)|join(a) }}", "{{ a * a }}", "{{ a + a }}", "{{ a|sort|tojson }}", "text ",
        "{{ image(a) }}", "{{ a() }}",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join), VALUES)
def test_whatever_is_written_ends_in_a_prompt_or_in_words(source: str, value: Any) -> None:
    content: Any = ""
    with suppress(Invalid):
        content = user(source, {"a": value})
    texts = [content] if isinstance(content, str) else [part.get("text", "") for part in content]
    assert sum(map(len, texts)) <= sandbox.MAX_OUTPUT


def test_a_template_is_compiled_once() -> None:
    assert compiled("", "Once {{ text }}") is compiled("", "Once {{ text }}")
