"""The queue between a platform and the assistant: once, in order, shared, and nothing left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.channels.messenger import inbox as queue
from assistant.channels.messenger.inbox import Inbox, Stored
from assistant.channels.messenger.platform import TEXT, Update

CHAT = {"chat_id": 4242}


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'conversations.db'}"


def said(number: int, words: str = "hello", conversation: str = "telegram-a") -> Update:
    return Update(str(number), conversation, CHAT, TEXT, words, order=number)


def take(inbox: Inbox, conversation: str = "telegram-a") -> Stored:
    stored = inbox.next(conversation)
    assert stored is not None
    return stored


def test_an_update_is_taken_once_even_by_another_replica_and_after_it_was_answered(database: str) -> None:
    first, second = Inbox(database), Inbox(database)
    assert first.accept("telegram", said(1))
    assert not first.accept("telegram", said(1)) and not second.accept("telegram", said(1))
    assert first.accept("slack", said(1, conversation="slack-a"))
    stored = take(second)
    second.answered(stored, [], {})
    second.finish(stored)
    assert second.next("telegram-a") is None
    assert not first.accept("telegram", said(1))


def test_updates_come_in_the_order_they_happened(database: str) -> None:
    inbox = Inbox(database)
    for number in (2, 3, 1):
        inbox.accept("telegram", said(number))
    order = []
    while (stored := inbox.next("telegram-a")) is not None:
        assert stored.update is not None
        order.append(stored.update.id)
        inbox.finish(stored)
    assert order == ["1", "2", "3"]


def test_what_was_answered_is_sent_before_anything_else_is_done(database: str) -> None:
    inbox = Inbox(database)
    inbox.accept("telegram", said(5))
    stored = take(inbox)
    inbox.answered(stored, [{"text": "one"}, {"text": "two"}], {"introduced": True})
    inbox.accept("telegram", said(4))
    assert take(inbox).seq == stored.seq and take(inbox).update is None
    (first, part), _ = inbox.unsent(stored.seq)
    assert part == {"text": "one"}
    inbox.sent(first, "telegram-a", {"message_id": 7})
    assert [part for _, part in inbox.unsent(stored.seq)] == [{"text": "two"}]
    chat = inbox.chat("telegram-a")
    assert chat is not None and chat.address == CHAT
    assert chat.notes == {"introduced": True, "shown": [{"message_id": 7}]}


def test_one_replica_works_on_a_conversation_until_its_lease_is_over(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = Inbox(database), Inbox(database)
    one.accept("telegram", said(1))
    assert other.waiting("telegram") == ["telegram-a"]
    assert one.lease("telegram-a", "one") and not other.lease("telegram-a", "other")
    assert other.waiting("telegram") == [] and other.waiting("slack") == []
    monkeypatch.setattr(queue, "LEASE_SECONDS", -1.0)
    one.renew("one")
    assert other.waiting("telegram") == ["telegram-a"] and other.lease("telegram-a", "other")
    one.release("telegram-a", "one")
    assert other.waiting("telegram") == ["telegram-a"]  # over as well; what is another's was not given back
    other.release("telegram-a", "other")
    assert one.lease("telegram-a", "one")


def test_erasing_leaves_only_the_bare_ids(database: str, tmp_path: Path) -> None:
    inbox = Inbox(database)
    inbox.accept("telegram", said(1, "quetzalcoatl"))
    first = take(inbox)
    inbox.answered(first, [{"text": "tlaloc"}], {})
    inbox.accept("telegram", said(2, "xipe totec"))
    inbox.accept("telegram", said(3, "erase it"))
    inbox.finish(first)
    second, third = take(inbox), Stored(3, "telegram-a", queue.WAITING, said(3), 0.0)
    inbox.erase("telegram-a", third.seq)
    inbox.answered(third, [{"text": "done"}], {}, erasing=True)
    assert take(inbox).seq == third.seq != second.seq
    inbox.finish(third)
    assert inbox.chat("telegram-a") is None
    assert not inbox.accept("telegram", said(2))
    inbox.close()
    for file in tmp_path.glob("conversations.db*"):
        for word in (b"quetzalcoatl", b"tlaloc", b"xipe", b"4242"):
            assert word not in file.read_bytes(), (file, word)


def test_what_was_written_after_the_wish_to_erase_begins_a_new_conversation(database: str) -> None:
    inbox = Inbox(database)
    inbox.accept("telegram", said(1, "erase it"))
    asked = take(inbox)
    inbox.accept("telegram", said(2, "hello again"))
    inbox.erase("telegram-a", asked.seq)
    inbox.answered(asked, [{"text": "done"}], {"introduced": True}, erasing=True)
    inbox.finish(asked)
    left = take(inbox)
    assert left.update is not None and left.update.value == "hello again"
    chat = inbox.chat("telegram-a")
    assert chat is not None and chat.notes == {}


def test_old_ids_are_forgotten(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = Inbox(database)
    inbox.accept("telegram", said(1))
    inbox.finish(take(inbox))
    monkeypatch.setattr(queue, "KEEP_IDS_SECONDS", -1.0)
    inbox.tidy()
    assert inbox.accept("telegram", said(1))
