"""The website chat's files, continuity and attacks on them, against the running assistant."""

from __future__ import annotations

import gzip
import json
import re
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from assistant.channels.web_page import FOLDER, integrity_of
from tests.channels.test_web import Visitor, assert_problem
from tests.conftest import ROOT, Assistant, run_assistant

ID = "3f0c8a52-7f0e-4d0e-9d53-000000000001"
LAUNCHER_LIMIT = 10 * 1024
CLINIC = "https://clinic.example"


@pytest.fixture
def visitor(assistant: Assistant) -> Visitor:
    return Visitor(assistant.url)


def given(page: requests.Response) -> dict[str, object]:
    """Return what a panel page brings along."""
    found = re.search(r'id="given">(.*?)</script>', page.text, re.DOTALL)
    assert found
    return json.loads(found[1])


# Sent once


def test_a_message_sent_again_is_answered_once(visitor: Visitor) -> None:
    first = visitor.post({"text": "what is ipt", "id": ID}).json()
    assert visitor.post({"text": "what is ipt", "id": ID}).json() == first
    assert len(visitor.get("history").json()["messages"]) == 3
    visitor.say("tell me more")
    assert visitor.post({"text": "what is ipt", "id": ID}).json() == first
    assert len(visitor.get("history").json()["messages"]) == 5


def test_a_button_sent_again_is_answered_once(visitor: Visitor) -> None:
    button = visitor.session["messages"][0]["buttons"][0]["id"]
    first = visitor.post({"button": button, "id": ID}).json()
    assert visitor.post({"button": button, "id": ID}).json() == first
    assert len(visitor.get("history").json()["messages"]) == 3


def test_the_same_message_at_once_is_answered_once(visitor: Visitor) -> None:
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: visitor.post({"text": "what is ipt", "id": ID}).text, range(5)))
    assert len(set(answers)) == 1
    assert len(visitor.get("history").json()["messages"]) == 3


def test_an_id_counts_in_its_own_conversation_only(visitor: Visitor, assistant: Assistant) -> None:
    visitor.post({"text": "what is ipt", "id": ID})
    other = Visitor(assistant.url)
    answer = other.post({"text": "how long does it take", "id": ID}).json()["messages"][0]
    assert "12 to 16" in answer["text"]


@pytest.mark.parametrize("message_id", ["", "short", "x" * 65, "has a space in it", 12345678, ["12345678"]])
def test_an_odd_id_is_refused(message_id: object, visitor: Visitor) -> None:
    assert_problem(visitor.post({"text": "hi", "id": message_id}), 400)


def test_the_history_waits_for_what_is_being_answered(visitor: Visitor) -> None:
    sending = threading.Thread(target=visitor.say, args=("what is ipt",))
    sending.start()
    histories = [[message["from"] for message in visitor.get("history").json()["messages"]] for _ in range(3)]
    sending.join()
    assert all(speakers[-1] == "assistant" for speakers in histories)


# Token


def test_a_token_is_renewed(visitor: Visitor) -> None:
    answer = requests.post(f"{visitor.url}/session/renew", headers=visitor.headers, timeout=20)
    assert answer.status_code == 200 and answer.json()["expires_in"] > 0
    visitor.headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    assert len(visitor.get("history").json()["messages"]) == 1


def test_erasing_voids_every_token_of_a_conversation(visitor: Visitor) -> None:
    renewed = requests.post(f"{visitor.url}/session/renew", headers=visitor.headers, timeout=20).json()["token"]
    assert visitor.erase().status_code == 204
    for token in (renewed, visitor.session["token"]):
        visitor.headers = {"Authorization": f"Bearer {token}"}
        for answer in (visitor.get("history"), visitor.get("export"), visitor.post({"text": "hi"})):
            assert_problem(answer, 401)
        assert_problem(requests.post(f"{visitor.url}/session/renew", headers=visitor.headers, timeout=20), 401)


def test_renewing_needs_a_token(assistant: Assistant) -> None:
    assert_problem(requests.post(f"{assistant.url}/session/renew", timeout=20), 401)


# What a page may choose


def test_a_conversation_begins_with_a_topic_and_a_country(assistant: Assistant) -> None:
    answer = requests.post(
        f"{assistant.url}/session", json={"topic": "session_count_length", "country": "gb"}, timeout=20
    )
    texts = [message["text"] for message in answer.json()["messages"]]
    assert len(texts) == 2 and "999" in texts[0] and "12 to 16" in texts[1]


@pytest.mark.parametrize("body", [{"topic": "no_such"}, {"topic": "../x"}, {"country": "XX"}, {"topic": ["a"]}, {}])
def test_a_slip_of_the_page_does_not_keep_people_out(body: dict[str, object], assistant: Assistant) -> None:
    answer = requests.post(f"{assistant.url}/session", json=body, timeout=20)
    assert answer.status_code == 201 and len(answer.json()["messages"]) == 1


def test_a_session_takes_json_only(assistant: Assistant) -> None:
    assert_problem(requests.post(f"{assistant.url}/session", data="topic=x", timeout=20), 415)
    assert_problem(requests.post(f"{assistant.url}/session", json=["topic"], timeout=20), 400)


# Files


def test_the_launcher_is_small_and_checked_by_its_sum(assistant: Assistant) -> None:
    content = (FOLDER / "widget.js").read_bytes()
    assert len(gzip.compress(content, 9)) <= LAUNCHER_LIMIT
    answer = requests.get(f"{assistant.url}/widget.js", headers={"Origin": "https://any.example"}, timeout=10)
    assert answer.content == content
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["content-encoding"] == "gzip"
    again = requests.get(answer.url, headers={"If-None-Match": answer.headers["etag"]}, timeout=10)
    assert again.status_code == 304
    assert integrity_of(content) in requests.get(f"{assistant.url}/", timeout=10).text


def test_the_snippet_of_the_docs_has_the_right_sum() -> None:
    assert integrity_of((FOLDER / "widget.js").read_bytes()) in (ROOT / "docs" / "web-channel.md").read_text()


def test_the_launcher_keeps_nothing_in_the_browser() -> None:
    launcher = (FOLDER / "widget.js").read_text()
    for word in ("cookie", "localStorage", "sessionStorage", "indexedDB", "innerHTML", "eval("):
        assert word not in launcher


@pytest.mark.parametrize("path", ["panel", ""])
def test_pages_have_a_strict_policy(path: str, assistant: Assistant) -> None:
    pages = [requests.get(f"{assistant.url}/{path}", timeout=10) for _ in range(2)]
    policies = [page.headers["content-security-policy"] for page in pages]
    nonces = [re.findall(r"'nonce-([\w-]{20,})'", policy) for policy in policies]
    assert nonces[0] and set(nonces[0]).isdisjoint(nonces[1])
    for page, policy in zip(pages, policies):
        assert "default-src 'none'" in policy and "frame-ancestors 'self'" in policy
        assert "unsafe" not in policy and "http:" not in policy and "*" not in policy
        assert page.headers["cache-control"] == "private, no-cache"
        assert not re.search(r"<[^>]+\s(on\w+|style)=", page.text)
        for script in re.findall(r"<script(?! type=.application/json)[^>]*>", page.text):
            assert "nonce=" in script and "src=" in script


def test_help_lines_come_with_the_panel(assistant: Assistant) -> None:
    def number(query: str = "", language: str = "en-US") -> str:
        page = requests.get(f"{assistant.url}/panel{query}", headers={"Accept-Language": language}, timeout=10)
        return str(given(page)["help"]["emergency"]["call"][0]["href"])  # type: ignore[index]

    assert number() == "tel:911"  # IPT_COUNTRY
    assert number(language="en-GB") == "tel:999"
    assert number("?country=AU", language="en-GB") == "tel:000"
    assert number("?country=XX", language="en-GB") == "tel:999"


def test_nothing_of_the_address_gets_into_the_panel(assistant: Assistant) -> None:
    marked = '"></script><script>alert(1)</script>'
    query = dict.fromkeys(("lang", "country", "title", "color", "topic", "token"), marked)
    page = requests.get(f"{assistant.url}/panel", params=query, headers={"Accept-Language": marked}, timeout=10)
    assert page.status_code == 200 and "alert(1)" not in page.text


# Attacks


@pytest.fixture(scope="module")
def public(endpoints: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant as a clinic runs it: behind a proxy, with its own origin and the usual limits."""
    variables = {"IPT_WEB_ORIGINS": CLINIC, "IPT_TRUST_PROXY": "1", "IPT_COUNTRY": "US"}
    yield from run_assistant(tmp_path_factory.mktemp("public"), endpoints, **variables)


def test_only_the_clinic_may_frame_the_panel(public: Assistant) -> None:
    policy = requests.get(f"{public.url}/panel", timeout=10).headers["content-security-policy"]
    assert re.search(rf"frame-ancestors 'self' {CLINIC}$", policy)


def test_ten_megabytes_are_refused_and_others_are_served(public: Assistant) -> None:
    visitor = Visitor(public.url)
    try:
        answer = visitor.post({"text": "x" * 10_000_000})
    except requests.ConnectionError:
        pass  # cut off while it was still sending
    else:
        assert_problem(answer, 413)
    assert visitor.say("what is ipt")


def test_a_flood_from_one_address_is_slowed_and_others_are_served(public: Assistant) -> None:
    noisy = Visitor(public.url, **{"X-Forwarded-For": "203.0.113.7"})
    quiet = Visitor(public.url, **{"X-Forwarded-For": "198.51.100.9"})
    noisy.headers["X-Forwarded-For"] = "203.0.113.7"
    quiet.headers["X-Forwarded-For"] = "198.51.100.9"
    with ThreadPoolExecutor(20) as pool:
        flood = [pool.submit(noisy.post, {"text": "hi"}) for _ in range(200)]
        assert quiet.say("what is ipt")
        statuses = Counter(answer.result().status_code for answer in flood)
    assert set(statuses) == {200, 429} and statuses[200] == 60
    assert quiet.say("tell me more")
    for _ in range(600 - 200):
        noisy.get("history")
    assert_problem(noisy.get("history"), 429)
    assert quiet.get("history").status_code == 200
    assert noisy.erase().status_code == 204  # erasing is never refused
