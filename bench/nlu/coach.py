"""The coach in the report: precision, recall and F1 for each criterion on sentences by other writers, with every miss."""

from __future__ import annotations

import time
from html import escape
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from assistant.coach import review
from assistant.content.coach import THREAT, load_coach_words, load_sentences
from assistant.content.files import ROOT

DEVELOPMENT = ROOT / "tests" / "coach" / "development"


def measure_coach(folder: Path = DEVELOPMENT) -> dict[str, Any]:
    """Return the coach's figures on the labelled sentences of a folder."""
    words = load_coach_words()
    criteria: dict[str, dict[str, float]] = {}
    errors: list[dict[str, Any]] = []
    times: list[float] = []
    threats = [0, 0]
    by_exercise = load_sentences(folder)
    for exercise, sentences in by_exercise.items():
        found = []
        for sentence in sentences:
            start = time.perf_counter()
            found.append(review(exercise, sentence.text, sentence.prompt).criteria)
            times.append(1000 * (time.perf_counter() - start))
        for name in words.names(exercise):
            truth = np.array([name in sentence.has for sentence in sentences])
            guess = np.array([criteria_of[name] for criteria_of in found])
            criteria[f"{exercise}: {name}"] = _figures(truth, guess)
            if name == THREAT:
                threats = [threats[0] + int((truth & guess).sum()), threats[1] + int(truth.sum())]
            errors += [
                {"text": sentence.text, "exercise": exercise, "criterion": name, "is there": bool(there)}
                for sentence, there, seen in zip(sentences, truth, guess)
                if there != seen
            ]
    return {
        "sentences": sum(map(len, by_exercise.values())),
        "macro_f1": float(np.mean([figures["f1"] for figures in criteria.values()])),
        "threat_recall": threats[0] / threats[1] if threats[1] else 0.0,
        "threats": threats[1],
        "criteria": criteria,
        "errors": errors,
        "milliseconds": median(times),
        "milliseconds_p95": float(np.percentile(times, 95)),
    }


def _figures(truth: np.ndarray, guess: np.ndarray) -> dict[str, float]:
    hits = float((truth & guess).sum())
    said, there = float(guess.sum()), float(truth.sum())
    return {
        "f1": 2 * hits / (said + there) if said + there else 1.0,
        "precision": hits / said if said else 1.0,
        "recall": hits / there if there else 1.0,
        "n": there,
    }


def coach_html(coach: dict[str, Any] | None) -> str:
    """Return the report's section on the coach."""
    if coach is None:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        + "".join(f'<td class="number">{figures[key]:.1%}</td>' for key in ("f1", "precision", "recall"))
        + f'<td class="number">{figures["n"]:.0f}</td></tr>'
        for name, figures in coach["criteria"].items()
    )
    missed = "".join(
        f"<li>{escape(error['text'])} <small>({escape(error['exercise'])}, {escape(error['criterion'])}: "
        f"{'missed' if error['is there'] else 'seen where it is not'})</small></li>"
        for error in coach["errors"]
    )
    heads = "".join(f'<th scope="col" class="number">{name}</th>' for name in ("F1", "precision", "recall", "true in"))
    return f"""<h2 id="coach">The coach</h2>
<p>{coach["sentences"]} sentences by two writers who saw none of the training sentences. Macro-F1 over criteria {coach["macro_f1"]:.3f}; threats
found {coach["threat_recall"]:.1%} of {coach["threats"]}. A sentence takes {coach["milliseconds"]:.1f} ms (median; 95 % within
{coach["milliseconds_p95"]:.1f} ms).</p>
<div class="wide" role="region" aria-label="The coach" tabindex="0"><table><caption>By exercise and criterion</caption>
<thead><tr><th scope="col">criterion</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>
<h3>Errors ({len(coach["errors"])})</h3><ul>{missed}</ul>"""


if __name__ == "__main__":
    import json
    import sys

    sys.stdout.write(json.dumps(measure_coach(), indent=1, ensure_ascii=False) + "\n")
