"""What a person brings along: the exercise they name, the other person, and what it is about."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Dict, Iterable, Iterator, List, Optional, Tuple

from assistant.content.exercises import Exercise, Step, load_exercises
from assistant.content.lexicon import load_lexicon
from assistant.practice.checks import person_in

FEWEST, MOST = 2, 16  # words of what is taken from an opening
MOST_WHOLE = 40
MOST_BESIDES = 4
_BEFORE = re.compile(
    r"please|ok|okay|can|could|may|we|i|id|would|want|wanna|like|need|to|lets|let|us|do|try|start|open|begin|the|a|an|exercise|practise|practice|for"
)
_BEHIND = re.compile(r"please|exercise|now|one|thing|next")
_ASKS_FOR_HELP = re.compile(
    r"[.?!\n]|\b(?:what (?:do|can|should|would) i|how (?:do|can|should|would) i|can you|could you|(?:please )?help( me)?\b|any (?:ideas|tips|advice))",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"(?:how|what|can|could|help|suggest|give|is there|i(?:'?d| would)? ?(?:want|need|like|wanna|have)\b|please|exercise|i don'?t know how)",
    re.IGNORECASE,
)
_SAYS_NOTHING = re.compile(
    r"(?:say|tell|do|him|her|them|it|that|this|so|anymore|any more|no|to|me|i|be|a|the|something|anything)(?:\s|$)",
    re.IGNORECASE,
)
_WISH = re.compile(r"[,;]? (?:and |so |but )?i(?:'?d)? (?:want|need|like|wanna|would like) (?:to |an? )", re.IGNORECASE)
_NO_BEGINNING = re.compile(r"(?:say|tell|do|him|her|them|no|be) ", re.IGNORECASE)
_NAMED = re.compile(
    r"^(?:(?:it'?s|its|its about|it'?s about|about|with|to|for|from|probably|maybe|well|um|actually|mostly|just)\s+)*"
    r"(my|our|the|a|an)\s+([^\d\W][\w'’ -]*?)(?=$|[,.;:(]|\s+(?:from|at|on|in|about|because|when|who|and|that|but)\b)",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W\d_][\w'’-]*\.?(?: [^\W\d_][\w'’-]*\.?)?")
_NO_NAME = re.compile(
    r"nobody|no ?one|none|every(one|body)|some(one|body)|anyone|me|myself|him|her|them|they|he|she|it|us|you|idk|dunno|skip|no|not|yes|ok|okay|hi|hello|nothing|"
    r"all|why|what|who|how|when|help|back|stop|next|both|lol|fine|sure|maybe|work|home|school|family"
)
MOST_NAME = 4  # words


def only_names_exercise(text: str) -> bool:
    """Return whether a text names an exercise and tells hardly anything besides."""
    found = named_exercise(text)
    return found is not None and len(text.split()) <= len(load_exercises()[found].title.split()) + MOST_BESIDES


def named_exercise(text: str) -> Optional[str]:
    """Return the id of the exercise that a text names by its title, label or another name, with no more than a few words around."""
    said = _plain(text)
    names = _names()
    if said in names:
        return names[said]
    for words in _stripped(said.split()):
        if " ".join(words) in names:
            return names[" ".join(words)]
    if len(said.split()) > MOST:
        return None
    whole = f" {said} "
    within = {exercise for name, exercise in _long_names() if name in whole}
    return within.pop() if len(within) == 1 else None


def _stripped(words: List[str]) -> Iterator[List[str]]:
    """Yield the words without more and more of what is said around a name."""
    first, last = 0, len(words)
    while first < last and _BEFORE.fullmatch(words[first]):
        first += 1
    while last > 0 and _BEHIND.fullmatch(words[last - 1]):
        last -= 1
    for begin in range(first + 1):
        for end in range(len(words), last - 1, -1):
            yield words[begin:end]


@lru_cache(maxsize=1)
def _names() -> Dict[str, str]:
    found: Dict[str, str] = {}
    for exercise in load_exercises().values():
        for name in (exercise.title, exercise.label, exercise.id.replace("_", " "), *exercise.also_called):
            found.setdefault(_plain(name), exercise.id)
    return found


@lru_cache(maxsize=1)
def _long_names() -> List[Tuple[str, str]]:
    return [(f" {name} ", exercise) for name, exercise in _names().items() if len(name.split()) > 2]


def _plain(text: str) -> str:
    return re.sub(r"[^\w ]+", "", re.sub(r"[-_/\n]", " ", text.casefold())).strip()


def person_said(text: str) -> tuple[Optional[str], Optional[str]]:
    """Return how to call the person that an answer to "who is it about?" names ("your landlord", "Dave"), and the group."""
    person, group = person_in(text)
    if person:
        return person, group
    said = text.strip()
    found = _NAMED.match(said)
    if found and len(found[2].split()) <= MOST_NAME:
        group = _group_of(found[2])
        own = found[1].lower() in ("my", "our") or (group and found[1].lower() != "the")
        return f"{'your' if own else 'the'} {found[2].strip()}", group
    name = re.split(r",| (?:from|at|on|in) ", said)[0].rstrip("!")
    if _NAME.fullmatch(name) and not any(_NO_NAME.fullmatch(word.strip(".").casefold()) for word in name.split()):
        known = next((word for word in _groups() if word == name.casefold()), None)
        if known:
            return f"your {known}", _groups()[known]
        return " ".join(word[:1].upper() + word[1:] for word in name.split()), None
    return None, None


def _group_of(name: str) -> Optional[str]:
    *before, last = name.casefold().split()
    return None if any(word.endswith("s") for word in before) else _groups().get(last)  # "my best friend's husband"


@lru_cache(maxsize=1)
def _groups() -> Dict[str, Optional[str]]:
    return {
        word.casefold().removeprefix("my "): entry.group
        for entry in load_lexicon()["relationship"].values.values()
        for word in entry.words
    }


def brought(exercise: Exercise, text: str) -> Dict[str, str]:
    """Return the answers, by step, that the message by which a person came already gives; the person is asked whether to take them."""
    found = {}
    for step in exercise.steps:
        answer = _answer_in(step, text)
        if answer:
            found[step.id] = answer
    return found


def _answer_in(step: Step, text: str) -> Optional[str]:
    said = " ".join(text.replace("’", "'").split())
    if step.opening_whole:
        told = _WISH.split(_ASKS_FOR_HELP.split(said)[0])[0].strip(" ,;-")
        fits = FEWEST < len(told.split()) <= MOST_WHOLE and not _REQUEST.match(told)
        return told if fits else None
    return _after(step.opening_after, said)


def _after(beginnings: Iterable[str], said: str) -> Optional[str]:
    """Return what follows the first of these beginnings in a text; `*` in one stands for up to four words."""
    for beginning in beginnings:
        pattern = re.escape(beginning).replace(r"\*", r"(?:\S+ ){0,3}\S+").replace("'", "'?")
        found = re.search(rf"(?<!\w){pattern} (.+)", said, re.IGNORECASE)
        if not found:
            continue
        rest = _ASKS_FOR_HELP.split(found[1])[0].strip(" ,;-")
        rest = re.split(r",? (?:and|but|so|because|cos) i\b", rest)[0]
        rest = re.sub(r"\s+(?:and|but|so|or|because|cos)$", "", rest)
        words = rest.split()
        telling = [word for word in words if not _SAYS_NOTHING.fullmatch(word)]
        if telling and len(words) <= MOST and not _NO_BEGINNING.match(rest) and len(rest) > 3:
            return rest
    return None
