#!/bin/sh
# floors.sh accepts a tree that keeps the rule and names each line of one that breaks it.
set -eu
floors=$(cd "$(dirname "$0")" && pwd)/floors.sh
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

# file FLOOR INCLUDE...: writes $tree/FLOOR/a.cpp with these includes.
file() {
  mkdir -p "$tree/$1"
  floor=$1
  shift
  printf '#include "%s"\n' "$@" >"$tree/$floor/a.cpp"
}
# expect EXIT TEXT: floors.sh ends with EXIT and prints TEXT.
expect() {
  status=0
  output=$(sh "$floors" "$tree") || status=$?
  case $output in *"$2"*) found=yes ;; *) found=no ;; esac
  if [ "$status" != "$1" ] || [ "$found" = no ]; then
    printf 'expected exit %s and "%s", got exit %s and "%s"\n' "$1" "$2" "$status" "$output" >&2
    exit 1
  fi
}

file core core/error.h
file metrics nn/mlp.h ode/solve.h
expect 0 ""
file core core/error.h io/table.h
expect 1 "core/a.cpp:2: core may not include io"
file core core/error.h
file metrics model/trainer.h
expect 1 "metrics/a.cpp:1: metrics may not include model"
file metrics solve.h
expect 1 'metrics/a.cpp:1: "solve.h" does not name its floor'
rm -r "$tree/metrics"
file attic core/error.h
expect 1 '"attic" is not a floor'
