// Tables of a million rows of ten normal numbers, in shortest digits: read into memory as all programs read
// them, and written to a file.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "core/random.h"
#include "data/dataset.h"
#include "io/table_writer.h"

namespace {

using namespace fm;

constexpr Index row_count = 1000000, column_count = 10;

/// A folder of its own, removed at the end of the program.
struct Scratch {
  std::filesystem::path path = std::filesystem::temp_directory_path() / "fm_bench_XXXXXX";
  Scratch() {
    std::string name = path.string();
    if (!mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    path = name;
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
};

const Points& numbers() {
  static const Points all = [] {
    Points x(column_count, row_count);
    fill_normal({1, Purpose::toy}, 0, x);
    return x;
  }();
  return all;
}

void write_numbers(const std::string& path) {
  std::vector<std::string> names;
  for (Index d = 0; d < column_count; ++d) names.push_back("x" + std::to_string(d + 1));
  Output output(path);
  TableWriter writer(output, {}, names);
  writer.header();
  writer.write(numbers());
  output.commit();
}

void csv_write(benchmark::State& state) {
  const Scratch scratch;
  const std::string path = (scratch.path / "table.csv").string();
  numbers();
  for (auto _ : state) write_numbers(path);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(std::filesystem::file_size(path)));
}

void csv_read(benchmark::State& state) {
  const Scratch scratch;
  const std::string path = (scratch.path / "table.csv").string();
  write_numbers(path);
  for (auto _ : state) benchmark::DoNotOptimize(read_dataset(path, {}));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(std::filesystem::file_size(path)));
}

BENCHMARK(csv_read)->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);
BENCHMARK(csv_write)->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);

}  // namespace
