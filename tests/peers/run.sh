#!/bin/sh
# Makes a virtual environment with the peers under BUILD, unless there is one, and prints the tables of compare.py.
#   run.sh BUILD [OPTION OF compare.py]...
# A peer that cannot be installed leaves its cells empty; only a missing python3 ends it.
set -eu
here=$(dirname "$0")
build=$1
shift
python=$build/peers/bin/python
command -v python3 >/dev/null || { echo "bench-peers: python3 is missing" >&2; exit 1; }

has() {
  "$python" -c "import importlib.util, sys; sys.exit(importlib.util.find_spec('$1') is None)"
}
install() {
  "$python" -m pip install --quiet "$@" || echo "bench-peers: no $*: those cells stay empty" >&2
}

[ -x "$python" ] || python3 -m venv "$build/peers" || echo "bench-peers: no virtual environment" >&2
has torch || install torch==2.13.0 numpy
has jax || install jax==0.10.2
has ot || install POT==0.9.7
has pandas || install pandas
has torchdiffeq || install torchdiffeq==0.2.5
# Its coupled paths need PyTorch and POT only, not what it asks for.
has torchcfm || install --no-deps torchcfm==1.0.7
exec python3 "$here/compare.py" --build "$build" --python "$python" "$@"
