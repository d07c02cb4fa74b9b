#!/bin/sh
# Runs each fuzzer of FOLDER (fuzz_READER) for so many seconds on tests/fuzz/seeds/READER and on what earlier runs kept in
# FOLDER/corpus/READER; a line for each. Fails if there is a finding: a crash, a broken promise (promises.h), a second for
# one input, or too much memory (libfuzzer/fuzzer.cpp). Inputs that did it are kept in FOLDER/findings/READER; they
# belong into tests/fuzz/found/READER once they are mended.
#   run.sh FOLDER SECONDS [READER...]
set -eu
folder=$1 seconds=$2
shift 2
[ $# -gt 0 ] || set -- $(cd tests/fuzz && ls read_*.cpp | sed 's/^read_//; s/\.cpp$//')
export ASAN_OPTIONS=detect_leaks=1:quarantine_size_mb=16:allocator_may_return_null=0
export UBSAN_OPTIONS=print_stacktrace=1
failures=0
for reader; do
  corpus=$folder/corpus/$reader findings=$folder/findings/$reader log=$folder/$reader.log
  mkdir -p "$corpus" "$findings"
  rm -f "$findings"/*
  "$folder/bin/fuzz_$reader" -max_total_time="$seconds" -timeout=1 -rss_limit_mb=2048 -max_len=8192 -print_final_stats=1 \
    -artifact_prefix="$findings/" "$corpus" "tests/fuzz/seeds/$reader" > "$log" 2>&1 || true
  # A second is long for an input, but short for a machine that is busy: what is in time alone is no finding.
  for input in "$findings"/timeout-* "$findings"/slow-unit-*; do
    if [ -e "$input" ] && "$folder/bin/fuzz_$reader" -timeout=1 "$input" > /dev/null 2>&1; then rm "$input"; fi
  done
  found=$(ls "$findings" | wc -l)
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  [ -n "$runs" ] || runs=$(sed -n 's/^#\([0-9]*\).*/\1/p' "$log" | tail -n 1)
  echo "$reader: ${runs:-0} executions, $found findings"
  if [ "${runs:-0}" -eq 0 ]; then tail -n 5 "$log"; failures=1; fi
  if [ "$found" -gt 0 ]; then
    grep -m 3 -E 'ERROR|runtime error|broken promise|too much memory|what\(\)' "$log" || true
    failures=1
  fi
done
exit $failures
