#!/bin/sh
# Pictures of README's theory: the paths of points on their way, one panel a formula.
# Run by `make pictures`, with the programs on PATH; results go to build/pictures.
set -eu
out=${1:-build/pictures}
mkdir -p "$out"
command -v gnuplot >/dev/null || { echo "pictures: gnuplot is missing" >&2; exit 1; }

# Straight lines cross, so the marginal velocity bends; another scheduler bends otherwise; optimal pairs do not cross.
fm-data moons -n 300 > "$out/moons.csv"
fm-data 8gaussians -n 300 > "$out/8gaussians.csv"
fm-path --exact "$out/moons.csv" -n 150 --times 0:1:0.02 > "$out/cond-ot.csv"
fm-path --exact "$out/moons.csv" -n 150 --times 0:1:0.02 --scheduler vp > "$out/vp.csv"
fm-pairs "$out/moons.csv" "$out/8gaussians.csv" --times 0:1:0.05 > "$out/transport.csv"

# panel FILE TITLE: paths in grey, where they start in blue, where they end in orange.
panel() {
  awk -F, 'NR > 1 && $1 != last { if (NR > 2) print ""; last = $1 } NR > 1 { print $2, $3, $4 }' "$out/$1.csv" > "$out/$1.dat"
  cat <<EOF
set title "$2"
plot "$out/$1.dat" using 2:3 with lines lw 0.4 lc rgb "#60888888" notitle, \\
     "$out/$1.dat" using 2:(\$1 == 0 ? \$3 : NaN) with points pt 7 ps 0.35 lc rgb "#0072b2" title "t = 0", \\
     "$out/$1.dat" using 2:(\$1 == 1 ? \$3 : NaN) with points pt 7 ps 0.35 lc rgb "#d55e00" title "t = 1"
EOF
}

{
  cat <<EOF
set terminal pngcairo size 1500,560 font "sans,11"
set output "$out/paths.png"
set multiplot layout 1,3
set size ratio -1
set border 3
set tics nomirror
set key top left opaque
EOF
  panel cond-ot "Exact field, straight conditional paths"
  panel vp "Exact field, vp scheduler"
  panel transport "Optimal flow x + t (phi(x) - x)"
  echo 'unset multiplot'
} > "$out/paths.gp"
gnuplot "$out/paths.gp"
echo "pictures: $out/paths.png"
