#!/bin/sh
# The wheel: pip builds it (in BUILD-wheel), pip installs it into an environment of its own, and its programs run from
# there with what every machine has.
#   wheel.sh BUILD
# Exit 77 (skipped) without pip and scikit-build-core.
set -eu
python3 -c 'import pip, venv, scikit_build_core' 2>/dev/null ||
  { echo "skipped: no pip, venv or scikit-build-core"; exit 77; }
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 -m pip wheel --quiet --no-deps --no-build-isolation --config-settings=build-dir="$1-wheel" --wheel-dir "$work" \
  "$root/tools/packaging/python"
if grep -r 'march=native' "$1-wheel/build.ninja" "$1-wheel"/Makefile 2>/dev/null; then
  echo "built for this machine alone"
  exit 1
fi
wheel=$(ls "$work"/flowmatch-*.whl)
case $wheel in
  *-py3-none-*) ;;
  *) echo "the wheel is not for every Python 3: $wheel"; exit 1 ;;
esac
python3 -m venv "$work/environment"
"$work/environment/bin/pip" install --quiet --no-index --no-deps "$wheel"
PATH="$work/environment/bin:$PATH"
[ "$(command -v fm-train)" = "$work/environment/bin/fm-train" ]
version=$(fm-train -V | sed 's/.* //')
case $wheel in
  *"flowmatch-$version-"*) ;;
  *) echo "the wheel is not of version $version: $wheel"; exit 1 ;;
esac
cd "$work"
fm-data moons -n 200 > moons.csv
[ "$(fm-train moons.csv --steps 50 | fm-sample -n 10 | wc -l)" = 11 ]
[ -s "$work/environment/share/man/man1/fm-train.1" ]
if ldd "$work/environment/bin/fm-train" | grep -Ev 'linux-vdso|ld-linux|libc\.so|libm\.so|libz\.so'; then
  echo "the programs of the wheel need more than the C library and zlib"
  exit 1
fi
if unzip -l "$wheel" 2>/dev/null | grep -iE 'licen|\.(h|a|cmake)$'; then
  echo "a licence, or files of development, in the wheel"
  exit 1
fi
echo "$(basename "$wheel") installs and runs"
