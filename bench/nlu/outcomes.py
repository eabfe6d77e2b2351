"""What the assistant made of an example, and the figures over many of them. Calibration and report share these."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Mapping, Sequence

from assistant.nlu.decision import FALLBACK, Decision
from assistant.nlu.joint import OUT_OF_SCOPE
from bench.nlu.development import Example

CHOICES = 3  # candidates offered when the assistant asks what was meant


@dataclass(frozen=True)
class Outcome:
    """An example and what it was taken for.

    Attributes:
        answered: the full intent answered at once, or `nlu_fallback` if the assistant asks.
        candidates: the likeliest full intents, best first.
        confidence: of the first candidate, 0 to 1.
    """

    example: Example
    answered: str
    candidates: tuple[str, ...]
    confidence: float

    @classmethod
    def from_decision(cls, example: Example, decision: Decision) -> Outcome:
        """Return the outcome of a decision of the joint classifier."""
        names = tuple(candidate["name"] for candidate in decision.candidates)
        answered = FALLBACK if decision.intent["name"] == FALLBACK else names[0]
        return cls(example, answered, names, decision.candidates[0]["confidence"])

    @classmethod
    def from_parse(cls, example: Example, parsed: Mapping[str, Any]) -> Outcome:
        """Return the outcome of `Agent.parse_message`; a retrieval intent is completed by its response selector."""
        name = parsed["intent"]["name"]
        topic = parsed.get("response_selector", {}).get(name, {}).get("response", {}).get("intent_response_key")
        candidates = parsed["candidates"]
        names = tuple(candidate["name"] for candidate in candidates)
        return cls(example, topic or name, names, candidates[0]["confidence"])

    @property
    def in_scope(self) -> bool:
        """Whether there is something to answer."""
        return self.example.label != OUT_OF_SCOPE

    @property
    def asked(self) -> bool:
        """Whether the assistant asks what was meant."""
        return self.answered == FALLBACK

    @property
    def right(self) -> bool:
        """Whether the right intent is answered at once; out of scope: whether it is declined or asked about."""
        return self.answered == self.example.label if self.in_scope else self.answered in (FALLBACK, OUT_OF_SCOPE)

    @property
    def right_or_offered(self) -> bool:
        """Whether it is right at once or the right intent is among the first three candidates."""
        return self.right or self.example.label in self.candidates[:CHOICES]

    @property
    def confidently_wrong(self) -> bool:
        """Whether an in-scope message gets the wrong answer at once; "I can't help with that" is wrong too."""
        return self.in_scope and not self.asked and not self.right

    @property
    def taken_for(self) -> str:
        """The full intent it was taken for: the one answered, or the likeliest if the assistant asks."""
        if not self.in_scope and self.right:
            return OUT_OF_SCOPE
        return self.candidates[0] if self.asked else self.answered


def summary(outcomes: Sequence[Outcome]) -> dict[str, float | int]:
    """Return counts and shares (0 to 1; 0 where there is nothing to count)."""
    inside = [outcome for outcome in outcomes if outcome.in_scope]
    outside = [outcome for outcome in outcomes if not outcome.in_scope]
    return {
        "n": len(outcomes),
        "in_scope": len(inside),
        "out_of_scope": len(outside),
        "right_at_once": _share([outcome.right for outcome in inside]),
        "right_at_once_or_in_first_three": _share([outcome.right_or_offered for outcome in inside]),
        "asked": _share([outcome.asked for outcome in inside]),
        "confidently_wrong": _share([outcome.confidently_wrong for outcome in inside]),
        "out_of_scope_declined": _share([outcome.right for outcome in outside]),
    }


def by_intent(outcomes: Sequence[Outcome]) -> dict[str, dict[str, float | int]]:
    """Return the figures of each full intent that has examples; `out_of_scope` is right when declined."""
    grouped: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        grouped[outcome.example.label].append(outcome)
    return {
        name: {
            "n": len(group),
            "right_at_once": _share([outcome.right for outcome in group]),
            "right_at_once_or_in_first_three": _share([outcome.right_or_offered for outcome in group]),
            "confidently_wrong": sum(outcome.confidently_wrong for outcome in group),
        }
        for name, group in sorted(grouped.items())
    }


def confusions(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Return pairs of a full intent and another it was taken for, worst first: answered so, then asked about."""
    grouped: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.taken_for != outcome.example.label:
            grouped[outcome.example.label, outcome.taken_for].append(outcome)
    pairs = [
        {
            "intent": intent,
            "taken_for": taken_for,
            "n": len(group),
            "answered": sum(not outcome.asked for outcome in group),
            "texts": [
                {"text": outcome.example.text, "writer": outcome.example.writer, "answered": not outcome.asked}
                for outcome in sorted(group, key=lambda outcome: outcome.asked)
            ],
        }
        for (intent, taken_for), group in grouped.items()
    ]
    return sorted(pairs, key=lambda pair: (-pair["answered"], -pair["n"], pair["intent"]))


def table(figures: dict[str, dict[str, float | int]]) -> str:
    """Return summaries as a table, one row for each set."""
    heads = ("n", "right at once", "or among three", "asked", "confidently wrong", "out of scope declined")
    lines = [f"{'':<22}{heads[0]:>6}" + "".join(f"{head:>{len(head) + 3}}" for head in heads[1:])]
    for name, row in figures.items():
        values = (
            row["right_at_once"],
            row["right_at_once_or_in_first_three"],
            row["asked"],
            row["confidently_wrong"],
            row["out_of_scope_declined"],
        )
        cells = "".join(f"{value:>{len(head) + 3}.1%}" for head, value in zip(heads[1:], values))
        lines.append(f"{name:<22}{row['n']:>6}{cells}")
    return "\n".join(lines)


def _share(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else 0.0
