"""Finds the reviewed danger words of `content/crisis/` in a sentence, by spaCy's Matcher."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Dict, FrozenSet, Iterator, List, Optional, Set, Tuple

import assistant.spacy_alone  # noqa: F401  isort: skip  (before spaCy)
import spacy
from spacy.lang.en.stop_words import STOP_WORDS
from spacy.matcher import Matcher
from spacy.tokens import Doc

from assistant.content.crisis import CrisisWords
from assistant.nlu.text import normalise

COMMON = {*STOP_WORDS, "im", "ive", "dont", "cant", "wont", "want", "going", "gonna", "think"}
GAP = 3  # "..." stands for up to so many other words
Needed = Tuple[FrozenSet[str], Tuple[str, ...]]  # whole words, and beginnings of words; one of them must be there
LOWER, IMMINENT, MENTIONED = "lower", "imminent", "mentioned"
_WORD = re.compile(r"(?:[^\W_]|\*)+")  # of any script
_DROPPED = re.compile(r"(?<=\w)'(?=\w)")


@dataclass(frozen=True)
class DangerFound:
    """What the danger words say of a sentence.

    Attributes:
        clear: the kind of a phrase that stands, or `None`.
        raised: the kind of a phrase that raises, or `None`.
        lowered: whether something lowers the sentence.
        imminent: whether a phrase of any kind says that the danger is now.
        mentioned: whether the subject is named at all.
        certain: the kind of a phrase that is danger whatever else is said, or `None`.
    """

    clear: Optional[str] = None
    raised: Optional[str] = None
    lowered: bool = False
    imminent: bool = False
    mentioned: bool = False
    certain: Optional[str] = None


class DangerWordFinder:
    """Compiled danger words."""

    def __init__(self, words: CrisisWords) -> None:
        """Compile.

        Raises:
            ValueError: a phrase cannot be read; names it.
        """
        self._vocab = spacy.blank("en").vocab
        self._matcher = Matcher(self._vocab)
        self._needed: Dict[str, List[List[Needed]]] = {}  # by a word of its least common part
        self._begun: List[List[Needed]] = []  # those whose least common part has beginnings of words
        self._beginnings: Tuple[str, ...] = ()
        for kind in words.kinds:
            self._add(f"clear/{kind.kind}", kind.clear)
            self._add(f"raise/{kind.kind}", kind.raises)
            self._add(IMMINENT, kind.imminent)
            self._add(f"certain/{kind.kind}", kind.certain)
        self._add(LOWER, words.lower.all)
        self._add(MENTIONED, words.lower.mentions)
        slips = words.spelling.spelling
        self._slips: Dict[str, str] = {_plain(typed): meant for typed, meant in slips.items()}
        typed = sorted((re.escape(slip) for slip in self._slips), key=len, reverse=True)
        self._slip = re.compile(rf"(?<![\w*])(?:{'|'.join(typed)})(?![\w*])") if typed else None

    def words(self, text: str) -> List[str]:
        """Return the words of a text as the phrases are held against them: lower case, no apostrophes, slips mended."""
        plain = _plain(text)
        if self._slip:
            plain = self._slip.sub(lambda found: self._slips[found.group()], plain)
        return _WORD.findall(plain)

    def find(self, text: str) -> DangerFound:
        """Return what the phrases say of a sentence."""
        words = self.words(text)
        # Most sentences do not hold the words of any phrase, and the matcher takes longer than the rest of the detector.
        present = set(words)
        if not any(all(_holds(present, part) for part in phrase) for phrase in self._candidates(present)):
            return DangerFound()
        doc = Doc(self._vocab, words=words)
        names = {self._vocab.strings[match[0]] for match in self._matcher(doc)}
        return DangerFound(
            _kind(names, "clear/"),
            _kind(names, "raise/"),
            LOWER in names,
            IMMINENT in names,
            MENTIONED in names,
            _kind(names, "certain/"),
        )

    def _add(self, name: str, phrases: List[str]) -> None:
        if not phrases:
            return
        patterns = [read_phrase(phrase) for phrase in phrases]
        self._matcher.add(name, patterns)
        for needed in map(needed_words, phrases):
            whole, beginnings = needed[0]
            for word in whole:
                self._needed.setdefault(word, []).append(needed)
            if beginnings:
                self._begun.append(needed)
                self._beginnings += beginnings

    def _candidates(self, present: Set[str]) -> Iterator[List[Needed]]:
        """Yield the phrases whose least common part may be among the words of a sentence."""
        for word in present:
            yield from self._needed.get(word, ())
        if any(word.startswith(self._beginnings) for word in present):
            yield from self._begun


def _kind(names: Set[str], prefix: str) -> Optional[str]:
    return next((name[len(prefix) :] for name in sorted(names) if name.startswith(prefix)), None)


def read_phrase(phrase: str) -> List[Dict[str, Any]]:
    """Return a phrase as a pattern of spaCy's Matcher.

    "want|wanna to? ... suicid*": alternatives, a word that may be missing, up to three other words, any ending.

    Raises:
        ValueError: the phrase has no word that must be there.
    """
    pattern: List[Dict[str, Any]] = []
    for part in phrase.split():
        if part == "...":
            pattern.extend({"OP": "?"} for _ in range(GAP))
            continue
        optional = part.endswith("?")
        choices = [_plain(choice) for choice in part.rstrip("?").split("|")]
        if any("*" in choice for choice in choices):
            token: Dict[str, Any] = {
                "LOWER": {"REGEX": "^(?:" + "|".join(c.replace("*", r"\w*") for c in choices) + ")$"}
            }
        else:
            token = {"LOWER": {"IN": choices}}
        pattern.append({**token, "OP": "?"} if optional else token)
    if not any("LOWER" in token and "OP" not in token for token in pattern):
        raise ValueError(f"{phrase!r} holds no word that must be there.")
    return pattern


def needed_words(phrase: str) -> List[Needed]:
    """Return the words that a phrase cannot do without, the least common first: of each its choices, and beginnings of words."""
    needed = [part.split("|") for part in phrase.split() if part != "..." and not part.endswith("?")]
    plain = [[_plain(choice) for choice in choices] for choices in needed]
    plain.sort(key=lambda choices: (sum(choice in COMMON for choice in choices), len(choices)))
    return [
        (
            frozenset(choice for choice in choices if "*" not in choice),
            tuple(choice.split("*")[0] for choice in choices if "*" in choice),
        )
        for choices in plain
    ]


def _holds(words: Set[str], part: Needed) -> bool:
    whole, beginnings = part
    return not whole.isdisjoint(words) or (bool(beginnings) and any(word.startswith(beginnings) for word in words))


def _plain(text: str) -> str:
    return _DROPPED.sub("", normalise(text))
