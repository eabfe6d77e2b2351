"""What a person brings along: the exercise they name, the other person, an answer they have given already."""

from __future__ import annotations

from typing import Optional

import pytest

from assistant.content.exercises import load_exercises
from assistant.practice.openings import brought, named_exercise, person_said
from assistant.practice.wordings import corrected_person


@pytest.mark.parametrize("exercise", sorted(load_exercises()))
def test_every_title_and_label_names_its_exercise(exercise: str) -> None:
    known = load_exercises()[exercise]
    for name in (known.title, known.label, exercise.replace("_", " "), *known.also_called):
        assert named_exercise(name) == exercise
        assert named_exercise(f"can we do {name} please?") == exercise


@pytest.mark.parametrize("text", ["", "no", "i want to talk", "anger", "my sister is angry", "what is a hard talk"])
def test_other_words_name_none(text: str) -> None:
    assert named_exercise(text) is None


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("my sister", "your sister"),
        ("its my boss, at work", "your boss"),
        ("dave", "Dave"),
        ("T.", "T."),
        ("Anna from work", "Anna"),
        ("the hr lady", "the hr lady"),
        ("a guy at work", "the guy"),
        ("my two brothers", "your two brothers"),
        ("idk", None),
        ("him", None),
        ("why do you ask", None),
        ("someone i used to know a long time ago", None),
    ],
)
def test_who_it_is_about(text: str, person: Optional[str]) -> None:
    assert person_said(text)[0] == person


@pytest.mark.parametrize(
    ("exercise", "step", "text", "answer"),
    [
        ("say_no", "asked", "how do I tell my sister I can't host Christmas", "host Christmas"),
        ("say_no", "asked", "how do i tell my mum i wont come for easter", "come for easter"),
        (
            "say_no",
            "asked",
            "my cousin wants my car again this weekend and i cant say no to him",
            "car again this weekend",
        ),
        ("say_no", "asked", "i can't say no", None),
        ("assertive_request", "want", "how do i ask my boss for a raise?", "a raise"),
        ("assertive_request", "want", "i need my sister to pay me back, what do i say", "pay me back"),
        ("repair", "did", "i need to say sorry to my dad for shouting at him", "shouting at him"),
        ("repair", "did", "i need to say sorry to my dad", None),
        (
            "i_statement",
            "event",
            "my sister laughed at me in front of everyone",
            "my sister laughed at me in front of everyone",
        ),
        ("i_statement", "event", "how do i tell her", None),
    ],
)
def test_what_was_said_on_coming_is_offered(exercise: str, step: str, text: str, answer: Optional[str]) -> None:
    assert brought(load_exercises()[exercise], text).get(step) == answer


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("wait no i meant my mum", "your mother"),
        ("its my sister im asking not my mum", "your sister"),
        ("actually its my brother", "your brother"),
        ("i'm asking my sister for help", None),
        ("my sister laughed at me", None),
        ("no, my brother shouted first", None),
    ],
)
def test_a_person_put_right(text: str, person: Optional[str]) -> None:
    found = corrected_person(text)
    assert (found[0] if found else None) == person
