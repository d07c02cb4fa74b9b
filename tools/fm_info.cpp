// fm-info: what a model is.
#include "cli/model_text.h"
#include "cli/result_format.h"
#include "cli/tool.h"
#include "io/output.h"

using namespace fm;

namespace {

struct InfoOptions : RunOptions {
  std::string model;
  bool verify = false;
  bool print_command = false;
  bool dump = false;
  ResultFormat format = ResultFormat::automatic;

  static constexpr auto fields() {
    using O = InfoOptions;
    constexpr auto group = "Model";
    return std::tuple_cat(
        std::tuple{
            field("model", &O::model, "the model (default: standard input)")
                .positional()
                .shown_as("FILE")
                .in(group),
            field("verify", &O::verify, "say in one line that the file is whole, or fail").in(group),
            field("print_command", &O::print_command,
                  "print the command that makes the model again; DATA stands for its rows")
                .in(group),
            field("dump", &O::dump, "print the tensors, one JSON object a line: name, dtype, shape, values")
                .in(group),
            field("format", &O::format, "table, or JSON (auto: a table on a terminal, JSON else)")
                .flag('f')
                .in("Output")},
        RunOptions::fields());
  }
};

void check_arguments(InfoOptions& options) {
  options.model = input_or_stdin(options.model, "model");
  if (options.verify + options.print_command + options.dump > 1)
    throw usage_error("one-question", "--verify, --print-command and --dump are answers of their own",
                      "ask for one of them at a time");
  check_outputs(options, {options.model});
  if (settled(options.format, options.output) == ResultFormat::csv)
    throw usage_error(
        "info-format", "a model is no table of rows: there is no CSV of it",
        options.dump ? "leave -f out, and name the output .jsonl" : "-f json, or --dump for its numbers");
}

std::string answer(const InfoOptions& options, const OpenedModel& opened, const Json& json) {
  if (options.verify)
    return opened.name + ": whole, " + std::to_string(opened.file.tensors.size()) + " tensors, checksum " +
           opened.file.metadata.at("crc32") + "\n";
  if (options.print_command) return training_command(opened.model) + "\n";
  if (settled(options.format, options.output) == ResultFormat::table) return model_text(opened);
  return text_of(json, on_one_line(options.output) ? -1 : 2) + "\n";
}

int run(InfoOptions& options, Session& session) {
  check_arguments(options);
  const OpenedModel opened = open_model(options.model);
  const Json json = model_json(opened);
  session.report.update(json);
  if (options.dry_run) {
    print_json({{"tensors", opened.file.tensors.size()}, {"options", to_json(options)}});
    return exit_done;
  }
  Output output(options.output, !options.no_clobber);
  if (options.dump)
    for (const auto& [name, tensor] : opened.file.tensors)
      output.write(text_of(tensor_json(name, tensor)) + "\n");
  else
    output.write(answer(options, opened, json));
  output.commit();
  return exit_done;
}

}  // namespace

int main(int argc, char** argv) {
  return tool_main<InfoOptions>(
      {.name = "fm-info",
       .summary = "says what a model is",
       .usage = "fm-info [MODEL] [options]",
       .examples = {"fm-info quakes.safetensors # columns, network, training, all of it as JSON in a pipe",
                    "fm-info quakes.safetensors --verify # is the file whole?",
                    "fm-info quakes.safetensors --print-command # what makes it again",
                    "fm-info quakes.safetensors --dump > tensors.jsonl # the numbers themselves"},
       .notes =
           {"Every tool checks the whole file before it uses a number of it; --verify does only that, and "
            "ends with 4 for a file that is damaged. Models are safetensors files: Python's safetensors "
            "reads them as they are."}},
      argc, argv, run);
}
