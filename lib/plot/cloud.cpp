#include "plot/cloud.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "core/error.h"
#include "core/json.h"
#include "core/random.h"
#include "core/text.h"

namespace fm {

namespace {

constexpr Index block_rows = 8192;
constexpr Index most_group_rows = 2'000'000;
constexpr std::size_t sniffed_bytes = 64 << 10;

/// Points that grow column by column.
class Growing {
 public:
  explicit Growing(Index rows) : rows_(rows) {}
  void add(const double* column) { values_.insert(values_.end(), column, column + rows_); }
  void replace(Index at, const double* column) { std::copy_n(column, rows_, values_.begin() + at * rows_); }
  Index count() const { return static_cast<Index>(values_.size()) / rows_; }
  Points points() const { return Eigen::Map<const Points>(values_.data(), rows_, count()); }

 private:
  Index rows_;
  std::vector<double> values_;
};

/// The conditions, each as the place of its column among `columns` and the value there.
std::vector<std::pair<Index, double>> places_of(const std::vector<Given>& given,
                                                const std::vector<std::string>& columns) {
  std::vector<std::pair<Index, double>> places;
  for (const Given& condition : given) {
    const auto found = std::find(columns.begin(), columns.end(), condition.column);
    places.emplace_back(found - columns.begin(), condition.value);
  }
  return places;
}

/// Calls take(row) for each row that meets the conditions.
template <class Take>
void for_each_row(TableReader& reader, const std::vector<Given>& given, const Take& take) {
  const auto places = places_of(given, reader.names());
  Points block;
  while (reader.read(block, block_rows) > 0)
    for (Index n = 0; n < block.cols(); ++n)
      if (std::all_of(places.begin(), places.end(),
                      [&](const auto& place) { return block(place.first, n) == place.second; }))
        take(block.col(n).data());
}

}  // namespace

Index PlotTables::find(const std::string& column) const {
  const auto found = std::find(columns.begin(), columns.end(), column);
  return found == columns.end() ? -1 : found - columns.begin();
}

PlotTables PlotTables::only(const std::vector<std::string>& names) const {
  PlotTables chosen{names, {}};
  for (const PlotTable& cloud : clouds) {
    Points rows(static_cast<Index>(names.size()), cloud.rows.cols());
    for (std::size_t d = 0; d < names.size(); ++d)
      rows.row(static_cast<Index>(d)) = cloud.rows.row(find(names[d]));
    chosen.clouds.push_back({cloud.name, std::move(rows), cloud.total});
  }
  return chosen;
}

PlotTable read_cloud(TableReader& reader, const std::vector<Given>& given, std::int64_t most,
                     std::uint64_t seed) {
  const auto dim = static_cast<Index>(reader.names().size());
  Growing kept(dim);
  std::vector<std::int64_t> place;  // in the table, of each kept row
  std::int64_t total = 0;
  for_each_row(reader, given, [&](const double* row) {
    const std::int64_t at = total++;
    if (at < most) {
      kept.add(row);
      place.push_back(at);
      return;
    }
    Draws draws = Random{seed, Purpose::plot_rows}.row(static_cast<std::uint64_t>(at));
    const auto slot = static_cast<std::int64_t>(draws.below(static_cast<std::uint64_t>(total)));
    if (slot >= most) return;
    kept.replace(slot, row);
    place[static_cast<std::size_t>(slot)] = at;
  });
  std::vector<Index> order(place.size());
  for (std::size_t k = 0; k < order.size(); ++k) order[k] = static_cast<Index>(k);
  std::sort(order.begin(), order.end(), [&](Index a, Index b) {
    return place[static_cast<std::size_t>(a)] < place[static_cast<std::size_t>(b)];
  });
  return {"", kept.points()(Eigen::all, order), total};
}

PlotTable read_groups(TableReader& reader, const std::vector<Given>& given, std::int64_t most) {
  Growing kept(static_cast<Index>(reader.names().size()));
  std::set<double> taken;
  std::int64_t total = 0;
  double last = 0;
  for_each_row(reader, given, [&](const double* row) {
    const double value = row[0];
    const bool known = taken.count(value) > 0;
    if (!known && (total == 0 || value != last)) ++total;  // those beyond come group by group
    last = value;
    if (!known && static_cast<std::int64_t>(taken.size()) == most) return;
    taken.insert(value);
    kept.add(row);
    if (kept.count() > most_group_rows)
      throw limit_error("too-many-rows", "more than 2 million rows to draw", {}, "draw less of them: -n");
  });
  return {"", kept.points(), total};
}

Content content_of(RecordReader& records) {
  const std::string_view bytes = records.peek(sniffed_bytes);
  const std::string_view first = trimmed(bytes.substr(0, line_length(bytes)));
  if (!first.starts_with('{')) {
    const auto has = [&](std::string_view word) { return first.find(word) != std::string_view::npos; };
    return has("solver") && has("evaluations") && has("error") ? Content::solver_table : Content::table;
  }
  Record record;
  Syntax syntax;
  syntax.form = Syntax::Form::json_objects;
  RecordCursor cursor(bytes, records.whole());
  if (cursor.next(syntax, record) != RecordCursor::Step::record) return Content::table;
  const auto has = [&](const std::string& name) {
    return std::any_of(record.keys.begin(), record.keys.end(),
                       [&](const Cell& key) { return cell_text(key) == name; });
  };
  if (has("step") && has("loss")) return Content::training_log;
  return first.find("\"solvers\":[{") != std::string_view::npos ? Content::solver_json : Content::table;
}

namespace {

/// Clouds found by name, in the order in which the names were met.
class NamedClouds {
 public:
  void add(const std::string& name, double x, double y) {
    const auto [found, fresh] = index_.emplace(name, names_.size());
    if (fresh) {
      names_.push_back(name);
      rows_.emplace_back(2);
    }
    const double row[2] = {x, y};
    rows_[found->second].add(row);
  }

  std::vector<PlotTable> clouds() const {
    std::vector<PlotTable> out;
    for (std::size_t k = 0; k < names_.size(); ++k)
      out.push_back({names_[k], rows_[k].points(), rows_[k].count()});
    return out;
  }

 private:
  std::map<std::string, std::size_t> index_;
  std::vector<std::string> names_;
  std::vector<Growing> rows_;
};

std::vector<PlotTable> by_evaluations(std::vector<PlotTable> clouds) {
  for (PlotTable& cloud : clouds) {
    std::vector<Index> order(static_cast<std::size_t>(cloud.rows.cols()));
    for (std::size_t k = 0; k < order.size(); ++k) order[k] = static_cast<Index>(k);
    std::stable_sort(order.begin(), order.end(),
                     [&](Index a, Index b) { return cloud.rows(0, a) < cloud.rows(0, b); });
    cloud.rows = Points(cloud.rows(Eigen::all, order));
  }
  return clouds;
}

std::string family_of(const std::string& solver) {
  return solver.substr(0, solver.find(':'));
}

}  // namespace

std::vector<PlotTable> read_training_log(RecordReader& records) {
  NamedClouds series;
  Record record;
  Syntax syntax;
  syntax.form = Syntax::Form::json_objects;
  std::optional<Error> broken;
  while (records.next(syntax, record)) {
    if (broken) throw *broken;  // it was not the last line
    try {
      const Json line = parse_json(std::string(trimmed(record.text)), "the line", ErrorKind::data);
      const double step = line.at("step").get<double>();
      for (const auto& [key, value] : line.items())
        if (value.is_number() && key != "step") series.add(key, step, value.get<double>());
    } catch (const std::exception&) {
      broken.emplace(ErrorKind::data, "training-log", "this is no line of a training log",
                     "lines are JSON objects with a number \"step\", as fm-train --log writes",
                     place_in(record, 0, records.name()));
    }
  }
  return series.clouds();
}

std::vector<PlotTable> read_solver_json(RecordReader& records) {
  const auto bad = [&] {
    return data_error("solver-table", "this is not what fm-solvers writes", {records.name(), 1});
  };
  NamedClouds families;
  Record record;
  Syntax syntax;
  syntax.form = Syntax::Form::json_objects;
  if (!records.next(syntax, record)) throw bad();
  try {
    const Json json = parse_json(std::string(trimmed(record.text)), "the line", ErrorKind::data);
    for (const Json& score : json.at("solvers"))
      families.add(family_of(score.at("solver").get<std::string>()), score.at("evaluations").get<double>(),
                   score.at("error").get<double>());
  } catch (const std::exception&) {
    throw bad();
  }
  return by_evaluations(families.clouds());
}

std::vector<PlotTable> read_solver_table(TableReader& reader) {
  const auto& names = reader.names();
  const auto row_of = [&](const char* name) {
    return std::find(names.begin(), names.end(), name) - names.begin();
  };
  const Index evaluations = row_of("evaluations"), error = row_of("error");
  NamedClouds families;
  Points block;
  while (reader.read(block, block_rows) > 0)
    for (Index n = 0; n < block.cols(); ++n) {
      const auto& classes = reader.labels().front().classes;
      const auto which = static_cast<std::size_t>(block(block.rows() - 1, n));
      families.add(family_of(which < classes.size() ? classes[which] : "solver"), block(evaluations, n),
                   block(error, n));
    }
  return by_evaluations(families.clouds());
}

}  // namespace fm
