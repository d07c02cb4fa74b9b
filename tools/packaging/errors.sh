#!/bin/sh
# The errors of the programs, read out of the sources, with the cures of cures.txt.
#   errors.sh list ROOT            ID <tab> exit, message, hint or cure <tab> TEXT, sorted
#   errors.sh man ROOT VERSION     the page flowmatch-errors(7)
set -eu
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)

list() {
  {
    find "$1/lib" "$1/tools" -name '*.h' -o -name '*.cpp' | sort | xargs awk -f "$here/errors.awk"
    sed -n 's/^\([a-z0-9*-]*\): \(.*\)/\1\t\tcure\t\2/p' "$here/cures.txt"
  } | awk -F '\t' -v OFS='\t' '
    $3 == "status" { status[$1] = $4; next }
    { line[++lines] = $0 }
    END {
      for (n = 1; n <= lines; ++n) {
        split(line[n], part, FS)
        if (part[2] in status) print part[1], "exit", status[part[2]]
        if (part[3] != "") print part[1], part[3], part[4]
        else print part[1], "known", ""
      }
    }' | sort -u
}

case $1 in
  list) list "$2" ;;
  man) list "$2" | awk -F '\t' -v version="$3" -f "$here/errors_page.awk" ;;
esac
