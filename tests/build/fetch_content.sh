#!/bin/sh
# Builds without any dependency of the system, from local archives: the fallback of lib/dependencies.cmake.
#   FM_ARCHIVES=folder tests/build/fetch_content.sh
# The folder holds NAME-<last part of the URL> for each dependency, or an unpacked tree NAME/ standing in for it.
# Exit 77 (skipped) when no folder is given.
set -eu
if [ -z "${FM_ARCHIVES:-}" ]; then
  echo "skipped: FM_ARCHIVES names no folder of archives"
  exit 77
fi
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT

set -- -DFM_SYSTEM_PACKAGES=OFF -DFM_ARCHIVES="$FM_ARCHIVES" -DFM_BENCH=ON
for tree in "$FM_ARCHIVES"/*/; do
  [ -d "$tree" ] || continue
  name=$(basename "$tree" | tr '[:lower:]' '[:upper:]')
  set -- "$@" "-DFETCHCONTENT_SOURCE_DIR_$name=${tree%/}"
done

cmake -S "$root" -B "$build" "$@"
if grep -E '^(Eigen3|nlohmann_json|CLI11|doctest|benchmark)_DIR:.*=/' "$build/CMakeCache.txt"; then
  echo "taken from the system although FM_SYSTEM_PACKAGES is off" >&2
  exit 1
fi
cmake --build "$build" --parallel "$(nproc)" --target test_core fm_zlib benchmark_main
"$build/tests/test_core"
