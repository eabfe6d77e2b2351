"""The tracker store: what is saved comes back, is saved once, and is gone after erasing."""

from __future__ import annotations

from pathlib import Path

import pytest
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from assistant.stores.tracker_store import ErasableSQLTrackerStore, store_of
from tests.conftest import ROOT

EVENTS = [
    ActionExecuted("action_session_start"),
    UserUttered("hello", {"name": "greet", "confidence": 1.0}),
    SlotSet("country", "IE"),
    ActionExecuted("utter_greet"),
    BotUttered("Hi.", {"buttons": [{"title": "A", "payload": "/a"}]}, {"utter_action": "utter_greet"}),
]


@pytest.fixture(scope="module")
def domain() -> Domain:
    return Domain.load(str(ROOT / "domain.yml"))


@pytest.fixture
def store(tmp_path: Path, domain: Domain, monkeypatch: pytest.MonkeyPatch) -> ErasableSQLTrackerStore:
    monkeypatch.setenv("IPT_TRACKER_URL", f"sqlite:///{tmp_path / 'conversations.db'}")
    return ErasableSQLTrackerStore(domain=domain)


def tracker_with(domain: Domain, *events: object) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("somebody", list(events), domain.slots)


async def test_what_is_saved_comes_back(store: ErasableSQLTrackerStore, domain: Domain) -> None:
    tracker = tracker_with(domain, *EVENTS)
    await store.save(tracker)
    loaded = await store.retrieve("somebody")
    assert loaded is not None
    assert [event.as_dict() for event in loaded.events] == [event.as_dict() for event in tracker.events]
    assert loaded.get_slot("country") == "IE"


async def test_events_are_saved_once(store: ErasableSQLTrackerStore, domain: Domain) -> None:
    tracker = tracker_with(domain, *EVENTS[:2])
    await store.save(tracker)
    await store.save(tracker)
    for event in EVENTS[2:]:
        tracker.update(event, domain)
    await store.save(tracker)
    assert len(store.events("somebody")) == len(EVENTS)


async def test_erasing_leaves_nothing_and_others_alone(
    store: ErasableSQLTrackerStore, domain: Domain, tmp_path: Path
) -> None:
    await store.save(tracker_with(domain, UserUttered("a word like quetzalcoatl")))
    other = DialogueStateTracker.from_events("other", [UserUttered("hello")], domain.slots)
    await store.save(other)
    assert store.erase("somebody") == 1
    assert not store.exists("somebody") and store.exists("other")
    assert await store.retrieve("somebody") is None
    for file in tmp_path.glob("conversations.db*"):
        assert b"quetzalcoatl" not in file.read_bytes()


def test_it_is_found_inside_rasas_wrappers_and_named_if_missing(store: ErasableSQLTrackerStore, domain: Domain) -> None:
    assert store_of(store) is store
    with pytest.raises(TypeError, match=r"endpoints.yml \(tracker_store\)"):
        store_of(InMemoryTrackerStore(domain))
