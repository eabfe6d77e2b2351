"""Trains the sentence encoder's LoRA adapter (`make adapter`): assistant/nlu/adapter.safetensors.

Runs in an environment of its own (`requirements/adapter.txt`: PyTorch on Python 3.11), since nothing else here needs PyTorch. Low-rank
changes (Hu et al. 2021, "LoRA") of all linear layers are trained on four tasks together: the kinds of danger (`data/crisis/`), the intents
(`data/`), what is said in the middle of an exercise (`data/practice/`) and the coach's criteria (`data/coach/`). A fifth term keeps the vectors of ordinary messages near those of the published model, so that what the encoder knows
of other subjects is not lost. Seeded: the same data give the same adapter on the same machine. About half an hour on two cores.

    python tools/train_adapter.py <folder with the published weights> assistant/nlu/adapter.safetensors
"""

from __future__ import annotations

import argparse
import itertools
import math
import random
import re
import sys
import time
from pathlib import Path

import numpy as np
import torch
import yaml
from safetensors.numpy import save_file
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

ROOT = Path(__file__).resolve().parents[1]
RANK = 11  # 456,192 parameters; as float16 below 1 MB
SCALE = 2.0  # of the change, LoRA's alpha / r
EPOCHS = 4
BATCH = 32
RATE, HEAD_RATE, WARM_UP = 1e-3, 5e-3, 0.06
SHARPNESS = 16.0  # the heads read unit vectors
INTENT_WEIGHT, MOVE_WEIGHT, COACH_WEIGHT, KEEP_WEIGHT = 0.5, 0.5, 1.0, 1.5
INTENT_MESSAGES = 7000  # drawn anew for each epoch
SLIPS = 0.12  # share of the danger examples that get typing slips, drawn anew for each epoch
MAX_TOKENS = 128
HEADS, WIDTH, LAYERS = 12, 384, 6
_SENTENCE_END = re.compile(r"(?<=[.?!…])[\"')\]]*\s+|\n+|\s+[–—-]\s+|;\s+")


class LowRank(nn.Module):
    """A frozen linear layer and its trained low-rank change."""

    weight: Tensor
    bias: Tensor

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.register_buffer("weight", weight)
        self.register_buffer("bias", bias)
        outputs, inputs = weight.shape
        self.A = nn.Parameter(torch.randn(RANK, inputs) / math.sqrt(inputs))
        self.B = nn.Parameter(torch.zeros(outputs, RANK))

    def forward(self, x: Tensor) -> Tensor:
        """Return the layer's output, [..., outputs]."""
        change = functional.linear(functional.linear(functional.dropout(x, 0.05, self.training), self.A), self.B)
        return functional.linear(x, self.weight, self.bias) + SCALE * change


class Layer(nn.Module):
    """One transformer layer of BERT."""

    LINEAR = (
        "attention.self.query",
        "attention.self.key",
        "attention.self.value",
        "attention.output.dense",
        "intermediate.dense",
        "output.dense",
    )
    NORMS = ("attention.output.LayerNorm", "output.LayerNorm")

    def __init__(self, weights: dict[str, Tensor], prefix: str) -> None:
        super().__init__()
        self.linear = nn.ModuleList(
            LowRank(weights[f"{prefix}.{name}.weight"], weights[f"{prefix}.{name}.bias"]) for name in self.LINEAR
        )
        self.norms = [(weights[f"{prefix}.{name}.weight"], weights[f"{prefix}.{name}.bias"]) for name in self.NORMS]

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Return the layer's output, [batch, tokens, 384]."""
        batch, tokens, width = x.shape
        query, key, value, attended, inner, outer = self.linear

        def split(y: Tensor) -> Tensor:
            return y.view(batch, tokens, HEADS, width // HEADS).transpose(1, 2)

        context = functional.scaled_dot_product_attention(
            split(query(x)), split(key(x)), split(value(x)), attn_mask=mask
        )
        context = attended(context.transpose(1, 2).reshape(batch, tokens, width))
        x = functional.layer_norm(x + functional.dropout(context, 0.1, self.training), (width,), *self.norms[0], 1e-12)
        output = functional.dropout(outer(functional.gelu(inner(x))), 0.1, self.training)
        return functional.layer_norm(x + output, (width,), *self.norms[1], 1e-12)


class Encoder(nn.Module):
    """all-MiniLM-L6-v2 with an adapter; gives unit vectors."""

    def __init__(self, weights: dict[str, Tensor]) -> None:
        super().__init__()
        tables = ("word", "position", "token_type")
        self.words, self.positions, self.types = (weights[f"embeddings.{name}_embeddings.weight"] for name in tables)
        self.norm = (weights["embeddings.LayerNorm.weight"], weights["embeddings.LayerNorm.bias"])
        self.layers = nn.ModuleList(Layer(weights, f"encoder.layer.{index}") for index in range(LAYERS))

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return unit vectors, [batch, 384], for word pieces [batch, tokens] and their mask."""
        x = functional.embedding(ids, self.words) + self.positions[: ids.shape[1]] + self.types[0]
        x = functional.dropout(functional.layer_norm(x, (WIDTH,), *self.norm, 1e-12), 0.1, self.training)
        for layer in self.layers:
            x = layer(x, mask[:, None, None, :] > 0)
        part = mask[..., None].float()
        return functional.normalize((x * part).sum(1) / part.sum(1), dim=1)


class Texts:
    """Texts as word pieces."""

    def __init__(self, tokenizer: Tokenizer, texts: list[str]) -> None:
        tokenizer.no_padding()
        tokenizer.enable_truncation(MAX_TOKENS)
        self.texts, self.tokenizer = texts, tokenizer
        self.original = self.ids = [encoding.ids for encoding in tokenizer.encode_batch(texts)]

    def with_slips(self, chosen: list[int]) -> None:
        """Read the chosen texts with new typing slips, and all others as they are."""
        self.ids = list(self.original)
        encodings = self.tokenizer.encode_batch([slips(self.texts[index]) for index in chosen])
        for index, encoding in zip(chosen, encodings):
            self.ids[index] = encoding.ids

    def batch(self, rows: list[int]) -> tuple[Tensor, Tensor]:
        """Return word pieces and mask of some texts, [rows, tokens]."""
        width = max(len(self.ids[index]) for index in rows)
        ids = torch.zeros(len(rows), width, dtype=torch.long)
        mask = torch.zeros_like(ids)
        for row, index in enumerate(rows):
            length = len(self.ids[index])
            ids[row, :length] = torch.tensor(self.ids[index])
            mask[row, :length] = 1
        return ids, mask

    def batches(self, rows: list[int]) -> list[list[int]]:
        """Return the rows in batches of like length, in random order."""
        random.shuffle(rows)
        found = []
        for start in range(0, len(rows), BATCH * 40):
            stretch = sorted(rows[start : start + BATCH * 40], key=lambda index: len(self.ids[index]))
            found += [stretch[at : at + BATCH] for at in range(0, len(stretch), BATCH)]
        random.shuffle(found)
        return found


def slips(text: str) -> str:
    """Return the text with a typing slip about every 25 letters."""
    letters = list(text)
    for _ in range(max(1, len(letters) // 25)):
        if len(letters) < 3:
            break
        at, kind = random.randrange(len(letters) - 1), random.random()
        if not letters[at].isalpha():
            continue
        if kind < 0.4:
            letters[at], letters[at + 1] = letters[at + 1], letters[at]
        elif kind < 0.7:
            del letters[at]
        elif kind < 0.85:
            letters.insert(at, letters[at])
        else:
            letters[at] = random.choice("abcdefghijklmnopqrstuvwxyz")
    return "".join(letters)


def danger_examples() -> list[tuple[str, str]]:
    """Return (label, text) of `data/crisis/*.txt`."""
    found = []
    for path in sorted((ROOT / "data" / "crisis").glob("*.txt")):
        label = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("## "):
                label = line.split()[1]
            elif line.strip() and not line.startswith("# ") and path.stem != "answers":
                found.append((label, line.strip()))
    return found


def intent_examples() -> list[tuple[str, str]]:
    """Return (intent, text) of the Rasa training data, without the crisis intents."""
    found = []
    for path in sorted((ROOT / "data").rglob("*.yml")):
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        for item in content.get("nlu") or []:
            if not item["intent"].startswith("crisis_"):
                lines = item["examples"].splitlines()
                found += [(item["intent"], line[2:].strip()) for line in lines if line.strip()]
    return found


def move_examples() -> list[tuple[str, str]]:
    """Return (move, text) of `data/practice/moves.txt`."""
    found, label = [], ""
    for line in (ROOT / "data" / "practice" / "moves.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            label = line[3:].strip()
        elif line.strip() and not line.startswith("#"):
            found.append((label, line.strip()))
    return found


def coach_examples() -> list[tuple[str, set[str], str]]:
    """Return (exercise, criteria that are true, text) of `data/coach/`; without texts that quote others, whose words do not count."""
    found = []
    for path in sorted((ROOT / "data" / "coach").glob("*.yml")):
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        for item in content["sentences"]:
            if not re.search("[\"“”‘„«]|(?<!\\w)'", item["text"]):
                found.append((content["exercise"], set(item["has"]), item["text"]))
    return found


def sentences(text: str) -> list[str]:
    """Return the sentences of a text and each two that follow one another; empty for a single one."""
    parts = [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]
    if len(parts) < 2:
        return []
    pairs = [" ".join(pair) for pair in itertools.pairwise(parts)] if len(parts) > 2 else []
    return [part for part in parts if len(part.split()) >= 2] + pairs


@torch.no_grad()
def encode(model: Encoder, texts: Texts, rows: list[int]) -> Tensor:
    """Return the vectors of some texts, [all texts, 384]; zero for the others."""
    vectors = torch.zeros(len(texts.ids), WIDTH)
    ordered = sorted(rows, key=lambda index: len(texts.ids[index]))
    for start in range(0, len(ordered), 64):
        part = ordered[start : start + 64]
        vectors[part] = model(*texts.batch(part))
    return vectors


def train(folder: Path) -> Encoder:
    """Return the encoder with a trained adapter; `folder` holds the published weights and tokenizer."""
    random.seed(0)
    torch.manual_seed(0)
    torch.set_num_threads(2)
    danger, intents, moves, coached = danger_examples(), intent_examples(), move_examples(), coach_examples()
    kinds = ["none", *sorted({label for label, _ in danger} - {"none"})]
    names, labels = sorted({name for name, _ in intents}), sorted({label for label, _ in moves})
    columns: dict[str, set[str]] = {}
    for exercise, has, _ in coached:
        columns.setdefault(exercise, set()).update(has)
    criteria = [(exercise, name) for exercise in sorted(columns) for name in sorted(columns[exercise])]
    harmless = [part for label, text in danger if label == "none" for part in sentences(text)]
    texts = Texts(
        Tokenizer.from_file(str(folder / "tokenizer.json")),
        [
            item if isinstance(item, str) else item[-1]
            for group in (danger, intents, harmless, moves, coached)
            for item in group
        ],
    )
    sizes = (len(danger), len(intents), len(harmless), len(moves), len(coached))
    first, second, third, fourth, end = itertools.accumulate(sizes)
    unknown = -100  # of a text that tells nothing of this task; left out by cross_entropy
    kind = torch.full((end,), unknown)
    kind[:first] = torch.tensor([kinds.index(label) for label, _ in danger])
    kind[second:third] = 0
    intent, move = torch.full((end,), unknown), torch.full((end,), unknown)
    intent[first:second] = torch.tensor([names.index(name) for name, _ in intents])
    move[third:fourth] = torch.tensor([labels.index(label) for label, _ in moves])
    truth, told = torch.zeros(end, len(criteria)), torch.zeros(end, len(criteria))
    for row, (exercise, has, _) in enumerate(coached, fourth):
        told[row] = torch.tensor([float(name == exercise) for name, _ in criteria])
        truth[row] = torch.tensor([float(name == exercise and criterion in has) for name, criterion in criteria])
    model = Encoder(load_file(str(folder / "model.safetensors")))
    published = encode(model.eval(), texts, list(range(first, second)))
    heads = nn.ModuleList([nn.Linear(WIDTH, len(names)) for names in (kinds, names, labels, criteria)])
    adapter = [parameter for parameter in model.parameters() if parameter.requires_grad]
    groups = [{"params": adapter, "lr": RATE}, {"params": heads.parameters(), "lr": HEAD_RATE}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    drawn_intents, drawn_harmless = min(INTENT_MESSAGES, second - first), (third - second) // 2
    steps = EPOCHS * math.ceil((first + drawn_intents + drawn_harmless + end - third) / BATCH)
    step = 0
    model.train()
    for epoch in range(EPOCHS):
        started, total = time.monotonic(), 0.0
        drawn = random.sample(range(first, second), drawn_intents) + random.sample(range(second, third), drawn_harmless)
        texts.with_slips([index for index in range(first) if random.random() < SLIPS])
        for rows in texts.batches([*range(first), *drawn, *range(third, end)]):
            factor = min(1.0, step / (WARM_UP * steps)) * 0.5 * (1 + math.cos(math.pi * min(1.0, step / steps)))
            for group, rate in zip(optimizer.param_groups, (RATE, HEAD_RATE)):
                group["lr"] = rate * factor
            vectors = model(*texts.batch(rows))
            loss = 0.0 * vectors.sum()
            for head, wanted, weight, smoothing in (
                (heads[0], kind[rows], 1.0, 0.03),
                (heads[1], intent[rows], INTENT_WEIGHT, 0.0),
                (heads[2], move[rows], MOVE_WEIGHT, 0.0),
            ):
                known = wanted != unknown
                if known.any():
                    error = functional.cross_entropy(
                        head(vectors[known] * SHARPNESS), wanted[known], label_smoothing=smoothing
                    )
                    loss = loss + weight * error * known.float().mean()
            known = intent[rows] != unknown
            if known.any():
                moved = (1 - (vectors[known] * published[rows][known]).sum(1)).mean()
                loss = loss + KEEP_WEIGHT * moved * known.float().mean()
            if told[rows].any():
                errors = functional.binary_cross_entropy_with_logits(
                    heads[3](vectors * SHARPNESS), truth[rows], reduction="none"
                )
                loss = loss + COACH_WEIGHT * (errors * told[rows]).sum(1).div(told[rows].sum(1).clamp(min=1)).mean()
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(adapter, 1.0)
            optimizer.step()
            step += 1
            total += loss.item()
        seconds = time.monotonic() - started
        sys.stdout.write(f"epoch {epoch + 1} of {EPOCHS}: loss {total * EPOCHS / steps:.3f}, {seconds:.0f} s\n")
        sys.stdout.flush()
    return model


def save(model: Encoder, path: Path) -> None:
    """Write the adapter as float16: for each layer `A` [rank, inputs] and `B` [outputs, rank], to be multiplied as B·A."""
    factors = {}
    for index, layer in enumerate(model.layers):
        for name, linear in zip(Layer.LINEAR, layer.linear):
            prefix = f"encoder.layer.{index}.{name}"
            factors[f"{prefix}.A"] = linear.A.detach().numpy().astype(np.float16)
            factors[f"{prefix}.B"] = (linear.B.detach().numpy() * SCALE).astype(np.float16)
    save_file(factors, path)


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description="Train the sentence encoder's adapter.")
    parser.add_argument("weights", type=Path, help="folder with model.safetensors and tokenizer.json as published")
    parser.add_argument("target", type=Path)
    arguments = parser.parse_args()
    save(train(arguments.weights), arguments.target)


if __name__ == "__main__":
    main()
