"""Train the crisis detector and choose its thresholds (`make detector`): assistant/nlu/crisis_detector.npz.

    python -m bench.nlu.detector

Trained on `data/crisis/`, ordinary messages of `data/`, and harmless sentences of exercises. Thresholds are chosen on the development set's writers A and B, recall first: the
lowest threshold that keeps false alarms within the limits. Writers C and D are held out: shown, never chosen on.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
from dataclasses import replace
from pathlib import Path
from typing import Iterable, Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from assistant.content.coach import load_sentences
from assistant.content.crisis import KINDS, load_crisis_words
from assistant.nlu.crisis import model_checksum
from assistant.nlu.crisis_data import NONE, CrisisExample, read_answers, read_examples
from assistant.nlu.crisis_model import DEFAULT_FILE, CrisisDetector, CrisisThresholds
from assistant.nlu.danger_words import DangerWordFinder
from assistant.nlu.encoder import DEFAULT_FOLDER, SentenceEncoder
from assistant.nlu.hidden import HiddenModel
from assistant.nlu.linear import LinearConfig, LinearModel
from assistant.nlu.moves import read_moves
from assistant.nlu.text import pieces
from bench.nlu.crisis_figures import Judged, judge_all, table
from bench.nlu.development import DEVELOPMENT, development_set, training_set
from bench.nlu.training import THREADS, encode
from bench.nlu.typing_noise import framed, held_out, surrounded

CRISIS_DEVELOPMENT = DEVELOPMENT / "crisis"
BESIDE_CRISIS = CRISIS_DEVELOPMENT / "beside"
BESIDE_GROUPS = {"said round about (e)": "e", "asked like a plain question (f)": "f"}  # what its files hold
CHOSEN_ON = ("a", "b")
ORDINARY = 16000  # ordinary messages among the examples of no danger
AGAIN = {"oblique": 3, "asked": 3}  # how often an example of a file comes again with something around it; else once
SHORT = 16  # words of a statement that comes again inside a question
# The aims are 3 and 0.5 %; since the end of a message is not read any more, these cost too much recall (docs/decisions.md, 63 and 67).
MOST_FALSE_ALARMS = 0.06  # of the development set's hard negatives
MOST_ORDINARY_ALARMS = 0.0075  # of ordinary messages
SENSITIVE_FALSE_ALARMS, SENSITIVE_ORDINARY_ALARMS = 0.08, 0.02  # once danger was raised in the conversation
NOT_HARMLESS = {"threat", "self_put_down", "you_make_me"}
CLEARLY = 1.0  # log odds from which on a sentence is taken for the telling one
DANGER = LinearConfig(ngram_weight=0.3, scale=2.0, components=200, max_iterations=150, min_count=10)
ANSWERS = LinearConfig(ngram_weight=0.7, scale=6.0, components=200, max_iterations=100, min_count=3)


def fit_danger(
    encoder: SentenceEncoder, examples: Sequence[CrisisExample], ordinary: Sequence[str]
) -> tuple[LinearModel, HiddenModel]:
    """Return the linear model and the network: kinds of danger, or none.

    Of harmless messages every sentence is harmless too. Of a dangerous message only the whole is known to be so; its most
    telling sentence is added after a first round.
    """
    examples, ordinary = with_surroundings(examples, ordinary)
    parts = {example.text: pieces(example.text) for example in examples}
    harmless = [*ordinary, *(part for example in examples if example.label == NONE for part in parts[example.text])]
    texts = [example.text for example in examples] + harmless
    labels = [example.label for example in examples] + [NONE] * len(harmless)
    every = list(dict.fromkeys([*texts, *(part for own in parts.values() for part in own)]))
    vectors = dict(zip(every, encode(encoder, every)))
    first = LinearModel.fit(texts, np.stack([vectors[text] for text in texts]), labels, DANGER)
    none = first.classes.index(NONE)
    for example in examples:
        own = parts[example.text]
        if example.label == NONE or not own:
            continue
        logits = first.logits(own, np.stack([vectors[part] for part in own]))
        odds = logits[:, first.classes.index(example.label)] - logits[:, none]
        if odds.max() > CLEARLY:
            texts.append(own[int(odds.argmax())])
            labels.append(example.label)
    found = np.stack([vectors[text] for text in texts])
    return LinearModel.fit(texts, found, labels, DANGER), HiddenModel.fit(found, labels)


def with_surroundings(
    examples: Sequence[CrisisExample], ordinary: Sequence[str]
) -> tuple[list[CrisisExample], list[str]]:
    """Return the examples, each again with words and signs around it, and the ordinary messages, a third of them so.

    What is said round about or asked is rare among the examples; each of those comes three times again. A short statement comes once
    more inside a question: asked like a plain question, danger was taken for one.
    """
    rng = random.Random(0)
    again = [
        replace(example, text=surrounded(example.text, rng, ordinary))
        for example in examples
        for _ in range(AGAIN.get(example.source, 1))
    ]
    asked = [replace(example, text=framed(example.text, rng)) for example in examples if _short(example.text)]
    return [*examples, *again, *asked], [*ordinary, *(surrounded(text, rng, ordinary) for text in ordinary[::3])]


def _short(text: str) -> bool:
    return len(text.split()) <= SHORT and not pieces(text)


def with_words_around(examples: Sequence[CrisisExample]) -> list[CrisisExample]:
    """Return the examples as they are typed with something around them, each in one of the ways that no training example has."""
    ways = [list(held_out(example.text).values()) for example in examples]
    return [replace(example, text=own[place % len(own)]) for place, (example, own) in enumerate(zip(examples, ways))]


def practised() -> list[str]:
    """Return what people write in exercises: moves, and the coach's sentences without a threat or a put-down of oneself."""
    coached = [sentence for entries in load_sentences().values() for sentence in entries]
    harmless = [sentence.text for sentence in coached if not NOT_HARMLESS.intersection(sentence.has)]
    return [*(text for _, text in read_moves("data/practice/moves.txt")), *harmless]


def fit_answers(encoder: SentenceEncoder, ordinary: Sequence[str]) -> LinearModel:
    """Return the linear model of typed answers; ordinary messages answer nothing."""
    answers = [*read_answers(), *((NONE, text) for text in ordinary[:800])]
    labels = [step if "/" in step or step == NONE else f"safety/{step}" for step, _ in answers]
    texts = [text for _, text in answers]
    return LinearModel.fit(texts, encode(encoder, texts), labels, ANSWERS)


def choose(detector: CrisisDetector, judged: Sequence[Judged], ordinary: Sequence[Judged]) -> CrisisThresholds:
    """Return the thresholds: of the settings tried, the one with most recall within the limits on false alarms."""
    best: tuple[float, CrisisThresholds] = (-1.0, CrisisThresholds())
    danger = np.array([item.example.label != NONE for item in judged])
    for raised, lowered, clear in itertools.product((0.0, 0.5, 1.0), (0.0, 0.5, 1.0), (0.0, 1.5, 3.0)):
        limits = CrisisThresholds(raised=raised, lowered=lowered, clear=clear)
        odds = np.array([item.odds(detector, limits) for item in judged])
        usual = np.array([item.odds(detector, limits) for item in ordinary])
        threshold = _limit(odds[~danger], usual, MOST_FALSE_ALARMS, MOST_ORDINARY_ALARMS)
        # Where the figures are alike, the reviewed words count: they also hold for what the model has never read.
        score = float((odds[danger] >= threshold).mean()) + 0.002 * (raised + lowered + clear / 3)
        if score > best[0]:
            sensitive = min(threshold, _limit(odds[~danger], usual, SENSITIVE_FALSE_ALARMS, SENSITIVE_ORDINARY_ALARMS))
            best = (score, replace(limits, threshold=threshold, sensitive=sensitive))
    limits = best[1]
    odds = np.array([item.odds(detector, limits) for item in judged])
    curve = LogisticRegression(C=10).fit(odds[:, np.newaxis], danger)
    return replace(limits, slope=float(curve.coef_[0, 0]), offset=float(curve.intercept_[0]))


def _limit(harmless: np.ndarray, ordinary: np.ndarray, share: float, ordinary_share: float) -> float:
    """Return the log odds above which at most a share of the harmless and of the ordinary messages lie."""
    limits = ((harmless, share), (ordinary, ordinary_share))
    return float(max(np.quantile(odds, 1 - most, method="higher") for odds, most in limits) + 1e-3)


def run(target: Path) -> str:
    """Train, choose, write the detector to `target`, and return the figures as a table."""
    encoder = SentenceEncoder(threads=THREADS)
    usual = [example.text for example in training_set() if example.label not in KINDS]
    random.Random(0).shuffle(usual)
    usual = [*usual[:ORDINARY], *practised()]
    finder = DangerWordFinder(load_crisis_words())
    danger, network = fit_danger(encoder, read_examples(), usual)
    detector = CrisisDetector(danger, network, fit_answers(encoder, usual), CrisisThresholds(), finder)
    judged = judge_all(detector, finder, encoder, read_examples(CRISIS_DEVELOPMENT))
    ordinary = [
        CrisisExample(NONE, "ordinary", example.text, writer)
        for writer, examples in development_set().items()
        for example in examples
    ]
    judged_ordinary = judge_all(detector, finder, encoder, ordinary)
    chosen_on = [item for item in judged if item.example.source in CHOSEN_ON]
    detector.thresholds = choose(
        detector, chosen_on, [item for item in judged_ordinary if item.example.source in CHOSEN_ON]
    )
    detector.save(target, model_checksum(Path(DEFAULT_FOLDER) / "manifest.json"))
    beside = [*with_words_around([item.example for item in judged]), *read_examples(BESIDE_CRISIS)]
    return _tables(detector, judged, judged_ordinary, judge_all(detector, finder, encoder, beside))


def _tables(
    detector: CrisisDetector, judged: Iterable[Judged], ordinary: Iterable[Judged], beside: Sequence[Judged]
) -> str:
    items, usual = list(judged), list(ordinary)
    groups = {
        "chosen on: a + b": lambda source: source in CHOSEN_ON,
        "held out: c + d": lambda source: source not in CHOSEN_ON,
        "all": lambda source: True,
    }
    parts = []
    for title, belongs in groups.items():
        own = [item for item in items if belongs(item.example.source)]
        also = [item for item in usual if belongs(item.example.source)]
        parts.append(f"{title}\n{table(detector, own, also)}")
    around = [item for item in beside if item.example.source not in BESIDE_GROUPS.values()]
    parts.append(f"with words around\n{table(detector, around, [])}")
    for title, source in BESIDE_GROUPS.items():
        own = [item for item in beside if item.example.source == source]
        parts.append(f"{title}\n{table(detector, own, [])}")
    return "\n\n".join([*parts, str(detector.thresholds)])


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description="Train the crisis detector.")
    parser.add_argument("--out", type=Path, default=DEFAULT_FILE, help="the file to write")
    sys.stdout.write(run(parser.parse_args(arguments).out) + "\n")


if __name__ == "__main__":
    main()
