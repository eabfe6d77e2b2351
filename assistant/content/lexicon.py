"""The word lists in `content/lexicon/`: what people call relationships, feelings, events, countries."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Dict, List, Optional

from pydantic import BaseModel, Extra, Field

from assistant.content.files import ROOT, ContentError, parse, read_yaml

FOLDER = ROOT / "content" / "lexicon"


class Entry(BaseModel, extra=Extra.forbid):
    """One value of an entity, with the words people use for it.

    Attributes:
        words: what people write, in lower case.
        group: of a relationship, the group exercises are chosen by.
        area: of a life event, the problem area it belongs to.
        name: what to call it in a sentence, if not by its value.
        talks: of a relationship, whether one can talk with such a person; if not, no answer and no exercise is about them.
    """

    words: List[str] = Field(min_items=1)
    group: Optional[str] = None
    area: Optional[str] = None
    name: Optional[str] = None
    talks: bool = True


class WordList(BaseModel, extra=Extra.forbid):
    """One file of the lexicon: an entity and its values."""

    entity: str
    values: Dict[str, Entry]


@cache
def load_lexicon(folder: Path = FOLDER) -> dict[str, WordList]:
    """Return the word lists of a folder by entity.

    Raises:
        ContentError: the folder holds no list, a file is wrong, or two files define one entity or one word twice.
    """
    lexicon: dict[str, WordList] = {}
    for path in sorted(folder.glob("*.yml")):
        word_list = parse(WordList, read_yaml(path), path)
        if word_list.entity in lexicon:
            raise ContentError(f"{path}: `entity: {word_list.entity}` is defined by another file too. Merge the two.")
        seen: dict[str, str] = {}
        for value, entry in word_list.values.items():
            for word in entry.words:
                if word in seen:
                    raise ContentError(
                        f"{path}: `{word}` stands under both `{seen[word]}` and `{value}`. Remove one of them."
                    )
                seen[word] = value
        lexicon[word_list.entity] = word_list
    if not lexicon:
        raise ContentError(f"{folder}: no word lists (*.yml) found. Is the path right?")
    return lexicon
