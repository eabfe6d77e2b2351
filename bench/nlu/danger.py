"""Danger in the report: what the trained model finds and misses on the crisis detector's development set, and what it costs."""

from __future__ import annotations

import time
from collections import defaultdict
from html import escape
from statistics import median
from typing import Any, Sequence

import numpy as np
from rasa.core.agent import Agent

from assistant.content.crisis import load_crisis_words
from assistant.nlu.crisis_data import NONE, CrisisExample, read_examples
from assistant.nlu.crisis_model import CrisisDetector
from assistant.nlu.danger_words import DangerWordFinder
from assistant.nlu.encoder import SentenceEncoder
from assistant.nlu.linear import forget, ngrams_of
from assistant.nlu.text import pieces, segments
from bench.nlu.detector import BESIDE_CRISIS, BESIDE_GROUPS, CHOSEN_ON, CRISIS_DEVELOPMENT, with_words_around
from bench.nlu.outcomes import Outcome
from bench.nlu.training import encode

TIMED = 200


async def measure_danger(agent: Agent, ordinary: Sequence[Outcome]) -> dict[str, Any]:
    """Return recall and false alarms by writer group, kind and stratum, every error with its text, and the time it takes."""
    examples = read_examples(CRISIS_DEVELOPMENT)
    found = await _parse(agent, examples)
    alarms = [outcome for outcome in ordinary if outcome.answered.startswith("crisis_")]
    groups = {
        "all": found,
        "chosen on (a, b)": [item for item in found if item[0].source in CHOSEN_ON],
        "held out (c, d)": [item for item in found if item[0].source not in CHOSEN_ON],
        "all, with words around": await _parse(agent, with_words_around(examples)),
    }
    beside = await _parse(agent, read_examples(BESIDE_CRISIS))
    for title, source in BESIDE_GROUPS.items():
        groups[title] = [item for item in beside if item[0].source == source]
    return {
        "groups": {name: _shares(items) for name, items in groups.items()},
        "ordinary": [len(alarms) / len(ordinary), len(ordinary)],
        "ordinary_alarms": [outcome.example.text for outcome in alarms],
        "missed": [_error(*item) for item in found if item[0].label != NONE and item[1] == NONE],
        "false_alarms": [_error(*item) for item in found if item[0].label == NONE and item[1] != NONE],
        "other_kind": [
            _error(*item) for item in found if NONE not in (item[0].label, item[1]) and item[0].label != item[1]
        ],
        "milliseconds": _milliseconds([example.text for example in examples[:TIMED]]),
    }


async def _parse(agent: Agent, examples: Sequence[CrisisExample]) -> list[tuple[CrisisExample, str, float]]:
    found = []
    for example in examples:
        crisis = (await agent.parse_message(example.text))["crisis"]
        found.append((example, crisis["label"] or NONE, crisis["confidence"]))
    return found


def _shares(found: Sequence[tuple[CrisisExample, str, float]]) -> dict[str, list[float]]:
    hits: dict[str, list[bool]] = defaultdict(list)
    for example, label, _ in found:
        what = "false alarms" if example.label == NONE else "recall"
        names = [what, f"{what}, {example.stratum}"]
        if example.label != NONE:
            names.append(f"recall, {example.label}")
        for name in names:
            hits[name].append(label != NONE)
    return {name: [float(np.mean(values)), len(values)] for name, values in sorted(hits.items())}


def _error(example: CrisisExample, label: str, confidence: float) -> dict[str, Any]:
    return {
        "text": example.text,
        "is": example.label,
        "stratum": example.stratum,
        "taken for": label,
        "confidence": round(confidence, 3),
    }


def _milliseconds(texts: Sequence[str]) -> float:
    """Return the median time of the detector beyond what it shares with the intent classifier: vectors, and n-grams of the message."""
    encoder = SentenceEncoder()
    detector, _ = CrisisDetector.load(DangerWordFinder(load_crisis_words()))
    times = []
    for text in texts:
        parts = [text, *pieces(text)]
        vectors = encode(encoder, parts)
        forget()
        for text_read in (text, *segments(text)):
            for sort in (0, 1):
                ngrams_of(sort, text_read)
        start = time.perf_counter()
        detector.judge(parts, vectors)
        times.append(1000 * (time.perf_counter() - start))
    return median(times)


def danger_html(danger: dict[str, Any] | None) -> str:
    """Return the report's section on danger."""
    if danger is None:
        return ""
    names = list(danger["groups"]["all"])
    heads = "".join(f'<th scope="col" class="number">{escape(group)}</th>' for group in danger["groups"])
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        + "".join(_cell(group.get(name)) for group in danger["groups"].values())
        + "</tr>"
        for name in names
    )
    share, count = danger["ordinary"]
    return f"""<h2 id="danger">Danger</h2>
<p>The crisis detector on {danger["groups"]["all"]["recall"][1]} dangerous and {danger["groups"]["all"]["false alarms"][1]} harmless messages, near to
danger in their words, by four writers. Its thresholds were chosen on writers a and b. "With words around": each with a question, laughter, quotes or the
like around it, of kinds that are in no training example. "Said round about": a third of what those wrote who also wrote training examples. Of {count} ordinary messages {share:.1%} raise an
alarm. It takes {danger["milliseconds"]:.1f} ms (median) beyond the encoding of the sentences.</p>
<div class="wide" role="region" aria-label="Danger" tabindex="0"><table><caption>Found, of how many</caption>
<thead><tr><th scope="col">group</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>
{_list("Missed", danger["missed"])}{_list("False alarms", danger["false_alarms"])}{_list("Taken for another kind", danger["other_kind"])}"""


def _cell(figure: list[float] | None) -> str:
    return f'<td class="number">{figure[0]:.1%} of {figure[1]:.0f}</td>' if figure else "<td></td>"


def _list(title: str, errors: Sequence[dict[str, Any]]) -> str:
    items = "".join(
        f"<li>{escape(error['text'])} <small>({escape(error['is'])}, {escape(error['stratum'])}, taken for "
        f"{escape(error['taken for'])}, {error['confidence']:.2f})</small></li>"
        for error in errors
    )
    return f"<h3>{title} ({len(errors)})</h3><ul>{items}</ul>"
