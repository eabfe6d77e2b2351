"""What the crisis detector finds and misses on a set: recall by kind and stratum, false alarms by stratum."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Iterable, Sequence

import numpy as np

from assistant.content.crisis import KINDS
from assistant.nlu.crisis_data import NONE, CrisisExample
from assistant.nlu.crisis_model import CrisisDetector, CrisisThresholds
from assistant.nlu.danger_words import DangerFound, DangerWordFinder
from assistant.nlu.encoder import SentenceEncoder
from assistant.nlu.text import pieces
from bench.nlu.training import encode


@dataclass(frozen=True)
class Judged:
    """An example with what the detector's parts say of it and its pieces.

    Attributes:
        log_odds: float32 [1 + pieces, kinds], of the models.
        words: what the danger words say of each.
    """

    example: CrisisExample
    log_odds: np.ndarray
    words: tuple[DangerFound, ...]

    def odds(self, detector: CrisisDetector, limits: CrisisThresholds) -> float:
        """Return the log odds of danger with other weights than the detector's own."""
        return float(self._weigh(detector, limits)[0].max())

    def label(self, detector: CrisisDetector) -> str:
        """Return the kind of danger found, or `none`."""
        odds, kinds = self._weigh(detector, detector.thresholds)
        worst = int(odds.argmax())
        return KINDS[kinds[worst]] if odds[worst] >= detector.thresholds.threshold else NONE

    def _weigh(self, detector: CrisisDetector, limits: CrisisThresholds) -> tuple[np.ndarray, np.ndarray]:
        return detector.weigh(self.log_odds, self.words, len(self.words) > 1, limits)


def judge_all(
    detector: CrisisDetector, finder: DangerWordFinder, encoder: SentenceEncoder, examples: Sequence[CrisisExample]
) -> list[Judged]:
    """Return all examples judged; they are encoded in one go."""
    texts = [[example.text, *pieces(example.text)] for example in examples]
    flat = [text for parts in texts for text in parts]
    odds = iter(detector.log_odds(flat, encode(encoder, flat)))
    return [
        Judged(example, np.array([next(odds) for _ in parts]), tuple(finder.find(part) for part in parts))
        for example, parts in zip(examples, texts)
    ]


def figures(detector: CrisisDetector, judged: Iterable[Judged], ordinary: Iterable[Judged]) -> dict[str, Any]:
    """Return recall (overall, by kind, by stratum), false alarms (overall, by stratum, on ordinary messages) and kinds told right.

    Each figure is `[part found, of how many]`.
    """
    groups: dict[str, list[bool]] = defaultdict(list)
    for item in judged:
        found = item.label(detector)
        example = item.example
        if example.label == NONE:
            groups["false alarms"].append(found != NONE)
            groups[f"false alarms, {example.stratum}"].append(found != NONE)
        else:
            groups["recall"].append(found != NONE)
            groups[f"recall, {example.stratum}"].append(found != NONE)
            groups[f"recall, {example.label}"].append(found != NONE)
            if found != NONE:
                groups["kind right"].append(found == example.label)
    groups["false alarms, ordinary messages"] = [item.label(detector) != NONE for item in ordinary]
    return {name: [float(np.mean(hits)), len(hits)] for name, hits in groups.items() if hits}


def table(detector: CrisisDetector, judged: Sequence[Judged], ordinary: Sequence[Judged]) -> str:
    """Return the figures as lines of text."""
    found = figures(detector, judged, ordinary)
    lines = [f"{name:38} {share:7.1%}  of {count}" for name, (share, count) in sorted(found.items())]
    return "\n".join(lines)
