"""Quoted and reported speech of others is left out; a person's own words stay."""

from __future__ import annotations

import pytest

from assistant.coach.own_words import own_words


@pytest.mark.parametrize(
    ("text", "gone", "kept"),
    [
        ('She said "you never help" and I felt small.', "never help", "I felt small"),
        ("She said ‘you never help’ and I felt small.", "never help", "I felt small"),
        ("He shouted 'you're useless, you always were' at me. I was hurt.", "useless", "I was hurt"),
        ("mum told me i'm selfish and i cried", "selfish", "i cried"),
        ("she goes you never listen, and i just left", "never listen", "i just left"),
        ("My boss says that I'm lazy. I felt angry.", "lazy", "I felt angry"),
        ("he was like whatever you're crazy but i stayed calm", "crazy", "i stayed calm"),
        ("you said I was a liar and that hurt", "liar", "that hurt"),
        ("everyone keeps telling me cheer up, so i say nothing now", "cheer up", "i say nothing"),
    ],
)
def test_speech_of_others_is_left_out(text: str, gone: str, kept: str) -> None:
    own = own_words(text)
    assert gone not in own
    assert kept in own


@pytest.mark.parametrize(
    "text",
    [
        "When you came late I felt hurt. Could you call next time?",
        "she goes to work at six and I do the school run",
        "I couldn't sleep, and it's been like that since May",
        "Please tell me when you'll be late",
        "you told Mammy about the scan before I could",
        "don't go to the party without me",
        "I don't think it's fair that I'm always the one who cooks",
    ],
)
def test_own_words_stay_as_they_are(text: str) -> None:
    assert own_words(text) == text


@pytest.mark.parametrize(
    "text",
    [
        '"When you came late I felt hurt."',
        "I'd say 'when you came late I felt hurt'",
        "maybe: “when you came late I felt hurt”",
    ],
)
def test_a_sentence_that_one_would_say_may_stand_in_quotation_marks(text: str) -> None:
    assert "I felt hurt" in own_words(text)


@pytest.mark.parametrize("text", ["", "   ", '"', "''", "she said", "“unclosed and more", "a" * 1000])
def test_odd_texts_do_no_harm(text: str) -> None:
    assert isinstance(own_words(text), str)
