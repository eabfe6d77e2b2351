"""What the coach looks for and says (`content/coach.yml`), and the sentences it learns from (`data/coach/`)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Dict, List, Optional

from pydantic import BaseModel, Extra, Field, root_validator, validator

from assistant.content.files import ROOT, ContentError, parse, read_yaml

FILE = ROOT / "content" / "coach.yml"
SENTENCES = ROOT / "data" / "coach"
THREAT = "threat"


class ExerciseCriteria(BaseModel, extra=Extra.forbid):
    """What is looked for in one exercise, in the order of weight; every exercise is also looked through for threats if it says so."""

    strengths: List[str] = Field(min_items=1)
    faults: List[str]
    threat: bool = True


class Criterion(BaseModel, extra=Extra.forbid):
    """One thing the coach looks for: its words, and what is said about it."""

    tip: str
    praise: Optional[str] = None
    words: List[str] = Field(min_items=1)


class CoachWords(BaseModel, extra=Extra.forbid):
    """The whole file; its comments explain the keys."""

    exercises: Dict[str, ExerciseCriteria]
    criteria: Dict[str, Criterion]

    @root_validator(skip_on_failure=True)
    def _all_described(cls, values: Dict[str, object]) -> Dict[str, object]:
        exercises: Dict[str, ExerciseCriteria] = values["exercises"]  # type: ignore[assignment]
        criteria: Dict[str, Criterion] = values["criteria"]  # type: ignore[assignment]
        for name, exercise in exercises.items():
            for criterion in (*exercise.strengths, *exercise.faults):
                if criterion not in criteria:
                    raise ValueError(f"exercises: {name}: {criterion} is not described under criteria; add it there")
            for criterion in exercise.strengths:
                if not criteria[criterion].praise:
                    raise ValueError(f"criteria: {criterion}: a strength needs `praise`")
        return values

    def names(self, exercise: str) -> List[str]:
        """Return all criteria of an exercise.

        Raises:
            KeyError: the coach does not know the exercise.
        """
        known = self.exercises[exercise]
        return [*known.strengths, *known.faults, *([THREAT] if known.threat else [])]


class Sentence(BaseModel, extra=Extra.forbid):
    """One labelled sentence; `prompt` is what the other person said (active listening)."""

    text: str
    has: List[str]
    prompt: Optional[str] = None

    @validator("text")
    def _not_empty(cls, text: str) -> str:
        if not text.strip():
            raise ValueError("is empty; write the sentence, or remove the entry")
        return text


class Sentences(BaseModel, extra=Extra.forbid):
    """One file of labelled sentences."""

    exercise: str
    sentences: List[Sentence] = Field(min_items=1)


@lru_cache(maxsize=1)
def load_coach_words(path: Path = FILE) -> CoachWords:
    """Return what the coach looks for and says.

    Raises:
        ContentError: the file is missing or wrong.
    """
    return parse(CoachWords, read_yaml(path), path)


def load_sentences(folder: Path = SENTENCES, words: Optional[CoachWords] = None) -> Dict[str, List[Sentence]]:
    """Return the labelled sentences of a folder by exercise; `words` are those of `content/coach.yml` unless given.

    Raises:
        ContentError: a file is wrong, or a label is none of its exercise's criteria.
    """
    words = words or load_coach_words()
    found: Dict[str, List[Sentence]] = {}
    for path in sorted(folder.glob("*.yml")):
        content = parse(Sentences, read_yaml(path), path)
        if content.exercise not in words.exercises:
            raise ContentError(f"{path}: `exercise: {content.exercise}` is not one that content/coach.yml describes.")
        known = set(words.names(content.exercise))
        for number, sentence in enumerate(content.sentences):
            unknown = set(sentence.has) - known
            if unknown:
                raise ContentError(
                    f"{path}: `sentences.{number}.has`: {sorted(unknown)[0]} is no criterion of {content.exercise}. "
                    f"Use some of: {', '.join(sorted(known))}."
                )
        found[content.exercise] = content.sentences
    if not found:
        raise ContentError(f"{folder}: no sentences (*.yml) found. Is the path right?")
    return found
