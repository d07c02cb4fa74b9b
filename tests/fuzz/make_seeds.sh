#!/bin/sh
# Writes tests/fuzz/seeds again, by the programs (on PATH): small files as users have them.
#   make_seeds.sh SEEDS
set -eu
seeds=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for reader in csv json_lines npy gzip safetensors model checkpoint config options mixture pair_table; do
  mkdir -p "$seeds/$reader"
done
# A model or checkpoint as header, line break, data: its header is one line behind eight bytes of length.
unpacked() {
  size=$(od -A n -t u8 -N 8 "$1" | tr -d ' ')
  tail -c +9 "$1" | head -c "$size"
  echo
  tail -c +$((size + 9)) "$1"
}

fm-data moons -n 4 > moons.csv
fm-data moons -n 40 > rows.csv
with() { printf '%s' "$1" && cat; } # the first byte chooses options: tables.h

with @ < moons.csv > "$seeds/csv/moons"
fm-data moons -n 3 -f tsv | with @ > "$seeds/csv/tabs"
printf '@x;y;z\r\n1;2;"a;b"\r\n3;;"c""d"\r\n' | sed 's/^@/Q/' > "$seeds/csv/quotes"
printf '2x;y\n1,5;2\n-3,25e2;+4\n' > "$seeds/csv/decimal_comma"
printf 'G# note\n1 2 3\n  4 5 6\n\n7 8\n' > "$seeds/csv/blanks"
printf 'A\357\273\277"a b",c\n1,NA\nnan,4\n1e999,-0\n' > "$seeds/csv/missing"

fm-data moons -n 3 -f jsonl | with @ > "$seeds/json_lines/objects"
printf 'B[1,2.5e-3]\n[3,null]\n\n["x",true]\n[4,5]\n' > "$seeds/json_lines/arrays"
printf 'A{"a":1,"b":"2"}\n{"b":3,"a":null,"\\u00e4":"x"}\n' > "$seeds/json_lines/escapes"

fm-data moons -n 3 -o moons.npy && cp moons.npy "$seeds/npy/doubles"
printf '\223NUMPY\1\0\66\0%-53s\n\1\0\0\0\2\0\0\0\3\0\0\0' "{'descr': '<i4', 'fortran_order': False, 'shape': (3,)}" \
  | head -c 76 > "$seeds/npy/whole"
printf '\223NUMPY\2\0\100\0\0\0%-63s\n\77\200\0\0\177\300\0\0' "{'descr': '>f4', 'fortran_order': True, 'shape': (1, 2)}" \
  > "$seeds/npy/big_endian"

gzip -n < moons.csv > "$seeds/gzip/moons"
{ printf '1,2\n' | gzip -n && printf '3,4\n' | gzip -n && printf '\0\0\0\0'; } > "$seeds/gzip/members"
{ printf '\37\213\10\34\0\0\0\0\0\3\2\0xyname\0comment\0' && printf '1\n' | gzip -n | tail -c +11; } > "$seeds/gzip/fields"

small="--hidden 2 --steps 20 --batch-size 8 --pool 50 -q"
fm-train rows.csv $small -o model && cp model "$seeds/safetensors/model"
unpacked model > "$seeds/model/moons"
awk -F, 'NR == 1 { print $0 ",kind,size" } NR > 1 { print $0 "," (NR % 2 ? "a" : "b") "," NR }' rows.csv \
  > kinds.csv
fm-train kinds.csv --condition kind,size $small -o model && unpacked model > "$seeds/model/conditions"
fm-train rows.csv -c 1 --path bridge --time-sampler logit-normal --hidden 2,2 \
  --steps 20 --batch-size 8 --pool 50 --ema 0.9 -q -o model && unpacked model > "$seeds/model/bridge"
{ printf '{"__metadata__":{"crc32":"00000000"},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}' > header
  printf '\131\0\0\0\0\0\0\0' && cat header && printf '\0\0\200\77'; } > "$seeds/safetensors/scalar"

# The training of read_checkpoint.cpp, broken off.
fm-train rows.csv --hidden 4 --steps 1e6 --batch-size 8 --pool 50 --validation 0.2 --checkpoint state \
  --time-limit 0.1 -q -o model || [ $? = 75 ]
unpacked state > "$seeds/checkpoint/held_out"

fm-train rows.csv $small --print-config > "$seeds/config/train"
fm-eval a.csv -r b.csv --metric energy,sliced-w2:directions=50 --fail-if 'w2 > 0.2' --print-config > "$seeds/config/evaluate"
printf '{"scheduler":{"name":"polynomial","power":3},"hidden":[4,4],"coupling":"sinkhorn:reg=0.1","ema":null}' \
  > "$seeds/config/families"

printf 'dopri5:rtol=1e-6\nrk4:steps=10,grid=power\n0:1:0.05\nenergy,sliced-w2:directions=50\n' > "$seeds/options/families"
printf 'sinkhorn:reg=0.05\npolynomial:power=3\na,2-\n0.2:0.4\n--steps=1e3\n-j\n2\n' > "$seeds/options/lists"
printf -- '--scheduler\nvp:beta_min=0.1\n--hidden=64,64\n-q\n--lr\n1e-3\ndata.csv\n--ema\n0.99\n' > "$seeds/options/command_line"

fm-train rows.csv --gaussians 2 -q -o "$seeds/mixture/moons"
printf '{"weights":[1,2],"means":[[0],[1]],"covariances":[[[1]],[[0]]],"columns":[2],"rows":null}' > "$seeds/mixture/places"

printf '@source_x,source_y,target_x,target_y,weight\n1,2,3,4,1\n5,6,7,8,0\n-1,0,2e-3,4,0.5\n' > "$seeds/pair_table/weighted"
printf '@target_a;source_a\n1;2\n3;4\n' > "$seeds/pair_table/one_column"
