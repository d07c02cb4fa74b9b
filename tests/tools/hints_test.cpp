// Hints work: each command ends with an error whose hint is followed in the command beside it, which works.
#include "tools/support.h"

using namespace fm::test;

namespace {

struct Case {
  std::string id;
  std::string fails;
  std::string hint;  ///< a part of it: what is done in `works`
  std::string works;
};

const std::string train = "fm-train xy.csv --steps 20 --hidden 8 --pool 300 -o o ";
const std::string sample = "fm-sample -n 5 ";

std::vector<Case> training_cases() {
  return {
      {"adaptive-coupling", train + "--path adaptive", "--coupling independent",
       train + "--path adaptive --coupling independent"},
      {"adaptive-scheduler", train + "--path adaptive --coupling independent --scheduler vp",
       "--scheduler at cond-ot, or take polynomial or cosine",
       train + "--path adaptive --coupling independent --scheduler cosine"},
      {"bridge-scheduler", train + "--path bridge --scheduler cosine", "leave --scheduler",
       train + "--path bridge"},
      {"bridge-predict", train + "--path bridge --predict x1", "leave --predict out",
       train + "--path bridge"},
      {"checkpoint-missing", train + "--resume auto", "--checkpoint",
       train + "--resume auto --checkpoint s1 --checkpoint-every 0"},
      {"patience-alone", train + "--patience 3", "--validation 0.1", train + "--patience 3 --validation 0.1"},
      {"validation-rows", train + "--validation 0.001", "choose another share", train + "--validation 0.1"},
      {"network-size", train + "--hidden 60000,60000,60000 --max-memory 1e9", "smaller --hidden layers",
       train + "--max-memory 1e9"},
      {"option-value", "fm-train xy.csv --gaussians few -o o", "--gaussians auto",
       "fm-train xy.csv --gaussians auto -o o"},
      {"pairs-and-data", "fm-train xy.csv --pairs pairs.csv -o o", "leave \"xy.csv\" out",
       "fm-train --pairs pairs.csv -o o --steps 5"},
      {"pairs-coupling", "fm-train --pairs pairs.csv --coupling sinkhorn -o o", "leave --coupling out",
       "fm-train --pairs pairs.csv -o o --steps 5"},
      {"column-twice", "fm-train kinds.csv --condition kind,kind -o o", "take it out of --condition once",
       "fm-train kinds.csv --condition kind --steps 5 -o o"},
      {"column-twice", "fm-train xy.csv -c x,x -o o", "take it out of -c once",
       "fm-train xy.csv -c x -o o --steps 5"},
      {"output-exists", "touch there; " + train + "-o there --no-clobber", "leave out --no-clobber",
       train + "-o there"},
      {"missing-cell", "fm-train holes.csv -o o --steps 5", "--missing drop",
       "fm-train holes.csv -o o --steps 5 --missing drop"},
      {"adaptive-neighbors", train + "--path adaptive:neighbors=500 --coupling independent",
       "--path adaptive:neighbors=99", train + "--path adaptive:neighbors=99 --coupling independent"},
      {"adaptive-source", train + "--path adaptive --coupling independent --source xy.csv",
       "leave --source and --pairs out", train + "--path adaptive --coupling independent"},
      {"condition-alone", "fm-train kinds.csv --condition-weight 2 -o o", "--condition COLS",
       "fm-train kinds.csv --condition kind --condition-weight 2 -o o --steps 5"},
      {"pairs-and-weight", "fm-train --pairs pairs.csv --weight x -o o", "leave --weight out",
       "fm-train --pairs pairs.csv -o o --steps 5"},
      {"pair-columns", "fm-train --pairs xy.csv -o o", "fm-pairs writes such tables",
       "fm-pairs xy.csv xy.csv | fm-train --pairs - -o o --steps 5"},
      {"unknown-option", "fm-train xy.csv -o o --step 5", "--steps", "fm-train xy.csv -o o --steps 5"},
      {"unknown-option", "fm-train xy.csv -o o --zzz", "see --help", "fm-train --help"},
      {"checkpoint-exists", "echo kept > there.state; " + train + "--checkpoint there.state",
       "remove the file", "rm there.state; " + train + "--checkpoint there.state"},
      {"loss-non-finite", train + "--lr 1e30", "a smaller --lr", train + "--lr 1e-3"},
      {"validation-file-only", "fm-train --pairs pairs.csv --validation-file pairs.csv -o o",
       "--validation 0.1", "fm-train --pairs pairs.csv --validation 0.1 -o o --steps 5"},
      {"weight-selected", "fm-train kinds3.csv -c x,y,z --weight z -o o", "take it out of -c",
       "fm-train kinds3.csv -c x,y --weight z -o o --steps 5"},
      {"no-rows", "fm-train gaps.csv --missing drop -o o", "always empty with -x",
       "fm-train gaps.csv --missing drop -x y -o o --steps 5"},
      {"too-many-classes", "fm-train texts.csv --condition name -o o", "leave it out of --condition",
       "fm-train texts.csv -x name -o o --steps 5"},
      {"name-encoding", "fm-train latin-name.csv -o o", "iconv -f LATIN1 -t UTF-8",
       "iconv -f LATIN1 -t UTF-8 latin-name.csv | fm-train -o o --steps 5"},
      {"model-to-terminal", "script -qec 'fm-train xy.csv --steps 5' said >&2", "with -o FILE, or pipe it",
       "fm-train xy.csv --steps 5 | fm-sample -n 5"},
  };
}

std::vector<Case> sampling_cases() {
  const std::string model = sample + "-m m.st ";
  return {
      {"shard", model + "--shard 9/8", "--shard 3/8", model + "--shard 3/8"},
      {"guidance", sample + "-m kinds.st --given kind=a --guidance two", "--guidance 2",
       sample + "-m kinds.st --given kind=a --guidance 2@0.2:0.8"},
      {"given-form", sample + "-m kinds.st --given kind", "--given kind=VALUE",
       sample + "-m kinds.st --given kind=a"},
      {"no-conditions", model + "--given kind=a", "fm-train --condition",
       sample + "-m kinds.st --given kind=a"},
      {"sde-pairs", "fm-sample --pairs pairs.csv xy.csv --sde", "leave --sde out",
       "fm-sample --pairs pairs.csv xy.csv"},
      {"score-unknown", model + "--sde", "--coupling independent", sample + "-m free.st --sde"},
      {"sde-solver", sample + "-m free.st --sde --solver euler:steps=4", "own:steps=100",
       sample + "-m free.st --sde own:steps=100"},
      {"unit-alone", model + "--log-density-unit bits-per-dimension", "--log-density",
       model + "--log-density --log-density-unit bits-per-dimension"},
      {"column-clash", "fm-sample -m index.st -n 5 --with-index", "--column-prefix PREFIX",
       "fm-sample -m index.st -n 5 --with-index --column-prefix the_"},
      {"output-format", model + "-o o.parquet", "-f csv", model + "-o o.parquet -f csv"},
      {"binary-format", "fm-sample -m m.st xy.npy --input-format csv", "npy",
       "fm-sample -m m.st xy.npy --input-format npy"},
      {"times-and-reverse", "fm-sample -m m.st xy.csv --reverse --times 1:0", "--times 1:0",
       "fm-sample -m m.st xy.csv --times 1:0"},
      {"pairs-times", model + "--as-pairs --times 0:0.5", "leave --times out", model + "--as-pairs"},
      {"no-law", "fm-loss", "--exact DATA", "fm-loss --exact xy.csv -n 50"},
      {"gradient-model", "fm-loss --exact xy.csv --gradient", "-m FILE",
       "fm-loss --exact xy.csv --gradient -m free.st -n 50"},
      {"range", "fm-grid --exact xy.csv --range 1", "--range -3:3,-2:2",
       "fm-grid --exact xy.csv --range -3:3,-2:2 --cells 3"},
      {"plane", "fm-grid --exact kinds3.csv", "choose two with -c",
       "fm-grid --exact kinds3.csv -c x,y --cells 3"},
      {"conditional-columns", "fm-path --exact xy.csv -n 5 --conditional --columns-out x1",
       "--columns-out v,log_p", "fm-path --exact xy.csv -n 5 --conditional --columns-out v"},
      {"missing-column", "fm-sample -m kinds.st xy.csv", "--given kind=VALUE",
       "fm-sample -m kinds.st xy.csv --given kind=a"},
      {"no-unconditional", sample + "-m always.st --given kind=a --guidance 2", "--condition-dropout 0.1",
       "fm-train kinds.csv --condition kind --condition-dropout 0.1 -o at_times.st --steps 5 && " + sample +
           "-m at_times.st --given kind=a --guidance 2"},
      {"source-density", "fm-sample -m moved.st xy.csv --log-density", "fm-train without --source",
       "fm-sample -m m.st xy.csv --reverse --log-density"},
      {"conditional-density", "fm-path --exact xy.csv -n 5 --columns-out log_p --times 0:0.9:0.3",
       "add --conditional",
       "fm-path --exact xy.csv -n 5 --columns-out log_p --times 0:0.9:0.3 --conditional"},
      {"conditional-exact", "fm-path -m m.st -n 5 --conditional", "--exact DATA",
       "fm-path --exact xy.csv -n 5 --conditional"},
      {"gradient-scheduler", "fm-loss --exact xy.csv -m free.st --gradient --scheduler cosine -n 50",
       "leave --scheduler out", "fm-loss --exact xy.csv -m free.st --gradient -n 50"},
      {"grid-time", "fm-grid --exact xy.csv --times 1 --cells 3", "--path adaptive",
       "fm-grid --exact xy.csv --times 1 --cells 3 --path adaptive"},
      {"two-clouds", "fm-pairs xy.csv", "fm-pairs SOURCE TARGET", "fm-pairs xy.csv xy.csv"},
      {"info-format", "fm-info m.st -f csv", "-f json, or --dump", "fm-info m.st --dump"},
      {"exact-path", "fm-path --mixture mixture.json -n 5 --path adaptive",
       "draw rows with fm-sample --mixture and name them with --exact",
       "fm-sample --mixture mixture.json -n 50 > rows.csv; fm-path --exact rows.csv -n 5 --path adaptive"},
      {"conditional-model", "fm-loss --exact xy.csv -m kinds.st -n 50", "fm-train without --condition",
       "fm-train kinds.csv -x kind -o plain.st --steps 5; fm-loss --exact xy.csv -m plain.st -n 50"},
      {"pairs-conditions", sample + "-m kinds.st --given kind=a --as-pairs", "--guidance 0, without --given",
       sample + "-m kinds.st --guidance 0 --as-pairs"},
      {"calibration-conditions", "fm-eval xy.csv -m kinds.st --given kind=a --calibration 50",
       "--guidance 0, without --given", "fm-eval xy.csv -m kinds.st --calibration 50 --guidance 0"},
      {"no-density", "fm-eval xy.csv --exact xy.csv", "--scheduler lipman:sigma_min=0.1",
       "fm-eval xy.csv --exact xy.csv --scheduler lipman:sigma_min=0.1"},
      {"no-density", "fm-eval xy.csv --exact xy.csv", "--path adaptive",
       "fm-eval xy.csv --exact xy.csv --path adaptive"},
      {"score-time", "fm-path --exact xy.csv -n 5 --columns-out score --times 0,1", "0:0.95:0.05",
       "fm-path --exact xy.csv -n 5 --columns-out score --times 0:0.95:0.05"},
      {"start-points", "fm-path -m m.st -n 5 --times 0.5,1", "name a file with the points",
       "fm-path -m m.st xy.csv --times 0.5,1"},
  };
}

std::vector<Case> table_cases() {
  return {
      {"no-reference", "fm-eval xy.csv", "-r FILE", "fm-eval xy.csv -r xy.csv --metric w1 --repeats 1"},
      {"bootstrap-draws", "fm-eval xy.csv -r xy.csv --metric w1 --bootstrap 3", "--bootstrap 39",
       "fm-eval xy.csv -r xy.csv --metric w1 --bootstrap 39"},
      {"no-metric", "fm-eval xy.csv -r xy.csv --metric ''", "--metric w2",
       "fm-eval xy.csv -r xy.csv --metric w2"},
      {"marginals-csv", "fm-eval xy.csv -r xy.csv --metric w1 --marginals -f csv", "--format json",
       "fm-eval xy.csv -r xy.csv --metric w1 --marginals --format json"},
      {"row-format", "fm-eval xy.csv -r xy.csv --per-row -f table", "--format csv or json",
       "fm-eval xy.csv -r xy.csv --per-row --format csv"},
      {"delimiter", "fm-data stats xy.csv -d ';;'", "one character", "fm-data stats xy.csv -d ,"},
      {"decimal", "fm-data stats xy.csv --decimal x", ". or ,", "fm-data stats xy.csv --decimal ."},
      {"comment", "fm-data stats xy.csv --comment '//'", "'#'", "fm-data stats xy.csv --comment '#'"},
      {"duplicate-column", "fm-train twice.csv -o o", "-x", "fm-train twice.csv -o o -x 2 --steps 5"},
      {"cell-encoding", "fm-data convert latin.csv -f jsonl", "iconv -f LATIN1 -t UTF-8",
       "iconv -f LATIN1 -t UTF-8 latin.csv | fm-data convert -f jsonl"},
      {"header-ambiguous", "fm-data stats years.csv", "--header yes (names) or --header no",
       "fm-data stats years.csv --header no"},
      {"column-name", "fm-data convert twice.csv -f jsonl", "leave the column out with -x",
       "fm-data convert twice.csv -f jsonl -x 2"},
      {"check-format", "fm-data check xy.csv -f csv", "--format json or table",
       "fm-data check xy.csv --format table"},
      {"split-outputs", "fm-data split xy.csv --train a.csv", "--train FILE --test FILE",
       "fm-data split xy.csv --train a.csv --test b.csv"},
      {"too-few-rows", "fm-data split xy.csv --train a.csv --test b.csv --fraction 0.001",
       "choose another --fraction", "fm-data split xy.csv --train a.csv --test b.csv --fraction 0.3"},
      {"no-parts", "fm-data funnel -n 5 --with-label", "leave --with-label out", "fm-data funnel -n 5"},
      {"size", "fm-plot xy.csv --size 5 -o o.svg", "--size 640x480",
       "fm-plot xy.csv --size 640x480 -o o.svg"},
      {"plot-log", "fm-plot xy.csv --kind density --log x -o o.svg", "--log is for scatter",
       "fm-plot xy.csv --kind scatter --log y -o o.svg"},
      {"no-pairs", "fm-pairs xy.csv xy.csv --min-weight 2", "choose a smaller --min-weight",
       "fm-pairs xy.csv xy.csv --min-weight 0.001"},
      {"column-ambiguous", "fm-data convert twice.csv -c x", "by number, from 1 to 2",
       "fm-data convert twice.csv -c 1"},
      {"open", "fm-data moons -n 5 -o sub/m.csv", "mkdir -p",
       "mkdir -p sub && fm-data moons -n 5 -o sub/m.csv"},
      {"option-empty", "fm-info ''", "give a value", "fm-info m.st"},
      {"option-value", "fm-data moons -n many", "", "fm-data moons -n 5"},
      {"extra-argument", "fm-info m.st m.st", "--help", "fm-info --help"},
      {"closed-form", "fm-eval xy.csv --mixture mixture.json --solver rk4:steps=4", "--log-density exact",
       "fm-eval xy.csv --mixture mixture.json --solver rk4:steps=4 --log-density exact"},
      {"comparison-only", "fm-eval xy.csv -m m.st --train xy.csv", "--per-row",
       "fm-eval xy.csv -m m.st --train xy.csv --per-row"},
      {"model-and-reference", "fm-eval xy.csv -r xy.csv -m m.st", "--per-row",
       "fm-eval xy.csv -r xy.csv -m m.st --per-row"},
      {"max-rows", "fm-eval xy.csv -r xy.csv --metric w1 --max-rows 1", "--max-rows 0",
       "fm-eval xy.csv -r xy.csv --metric w1 --max-rows 0"},
      {"column-count", "tail -n +2 kinds3.csv | fm-eval -r xy.csv --metric w1", "the same names in a header",
       "{ echo x1,x2,x3; tail -n +2 kinds3.csv; } > named.csv; fm-eval named.csv -r named.csv --metric w1"},
      {"delimiter-unknown", "fm-data stats commented.csv", "--comment '#'",
       "fm-data stats commented.csv --comment '#'"},
      {"jsonl-option", "fm-data stats xy.jsonl -d ,", "--input-format csv",
       "cp xy.csv text.jsonl; fm-data stats text.jsonl -d , --input-format csv"},
      {"npy-header", "fm-data stats xy.csv --input-format npy", "leave out --input-format",
       "fm-data stats xy.csv"},
      {"nul-byte", "fm-data convert nul.jsonl -f csv", "-f jsonl", "fm-data convert nul.jsonl -f jsonl"},
      {"output-start", "fm-data moons -n 5 -f npy | cat", "-f csv", "fm-data moons -n 5 -f csv | cat"},
      {"output-format", "fm-data moons -n 5 -o x.npy.gz", "name it .npy, and compress the file: gzip",
       "fm-data moons -n 5 -o x.npy && gzip -f x.npy"},
      {"option-missing", "fm-data moons -n", "see --help", "fm-data --help"},
      {"mixture-file", "fm-data mixture -n 5", "fm-data mixture:file=FILE.json; fm-train --gaussians",
       "fm-train xy.csv --gaussians 2 > two.json; fm-data mixture:file=two.json -n 5"},
      {"no-density", "fm-data moons:noise=0 -n 5 --log-density", "noise=0.05",
       "fm-data moons:noise=0.05 -n 5 --log-density"},
      {"no-density", "fm-data 8gaussians:std=0 -n 5 --log-density", "std=1",
       "fm-data 8gaussians:std=1 -n 5 --log-density"},
      {"split-format", "fm-data split xy.csv --train a.jsonl --test b.csv", "fm-data convert",
       "fm-data split xy.csv --train a.csv --test b.csv && fm-data convert a.csv -o a.jsonl"},
      {"split-whole-rows", "fm-data split xy.csv -c x --train a.csv --test b.csv", "fm-data convert",
       "fm-data split xy.csv --train a.csv --test b.csv && fm-data convert a.csv -c x"},
      {"plot-columns", "fm-plot xy.csv --kind solvers", "fm-solvers -m MODEL | fm-plot",
       "fm-solvers -m m.st -n 50 | fm-plot"},
      {"plot-columns", "fm-plot xy.csv --kind field", "fm-grid writes them",
       "fm-grid --exact xy.csv --cells 5 --times 0.5 | fm-plot --kind field"},
      {"plot-grid", "fm-plot no-grid.csv --kind field", "fm-grid writes grids",
       "fm-grid --exact xy.csv --cells 5 --times 0.5 | fm-plot --kind field"},
  };
}

void prepare(const Folder& folder) {
  output_of(folder, "head -101 '" + data_file("moons.csv") +
                        "' > xy.csv; sed '7s/.*/,1/' xy.csv > holes.csv; fm-pairs xy.csv xy.csv > pairs.csv; "
                        "sed '1s/x,y/sample,y/' xy.csv > index.csv; sed '1s/.*/x,x/' xy.csv > twice.csv; "
                        "awk -F, 'NR == 1 { print \"x,y,kind\" } NR > 1 { print $1 \",\" $2 \",\" "
                        "(NR % 2 ? \"a\" : \"b\") }' xy.csv > kinds.csv; "
                        "awk -F, '{ print $0 \",\" (NR == 1 ? \"z\" : NR % 7) }' xy.csv > kinds3.csv; "
                        "printf 'name,x\\ncaf\\xe9,1\\nb,2\\n' > latin.csv; "
                        "printf '7,2020\\na,2\\nb,4\\n' > years.csv; fm-data convert xy.csv -o xy.npy; "
                        "fm-data convert xy.csv -o xy.jsonl; printf 'x,y,z\\n1,,2\\n3,,4\\n' > gaps.csv; "
                        "printf 'caf\\xe9,x\\n1,1\\n2,2\\n3,4\\n' > latin-name.csv; "
                        "{ echo '# one, two, three'; tr , ' ' < xy.csv; } > commented.csv; "
                        "seq 300 | awk 'BEGIN { print \"x,name\" } { print $1 \",n\" $1 }' > texts.csv; "
                        "printf '{\"x\":1,\"n\":\"a\\\\u0000b\"}\\n{\"x\":2,\"n\":\"b\"}\\n' > nul.jsonl; "
                        "sed '1s/$/,t,density/; 2,$s/$/,0.5,1/' xy.csv > no-grid.csv; "
                        "fm-train xy.csv --gaussians 2 -o mixture.json -q");
  const std::string small = " --steps 20 --hidden 8 --pool 300 -q ";
  output_of(folder, "fm-train xy.csv -o m.st" + small + "; fm-train index.csv -o index.st" + small +
                        "; fm-train xy.csv -o free.st --coupling independent" + small +
                        "; fm-train kinds.csv --condition kind -o kinds.st" + small +
                        "; fm-train kinds.csv --condition kind --condition-dropout 0 -o always.st" + small +
                        "; fm-train xy.csv --source xy.csv -o moved.st" + small);
}

void check_cases(const Folder& folder, const std::vector<Case>& cases) {
  for (const auto& [id, fails, hint, works] : cases) {
    CAPTURE(fails);
    const Result failed = shell(folder, fails);
    CAPTURE(failed.err);
    CHECK(failed.code >= 2);
    CHECK(contains(failed.err, "[" + id + "]"));
    CHECK(contains(failed.err, ": hint: "));
    CHECK(contains(failed.err, hint));
    const Result mended = shell(folder, works);
    CHECK_MESSAGE(mended.code == 0, works, ": ", mended.err);
  }
}

}  // namespace

TEST_CASE("hints: what errors of training advise works") {
  const Folder folder;
  prepare(folder);
  check_cases(folder, training_cases());
}

TEST_CASE("hints: what errors of sampling and fields advise works") {
  const Folder folder;
  prepare(folder);
  check_cases(folder, sampling_cases());
}

TEST_CASE("hints: what errors of tables and scores and pictures advise works") {
  const Folder folder;
  prepare(folder);
  check_cases(folder, table_cases());
}
