#!/bin/sh
# How long files and functions are, in lines: median, largest, and all above the guide of 250 and 60.
#   lengths.sh FOLDER...
# A report, not a judge: a long table may be the clearest form. A function is taken to be what begins at the left
# margin, has a parenthesis before its brace and ends with a brace at the left margin, as .clang-format lays it out.
set -eu
find "$@" \( -name '*.h' -o -name '*.cpp' \) | sort | xargs awk '
function file_ends() { if (name) print "file", lines, name }
FNR == 1 { file_ends(); name = FILENAME; inside = 0; head = "" }
{ lines = FNR }
/^[A-Za-z_].*\(/ && !inside { head = $0; start = FNR }
/^}/ && inside { print "function", FNR - start + 1, name ":" start ": " head; inside = 0; head = "" }
/{$/ && head && !inside && head !~ /^(namespace|struct|class|enum|union|constexpr .* = |#)/ { inside = 1 }
/;$/ && !inside { head = "" }
END { file_ends() }' | sort -k1,1 -k2,2n | awk '
function close_kind() {
  if (n) printf "%-8s %5d counted, median %d, largest %d, above %d: %d\n%s", kind, n, value[int((n + 1) / 2)], value[n], limit, over, long
}
$1 != kind { close_kind(); kind = $1; limit = kind == "file" ? 250 : 60; n = over = 0; long = "" }
{
  value[++n] = $2
  if ($2 > limit) { over++; place = $0; sub(/^[a-z]+ /, "  ", place); long = long place "\n" }
}
END { close_kind() }'
