"""Draws whole conversations as Slack and Telegram show them into `reports/channels.html`: `python -m bench.channels.draw`.

The conversations are those of `tests/channels/same_answers.yml`; the real assistant answers, the fakes record. What is drawn is what
stands in the chat in the end: used buttons have given way. The looks are near to the platforms', not theirs.
"""

from __future__ import annotations

import html
import re
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Dict, List

import yaml

from assistant.content.files import ROOT
from assistant.content.helplines import load_helplines
from bench.channels.parts import endpoints_in, slack_settings
from tests.channels.fake_slack import FakeSlack, Message
from tests.channels.fake_telegram import SECRET, TOKEN, Call, FakeTelegram
from tests.channels.media import Slack, Telegram
from tests.channels.slack_person import post_event, wait_until
from tests.conftest import Assistant, run_assistant

CONVERSATIONS = ROOT / "tests" / "channels" / "same_answers.yml"
OUTPUT = ROOT / "reports" / "channels.html"
STYLE = (Path(__file__).parent / "draw.css").read_text(encoding="utf-8")


def main() -> None:
    """Hold all conversations and write the page."""
    with tempfile.TemporaryDirectory() as folder, FakeSlack() as slack:
        telegram = FakeTelegram()
        telegram.start()
        for running in _assistant(Path(folder), slack, telegram):
            pairs = [_pair(each, running, slack, telegram) for each in yaml.safe_load(CONVERSATIONS.read_text())]
            home = _home(running, slack)
        telegram.stop()
    OUTPUT.parent.mkdir(exist_ok=True)
    page = (
        f"<!doctype html><meta charset='utf-8'><title>Conversations</title><style>{STYLE}</style>{home}{''.join(pairs)}"
    )
    OUTPUT.write_text(page, encoding="utf-8")
    print(f"wrote {OUTPUT.relative_to(ROOT)}")


def _assistant(folder: Path, slack: FakeSlack, telegram: FakeTelegram) -> Iterator[Assistant]:
    settings = {
        **slack_settings(slack),
        "IPT_TELEGRAM_TOKEN": TOKEN,
        "IPT_TELEGRAM_SECRET": SECRET,
        "IPT_TELEGRAM_API": telegram.url,
        "IPT_COUNTRY": "US",
    }
    with endpoints_in(folder) as endpoints:
        yield from run_assistant(folder, endpoints, 200, **settings)


def _pair(conversation: Dict[str, Any], running: Assistant, slack: FakeSlack, telegram: FakeTelegram) -> str:
    """Hold a conversation on both and return both drawings, side by side."""
    on_slack, on_telegram = Slack(running, slack), Telegram(running, telegram)
    in_slack: List[Any] = []
    in_telegram: List[Any] = []
    for step in conversation["says"]:
        seen, sent = len(on_slack.person.seen()), len(telegram.sent(on_telegram.chat))
        on_slack.turn(step)
        on_telegram.turn(step)
        if isinstance(step, str):
            in_slack.append(step)
            in_telegram.append(step)
        in_slack += on_slack.person.seen()[seen:]
        in_telegram += telegram.sent(on_telegram.chat)[sent:]
    left = "".join(_mine(each) if isinstance(each, str) else _slack(each) for each in in_slack)
    right = "".join(_mine(each) if isinstance(each, str) else _telegram(each, telegram) for each in in_telegram)
    title = html.escape(conversation["conversation"])
    return f"<h1>{title}</h1><div class=pair><section class=slack>{left}</section><section class=telegram>{right}</section></div>"


def _home(running: Assistant, slack: FakeSlack) -> str:
    url = f"{running.url.rpartition('/')[0]}/slack/webhook"
    post_event(url, {"type": "app_home_opened", "user": "U0HOME", "channel": slack.direct("U0HOME"), "tab": "home"})
    wait_until(lambda: "U0HOME" in slack.homes, "no home tab")
    blocks = "".join(map(_block, slack.homes["U0HOME"]["blocks"]))
    countries = len(load_helplines().countries)
    return f"<h1>Home tab in Slack (one of {countries} countries)</h1><section class=slack>{blocks}</section>"


def _mine(text: str) -> str:
    return f"<div class='message mine'>{html.escape(text)}</div>"


def _slack(message: Message) -> str:
    inside = "".join(map(_block, message.blocks)) or f"<p>{_mrkdwn(message.text)}</p>"
    return f"<div class=message>{'' if message.files and not message.blocks else inside}{''.join(map(_file, message.files))}</div>"


def _block(block: Dict[str, Any]) -> str:
    if block["type"] == "divider":
        return "<hr>"
    if block["type"] == "actions":
        return f"<div class=row>{''.join(_button(element['text']['text']) for element in block['elements'])}</div>"
    if block["type"] == "context":
        return f"<small>{_mrkdwn(block['elements'][0]['text'])}</small>"
    if block["type"] == "header":
        return f"<h2>{html.escape(block['text']['text'])}</h2>"
    text = block["text"]["text"]
    shown = _mrkdwn(text) if block["text"]["type"] == "mrkdwn" else text.replace("\n", "<br>")
    return f"<p>{shown}</p>"


def _mrkdwn(text: str) -> str:
    text = re.sub(r"<([^<>|]+)\|([^<>]*)>", r"<a href='\1'>\2</a>", text)
    return re.sub(r"(?<!\w)\*(\S[^*\n]*)\*(?!\w)", r"<b>\1</b>", text).replace("\n", "<br>")


def _file(file: Dict[str, Any]) -> str:
    if file["name"].endswith(".png"):
        return _picture(file["content"], file["alt"])
    return f"<pre>{html.escape(file['name'])}\n\n{html.escape(file['content'].decode()[:1500])}</pre>"


def _telegram(call: Call, telegram: FakeTelegram) -> str:
    inside = ""
    for name, content in call.files.items():
        inside += (
            _picture(content, "")
            if name.endswith(".png")
            else f"<pre>{html.escape(name)}\n\n{html.escape(content.decode()[:1500])}</pre>"
        )
    inside += f"<p>{_markdown(call.data.get('text') or call.data.get('caption') or '')}</p>"
    kept = telegram._messages.get((call.chat, call.result["message_id"]), {}).get("inline_keyboard", [])
    rows = "".join(f"<div class=row>{''.join(_button(button['text']) for button in row)}</div>" for row in kept)
    return f"<div class=message>{inside}</div><div class=keyboard>{rows}</div>"


def _markdown(text: str) -> str:
    """Return MarkdownV2 as HTML: bold, links, quotations that unfold, and escaped characters."""
    kept: List[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(html.escape(match[1]))
        return f"\x00{len(kept) - 1}\x00"

    text = html.escape(re.sub(r"\\(.)", keep, text), quote=False)
    text = re.sub(r"(?m)(?:^&gt;.*(?:\n|$))+", _folded, text)
    text = re.sub(r"\[([^\]]*)\]\(([^)]*)\)", r"<a href='\2'>\1</a>", re.sub(r"\*([^*]+)\*", r"<b>\1</b>", text))
    return re.sub(r"\x00(\d+)\x00", lambda match: kept[int(match[1])], text).replace("\n", "<br>")


def _folded(quotation: re.Match[str]) -> str:
    first, *rest = quotation[0].rstrip("\n").removesuffix("||").replace("&gt;", "").split("\n")
    return f"<details><summary>{first}</summary>{' · '.join(rest)}</details>"


def _picture(content: bytes, alt: str) -> str:
    return f"<img src='data:image/png;base64,{b64encode(content).decode()}' alt='{html.escape(alt)}'>"


def _button(title: str) -> str:
    return f"<span class=button>{title if '&' in title else html.escape(title)}</span>"


if __name__ == "__main__":
    main()
