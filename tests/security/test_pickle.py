"""Nothing that can run code is ever loaded from data: no pickle anywhere, and jobs are kept as JSON."""

from __future__ import annotations

import ast
from pathlib import Path

from dbos import DBOSPortableJSONSerializer

import workbench
from workbench.backends import queue

FORBIDDEN = frozenset({"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"})
PACKAGE = Path(workbench.__file__).parent


def test_nothing_is_unpickled() -> None:
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                assert not FORBIDDEN & {name.name.partition(".")[0] for name in node.names}, file
            elif isinstance(node, ast.ImportFrom):
                assert (node.module or "").partition(".")[0] not in FORBIDDEN, file
            elif isinstance(node, ast.keyword):
                assert node.arg != "allow_pickle", file


def test_jobs_are_kept_as_json() -> None:
    """DBOS pickles unless told otherwise, and a database row would become code in the worker."""
    tree = ast.parse(Path(queue.__file__).read_text())
    told = [node.value for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "serializer"]
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            told += [
                value
                for key, value in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant) and key.value == "serializer"
            ]
    names = {ast.unparse(value) for value in told}
    assert len(told) == 2
    assert names == {f"{DBOSPortableJSONSerializer.__name__}()"}
