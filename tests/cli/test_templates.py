"""What the commands about templates leave as it was."""

from __future__ import annotations

import json

from tests.cli.conftest import Run


def test_changing_one_setting_of_the_model_keeps_the_others(run: Run) -> None:
    for words in (
        "labelsets create mood --kind text --publish",
        "models add Near --kind nearest_label",
        "templates create Moods --label-type mood --prompt hello --model Near --temperature 0.5 --max-tokens 7",
    ):
        done = run(*words.split())
        assert done.exit_code == 0, done.stderr
    before = json.loads(run("templates", "show", "Moods", "--json").stdout)["model"]
    assert None not in before.values()
    after = json.loads(run("templates", "edit", "Moods", "--temperature", "0", "--json").stdout)["model"]
    assert after == before | {"temperature": 0}
    assert json.loads(run("templates", "edit", "Moods", "--notes", "x", "--json").stdout)["model"] == after
