#!/bin/sh
# Makes a virtual environment with the peers under BUILD and prints the table of compare.py.
#   run.sh BUILD
# A peer that cannot be installed leaves its cells empty; only a missing python3 ends it.
set -eu
here=$(dirname "$0")
environment=$1/peers
python=$environment/bin/python
command -v python3 >/dev/null || { echo "bench-peers: python3 is missing" >&2; exit 1; }

if ! "$python" -c 'import torch' 2>/dev/null; then
  python3 -m venv "$environment" && "$python" -m pip install --quiet torch==2.13.0 numpy ||
    echo "bench-peers: no PyTorch: its cells stay empty" >&2
fi
exec python3 "$here/compare.py" --bench "$1/tests/fm_bench" --python "$python"
