"""The model that answers with the nearest label, and what its confidence is worth."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.asking import LABELED, answers, ask

from workbench.backends.models import (
    Answer,
    Failure,
    Labeled,
    ModelUnavailable,
    NearestLabel,
    Question,
)


def test_without_labels_it_says_what_to_do() -> None:
    with pytest.raises(ModelUnavailable, match="no label"):
        list(NearestLabel([]).answer([ask("?")]))


def test_it_compares_numbers_too() -> None:
    labeled = [
        Labeled({"length": base + n / 50, "width": base / 2}, str(base)) for base in (1.0, 5.0, 9.0) for n in range(20)
    ]
    questions = [Question([], {"length": value, "width": value / 2}) for value in (1.3, 5.2, 8.8)]
    assert [reply.text for reply in answers(NearestLabel(labeled), questions) if isinstance(reply, Answer)] == [
        "1.0",
        "5.0",
        "9.0",
    ]


def test_it_answers_with_whole_objects() -> None:
    labeled = [Labeled({"text": f"Invoice over {n} euro from Sample Ward"}, f'{{"total":{n}}}') for n in (10, 20, 30)]
    reply = answers(NearestLabel(labeled), [Question([], {"text": "Invoice over 20 euro from Sample Ward"})])[0]
    assert isinstance(reply, Answer)
    assert reply.text == '{"total":20}'


def test_an_item_like_no_other_gets_no_answer() -> None:
    reply = answers(NearestLabel(LABELED), [Question([], {"text": "\u4e00\u4e01"}), ask("red")])[0]
    assert isinstance(reply, Failure)
    assert reply.kind == "unlike"


def test_items_without_text_or_numbers_get_no_answer() -> None:
    reply = answers(NearestLabel([Labeled({"text": None}, "x"), Labeled({}, "y")]), [ask("red")])[0]
    assert isinstance(reply, Failure)


def test_confidence_is_worth_what_it_says() -> None:
    words = {"red": "crimson scarlet ruby cherry", "blue": "azure navy cobalt sky", "green": "olive lime mint jade"}
    labeled = [
        Labeled({"text": f"{word} paint number {n}"}, colour)
        for colour, text in words.items()
        for word in text.split()
        for n in range(10)
    ]
    sure, unsure = answers(NearestLabel(labeled), [ask("ruby scarlet paint"), ask("some paint number")])
    assert isinstance(sure, Answer)
    assert isinstance(unsure, Answer)
    assert sure.text == "red"
    assert (sure.confidence or 0) > 0.8
    assert (unsure.confidence or 0) < (sure.confidence or 0)


def test_the_nearest_label_tells_how_often_such_answers_were_right() -> None:
    questions = [ask(f"a {colour} thing number {n}") for n in range(40) for colour in ("red", "blue")]
    asked = questions[60:]

    def confidence(known: Sequence[Labeled]) -> float:
        told = [reply.confidence for reply in answers(NearestLabel(known), asked) if isinstance(reply, Answer)]
        assert None not in told
        return sum(share or 0 for share in told) / len(told)

    plain = [Labeled(each.item, "red" if "red" in each.item["text"] else "blue") for each in questions[:60]]
    noise = [Labeled(each.item, "blue" if n % 3 == 0 else "red") for n, each in enumerate(questions[:60])]
    assert confidence(plain) > 0.85
    assert confidence(noise) < 0.75
    few = answers(NearestLabel(plain[:6]), asked)
    assert all(isinstance(reply, Answer) and reply.confidence is None for reply in few)
