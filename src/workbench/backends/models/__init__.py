"""The shelf of models: one file each. A new kind of model is a new file and its place in `MODELS`."""

from __future__ import annotations

from workbench.backends.models.nearest_label import Labeled, NearestLabel
from workbench.backends.models.openai_compatible import OUTAGES, ChatEndpoint, OpenAICompatible
from workbench.backends.models.protocol import Answer, Failure, Model, ModelUnavailable, Question, ReadFile, Reply

MODELS: tuple[type[OpenAICompatible] | type[NearestLabel], ...] = (OpenAICompatible, NearestLabel)

__all__ = [
    "MODELS", "OUTAGES", "Answer", "ChatEndpoint", "Failure", "Labeled", "Model", "ModelUnavailable", "NearestLabel",
    "OpenAICompatible", "Question", "ReadFile", "Reply",
]  # fmt: skip
