"""The coach: its interface, its figures on other writers' sentences, and what it says."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
import yaml

from assistant.coach import review
from assistant.coach.own_words import own_words
from assistant.content.coach import load_coach_words, load_sentences
from bench.nlu.coach import DEVELOPMENT, measure_coach
from tests.conftest import ROOT

CONTRACT = {
    "i_statement": "feeling, situation, request, blame, absolutes, hidden_you, mind_reading, threat",
    "assertive_request": "request, specific, demand, threat, over_apology, sarcasm",
    "say_no": "clear_no, over_apology, wavering, threat, controls_other",
    "active_listening": "restates, feeling_guess, open_or_check_question, advice, turns_to_self",
    "voice_anger": "anger_word, cause, request, you_make_me, threat",
    "ask_for_support": "feeling, kind_of_help, when, self_put_down",
    "repair": "own_act, impact, apology, non_apology, next_step",
}
QUOTED = yaml.safe_load((ROOT / "tests" / "coach" / "quoted.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def figures() -> dict:  # type: ignore[type-arg]
    return measure_coach()


@pytest.mark.parametrize("exercise", CONTRACT)
def test_the_criteria_are_those_agreed(exercise: str) -> None:
    criteria = review(exercise, "When the call was cancelled I felt hurt. Could we pick another day?").criteria
    assert set(criteria) == set(CONTRACT[exercise].split(", "))
    assert all(isinstance(value, bool) for value in criteria.values())


@pytest.mark.parametrize("exercise", CONTRACT)
def test_enough_labelled_sentences(exercise: str) -> None:
    assert len(load_sentences()[exercise]) >= 150
    assert len(load_sentences(DEVELOPMENT)[exercise]) >= 40


def test_no_development_sentence_is_trained_on() -> None:
    trained = {sentence.text.lower() for entries in load_sentences().values() for sentence in entries}
    measured = {sentence.text.lower() for entries in load_sentences(DEVELOPMENT).values() for sentence in entries}
    quoted = {case["text"].lower() for case in QUOTED}
    assert not trained & (measured | quoted)


def test_macro_f1_on_other_writers(figures: dict) -> None:  # type: ignore[type-arg]
    assert figures["macro_f1"] >= 0.88


def test_threats_are_found(figures: dict) -> None:  # type: ignore[type-arg]
    assert figures["threat_recall"] >= 0.98


@pytest.mark.parametrize("case", QUOTED, ids=[case["text"][:40] for case in QUOTED])
def test_speech_of_others_never_counts(case: dict) -> None:  # type: ignore[type-arg]
    criteria = review(case["exercise"], case["text"], case.get("prompt")).criteria
    assert not [name for name in case["not"] if criteria[name]]


@pytest.mark.parametrize("case", QUOTED, ids=[case["text"][:40] for case in QUOTED])
def test_the_words_of_others_are_taken_out(case: dict) -> None:  # type: ignore[type-arg]
    assert case["others"] in case["text"]
    assert case["others"] not in own_words(case["text"])


def test_feedback_names_one_good_thing_and_at_most_one_to_try() -> None:
    found = review("i_statement", "When you came home late on Friday I felt worried. You are so selfish.")
    assert found.praise and found.tip
    assert found.feedback == f"{found.praise}\n\n{found.tip}"
    assert "selfish" in found.tip


def test_nothing_to_try_in_a_good_sentence() -> None:
    text = "When the call was cancelled on Friday I felt hurt, because I'd been looking forward to it. Could we pick another day?"
    assert review("i_statement", text).tip == ""


@pytest.mark.parametrize("exercise", CONTRACT)
@pytest.mark.parametrize("text", ["", " ", "?", "😀", "日本語で書きます", "a" * 1000, '"""', "Sorry"])
def test_odd_texts_do_no_harm(exercise: str, text: str) -> None:
    assert set(review(exercise, text, prompt="I'm tired.").criteria) == set(CONTRACT[exercise].split(", "))


def test_feedback_never_says_wrong_and_gives_no_score() -> None:
    for entries in load_sentences(DEVELOPMENT).values():
        for sentence in entries[:8]:
            for exercise in CONTRACT:
                said = review(exercise, sentence.text, sentence.prompt).feedback
                assert not re.search(r"\bwrong\b|\bscore\b|\d+ ?(%|/ ?10|points)|{", said.replace(sentence.text, ""))


def test_an_unknown_exercise_is_a_clear_error() -> None:
    with pytest.raises(ValueError, match="knows no exercise 'dance'"):
        review("dance", "hello")


def test_every_criterion_has_its_words_to_say() -> None:
    for name, criterion in load_coach_words().criteria.items():
        assert criterion.tip, name


def test_the_coach_needs_neither_rasa_nor_tensorflow() -> None:
    code = "import assistant.coach, sys; print([name for name in ('rasa', 'tensorflow') if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
