"""Words and signs around examples, for the training of the crisis detector."""

from __future__ import annotations

import random

from bench.nlu.typing_noise import FRAMES, framed, held_out, slips, surrounded

TEXT = "i cannot sleep since march"


def test_the_same_beginning_gives_the_same_surroundings() -> None:
    first = [surrounded(TEXT, random.Random(3)) for _ in range(3)]
    assert len(set(first)) == 1


def test_surroundings_are_of_many_kinds_and_keep_most_of_the_message() -> None:
    rng = random.Random(0)
    made = [surrounded(TEXT, rng, ["how much is it"]) for _ in range(200)]
    assert len(set(made)) > 120
    kept = [sum(word in text.lower() for word in TEXT.split()) for text in made]
    assert sum(count >= 4 for count in kept) > 180


def test_a_statement_stands_inside_a_question() -> None:
    rng = random.Random(0)
    made = {framed("I cannot sleep since March.", rng) for _ in range(300)}
    assert len(made) > len(FRAMES)
    assert all("I cannot sleep since March" in text and "{" not in text for text in made)
    assert "my mum died" in framed("My mum died.", rng)


def test_slips_change_a_few_letters() -> None:
    slipped = slips(TEXT, random.Random(1))
    assert slipped != TEXT
    assert abs(len(slipped) - len(TEXT)) <= 3


def test_nothing_that_is_measured_is_trained_on() -> None:
    rng = random.Random(0)
    trained = {surrounded(TEXT, rng) for _ in range(2000)}
    measured = {text for name, text in held_out(TEXT).items() if name != "spaced"}
    assert not trained & measured
