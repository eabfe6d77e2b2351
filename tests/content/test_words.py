"""Which wording is forbidden, and which texts count as hard to read."""

from __future__ import annotations

import re

import pytest

from assistant.content.check_words import FILLED, FILLED_IN_EXERCISES, Style, forbidden, grade, word_count
from assistant.content.files import ROOT, parse, read_yaml
from assistant.dialogue.exercise import exercise_values
from assistant.dialogue.safety_answers import PLAN_STEPS

STYLE_FILE = ROOT / "content" / "style.yml"


@pytest.fixture(scope="module")
def style() -> Style:
    return parse(Style, read_yaml(STYLE_FILE), STYLE_FILE)


@pytest.mark.parametrize(
    "sentence",
    [
        "I am your therapist.",
        "I'm a doctor, so ask me.",
        "Welcome to your therapy session with me.",
        "My therapy can help you.",
        "This is part of our treatment.",
        "In our sessions you can speak freely.",
        "This chat is a kind of therapy.",
        "I can treat your low mood.",
        "This exercise cures stress.",
        "I understand how you feel.",
        "I know exactly what you are going through.",
        "I really care about you.",
        "Everything will be fine.",
        "Promise me that you will wait.",
        "Well done!",
        "Well done 🙂",
        "With love ❤",
        "Well done :)",
        "He committed suicide last year.",
        "a successful suicide",
        "After a failed attempt, people need support.",
        "Calm down.",
        "Please calm down and tell me.",
        "You need to calm down first.",
        "Now, calm down.",
        "Have you taken an overdose?",
        "Move the pills away.",
        "A session costs $30.",
        "A session costs 30 euros.",
    ],
)
def test_is_forbidden(sentence: str, style: Style) -> None:
    faults = list(forbidden(f"This comes first. {sentence} This comes last.", style))

    assert len(faults) == 1
    assert faults[0].wrong
    assert faults[0].remedy


@pytest.mark.parametrize(
    "sentence",
    [
        "I'm a program, not a therapist.",
        "I can't diagnose or treat anything.",
        "IPT is a talking therapy.",
        "Your therapist may say more about the treatment.",
        "This is practice, not treatment.",
        'You could ask: "Will you tell my doctor about my treatment?"',
        "I don't know what you mean.",
        "He died by suicide.",
        "Stay calm and listen.",
        "Take a break until you calm down a little.",
        "If you have taken too much, call for help.",
        "A session may cost $30, but check the site first.",
        "Fees of $30 may change.",
        "About 1 in 3 people gain from it.",
        "Fewer than 30 (see below): all right.",
    ],
)
def test_is_allowed(sentence: str, style: Style) -> None:
    assert list(forbidden(sentence, style)) == []


def test_what_a_person_may_say_is_not_taken_for_the_assistant(style: Style) -> None:
    letter = "I miss you. I care about you. My therapy helps."

    assert list(forbidden(letter, style))
    assert list(forbidden(letter, style, example=True)) == []
    assert list(forbidden("Hurry up!", style, example=True))


def test_names_that_cannot_be_said_shorter_do_not_count_as_hard(style: Style) -> None:
    text = "Interpersonal psychotherapy is a therapy for depression. Ask a therapist."

    assert grade(text, style.exempt_terms) < 5 < grade(text, [])


def test_words_in_braces_and_addresses_count_as_one_plain_word() -> None:
    plain = grade("Look at word or call word now and then rest.", [])

    assert grade("Look at interpersonalpsychotherapy.org or call {emergency_number} now and then rest.", []) == plain


def test_items_of_a_list_are_sentences() -> None:
    listed = "Ask them:\n\n- what it costs and who pays\n- how long it takes\n- where it is"

    assert grade(listed, []) < grade(listed.replace("\n", " "), [])


def test_a_dash_is_no_word_and_braces_are_one() -> None:
    assert word_count("- Call {emergency_number} – now") == 3


def test_every_word_allowed_in_braces_is_filled() -> None:
    generator = (ROOT / "assistant" / "dialogue" / "generator.py").read_text(encoding="utf-8")
    action = (ROOT / "actions" / "suggest_exercise.py").read_text(encoding="utf-8")

    filled = set(re.findall(r'values\["(\w+)"\] = ', generator)) | {f"plan_{name}" for name in PLAN_STEPS}
    assert set(FILLED) <= filled
    assert set(FILLED_IN_EXERCISES) - {"because"} == set(exercise_values("repair"))
    assert '"because": ' in action
