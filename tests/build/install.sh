#!/bin/sh
# The installed library in another project: by find_package, by pkg-config, and from a folder it was moved to. And the
# installed programs with their pages.
#   install.sh BUILD
# Exit 77 (skipped) where the machine lacks what the library's headers need (lib/dependencies.cmake fetched it).
set -eu
pkg-config --exists eigen3 nlohmann_json zlib ||
  { echo "skipped: pkg-config does not know eigen3, nlohmann_json and zlib"; exit 77; }
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cmake --install "$build" --prefix "$work/first" > "$work/log"
mv "$work/first" "$work/moved"  # nothing in it may know where it was
version=$("$work/moved/bin/fm-train" -V | sed 's/.* //')
expected="flowmatch $version: 20 of 20 are rows, w2 above 0"

cmake -S "$root/tests/build/example" -B "$work/example" -DCMAKE_PREFIX_PATH="$work/moved" > "$work/log"
cmake --build "$work/example" >> "$work/log"
[ "$("$work/example/example")" = "$expected" ]

folder=$(dirname "$(find "$work/moved" -name flowmatch.pc)")
export PKG_CONFIG_PATH="$folder"
[ "$(pkg-config --modversion flowmatch)" = "$version" ]
c++ -O1 "$root/tests/build/example/main.cpp" $(pkg-config --cflags --libs flowmatch) -o "$work/by-pkg-config"
[ "$("$work/by-pkg-config")" = "$expected" ]

for program in "$work"/moved/bin/*; do
  name=$(basename "$program")
  for page in man/man1/$name.1 bash-completion/completions/$name zsh/site-functions/_$name \
              fish/vendor_completions.d/$name.fish; do
    [ -s "$work/moved/share/$page" ] || { echo "missing: $page"; exit 1; }
  done
done
grep -q 'csv' "$work/moved/share/man/man7/flowmatch-errors.7"
echo "installed: programs, pages, and the library used by find_package and pkg-config"
