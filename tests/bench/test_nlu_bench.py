"""The language-understanding benchmarks on small made-up data, with the real encoder."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from assistant.nlu.calibration import Calibration
from assistant.nlu.encoder import SentenceEncoder
from assistant.nlu.joint import EVIDENCE, JointPrediction
from bench.nlu import calibrate, public, report
from bench.nlu.datasets import HINT3_OUT_OF_SCOPE, Hint3Pair, LabelledTexts
from bench.nlu.development import Example
from bench.nlu.fitting import balanced_weights, fit_calibration
from bench.nlu.outcomes import Outcome

TRAINING = {
    "order": ["where is my order", "track my parcel", "has my package been sent", "when does the delivery arrive"],
    "refund": ["i want my money back", "how do i get a refund", "return the money please", "refund my payment"],
    "hours": ["when are you open", "opening hours please", "until what time is the shop open", "are you open sundays"],
}
ASKED = {
    "order": ["my parcel has not arrived, where is it", "track the delivery of my order"],
    "refund": ["please give me my money back", "can i have a refund of what i paid"],
    "hours": ["at what time do you open today", "is the shop open on sundays"],
}
UNRELATED = [
    "how tall is a giraffe",
    "sing me a song about the sea",
    "who won the match",
    "boil an egg for me",
    "2 + 2",
]


def labelled(texts: dict[str, list[str]]) -> LabelledTexts:
    rows = [(text, label) for label, group in texts.items() for text in group]
    return LabelledTexts([text for text, _ in rows], [label for _, label in rows])


def prediction(quality: float, best: int = 0, classes: int = 2) -> JointPrediction:
    """A prediction whose evidence is all of one quality, from 0 to 1."""
    order = np.array([best, *(index for index in range(classes) if index != best)])
    probabilities = np.full(classes, 0.01)
    probabilities[best] = 1 - 0.01 * (classes - 1)
    return JointPrediction(probabilities, order, np.full(len(EVIDENCE), quality))


def test_hint3_answers_what_was_trained_and_declines_the_rest(encoder: SentenceEncoder) -> None:
    pair = Hint3Pair("shop", False, labelled(TRAINING), labelled({**ASKED, HINT3_OUT_OF_SCOPE: UNRELATED}))
    result = public.hint3(pair, encoder)
    assert result["mcc"] > 0.8
    assert result["mcc"] == max(result["mcc_by_threshold"].values())
    assert result["in_scope_accuracy"] > 0.8
    assert result["out_of_scope_recall"] > 0.8


def test_clinc150_chooses_its_threshold_without_the_test_part(encoder: SentenceEncoder) -> None:
    data = {
        "train": labelled(TRAINING),
        "oos_train": labelled({"out_of_scope": ["tell me a joke", "what is the capital of france"]}),
        "val": labelled(ASKED),
        "oos_val": labelled(
            {"out_of_scope": ["is it warm in may", "my dog is ill", "where do swallows go", "what is due today"]}
        ),
        "test": labelled(ASKED),
        "oos_test": labelled({"out_of_scope": UNRELATED}),
    }
    result = public.clinc150(data, encoder)
    other_test = {
        **data,
        "test": labelled({"order": ["nonsense"]}),
        "oos_test": labelled({"out_of_scope": ["where is my order"]}),
    }
    assert result["in_scope_accuracy"] > 0.8
    assert result["out_of_scope_recall"] > 0.7
    assert public.clinc150(other_test, encoder)["threshold"] == result["threshold"]


def test_the_threshold_rejects_as_much_as_the_demanded_accuracy_allows() -> None:
    labels = np.array(["a"] * 100 + ["out_of_scope"] * 10)
    confidences = np.concatenate([np.linspace(0.4, 0.99, 100), np.linspace(0.05, 0.5, 10)])
    threshold = public.choose_threshold(labels, np.array(["a"] * 110), confidences)
    accuracy, recall = public.in_and_out_of_scope(labels, np.array(["a"] * 110), confidences >= threshold)
    assert accuracy >= public.VALIDATION_ACCURACY
    assert recall == 0.8


def test_a_missing_folder_says_where_to_get_the_data(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert public.main([str(tmp_path / "nowhere"), "--out", str(tmp_path / "results")]) == 1
    message = capsys.readouterr().err
    for part in ("hellohaptik/HINT3", "ODbL 1.0", "clinc/oos-eval", "CC BY 3.0", f"{tmp_path / 'nowhere'}/hint3"):
        assert part in message
    assert not (tmp_path / "results").exists()


def test_better_evidence_gives_more_confidence() -> None:
    qualities = np.linspace(0, 1, 40)
    right = [quality > 0.5 for quality in qualities[:-4]] + [False, True, False, True]
    figures = fit_calibration([prediction(quality) for quality in qualities], right, np.ones(40))
    calibration = Calibration(*figures, threshold=0.5, margin=0.0)
    confidences = [calibration.confidence(prediction(quality)) for quality in (0.1, 0.5, 0.9)]
    assert confidences == sorted(confidences)
    assert confidences[0] < 0.3 < 0.6 < confidences[2]


def test_nothing_to_tell_apart_is_an_error() -> None:
    with pytest.raises(ValueError, match="right and wrong"):
        fit_calibration([prediction(0.5), prediction(0.6)], [True, True], [1, 1])


def test_out_of_scope_counts_a_third_of_in_scope() -> None:
    weights = balanced_weights(["a"] * 30 + ["oos"] * 2, "oos")
    assert weights[:30].sum() == 30
    assert weights[30:].sum() == pytest.approx(10)


def test_the_limits_ask_where_answers_would_be_wrong() -> None:
    classes = ["faq/cost_insurance", "out_of_scope"]
    inside = [Example("what does it cost", classes[0], "a")] * 100
    outside = [Example("sing", classes[1], "a")] * 20
    messages = [[prediction(1.0)]] * 90 + [[prediction(0.2, best=1)]] * 10 + [[prediction(0.2)]] * 20
    calibration = calibrate.fit(inside + outside, messages, classes)
    outcomes = calibrate.outcomes(inside + outside, messages, classes, calibration)
    assert all(outcome.right for outcome in outcomes[:90])
    assert all(outcome.asked for outcome in outcomes[90:])


def test_the_report_can_be_read(tmp_path: Path) -> None:
    def outcome(text: str, label: str, answered: str, candidates: tuple[str, ...]) -> Outcome:
        return Outcome(Example(text, label, "a"), answered, candidates, 0.7)

    outcomes = [
        outcome("hi", "greet", "greet", ("greet", "affirm")),
        outcome("<b>bye</b>", "goodbye", "greet", ("greet", "goodbye")),
        outcome("hm", "affirm", "nlu_fallback", ("greet", "affirm")),
        outcome("2 + 2", "out_of_scope", "nlu_fallback", ("greet", "affirm")),
    ]
    report.write({"a": outcomes}, "some.tar.gz", tmp_path, tmp_path / "no_results.json")
    figures = json.loads((tmp_path / "nlu.json").read_text())["together"]
    page = (tmp_path / "index.html").read_text()
    assert [figures["right_at_once"], figures["confidently_wrong"]] == [pytest.approx(1 / 3)] * 2
    assert figures["right_at_once_or_in_first_three"] == figures["out_of_scope_declined"] == 1
    assert figures["confusions"][0]["texts"] == [{"text": "<b>bye</b>", "writer": "a", "answered": True}]
    assert "&lt;b&gt;bye&lt;/b&gt;" in page and "<b>bye" not in page
    assert page.count('src="data:image/png;base64,') == page.count('alt="') == 2
    assert "make bench" in page
