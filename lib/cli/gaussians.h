// fm-train --gaussians: a mixture of normal laws fitted instead of a network.
#pragma once

#include <string>

#include "cli/tool.h"
#include "data/dataset.h"

namespace fm {

/// Components that `text` asks for: "auto" is 0. Throws usage error "option-value".
Index parse_components(const std::string& text);

/// The file of the mixture fitted to the rows of `data`, in coordinates where each column has variance 1:
/// only the ridge depends on them. Rows count by the data's weights. Adds components, log_likelihood and bic
/// (in data units), and under "auto" the bic of every number tried, to the session's report; warns if EM did
/// not converge.
std::string fit_gaussians(const Dataset& data, Index components, Session& session);

}  // namespace fm
