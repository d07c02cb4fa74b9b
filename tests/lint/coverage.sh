#!/bin/sh
# Lines of lib/ that ran, by floor and in all, after the tests of a build with -DFM_COVERAGE=ON. A line of a template or
# of a header counts once: it ran where any copy of it ran. Processes that end by a signal or by _exit leave no counts.
# Counts of an older build than the last are refused: gcov would say that nothing ran.
#   coverage.sh BUILD            a line for each floor, and one for the whole
#   coverage.sh BUILD io cli     each line of these floors that did not run, as FILE:LINE: CODE
set -eu
build=$1
shift
complaints=$(mktemp)
trap 'rm -f "$complaints"' EXIT
find "$build/lib" -name '*.gcno' | sort | xargs -r gcov --stdout 2>"$complaints" |
  awk -v listed="$*" -v complaints="$complaints" '
function floor_of(file,   path, n) { n = split(file, path, "/"); return path[n - 1] }
function figure(of) { return sprintf("%-8s %6d lines, %5.1f %% ran", of, lines[of], 100 * done[of] / lines[of]) }
/^ *-: *0:Source:/ {
  file = substr($0, index($0, "Source:") + 7)
  counted = file ~ /\/lib\/[a-z]+\/[a-z0-9_]+\.(cpp|h)$/
  sub(/^.*\/lib\//, "lib/", file)
}
counted && match($0, /^ *([0-9]+\*?|#####|=====): *[0-9]+:/) {
  head = substr($0, 1, RLENGTH)
  split(head, part, ":")
  place = file ":" part[2] + 0
  if (!(place in ran)) {
    order[++places] = place
    code[place] = substr($0, RLENGTH + 1)
    ran[place] = 0
  }
  if (head !~ /[#=]/) ran[place] = 1
}
END {
  while ((getline complaint < complaints) > 0)
    if (complaint ~ /mismatch/) {
      print "coverage: counts of another build: run the tests again: " complaint
      exit 1
    }
  if (places == 0) { print "coverage: no counts: was it built with -DFM_COVERAGE=ON?"; exit 1 }
  for (i = 1; i <= places; ++i) {
    split(order[i], part, ":")
    floor = floor_of(part[1])
    ++lines[floor]; ++lines["whole"]
    done[floor] += ran[order[i]]; done["whole"] += ran[order[i]]
    if (index(" " listed " ", " " floor " ") && !ran[order[i]]) print order[i] ": " code[order[i]]
  }
  if (listed != "") exit
  for (floor in lines) if (floor != "whole") print figure(floor) | "sort"
  close("sort")
  print figure("whole")
}'
