"""Words and signs that people type around what they mean, put around examples for the training of the crisis detector.

People in danger add "lol", a greeting, a question about the price, emoji; who quotes a film does too. A model that never read such
words takes them for a sign of one or the other.
"""

from __future__ import annotations

import random
from typing import Callable, Sequence

GREETINGS = [
    "hi",
    "hello",
    "hey",
    "hey there",
    "good evening",
    "ok so",
    "um",
    "so",
    "sorry",
    "hi again",
    "hello there",
    "look",
    "honestly",
    "idk",
    "sorry to bother you",
    "yo",
]
TAILS = [
    "lol",
    "lmao",
    "haha",
    "hahaha",
    "xD",
    "idk",
    "tbh",
    "ngl",
    "smh",
    "rip",
    "fml",
    "sorry",
    "sorry for ranting",
    "thanks",
    "thank you",
    "anyway",
    "whatever",
    "x",
    "ok bye",
    "please",
    "plz help",
]
EMOJI = [
    "🙂",
    "😭",
    "😅",
    "😂",
    "💀",
    "🥲",
    "❤️",
    "🙃",
    "😔",
    "😢",
    "🤷",
    "🙏",
    "😡",
    ":)",
    ":(",
    ":'(",
    ";)",
    "xx",
    "<3",
]
QUESTIONS = [
    "What does it cost?",
    "how much is it",
    "do you have evening appointments?",
    "How do I book?",
    "is this private",
    "what is ipt",
    "can you explain role disputes",
    "Where are you based?",
    "do i need a referral",
    "how long does it take",
    "are you a real person",
    "what is the next step",
    "can I bring my sister?",
    "does insurance pay",
    "who do I call",
    "is it online",
    "what should i do",
]
# Questions and wishes that a statement may stand in; "{}" is the statement.
FRAMES = [
    "does ipt help if {}",
    "can ipt do anything when {}",
    "can therapy help me, {}",
    "can i get ipt if {}",
    "can i still come if {}",
    "should i come if {}",
    "is it right for me, {}",
    "is ipt for people who say {}",
    "what happens in a session if i say {}",
    "what if i tell the therapist {}",
    "do they write it down if i say {}",
    "is it private if i write {}",
    "is it confidential that {}",
    "is it normal that {}",
    "is it my fault that {}",
    "why is it that {}",
    "how do i tell my mum {}",
    "how do i tell my partner that {}",
    "how do i say it to my friend: {}",
    "how can i explain to my doctor that {}",
    "i want to practise telling someone {}",
    "can we rehearse how to say {}",
    "help me put it in words, {}",
    "what do i do when {}",
    "what should i do now, {}",
    "who can i talk to, {}",
    "who do i ask if {}",
    "is there an exercise for this: {}",
    "do you have an exercise for when {}",
    "what do i write in the diary if {}",
    "how much does it cost if {}",
    "how long does it take when {}",
    "how many sessions do i need, {}",
    "can my sister come too, {}",
    "{}, what do i do",
    "{}, is that normal",
    "{}, can ipt help with that",
    "{}, is that what ipt is for",
    "{}, who do i talk to",
    "{}, do you have an exercise",
    "{} and i want to know what to say",
    "{} so how soon can i be seen",
]
ENDS = ["?", "??", "...", "!!", "!", ".", "?!", "…", ".....", ","]
QUOTES = (
    ('"', '"'),
    ("'", "'"),
    ("“", "”"),
    ("«", "»"),
    ("*", "*"),
    ("(", ")"),
)
NEIGHBOURS = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wertyuioopsdfghjkllxcvbnmn"))


def surrounded(text: str, rng: random.Random, ordinary: Sequence[str] = QUESTIONS) -> str:
    """Return a message with one or two things around it, or typed with slips; `ordinary` are messages to follow it or come before."""
    changed = rng.choice(_WAYS)(text, rng, ordinary)
    return rng.choice(_WAYS)(changed, rng, ordinary) if rng.random() < 0.25 else changed


def framed(text: str, rng: random.Random) -> str:
    """Return a statement inside a question or a wish such as people put to this assistant: "does ipt help if ..."."""
    plain = text.rstrip(" .!?…,")
    if plain[:1].isupper() and not plain.startswith(("I ", "I'", "I’")):
        plain = plain[0].lower() + plain[1:]
    return rng.choice(FRAMES).format(plain) + rng.choice(("", "", "?"))


def held_out(text: str) -> dict[str, str]:
    """Return a message as it is typed with things around it that `surrounded` never puts there, by what they are; for measuring only."""
    plain = text.rstrip(" .!?…")
    return {
        "?": plain + " ??!",
        "laughter": plain + " heh",
        "quotes": f"‘{text}’",
        "question after": plain + " what are your opening hours",
        "question before": f"Is there parking. {text}",
        "emoji": plain + " 🫠🥴",
        "greeting": f"hiya. {text}",
        "thanks": plain + " ta very much",
        "sigh": f"ugh {plain} tho",
        "spaced": "  ".join(text.split()),
    }


def slips(text: str, rng: random.Random) -> str:
    """Return a text with one slip of the thumbs in about every twelve letters: swapped, doubled, left out, or its neighbour."""
    letters = list(text)
    for _ in range(1 + len(letters) // 12):
        place = rng.randrange(len(letters))
        if not letters[place].isalpha():
            continue
        slip = rng.randrange(4)
        if slip == 0 and place + 1 < len(letters):
            letters[place], letters[place + 1] = letters[place + 1], letters[place]
        elif slip == 1:
            letters[place] *= 2
        elif slip == 2 and len(letters) > 8:
            letters[place] = ""
        else:
            letters[place] = NEIGHBOURS.get(letters[place], letters[place])
    return "".join(letters)


def _ended(text: str, rng: random.Random, ordinary: Sequence[str]) -> str:
    return text.rstrip(" .!?…") + rng.choice(ENDS)


def _asked(text: str, rng: random.Random, ordinary: Sequence[str]) -> str:
    return text.rstrip(" .!?…") + rng.choice(("?", "?", " ?", "??"))


def _followed(text: str, rng: random.Random, ordinary: Sequence[str]) -> str:
    return text.rstrip(" .!…") + rng.choice((" ", " ", ", ", "... ", " 😭 ")) + rng.choice(TAILS)


def _pictured(text: str, rng: random.Random, ordinary: Sequence[str]) -> str:
    return f"{text} {rng.choice(EMOJI) * rng.choice((1, 1, 3))}"


def _greeted(text: str, rng: random.Random, ordinary: Sequence[str]) -> str:
    return rng.choice(GREETINGS) + rng.choice((" ", ", ", "... ", ". ")) + text


def _quoted(text: str, rng: random.Random, ordinary: Sequence[str]) -> str:
    before, after = rng.choice(QUOTES)
    return f"{before}{text}{after}"


def _with_question(text: str, rng: random.Random, ordinary: Sequence[str]) -> str:
    other = rng.choice(QUESTIONS) if rng.random() < 0.5 else rng.choice(ordinary)
    joint = rng.choice((" ", " ", ", ", " and ", " also ", ". ", " btw "))
    return f"{text.rstrip(' .')}{joint}{other}" if rng.random() < 0.75 else f"{other}{joint}{text}"


def _unsigned(text: str, rng: random.Random, ordinary: Sequence[str]) -> str:
    return "".join(letter for letter in text.lower() if letter not in "',.’")


def _loud(text: str, rng: random.Random, ordinary: Sequence[str]) -> str:
    return text.upper()


def _slipped(text: str, rng: random.Random, ordinary: Sequence[str]) -> str:
    return slips(text, rng)


_WAYS: tuple[Callable[[str, random.Random, Sequence[str]], str], ...] = (
    _asked,
    _ended,
    _followed,
    _followed,
    _pictured,
    _greeted,
    _quoted,
    _with_question,
    _with_question,
    _unsigned,
    _loud,
    _slipped,
)
