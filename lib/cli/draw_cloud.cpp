#include "cli/draw_cloud.h"

#include <algorithm>

#include "cli/job_array.h"
#include "core/random.h"
#include "io/output.h"
#include "io/table_writer.h"

namespace fm {

namespace {

constexpr Index block_rows = 8192;

std::vector<std::string> column_names(const DrawOptions& options, const CloudLaw& law) {
  std::vector<std::string> names = law.columns;
  const auto add = [&](const std::string& name) {
    if (std::find(names.begin(), names.end(), name) != names.end())
      throw usage_error("column-clash", "the mixture has a column " + in_quotes(name) + " of its own",
                        "rename it in the file");
    names.push_back(name);
  };
  if (options.with_label) add("label");
  if (options.log_density) add("log_density");
  return names;
}

void check_parts(const CloudLaw& law) {
  if (law.parts.size() == 1)
    throw usage_error("no-parts", "the cloud is one part: there is nothing for a label to tell",
                      "leave --with-label out");
  if (law.parts.empty())
    throw usage_error(
        "no-parts", "the cloud has more than " + std::to_string(max_classes) + " parts, too many for labels",
        "leave --with-label out");
}

/// The rows as the columns of column_names().
Points table_of(const DrawOptions& options, const CloudLaw& law, const LabelledPoints& drawn) {
  Points table(drawn.points.rows() + options.with_label + options.log_density, drawn.points.cols());
  table.topRows(drawn.points.rows()) = drawn.points;
  if (options.with_label) table.row(drawn.points.rows()) = drawn.parts.transpose();
  if (options.log_density) table.bottomRows(1) = law.log_density(drawn.points).transpose();
  return table;
}

std::string file_of(const Cloud& cloud) {
  const auto* mixture = std::get_if<MixtureCloud>(&cloud);
  return mixture ? mixture->file : "";
}

}  // namespace

int draw_cloud(DrawOptions& options, Session& session) {
  check_outputs(options, {file_of(options.cloud)});
  const RowRange rows = shard_rows(options.shard, options.count);
  const CloudLaw law = cloud_law(options.cloud);
  if (options.with_label) check_parts(law);
  const std::vector<std::string> names = column_names(options, law);
  warn_of_same_draws(session, options.shard);
  const Random random{session.seed, Purpose::toy};
  if (options.log_density) law.log_density(law.draw(random, 0, 1).points);  // refuses before it opens
  if (options.dry_run) {
    print_json({{"columns", names}, {"rows", rows.end - rows.begin}, {"options", to_json(options)}});
    return exit_done;
  }
  Output output(options.output, !options.no_clobber);
  TableWriter writer(output, options, names);
  if (options.with_label) writer.set_classes(law.columns.size(), law.parts);
  if (rows.first_shard) writer.header();
  for (Index row = rows.begin; row < rows.end; row += block_rows) {
    const Index count = std::min(block_rows, rows.end - row);
    writer.write(table_of(options, law, law.draw(random, static_cast<std::uint64_t>(row), count)));
  }
  output.commit();
  session.report["rows"] = rows.end - rows.begin;
  return exit_done;
}

}  // namespace fm
