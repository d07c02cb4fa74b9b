// Conditions through the programs: training, --given, --guidance, conditions read with the points.
#include <cmath>

#include "tools/support.h"

using namespace fm::test;

namespace {

/// Two classes of 300 rows each: "left" at (-4, 0), "right" at (4, 1), with spreads .5 and 1.
void make_classes(const Folder& folder) {
  const Result made =
      shell(folder,

            "awk 'BEGIN{srand(3);print \"x,kind,y\";for(i=0;i<600;i++){r=sqrt(-2*log(1-rand()));"
            "a=6.283185307*rand();if(i%2)printf \"%g,left,%g\\n\",-4+.5*r*cos(a),.5*r*sin(a);"
            "else printf \"%g,right,%g\\n\",4+r*cos(a),1+r*sin(a)}}' > c.csv");
  REQUIRE_MESSAGE(made.code == 0, made.err);
}

void make_conditional(const Folder& folder, const std::string& options = brief) {
  make_classes(folder);
  const Result result = shell(folder, "fm-train c.csv --condition kind -o m.st " + options);
  REQUIRE_MESSAGE(result.code == 0, result.err);
}

struct Moments {
  double mean = 0, deviation = 0;
};
/// Of the first column.
Moments moments_of(const std::vector<std::vector<double>>& rows) {
  double n = 0, sum = 0, squares = 0;
  for (const auto& row : rows) n += 1, sum += row[0], squares += row[0] * row[0];
  return {sum / n, std::sqrt(squares / n - sum / n * sum / n)};
}
/// The same of a sample whose rows end in `kind`.
Moments first_column(const std::string& csv, const std::string& kind) {
  const auto lines = lines_of(csv);
  double n = 0, sum = 0, squares = 0;
  for (std::size_t k = 1; k < lines.size(); ++k) {
    REQUIRE(lines[k].ends_with("," + kind));
    const double x = std::stod(lines[k]);
    n += 1, sum += x, squares += x * x;
  }
  return {sum / n, std::sqrt(squares / n - sum / n * sum / n)};
}

}  // namespace

TEST_CASE("conditions: each class is sampled with its own mean and spread, and stands beside the samples") {
  const Folder folder;
  make_conditional(folder, "--steps 2000 --hidden 32,32 --pool 6000");
  const Result left = shell(folder, "fm-sample -m m.st -n 2000 --given kind=left");
  const Result right = shell(folder, "fm-sample -m m.st -n 2000 --given kind=right");
  CHECK(lines_of(left.out).front() == "x,y,kind");
  const Moments at_left = first_column(left.out, "left"), at_right = first_column(right.out, "right");
  // Four standard errors of the 300 rows (.12 and .23), and as much again for the network.
  CHECK(std::abs(at_left.mean + 4) < 0.24);
  CHECK(std::abs(at_right.mean - 4) < 0.46);
  CHECK(std::abs(at_left.deviation - 0.5) < 0.16);
  CHECK(std::abs(at_right.deviation - 1) < 0.33);
  // Without a condition both classes, around 0 with deviation sqrt(16.6); 5 standard errors of 2000 rows.
  const Moments all = moments_of(rows_of(shell(folder, "fm-sample -m m.st -n 2000").out));
  CHECK(std::abs(all.mean) < 0.46);
  CHECK(std::abs(all.deviation - 4.08) < 0.3);
}

TEST_CASE("conditions: a number says where samples are, in data units with a source file as well") {
  const Folder folder;
  const Result made = shell(
      folder,
      "awk 'BEGIN{srand(5);print \"x,y,size\";for(i=0;i<1000;i++){s=10+20*rand();"
      "printf \"%g,%g,%g\\n\",300*s+100*rand(),rand(),s}}' > d.csv;"
      "awk 'BEGIN{srand(6);print \"x,y\";for(i=0;i<300;i++)printf \"%g,%g\\n\",100*rand(),rand()}' > s.csv");
  REQUIRE_MESSAGE(made.code == 0, made.err);
  const std::string training = " --condition size --steps 2000 --hidden 32,32 --pool 6000 ";
  const Result plain = shell(folder, "fm-train d.csv -o m.st" + training);
  REQUIRE_MESSAGE(plain.code == 0, plain.err);
  REQUIRE(
      shell(folder, "fm-train d.csv --source s.csv --standardize none --lr 1e-3 -o f.st" + training).code ==
      0);
  for (const double size : {14.0, 26.0}) {
    const std::string given = " --given size=" + std::to_string(size) + " ";
    // The spread of sizes makes 1730 of x; the network misses its middle by a few hundredths of that.
    const Moments drawn = moments_of(rows_of(shell(folder, "fm-sample -m m.st -n 500" + given).out));
    CHECK(std::abs(drawn.mean - (300 * size + 50)) < 90);
    const Moments carried = moments_of(rows_of(shell(folder, "fm-sample -m f.st s.csv" + given).out));
    CHECK(std::abs(carried.mean - (300 * size + 50)) < 90);
  }
}

TEST_CASE("conditions: whatever else a model's field is used for works, or says why not") {
  const Folder folder;
  make_conditional(folder, brief + "--coupling independent");
  const auto works = [&](const std::string& command) {
    const Result result = shell(folder, command);
    CHECK_MESSAGE(result.code == 0, command << ": " << result.err);
    return result.out;
  };
  const std::string given = " --given kind=left --guidance 1.5 ";
  for (const std::string options : {"", "--scheduler cosine", "--scheduler vp --solver rk4:steps=5", "--sde",
                                    "--log-density", "--log-density hutchinson --scheduler cosine",
                                    "--solver multistep:steps=8 --with-stats --with-index"})
    CHECK(lines_of(works("fm-sample -m m.st -n 5" + given + options)).size() == 6);
  works("fm-sample -m m.st c.csv --reverse --guidance 1.5");
  works("fm-path -m m.st -n 3" + given + "--times 0,0.5,0.9 --columns-out v,x1,x0,score");
  works("fm-path -m m.st c.csv --times 1,0.5,0 --columns-out log_density");
  works("fm-solvers -m m.st -n 20 --solvers euler:steps=4,tsit5" + given);
  works("fm-solvers -m m.st c.csv --times 1:0 --solvers euler:steps=4");
  works("fm-eval c.csv -m m.st");
  works("fm-eval c.csv -x kind -m m.st" + given);
  works("fm-train c.csv --condition kind --validation 0.2 --dry-run");
  works("fm-sample -m m.st -n 5 --as-pairs");
  check_error(shell(folder, "fm-sample -m m.st -n 5 --as-pairs" + given), 2, "pairs-conditions",
              "--guidance 0");
  check_error(shell(folder, "fm-loss --exact c.csv -x kind -m m.st"), 2, "conditional-model", "--condition");
  check_error(shell(folder, "fm-train c.csv --condition kind --floor --coupling independent -o n.st"), 2,
              "floor-unknown", "--condition");
  check_error(shell(folder, "fm-train c.csv --condition kind --gaussians 2"), 2, "gaussians-only",
              "--condition");
  check_error(shell(folder, "fm-train --pairs c.csv --condition kind -o n.st"), 2, "condition-and-pairs",
              "--pairs");
  check_error(shell(folder, "fm-sample --exact c.csv -x kind -n 2 --given kind=left"), 2, "no-conditions",
              "--condition");
  check_error(shell(folder, "fm-eval c.csv -x kind -r c.csv --guidance 2"), 2, "no-conditions",
              "--condition");
}

TEST_CASE("conditions: bridges learn them, and are sampled along the ODE and along stochastic paths") {
  const Folder folder;
  make_conditional(folder,
                   "--path bridge:std=0.5 --coupling sinkhorn --steps 2000 --hidden 32,32 --pool 6000");
  for (const std::string options : {"", "--sde", "--guidance 1.0001@0:0.5"}) {
    CAPTURE(options);
    const Result left = shell(folder, "fm-sample -m m.st -n 1000 --given kind=left " + options);
    REQUIRE_MESSAGE(left.code == 0, left.err);
    const Moments at_left = first_column(left.out, "left");
    CHECK(std::abs(at_left.mean + 4) < 0.3);
    CHECK(at_left.deviation < 1);  // of both classes: 4.1
  }
}

TEST_CASE("conditions: a model without them says nothing of them, so that its bytes are those of ever") {
  const Folder folder;
  make_classes(folder);
  REQUIRE(shell(folder, "fm-train c.csv -x kind -o m.st" + brief).code == 0);
  CHECK(shell(folder, "grep -c condition m.st").out == "0\n");
  CHECK(lines_of(shell(folder, "fm-sample -m m.st c.csv -x kind --reverse").out).front() == "x,y");
}

TEST_CASE("conditions: guidance 1 is the conditional field and 0 the unconditional one, byte for byte") {
  const Folder folder;
  make_conditional(folder);
  const auto out = [&](const std::string& options) {
    const Result result = shell(folder, "fm-sample -m m.st -n 50 " + options);
    REQUIRE_MESSAGE(result.code == 0, result.err);
    return result.out;
  };
  CHECK(out("--given kind=left --guidance 1") == out("--given kind=left"));
  CHECK(out("--guidance 0") == out(""));
  CHECK(lines_of(out("")).front() == "x,y");
  CHECK(out("--given kind=left --guidance 3") != out("--given kind=left"));
  CHECK(out("--given kind=left --guidance 3@0.2:0.7") != out("--given kind=left --guidance 3"));
}

TEST_CASE("conditions: shards and threads give the same bytes, with conditions given and read") {
  const Folder folder;
  make_conditional(folder);
  for (const std::string& command : {std::string("fm-sample -m m.st -n 100 --given kind=left --guidance 2 "),
                                     std::string("fm-sample -m m.st c.csv --reverse --log-density ")}) {
    const Result whole = shell(folder, command + "-j 1");
    REQUIRE_MESSAGE(whole.code == 0, whole.err);
    CHECK(whole.out == shell(folder, command + "-j 2").out);
    CHECK(whole.out == shell(folder, "for k in 1 2 3; do " + command + "--shard $k/3; done").out);
  }
}

TEST_CASE("conditions: columns of the points say each row's condition, as --given says it for all") {
  const Folder folder;
  make_conditional(folder);
  const Result rows = shell(folder, "grep -v right c.csv | fm-sample -m m.st - --reverse --log-density");
  const Result given =
      shell(folder,
            "grep -v right c.csv | cut -d, -f1,3 | fm-sample -m m.st - --reverse --log-density "
            "--given kind=left");
  REQUIRE_MESSAGE(rows.code == 0, rows.err);
  CHECK(rows.out == given.out);
  CHECK(lines_of(rows.out).front() == "x,y,kind,log_density");
  const Result path = shell(folder, "fm-path -m m.st c.csv --times 1,0 --columns-out v | head -3");
  CHECK(lines_of(path.out).front() == "sample,t,x,y,kind,v_x,v_y");
  const Result scores = shell(folder, "fm-eval -m m.st c.csv --per-row | head -2");
  CHECK(lines_of(scores.out).front() == "x,y,kind,log_density");
}

TEST_CASE("conditions: several columns, numbers among them") {
  const Folder folder;
  write_text(folder / "d.csv", "a,b,size,kind\n1,2,10,u\n2,1,20,v\n3,5,30,u\n4,4,40,v\n");
  REQUIRE(shell(folder, "fm-train d.csv --condition kind,size -o m.st" + brief).code == 0);
  const Result both = shell(folder, "fm-sample -m m.st -n 2 --given size=12.5 --given kind=v");
  REQUIRE_MESSAGE(both.code == 0, both.err);
  CHECK(lines_of(both.out).front() == "a,b,kind,size");
  CHECK(lines_of(both.out).back().ends_with(",v,12.5"));
  check_error(shell(folder, "fm-sample -m m.st -n 2 --given kind=v"), 2, "condition-open", "--given size=");
  check_error(shell(folder, "fm-sample -m m.st -n 2 --given size=big --given kind=v"), 2, "given-number",
              "size");
}

TEST_CASE("conditions: classes may look like numbers, where one of them is text, and may hold line breaks") {
  const Folder folder;
  write_text(folder / "d.csv", "a,b,kind\n1,2,1\n2,1,2\n3,5,1\n4,4,X\n5,6,\"nl\nine\"\n");
  const Result trained = shell(folder, "fm-train d.csv --condition kind -o m.st" + brief);
  REQUIRE_MESSAGE(trained.code == 0, trained.err);
  CHECK(contains(trained.err, "\"X\", among numbers"));  // as half of the classes may be
  for (const std::string& text : {std::string("1"), std::string("2"), std::string("X")}) {
    const std::string shown = text == "X" ? text : '"' + text + '"';  // quoted, as it is no number
    const std::string drawn = output_of(folder, "fm-sample -m m.st -n 2 --given kind=" + text);
    CHECK(lines_of(drawn).back().ends_with("," + shown));
  }
  CHECK(output_of(folder, "fm-sample -m m.st -n 1 --given $'kind=nl\\nine'").ends_with(",\"nl\nine\"\n"));
  CHECK(lines_of(output_of(folder, "fm-sample -m m.st d.csv --reverse")).size() == 7);
  check_error(shell(folder, "fm-sample -m m.st -n 2 --given kind=Z"), 2, "unknown-class",
              "hint: known: 1, 2");
  CHECK(contains(shell(folder, "fm-sample -m m.st -n 2 --given KIND=1").err, "did you mean \"kind\"?"));
  write_text(folder / "slip.csv", "a,b,size\n1,2,10\n2,1,20\n3,5,3O\n4,4,40\n");
  CHECK(contains(
      shell(folder, "fm-train slip.csv --condition size -o m.st" + brief).err,
      "column \"size\" holds text, \"3O\", among numbers: each of its 4 different values is a class"));
}

TEST_CASE("conditions: what cannot be is refused, with a hint that works") {
  const Folder folder;
  make_conditional(folder);
  const auto sample = [&](const std::string& options) {
    return shell(folder, "fm-sample -m m.st " + options);
  };
  check_error(sample("-n 2 --given kind=up"), 2, "unknown-class", "known: right, left");
  check_error(sample("-n 2 --given kind=rigth"), 2, "unknown-class", "did you mean \"right\"?");
  check_error(sample("-n 2 --given kin=left"), 2, "unknown-condition", "did you mean \"kind\"?");
  check_error(sample("-n 2 --given left"), 2, "given-form", "--given kind=VALUE");
  check_error(sample("-n 2 --given kind=left --given kind=right"), 2, "given-twice", "kind");
  check_error(sample("-n 2 --guidance 2"), 2, "condition-open", "--given");
  check_error(sample("-n 2 --guidance two"), 2, "guidance", "--guidance 2@0.2:0.8");
  check_error(sample("-n 2 --guidance 0 --given kind=left"), 2, "given-unused", "--guidance 0");
  write_text(folder / "p.csv", "x,y\n1,2\n");
  check_error(sample("p.csv"), 3, "missing-column", "--given kind=VALUE");
  write_text(folder / "p.csv", "x,y,kind\n1,2,left\n1,2,lefty\n");
  check_error(sample("p.csv"), 3, "unknown-class", "p.csv:3");
  check_error(shell(folder, "fm-train c.csv --condition kinds -o n.st" + brief), 2, "unknown-column", "kind");
  check_error(shell(folder, "fm-train c.csv --condition kind,kind -o n.st" + brief), 2, "column-twice",
              "take it out of --condition once");
  check_error(shell(folder, "fm-train c.csv --condition x,y,kind -o n.st" + brief), 2, "no-columns",
              "--condition");
  check_error(shell(folder, "fm-train c.csv -x kind --condition-weight 1 -o n.st" + brief), 2,
              "condition-alone", "--condition");
  REQUIRE(shell(folder, "fm-train c.csv --condition kind --condition-dropout 0 -o n.st" + brief).code == 0);
  check_error(shell(folder, "fm-sample -m n.st -n 2"), 2, "condition-open", "--given kind=VALUE");
  check_error(shell(folder, "fm-sample -m n.st -n 2 --given kind=left --guidance 2"), 2, "no-unconditional",
              "--condition-dropout");
  REQUIRE(shell(folder, "fm-train p.csv -x kind -o q.st" + brief).code == 0);
  check_error(shell(folder, "fm-sample -m q.st -n 2 --given kind=left"), 2, "no-conditions", "--condition");
}

TEST_CASE(
    "conditions: coupling that minds them is 3 times nearer to each class than plain optimal coupling and "
    "as near as none" *
    doctest::test_suite("slow")) {
  // Cheng and Schwing 2025, arXiv:2503.10636. The mean W2 over 3 seeds and both classes.
  const Folder folder;
  make_classes(folder);
  REQUIRE(shell(folder, "for k in left right; do (echo x,y; grep $k c.csv | cut -d, -f1,3) > $k.csv; done")
              .code == 0);
  const auto w2 = [&](const std::string& options) {
    double sum = 0;
    for (const char* seed : {"0", "1", "2"}) {
      const Result trained =
          shell(folder, "fm-train c.csv --condition kind -o m.st --steps 3000 --pool 20000 --seed " +
                            std::string(seed) + options);
      REQUIRE_MESSAGE(trained.code == 0, trained.err);
      for (const std::string kind : {"left", "right"}) {
        const Result score =
            shell(folder, "fm-sample -m m.st -n 300 --given kind=" + kind + " | fm-eval -x kind -r " + kind +
                              ".csv --metric w2 --format csv | tail -1 | cut -d, -f2");
        REQUIRE_MESSAGE(score.code == 0, score.err);
        sum += std::stod(score.out) / 6;
      }
    }
    return sum;
  };
  const double aware = w2(""), plain = w2(" --condition-weight 0"), none = w2(" --coupling independent");
  MESSAGE("W2 aware ", aware, ", plain ", plain, ", independent ", none);
  CHECK(plain > 3 * aware);
  CHECK(aware < 1.1 * none);
}

TEST_CASE("conditions: a given number outside what was learned from is a warning, and one inside is none") {
  const Folder folder;
  REQUIRE(shell(folder, "fm-train " + data_file("quakes.csv") + " --condition mag -o m.st" + brief).code ==
          0);
  CHECK(contains(shell(folder, "fm-sample -m m.st -n 2 --given mag=50").err, "outside"));
  CHECK(shell(folder, "fm-sample -m m.st -n 2 --given mag=5").err.empty());
}

TEST_CASE("conditions: a grid shows the density of the given condition, which integrates to 1") {
  const Folder folder;
  REQUIRE(shell(folder, "fm-train " + data_file("quakes.csv") +
                            " -c lat,long,mag --condition mag -o m.st --steps 300 --hidden 16")
              .code == 0);
  for (const std::string given : {"", " --given mag=5"}) {
    const std::string sums = "fm-grid -m m.st --times 1 --cells 100 --sums" + given;
    CHECK(rows_of(output_of(folder, sums))[0][1] == doctest::Approx(1).epsilon(0.02));
    const std::string grid = "fm-grid -m m.st --times 0,0.5 --cells 5" + given;
    CHECK(rows_of(output_of(folder, grid)).size() == 50);
  }
  CHECK(output_of(folder, "fm-grid -m m.st --times 1 --cells 5") !=
        output_of(folder, "fm-grid -m m.st --times 1 --cells 5 --given mag=5"));
}
