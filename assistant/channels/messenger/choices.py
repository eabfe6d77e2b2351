"""Typed equivalents of the core's own buttons; those of the dialogue are understood there (`Conversation.chosen_button`)."""

from __future__ import annotations

from typing import Optional, Sequence

from assistant.channels.messenger.buttons import Button


def typed_choice(text: str, buttons: Sequence[Button]) -> Optional[Button]:
    """Return the button whose number or words were typed: "2", "2.", "keep it"; `None` for anything else."""
    typed = text.strip().rstrip(".)!").casefold()
    if typed.isdecimal() and 1 <= int(typed) <= len(buttons):
        return buttons[int(typed) - 1]
    return next((button for button in buttons if button.title.rstrip(".!").casefold() == typed), None)
