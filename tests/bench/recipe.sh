#!/bin/bash
# What each choice of the training recipe is worth: every line changes one default, on six clouds, and prints means
# over seeds as a Markdown table. Usage: recipe.sh BUILD > tests/bench/RECIPE.md (about ten minutes)
#   gain      held-out log-likelihood, nats a point, above that of the defaults: mean over the clouds, and for each
#   sliced    sliced W2 to held-out rows, columns standardised, in noise floors: mean over the clouds
#   seconds   of one processor, training, in default seconds
set -eu
build=$(cd "$1" && pwd)
data=$(cd "$(dirname "$0")/../../data" && pwd)
PATH="$build/bin:$PATH"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
seeds="0 1"
TIMEFORMAT=%U

cat > normal.json <<'MIXTURE'
{"columns": ["a", "b", "c", "d", "e"], "weights": [1], "means": [[0, 0, 0, 0, 0]],
 "covariances": [[[1, 0.8, 0.5, 0, 0], [0.8, 1, 0.5, 0, 0], [0.5, 0.5, 1, 0.3, 0], [0, 0, 0.3, 1, 0.6], [0, 0, 0, 0.6, 1]]]}
MIXTURE
fm-data mixture:file=normal.json -n 4000 -s 1 -o normal5.csv
fm-data mixture:file=normal.json -n 4000 -s 2 -o normal5-test.csv
fm-data moons -n 10k -s 1 -o moons10k.csv
fm-data moons -n 4000 -s 2 -o moons10k-test.csv
fm-data pinwheel -n 1000 -s 1 -o pinwheel.csv
fm-data pinwheel -n 4000 -s 2 -o pinwheel-test.csv
for table in 8gaussians faithful quakes; do
  cp "$data/$table.csv" "$data/$table-test.csv" .
done
clouds="moons10k 8gaussians pinwheel normal5 faithful quakes"

# measure OPTIONS...: a line "cloud nats sliced seconds" for each cloud and seed
measure() {
  for cloud in $clouds; do
    for seed in $seeds; do
      seconds=$({ time fm-train "$cloud.csv" -j1 -q -s "$seed" -o model "$@" 2> errors; } 2>&1)
      nats=$(fm-eval "$cloud-test.csv" -m model -q -f csv | awk -F, '$1 == "log_likelihood" && $2 == "nats" {print $3}')
      sliced=$(fm-sample -m model -n 4000 -s 9 -q | fm-eval -r "$cloud-test.csv" --metric sliced-w2 --standardize columns \
        --bootstrap 0 --permutations 19 -q -f csv | awk -F, '$1 == "sliced-w2" {print $6}')
      echo "$cloud $nats $sliced $seconds"
    done
  done
}

row() {
  name=$1
  shift
  measure "$@" > row.txt
  [ -f default.txt ] || cp row.txt default.txt
  awk -v name="$name" -v clouds="$clouds" -v seeds="$(echo $seeds | wc -w)" '
    NR == FNR { nats[$1] += $2 / seeds; time += $4; next }
    { mine[$1] += $2 / seeds; sliced += $3; mytime += $4; rows++ }
    END {
      count = split(clouds, cloud, " ")
      for (k = 1; k <= count; ++k) {
        gain = mine[cloud[k]] - nats[cloud[k]]
        all += gain / count
        each = each sprintf(" %+.3f |", gain)
      }
      printf "| %s | %+.3f |%s %.2f | %.2f |\n", name, all, each, sliced / rows, mytime / time
    }' default.txt row.txt
}

echo "# What each choice of the training recipe is worth"
echo
echo "Each line changes one default of fm-train; held-out log-likelihood in nats a point above the defaults' (means of"
echo "$(echo $seeds | wc -w) seeds), sliced W2 in noise floors, seconds of one processor beside the defaults'. Made by \`tests/bench/recipe.sh\`."
echo
echo "| change | mean gain | $(echo $clouds | sed 's/ / | /g') | sliced W2 | seconds |"
echo "|---|---|$(for cloud in $clouds; do printf -- '---|'; done)---|---|"
row "none (defaults)"
row "128 passes" --epochs 128
row "2048 passes" --epochs 2048
row "pool of 50k pairs" --pool 50k
row "fresh pairs every step" --pool 0
row "independent coupling" --coupling independent
row "coupling blocks of 64" --coupling exact:batch=64
row "coupling blocks of 1024" --coupling exact:batch=1024
row "entropic coupling" --coupling sinkhorn:reg=0.05
row "lr 1e-3" --lr 1e-3
row "lr 2e-2" --lr 2e-2
row "constant learning rate" --schedule constant
row "batch 512" --batch-size 512
row "uniform times" --time-sampler uniform
row "logit-normal times" --time-sampler logit-normal
row "predict x1" --predict x1
row "cosine scheduler" --scheduler cosine
row "3 layers of 64" --hidden 64,64,64
row "4 layers of 128" --hidden 128,128,128,128
row "relu" --activation relu
row "Fourier time features" --time-features fourier
row "weight decay 0.1" --optimizer adamw:weight_decay=0.1
row "EMA 0.999" --ema 0.999
row "tenth of the rows held out" --validation 0.1
