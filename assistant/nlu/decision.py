"""From predictions to a decision: answer, answer two questions, or ask what was meant.

No Rasa here. A message is judged as a whole and, if it has several sentences, sentence by sentence.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Sequence

from assistant.nlu.calibration import Calibration
from assistant.nlu.joint import JointPrediction

FALLBACK = "nlu_fallback"
CANDIDATE_COUNT = 5


@dataclass(frozen=True)
class Decision:
    """What a message is taken to mean.

    Attributes:
        intent: `{"name", "confidence"}`; the name without topic (`faq`), or `nlu_fallback`.
        candidates: the likeliest full intents, `{"name", "confidence"}`, best first.
        ranking: the same by names without topic, for Rasa's `intent_ranking`.
        questions: further full intents asked in the same message, in their order.
    """

    intent: dict[str, Any]
    candidates: list[dict[str, Any]]
    ranking: list[dict[str, Any]]
    questions: list[str] = field(default_factory=list)

    @classmethod
    def certain(cls, name: str) -> Decision:
        """Return the decision for a full intent that is known, such as a button's."""
        candidate = {"name": name, "confidence": 1.0}
        intent = {"name": name.split("/")[0], "confidence": 1.0}
        return cls(intent, [candidate], [intent])


def decide(predictions: Sequence[JointPrediction], classes: Sequence[str], calibration: Calibration) -> Decision:
    """Decide on a message.

    Args:
        predictions: for the message, then for its sentences (none if it has only one).
        classes: the full intents that the predictions' indices stand for.
        calibration: gives confidence, threshold and margin.
    """
    candidates = _candidates(predictions[0], classes, calibration)
    asked = _questions(predictions[1:], classes, calibration)
    best = candidates[0]
    runner_up = candidates[1]["confidence"] if len(candidates) > 1 else 0.0
    sure = best["confidence"] >= calibration.threshold and best["confidence"] - runner_up >= calibration.margin
    questions: list[str] = []
    if asked and (len(asked) > 1 or (not sure and best["name"] in asked)):
        # Several clear questions, or one that stands out of a long message: each for itself.
        candidates = _to_front(next(iter(asked)), max(asked.values()), candidates)
        questions = list(asked)[1:]
        sure = True
    elif asked and sure and best["name"].startswith("share_"):
        questions = list(asked)
    best = candidates[0]
    if sure:
        intent = {"name": best["name"].split("/")[0], "confidence": best["confidence"]}
    else:
        intent = {"name": FALLBACK, "confidence": 1.0 - best["confidence"]}
    ranking = [intent] + [entry for entry in _parents(candidates) if entry["name"] != intent["name"]]
    return Decision(intent, candidates, ranking, questions)


def response_selector(candidates: Sequence[dict[str, Any]], retrieval_intents: set[str]) -> dict[str, Any]:
    """Return what Rasa's ResponseSelector would: for each retrieval intent its likeliest response key."""
    result: dict[str, Any] = {"all_retrieval_intents": sorted(retrieval_intents)}
    for parent in sorted(retrieval_intents):
        ranked = [entry for entry in candidates if entry["name"].startswith(f"{parent}/")]
        if not ranked:
            continue
        result[parent] = {
            "response": {
                "intent_response_key": ranked[0]["name"],
                "utter_action": f"utter_{ranked[0]['name']}",
                "confidence": ranked[0]["confidence"],
            },
            "ranking": [{"intent_response_key": entry["name"], "confidence": entry["confidence"]} for entry in ranked],
        }
    return result


def _candidates(prediction: JointPrediction, classes: Sequence[str], calibration: Calibration) -> list[dict[str, Any]]:
    confidence = calibration.confidence(prediction)
    best = prediction.order[:CANDIDATE_COUNT]
    highest = float(prediction.probabilities[best[0]])
    return [
        {"name": classes[index], "confidence": confidence * float(prediction.probabilities[index]) / highest}
        for index in best
    ]


def _questions(
    predictions: Sequence[JointPrediction], classes: Sequence[str], calibration: Calibration
) -> dict[str, float]:
    """Return the topics that single sentences clearly ask about, in their order, with confidences."""
    found: dict[str, float] = {}
    for prediction in predictions:
        best = _candidates(prediction, classes, calibration)[0]
        if best["name"].startswith("faq/") and best["confidence"] >= calibration.threshold:
            found[best["name"]] = max(best["confidence"], found.get(best["name"], 0.0))
    return found


def _to_front(name: str, confidence: float, candidates: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rest = [entry for entry in candidates if entry["name"] != name]
    ceiling = [{**entry, "confidence": min(entry["confidence"], confidence)} for entry in rest]
    return [{"name": name, "confidence": confidence}, *ceiling][:CANDIDATE_COUNT]


def _parents(candidates: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    best: dict[str, float] = {}
    for entry in candidates:
        parent = entry["name"].split("/")[0]
        best[parent] = max(entry["confidence"], best.get(parent, 0.0))
    return [{"name": name, "confidence": confidence} for name, confidence in best.items()]
