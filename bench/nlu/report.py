"""The language-understanding report (`make report`): the trained model on every development message.

    python -m bench.nlu.report [--out reports]

Writes `nlu.json`, `confusion.png`, `confidence.png` and `index.html`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Sequence

from rasa.core.agent import Agent
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.model import get_latest_model
from rasa.utils.log_utils import configure_structlog

from assistant.nlu.calibration import Calibration
from bench.nlu.coach import measure_coach
from bench.nlu.danger import measure_danger
from bench.nlu.development import BESIDE, Example, development_set
from bench.nlu.figures import draw_confidence, draw_confusion
from bench.nlu.outcomes import Outcome, by_intent, confusions, summary, table
from bench.nlu.page import render
from bench.nlu.public import DEFAULT_RESULTS, RESULT_FILE

MODELS = "models"
DEFAULT_REPORTS = Path("reports")


async def parse(agent: Agent, examples: Sequence[Example]) -> list[Outcome]:
    """Return what the trained model makes of each example."""
    return [Outcome.from_parse(example, await agent.parse_message(example.text)) for example in examples]


def describe(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return summary, figures by intent, and confusions."""
    return {**summary(outcomes), "intents": by_intent(outcomes), "confusions": confusions(outcomes)}


def write(
    outcomes: dict[str, list[Outcome]],
    model: str,
    folder: Path,
    public_results: Path,
    danger: dict[str, Any] | None = None,
    coach: dict[str, Any] | None = None,
    beside: dict[str, list[Outcome]] | None = None,
) -> dict[str, Any]:
    """Write the four files of the report and return the content of `nlu.json`.

    Args:
        outcomes: by writer.
        model: name of the model that was measured.
        folder: for the report.
        public_results: where the public benchmarks' results are, if they were run.
        danger: figures of the crisis detector, from `measure_danger`.
        coach: figures of the coach, from `measure_coach`.
        beside: by writer, what is shown beside the others and in no sum.
    """
    folder.mkdir(parents=True, exist_ok=True)
    together = [outcome for group in outcomes.values() for outcome in group]
    calibration = Calibration.load()
    report = {
        "model": model,
        "made_at": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "threshold": calibration.threshold,
        "margin": calibration.margin,
        "together": describe(together),
        "writers": {writer: describe(group) for writer, group in {**outcomes, **(beside or {})}.items()},
        "danger": danger,
        "coach": coach,
    }
    (folder / "nlu.json").write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    shown = draw_confusion(together, folder / "confusion.png")
    draw_confidence(together, calibration.threshold, folder / "confidence.png")
    public = json.loads(public_results.read_text(encoding="utf-8")) if public_results.is_file() else None
    (folder / "index.html").write_text(render(report, public, folder, shown), encoding="utf-8")
    return report


async def measure(model: Path) -> tuple[dict[str, list[Outcome]], dict[str, list[Outcome]], dict[str, Any]]:
    """Return the outcomes of the development set by writer, those of the writers beside it, and the figures on danger."""
    agent = Agent.load(str(model))
    outcomes = {writer: await parse(agent, examples) for writer, examples in development_set().items()}
    beside = {writer: await parse(agent, examples) for writer, examples in development_set(BESIDE).items()}
    danger = await measure_danger(agent, [outcome for group in outcomes.values() for outcome in group])
    return outcomes, beside, danger


def model_name(model: Path) -> str:
    """Return the model's file name and when it was trained."""
    trained_at = LocalModelStorage.metadata_from_archive(model).trained_at
    return f"{model.resolve().name}, trained {trained_at:%Y-%m-%d %H:%M} UTC"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(description="Report how well the newest model understands the development set.")
    parser.add_argument("--out", type=Path, default=DEFAULT_REPORTS, help="folder for the report")
    options = parser.parse_args(arguments)
    configure_structlog(logging.WARNING)
    latest = get_latest_model(MODELS)
    if latest is None:
        sys.stderr.write(f"There is no trained model in {MODELS}/. Run `make train`.\n")
        return 1
    outcomes, beside, danger = asyncio.run(measure(Path(latest)))
    coach = measure_coach()
    public = DEFAULT_RESULTS / RESULT_FILE
    report = write(outcomes, model_name(Path(latest)), options.out, public, danger, coach, beside)
    for group, shares in danger["groups"].items():
        figures = ", ".join(f"{name} {100 * shares[name][0]:.1f} %" for name in ("recall", "false alarms"))
        sys.stdout.write(f"danger, {group}: {figures}\n")
    share, count = danger["ordinary"]
    sys.stdout.write(f"danger, alarms on {count} ordinary messages: {100 * share:.2f} %\n")
    sys.stdout.write(
        f"coach: macro-F1 {coach['macro_f1']:.3f}, threats found {100 * coach['threat_recall']:.1f} %, "
        f"{coach['milliseconds']:.1f} ms a sentence\n"
    )
    sys.stdout.write(table({**report["writers"], "together": report["together"]}) + "\n")
    sys.stdout.write(f"{options.out / 'index.html'}: report on {report['model']}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
