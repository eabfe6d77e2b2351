"""Danger words from `content/crisis/`: phrases by kind, what lowers them, and spellings."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Dict, List, Literal

from pydantic import BaseModel, Extra, validator

from assistant.content.files import ROOT, ContentError, parse, read_yaml

FOLDER = ROOT / "content" / "crisis"
LOWER = "lower.yml"
SPELLING = "spelling.yml"
Kind = Literal[
    "crisis_suicide",
    "crisis_self_harm",
    "crisis_abuse",
    "crisis_harm_others",
    "crisis_medical",
    "crisis_third_party",
]
KINDS: tuple[str, ...] = Kind.__args__  # type: ignore[attr-defined]


class _Reviewed(BaseModel, extra=Extra.forbid):
    reviewed_by: str

    @validator("*", pre=True, each_item=True)
    def as_text(cls, value: object) -> object:
        """Take `- 988` or `- no` as the words they look like."""
        return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


class DangerWords(_Reviewed):
    """The phrases of one kind.

    `clear` ones stand, `raise` ones can be lowered, `imminent` ones say that it is now, `certain` ones (danger asked
    like a plain question, and in languages that the model cannot read) are danger whatever it says.
    """

    kind: Kind
    clear: List[str]
    raises: List[str]
    imminent: List[str]
    certain: List[str] = []

    class Config:
        fields = {"raises": "raise"}


class LowerWords(_Reviewed):
    """The phrases that make a sentence less alarming."""

    denials: List[str]
    idioms: List[str]
    about: List[str]
    past: List[str]
    everyday: List[str]
    worry: List[str]
    mentions: List[str]

    @property
    def all(self) -> List[str]:
        """All lowering phrases of the file."""
        return [*self.denials, *self.idioms, *self.about, *self.past, *self.everyday, *self.worry]


class Spelling(_Reviewed):
    """Spellings that hide a danger word, as typed and as meant."""

    spelling: Dict[str, str]


class CrisisWords(BaseModel):
    """The whole folder."""

    kinds: List[DangerWords]
    lower: LowerWords
    spelling: Spelling


@lru_cache(maxsize=4)
def load_crisis_words(folder: Path = FOLDER) -> CrisisWords:
    """Return the danger words of a folder.

    Raises:
        ContentError: a file is missing or wrong; names file and key, and what is expected.
    """
    kinds = [folder / f"{kind.removeprefix('crisis_')}.yml" for kind in KINDS]
    return CrisisWords(
        kinds=[parse(DangerWords, read_yaml(path), path) for path in kinds],
        lower=parse(LowerWords, read_yaml(folder / LOWER), folder / LOWER),
        spelling=parse(Spelling, read_yaml(folder / SPELLING), folder / SPELLING),
    )


def check_phrases(words: CrisisWords, folder: Path) -> None:
    """Check that every phrase can be read.

    Raises:
        ContentError: names the file, the phrase and the remedy.
    """
    for kind in words.kinds:
        name = f"{kind.kind.removeprefix('crisis_')}.yml"
        _check(folder / name, [*kind.clear, *kind.raises, *kind.imminent, *kind.certain])
    _check(folder / LOWER, [*words.lower.all, *words.lower.mentions])


def _check(path: Path, phrases: List[str]) -> None:
    for phrase in phrases:
        parts = phrase.split()
        if not any(part != "..." and not part.endswith("?") for part in parts):
            raise ContentError(
                f"{path}: `{phrase}` holds no word that must be there. Take a `?` away, or delete the line."
            )
        if parts[0] == "..." or parts[-1] == "...":
            raise ContentError(
                f"{path}: `{phrase}` begins or ends with `...`, which stands for nothing there. Delete it."
            )
