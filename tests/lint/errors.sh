#!/bin/sh
# The list of errors (tools/packaging/errors.sh) is whole: every id has a hint in the sources or a cure in cures.txt, no
# cure is of an id that is gone, and every id that tests of the programs and contracts in headers speak of is in it.
#   errors.sh ROOT
# Prints ID: WHY for each that fails, and fails if there are any.
set -eu
list=$(mktemp)
trap 'rm -f "$list"' EXIT
sh "$(dirname "$0")/../../tools/packaging/errors.sh" list "$1" > "$list"
{
  grep -rhoE 'check_error\(.*[0-9], "[a-z0-9-]+"' "$1/tests/tools" | sed 's/.*"\(.*\)"/\1/'
  grep -rhoE 'errors? "[a-z0-9-]+"' "$1/lib" --include='*.h' | sed 's/.*"\(.*\)"/\1/'
} | sort -u | awk -F '\t' '
FNR == NR { has[$1, $2]; id[$1]; next }
{ spoken[$1] }
END {
  for (one in id) {
    if (!((one, "known") in has)) print one ": it has a cure and is no error"
    else if (!((one, "hint") in has) && !((one, "cure") in has)) print one ": no hint, and no cure in cures.txt"
    if (one ~ /\*/ && one != "*-*") { pattern = one; sub(/\*/, ".*", pattern); patterns[pattern] }
  }
  for (one in spoken) {
    found = one in id
    for (pattern in patterns) found = found || one ~ "^" pattern "$"
    if (!found) print one ": tests or headers speak of it, and the list lacks it"
  }
}' "$list" - | sort | awk '{ print } END { exit NR > 0 }'
