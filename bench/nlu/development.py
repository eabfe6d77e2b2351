"""The development set, the training data, and predictions for whole messages as the assistant makes them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterable, Sequence

import yaml
from rasa.shared.data import get_data_files, is_nlu_file
from rasa.shared.importers.utils import training_data_from_paths
from rasa.shared.nlu.constants import INTENT, INTENT_RESPONSE_KEY, TEXT

from assistant.nlu.encoder import SentenceEncoder
from assistant.nlu.joint import JointModel, JointPrediction
from assistant.nlu.linear import LinearConfig
from assistant.nlu.text import segments
from bench.nlu.training import THREADS, predict, train

DEVELOPMENT = Path("tests/nlu/development")
BESIDE = DEVELOPMENT / "beside"  # of writers with the brief of some of whom messages are trained on
TRAINING = Path("data")
CONFIG = Path("config.yml")


@dataclass(frozen=True)
class Example:
    """A message with its full intent and who wrote it (the name of the development file; `data` if trained on)."""

    text: str
    label: str
    writer: str


def development_set(folder: Path = DEVELOPMENT) -> dict[str, list[Example]]:
    """Return the development examples by writer: `a.yml` is writer `a`. Danger (`crisis/`) is measured in `detector.py`.

    Raises:
        FileNotFoundError: the folder holds no such file.
    """
    files = sorted(folder.glob("?.yml"))
    if not files:
        raise FileNotFoundError(f"{folder} holds no development examples (a.yml, b.yml …).")
    return {file.stem: _read([file], file.stem) for file in files}


def training_set(folder: Path = TRAINING) -> list[Example]:
    """Return all examples the assistant is trained on."""
    return _read(get_data_files([str(folder)], is_nlu_file), "data")


def train_as_configured(examples: Sequence[Example], config: Path = CONFIG) -> tuple[JointModel, SentenceEncoder]:
    """Return the joint model trained with the settings of config.yml, and the encoder it needs."""
    pipeline = yaml.safe_load(config.read_text(encoding="utf-8"))["pipeline"]
    classifier = _component(pipeline, "JointIntentClassifier")
    settings = {name: classifier[name] for name in LinearConfig.__dataclass_fields__ if name in classifier}
    folder = _component(pipeline, "SentenceEncoderFeaturizer").get("encoder")
    encoder = SentenceEncoder(folder, THREADS) if folder else SentenceEncoder(threads=THREADS)
    texts, labels = [example.text for example in examples], [example.label for example in examples]
    return train(encoder, texts, labels, LinearConfig(**settings)), encoder


def predict_messages(model: JointModel, encoder: SentenceEncoder, texts: Sequence[str]) -> list[list[JointPrediction]]:
    """Return for each message what `assistant.nlu.decision.decide` judges: its prediction, then its sentences'."""
    parts = [[text, *segments(text)] for text in texts]
    predictions = iter(predict(model, encoder, [part for message in parts for part in message]))
    return [[next(predictions) for _ in message] for message in parts]


def _read(files: Iterable[Path | str], writer: str) -> list[Example]:
    data = training_data_from_paths([str(file) for file in files], "en")
    return [
        Example(message.get(TEXT), message.get(INTENT_RESPONSE_KEY) or message.get(INTENT), writer)
        for message in data.intent_examples
        if message.get(TEXT)
    ]


def _component(pipeline: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(entry for entry in pipeline if entry["name"].split(".")[-1] == name)
