#!/bin/sh
# What compare.py makes of runs: cells, ratios and verdicts, with programs that say known times in place of ours and the
# peers. A peer or a benchmark that is missing leaves its cells empty.
set -eu
command -v python3 >/dev/null || exit 77
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/tests"
failed=0

# ours: MICROSECONDS GFLOPS PEAK of every benchmark
ours() {
  printf '#!/bin/sh\necho "{\\"benchmarks\\": [{\\"cpu_time\\": %s, \\"real_time\\": 9, \\"time_unit\\": \\"us\\", \\"gflops\\": %s, \\"peak\\": %s}]}"\n' \
    "$@" > "$folder/tests/fm_bench"
  chmod +x "$folder/tests/fm_bench"
}

# theirs: SECONDS of every script
theirs() {
  printf '#!/bin/sh\necho "{\\"seconds\\": %s}"\n' "$1" > "$folder/python"
  chmod +x "$folder/python"
}

# expect: WHAT PATTERN OPTION...: the table has a line like that, memory left out
expect() {
  what=$1 pattern=$2
  shift 2
  if ! python3 "$here/compare.py" --build "$folder" --rounds 2 "$@" 2>"$folder/messages" > "$folder/table"; then
    echo "compare_test: $what: failed: $(cat "$folder/messages")"
    failed=1
  elif ! grep -qE "$pattern" "$folder/table"; then
    echo "compare_test: $what: no line like $pattern in:"
    grep '^|' "$folder/table" || true
    failed=1
  fi
}

ours 100 80 100
theirs 0.0006
expect "ratio and verdict" \
  'batch 256 \| 100 us \| [0-9]+ \| PyTorch eager \| 600 us \| [0-9]+ \| 1/6 \(1/6 to 1/6\) \| <= 1/5 \| met \|' \
  --python "$folder/python" --rows step-64
expect "share of the peak" 'the peak, 100 GF/s \| 80 us \|  \| 0.80 of it \| >= 0.75 of it \| met \|' --rows step-256
expect "time beyond that of a peer" '/bin/true \| 9 us \| [0-9]+ \| 1 .* \| <= 5 ms more \| met \|' --rows start
theirs 0.00045
expect "a bar that is missed" 'PyTorch eager \| 450 us \| [0-9]+ \| 1/4.5 .* \| <= 1/5 \| missed \|' \
  --python "$folder/python" --rows step-64
expect "no peers" 'batch 256 \| 100 us \| [0-9]+ \| PyTorch eager \|  \|  \|  \| <= 1/5 \|  \|' --rows step-64
printf '#!/bin/sh\nexit 1\n' > "$folder/python"
expect "a peer that fails" 'PyTorch eager \|  \|  \|  \| <= 1/5 \|  \|' --python "$folder/python" --rows step-64
printf '#!/bin/sh\nexit 0\n' > "$folder/tests/fm_bench"
expect "a benchmark that is missing" 'batch 256 \|  \|  \| PyTorch eager \|  \|  \|  \| <= 1/5 \|  \|' --rows step-64
if python3 "$here/compare.py" --build "$folder" --rows steps 2>"$folder/messages" >/dev/null; then
  echo "compare_test: a row that is not there: accepted"
  failed=1
fi
exit $failed
