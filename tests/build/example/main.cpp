// Draws points by the exact field of some rows, and says how many of them are rows: all, as theory has it.
#include <cstdio>

#include "core/random.h"
#include "core/version.h"
#include "data/toy.h"
#include "flow/empirical_field.h"
#include "metrics/wasserstein.h"
#include "ode/solve.h"

int main() {
  const fm::Points rows = fm::draw_toy(fm::Moons{}, {1, fm::Purpose::toy}, 0, 50);
  const fm::EmpiricalField field(rows, fm::CondOt{});
  fm::Points x0(rows.rows(), 20);
  fm::fill_normal({1, fm::Purpose::source}, 0, x0);
  const fm::Points x1 = fm::solve(field, fm::Dopri5{}, x0, 0, 1).x;
  int drawn = 0;
  for (fm::Index n = 0; n < x1.cols(); ++n)
    drawn += (rows.colwise() - x1.col(n)).colwise().norm().minCoeff() < 1e-6;
  std::printf("flowmatch %s: %d of %d are rows, w2 %s\n", std::string(fm::version).c_str(), drawn,
              static_cast<int>(x1.cols()),
              fm::wasserstein(x1, rows, fm::CostPower::two).distance > 0 ? "above 0" : "0");
}
