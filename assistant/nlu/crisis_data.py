"""Reads the crisis detector's examples: `data/crisis/*.txt`, `tests/nlu/development/crisis/*.txt`.

One message on a line. A line `## <label> <stratum>` starts a group: `## crisis_suicide passive`, `## none idiom`. `#` and a space
starts a comment.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from assistant.content.crisis import KINDS
from assistant.content.files import ROOT, ContentError

FOLDER = ROOT / "data" / "crisis"
NONE = "none"
ANSWERS = "answers.txt"  # typed answers to the safety questions, a file of its own kind
GROUP = "## "


@dataclass(frozen=True)
class CrisisExample:
    """A message; `label` is a crisis intent or `none`, `stratum` says in which manner it is written, `source` is the file's stem."""

    label: str
    stratum: str
    text: str
    source: str


def read_examples(folder: Path = FOLDER) -> list[CrisisExample]:
    """Return the examples of a folder's text files (not of those of typed answers).

    Raises:
        ContentError: a group's heading is wrong, or a line stands before the first; names file and line.
    """
    examples = []
    for path in sorted(folder.glob("*.txt")):
        if path.name == ANSWERS:
            continue
        for heading, text, number in grouped_lines(path):
            words = heading.split()
            if len(words) != 2 or words[0] not in (*KINDS, NONE):
                raise ContentError(
                    f"{path}, line {number}: `{GROUP}{heading}` names no kind and stratum; "
                    f"write it as `## crisis_suicide passive` or `## none idiom`."
                )
            examples.append(CrisisExample(words[0], words[1], text, path.stem))
    return examples


def read_answers(path: Path = FOLDER / ANSWERS) -> list[tuple[str, str]]:
    """Return typed answers to the safety questions as (step, text); the step `none` stands for no answer.

    Raises:
        ContentError: a line stands before the first heading; names file and line.
    """
    return [(heading.strip(), text) for heading, text, _ in grouped_lines(path)]


def grouped_lines(path: Path) -> list[tuple[str, str, int]]:
    """Return (heading, text, line number) of each message of a file."""
    heading: Optional[str] = None
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith(GROUP):
            heading = line[len(GROUP) :]
        elif line.strip() and not line.startswith("# "):
            if heading is None:
                raise ContentError(
                    f"{path}, line {number}: a message before the first heading. Write `## none idiom` above it."
                )
            found.append((heading, line.strip(), number))
    return found
