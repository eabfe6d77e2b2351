"""The report's two pictures as PNG: what is mistaken for what, and how confident the model is when it errs."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import Sequence

import matplotlib
import numpy as np
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

from bench.nlu.outcomes import Outcome

matplotlib.use("Agg")
from matplotlib import pyplot as plt

MOST_INTENTS = 36  # rows of the confusion matrix: what can be read at the width of a page
OTHER = "any other"
_RIGHT, _WRONG, _RECOGNISED, _OUTSIDE, _INK = "#1f6f8b", "#c8501e", "#cdb8da", "#5b2d7c", "#222222"
_DPI = 160


def draw_confusion(outcomes: Sequence[Outcome], path: Path) -> int:
    """Draw the block of the full intents that are confused most, with the diagonal; return how many intents it shows.

    Rows are right intents, columns what they were taken for; the last column gathers all intents not shown.
    """
    pairs = Counter((outcome.example.label, outcome.taken_for) for outcome in outcomes)
    names = _in_order_of_likeness(most_confused(pairs), pairs)
    counts = confusion_matrix(names, pairs)
    size = len(names)
    figure, axes = plt.subplots(figsize=(4 + 0.27 * size, 3.2 + 0.27 * size))
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    right = np.eye(size, size + 1, dtype=bool)
    limits = {"vmin": 0, "vmax": 1, "aspect": "auto"}
    axes.imshow(np.ma.masked_where(~right, shares), cmap="Blues", **limits)
    axes.imshow(np.ma.masked_where(right | (counts == 0), shares), cmap="Oranges", vmin=-0.15, vmax=0.6, aspect="auto")
    for row, column in np.argwhere(counts > 0):
        strong = shares[row, column] > (0.6 if row == column else 0.4)
        colour = "white" if strong else _INK
        axes.text(column, row, counts[row, column], ha="center", va="center", fontsize=9.5, color=colour)
    axes.set_xticks(range(size + 1), [*names, OTHER], rotation=90, fontsize=10)
    axes.set_yticks(range(size), names, fontsize=10)
    axes.set_xticks(np.arange(-0.5, size + 1), minor=True)
    axes.set_yticks(np.arange(-0.5, size), minor=True)
    axes.grid(which="minor", color="#dddddd", linewidth=0.5)
    axes.tick_params(which="both", length=0)
    axes.set_xlabel("taken for", fontsize=12)
    axes.set_ylabel("right intent", fontsize=12)
    _save(figure, path)
    return size


def most_confused(pairs: Counter[tuple[str, str]]) -> list[str]:
    """Return up to `MOST_INTENTS` right intents, those first that take part in most confusions."""
    involved: Counter[str] = Counter()
    for (right, taken_for), count in pairs.items():
        if right != taken_for:
            involved.update({right: count, taken_for: count})
    labels = sorted({right for right, _ in pairs})
    return sorted(labels, key=lambda name: -involved[name])[:MOST_INTENTS]


def confusion_matrix(names: Sequence[str], pairs: Counter[tuple[str, str]]) -> np.ndarray:
    """Return counts, int [names, names + 1]; the last column holds what was taken for intents not among the names."""
    index = {name: position for position, name in enumerate(names)}
    counts = np.zeros((len(names), len(names) + 1), dtype=int)
    for (right, taken_for), count in pairs.items():
        if right in index:
            counts[index[right], index.get(taken_for, len(names))] += count
    return counts


def draw_confidence(outcomes: Sequence[Outcome], threshold: float, path: Path) -> None:
    """Draw how often each confidence (0 to 1) of the likeliest intent occurs: right, wrong, and out of scope."""
    right, wrong, recognised, mistaken = _confidences_by_kind(outcomes)
    figure, panels = plt.subplots(3, 1, figsize=(9, 7), sharex=True)
    kinds = [
        (f"{len(right)} messages whose likeliest intent is right", [right], [_RIGHT]),
        (f"{len(wrong)} messages whose likeliest intent is wrong", [wrong], [_WRONG]),
        (
            f"out of scope: {len(recognised)} recognised (light), {len(mistaken)} taken for something else (dark)",
            [recognised, mistaken],
            [_RECOGNISED, _OUTSIDE],
        ),
    ]
    for axes, (title, groups, colours) in zip(panels, kinds):
        axes.hist(groups, bins=np.linspace(0, 1, 41), color=colours, histtype="stepfilled")
        axes.set_yscale("log")
        axes.set_ylim(0.7, None)
        axes.yaxis.set_major_formatter("{x:.0f}")
        axes.axvline(threshold, color=_INK, linestyle="--", linewidth=1.2)
        axes.set_title(title, loc="left", fontsize=11, color=colours[-1], fontweight="bold")
        axes.set_ylabel("messages")
        axes.spines[["top", "right"]].set_visible(False)
    place = panels[0].get_xaxis_transform()
    panels[0].text(threshold - 0.01, 0.85, f"threshold {threshold:.2f}", ha="right", transform=place)
    panels[-1].set_xlabel("confidence of the likeliest intent")
    panels[-1].set_xlim(0, 1)
    _save(figure, path)


def _confidences_by_kind(outcomes: Sequence[Outcome]) -> tuple[list[float], list[float], list[float], list[float]]:
    """Return confidences: in scope and likeliest right, likeliest wrong; out of scope and recognised, mistaken."""
    kinds: dict[tuple[bool, bool], list[float]] = defaultdict(list)
    for outcome in outcomes:
        kinds[outcome.in_scope, outcome.candidates[0] == outcome.example.label].append(outcome.confidence)
    return kinds[True, True], kinds[True, False], kinds[False, True], kinds[False, False]


def _in_order_of_likeness(names: list[str], pairs: Counter[tuple[str, str]]) -> list[str]:
    """Return the names so that those often confused stand side by side."""
    if len(names) < 3:
        return names
    counts = confusion_matrix(names, pairs)[:, :-1]
    confused = (counts + counts.T).astype(float)
    distance = 1 / (1 + confused)
    np.fill_diagonal(distance, 0)
    return [names[index] for index in leaves_list(linkage(squareform(distance), "average", optimal_ordering=True))]


def _save(figure: plt.Figure, path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path, dpi=_DPI, facecolor="white")
    plt.close(figure)
