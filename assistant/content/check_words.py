"""How texts may be worded: length, school grade, forbidden wording, words in braces (`content/style.yml`)."""

from __future__ import annotations

import re
from functools import cache
from typing import Iterator, List, Optional

import textstat
from pydantic import BaseModel, Extra, validator

from assistant.content.check_files import Fault

# Words that `assistant/dialogue/generator.py` fills in any response.
FILLED = (
    "person",
    "with_person",
    "country_name",
    "emergency_number",
    "suicide_line",
    "abuse_line",
    "child_line",
    "suicide_short",
    "suicide_name",
    "abuse_short",
    "text_line",
    "abuse_text",
    "free_line",
    "for_young",
    "hide_chat",
    "plan_sign",
    "plan_helps",
    "plan_who",
    "plan_place",
)
# Words that are filled in the responses of exercises only (`assistant/dialogue/exercise.py`).
FILLED_IN_EXERCISES = ("because", "exercise_title", "exercise_purpose", "exercise_minutes", "exercise_text")

PLAIN_WORD = "word"
_BRACES = re.compile(r"\{([^{}\n]*)\}")
_ADDRESS = re.compile(r"\b[\w-]+(\.[\w-]+)*\.(com|gov|net|org|uk|ie|au|ca|nz|in|br)\b(/\S*)?", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”')]*\s+|\n+")
_QUOTATION = re.compile(r"[\"“][^\"“”]*[\"”]")
_LIST_ITEM = re.compile(r"^- (.*?)[.:;,]?$", re.MULTILINE)


class Forbidden(BaseModel, extra=Extra.forbid):
    """Wording that must not be used.

    Attributes:
        pattern: regular expression, searched sentence by sentence.
        why: what is wrong with it, printed with the sentence.
        instead: what to write.
        of_itself: holds for what the assistant says of itself, not for words it suggests to a person.
        unless: regular expression; a sentence in which it is found may stay.
    """

    pattern: str
    why: str
    instead: str
    of_itself: bool = False
    unless: Optional[str] = None

    @validator("pattern", "unless")
    def _is_expression(cls, expression: Optional[str]) -> Optional[str]:
        try:
            re.compile(expression or "")
        except re.error as error:
            raise ValueError(f"not a regular expression ({error}); ask an engineer") from error
        return expression


class Style(BaseModel, extra=Extra.forbid):
    """`content/style.yml`."""

    exempt_terms: List[str]
    forbidden: List[Forbidden]


def word_count(text: str) -> int:
    """Return the number of words; a word in braces is one, the dash of a list none."""
    return sum(1 for word in text.split() if any(letter.isalnum() for letter in word))


def grade(text: str, exempt_terms: list[str]) -> float:
    """Return the Flesch–Kincaid school grade of a text, leaving out what a reader need not sound out.

    Exempt terms, words in braces and web addresses count as a plain word; each list item is a sentence.
    """
    text = _BRACES.sub(PLAIN_WORD, text)
    text = _ADDRESS.sub(PLAIN_WORD, text)
    if exempt_terms:
        text = _terms(tuple(exempt_terms)).sub(PLAIN_WORD, text)
    text = _LIST_ITEM.sub(r"\1.", text)
    return float(textstat.flesch_kincaid_grade(text))


@cache
def _terms(terms: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(terms, key=len, reverse=True)
    return re.compile(rf"\b({'|'.join(re.escape(term) for term in longest_first)})\b", re.IGNORECASE)


def too_long(text: str, most: int) -> Iterator[Fault]:
    """Yield a fault if a text has more words than allowed."""
    count = word_count(text)
    if count > most:
        yield Fault(f"{count} words, and at most {most} are allowed", "Shorten it, or move a part elsewhere")


def too_hard(text: str, most: float, style: Optional[Style]) -> Iterator[Fault]:
    """Yield a fault if a text reads above a school grade; none without a style, which names the exempt terms."""
    if style is None:
        return
    reached = grade(text, style.exempt_terms)
    if reached > most:
        yield Fault(
            f"reads at school grade {reached:g}, and at most {most:g} is allowed",
            "Use shorter sentences and shorter words",
        )


def forbidden(text: str, style: Optional[Style], example: bool = False) -> Iterator[Fault]:
    """Yield a fault for each forbidden wording in a text; an `example`, like a quotation, is what a person may say."""
    sentences = _SENTENCE_END.split(text)
    own_sentences = [] if example else _SENTENCE_END.split(_QUOTATION.sub("", text))
    for rule in style.forbidden if style else ():
        for sentence in own_sentences if rule.of_itself else sentences:
            found = re.search(rule.pattern, sentence, re.IGNORECASE)
            if found and not (rule.unless and re.search(rule.unless, sentence, re.IGNORECASE)):
                yield Fault(f"says {found.group().strip()!r}: {rule.why.rstrip('.')}", rule.instead.rstrip("."))


def unfilled(text: str, *allowed: str) -> Iterator[Fault]:
    """Yield a fault for each word in braces that nothing fills, and for a brace that stands alone."""
    choice = f"Use one of {', '.join(f'{{{word}}}' for word in allowed)}" if allowed else "Write the word itself"
    for word in _BRACES.findall(text):
        if word not in allowed:
            yield Fault(f"{{{word}}} is not filled in here", choice)
    if re.search(r"[{}]", _BRACES.sub("", text)):
        yield Fault("a brace stands alone", "Delete it, or close it: { } belong around one word")
