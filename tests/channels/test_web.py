"""The website chat's interface, against the running assistant."""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from assistant.channels.settings import SettingsError, WebSettings
from assistant.channels.web_locale import country_of_browser
from assistant.channels.web_output import to_message
from tests.conftest import Assistant, free_port, run_assistant


class Visitor:
    """A visitor with a conversation."""

    def __init__(self, url: str, **headers: str) -> None:
        self.url = url
        answer = requests.post(f"{url}/session", headers=headers, timeout=20)
        assert answer.status_code == 201
        self.session = answer.json()
        self.headers = {"Authorization": f"Bearer {self.session['token']}"}

    def post(self, body: Any, **headers: str) -> requests.Response:
        return requests.post(f"{self.url}/messages", json=body, headers={**self.headers, **headers}, timeout=20)

    def say(self, text: str) -> list[dict[str, Any]]:
        answer = self.post({"text": text})
        assert answer.status_code == 200, answer.text
        return answer.json()["messages"]

    def get(self, path: str) -> requests.Response:
        return requests.get(f"{self.url}/{path}", headers=self.headers, timeout=20)

    def erase(self) -> requests.Response:
        return requests.delete(f"{self.url}/session", headers=self.headers, timeout=20)


@pytest.fixture
def visitor(assistant: Assistant) -> Visitor:
    return Visitor(assistant.url)


def assert_problem(answer: requests.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status and problem["detail"] and problem["title"]
    return problem


def test_a_session_greets_and_says_what_it_is(visitor: Visitor) -> None:
    assert visitor.session["expires_in"] > 0
    (greeting,) = visitor.session["messages"]
    assert "program" in greeting["text"]
    assert greeting["buttons"] and set(greeting["buttons"][0]) == {"id", "title"}


def test_a_question_gets_a_sourced_answer_with_buttons(visitor: Visitor) -> None:
    (message,) = visitor.say("what is ipt")
    assert set(message) == {"text", "buttons", "image", "card"}
    assert message["card"]["sources"][0]["title"]
    answer = visitor.post({"button": message["buttons"][0]["id"]})
    assert answer.status_code == 200 and answer.json()["messages"][0]["text"] != message["text"]


def test_history_shows_both_sides_and_hides_the_opening(visitor: Visitor) -> None:
    button = visitor.session["messages"][0]["buttons"][0]
    visitor.post({"button": button["id"]})
    messages = visitor.get("history").json()["messages"]
    assert [message["from"] for message in messages] == ["assistant", "visitor", "assistant"]
    assert messages[1]["text"] == button["title"]
    assert messages[0]["buttons"][0] == button
    assert messages[0]["at"] < messages[2]["at"]


def test_export_is_a_download_of_everything(visitor: Visitor) -> None:
    visitor.say("a very particular sentence")
    answer = visitor.get("export")
    assert "attachment" in answer.headers["content-disposition"]
    assert "a very particular sentence" in json.dumps(answer.json())


def test_erase_removes_every_trace_and_voids_the_token(visitor: Visitor, assistant: Assistant) -> None:
    visitor.say("kalamazoo is my secret word")
    assert visitor.erase().status_code == 204
    for file in assistant.database.parent.glob("conversations.db*"):
        assert b"kalamazoo" not in file.read_bytes(), file
    assert_problem(visitor.post({"text": "hello"}), 401)
    assert_problem(visitor.get("history"), 401)
    assert_problem(visitor.erase(), 401)
    with sqlite3.connect(assistant.database) as database:
        assert not database.execute("select 1 from events where data like '%kalamazoo%'").fetchall()


@pytest.mark.parametrize(
    "text", ["/restart", " /restart", "//greet", "/\n/faq/evidence", "\u2003/session_start", "/ / /back"]
)
def test_a_leading_slash_is_never_a_payload(text: str, visitor: Visitor) -> None:
    visitor.say(text)
    stored = visitor.get("export").json()["events"]
    typed = [event for event in stored if event["event"] == "user"][-1]
    assert not typed["text"].lstrip().startswith("/")
    assert typed["parse_data"]["candidates"][0]["confidence"] < 1
    assert not any(event["event"] == "restart" for event in stored)


def test_text_is_stored_as_typed_otherwise(visitor: Visitor) -> None:
    text = '<script>alert(1)</script> & "quotes" {braces} 🙂'
    visitor.say(text)
    assert visitor.get("history").json()["messages"][-2]["text"] == text


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"text": ""}, 400),
        ({"text": " / "}, 400),
        ({"text": 5}, 400),
        ({"text": None}, 400),
        ({"text": "a", "button": "b"}, 400),
        ({"button": "no such button"}, 400),
        (["text"], 400),
        ({"text": "x" * 1001}, 413),
    ],
)
def test_bad_messages_are_problems(body: Any, status: int, visitor: Visitor) -> None:
    assert_problem(visitor.post(body), status)


def test_the_longest_message_is_answered(visitor: Visitor) -> None:
    assert visitor.say("my wife and i " * 71 + "fight")


def test_bodies_that_are_not_json(visitor: Visitor) -> None:
    def send(data: bytes, kind: str) -> requests.Response:
        headers = {**visitor.headers, "Content-Type": kind}
        return requests.post(f"{visitor.url}/messages", data=data, headers=headers, timeout=20)

    assert_problem(send(b"{", "application/json"), 400)
    assert_problem(send(b"\xff\xfe", "application/json"), 400)
    assert_problem(send(b'{"text": "hi"}', "text/plain"), 415)
    assert send(b'{"text": "hi"}', "application/json; charset=utf-8").status_code == 200


def test_a_huge_body_is_refused(visitor: Visitor) -> None:
    assert_problem(visitor.post({"text": "x" * 200_000}), 413)


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer x", "Basic x", "Bearer a.b.c"])
def test_without_a_good_token_nothing_is_told(token: str, visitor: Visitor) -> None:
    for path in ("history", "export"):
        assert_problem(requests.get(f"{visitor.url}/{path}", headers={"Authorization": token}, timeout=20), 401)
    assert_problem(visitor.post({"text": "hi"}, Authorization=token), 401)


def test_a_token_signed_by_another_is_refused(visitor: Visitor) -> None:
    import jwt

    forged = jwt.encode({"sub": "web-x", "exp": 9999999999, "aud": "web"}, "another secret" * 3, algorithm="HS256")
    assert_problem(visitor.post({"text": "hi"}, Authorization=f"Bearer {forged}"), 401)
    unsigned = jwt.encode({"sub": "web-x", "exp": 9999999999, "aud": "web"}, None, algorithm="none")
    assert_problem(visitor.post({"text": "hi"}, Authorization=f"Bearer {unsigned}"), 401)


def test_a_button_is_good_in_its_own_conversation_only(visitor: Visitor, assistant: Assistant) -> None:
    other = Visitor(assistant.url)
    mine, theirs = visitor.session["messages"][0]["buttons"][0], other.session["messages"][0]["buttons"][0]
    assert mine["title"] == theirs["title"] and mine["id"] != theirs["id"]
    assert_problem(visitor.post({"button": theirs["id"]}), 400)


def test_conversations_do_not_mix(visitor: Visitor, assistant: Assistant) -> None:
    other = Visitor(assistant.url)
    visitor.say("I'm in Dublin")
    assert "112 or 999" in visitor.say("which number can i call")[0]["text"]
    assert "112 or 999" not in other.say("which number can i call")[0]["text"]


def test_origins(visitor: Visitor) -> None:
    assert_problem(visitor.post({"text": "hi"}, Origin="https://evil.example"), 403)
    assert_problem(visitor.post({"text": "hi"}, Origin="null"), 403)
    own = visitor.url.removesuffix("/webhooks/web")
    assert visitor.post({"text": "hi"}, Origin=own).status_code == 200


def test_messages_sent_at_once_are_all_answered_in_order(visitor: Visitor) -> None:
    results: list[int] = []
    threads = [
        threading.Thread(target=lambda: results.append(visitor.post({"text": "what is ipt"}).status_code))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [200] * 8
    speakers = [message["from"] for message in visitor.get("history").json()["messages"]]
    assert speakers == ["assistant"] + ["visitor", "assistant"] * 8


def test_what_must_be_off_is_off(assistant: Assistant) -> None:
    root = assistant.url.removesuffix("/webhooks/web")
    for path in (
        "/webhooks/rest/webhook",
        "/webhooks/rest/",
        "/socket.io/",
        "/status",
        "/conversations/x/tracker",
        "/domain",
    ):
        assert requests.get(root + path, timeout=10).status_code == 404, path
    assert requests.post(f"{root}/model/parse", json={"text": "hi"}, timeout=10).status_code == 404


def test_no_words_of_a_person_in_the_log(visitor: Visitor, assistant: Assistant) -> None:
    visitor.say("my neighbour plays the xylophonium at night")
    assert "xylophonium" not in assistant.log.read_text()


@pytest.fixture(scope="module")
def strict(endpoints: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    limits = {"IPT_WEB_RATE_CONVERSATION": "3/minute", "IPT_WEB_RATE_SESSION": "4/minute"}
    origins = {"IPT_WEB_ORIGINS": "https://clinic.example"}
    yield from run_assistant(tmp_path_factory.mktemp("strict"), endpoints, IPT_COUNTRY="GB", **limits, **origins)


def test_limits_origins_and_country_from_the_environment(strict: Assistant) -> None:
    visitor = Visitor(strict.url)
    assert "999" in visitor.session["messages"][0]["text"]
    answer = visitor.post({"text": "hi"}, Origin="https://clinic.example")
    assert answer.headers["access-control-allow-origin"] == "https://clinic.example"
    preflight = requests.options(f"{strict.url}/messages", headers={"Origin": "https://clinic.example"}, timeout=10)
    stranger = requests.options(f"{strict.url}/messages", headers={"Origin": "https://evil.example"}, timeout=10)
    assert "access-control-allow-origin" not in stranger.headers
    assert preflight.ok and "Authorization" in preflight.headers["access-control-allow-headers"]
    visitor.say("hi")
    visitor.say("hi")
    answer = visitor.post({"text": "hi"})
    assert_problem(answer, 429)
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    for _ in range(3):
        Visitor(strict.url)
    assert_problem(requests.post(f"{strict.url}/session", timeout=10), 429)


def test_health_names_what_is_down(tmp_path: Path, endpoints: Path) -> None:
    broken = tmp_path / "endpoints.yml"
    broken.write_text(re.sub(r"http://127.0.0.1:\d+/", f"http://127.0.0.1:{free_port()}/", endpoints.read_text()))
    for running in run_assistant(tmp_path, broken, answers=503):
        assert "action server" in assert_problem(requests.get(f"{running.url}/health", timeout=10), 503)["detail"]
        assert "988" in Visitor(running.url).say("i want to die")[0]["text"]
        (message,) = Visitor(running.url).say("suggest an exercise")
        assert message["text"] and message["buttons"]


def test_without_its_store_the_assistant_still_answers(tmp_path: Path, endpoints: Path) -> None:
    for running in run_assistant(tmp_path, endpoints, IPT_COUNTRY="US"):
        visitor = Visitor(running.url)
        shown_before = visitor.session["messages"][0]["buttons"][0]
        rename_table(running.database, "events", "lost")

        messages = visitor.say("i want to die")
        assert "988" in messages[0]["text"]
        log = running.log.read_text()
        assert "The tracker store failed" in log and "want to die" not in log
        for button in (messages[-1]["buttons"][0], shown_before):
            answer = visitor.post({"button": button["id"]})
            assert answer.status_code == 200 and answer.json()["messages"]
        assert_problem(visitor.post({"button": "no such button"}), 503)
        for answer in (visitor.get("history"), visitor.get("export"), visitor.erase()):
            assert_problem(answer, 503)
        newcomer = Visitor(running.url)
        assert "988" in newcomer.say("i want to die")[0]["text"]

        rename_table(running.database, "lost", "events")
        assert visitor.say("what is ipt") and newcomer.say("what is ipt")
        assert newcomer.get("history").status_code == 200
        assert newcomer.erase().status_code == 204
        assert_problem(newcomer.post({"text": "hello"}), 401)


def rename_table(database: Path, old: str, new: str) -> None:
    connection = sqlite3.connect(database, timeout=20)
    connection.execute(f"ALTER TABLE {old} RENAME TO {new}")
    connection.close()


@pytest.mark.parametrize(
    ("accept_language", "country"),
    [
        ("en-GB,en;q=0.9", "GB"),
        ("en,en-IE;q=0.8", "IE"),
        ("de-DE, de;q=0.9, en-US;q=0.8", "DE"),
        ("es-US,es;q=0.9", "US"),
        ("hi-Deva-IN", "IN"),
        ("en-US,en;q=0.9", None),
        ("en-US,en;q=0.9,en-AU;q=0.8", "AU"),
        ("nl-BE,de-DE;q=0.5", None),
        ("es-419,en", None),
        ("en", None),
        ("*", None),
        ("", None),
        (";;,-,,a-b-c", None),
    ],
)
def test_the_country_of_a_browser(accept_language: str, country: str) -> None:
    assert country_of_browser(accept_language) == country


@pytest.mark.parametrize(("accept_language", "country"), [("en-GB,en;q=0.9", "GB"), ("en-US,en;q=0.9", None)])
def test_the_country_of_the_browser_goes_with_the_opening(
    accept_language: str, country: str, assistant: Assistant
) -> None:
    visitor = Visitor(assistant.url, **{"Accept-Language": accept_language})
    events = visitor.get("export").json()["events"]
    opening = next(event for event in events if event["event"] == "user")
    assert opening["metadata"]["hidden"] is True
    assert opening["metadata"].get("locale_country") == country


def test_help_lines_are_a_card_with_links_and_sources() -> None:
    notes = {"sources": ["S63"], "helplines": {"country": "GB", "kinds": ["child", "suicide"]}}
    card = to_message("web-x", "Call someone.", {}, notes, WebSettings(secret="x"))["card"]
    assert card["type"] == "helplines"
    assert card["emergency"]["call"] == [{"shown": "999", "href": "tel:999"}]
    assert [line["name"] for line in card["lines"]] == ["Childline", "Lines in many countries"]
    assert [source["key"] for source in card["sources"]] == ["S63"]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "wikipedia.org", "https://", "http://[x", "https://a b"])
def test_an_exit_that_is_no_web_address_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPT_EXIT_URL", address)
    with pytest.raises(SettingsError, match="IPT_EXIT_URL"):
        WebSettings.from_environment()
