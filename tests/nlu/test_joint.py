"""The joint model: learns, persists, and says how sure it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.nlu.calibration import Calibration, CalibrationError
from assistant.nlu.decision import FALLBACK, decide, response_selector
from assistant.nlu.encoder import SentenceEncoder
from assistant.nlu.joint import EVIDENCE, JointModel

EXAMPLES = {
    "faq/cost_insurance": [
        "how much does it cost",
        "what is the price",
        "who pays for it",
        "is it covered by insurance",
    ],
    "faq/session_count_length": [
        "how long does it take",
        "how many sessions",
        "how many weeks is it",
        "when is it over",
    ],
    "share_loneliness": [
        "i have nobody to talk to",
        "i feel so alone",
        "no one ever calls me",
        "all my friends are gone",
    ],
    "out_of_scope": ["what is the weather", "tell me a joke", "who won the match", "best pizza in town"],
}
# Confidence by the lead of the likeliest intent, nothing else.
COUNT = len(EVIDENCE)
WEIGHTS = [8.0 if name == "probability_margin" else 0.0 for name in EVIDENCE]
PLAIN = Calibration([0.0] * COUNT, [1.0] * COUNT, WEIGHTS, -4.0, threshold=0.5, margin=0.05)


@pytest.fixture(scope="module")
def model(encoder: SentenceEncoder) -> JointModel:
    texts = [text for group in EXAMPLES.values() for text in group]
    labels = [label for label, group in EXAMPLES.items() for _ in group]
    return JointModel.fit(texts, encoder.encode(texts), labels)


def judge(model: JointModel, encoder: SentenceEncoder, *texts: str):  # type: ignore[no-untyped-def]
    return decide(model.predict(texts, encoder.encode(texts)), model.classes, PLAIN)


def test_understands_words_it_has_not_seen(model: JointModel, encoder: SentenceEncoder) -> None:
    decision = judge(model, encoder, "what will i have to pay")
    assert decision.candidates[0]["name"] == "faq/cost_insurance"
    assert [entry["confidence"] for entry in decision.candidates] == sorted(
        (entry["confidence"] for entry in decision.candidates), reverse=True
    )


def test_unsure_is_a_fallback_with_candidates(model: JointModel, encoder: SentenceEncoder) -> None:
    decision = judge(model, encoder, "purple triangles")
    assert decision.intent["name"] in {FALLBACK, "out_of_scope"}
    assert len(decision.candidates) == len(EXAMPLES)


def test_two_questions_are_both_found(model: JointModel, encoder: SentenceEncoder) -> None:
    parts = ["how much does it cost", "and how many sessions"]
    decision = judge(model, encoder, " ".join(parts), *parts)
    assert decision.candidates[0]["name"] == "faq/cost_insurance"
    assert decision.questions == ["faq/session_count_length"]


def test_response_selector_names_the_best_topic(model: JointModel, encoder: SentenceEncoder) -> None:
    decision = judge(model, encoder, "how much does it cost")
    selected = response_selector(decision.candidates, {"faq"})["faq"]["response"]
    assert selected["intent_response_key"] == "faq/cost_insurance"
    assert selected["utter_action"] == "utter_faq/cost_insurance"


def test_predicts_the_same_after_saving_and_loading(
    model: JointModel, encoder: SentenceEncoder, tmp_path: Path
) -> None:
    model.save(tmp_path)
    loaded = JointModel.load(tmp_path)
    texts = ["who pays for it", "nobody calls", "🙂", ""]
    vectors = encoder.encode(texts)
    for before, after in zip(model.predict(texts, vectors), loaded.predict(texts, vectors)):
        assert np.allclose(before.probabilities, after.probabilities, atol=1e-6)
        assert np.allclose(before.evidence, after.evidence, atol=1e-5)


def test_evidence_is_as_named(model: JointModel, encoder: SentenceEncoder) -> None:
    text = EXAMPLES["share_loneliness"][0]
    (prediction,) = model.predict([text], encoder.encode([text]))
    evidence = dict(zip(EVIDENCE, prediction.evidence))
    assert evidence["support"] == pytest.approx(1, abs=1e-4)
    assert np.exp(evidence["log_probability"]) == pytest.approx(prediction.probabilities.max(), abs=1e-5)
    assert evidence["support_lead"] > 0


def test_refuses_what_cannot_be_learnt(encoder: SentenceEncoder) -> None:
    vectors = encoder.encode(["a", "b"])
    with pytest.raises(ValueError, match="two different intents"):
        JointModel.fit(["a", "b"], vectors, ["same", "same"])
    with pytest.raises(ValueError, match="do not match"):
        JointModel.fit(["a", "b"], vectors, ["one"])


def test_calibration_round_trip_and_errors(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    PLAIN.save(path)
    assert Calibration.load(path) == PLAIN
    path.write_text(path.read_text().replace("log_words", "moon_phase"))
    with pytest.raises(CalibrationError, match="moon_phase"):
        Calibration.load(path)
    with pytest.raises(CalibrationError, match="make calibrate"):
        Calibration.load(tmp_path / "missing.json")
