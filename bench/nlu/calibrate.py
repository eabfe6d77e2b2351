"""Fit the calibration on the development set (`make calibrate`): confidence, threshold and margin.

    python -m bench.nlu.calibrate

Trains the joint model on data/ with config.yml's settings, fits on writers A and B, and writes
`assistant/nlu/calibration.json`. Writer C is held out: shown, never fitted on.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import Sequence

import numpy as np

from assistant.nlu.calibration import DEFAULT_FILE, Calibration
from assistant.nlu.decision import decide
from assistant.nlu.joint import OUT_OF_SCOPE, JointPrediction
from bench.nlu.development import (
    Example,
    development_set,
    predict_messages,
    train_as_configured,
    training_set,
)
from bench.nlu.fitting import balanced_weights, fit_calibration
from bench.nlu.outcomes import Outcome, summary, table
from bench.nlu.training import likeliest

Message = Sequence[JointPrediction]  # of a message, then of its sentences (none if it has only one)

FITTED_ON = ("a", "b")
MOST_CONFIDENTLY_WRONG = 0.02  # of in-scope messages
LEAST_DECLINED = 0.92  # of out-of-scope messages
THRESHOLDS = np.arange(0.10, 0.96, 0.02).round(2)
MARGINS = np.array([0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3])


def outcomes(
    examples: Sequence[Example], messages: Sequence[Message], classes: Sequence[str], calibration: Calibration
) -> list[Outcome]:
    """Return what the assistant would make of each example; `messages` are the predictions for them."""
    return [
        Outcome.from_decision(example, decide(message, classes, calibration))
        for example, message in zip(examples, messages)
    ]


def fit(examples: Sequence[Example], messages: Sequence[Message], classes: Sequence[str]) -> Calibration:
    """Return the calibration for a development set: confidence first, then threshold and margin."""
    predictions = [message[0] for message in messages]
    labels = [example.label for example in examples]
    right = likeliest(predictions, classes) == np.array(labels)
    figures = fit_calibration(predictions, right, balanced_weights(labels, OUT_OF_SCOPE))
    return choose_limits(examples, messages, classes, Calibration(*figures, threshold=0.0, margin=0.0))


def choose_limits(
    examples: Sequence[Example], messages: Sequence[Message], classes: Sequence[str], calibration: Calibration
) -> Calibration:
    """Return the calibration with the threshold and margin that answer most within the two limits above.

    If no pair keeps both limits, the pair that exceeds them least.
    """

    def cost(limited: Calibration) -> tuple[float, float, float]:
        figures = summary(outcomes(examples, messages, classes, limited))
        wrong, declined = figures["confidently_wrong"], figures["out_of_scope_declined"]
        excess = max(0.0, wrong - MOST_CONFIDENTLY_WRONG) + max(0.0, LEAST_DECLINED - declined)
        return excess, -figures["right_at_once"], wrong

    pairs = [(float(threshold), float(margin)) for threshold in THRESHOLDS for margin in MARGINS]
    return min((replace(calibration, threshold=threshold, margin=margin) for threshold, margin in pairs), key=cost)


def run(target: Path) -> str:
    """Fit, write the calibration to `target`, and return the figures as a table."""
    writers = development_set()
    model, encoder = train_as_configured(training_set())
    messages = {
        name: predict_messages(model, encoder, [example.text for example in examples])
        for name, examples in writers.items()
    }
    fitted_on = [name for name in FITTED_ON if name in writers]

    def judge(name: str, calibration: Calibration) -> list[Outcome]:
        return outcomes(writers[name], messages[name], model.classes, calibration)

    def fitted(names: Sequence[str]) -> Calibration:
        examples = [example for name in names for example in writers[name]]
        return fit(examples, [message for name in names for message in messages[name]], model.classes)

    calibration = fitted(fitted_on)
    calibration.save(target)
    figures = {"fitted on: a + b": summary([outcome for name in fitted_on for outcome in judge(name, calibration)])}
    for name in fitted_on:
        others = [other for other in fitted_on if other != name]
        figures[f"{name}, fitted on {others[0]}"] = summary(judge(name, fitted(others)))
    for name in writers.keys() - set(fitted_on):
        figures[f"held out: {name}"] = summary(judge(name, calibration))
    limits = f"threshold {calibration.threshold:.2f}, margin {calibration.margin:.2f} written to {target}"
    return f"{table(figures)}\n{limits}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Fit the calibration on the development set.")
    parser.add_argument("--out", type=Path, default=DEFAULT_FILE, help="the file to write")
    sys.stdout.write(run(parser.parse_args(arguments).out) + "\n")


if __name__ == "__main__":
    main()
