"""Says on the next page what was done, in the words of `content/console.yml`."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest

from assistant.content.console import load_console


def say(request: HttpRequest, section: str, key: str, value: Any = "", problem: bool = False) -> None:
    """Show a text on the next page; `{}` in it is filled with a value."""
    text = load_console()[section][key].replace("{}", str(value))
    messages.add_message(request, messages.ERROR if problem else messages.SUCCESS, text)
