"""Leaves out of a text what it quotes or reports of others: only a person's own words are looked at.

Quotation marks of all kinds, and reported speech without them ("she goes you never listen"), found with spaCy's Matcher over a
blank English pipeline. What stands in quotation marks is the person's own where the whole text is quoted, or where
they say that they would say it ("I'd tell him: '…'").
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import List, Tuple

import assistant.spacy_alone  # noqa: F401  isort: skip  (before spaCy)
import spacy
from spacy.language import Language
from spacy.matcher import Matcher
from spacy.tokens import Doc
from spacy.util import filter_spans

GAP = "…"
_PAIRS = (("“", "”"), ("„", "“"), ("«", "»"), ("‘", "’"))
_QUOTES = [re.compile(f"{start}([^{start}{end}]+){end}") for start, end in _PAIRS]
_QUOTES.insert(0, re.compile(r'"([^"]+)"'))
# A single quotation mark must not be an apostrophe: it opens after a space or bracket, and closes before one.
_QUOTES.append(re.compile(r"(?<![\w'])'(?=\w)((?:[^']|(?<=\w)'(?=\w))+)'(?!\w)"))
_WOULD_SAY = re.compile(
    r"\b(i'?d|i would|i will|i'?ll|i could|i want to|i wanna|i'?m going to|im gonna|i'?m gonna|i might|i can|let me|maybe|something like|how about|"
    r"my (sentence|line|version|try|message|text)|draft)\b[^.!?\"“‘]{0,40}$",
    re.IGNORECASE,
)
SAYING = [
    "say",
    "says",
    "said",
    "saying",
    "telling",
    "calling",
    "shouting",
    "yelling",
    "tell",
    "tells",
    "told",
    "yell",
    "yells",
    "yelled",
    "shout",
    "shouts",
    "shouted",
    "scream",
    "screamed",
    "text",
    "texts",
    "texted",
    "write",
    "writes",
    "wrote",
    "reply",
    "replied",
    "answer",
    "answered",
    "call",
    "calls",
    "called",
    "reckon",
    "reckons",
    "reckoned",
    "claim",
    "claims",
    "claimed",
    "mutter",
    "muttered",
    "snap",
    "snapped",
    "accuse",
    "accused",
]
OTHERS = [
    "he",
    "she",
    "they",
    "mum",
    "mom",
    "mam",
    "mammy",
    "dad",
    "daddy",
    "mother",
    "father",
    "boss",
    "gaffer",
    "wife",
    "husband",
    "sister",
    "brother",
    "everyone",
    "everybody",
    "someone",
    "somebody",
    "people",
    "teacher",
    "manager",
    "girlfriend",
    "boyfriend",
    "friend",
    "mate",
    "ex",
    "gran",
    "nan",
    "granny",
    "daughter",
    "son",
    "aunt",
    "auntie",
    "uncle",
    "cousin",
    "landlord",
    "neighbour",
    "neighbor",
    "colleague",
    "partner",
    "flatmate",
    "roommate",
    "missus",
    "oga",
]
STOP_WORDS = {
    "and",
    "but",
    "so",
    "which",
    "then",
    "because",
    "cos",
    "cuz",
    "bc",
    "when",
    "while",
    "yet",
    "though",
    "although",
}
# What reported words begin with after "goes": "she goes you never listen", not "she goes to work".
OPENINGS = [
    "i",
    "im",
    "i'm",
    "you",
    "u",
    "ur",
    "your",
    "you're",
    "youre",
    "why",
    "what",
    "stop",
    "oh",
    "well",
    "no",
    "yeah",
    "it's",
    "its",
    "we",
    "get",
    "dont",
    "don't",
    "do",
    "shut",
    "how",
    "who",
    "nobody",
    "everyone",
]
OWN = {"i", "i'm", "im", "my", "that", "it", "this", "me", "could", "can", "please", "would", "we", "id", "ive", "now"}
MOST_REPORTED = 25  # tokens


@lru_cache(maxsize=1)
def _pipeline() -> Tuple[Language, Matcher]:
    language = spacy.blank("en")
    matcher = Matcher(language.vocab)
    other = {"LOWER": {"IN": OTHERS}}
    adverbs = [
        "just",
        "then",
        "always",
        "also",
        "even",
        "once",
        "actually",
        "literally",
        "only",
        "keeps",
        "kept",
        "all",
        "still",
    ]
    adverb = {"LOWER": {"IN": adverbs}, "OP": "?"}
    told = {"LOWER": {"IN": ["me", "us", "him", "her", "them", "on", "at", "back", "to"]}, "OP": "*"}
    matcher.add("SAID", [[other, adverb, {"LOWER": {"IN": SAYING}}, told]])
    matcher.add(
        "LIKE", [[other, adverb, {"LOWER": {"IN": ["was", "is", "were", "'s", "s", "are"]}}, {"LOWER": "like"}]]
    )
    matcher.add("THOUGHT", [[other, adverb, {"LOWER": "thinks"}]])
    to_me = [{"LOWER": "to", "OP": "?"}, {"LOWER": "me", "OP": "?"}]
    going = {"LOWER": {"IN": ["goes", "go", "went"]}}
    matcher.add("GOES", [[other, adverb, going, *to_me, {"LOWER": {"IN": OPENINGS}}]])
    matcher.add("YOU", [[{"LOWER": {"IN": ["you", "u"]}}, adverb, {"LOWER": "said"}]])
    matcher.add("YOU_TOLD", [[{"LOWER": {"IN": ["you", "u"]}}, adverb, {"LOWER": "told"}, {"LOWER": "me"}]])
    return language, matcher


def own_words(text: str) -> str:
    """Return the text with quoted and reported speech of others replaced by "…"."""
    return _without_reports(_without_quotes(text)).strip()


def _without_quotes(text: str) -> str:
    for pattern in _QUOTES:
        parts: List[str] = []
        end = 0
        for found in pattern.finditer(text):
            before = text[: found.start()]
            rest = (before + text[found.end() :]).strip(" .,:;-–—")
            own = not rest or _WOULD_SAY.search(before) or len(rest.split()) <= 1
            parts += [text[end : found.start()], found[1] if own else GAP]
            end = found.end()
        text = "".join([*parts, text[end:]])
    return text


def _without_reports(text: str) -> str:
    language, matcher = _pipeline()
    doc = language.make_doc(text)
    spans = filter_spans(matcher(doc, as_spans=True))
    pieces: List[str] = []
    at = 0
    for span in spans:
        if span.start < at:
            continue
        begin = span.end - 1 if span.label_ == "GOES" else span.end
        end = _end_of_report(doc, begin)
        pieces.append(doc[at:begin].text_with_ws)
        pieces.append(f"{GAP} " if end > begin else doc[begin:end].text_with_ws)
        at = end
    pieces.append(doc[at:].text_with_ws)
    return "".join(pieces)


def _end_of_report(doc: Doc, start: int) -> int:
    """Return where reported words end: at the sentence's end, or where the person goes on in their own words."""
    for index in range(start, min(len(doc), start + MOST_REPORTED)):
        token = doc[index]
        if token.text in ".!?;\n" or token.text.startswith("\n"):
            return index
        following = doc[index + 1].lower_ if index + 1 < len(doc) else ""
        if (
            index > start
            and token.lower_ in STOP_WORDS | {",", "-", "–"}
            and (following in OWN or token.lower_ == "which")
        ):
            return index
    return min(len(doc), start + MOST_REPORTED)
