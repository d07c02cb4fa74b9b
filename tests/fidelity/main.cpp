// Prints what the tools reach on the published tasks, as Markdown: every number beside its floor and the best
// that was published. "--fast" runs a small part and fails if it is not near the floor.
#include <cstdio>
#include <cstring>
#include <map>

#include "fidelity/laws.h"
#include "fidelity/transports.h"

namespace {

using namespace fm;
using namespace fm::fidelity;

constexpr Index points = 10000;
constexpr std::uint64_t seeds = 5, few_seeds = 3;

/// Means over seeds, and the mean of the seeds' own NPE: W2^2 between two samples varies by 1 to 2 % of
/// itself, of which the modulus makes an excess that more seeds do not take away, whereas the NPE of the
/// means falls with it.
struct MeanScore : Score {
  double mean_npe = 0;
};
MeanScore mean_score(const Task& task, Method method, std::uint64_t count) {
  MeanScore mean;
  for (std::uint64_t seed = 0; seed < count; ++seed) {
    const Score one = score(task, method, seed, points, points);
    const auto n = static_cast<double>(count);
    mean.w2 += one.w2 / n;
    mean.floor += one.floor / n;
    mean.energy += one.energy / n;
    mean.w2_squared += one.w2_squared / n;
    mean.mean_npe += one.npe() / n;
    mean.evaluations += one.evaluations / n;
    mean.seconds += one.seconds / n;
  }
  return mean;
}

/// W2 and NPE as published in arXiv:2307.03672, table 2, for the like of each method.
struct Published {
  double w2, npe;
};
Published published(const std::string& task, Method method) {
  const std::map<std::string, std::map<Method, Published>> table = {
      {"N→8gaussians",
       {{Method::independent, {.373, .202}}, {Method::exact, {.303, .031}}, {Method::bridge, {.275, .016}}}},
      {"moons→8gaussians",
       {{Method::independent, {1.557, 2.680}},
        {Method::exact, {.601, .015}},
        {Method::bridge, {.726, .045}}}},
      {"N→moons",
       {{Method::independent, {.178, .891}}, {Method::exact, {.130, .083}}, {Method::bridge, {.124, .053}}}},
      {"N→scurve",
       {{Method::independent, {.242, .856}}, {Method::exact, {.144, .027}}, {Method::bridge, {.128, .034}}}}};
  return table.at(task).at(method);
}

void print_transports() {
  std::puts("## Two-dimensional transports");
  std::printf(
      "W2 between %td moved draws and as many of the truth, exact; floor: between two samples of the truth; "
      "means of %d seeds. NPE: |E int |v|^2 dt - W2^2| / W2^2 of the means over seeds, and the mean of each "
      "seed's own.\n\n",
      points, static_cast<int>(seeds));
  std::puts(
      "| task | coupling | W2 | floor | W2 / floor | published W2 | NPE | mean NPE | published NPE | "
      "evaluations | train s |");
  std::puts("|---|---|---|---|---|---|---|---|---|---|---|");
  for (const Task& task : transports())
    for (const Method method : {Method::independent, Method::exact, Method::bridge}) {
      const MeanScore mean = mean_score(task, method, seeds);
      const Published best = published(task.name, method);
      std::printf("| %s | %s | %.3f | %.3f | %.2f | %.3f | ", task.name.c_str(), name_of(method).c_str(),
                  mean.w2, mean.floor, mean.w2 / mean.floor, best.w2);
      if (method == Method::bridge)
        std::printf("| | ");
      else
        std::printf("%.4f | %.4f | ", mean.npe(), mean.mean_npe);
      std::printf("%.3f | %.0f | %.1f |\n", best.npe, mean.evaluations, mean.seconds);
      std::fflush(stdout);
    }
}

void print_bridges() {
  std::puts("\n## Schroedinger bridges between N(-0.1, I) and N(0.1, I), noise 1");
  std::printf(
      "Mean KL over 21 times of the normal law fitted to %td stochastic paths to the exact one; floor of "
      "these samples "
      "alone, and as much again comes from the %td training rows; means of %d seeds.\n\n",
      points, points, static_cast<int>(few_seeds));
  std::puts("| d | KL | floor | published ([SF]2M-exact) |\n|---|---|---|---|");
  for (const auto& [dim, best] :
       {std::pair{Index{5}, .006}, std::pair{Index{20}, .028}, std::pair{Index{50}, .258}}) {
    double divergence = 0, floor = 0;
    for (std::uint64_t seed = 0; seed < few_seeds; ++seed) {
      const BridgeScore one = normal_bridge(dim, seed, points, points);
      divergence += one.divergence / few_seeds;
      floor = one.floor;
    }
    std::printf("| %td | %.4f | %.4f | %.3f |\n", dim, divergence, floor, best);
    std::fflush(stdout);
  }
}

void print_likelihoods() {
  std::puts("\n## Densities");
  std::printf("Mean log p of %td new draws, nats, and the integral of p over a grid; one seed.\n\n", points);
  std::puts("| law | learned | truth | difference | integral |\n|---|---|---|---|---|");
  for (const auto& [name, toy] :
       {std::pair{"8gaussians", Toy(EightGaussians{})}, std::pair{"moons", Toy(Moons{})},
        std::pair{"pinwheel", Toy(Pinwheel{})}, std::pair{"rings", Toy(Rings{})}}) {
    const LikelihoodScore one = likelihood(toy, 0, points, points);
    std::printf("| %s | %.4f | %.4f | %.4f | %.4f |\n", name, one.learned, one.truth, one.truth - one.learned,
                one.integral);
    std::fflush(stdout);
  }
}

/// N->moons from 2,000 rows: within twice the floor, which one sample of the truth passes nearly always, and
/// as straight as optimal transport promises.
int check_fast() {
  const Score one = score(transports()[2], Method::exact, 1, 2000, 1000);
  std::printf("N->moons, 2000 rows: W2 %.3f, floor %.3f, NPE %.3f\n", one.w2, one.floor, one.npe());
  return one.w2 < 2 * one.floor && one.npe() < 0.2 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--fast") == 0) return check_fast();
  std::puts("# Fidelity\n\nWhat default options reach on published tasks. Made by `make fidelity`.\n");
  print_transports();
  print_bridges();
  print_likelihoods();
}
