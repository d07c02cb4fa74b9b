// fm-eval: compares a cloud of samples with a reference, each score beside its noise floor; or scores rows by
// their density under a model or an exact field.
#include "cli/cloud_comparison.h"
#include "cli/row_evaluation.h"

using namespace fm;

namespace {

int run(EvalOptions& options, Session& session) {
  return scores_rows(options) ? score_rows(options, session) : compare_clouds(options, session);
}

}  // namespace

int main(int argc, char** argv) {
  return tool_main<EvalOptions>(
      {.name = "fm-eval",
       .summary = "compares two clouds, every score beside its noise floor; or scores rows by the density of "
                  "a model "
                  "or an exact field",
       .usage = "fm-eval [SAMPLES...] (-r REFERENCE [--train DATA] | -m MODEL | --exact DATA | --mixture "
                "FILE.json) [options]\n"
                "       fm-eval [SAMPLES] --per-row [-r REFERENCE] [--train DATA] [-m MODEL | --exact DATA | "
                "--mixture FILE.json] [options]",
       .examples =
           {"fm-eval new.csv -r quakes-test.csv # all metrics, each beside its floor",
            "fm-sample -m moons.safetensors -n 10k | fm-eval -r moons-test.csv --metric w2 # from a "
            "pipe, one metric",
            "fm-eval new.csv -r quakes-test.csv --standardize columns --format csv # each column in "
            "its own standard deviations",
            "fm-eval a.csv b.csv -r quakes-test.csv --metric w2 --fail-if 'w2 > 1.5 * floor' # two clouds, "
            "exit code 1 "
            "if either is far",
            "fm-eval new.csv -r quakes-test.csv --train quakes.csv --marginals # copies of training rows, "
            "and each "
            "column's own comparison",
            "fm-eval new.csv -r quakes-test.csv --train quakes.csv --per-row # each row with its distances "
            "to the "
            "nearest rows",
            "fm-eval quakes-test.csv -m quakes.safetensors # mean log-likelihood of rows that training "
            "has not seen",
            "fm-eval quakes-test.csv -m quakes.safetensors --calibration 1000 # and whether they are as "
            "dense "
            "under it as "
            "its own draws",
            "fm-eval quakes-test.csv -m quakes.safetensors --per-row # each row with its log-density",
            "fm-eval new.csv -m quakes.safetensors -r quakes-test.csv --train quakes.csv --per-row # each "
            "row's distances and log-density side by side",
            "fm-train faithful.csv --gaussians auto | fm-eval faithful-test.csv --mixture - # under a fitted "
            "mixture, by its closed form",
            "fm-eval faithful-test.csv --exact faithful.csv --scheduler lipman:sigma_min=0.2 # under a "
            "kernel "
            "density estimate"},
       .notes =
           {"The floor of energy and mmd, which are 0 on average for equal laws, is the 95 % quantile of "
            "their "
            "law where both clouds are one (by permutation). The floor of all others is the same number "
            "between "
            "two halves of the reference: a value/floor near 1 cannot be told from the truth. p is that of "
            "the "
            "permutation test that both laws are one, on at most \"p rows\" rows of each side (of "
            "c2st-network the "
            "exact law of its hits): below .01 in 1 of 100 comparisons of equal laws. Metrics that fall as "
            "laws part "
            "(precision, recall, density, coverage) are tested for being too low.",
            "At most half of the reference's rows are compared at a time. +- is the standard error over the "
            "subsets "
            "drawn from these two files; low and high are a 95 % interval for the mean over files of this "
            "size: by "
            "bootstrap for energy and mmd, from random halves for the others, too wide rather than too "
            "narrow where "
            "laws are nearly equal.",
            "Costs in n rows of each side: energy and mmd n^2 (columns + permutations + bootstrap), by "
            "default half "
            "a second of one core at 4000 rows, 10 s at 20000 and 4 minutes at 100000; in memory 2 n "
            "(permutations + "
            "bootstrap) bytes beside the rows, some 125 MiB at 100000, and never much more: they are then "
            "taken in "
            "parts. sliced-w2 n log n a direction; w2 about n^1.5 in two columns, .05 s of one core at 2000 "
            "rows, .5 s at "
            "10000 and 30 s at 100000, twice that in ten columns; w1 up to ten times as long; "
            "sinkhorn n^2 an iteration, more of them for a smaller reg; precision to coverage, "
            "c2st-knn and "
            "memorisation n^2; c2st-linear n D^2; c2st-network by its steps. --max-rows says n; \"rows\" in "
            "the "
            "result is what was compared.",
            "memorisation (--train) is the share of samples nearer to a training row than to any of as many "
            "rows of "
            "REFERENCE: 1/2 for a model that generalises, with copies, the share of samples equal to a "
            "training "
            "row, in JSON. Conditions of --fail-if name results as --metric or their JSON keys do: w2, "
            "w2.floor, "
            "sliced-w2.low, sinkhorn:reg=1.p where there are two of a name, in double quotes or not, "
            "memorisation.copies, marginals.lat.w1, correlation.largest_difference; a lone floor or p is "
            "that of what "
            "was named last; + - * / ( ) < <= > >= == != and or not.",
            "With --weight a table stands for its weighted law. To compare clouds, each row stays with a "
            "probability in proportion to its weight, the heaviest surely: a plain sample of that law, in "
            "which "
            "no row comes twice, so that floors and p keep their meaning; how many stay is told. A "
            "log-likelihood is the weighted mean over all rows.",
            "calibration gives the share of rows whose log-density is below the q-quantile of the model's "
            "own draws': "
            "q but for chance if the model is right, above q where rows lie outside what it holds dense, "
            "below q "
            "where they crowd in its peaks. +- in the table is what chance does. ks and p are those of the "
            "exact "
            "Kolmogorov-Smirnov test that both log-densities are of one law; it does not see a model that is "
            "wrong "
            "at equal density.",
            "Log-likelihoods are in data units: nats are the mean of log p, bits-per-dimension that of log2 "
            "p / columns, higher is better. Only models trained from a normal source have densities. Those "
            "of --exact and "
            "--mixture are closed forms unless --log-density asks for the way along the ODE; the rows of "
            "--exact have one only under a scheduler that ends with noise (lipman, ve): their kernel density "
            "estimate, its bandwidth sigma(1) in coordinates; or on --path adaptive: that with a bandwidth "
            "for each row, small where rows are dense."}},
      argc, argv, run);
}
