"""Readers of the two public benchmarks, from a folder given: HINT3 v1 and CLINC150. Nothing is downloaded."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

from assistant.nlu.joint import OUT_OF_SCOPE

HINT3_SETS = ("curekart", "powerplay11", "sofmattress")

HINT3_OUT_OF_SCOPE = "NO_NODES_DETECTED"
CLINC150_OUT_OF_SCOPE = "oos"  # in the file; read as the product's own label

_SOURCES = """HINT3 v1: the CSV files of github.com/hellohaptik/HINT3, folder dataset/v1 (ODbL 1.0), into {folder}/hint3
CLINC150: data/data_full.json of github.com/clinc/oos-eval (CC BY 3.0), into {folder}/clinc150"""


class MissingDataError(RuntimeError):
    """A benchmark's file is not where it should be; says where to get it."""


@dataclass(frozen=True)
class LabelledTexts:
    """Texts and their labels, in the same order.

    Attributes:
        texts: n texts.
        labels: n labels.
    """

    texts: list[str]
    labels: list[str]

    def __add__(self, other: LabelledTexts) -> LabelledTexts:
        return LabelledTexts(self.texts + other.texts, self.labels + other.labels)


@dataclass(frozen=True)
class Hint3Pair:
    """One of HINT3's six pairs of training and test texts; `subset` is the variant with fewer training texts."""

    name: str
    subset: bool
    train: LabelledTexts
    test: LabelledTexts


def read_hint3(folder: Path) -> Iterator[Hint3Pair]:
    """Yield the six pairs of `<folder>/hint3`, full sets first.

    Raises:
        MissingDataError: a file is missing.
    """
    for subset in (False, True):
        for name in HINT3_SETS:
            train = _existing(folder, f"hint3/{name}_{'subset_' if subset else ''}train.csv")
            test = _existing(folder, f"hint3/{name}_test.csv")
            yield Hint3Pair(name, subset, _read_csv(train), _read_csv(test))


def read_clinc150(folder: Path) -> dict[str, LabelledTexts]:
    """Return CLINC150 full: `train`, `val` and `test`, and each with the prefix `oos_`.

    Raises:
        MissingDataError: the file is missing.
    """
    content = json.loads(_existing(folder, "clinc150/data_full.json").read_text(encoding="utf-8"))
    return {
        name: LabelledTexts(
            [text for text, _ in rows],
            [OUT_OF_SCOPE if label == CLINC150_OUT_OF_SCOPE else label for _, label in rows],
        )
        for name, rows in content.items()
    }


def _read_csv(path: Path) -> LabelledTexts:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return LabelledTexts([row["sentence"] for row in rows], [row["label"] for row in rows])


def _existing(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.is_file():
        raise MissingDataError(
            f"{path} is missing. The public benchmarks are not part of this repository. Get\n"
            + _SOURCES.format(folder=folder)
        )
    return path
