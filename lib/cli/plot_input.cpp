#include "cli/plot_input.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "cli/rows_read.h"
#include "core/text.h"
#include "io/column_list.h"
#include "io/dialect.h"

namespace fm {

Given parse_given(const std::string& text) {
  const std::size_t equals = text.rfind('=');
  Given given;
  if (equals != std::string::npos && equals > 0 &&
      parse_double(text.substr(equals + 1), given.value) == NumberText::number) {
    given.column = text.substr(0, equals);
    return given;
  }
  throw usage_error("given", "--given: " + in_quotes(text) + " is not COL=VALUE with a number",
                    "e.g. --given t=0.5");
}

namespace {

/// Names for the key: the file's, with its folder where two would be alike.
std::vector<std::string> key_names(const std::vector<std::string>& files) {
  std::vector<std::string> names;
  std::map<std::string, int> count;
  for (const std::string& file : files) {
    names.push_back(file == "-" ? "standard input" : std::filesystem::path(file).filename().string());
    ++count[names.back()];
  }
  for (std::size_t k = 0; k < files.size(); ++k)
    if (count[names[k]] > 1) names[k] = files[k];
  return names;
}

std::int64_t rows_by_default(PlotKind kind) {
  switch (kind) {
    case PlotKind::density:
    case PlotKind::marginals:
    case PlotKind::field:
      return 1'000'000;  // they are counted, not drawn one by one
    case PlotKind::paths:
      return 300;
    default:
      return 20'000;
  }
}

/// What of a table is read for a picture.
struct Selection {
  PlotKind kind;
  std::vector<std::string> drawn, read;
};

/// The chosen ones of the coordinates, with the columns that belong to them.
std::vector<std::string> field_columns(const std::vector<std::string>& all,
                                       const std::vector<std::string>& plane) {
  std::vector<std::string> columns = {"t"};
  columns.insert(columns.end(), plane.begin(), plane.end());
  if (has_column(all, "density")) columns.emplace_back("density");
  for (const std::string& name : plane)
    if (has_column(all, "v_" + name)) columns.push_back("v_" + name);
  return columns;
}

Selection select_columns(const PlotRequest& request, const std::vector<std::string>& all,
                         const std::vector<std::string>& selected) {
  Selection chosen{request.kind, selected, {}};
  if (chosen.kind == PlotKind::automatic) {
    chosen.kind = kind_of(all);
    if (chosen.kind != PlotKind::paths && chosen.kind != PlotKind::field) chosen.kind = kind_of(selected);
  }
  std::vector<std::string> plane;
  for (const std::string& name : coordinates_of(all))
    if (has_column(selected, name)) plane.push_back(name);
  if (chosen.kind == PlotKind::paths && has_column(all, "sample") && has_column(all, "t")) {
    chosen.drawn = {"sample", "t"};
    chosen.drawn.insert(chosen.drawn.end(), plane.begin(), plane.end());
  }
  const bool grid = chosen.kind == PlotKind::density && has_column(all, "density") && has_column(all, "t");
  if ((chosen.kind == PlotKind::field && has_column(all, "t")) || grid)
    chosen.drawn = field_columns(all, plane);
  chosen.read = chosen.drawn;
  for (const Given& given : request.given) {
    if (!has_column(all, given.column))
      throw usage_error("given-column", "--given: there is no column " + in_quotes(given.column),
                        suggestion(given.column, all));
    if (!has_column(chosen.read, given.column)) chosen.read.push_back(given.column);
  }
  return chosen;
}

/// What of the table is not drawn; "" if all is.
std::string subset_text(const PlotTable& cloud, const Selection& chosen) {
  if (chosen.kind == PlotKind::paths) {
    std::vector<double> samples(cloud.rows.row(0).begin(), cloud.rows.row(0).end());
    std::sort(samples.begin(), samples.end());
    const auto drawn = std::unique(samples.begin(), samples.end()) - samples.begin();
    if (drawn < cloud.total)
      return escaped(cloud.name, 200) + ": the first " + std::to_string(drawn) + " of " +
             std::to_string(cloud.total) + " trajectories are drawn (-n)";
  } else if (cloud.rows.cols() < cloud.total) {
    return escaped(cloud.name, 200) + ": a random subset of " + std::to_string(cloud.rows.cols()) + " of " +
           std::to_string(cloud.total) + " rows is drawn (-n, --seed)";
  }
  return {};
}

PlotTable read_rows(TableReader& reader, const PlotRequest& request, const Selection& chosen,
                    std::uint64_t seed) {
  const std::int64_t most = request.most.value_or(rows_by_default(chosen.kind));
  if (chosen.kind == PlotKind::paths && chosen.drawn.front() == "sample")
    return read_groups(reader, request.given, most);
  return read_cloud(reader, request.given, most, seed);
}

/// All files as tables with the columns of the first one.
PlotInput read_tables(std::vector<RecordReader> inputs, const PlotRequest& request,
                      const ReadOptions& reading, Session& session) {
  const auto names = key_names(request.files);
  PlotInput input;
  Selection chosen{PlotKind::automatic, {}, {}};
  WantedColumns wanted;
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    ReadOptions options = reading;
    if (k == 0) {
      const Layout layout = detect_dialect(inputs[0], reading, {}).layout;
      std::vector<std::string> selected;
      for (const std::size_t column : layout.selected) selected.push_back(layout.names[column]);
      chosen = select_columns(request, layout.names, selected);
      wanted.names = chosen.read;
      wanted.has_names = layout.has_names;
      options.columns.clear();  // they are in `wanted` now
      options.exclude.clear();
    }
    TableReader reader(std::move(inputs[k]), options, wanted);
    wanted.selected_elsewhere = true;
    session.detail(reader.decisions());
    PlotTable cloud = read_rows(reader, request, chosen, session.seed);
    tell_rows(session, request.files[k], reader.summary());
    cloud.name = names[k];
    if (const std::string note = subset_text(cloud, chosen); !note.empty()) input.notes.push_back(note);
    input.clouds.clouds.push_back(std::move(cloud));
  }
  input.kind = chosen.kind;
  input.clouds.columns = chosen.read;
  if (chosen.read != chosen.drawn) input.clouds = input.clouds.only(chosen.drawn);
  return input;
}

/// Whether a key of a training log is drawn: those of -c, or the losses.
bool is_drawn(const std::string& key, const std::string& columns) {
  if (columns.empty()) return key.find("loss") != std::string::npos && key != "normalised_loss";
  const auto wanted = split(columns, ',');
  return std::find(wanted.begin(), wanted.end(), key) != wanted.end();
}

std::vector<PlotTable> read_curves(RecordReader records, Content content, const ReadOptions& reading) {
  if (content == Content::solver_json) return read_solver_json(records);
  if (content == Content::training_log) return read_training_log(records);
  ReadOptions options = reading;
  options.columns = "evaluations,error";
  options.exclude.clear();
  WantedColumns wanted;
  wanted.labels = "solver";
  TableReader reader(std::move(records), options, wanted);
  return read_solver_table(reader);
}

}  // namespace

PlotInput read_plot(const PlotRequest& request, const ReadOptions& reading, Session& session) {
  std::vector<RecordReader> inputs;
  std::vector<Content> contents;
  for (const std::string& file : request.files) {
    inputs.emplace_back(file);
    contents.push_back(content_of(inputs.back()));
  }
  if (std::any_of(contents.begin(), contents.end(), [&](Content c) { return c != contents.front(); }))
    throw usage_error("plot-mixture",
                      "the files are of different kinds: tables, logs and scores of solvers do not "
                      "go into one picture",
                      "draw them one by one");
  const Content content = contents.front();
  if (content == Content::table && request.kind == PlotKind::solvers)
    throw usage_error("plot-columns",
                      "scores of solvers are drawn from the columns solver, evaluations and error",
                      "fm-solvers writes them: fm-solvers -m MODEL | fm-plot");
  const PlotKind own = content == Content::training_log ? PlotKind::curves : PlotKind::solvers;
  if (content == Content::table || (request.kind != PlotKind::automatic && request.kind != own))
    return read_tables(std::move(inputs), request, reading, session);
  if (!request.given.empty())
    throw usage_error("given-log", "--given chooses rows of tables, and this is none");
  PlotInput input;
  input.kind = own;
  const auto names = key_names(request.files);
  std::vector<std::string> known;
  for (std::size_t k = 0; k < inputs.size(); ++k)
    for (PlotTable& curve : read_curves(std::move(inputs[k]), content, reading)) {
      known.push_back(curve.name);
      if (own == PlotKind::curves && !is_drawn(curve.name, reading.columns)) continue;
      if (inputs.size() > 1) curve.name = names[k] + " " + curve.name;
      input.curves.push_back(std::move(curve));
    }
  if (input.curves.empty())
    throw data_error("plot-empty", "there is nothing to draw", {request.files.front()},
                     "choose keys with -c: " + joined(known, ", "));
  return input;
}

}  // namespace fm
