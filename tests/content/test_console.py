"""`content/console.yml`: what is wrong there is named with file, key and remedy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assistant.content.check import check_all
from tests.content.test_check import TODAY, change, copied

HARD = "The professional organisation's administrative responsibilities necessitate individualised authorisation."


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HARD, "school grade"),
        ("Nothing is left of {name}.", "{name}"),
        ("I am your therapist.", "must not pass for a professional"),
        (5, "`__root__.inbox.empty`: str type expected"),
    ],
)
def test_the_check_names_what_is_wrong(tmp_path: Path, text: Any, told: str) -> None:
    root = copied(tmp_path)
    change(root / "content/console.yml", lambda data: data["inbox"].update(empty=text))
    problems = [problem for problem in check_all(root, TODAY) if problem.startswith("content/console.yml")]
    assert any(told in problem for problem in problems), problems
    assert all("inbox" in problem and "empty" in problem for problem in problems)
