// All that fm-eval says of one cloud of samples beside its reference: metrics, marginals, memorisation; as
// JSON, as cells of a table, and as numbers by name for --fail-if.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/result_format.h"
#include "core/json.h"
#include "metrics/marginals.h"
#include "metrics/memorisation.h"
#include "metrics/two_sample.h"

namespace fm {

struct CloudReport {
  std::vector<TwoSampleResult> metrics;
  std::optional<Memorisation> memorisation;
  std::optional<MarginalReport> marginals;
  std::vector<std::string> columns;                ///< names, those of the marginals
  std::optional<std::vector<std::string>> failed;  ///< conditions that hold; none: there is no judgement
};

/// {"energy": {...}, ..., "memorisation": {...}, "marginals": {COLUMN: {...}, ...}, "correlation": {...}};
/// what was not asked for is not there.
Json report_json(const CloudReport& report);

/// A row for each metric, and one for memorisation; `file` goes before each where it is not "".
Cells report_cells(const CloudReport& report, const std::string& file, bool for_people);

/// A row for each column; the marginals must be there.
Cells marginal_cells(const CloudReport& report, bool for_people);

/// A report with those numbers that two_sample() gives of these metrics under these options, whatever they
/// are: conditions are checked by it before the work. Rows may still be too few for an interval, or a floor 0
/// and without a ratio.
CloudReport specimen_report(const std::vector<Metric>& metrics, const TwoSampleOptions& options,
                            bool with_memorisation, bool with_marginals,
                            const std::vector<std::string>& columns);

/// The conditions (answer.h) that hold. They name numbers of report_json(): "w2" is its value, "w2.floor" its
/// floor, "w2.p" its p_value, "marginals.lat.w1" that of column lat; "floor" and its like alone are of what
/// was named last before, or of the only metric; metrics are also known as --metric has them ("sliced-w2",
/// "sinkhorn:reg=1"). Throws usage errors "condition-name" where this report has no such number, "condition"
/// and "condition-number".
std::vector<std::string> conditions_met(const std::vector<std::string>& conditions,
                                        const CloudReport& report);

/// Throws what conditions_met() does of every report that has the numbers of `specimen`, whatever they are.
void check_conditions(const std::vector<std::string>& conditions, const CloudReport& specimen);

}  // namespace fm
