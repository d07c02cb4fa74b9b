#!/bin/sh
# types.sh accepts types that are apart by name or place and names those that are not.
set -eu
types=$(cd "$(dirname "$0")" && pwd)/types.sh
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

# file NAME LINE...: writes $tree/NAME.
file() {
  name=$1
  shift
  printf '%s\n' "$@" >"$tree/$name"
}
# expect EXIT TEXT: types.sh ends with EXIT and prints TEXT.
expect() {
  status=0
  output=$(sh "$types" "$tree") || status=$?
  case $output in *"$2"*) found=yes ;; *) found=no ;; esac
  if [ "$status" = 123 ]; then status=1; fi # of xargs
  if [ "$status" != "$1" ] || [ "$found" = no ]; then
    printf 'expected exit %s and "%s", got exit %s and "%s"\n' "$1" "$2" "$status" "$output" >&2
    exit 1
  fi
}

file a.h 'namespace fm {' 'struct Cloud {' '};' 'class Path;' 'template <class T>' 'struct Of {' '};' 'template <>' \
  'struct Of<int> {' '};' 'using Index = long;' '}  // namespace fm'
file b.cpp 'namespace fm {' 'namespace {' 'struct Cloud {' '};' '}  // namespace' 'class Path {' '};' '}  // namespace fm'
file e.h 'namespace fm {' 'using Index = long;' '}  // namespace fm'
file c.h 'namespace fm::wide {' 'struct Cloud {' '};' '}  // namespace fm::wide'
expect 0 ""
file d.h 'namespace fm {' 'using Cloud = int;' '}  // namespace fm'
expect 1 "fm::Cloud: $tree/a.h $tree/d.h"
file d.h 'namespace fm {' 'enum class Cloud { rain };' '}  // namespace fm'
expect 1 "fm::Cloud: $tree/a.h $tree/d.h"
file d.h 'namespace fm {' 'class Path : Cloud {' '};' '}  // namespace fm'
expect 1 "fm::Path: $tree/b.cpp $tree/d.h"
