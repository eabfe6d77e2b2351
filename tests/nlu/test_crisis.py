"""The crisis detector: its data, its figures on the development set, and the graph component."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.shared.exceptions import InvalidConfigException

from assistant.content.crisis import KINDS, load_crisis_words
from assistant.content.files import ContentError
from assistant.nlu.crisis import CrisisDetection
from assistant.nlu.crisis_data import NONE, read_answers, read_examples
from assistant.nlu.crisis_model import CrisisDetector, CrisisThresholds
from assistant.nlu.danger_words import DangerFound, DangerWordFinder
from assistant.nlu.encoder import SentenceEncoder
from assistant.nlu.text import pieces
from bench.nlu.crisis_figures import figures, judge_all
from bench.nlu.detector import CRISIS_DEVELOPMENT
from bench.nlu.training import encode

STRATA = {
    "explicit", "passive", "implicit", "coded", "typo", "buried", "understated", "teen", "elder", "nonnative", "negated", "form",
}  # fmt: skip


@pytest.fixture(scope="module")
def finder() -> DangerWordFinder:
    return DangerWordFinder(load_crisis_words())


@pytest.fixture(scope="module")
def detector(finder: DangerWordFinder) -> CrisisDetector:
    return CrisisDetector.load(finder)[0]


def test_there_are_enough_examples_of_every_kind_and_stratum() -> None:
    examples = read_examples()
    for kind in KINDS:
        own = [example for example in examples if example.label == kind]
        assert len(own) >= 250
        assert {example.stratum for example in own} >= STRATA
    assert sum(example.label == NONE for example in examples) >= 3000


def test_the_development_set_is_apart() -> None:
    def plain(text: str) -> str:
        return "".join(letter for letter in text.lower() if letter.isalnum())

    development = read_examples(CRISIS_DEVELOPMENT)
    assert sum(example.label != NONE for example in development) >= 300
    assert sum(example.label == NONE for example in development) >= 400
    trained = {plain(example.text) for example in read_examples()}
    assert not trained & {plain(example.text) for example in development}


def test_recall_and_false_alarms_do_not_fall(
    detector: CrisisDetector, finder: DangerWordFinder, encoder: SentenceEncoder
) -> None:
    """Limits a little below what was measured (docs/safety.md), so that a change for the worse is seen."""
    judged = judge_all(detector, finder, encoder, read_examples(CRISIS_DEVELOPMENT))
    found = figures(detector, judged, [])
    assert found["recall"][0] >= 0.955
    assert found["recall, explicit"][0] >= 0.98
    assert found["false alarms"][0] <= 0.055


def test_the_detector_belongs_to_the_encoder() -> None:
    CrisisDetection(CrisisDetection.get_default_config())  # raises where it does not


def test_a_missing_detector_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfigException, match="make detector"):
        CrisisDetection({**CrisisDetection.get_default_config(), "detector": str(tmp_path / "none.npz")})


def test_a_detector_of_another_encoder_is_refused(tmp_path: Path, detector: CrisisDetector) -> None:
    path = tmp_path / "other.npz"
    detector.save(path, hashlib.sha256(b"other").hexdigest())
    with pytest.raises(InvalidConfigException, match="another encoder"):
        CrisisDetection({**CrisisDetection.get_default_config(), "detector": str(path)})


def test_signs_at_the_end_change_nothing(detector: CrisisDetector, encoder: SentenceEncoder) -> None:
    texts = [example.text.rstrip(" .!") for example in read_examples(CRISIS_DEVELOPMENT)]
    for end in (".", "!", "..."):
        ended = [text + end for text in texts]
        assert np.allclose(
            detector.log_odds(texts, encode(encoder, texts)),
            detector.log_odds(ended, encode(encoder, ended)),
            atol=1e-3,
        )


def test_saved_and_loaded_it_says_the_same(
    tmp_path: Path, detector: CrisisDetector, finder: DangerWordFinder, encoder: SentenceEncoder
) -> None:
    detector.save(tmp_path / "detector.npz", "x")
    again = CrisisDetector.load(finder, tmp_path / "detector.npz")[0]
    texts = ["i want to die", "what does it cost"]
    vectors = encoder.encode(texts)
    assert np.allclose(detector.log_odds(texts, vectors), again.log_odds(texts, vectors), atol=1e-3)


def test_nothing_lowers_a_clear_phrase(detector: CrisisDetector) -> None:
    limits = CrisisThresholds(raised=1.0, lowered=5.0, clear=3.0)
    odds = np.full((1, len(KINDS)), -2.0, dtype=np.float32)
    words = [DangerFound(clear="crisis_suicide", lowered=True)]
    raised = detector.weigh(odds, words, False, limits)[0][0]
    lowered = detector.weigh(odds, [DangerFound(lowered=True)], False, limits)[0][0]
    assert raised == pytest.approx(np.logaddexp.reduce(odds[0]) + 3.0)
    assert lowered < raised


def test_pieces_cover_a_long_message() -> None:
    text = " ".join(f"This is sentence number {number}." for number in range(40))
    found = pieces(text)
    assert all(any(f"number {number}." in part for part in found) for number in range(40))
    assert pieces("one sentence only") == []


@pytest.mark.parametrize("content", ["no heading\n", "## crisis_nothing x\nhello\n", "## crisis_suicide\nhello\n"])
def test_a_broken_example_file_names_its_line(content: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(content)
    with pytest.raises(ContentError, match="line"):
        read_examples(tmp_path)


def test_typed_answers_lead_to_steps_that_exist() -> None:
    replies = Path("data/crisis/replies.yml").read_text()
    steps = {step for step, _ in read_answers()} - {NONE}
    assert all(f"  utter_safety/{step}:" in replies for step in steps)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("i want to kill myself", "crisis_suicide"),
        (
            "Sorry for the long text. I like your page. I work nights. Most nights I wish I were dead. Is it expensive?",
            "crisis_suicide",
        ),
        ("I want to die.", "crisis_suicide"),
        ("I don't want to live anymore!", "crisis_suicide"),
        ("I don't want to live anymore. I live in Leeds", "crisis_suicide"),
        ("My husband controls everything I do. I live in Manchester.", "crisis_abuse"),
        ("he is not violent", None),
        ("what does it cost", None),
        ("this traffic is killing me", None),
    ],
)
async def test_the_parse_result_holds_the_verdict(text: str, label: str | None, agent: Any) -> None:
    result = await agent.parse_message(text)
    assert result["crisis"]["label"] == label
    assert 0 <= result["crisis"]["confidence"] <= 1
    if label:
        assert result["intent"]["name"] == label
        assert result["candidates"][0]["name"] == label
    else:
        assert not result["intent"]["name"].startswith("crisis_")
