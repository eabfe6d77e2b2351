"""Public benchmarks of the language understanding: HINT3 v1 and CLINC150, with the product's own components.

    python -m bench.nlu.public ../shared/data [--out bench/results]

Encoder, joint model and its default settings are the product's; nothing is tuned to a data set. Writes
`nlu_public.json` and shows a table beside published figures.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any, Sequence

import numpy as np
from sklearn.metrics import matthews_corrcoef

from assistant.nlu.calibration import Calibration
from assistant.nlu.encoder import SentenceEncoder
from assistant.nlu.joint import EVIDENCE, OUT_OF_SCOPE, JointPrediction
from bench.nlu.datasets import (
    HINT3_OUT_OF_SCOPE,
    Hint3Pair,
    LabelledTexts,
    MissingDataError,
    read_clinc150,
    read_hint3,
)
from bench.nlu.fitting import balanced_weights, fit_calibration
from bench.nlu.training import THREADS, likeliest, predict, train

DEFAULT_RESULTS = Path("bench/results")
RESULT_FILE = "nlu_public.json"

# Best of four platforms and BERT, each over thresholds as here: Arora et al. 2020, arXiv 2009.13833, v1 of the sets.
HINT3_PUBLISHED = {
    False: {"curekart": 0.603, "powerplay11": 0.425, "sofmattress": 0.638},
    True: {"curekart": 0.604, "powerplay11": 0.364, "sofmattress": 0.555},
}
HINT3_THRESHOLDS = tuple(step / 10 for step in range(1, 10))

# (in-scope accuracy, out-of-scope recall) on the full set with a threshold: Larson et al. 2019, arXiv 1909.02027, table 2.
CLINC150_PUBLISHED = {"BERT": (0.962, 0.523), "Rasa (2019)": (0.909, 0.312)}

# What is wanted on unseen texts is 95.5 %. An accuracy near there, measured on 3,000 texts, is uncertain by 0.38 points
# (one standard error) and on 4,500 by 0.31: their difference by 0.49. The figure demanded here is one such error higher.
VALIDATION_ACCURACY = 0.960


def supported_probability(prediction: JointPrediction) -> float:
    """Return probability times support, 0 to 1: the score of a model that has no data to fit a calibration on.

    Support is the likeliest label's nearest training text. The same score is used for all six HINT3 sets.
    """
    evidence = dict(zip(EVIDENCE, prediction.evidence))
    return float(np.exp(evidence["log_probability"]) * max(evidence["support"], 0.0))


def hint3(pair: Hint3Pair, encoder: SentenceEncoder) -> dict[str, Any]:
    """Train on a HINT3 set and return its MCC at each threshold, and the best with what it consists of.

    As published, MCC counts all test rows, and the best threshold is the best on the test set itself.
    """
    model = train(encoder, pair.train.texts, pair.train.labels)
    predictions = predict(model, encoder, pair.test.texts)
    scores = np.array([supported_probability(prediction) for prediction in predictions])
    named, labels = likeliest(predictions, model.classes), np.array(pair.test.labels)
    by_threshold = {
        threshold: float(matthews_corrcoef(labels, np.where(scores >= threshold, named, HINT3_OUT_OF_SCOPE)))
        for threshold in HINT3_THRESHOLDS
    }
    best = max(by_threshold, key=lambda threshold: by_threshold[threshold])
    accuracy, recall = in_and_out_of_scope(labels, named, scores >= best, HINT3_OUT_OF_SCOPE)
    return {
        "set": pair.name,
        "training": "subset" if pair.subset else "full",
        "training_texts": len(pair.train.texts),
        "test_texts": len(labels),
        "mcc": by_threshold[best],
        "threshold": best,
        "published_mcc": HINT3_PUBLISHED[pair.subset].get(pair.name),
        "in_scope_accuracy": accuracy,
        "out_of_scope_recall": recall,
        "mcc_by_threshold": {str(threshold): mcc for threshold, mcc in by_threshold.items()},
    }


def clinc150(data: dict[str, LabelledTexts], encoder: SentenceEncoder) -> dict[str, Any]:
    """Train on CLINC150, fit calibration and threshold on its validation part, and return the figures of its test part."""
    training, validation, test = (data[name] + data[f"oos_{name}"] for name in ("train", "val", "test"))
    model = train(encoder, training.texts, training.labels)

    predictions = predict(model, encoder, validation.texts)
    labels, named = np.array(validation.labels), likeliest(predictions, model.classes)
    calibration = calibrate_answers(predictions, labels, named)
    confidences = _confidences(predictions, calibration)
    threshold = choose_threshold(labels, named, confidences)
    chosen_on = in_and_out_of_scope(labels, named, confidences >= threshold)

    predictions = predict(model, encoder, test.texts)
    labels, named = np.array(test.labels), likeliest(predictions, model.classes)
    accuracy, recall = in_and_out_of_scope(labels, named, _confidences(predictions, calibration) >= threshold)
    return {
        "training_texts": len(training.texts),
        "test_texts": len(labels),
        "in_scope_accuracy": accuracy,
        "out_of_scope_recall": recall,
        "threshold": threshold,
        "validation": {"in_scope_accuracy": chosen_on[0], "out_of_scope_recall": chosen_on[1]},
        "in_scope_accuracy_without_threshold": float((named == labels)[labels != OUT_OF_SCOPE].mean()),
        "published": {
            name: {"in_scope_accuracy": figures[0], "out_of_scope_recall": figures[1]}
            for name, figures in CLINC150_PUBLISHED.items()
        },
    }


def calibrate_answers(predictions: Sequence[JointPrediction], labels: np.ndarray, named: np.ndarray) -> Calibration:
    """Return the calibration fitted on the predictions that name an in-scope label; the others are declined anyway.

    Args:
        predictions: n predictions of the validation part.
        labels: the right labels, str [n].
        named: the likeliest labels, str [n].
    """
    answers = np.flatnonzero(named != OUT_OF_SCOPE)
    weights = balanced_weights(labels[answers], OUT_OF_SCOPE)
    figures = fit_calibration([predictions[index] for index in answers], (labels == named)[answers], weights)
    return Calibration(*figures, threshold=0.0, margin=0.0)


def choose_threshold(labels: np.ndarray, named: np.ndarray, confidences: np.ndarray) -> float:
    """Return the threshold of the highest out-of-scope recall at which in-scope accuracy is `VALIDATION_ACCURACY`.

    If none reaches that accuracy, the most accurate one. Of equals the one that rejects least.

    Args:
        labels: str [n], validation part only.
        named: the likeliest labels, str [n].
        confidences: float64 [n].
    """
    judged = {
        float(threshold): in_and_out_of_scope(labels, named, confidences >= threshold)
        for threshold in np.arange(0, 1, 0.001).round(3)
    }

    def merit(threshold: float) -> tuple[float, float, float]:
        accuracy, recall = judged[threshold]
        return min(accuracy, VALIDATION_ACCURACY), recall, accuracy

    return max(judged, key=merit)


def in_and_out_of_scope(
    labels: np.ndarray, named: np.ndarray, accepted: np.ndarray, out_of_scope: str = OUT_OF_SCOPE
) -> tuple[float, float]:
    """Return in-scope accuracy (rejected is wrong) and out-of-scope recall (rejected or named out of scope).

    Args:
        labels: str [n].
        named: the likeliest labels, str [n].
        accepted: whether the confidence reached the threshold, bool [n].
        out_of_scope: the label of what should be rejected.
    """
    outside = labels == out_of_scope
    answered = accepted & (named != out_of_scope)
    return float((answered & (named == labels))[~outside].mean()), float((~answered)[outside].mean())


def table(results: dict[str, Any]) -> str:
    """Return the results as a table to read."""
    lines = [f"{'HINT3 v1, best MCC':<24}{'ours':>8}{'published':>11}{'threshold':>11}{'in scope':>10}{'declined':>10}"]
    for row in results["hint3"]:
        lines.append(
            f"{row['set'] + ', ' + row['training']:<24}{row['mcc']:>8.3f}{row['published_mcc']:>11.3f}"
            f"{row['threshold']:>11.1f}{row['in_scope_accuracy']:>10.1%}{row['out_of_scope_recall']:>10.1%}"
        )
    clinc = results["clinc150"]
    lines += ["", f"{'CLINC150 full':<24}{'in-scope accuracy':>19}{'out-of-scope recall':>21}"]
    rows = {"ours, test": clinc, "ours, validation": clinc["validation"], **clinc["published"]}
    for name, row in rows.items():
        lines.append(f"{name:<24}{row['in_scope_accuracy']:>19.1%}{row['out_of_scope_recall']:>21.1%}")
    lines.append(f"threshold {clinc['threshold']:.3f}, chosen on the validation part")
    return "\n".join(lines)


def run(folder: Path) -> dict[str, Any]:
    """Return the results of both benchmarks, whose files are below `folder`; reads all of them before it starts."""
    pairs, clinc = list(read_hint3(folder)), read_clinc150(folder)
    encoder = SentenceEncoder(threads=THREADS)
    started = time.monotonic()
    hint3_results = [hint3(pair, encoder) for pair in pairs]
    between = time.monotonic()
    clinc_results = clinc150(clinc, encoder)
    seconds = {"hint3": round(between - started, 1), "clinc150": round(time.monotonic() - between, 1)}
    return {"hint3": hint3_results, "clinc150": clinc_results, "seconds": seconds}


def _confidences(predictions: Sequence[JointPrediction], calibration: Calibration) -> np.ndarray:
    return np.array([calibration.confidence(prediction) for prediction in predictions])


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(description="Benchmark the language understanding on HINT3 v1 and CLINC150.")
    parser.add_argument("folder", type=Path, help="holds hint3/ and clinc150/")
    parser.add_argument("--out", type=Path, default=DEFAULT_RESULTS, help="folder for the results")
    options = parser.parse_args(arguments)
    try:
        results = run(options.folder)
    except MissingDataError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / RESULT_FILE).write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(table(results) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
