"""Sets up a messenger and says what is wrong and how to mend it (docs/messengers.md).

    python -m assistant.channels.setup telegram [--url https://your.host] [--check]
    python -m assistant.channels.setup slack [--url https://your.host]

Reads the same environment variables as the assistant. Telegram: registers the webhook and the commands, unless `--check`. Slack:
registers nothing, its app manifest does.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from typing import List, Optional, Sequence

from assistant.channels.findings import Finding
from assistant.channels.slack_check import check_slack
from assistant.channels.telegram_check import check_telegram


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Print the findings; return 1 if something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m assistant.channels.setup", description=__doc__.splitlines()[0])
    parser.add_argument("platform", choices=["telegram", "slack"])
    parser.add_argument(
        "--url", default=os.environ.get("IPT_PUBLIC_URL", ""), help="our address, as the platform sees it"
    )
    parser.add_argument("--check", action="store_true", help="change nothing")
    given = parser.parse_args(arguments)
    found = asyncio.run(_check(given.platform, given.url, given.check))
    for finding in found:
        sys.stdout.write(f"{'right' if finding.right else 'wrong'}: {finding.text}\n")
    return 0 if all(finding.right for finding in found) else 1


async def _check(platform: str, url: str, only: bool) -> List[Finding]:
    if platform == "slack":
        return await check_slack(url)
    return await check_telegram(url, register=not only)


if __name__ == "__main__":
    sys.exit(main())
