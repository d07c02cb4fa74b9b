#!/bin/sh
# The main job on real data: learn the quakes off Fiji, draw new ones, judge them, draw a picture.
# Run by `make demo`, with the programs on PATH; results go to build/demo.
set -eu
data=data
out=${1:-build/demo}
mkdir -p "$out"

say() { printf '\n$ %s\n' "$*"; eval "$*"; }

say "fm-train $data/quakes.csv -o $out/quakes.safetensors --validation 0.1"
say "fm-sample -m $out/quakes.safetensors -n 10k > $out/new.csv"
say "fm-path -m $out/quakes.safetensors -n 200 --times 0:1:0.05 > $out/paths.csv"
echo
echo "Distance of new quakes from quakes that training has not seen, in standard deviations of each column."
echo "The floor is what two samples of the truth itself would score."
say "fm-eval $out/new.csv -r $data/quakes-test.csv --standardize columns --format table"

if ! command -v gnuplot >/dev/null; then
  echo "demo: no gnuplot, so the picture is text"
  say "fm-plot $out/new.csv $data/quakes-test.csv -c long,lat -n 1000"
  exit 0
fi
say "fm-plot $out/new.csv $data/quakes-test.csv -c long,lat -n 1000 -o $out/epicentres.png"
say "fm-plot $out/new.csv $data/quakes-test.csv -c lat,long,depth -n 1000 -o $out/quakes.png"
echo
echo "Pictures: $out/*.png    model: $out/quakes.safetensors    samples: $out/new.csv    paths: $out/paths.csv"
