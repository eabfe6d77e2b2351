"""Sentence encoder: all-MiniLM-L6-v2 on ONNX Runtime.

The folder given (default `models/encoder`) holds `model.onnx` and `tokenizer.json`, made by
`make encoder` and listed with their checksums in `manifest.json`. The model's own ONNX
export has the same inputs and output, so a folder with that serves as well; without a manifest its
checksums cannot be verified and that is logged.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Sequence

import numpy as np
import onnxruntime
from tokenizers import Encoding, Tokenizer

logger = logging.getLogger(__name__)

DIMENSIONS = 384
MAX_TOKENS = 256  # the published model's own limit (sentence_bert_config.json)
BATCH_SIZE = 32
ROOT = Path(__file__).resolve().parents[2]
DEFAULT_FOLDER = "models/encoder"


class EncoderError(RuntimeError):
    """The encoder's files are missing, damaged or of another model."""


@dataclass(frozen=True)
class EncodedText:
    """One text: its sentence vector, and its word pieces with their places in the text.

    Attributes:
        sentence: float32 [384], unit length.
        pieces: float32 [pieces, 384], the last hidden state without the special tokens.
        offsets: for each piece its (start, end) in characters.
    """

    sentence: np.ndarray
    pieces: np.ndarray
    offsets: list[tuple[int, int]]


class SentenceEncoder:
    """Turns texts into unit vectors; texts longer than 256 word pieces are cut there."""

    def __init__(self, folder: str | Path = DEFAULT_FOLDER, threads: int = 1) -> None:
        """Load and verify the model.

        Args:
            folder: holds `model.onnx` and `tokenizer.json`; a relative path starts at the repository.
            threads: threads for one call.

        Raises:
            EncoderError: a file is missing or is not what the manifest says.
        """
        folder = ROOT / folder
        verify(folder)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Threads that wait for each other within a call spin, which is quicker; none does after it.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0" if threads == 1 else "1")
        options.add_session_config_entry("session.force_spinning_stop", "1")
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Return the sentence vectors of texts, float32 [n, 384], each of unit length."""
        if not texts:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        return np.stack([text.sentence for text in self.encode_pieces(texts)])

    def encode_pieces(self, texts: Sequence[str]) -> list[EncodedText]:
        """Return sentence vectors and word-piece vectors of texts, in their order.

        Texts of like length share a batch, so that little is computed on padding.
        """
        encodings = self._tokenizer.encode_batch([_well_formed(text) for text in texts])
        by_length = sorted(range(len(encodings)), key=lambda index: len(encodings[index].ids))
        results: dict[int, EncodedText] = {}
        for start in range(0, len(by_length), BATCH_SIZE):
            batch = by_length[start : start + BATCH_SIZE]
            encoded = self._run([encodings[index] for index in batch])
            results.update(zip(batch, encoded))
        return [results[index] for index in range(len(encodings))]

    def _run(self, encodings: list[Encoding]) -> list[EncodedText]:
        width = max(len(encoding.ids) for encoding in encodings)
        ids = np.zeros((len(encodings), width), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden = self._session.run(["last_hidden_state"], inputs)[0]
        # Mean of the word pieces, special tokens included, then unit length: the published pooling.
        pooled = np.einsum("btd,bt->bd", hidden, mask.astype(np.float32)) / mask.sum(axis=1, keepdims=True)
        pooled /= np.linalg.norm(pooled, axis=1, keepdims=True)
        sentences = pooled.astype(np.float32)
        return [
            EncodedText(sentences[row], hidden[row, 1 : len(encoding.ids) - 1], encoding.offsets[1:-1])
            for row, encoding in enumerate(encodings)
        ]


@cache
def shared_encoder(folder: str = DEFAULT_FOLDER, threads: int = 1) -> SentenceEncoder:
    """Return one encoder for each folder and thread count in this process (90 MB each)."""
    return SentenceEncoder(folder, threads)


def verify(folder: Path) -> None:
    """Check that the encoder's files are there and, if there is a manifest, that they are the ones it lists.

    Raises:
        EncoderError: naming the file and the remedy.
    """
    for name in ("model.onnx", "tokenizer.json"):
        if not (folder / name).is_file():
            raise EncoderError(f"{folder / name} is missing. Run `make encoder` to build it.")
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        logger.warning("%s has no manifest.json: checksums of the encoder were not verified.", folder)
        return
    try:
        expected = dict(json.loads(manifest.read_text(encoding="utf-8"))["files"])
    except (ValueError, KeyError, TypeError) as error:
        raise EncoderError(f"{manifest} cannot be read ({error!r}). Remove {folder} and run `make encoder`.") from error
    for name, checksum in expected.items():
        found = _sha256(folder / name)
        if found != checksum:
            raise EncoderError(
                f"{folder / name} is not the file that was built (sha256 {found[:16]}…, expected {checksum[:16]}…). "
                f"Remove {folder} and run `make encoder`."
            )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    if path.is_file():
        with path.open("rb") as file:
            for block in iter(lambda: file.read(1 << 20), b""):
                digest.update(block)
    return digest.hexdigest()


def _well_formed(text: str) -> str:
    """Replace lone surrogates, which the tokenizer cannot take."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
