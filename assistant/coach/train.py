"""Trains the coach: `python -m assistant.coach.train` writes models/coach.npz (`make train`)."""

from __future__ import annotations

import sys

from assistant.coach.model import FILE, CoachModel
from assistant.content.coach import load_sentences
from assistant.nlu.encoder import DEFAULT_FOLDER, SentenceEncoder
from assistant.nlu.moves import ANSWER, EXAMPLES, read_moves

THREADS = 2


def main() -> None:
    """Train and write."""
    sentences = load_sentences()
    harmless = [text for kind, text in read_moves(EXAMPLES) if kind == ANSWER]
    model = CoachModel.train(sentences, SentenceEncoder(DEFAULT_FOLDER, THREADS), harmless)
    model.save()
    count = sum(len(entries) for entries in sentences.values())
    sys.stdout.write(f"trained {FILE.name} on {count} sentences\n")


if __name__ == "__main__":
    main()
