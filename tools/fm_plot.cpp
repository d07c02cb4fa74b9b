// fm-plot: pictures of clouds, densities, trajectories, fields, curves and solvers, as files or in the
// terminal.
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/files.h"
#include "cli/plot_input.h"
#include "cli/tool.h"
#include "core/text.h"
#include "io/output.h"
#include "plot/gnuplot_process.h"
#include "plot/gnuplot_script.h"
#include "plot/text_picture.h"

using namespace fm;

namespace {

struct PlotOptions : ReadOptions, RunOptions {
  std::vector<std::string> data;
  PlotKind kind = PlotKind::automatic;
  std::vector<std::string> given;
  std::optional<std::int64_t> count;
  std::string title;
  LogAxes log = LogAxes::none;
  Aspect aspect = Aspect::automatic;
  std::string size;
  std::int64_t width = 0;
  std::int64_t height = 0;
  bool script = false;

  static constexpr auto fields() {
    using O = PlotOptions;
    constexpr auto group = "Picture";
    return std::tuple_cat(
        std::tuple{
            field("data", &O::data, "tables with the same columns, training logs, or scores of fm-solvers")
                .positional()
                .repeated()
                .shown_as("FILE...")
                .in(group),
            field("kind", &O::kind, "what is drawn; auto: what the columns show").in(group),
            field("given", &O::given, "only rows whose column COL is VALUE; may be repeated")
                .repeated()
                .shown_as("COL=VALUE")
                .in(group),
            field("count", &O::count,
                  "rows to draw at most, trajectories of paths (default: 20000 rows, 1e6 where they are "
                  "counted, 300 trajectories)",
                  between(1, 1e8))
                .flag('n')
                .in(group),
            field("title", &O::title, "text above the picture").in(group),
            field("log", &O::log, "logarithmic axes; those of solvers always are").in(group),
            field("aspect", &O::aspect,
                  "whether a unit is as long on both axes; auto: unless it would be a strip")
                .in(group),
            field("size", &O::size, "size of the page in points; PNG has two pixels a point")
                .shown_as("WxH")
                .in(group),
            field("width", &O::width, "characters of a line in the terminal (0: as it is wide)",
                  between(0, 1000))
                .in(group),
            field("height", &O::height, "lines in the terminal (0: as it is high)", between(0, 1000))
                .in(group),
            field("script", &O::script, "print the script for gnuplot instead of the picture").in(group)},
        ReadOptions::fields(), RunOptions::fields());
  }
};

/// nullopt: text.
std::optional<FileFormat> format_of(const PlotOptions& options) {
  if (options.output == "-") return options.script ? std::optional(FileFormat::svg) : std::nullopt;
  const auto format = file_format(options.output);
  const bool text = lower_case(options.output).ends_with(".txt") ||
                    options.output.starts_with("/dev/") ||  // which may lead to a file: /dev/stdout
                    is_device(options.output);
  if (!format && !text)
    throw usage_error("picture-format",
                      "--output: " + in_quotes(options.output) + " has no ending of a picture",
                      "end it in .svg, .png, .pdf, .gif or .txt");
  return format;
}

PageSize parse_size(const std::string& text, PageSize natural) {
  if (text.empty()) return natural;
  const auto sides = split(text, 'x');
  double width = 0, height = 0;
  const bool numbers = sides.size() == 2 && parse_double(sides[0], width) == NumberText::number &&
                       parse_double(sides[1], height) == NumberText::number;
  constexpr double least = 100, most = 10000;
  if (!numbers || !(width >= least && width <= most && height >= least && height <= most))
    throw usage_error("size", "--size: " + in_quotes(text) + " is not WIDTHxHEIGHT, both from 100 to 10000",
                      "e.g. --size 640x480");
  return {static_cast<int>(width), static_cast<int>(height)};
}

TextSize text_size(const PlotOptions& options) {
  TextSize size;
  winsize window = {};
  if (options.output == "-" && isatty(STDOUT_FILENO) == 1 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == 0 &&
      window.ws_col > 0 && window.ws_row > 0)
    size = {window.ws_col, std::max(8, window.ws_row - 1)};
  if (options.width > 0) size.width = static_cast<int>(options.width);
  if (options.height > 0) size.height = static_cast<int>(options.height);
  return size;
}

Drawing draw(const PlotInput& input, const PlotOptions& options, std::optional<FileFormat> format) {
  constexpr Index text_arrows = 7;
  Look look{options.title, options.log, options.aspect, format == FileFormat::gif};
  if (!format) look.arrows_along = text_arrows;
  if (input.curves.empty()) return draw_clouds(input.kind, input.clouds, look);
  if (input.kind == PlotKind::curves) return draw_curves(input.curves, "step", "", look, false);
  look.log = LogAxes::xy;
  return draw_curves(input.curves, "evaluations of the field", "error", look, true);
}

std::string rendered(const Drawing& drawing, std::optional<FileFormat> format, const PlotOptions& options) {
  if (!format)
    return text_picture(drawing.frames.front(), text_size(options),
                        in_colours(options.color, leads_to_terminal(options.output)));
  const PageSize size = parse_size(options.size, natural_size(drawing.frames.front()));
  const std::string script = gnuplot_script(drawing.frames, *format, size);
  if (options.script) return script;
  const std::string picture = run_gnuplot(script);
  return format == FileFormat::pdf ? undated(picture) : picture;
}

int run(PlotOptions& options, Session& session) {
  if (options.data.empty()) options.data = {"-"};
  for (std::string& file : options.data) file = input_or_stdin(file, "table");
  refuse_two_stdins(options.data);
  check_outputs(options, options.data);
  const auto format = format_of(options);
  parse_size(options.size, {});
  PlotRequest request{options.data, options.kind, {}, options.count};
  for (const std::string& text : options.given) request.given.push_back(parse_given(text));
  const PlotInput input = read_plot(request, options, session);
  session.detail("kind " + print_value(input.kind));
  const Drawing drawing = draw(input, options, format);
  for (const auto& notes : {input.notes, drawing.notes})
    for (const std::string& note : notes) session.note(note);
  session.report["kind"] = print_value(input.kind);
  session.report["frames"] = drawing.frames.size();
  if (options.dry_run) {
    print_json({{"kind", print_value(input.kind)},
                {"columns", input.clouds.columns},
                {"options", to_json(options)}});
    return exit_done;
  }
  Output output(options.script ? "-" : options.output, !options.no_clobber);
  output.write(rendered(drawing, format, options));
  output.commit();
  return exit_done;
}

}  // namespace

int main(int argc, char** argv) {
  return tool_main<PlotOptions>(
      {.name = "fm-plot",
       .summary = "draws clouds, densities, trajectories, fields, training curves and scores of solvers",
       .usage = "fm-plot [DATA...] [-o PICTURE] [options]",
       .examples =
           {"fm-plot moons.csv # in the terminal",
            "fm-plot moons.csv moons-test.csv -o clouds.svg # two clouds in two colours",
            "fm-path -m moons.safetensors -n 200 --times 0:1:0.02 | fm-plot -o flow.gif # points on their "
            "way",
            "fm-grid --exact faithful.csv --times 0,0.5,0.9 | fm-plot -o field.png # density and velocity",
            "fm-plot quakes.csv new.csv --kind pairs -c 1-3 -o pairs.pdf # every two columns",
            "fm-solvers -m moons.safetensors | fm-plot -o solvers.svg # error over evaluations"},
       .notes = {"The ending of -o says the format: .svg, .png, .pdf, .gif (moving for paths and fields), "
                 ".txt. These but "
                 ".txt need gnuplot. Without -o the picture is text, in colours on a terminal.",
                 "Kinds: scatter (2 columns), density (2, or fm-grid's table), paths (sample, t and 1 or 2 "
                 "coordinates, "
                 "as fm-path and fm-pairs --times write), field (t, A, B, density, v_A, v_B, as fm-grid "
                 "writes, or "
                 "fm-path --columns-out v), marginals (1 to 30), pairs (2 to 6), curves (fm-train --log, "
                 "where -c names "
                 "keys; or a table whose first column goes to the right), solvers (fm-solvers, as JSON or "
                 "CSV). With -c "
                 "the coordinates of paths and fields are chosen; their other columns follow.",
                 "What is not drawn is said: of larger tables a random subset of -n rows, of paths the first "
                 "trajectories. Arrows are scaled so that the longest is as long as they are apart."}},
      argc, argv, run);
}
