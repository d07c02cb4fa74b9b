// fm-plot: every kind in every format, text to the byte, and names that try to be code.
#include <algorithm>
#include <filesystem>

#include "tools/support.h"

using namespace fm::test;

namespace {

bool gnuplot_is_there() {
  const Folder folder;
  if (shell(folder, "command -v gnuplot").code == 0) return true;
  MESSAGE("no gnuplot: files are not drawn");
  return false;
}

/// Each kind with a command that writes its table or scores to standard output.
struct Case {
  std::string kind, table;
};
std::vector<Case> cases() {
  const std::string faithful = "'" + data_file("faithful.csv") + "'";
  const std::string grid = "fm-grid --exact " + faithful + " --times 0.5,0.8 --cells 12";
  return {
      {"scatter", "cat " + faithful},
      {"density", "cat " + faithful},
      {"density", grid},
      {"paths", "fm-path --exact " + faithful + " -n 20 --times 0:0.8:0.2"},
      {"field", grid},
      {"field", "fm-path --exact " + faithful + " -n 20 --times 0:0.8:0.4 --columns-out v"},
      {"marginals", "cat " + faithful},
      {"pairs", "cut -d, -f1-3 '" + data_file("quakes.csv") + "'"},
      {"curves", "cat log.jsonl"},
      {"solvers", "fm-solvers --exact " + faithful + " -n 5 --times 0:0.8 --solvers euler,rk4"},
      {"solvers", "fm-solvers --exact " + faithful + " -n 5 --times 0:0.8 --solvers euler,rk4 --format csv"}};
}

constexpr auto training_log =
    "{\"step\":1,\"loss\":0.5,\"lr\":0.1}\n{\"step\":2,\"loss\":0.4,\"lr\":0.1,\"epoch\":1}\n"
    "{\"step\":3,\"validation_loss\":0.6,\"loss\":0.3}\n";

/// Tags open and close in turn, quotes of attributes close, no bare ampersand: what an XML reader needs.
bool well_formed(const std::string& xml) {
  std::vector<std::string> open;
  for (std::size_t i = 0; i < xml.size(); ++i) {
    if (xml[i] == '&' && xml.find(';', i) - i > 8) return false;
    const auto byte = static_cast<unsigned char>(xml[i]);
    if (byte < 0x20 && byte != '\n' && byte != '\t' && byte != '\r') return false;
    if (xml[i] != '<') continue;
    if (xml.compare(i, 4, "<!--") == 0) {
      i = xml.find("-->", i);
      if (i == std::string::npos) return false;
      continue;
    }
    const bool data = xml.compare(i, 9, "<![CDATA[") == 0;
    std::size_t end = i;
    if (data) {
      end = xml.find("]]>", i);
    } else {
      char quote = 0;
      for (++end; end < xml.size() && (quote != 0 || xml[end] != '>'); ++end) {
        if (quote == 0 && xml[end] == '<') return false;
        if (xml[end] == '"' || xml[end] == '\'')
          quote = quote == 0 ? xml[end] : quote == xml[end] ? 0 : quote;
      }
    }
    if (end >= xml.size()) return false;
    if (!data && xml[i + 1] != '?' && xml[i + 1] != '!') {
      const bool closes = xml[i + 1] == '/';
      const std::size_t start = i + 1 + (closes ? 1 : 0);
      const std::string name = xml.substr(start, xml.find_first_of(" \t\r\n/>", start) - start);
      if (closes) {
        if (open.empty() || open.back() != name) return false;
        open.pop_back();
      } else if (xml[end - 1] != '/') {
        open.push_back(name);
      }
    }
    i = end;
  }
  return open.empty() && xml.find("</svg>") != std::string::npos;
}

/// Different bytes in the compressed pixels tell a picture from an empty page, which takes some 4 kB.
bool is_png_with_marks(const std::string& bytes) {
  return bytes.starts_with("\x89PNG\r\n\x1a\n") && bytes.size() > 8000;
}

/// Graphic control extensions, one a frame (GIF89a, section 23).
std::size_t frames_of(const std::string& gif) {
  std::size_t count = 0;
  for (std::size_t at = gif.find("\x21\xf9\x04"); at != std::string::npos;
       at = gif.find("\x21\xf9\x04", at + 1))
    ++count;
  return count;
}

}  // namespace

TEST_CASE("fm-plot: every kind is drawn in every format, found from its columns where these prove it") {
  const Folder folder;
  write_text(folder / "log.jsonl", training_log);
  const bool files = gnuplot_is_there();
  for (const Case& c : cases()) {
    CAPTURE(c.kind);
    CAPTURE(c.table);
    REQUIRE(shell(folder, c.table + " > table").code == 0);
    const bool proved =
        c.kind != "density" && c.kind != "marginals" && c.table.find("columns-out") == std::string::npos;
    const std::string plot = "fm-plot table -v " + (proved ? "" : "--kind " + c.kind);
    const Result text = shell(folder, plot);
    CHECK_MESSAGE(text.code == 0, text.err);
    CHECK(contains(text.err, "kind " + c.kind));
    CHECK(lines_of(text.out).size() >= 20);
    CHECK_FALSE(contains(text.out, "\x1b"));
    if (!files) continue;
    for (const std::string format : {"svg", "png", "pdf", "gif"}) {
      CAPTURE(format);
      const Result result = shell(folder, plot + " -o p." + format);
      REQUIRE_MESSAGE(result.code == 0, result.err);
      CHECK(result.out.empty());
      const std::string picture = read_text(folder / ("p." + format));
      if (format == "svg") CHECK(well_formed(picture));
      if (format == "png") CHECK(is_png_with_marks(picture));
      if (format == "pdf") CHECK(picture.starts_with("%PDF-"));
      if (format == "pdf") CHECK(contains(picture, "%%EOF"));
      if (format == "gif") CHECK(picture.starts_with("GIF8"));
      if (format == "gif" && c.kind == "paths") CHECK(frames_of(picture) >= 5);
    }
  }
}

TEST_CASE("fm-plot: the check of SVG finds what is not well-formed") {
  CHECK(well_formed("<?xml version='1.0'?><svg a=\"<\"><g/><t>&lt;</t></svg>"));
  for (const std::string bad :
       {"<svg><g></svg>", "<svg>&</svg>", "<svg a=\"></svg>", "<svg>\x01</svg>", "<svg><a <b></svg>"})
    CHECK_FALSE(well_formed(bad));
}

TEST_CASE("fm-plot: small clouds as text, to the byte") {
  const Folder folder;
  write_text(folder / "a.csv", "x,y\n0,0\n1,1\n2,2\n");
  CHECK(shell(folder, "fm-plot a.csv --width 30 --height 9").out ==
        "y\n"
        "     2.08 ┤               ⠁\n"
        "          │\n"
        "          │\n"
        "          │         ⠈\n"
        "          │\n"
        "  -0.0800 ┤   ⢀\n"
        "          └───────────────────\n"
        "           -0.710   x     2.71\n");
  write_text(folder / "b.csv", "x,y\n0,2\n2,0\n");
  CHECK(shell(folder, "fm-plot a.csv b.csv --width 30 --height 8 --aspect free").out ==
        "o a.csv  + b.csv\n"
        "y\n"
        "     2.08 ┤+                 o\n"
        "          │\n"
        "          │         o\n"
        "  -0.0800 ┤o                 +\n"
        "          └───────────────────\n"
        "           -0.0800  x     2.08\n");
  const Result coloured = shell(folder, "fm-plot a.csv b.csv --color always");
  CHECK(contains(coloured.out, "\x1b[38;5;"));
}

TEST_CASE("fm-plot: names of columns, files and titles are never code") {
  if (!gnuplot_is_there()) return;
  const Folder folder;
  const std::vector<std::string> names = {"'",
                                          "''",
                                          "a'''' ; system('touch bad') #",
                                          "a'''; system 'touch bad' ; '",
                                          "\"\"",
                                          "\\",
                                          "a\\\\'",
                                          "`touch bad`",
                                          "$(touch bad)",
                                          "system(\"\"touch bad\"\")",
                                          "' ; system('touch bad') #",
                                          "x'\nsystem('touch bad')\n'",
                                          "%s%n%d",
                                          "@bad",
                                          "{/Bold ^2 _3}",
                                          "<svg>&amp;</svg>",
                                          "größe 大きさ",
                                          std::string(1024, 'w')};
  const std::string in_file = "'`touch bad`$(touch bad) \".csv";
  for (const std::string& name : names) {
    CAPTURE(name);
    const std::string table = "\"" + name + "\",\"" + name + "2\"\n1,2\n3,4\n5,7\n";
    write_text(folder / "a.csv", table);
    write_text(folder / in_file, table);
    std::string title;  // as the shell is to hand it on
    for (const char c : name) title += c == '\'' ? std::string("'\\''") : std::string{c};
    for (const std::string format : {"svg", "png"}) {
      const Result result = shell(folder, "fm-plot a.csv \"'\\`touch bad\\`\\$(touch bad) \\\".csv\" -o p." +
                                              format + " --title '" + title + "'");
      CHECK_MESSAGE(result.code == 0, result.err);
    }
    CHECK(well_formed(read_text(folder / "p.svg")));
    CHECK(shell(folder, "fm-plot a.csv").code == 0);
  }
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
    files.push_back(entry.path().filename().string());
  std::sort(files.begin(), files.end());
  CHECK(files == std::vector<std::string>{in_file, "a.csv", "p.png", "p.svg"});
}

TEST_CASE("fm-plot --script: run by hand it draws the same picture, and pictures are the same each time") {
  if (!gnuplot_is_there()) return;
  const Folder folder;
  for (const std::string format : {"svg", "png", "gif"}) {
    const std::string plot = "fm-plot '" + data_file("moons.csv") + "' -n 200 -o p." + format;
    REQUIRE(shell(folder, plot).code == 0);
    const Result script =
        shell(folder, plot + " --script > p.gp && gnuplot -d p.gp > by-hand && cmp by-hand p." + format);
    CHECK_MESSAGE(script.code == 0, script.out);
  }
  const std::string pdf = "fm-plot '" + data_file("moons.csv") + "' -o ";
  CHECK(shell(folder, pdf + "a.pdf && sleep 1.1 && " + pdf + "b.pdf && cmp a.pdf b.pdf").code == 0);
}

TEST_CASE(
    "fm-plot: without gnuplot files are refused with what to install, text is drawn, the old picture stays") {
  const Folder folder;
  write_text(folder / "a.csv", "x,y\n0,0\n1,1\n");
  write_text(folder / "p.svg", "old");
  const std::string alone = "plot=$(command -v fm-plot); PATH=/nowhere; ";
  check_error(shell(folder, alone + "$plot a.csv -o p.svg"), 5, "no-gnuplot", "gnuplot-nox");
  CHECK(read_text(folder / "p.svg") == "old");
  CHECK(shell(folder, alone + "$plot a.csv").code == 0);
}

TEST_CASE("fm-plot: a gnuplot that fails is an error with its message, and leaves no picture") {
  const Folder folder;
  write_text(folder / "a.csv", "x,y\n0,0\n1,1\n");
  std::filesystem::create_directory(folder / "bin");
  write_text(folder / "bin/gnuplot", "#!/bin/sh\necho '         line 3: unknown terminal' >&2\nexit 1\n");
  std::filesystem::permissions(folder / "bin/gnuplot", std::filesystem::perms::owner_all);
  check_error(shell(folder, "PATH=$PWD/bin:$PATH; fm-plot a.csv -o p.svg"), 5, "gnuplot", "unknown terminal");
  CHECK_FALSE(std::filesystem::exists(folder / "p.svg"));
}

TEST_CASE("fm-plot: what of a large table is drawn is said, and is the same for the same seed") {
  const Folder folder;
  REQUIRE(shell(folder, "fm-data moons -n 500 > m.csv").code == 0);
  const Result some = shell(folder, "fm-plot m.csv -n 100 --script");
  CHECK(contains(some.err, "m.csv: a random subset of 100 of 500 rows is drawn"));
  CHECK(shell(folder, "fm-plot m.csv -n 100 --script").out == some.out);
  CHECK(shell(folder, "fm-plot m.csv -n 100 --seed 1 --script").out != some.out);
  CHECK(shell(folder, "fm-plot m.csv -n 500").err.empty());
  const Result paths = shell(folder, "fm-path --exact m.csv -n 30 --times 0,0.5 | fm-plot - -n 10");
  CHECK(contains(paths.err, "the first 10 of 30 trajectories are drawn"));
}

TEST_CASE("fm-plot: --given draws the rows of one time, -c chooses coordinates of paths") {
  const Folder folder;
  const std::string grid =
      "fm-grid --exact '" + data_file("faithful.csv") + "' --times 0.2,0.5 --cells 8 > g.csv";
  REQUIRE(shell(folder, grid).code == 0);
  CHECK(contains(shell(folder, "fm-plot g.csv").out, "t = 0.2"));
  const Result one = shell(folder, "fm-plot g.csv --given t=0.5");
  CHECK(contains(one.out, "t = 0.5"));
  CHECK_FALSE(contains(one.out, "t = 0.2"));
  check_error(shell(folder, "fm-plot g.csv --given s=0.5"), 2, "given-column");
  check_error(shell(folder, "fm-plot g.csv --given t"), 2, "given");
  write_text(folder / "p.csv", "sample,t,a,b,c\n0,0,1,2,3\n0,1,2,3,4\n");
  check_error(shell(folder, "fm-plot p.csv"), 2, "plot-columns", "not 3");
  CHECK(shell(folder, "fm-plot p.csv -c a,c").code == 0);
  CHECK(shell(folder, "fm-plot p.csv -c b").code == 0);
}

TEST_CASE("fm-plot: errors say what to change") {
  const Folder folder;
  write_text(folder / "a.csv", "x,y\n0,0\n1,1\n");
  write_text(folder / "log.jsonl", training_log);
  check_error(shell(folder, "fm-plot a.csv -o p.jpg"), 2, "picture-format", ".svg");
  check_error(shell(folder, "fm-plot a.csv --size 3 -o p.svg"), 2, "size");
  check_error(shell(folder, "fm-plot a.csv --kind pairs -c x"), 2, "plot-columns");
  check_error(shell(folder, "fm-plot a.csv log.jsonl"), 2, "plot-mixture");
  check_error(shell(folder, "fm-plot log.jsonl -c epochs"), 3, "plot-empty", "epoch");
  check_error(shell(folder, "fm-plot a.csv --kind density --log x"), 2, "plot-log");
  write_text(folder / "n.csv", "x,y\n-1,2\n-3,4\n");
  check_error(shell(folder, "fm-plot n.csv --log x"), 3, "plot-log");
  check_error(shell(folder, "fm-plot log.jsonl --given step=1"), 2, "given-log", "--given");
  write_text(folder / "far.csv", "x,y\n1e308,0\n-1e308,0\n");
  check_error(shell(folder, "fm-plot far.csv"), 3, "plot-range", "from -1e+308 to 1e+308");
}

TEST_CASE("fm-plot: what is no grid, no scores of solvers or too much is refused by name") {
  const Folder folder;
  write_text(folder / "grid.csv", "t,x,y,density\n1,0,0,1\n1,0,1,1\n1,1,0,1\n1,1,1,1\n");
  CHECK(shell(folder, "fm-plot grid.csv").code == 0);
  check_error(shell(folder, "fm-plot --kind field grid.csv grid.csv"), 2, "plot-clouds", "one by one");
  check_error(shell(folder, "fm-plot", "t,x,y,density\n1,0,0,1\n1,0.3,0.2,1\n1,7,3,1\n"), 3, "plot-grid",
              "the rows of t = 1");
  const std::string whole = R"({"solvers":[{"solver":"euler:steps=8","evaluations":8,"error":0.1}]})";
  CHECK(shell(folder, "fm-plot", whole).code == 0);
  for (const std::string& broken : {whole.substr(0, 40), whole.substr(0, 58) + "}]}"})
    check_error(shell(folder, "fm-plot", broken), 3, "solver-table", "-:1: error");
  const std::string rows = "echo sample,t,x; seq 2000001 | sed 's/.*/0,&,0/'";
  check_error(shell(folder, "(" + rows + ") | fm-plot --kind paths"), 7, "too-many-rows", "-n");
}

TEST_CASE("fm-plot: a closed pipe and a full disk end as in all tools") {
  const Folder folder;
  const Result closed = shell(folder, "set +o pipefail; fm-plot '" + data_file("moons.csv") +
                                          "' --height 900 --width 900 | true; echo ${PIPESTATUS[0]}");
  CHECK((closed.out == "141\n" || closed.out == "0\n"));
  CHECK(closed.err.empty());
  check_error(shell(folder, "fm-plot '" + data_file("moons.csv") + "' > /dev/full"), 5, "write");
}

TEST_CASE("fm-plot: text goes into a named pipe as into a file, and takes the colours that it is told to") {
  const Folder folder;
  output_of(folder, "printf 'x,y\\n0,0\\n1,1\\n' > a.csv; mkfifo pipe");
  const std::string text = output_of(folder, "fm-plot a.csv");
  CHECK(output_of(folder, "cat pipe & fm-plot a.csv -o pipe; wait") == text);
  CHECK(output_of(folder, "fm-plot a.csv -o /dev/stdout") == text);
  CHECK(!contains(text, "\x1b["));
  CHECK(contains(output_of(folder, "NO_COLOR=1 fm-plot a.csv --color always"), "\x1b["));
}

TEST_CASE("fm-plot: a grid may have its rows in any order, and what is not drawn is told of pictures alone") {
  const Folder folder;
  std::string by_x = "t,x,y,density\n", by_y = by_x;
  for (int a = 0; a < 3; ++a)
    for (int b = 0; b < 3; ++b) {
      by_x += "0," + std::to_string(a) + "," + std::to_string(b) + "," + std::to_string(a + 5 * b) + "\n";
      by_y += "0," + std::to_string(b) + "," + std::to_string(a) + "," + std::to_string(b + 5 * a) + "\n";
    }
  CHECK(output_of(folder, "printf '" + by_x + "' | fm-plot") ==
        output_of(folder, "printf '" + by_y + "' | fm-plot"));
  write_text(folder / "cloud.csv", output_of(folder, "fm-data moons -n 400"));
  check_error(shell(folder, "fm-plot cloud.csv --kind solvers"), 2, "plot-columns", "evaluations");
  const Result paths = shell(folder, "fm-plot cloud.csv --kind paths");
  check_error(paths, 2, "plot-columns");
  CHECK(!contains(paths.err, "are drawn (-n)"));
}
