"""The words on the chat window itself, by language, from `content/widget.yml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Dict

from pydantic import BaseModel, Extra, validator

from assistant.content.files import ROOT, parse, read_yaml

FILE = ROOT / "content" / "widget.yml"
LANGUAGE = "en"
LAUNCHER_KEYS = {"open", "short", "unreachable", "retry", "close"}


class Labels(BaseModel, extra=Extra.forbid):
    """The labels of one language; `launcher` is built into widget.js, the rest comes with the panel."""

    launcher: Dict[str, str]
    title: str
    what_it_is: str
    close: str
    leave: str
    leave_hint: str
    help: str
    help_heading: str
    help_close: str
    menu: str
    new: str
    download: str
    print: str
    erase: str
    text_size: str
    smaller: str
    larger: str
    erase_question: str
    new_question: str
    confirm_erase: str
    confirm_new: str
    cancel: str
    conversation: str
    you: str
    assistant: str
    at: str
    suggestions: str
    sources: str
    picture_download: str
    takeaway_copy: str
    takeaway_download: str
    takeaway_print: str
    takeaway_calendar: str
    emergency: str
    call: str
    text: str
    open_page: str
    new_tab: str
    message_label: str
    placeholder: str
    send: str
    typing: str
    connecting: str
    waiting: str
    trying: str
    trying_start: str
    slow_down: str
    busy: str
    too_long: str
    failed: str
    ended: str
    erased: str
    copied: str
    copy_failed: str
    button_gone: str

    @validator("launcher")
    def _all_of_the_launcher(cls, value: Dict[str, str]) -> Dict[str, str]:
        if set(value) != LAUNCHER_KEYS:
            raise ValueError(f"must have the keys {', '.join(sorted(LAUNCHER_KEYS))}")
        return value


class Widget(BaseModel):
    """The whole file."""

    __root__: Dict[str, Labels]

    @validator("__root__")
    def _english_is_there(cls, value: Dict[str, Labels]) -> Dict[str, Labels]:
        if LANGUAGE not in value:
            raise ValueError(f"the language `{LANGUAGE}` is missing")
        return value

    def language(self, wanted: str) -> str:
        """Return the language to show: the one wanted (`de`, `de-AT`) if there are labels in it, else English."""
        code = wanted.strip().lower().split("-")[0]
        return code if code in self.__root__ else LANGUAGE

    def labels(self, language: str) -> Labels:
        """Return the labels of a language that `language()` returned."""
        return self.__root__[language]


@lru_cache(maxsize=1)
def load_widget(path: Path = FILE) -> Widget:
    """Return the labels.

    Raises:
        ContentError: the file is missing or wrong.
    """
    return parse(Widget, read_yaml(path), path)
