#!/bin/sh
# Lines of lib/*/*.cpp that ran, by floor, after the tests of a build with -DFM_COVERAGE=ON.
#   coverage.sh BUILD
set -eu
find "$1/lib" -name '*.gcda' | sort | xargs -r gcov --no-output 2>/dev/null | awk '
/^File / { split($0, quoted, "'"'"'"); file = quoted[2] }
/^Lines executed:/ && file ~ /\/lib\/[a-z]+\/[a-z0-9_]+\.cpp$/ {
  split($0, part, /[:% ]+/)
  n = split(file, path, "/")
  floor = path[n - 1]
  lines[floor] += part[5]
  ran[floor] += part[3] * part[5] / 100
  file = ""
}
END {
  for (floor in lines) printf "%-8s %6d lines, %5.1f %% ran\n", floor, lines[floor], 100 * ran[floor] / lines[floor]
}' | sort
