#!/bin/sh
# Pictures of README's theory: the paths of points on their way, one picture a formula.
# Run by `make pictures`, with the programs on PATH; results go to build/pictures.
set -eu
out=${1:-build/pictures}
mkdir -p "$out"

# Straight lines cross, so the marginal velocity bends; another scheduler bends otherwise; optimal pairs do not cross.
fm-data moons -n 300 > "$out/moons.csv"
fm-data 8gaussians -n 300 > "$out/8gaussians.csv"
fm-path --exact "$out/moons.csv" -n 150 --times 0:1:0.02 > "$out/cond-ot.csv"
fm-path --exact "$out/moons.csv" -n 150 --times 0:1:0.02 --scheduler vp > "$out/vp.csv"
fm-pairs "$out/moons.csv" "$out/8gaussians.csv" --times 0:1:0.05 > "$out/transport.csv"
fm-plot "$out/cond-ot.csv" -o "$out/cond-ot.png" --title "Exact field, straight conditional paths"
fm-plot "$out/vp.csv" -o "$out/vp.png" --title "Exact field, vp scheduler"
fm-plot "$out/transport.csv" -o "$out/transport.png" --title "Optimal flow x + t (phi(x) - x)"

# The same flow as it moves, and the field that makes it over its density.
fm-plot "$out/cond-ot.csv" -o "$out/cond-ot.gif"
fm-grid --exact "$out/moons.csv" --times 0,0.5,0.8 | fm-plot -o "$out/field.png" --title "Density and velocity"
echo "pictures: $out"
