#!/bin/sh
# coverage.sh counts the lines that ran, lists those that did not, and refuses counts of another build.
set -eu
coverage=$(cd "$(dirname "$0")" && pwd)/coverage.sh
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree/lib/io" "$tree/build/lib"

# compile LINE: a program in which LINE runs only with an argument.
compile() {
  printf '%s\n' 'int main(int count, char**) {' '  if (count == 1) return 0;' "  $1" '}' >"$tree/lib/io/a.cpp"
  (cd "$tree/build/lib" && g++ --coverage -O0 -c "$tree/lib/io/a.cpp" -o a.o && g++ --coverage a.o -o a)
}
# expect EXIT TEXT FLOOR...: coverage.sh ends with EXIT and prints TEXT.
expect() {
  code=$1
  text=$2
  shift 2
  status=0
  output=$(cd "$tree" && sh "$coverage" build "$@") || status=$?
  case $output in *"$text"*) found=yes ;; *) found=no ;; esac
  if [ "$status" != "$code" ] || [ "$found" = no ]; then
    printf 'expected exit %s and "%s", got exit %s and "%s"\n' "$code" "$text" "$status" "$output" >&2
    exit 1
  fi
}

expect 1 "coverage: no counts"
compile 'return 0 * count;'
"$tree/build/lib/a"
expect 0 "whole         3 lines,  66.7 % ran"
expect 0 "lib/io/a.cpp:3:   return 0 * count;" io
"$tree/build/lib/a" argument
expect 0 "whole         3 lines, 100.0 % ran"
compile 'return count - count;'
expect 1 "coverage: counts of another build"
expect 1 "coverage: counts of another build" io
