"""The report as one self-contained page: tables whose headings can be read aloud, pictures inside, no script."""

from __future__ import annotations

import base64
from html import escape
from math import sqrt
from pathlib import Path
from string import Template
from typing import Any, Sequence

from bench.nlu.coach import coach_html
from bench.nlu.danger import danger_html

TEMPLATE = Path(__file__).with_name("page.html")
HELD_OUT = "c"  # the writer nothing was fitted on: the headline is that one's
WORST_PAIRS = 20
TEXTS_SHOWN = 3
WEAKEST_INTENTS = 15

_HEADS = ("right at once", "right at once or among the first three", "confidently wrong")
_KEYS = ("right_at_once", "right_at_once_or_in_first_three", "confidently_wrong")


def render(report: dict[str, Any], public: dict[str, Any] | None, pictures: Path, confusion_size: int) -> str:
    """Return the page.

    Args:
        report: the content of `reports/nlu.json`.
        public: the content of `bench/results/nlu_public.json`, if it is there.
        pictures: folder of `confidence.png` and `confusion.png`, which the page takes in.
        confusion_size: how many intents the confusion matrix shows.
    """
    together = report["together"]
    weakest = sorted(together["intents"].items(), key=lambda item: (item[1]["right_at_once"], item[0]))
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        model=escape(report["model"]),
        made_at=escape(report["made_at"]),
        n=together["n"],
        rule=_rule(report["threshold"], report["margin"]),
        headline=_headline(report["writers"].get(HELD_OUT, together)),
        writers=_writers(report),
        confidence_image=_embedded(pictures / "confidence.png"),
        confidence_alt=escape(_confidence_in_words(report)),
        confusions=_confusions(together["confusions"]),
        confusion_image=_embedded(pictures / "confusion.png"),
        confusion_alt=f"Confusion matrix of {confusion_size} intents. The table above lists its largest confusions.",
        confusion_size=confusion_size,
        weakest=_intents(f"The {WEAKEST_INTENTS} weakest, all writers together", weakest[:WEAKEST_INTENTS]),
        intent_count=len(weakest),
        intents=_intents("All writers together", sorted(together["intents"].items())),
        danger=danger_html(report.get("danger")) + coach_html(report.get("coach")),
        public=_public(public),
    )


def percent(value: float) -> str:
    """Return a share, 0 to 1, in percent."""
    return f"{100 * value:.1f}&nbsp;%"


def interval(share: float, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a share of n, 0 to 1 (Wilson 1927)."""
    z = 1.96
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def _rule(threshold: float, margin: float) -> str:
    rule = f"when its confidence is at least {percent(threshold)}"
    return f"{rule} and the next intent is {percent(margin)} or more behind" if margin else rule


def _headline(figures: dict[str, Any]) -> str:
    entries = [
        ("in-scope messages right at once", figures["right_at_once"]),
        ("right at once or among the first three choices", figures["right_at_once_or_in_first_three"]),
        ("confidently wrong", figures["confidently_wrong"]),
        ("out-of-scope messages declined", figures["out_of_scope_declined"]),
    ]
    return "".join(f"<div><dt>{name}</dt><dd>{percent(value)}</dd></div>" for name, value in entries)


def _writers(report: dict[str, Any]) -> str:
    sets = {f"writer {name.upper()}": figures for name, figures in report["writers"].items()}
    rows = []
    for name, figures in {**sets, "together": report["together"]}.items():
        inside = [_with_interval(figures[key], figures["in_scope"]) for key in (*_KEYS, "asked")]
        declined = _with_interval(figures["out_of_scope_declined"], figures["out_of_scope"])
        rows.append([name, _number(figures["n"]), *inside, declined])
    heads = ["messages of", "messages", *_HEADS, "asked what was meant", "out of scope: declined"]
    return _table("In-scope messages, and in the last column those out of scope", heads, rows)


def _confusions(pairs: Sequence[dict[str, Any]]) -> str:
    rows = []
    for pair in pairs[:WORST_PAIRS]:
        texts = "".join(f"<li>{escape(entry['text'])}</li>" for entry in pair["texts"][:TEXTS_SHOWN])
        answered, asked = _number(pair["answered"]), _number(pair["n"] - pair["answered"])
        rows.append([escape(pair["intent"]), f"<td>{escape(pair['taken_for'])}</td>", answered, asked, _texts(texts)])
    heads = ["right intent", "taken for", "answered so", "asked", f"texts, up to {TEXTS_SHOWN}"]
    return _table(f"The {len(rows)} worst pairs, all writers together", heads, rows)


def _intents(caption: str, intents: Sequence[tuple[str, dict[str, Any]]]) -> str:
    rows = []
    for name, figures in intents:
        right = figures["right_at_once"]
        bar = f'<td class="number bar" style="--share: {100 * right:.0f}%">{percent(right)}</td>'
        offered = _number(percent(figures["right_at_once_or_in_first_three"]))
        rows.append([escape(name), _number(figures["n"]), bar, offered, _number(figures["confidently_wrong"])])
    return _table(caption, ["intent", "messages", *_HEADS], rows)


def _public(public: dict[str, Any] | None) -> str:
    if public is None:
        return "<p>Not measured here yet: <code>make bench</code> does it, and says where to get the public data.</p>"
    hint3 = [
        [
            f"{escape(row['set'])}, {escape(row['training'])} training set",
            *(_number(f"{row[key]:.3f}") for key in ("mcc", "published_mcc")),
            *(_number(percent(row[key])) for key in ("in_scope_accuracy", "out_of_scope_recall")),
        ]
        for row in public["hint3"]
    ]
    clinc = public["clinc150"]
    systems = {"this assistant": clinc, **clinc["published"]}
    rows = [
        [escape(name), *(_number(percent(row[key])) for key in ("in_scope_accuracy", "out_of_scope_recall"))]
        for name, row in systems.items()
    ]
    return (
        "<p>The same encoder and the same model with its own settings, trained on each public set; nothing tuned to "
        "one.</p>"
        + _table(
            "HINT3 v1: what customers wrote to three live assistants. Best Matthews correlation over thresholds 0.1 to "
            "0.9 (chosen on the test texts, as published), beside the best of four platforms and BERT (Arora et al. 2020)",
            ["set", "this assistant", "published best", "in-scope accuracy", "out-of-scope recall"],
            hint3,
        )
        + _table(
            "CLINC150 full, threshold chosen on its validation part, beside published figures (Larson et al. 2019)",
            ["system", "in-scope accuracy", "out-of-scope recall"],
            rows,
        )
    )


def _confidence_in_words(report: dict[str, Any]) -> str:
    figures = report["together"]
    return (
        f"Three histograms of the likeliest intent's confidence, with the threshold at {report['threshold']:.2f}. In scope, "
        f"{figures['right_at_once']:.0%} are answered rightly at once and {figures['confidently_wrong']:.0%} wrongly; "
        f"{figures['asked']:.0%} are asked about. The table above has the figures."
    )


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table that can be scrolled; the first entry of a row is its heading, the others are whole cells."""
    head = "".join(
        f'<th scope="col"{_number_class(rows, column)}>{escape(name)}</th>' for column, name in enumerate(heads)
    )
    body = "".join(f'<tr><th scope="row">{row[0]}</th>{"".join(row[1:])}</tr>' for row in rows)
    return (
        f'<div class="wide" role="region" aria-label="{escape(caption)}" tabindex="0"><table><caption>{escape(caption)}'
        f"</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _number_class(rows: Sequence[Sequence[str]], column: int) -> str:
    return ' class="number"' if rows and rows[0][column].startswith('<td class="number') else ""


def _number(value: object) -> str:
    return f'<td class="number">{value}</td>'


def _texts(items: str) -> str:
    return f"<td><ul>{items}</ul></td>"


def _with_interval(share: float, n: int) -> str:
    if not n:
        return _number("none")
    low, high = interval(share, n)
    return _number(f'{percent(share)}<span class="range">{100 * low:.1f} to {100 * high:.1f}</span>')


def _embedded(path: Path) -> str:
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode("ascii")
