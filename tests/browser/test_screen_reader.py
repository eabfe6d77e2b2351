"""What a screen reader gets: roles and names in Chromium's accessibility tree, and each reply announced once."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import Chat, NewChat
from tests.browser.messages import answer_with, helped

Node = tuple[str, str]


def tree(chat: Chat) -> list[dict[str, Any]]:
    """Return the nodes of the panel's accessibility tree that a screen reader meets."""
    tools = chat.page.context.new_cdp_session(chat.page)
    frames = tools.send("Page.getFrameTree")["frameTree"]["childFrames"]
    panel = next(frame["frame"]["id"] for frame in frames if "/panel" in frame["frame"]["url"])
    nodes = tools.send("Accessibility.getFullAXTree", {"frameId": panel})["nodes"]
    return [node for node in nodes if not node["ignored"]]


def named(nodes: list[dict[str, Any]], *roles: str) -> list[Node]:
    """Return role and name of the nodes of some roles."""
    found = [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes]
    return [node for node in found if node[0] in roles]


def prop(node: dict[str, Any], name: str) -> Any:
    """Return a property of a node."""
    values = [one["value"].get("value") for one in node.get("properties", []) if one["name"] == name]
    return values[0] if values else None


def test_the_window_in_the_accessibility_tree(chat: Chat) -> None:
    nodes = tree(chat)
    assert named(nodes, "RootWebArea") == [("RootWebArea", "Ask about Interpersonal Therapy")]
    landmarks = named(nodes, "banner", "main", "form", "heading", "log")
    assert sorted(landmarks) == [
        ("banner", ""),
        ("form", "Your message"),
        ("heading", "Ask about Interpersonal Therapy"),
        ("log", "Conversation"),
        ("main", "Conversation"),
    ]
    assert named(nodes, "textbox") == [("textbox", "Your message")]
    buttons = [name for _, name in named(nodes, "button")]
    assert {"Menu", "Close the chat", "Help now", "Leave quickly", "Send"} < set(buttons)
    assert all(name for _, name in named(nodes, "button", "link", "textbox", "image", "list", "group", "dialog"))


def test_what_is_open_or_closed_is_told(chat: Chat) -> None:
    def expanded(name: str) -> Any:
        return next(prop(node, "expanded") for node in tree(chat) if node.get("name", {}).get("value") == name)

    assert expanded("Menu") is False and expanded("Help now") is False
    chat.button("Menu").click()
    assert expanded("Menu") is True
    chat.button("Help now").click()
    assert expanded("Menu") is False and expanded("Help now") is True
    assert ("region", "People who can help now") in named(tree(chat), "region")


def test_one_region_speaks_and_the_log_does_not(chat: Chat) -> None:
    chat.say("what is ipt")
    live = {node["role"]["value"]: prop(node, "live") for node in tree(chat) if prop(node, "live")}
    assert live.get("log") in (None, "off")
    assert live.get("status") == "polite"
    speaking = chat.run(
        "[...document.querySelectorAll('[aria-live]:not([aria-live=off]), [role=status], [role=alert]')]"
        ".filter(region => region.textContent.includes('talking therapy')).length"
    )
    assert speaking == 1


def test_cards_and_help_lines_are_grouped_and_named(new_chat: NewChat) -> None:
    chat = new_chat().open()
    chat.say("i fight with my boss all the time, suggest an exercise")
    answer_with(chat, helped())
    chat.replies.last.get_by_text("People who can help now").click()
    nodes = tree(chat)
    assert ("group", 'Say it with "I"') in named(nodes, "group")
    assert ("heading", 'Say it with "I"') in named(nodes, "heading")
    assert ("navigation", "People who can help now") in named(nodes, "navigation")
    links = [name for _, name in named(nodes, "link")]
    assert "Call 911, Emergency" in links and "Call 988, 988 Suicide & Crisis Lifeline" in links


def test_a_question_takes_the_focus_and_gives_it_back(chat: Chat) -> None:
    chat.menu("Erase my chat")
    nodes = tree(chat)
    (dialog,) = [node for node in nodes if node["role"]["value"] == "dialog"]
    assert dialog["name"]["value"].startswith("Erase everything in this chat?") and prop(dialog, "modal") is True
    expect(chat.button("Cancel")).to_be_focused()
    chat.page.keyboard.press("Enter")
    expect(chat.button("Menu")).to_be_focused()
