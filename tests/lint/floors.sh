#!/bin/sh
# The floor rule: a file of LIB/FLOOR includes only its own floor or lower ones, and metrics never includes model.
#   floors.sh LIB
# Prints each violation as FILE:LINE: and fails if there is one.
set -eu
find "$1" -name '*.h' -o -name '*.cpp' -o -name '*.h.in' | sort | xargs awk '
BEGIN {
  n = split("core 0 io 1 data 1 ot 1 nn 1 flow 2 ode 3 model 4 metrics 4 plot 4 cli 5", word)
  for (i = 1; i < n; i += 2) height[word[i]] = word[i + 1]
}
function violation(text) {
  printf "%s:%d: %s\n", FILENAME, FNR, text
  bad = 1
}
FNR == 1 {
  parts = split(FILENAME, part, "/")
  floor = part[parts - 1]
  files++
  if (!(floor in height)) violation("\"" floor "\" is not a floor")
}
/^[ \t]*#[ \t]*include[ \t]*"/ {
  split($0, quoted, "\"")
  split(quoted[2], path, "/")
  target = path[1]
  if (!(target in height)) violation("\"" quoted[2] "\" does not name its floor")
  else if (height[target] > height[floor]) violation(floor " may not include " target)
  else if (floor == "metrics" && target == "model") violation("metrics may not include model")
}
END {
  if (!files) violation("no files")
  exit bad
}' || exit 1
