#include "cli/convert_array.h"

#include "io/output.h"
#include "io/table_reader.h"
#include "io/table_writer.h"

namespace fm {

namespace {

constexpr Index block_rows = 4096;

}  // namespace

int convert_to_array(const ConvertOptions& options, Session& session) {
  TableReader reader(options.file, options);
  session.detail(reader.decisions());
  if (options.dry_run) {
    print_json({{"columns", reader.names()}, {"format", print_value(TableFormat::npy)}});
    return exit_done;
  }
  Output output(options.output, !options.no_clobber);
  TableWriter writer(output, {.format = TableFormat::npy}, reader.names());
  for (Points block; reader.read(block, block_rows) > 0;) writer.write(block);
  output.commit();
  tell_converted(reader.summary(), session);
  return exit_done;
}

}  // namespace fm
