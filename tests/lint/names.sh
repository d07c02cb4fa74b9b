#!/bin/sh
# Names of test cases that ctest takes apart: a semicolon ends the name, and a comma in the name of a slow case loses
# its label, so that it runs among the fast ones.
#   names.sh FOLDER
# Prints FILE: "NAME" for each, and fails if there are any.
set -eu
find "$1" -name '*_test.cpp' | sort | xargs awk '
# head: a case from its name, a run of literals, up to the brace of its body.
function judge(name) {
  gsub(/" *"/, "", head)
  name = head
  sub(/^[^"]*"/, "", name)
  sub(/".*/, "", name)
  slow = head ~ /test_suite\("slow"\)/
  if (name ~ /;/ || (slow && name ~ /,/)) { print FILENAME ": \"" name "\""; found = 1 }
  head = ""
}
/^TEST_CASE/ { head = " " }
head { line = $0; sub(/^ +/, "", line); head = head line; if (line ~ /{$/) judge() }
END { exit found }'
