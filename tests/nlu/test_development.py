"""The development set against the trained model: the least that must hold on messages it was not trained on."""

from __future__ import annotations

from typing import Any

import pytest

from bench.nlu.development import development_set
from bench.nlu.outcomes import Outcome, summary


@pytest.fixture(scope="module")
def figures(agent: Any) -> dict[str, float]:
    """Figures over the messages of all three writers."""
    import asyncio

    async def judge() -> list[Outcome]:
        examples = [example for group in development_set().values() for example in group]
        return [Outcome.from_parse(example, await agent.parse_message(example.text)) for example in examples]

    return summary(asyncio.run(judge()))


def test_in_scope_messages_are_answered_rightly(figures: dict[str, float]) -> None:
    assert figures["right_at_once"] >= 0.85
    assert figures["right_at_once_or_in_first_three"] >= 0.95
    assert figures["confidently_wrong"] <= 0.04


def test_out_of_scope_messages_are_declined(figures: dict[str, float]) -> None:
    assert figures["out_of_scope_declined"] >= 0.90


def test_no_development_message_is_trained_on() -> None:
    from bench.nlu.development import BESIDE, training_set

    trained = {example.text.casefold() for example in training_set()}
    for name, group in {**development_set(), **development_set(BESIDE)}.items():
        assert not [example.text for example in group if example.text.casefold() in trained], name
