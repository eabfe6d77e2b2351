"""What a message means in the middle of an exercise, on messages by a writer who saw no training message."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from rasa.shared.exceptions import InvalidConfigException

from assistant.content.files import ContentError
from assistant.nlu.moves import ANSWER, PracticeMoves, read_moves

DEVELOPMENT = "tests/nlu/development/moves.txt"


@pytest.fixture(scope="module")
def read(agent: Any) -> list[tuple[str, str]]:
    """The kind that is meant and the kind that is read, for each development message."""

    async def parse() -> list[tuple[str, str]]:
        return [
            (kind, (await agent.parse_message(text))["practice_move"]["name"]) for kind, text in read_moves(DEVELOPMENT)
        ]

    return asyncio.run(parse())


def test_answers_are_taken_as_answers(read: list[tuple[str, str]]) -> None:
    answers = [found == ANSWER for kind, found in read if kind == ANSWER]
    assert sum(answers) / len(answers) >= 0.95


def test_wishes_remarks_and_questions_are_told_apart(read: list[tuple[str, str]]) -> None:
    others = [found == kind for kind, found in read if kind != ANSWER]
    assert sum(others) / len(others) >= 0.80


def test_no_development_message_is_trained_on() -> None:
    trained = {text.lower() for _, text in read_moves("data/practice/moves.txt")}
    assert not trained & {text.lower() for _, text in read_moves(DEVELOPMENT)}


def test_an_unknown_kind_names_file_and_line(tmp_path: Any) -> None:
    path = tmp_path / "moves.txt"
    path.write_text("## dance\nla la la\n", encoding="utf-8")
    with pytest.raises(ContentError, match=r"moves\.txt, line 2.*no kind of move"):
        read_moves(str(path))


@pytest.mark.parametrize("threshold", [0, 1, "high", True])
def test_a_wrong_threshold_is_a_clear_error(threshold: Any) -> None:
    with pytest.raises(InvalidConfigException, match="threshold"):
        PracticeMoves({**PracticeMoves.get_default_config(), "threshold": threshold}, None, None)  # type: ignore[arg-type]
