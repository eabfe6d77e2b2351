"""The words on the chat window itself, by language, from `content/widget.yml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, Iterator

from pydantic import BaseModel, Extra, validator

from assistant.content.files import ROOT, parse, read_yaml

FILE = ROOT / "content" / "widget.yml"
LANGUAGE = "en"
RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}
LAUNCHER_KEYS = {"open", "short", "unreachable", "retry", "close"}


class Labels(BaseModel, extra=Extra.forbid):
    """The labels of one language; `launcher` is built into widget.js, the rest comes with the panel."""

    launcher: Dict[str, str]
    title: str
    what_it_is: str
    english_only: str
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
    care: str
    exercise: str
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


def direction(language: str) -> str:
    """Return `rtl` or `ltr`, as a page's `dir` has it."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def missing(content: Dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield the place of each label that English has and another language has not."""
    english = content.get(LANGUAGE) or {}
    for language, labels in content.items():
        if language == LANGUAGE or not isinstance(labels, dict):
            continue
        yield from ((language, key) for key in english if key not in labels)
        launcher = labels.get("launcher")
        if isinstance(launcher, dict):
            yield from ((language, "launcher", key) for key in english.get("launcher") or {} if key not in launcher)


def completed(content: Dict[str, Any]) -> Dict[str, Any]:
    """Return the file's content with English labels where a language has none."""
    english = content.get(LANGUAGE)
    if not isinstance(english, dict):
        return content
    full = {}
    for language, labels in content.items():
        full[language] = {**english, **labels} if isinstance(labels, dict) else labels
        if isinstance(labels, dict) and isinstance(labels.get("launcher"), dict):
            full[language]["launcher"] = {**(english.get("launcher") or {}), **labels["launcher"]}
    return full


@lru_cache(maxsize=1)
def load_widget(path: Path = FILE) -> Widget:
    """Return the labels; what a language lacks is English.

    Raises:
        ContentError: the file is missing or wrong.
    """
    return parse(Widget, completed(read_yaml(path)), path)
