"""Settings of the Slack channel, all from environment variables."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Optional

from assistant.channels.settings import SettingsError

API = "https://slack.com/api/"
TOKEN, SIGNING_SECRET, API_ADDRESS = "IPT_SLACK_TOKEN", "IPT_SLACK_SIGNING_SECRET", "IPT_SLACK_API"


@dataclass(frozen=True)
class SlackSettings:
    """How the assistant reaches Slack.

    Attributes:
        token: the bot token, `xoxb-…` (`IPT_SLACK_TOKEN`).
        signing_secret: shows that a request comes from Slack (`IPT_SLACK_SIGNING_SECRET`).
        api: address of Slack's Web API (`IPT_SLACK_API`, for tests).
    """

    token: str
    signing_secret: str
    api: str = API

    @classmethod
    def from_environment(cls) -> Optional[SlackSettings]:
        """Return the settings, `None` if Slack is not set up.

        Raises:
            SettingsError: one of token and signing secret is missing, or the token is of another kind.
        """
        token, secret = os.environ.get(TOKEN, "").strip(), os.environ.get(SIGNING_SECRET, "").strip()
        if not token and not secret:
            return None
        if not token or not secret:
            missing, given = (TOKEN, SIGNING_SECRET) if secret else (SIGNING_SECRET, TOKEN)
            raise SettingsError(
                f"{given} is set, but {missing} is not. Set both, or neither (docs/messengers.md, Slack)."
            )
        if not token.startswith("xoxb-"):
            raise SettingsError(
                f'{TOKEN} must be a bot token, which begins with xoxb-. Take it from "OAuth & Permissions" of your app.'
            )
        return cls(token, secret, os.environ.get(API_ADDRESS) or API)
