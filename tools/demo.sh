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
  echo "demo: no gnuplot, so no picture"
  exit 0
fi
gnuplot <<EOF
set terminal pngcairo size 1400,640 font "sans,11"
set output "$out/quakes.png"
set datafile separator ","
set multiplot layout 1,2 margins 0.06,0.98,0.11,0.9 spacing 0.08,0.1
set key top left opaque
set tics nomirror
set border 3
set title "Where: epicentres"
set xlabel "longitude (degrees east)"
set ylabel "latitude (degrees)"
plot "$out/new.csv" every 10 using 2:1 skip 1 with points pt 7 ps 0.45 lc rgb "#80d55e00" title "1,000 drawn by the model", \
     "$data/quakes-test.csv" using 2:1 skip 1 with points pt 6 ps 0.7 lc rgb "#0072b2" title "300 held-out quakes"
set title "How deep: two planes of activity"
set xlabel "longitude (degrees east)"
set ylabel "depth (km)"
set yrange [700:0]
plot "$out/new.csv" every 10 using 2:3 skip 1 with points pt 7 ps 0.45 lc rgb "#80d55e00" notitle, \
     "$data/quakes-test.csv" using 2:3 skip 1 with points pt 6 ps 0.7 lc rgb "#0072b2" notitle
unset multiplot
EOF
echo
echo "Picture: $out/quakes.png    model: $out/quakes.safetensors    samples: $out/new.csv    paths: $out/paths.csv"
