"""The app's home tab in Slack: what it does, who may read along, how to erase, and lines for people in danger."""

from __future__ import annotations

import os
from typing import Any, Dict

from assistant.channels.slack_blocks import header, helpline_blocks, text_blocks
from assistant.content.channels import load_channels
from assistant.content.helplines import load_helplines
from assistant.dialogue.generator import DEFAULT_COUNTRY


def home_view() -> Dict[str, Any]:
    """Return the view for `views.publish`; the lines are those of `IPT_COUNTRY`."""
    words = load_channels().home
    country = os.environ.get("IPT_COUNTRY") or DEFAULT_COUNTRY
    blocks = [
        header(words.title),
        *text_blocks(words.what),
        {"type": "divider"},
        *helpline_blocks(load_helplines().links(country, "suicide"), words.lines),
        *text_blocks(words.other_country),
        {"type": "divider"},
        *text_blocks(words.who_reads),
        *text_blocks(words.erase),
    ]
    return {"type": "home", "blocks": blocks}
