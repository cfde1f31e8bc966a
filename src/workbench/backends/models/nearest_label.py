"""The embedded model: answers as the nearest labeled items were answered, on the machine itself, without a network.

It reads an item's fields and not its prompt. Texts are compared by the words and letter groups they share (TF-IDF,
cosine), numbers by their distance in standard deviations; files are not looked at. An answer's score is the vote of
its nearest labels plus the similarity to its average label; it says little by itself. What a score is worth is learned
by answering labels that were held back: `confidence` is the share of answers with such a score that were right there.
Of a handful of labels nothing can be learned, and no confidence is told.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from workbench.backends.models.protocol import Answer, Failure, ModelUnavailable, Question, Reply

if TYPE_CHECKING:
    from scipy import sparse
    from sklearn.pipeline import FeatureUnion

# scikit-learn and SciPy take a second to import, so they are imported where a model is made and not with this module.

NEIGHBOURS = 15
SHARPNESS = 4  # power of the similarity in a vote: near labels count far more than middling ones
AVERAGE_WEIGHT = 4.0  # of the similarity to an answer's average label, against the vote's share
FOLDS = 5  # parts of the labels, each held back in turn
CALIBRATE_FROM = 10  # labels; with fewer there is nothing to hold back
STEADY_FROM = 250  # labels; one part held back then says enough, and in steps
CELLS = 20_000_000  # similarities held at once
MAX_LABELS = 50_000
_WORD = r"(?u)\b\w+\b"

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Labeled:
    """An item that people labeled: its fields, and the answer as the target turn says it."""

    item: Mapping[str, Any]
    answer: str


class NearestLabel:
    """The model over some labeled items. Of more than `MAX_LABELS` it learns every n-th."""

    takes_images = False

    def __init__(self, labeled: Sequence[Labeled]) -> None:
        labeled = labeled[:: math.ceil(len(labeled) / MAX_LABELS)] if len(labeled) > MAX_LABELS else labeled
        self._index = _Index(labeled) if labeled else None
        self._worth = _Worth(labeled) if len(labeled) >= CALIBRATE_FROM else None

    def answer(self, questions: Sequence[Question]) -> Generator[tuple[int, Reply]]:
        """Answers every question. Raises `ModelUnavailable` when there is no label to learn from."""
        if self._index is None:
            raise ModelUnavailable(
                "There is no label yet that the nearest-label model may learn from.",
                fix="Label some items of this labelset first (20 are a start), and allow them for few_shot.",
            )
        for start, answers, scores in self._index.scored([question.item for question in questions]):
            worth = [None] * len(scores) if self._worth is None else self._worth.of(scores)
            for place, (text, score, confidence) in enumerate(zip(answers, scores, worth, strict=True), start):
                if score <= 0:
                    yield place, Failure("unlike", "No labeled item has anything in common with this one.")
                else:
                    yield place, Answer(text, confidence=confidence)


class _Worth:
    """What share of answers with a score was right, for labels answered from the others.

    Many labels give a share for each step of the score; few give a smooth curve, which one more right and one more
    wrong answer keep from being surer than so few can be.
    """

    def __init__(self, labeled: Sequence[Labeled]) -> None:
        from sklearn.isotonic import IsotonicRegression
        from sklearn.linear_model import LogisticRegression

        steady = len(labeled) >= STEADY_FROM
        scores, right = _held_back(labeled, 1 if steady else FOLDS)
        self._least, self._most = max(float(scores.min()), 1e-6), float(np.quantile(scores, 0.9))
        self._middle, self._spread = float(scores.mean()), float(scores.std()) or 1.0
        if steady:
            self._steps = IsotonicRegression(y_min=0.01, y_max=0.99, out_of_bounds="clip").fit(scores, right)
            return
        self._steps = None
        self._overall = float(right.sum() + 1) / (len(right) + 2)
        curve = LogisticRegression(C=0.2).fit(
            np.append(self._standard(scores), [[0.0], [0.0]], axis=0), np.append(right, [True, False])
        )
        self._curve = curve if curve.coef_[0, 0] > 0 else None

    def of(self, scores: NDArray[np.float32]) -> list[float]:
        """The share for each score; beyond most that were seen it stays, below them it falls with the score."""
        scores = np.minimum(scores, self._most)
        if self._steps is not None:
            share = self._steps.predict(scores)
        elif self._curve is not None:
            share = self._curve.predict_proba(self._standard(scores))[:, 1]
        else:
            share = np.full(len(scores), self._overall)
        told = np.clip(share * np.minimum(1, scores / self._least), 0.01, 0.99)
        return [round(float(each), 3) for each in told]

    def _standard(self, scores: NDArray[np.float32]) -> NDArray[np.float64]:
        return np.asarray((scores[:, None] - self._middle) / self._spread, np.float64)


def _held_back(labeled: Sequence[Labeled], rounds: int) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Scores of the answers to labels that were held back, and whether each was right."""
    scores: list[float] = []
    right: list[bool] = []
    for part in range(rounds):
        held = labeled[part::FOLDS]
        index = _Index([each for place, each in enumerate(labeled) if place % FOLDS != part])
        for start, texts, found in index.scored([each.item for each in held]):
            scores += found.tolist()
            right += [text == each.answer for text, each in zip(texts, held[start:], strict=False)]
    return np.array(scores, np.float32), np.array(right)


class _Index:
    """Labeled items as vectors."""

    def __init__(self, labeled: Sequence[Labeled]) -> None:
        from scipy import sparse
        from sklearn.preprocessing import normalize

        answers = sorted({each.answer for each in labeled})
        place = {answer: i for i, answer in enumerate(answers)}
        self._answers = np.array(answers, dtype=object)
        self._answer_of = np.array([place[each.answer] for each in labeled])
        items = [each.item for each in labeled]
        count = len(labeled)
        one_hot = sparse.csr_matrix((np.ones(count, np.float32), (self._answer_of, np.arange(count))))
        share = normalize(one_hot, norm="l1")
        parts = (_Texts.fit(items, share), _Numbers.fit(items, share))
        self._parts: list[_Texts | _Numbers] = [part for part in parts if part is not None]

    def scored(self, items: Sequence[Mapping[str, Any]]) -> Iterator[tuple[int, list[str], NDArray[np.float32]]]:
        """Best answer and its score (0 to 1) for each item, in pieces: the place of the first, answers, scores."""
        step = max(1, min(1024, CELLS // max(1, len(self._answer_of))))
        for start in range(0, len(items), step):
            scores = self._score(items[start : start + step])
            best = scores.argmax(axis=1)
            yield start, list(self._answers[best]), scores[np.arange(len(best)), best]

    def _score(self, items: Sequence[Mapping[str, Any]]) -> Matrix:
        if not self._parts:
            return np.zeros((len(items), len(self._answers)), np.float32)
        similarity: Matrix = np.mean([part.similarity(items) for part in self._parts], axis=0, dtype=np.float32)
        nearest = min(NEIGHBOURS, similarity.shape[1])
        top = np.argpartition(-similarity, nearest - 1, axis=1)[:, :nearest]
        weight = np.take_along_axis(similarity, top, 1) ** SHARPNESS
        total = weight.sum(axis=1, keepdims=True)
        votes = np.zeros((len(items), len(self._answers)), np.float32)
        rows = np.broadcast_to(np.arange(len(items))[:, None], top.shape)
        np.add.at(votes, (rows, self._answer_of[top]), weight / np.where(total > 0, total, 1))
        average = np.mean([part.average(items) for part in self._parts], axis=0, dtype=np.float32)
        return np.asarray((votes + AVERAGE_WEIGHT * average) / (1 + AVERAGE_WEIGHT), np.float32)


class _Texts:
    """The text fields of labeled items, as TF-IDF vectors of length one."""

    def __init__(self, vectorizer: FeatureUnion, known: sparse.csr_matrix, averages: sparse.csr_matrix) -> None:
        self._vectorizer = vectorizer
        self._known = known
        self._averages = averages

    @classmethod
    def fit(cls, items: Sequence[Mapping[str, Any]], share: sparse.csr_matrix) -> _Texts | None:
        """None when no item has a text."""
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import FeatureUnion
        from sklearn.preprocessing import normalize

        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, dtype=np.float32, token_pattern=_WORD)
        letters = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, dtype=np.float32, max_features=300_000
        )
        vectorizer = FeatureUnion([("words", words), ("letters", letters)])
        texts = [_text(item) for item in items]
        if not any(any(letter.isalnum() for letter in text) for text in texts):
            return None
        known = normalize(vectorizer.fit_transform(texts))
        return cls(vectorizer, known, normalize(share @ known))

    def similarity(self, items: Sequence[Mapping[str, Any]]) -> Matrix:
        """Cosine to every labeled item."""
        return np.asarray((self._vectors(items) @ self._known.T).toarray(), np.float32)

    def average(self, items: Sequence[Mapping[str, Any]]) -> Matrix:
        """Cosine to the average of each answer's labeled items."""
        return np.asarray((self._vectors(items) @ self._averages.T).toarray(), np.float32)

    def _vectors(self, items: Sequence[Mapping[str, Any]]) -> sparse.csr_matrix:
        from sklearn.preprocessing import normalize

        return normalize(self._vectorizer.transform([_text(item) for item in items]))


class _Numbers:
    """The numeric fields of labeled items, in standard deviations from their mean; a missing one stands at the mean."""

    def __init__(self, names: list[str], items: Sequence[Mapping[str, Any]], share: sparse.csr_matrix) -> None:
        self._names = names
        raw = self._raw(items)
        self._mean = np.nanmean(raw, axis=0)
        spread = np.nanstd(raw, axis=0)
        self._spread = np.where(spread > 0, spread, 1)
        self._known = self._standard(items)
        self._averages = np.asarray(share @ self._known)

    @classmethod
    def fit(cls, items: Sequence[Mapping[str, Any]], share: sparse.csr_matrix) -> _Numbers | None:
        """None when no field holds numbers."""
        names = sorted({name for item in items for name, value in _flat(item) if _number(value) is not None})
        return cls(names, items, share) if names else None

    def similarity(self, items: Sequence[Mapping[str, Any]]) -> Matrix:
        """1 for equal numbers, falling to 0 with the distance to each labeled item."""
        return self._near(self._standard(items), self._known)

    def average(self, items: Sequence[Mapping[str, Any]]) -> Matrix:
        """The same, to the average of each answer's labeled items."""
        return self._near(self._standard(items), self._averages)

    def _near(self, here: Matrix, there: Matrix) -> Matrix:
        squared = (here**2).sum(1)[:, None] + (there**2).sum(1)[None, :] - 2 * here @ there.T
        return np.asarray(np.exp(-np.maximum(squared, 0) / len(self._names)), np.float32)

    def _standard(self, items: Sequence[Mapping[str, Any]]) -> Matrix:
        return np.asarray(np.nan_to_num((self._raw(items) - self._mean) / self._spread), np.float32)

    def _raw(self, items: Sequence[Mapping[str, Any]]) -> NDArray[np.float64]:
        rows = [dict(_flat(item)) for item in items]
        numbers = [[_number(row.get(name)) for name in self._names] for row in rows]
        return np.array(numbers, dtype=np.float64).reshape(len(rows), len(self._names))


def _flat(item: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name in sorted(item):
        value = item[name]
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            yield prefix + name, " ".join(str(each) for each in value)
        else:
            yield prefix + name, value


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    number = float(value)
    return number if math.isfinite(number) and abs(number) < 1e15 else None


def _text(item: Mapping[str, Any]) -> str:
    return " ".join(str(value) for _, value in _flat(item) if value is not None and _number(value) is None)
