"""Plays an exercise over the website chat with a person's written answers, for the dialogue tests and the transcripts.

    python tools/exercise_player.py docs/exercises.md        # with `make run` in another window

The answers are `tests/stories/exercises/*.yml`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

import requests
import yaml

ROOT = Path(__file__).resolve().parents[1]
STORIES = ROOT / "tests" / "stories" / "exercises"
MOST_TURNS = 60
MOST_WORDS = 45  # of a message in a transcript
TIMEOUT = 60
Line = Tuple[str, str]  # who, and what was said


class Player:
    """A conversation with the running assistant."""

    def __init__(self, url: str) -> None:
        self._url = url
        session = requests.post(f"{url}/session", json={}, timeout=TIMEOUT).json()
        self._headers = {"Authorization": f"Bearer {session['token']}"}
        self.messages: List[Dict[str, Any]] = session["messages"]
        self.lines: List[Line] = []

    @property
    def text(self) -> str:
        """What was said in the last turn."""
        return "\n".join(message["text"] for message in self.messages)

    @property
    def titles(self) -> List[str]:
        """The buttons of the last turn."""
        return [button["title"] for message in self.messages for button in message["buttons"]]

    def say(self, text: str) -> str:
        """Type a message; return what is said to it."""
        return self._send({"text": text}, text)

    def press(self, title: str) -> str:
        """Press the button of a title (or that begins with it).

        Raises:
            ValueError: no such button was shown in the last turn.
        """
        for message in reversed(self.messages):
            for button in message["buttons"]:
                if button["title"].startswith(title):
                    return self._send({"button": button["id"]}, f"[{button['title']}]")
        raise ValueError(f"There is no button {title!r} among {self.titles}.")

    @property
    def through_text(self) -> str:
        """What the assistant said so far."""
        return "\n".join(text for who, text in self.lines if who == "assistant")

    def practice(self) -> Dict[str, Any]:
        """Return the state of the exercise (`assistant/practice/state.py`)."""
        return self.slot("practice")

    def slot(self, name: str) -> Dict[str, Any]:
        """Return what a slot holds, a mapping; an empty one if it holds nothing."""
        events = requests.get(f"{self._url}/export", headers=self._headers, timeout=TIMEOUT).json()["events"]
        for event in reversed(events):
            if event["event"] == "slot" and event["name"] == name:
                return dict(event["value"] or {})
        return {}

    def history(self) -> List[Dict[str, Any]]:
        """Return the conversation as a page shows it after it was loaded anew."""
        found = requests.get(f"{self._url}/history", headers=self._headers, timeout=TIMEOUT).json()["messages"]
        return list(found)

    def begin(self, story: Dict[str, Any]) -> None:
        """Ask for the exercise, pass the question before it, and start."""
        self.say(story["start"])
        if any("ever afraid" in message["text"] for message in self.messages):
            self.press("No")
        self.press("Let's start")

    def answer(self, story: Dict[str, Any]) -> None:
        """Answer the question that is asked now."""
        state = self.practice()
        at, item = state["at"], state["item"]
        if self._alarmed():
            pass
        elif "That's all" in self.titles:
            self.press("That's all")
        elif state["pending"]:
            self.press("Keep" if any(title.startswith("Keep") for title in self.titles) else "Go on")
        elif at in ("before", "after"):
            self.say(str(story[at]))
        elif at not in story["answers"]:
            self.say("skip")
        else:
            self._answer_step(story["answers"][at], item)

    def _alarmed(self) -> bool:
        """Take back an alarm that the person's ordinary words raised, as they would; return whether there was one."""
        for back in (
            "I'm safe, I meant",
            "It isn't like that",
            "It was only anger",
            "It's not an emergency",
            "I meant something else",
        ):
            if any(title.startswith(back) for title in self.titles):
                self.press(back)
                self.press(next(title for title in self.titles if title in ("Yes, go on", "Where we were")))
                return True
        return False

    def _answer_step(self, given: Any, item: Optional[int]) -> None:
        if item is not None:
            self.say(str(given[item] if item < len(given) else "skip"))
        elif isinstance(given, list):
            self.say("\n".join(map(str, given)))
            if "That's all" in self.titles:
                self.press("That's all")
        else:
            self.say(str(given))

    def through(self, story: Dict[str, Any]) -> None:
        """Answer until the exercise has ended.

        Raises:
            RuntimeError: it does not end.
        """
        for _ in range(MOST_TURNS):
            if self.practice()["finished"]:
                return
            self.answer(story)
        raise RuntimeError(f"{story['exercise']} does not end: {self.text}")

    def _send(self, body: Dict[str, str], shown: str) -> str:
        answer = requests.post(f"{self._url}/messages", json=body, headers=self._headers, timeout=TIMEOUT)
        answer.raise_for_status()
        self.messages = answer.json()["messages"]
        self.lines.append(("person", shown))
        self.lines += [("assistant", message["text"]) for message in self.messages]
        return self.text


def stories() -> Dict[str, Dict[str, Any]]:
    """Return the written answers by exercise."""
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(STORIES.glob("*.yml"))}


def transcript(player: Player) -> str:
    """Return a conversation as Markdown, shortened: the person's words quoted, long messages cut, repeated answers left out."""
    parts = []
    for who, text in player.lines:
        if who == "person":
            parts.append("> " + text.replace("\n", "\n> "))
            continue
        paragraphs = [part for part in text.split("\n\n") if not part.startswith("What you have so far")]
        words = " ".join(paragraphs).split()
        parts.append(" ".join(words[:MOST_WORDS]) + (" …" if len(words) > MOST_WORDS else ""))
    return "\n\n".join(parts)


def main() -> None:
    """Write the transcripts of all exercises below the heading `## Transcripts` of a file."""
    target = Path(sys.argv[1])
    heading = "## Transcripts"
    head = target.read_text(encoding="utf-8").split(heading)[0] if target.is_file() else ""
    parts = []
    for name, story in stories().items():
        player = Player("http://localhost:5005/webhooks/web")
        player.begin(story)
        player.through(story)
        parts.append(f"### {name}\n\n{transcript(player)}")
        sys.stderr.write(f"{name}\n")
    target.write_text(f"{head}{heading}\n\n" + "\n\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
