"""Every file format on the shelf: what it writes it reads back, byte for byte, and bad files name their row."""

from __future__ import annotations

import io
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.features.formats import FORMATS, Conversation, Format, format_of
from workbench.kernel.errors import Invalid

GOLDEN = Path(__file__).parent / "golden"

every_format = pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
texts = st.text(st.characters(codec="utf-8"), min_size=0, max_size=40)
conversations = st.builds(
    lambda system, user, answer: Conversation(
        [
            *([{"role": "system", "content": system}] if system else []),
            {"role": "user", "content": user},
            {"role": "assistant", "content": answer},
        ]
    ),
    st.one_of(st.none(), texts),
    texts,
    texts,
)


def _read(form: Format, content: bytes) -> list[Conversation]:
    return list(form.read(io.BytesIO(content)))


@every_format
def test_it_is_found_by_its_name_and_described(form: Format) -> None:
    assert format_of(form.name) is form
    assert form.title
    assert form.description
    assert form.sample


@every_format
def test_it_writes_the_golden_sample_and_reads_it_back(form: Format) -> None:
    golden = (GOLDEN / f"{form.name}.{form.suffix}").read_bytes()
    assert b"".join(form.write(form.sample)) == golden
    assert _read(form, golden) == list(form.sample)


@every_format
@given(rows=st.lists(conversations, max_size=5))
def test_what_it_reads_back_it_writes_the_same(form: Format, rows: list[Conversation]) -> None:
    written = b"".join(form.write(rows))
    read = _read(form, written)
    assert read == rows
    assert b"".join(form.write(read)) == written


@every_format
@given(rows=st.lists(conversations, max_size=3))
def test_turns_given_as_json_are_written_as_turns_are(form: Format, rows: list[Conversation]) -> None:
    as_json = [Conversation(json=orjson.dumps(row.turns).decode()) for row in rows]
    assert b"".join(form.write(as_json)) == b"".join(form.write(rows))


@every_format
def test_no_rows_are_an_empty_list(form: Format) -> None:
    assert _read(form, b"".join(form.write([]))) == []


@every_format
@given(content=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_naming_a_row(form: Format, content: bytes) -> None:
    refused = None
    try:
        _read(form, content)
    except Invalid as error:
        refused = error
    assert refused is None or (refused.row and refused.fix)


GOOD = b'{"messages":[{"role":"user","content":"a"}]}\n'


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (b"{", "not JSON"),
        (b"\xff\xfe{\x00", "not JSON"),
        ('{"messages":[{"role":"user","content":"ä"}]}'.encode("latin-1"), "not JSON"),
        (b"[]", "not an object"),
        (b"{}", "no messages"),
        (b'{"messages":[]}', "no messages"),
        (b'{"messages":"hello"}', "no messages"),
        (b'{"messages":[1]}', "messages[0]: it is not an object"),
        (b'{"messages":[{"role":"robot","content":"a"}]}', "messages[0]: the role 'robot'"),
        (b'{"messages":[{"role":"user"}]}', "messages[0]: it has no content"),
        (b'{"messages":[{"role":"user","content":7}]}', "messages[0]: the content is neither"),
        (b'{"messages":[{"role":"user","content":[]}]}', "messages[0]: the content is neither"),
        (b'{"messages":[{"role":"user","content":[{"type":"film"}]}]}', "messages[0]: a part of type 'film'"),
        (b'{"messages":[{"role":"user","content":[{"type":["a"]}]}]}', "messages[0]: a part of type"),
        (b'{"messages":[{"role":"user","content":"a"}],"tags":[]}', "'tags' is not part"),
    ],
)
def test_openai_chat_names_the_line_and_the_turn_at_fault(bad: bytes, says: str) -> None:
    with pytest.raises(Invalid) as refused:
        _read(format_of("openai_chat"), GOOD + b"\n" + bad + b"\n" + GOOD)
    assert refused.value.row == 3
    assert says in refused.value.message


def test_openai_chat_passes_over_empty_lines_and_a_byte_order_mark() -> None:
    assert len(_read(format_of("openai_chat"), b"\xef\xbb\xbf" + GOOD + b"\n  \n" + GOOD.rstrip())) == 2


def test_an_unknown_format_lists_those_there_are() -> None:
    with pytest.raises(Invalid) as refused:
        format_of("word")
    assert FORMATS[0].name in (refused.value.fix or "")
