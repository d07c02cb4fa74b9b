#include "io/survey.h"

#include "core/text.h"

namespace fm {

namespace {

bool is_number(const Cell& cell) {
  double ignored = 0;
  return parse_double(trimmed(cell.raw), ignored) == NumberText::number;
}

std::string flaw_hint(const std::string& id) {
  if (id.starts_with("json")) return "one flat object or array a line; from a whole document: jq -c '.[]'";
  return id == "csv-quote" ? "inside quotes, two quotes stand for one" : "";
}

}  // namespace

Shape measure_shape(const Sample& sample, const Syntax& syntax) {
  Shape shape;
  Record record;
  RecordCursor cursor(sample.bytes, sample.whole);
  while (!shape.fatal && cursor.next(syntax, record) == RecordCursor::Step::record) {
    if (record.flaw && record.flaw->fatal) {
      shape.fatal = record.flaw;
      shape.fatal_place = place_in(record, record.flaw->offset, sample.file);
    }
    const std::size_t fields = record.cells.size();
    if (shape.records++ == 0) {
      shape.fields = fields;
      for (const Cell& cell : record.cells) shape.first_numbers += is_number(cell);
    }
    if (shape.records > 1 && fields == 1) ++shape.single;
    if (fields == shape.fields && !record.flaw) {
      ++shape.agreeing;
    } else if (shape.odd_line == 0) {
      shape.odd_line = record.line;
      shape.odd_fields = fields;
    }
  }
  return shape;
}

ColumnKinds together(const ColumnKinds& head, const ColumnKinds& body) {
  return {head.filled + body.filled, head.numbers + body.numbers, head.comma_numbers + body.comma_numbers,
          head.first_text ? head.first_text : body.first_text,
          head.first_comma ? head.first_comma : body.first_comma};
}

namespace {

class Surveyor {
 public:
  Surveyor(const Sample& sample, const CellReader& cells) : sample_(sample), cells_(cells) {}

  void add(const Record& record, std::vector<ColumnKinds>& columns) {
    columns.resize(record.cells.size());
    RecordPlaces places(record, sample_.file);
    for (std::size_t i = 0; i < columns.size(); ++i) add(record.cells[i], places, columns[i]);
  }

 private:
  void add(const Cell& cell, RecordPlaces& places, ColumnKinds& column) {
    double value = 0;
    const CellKind kind = cells_.read(cell, value);
    if (kind == CellKind::missing) return;
    ++column.filled;
    const auto sighting = [&] { return Sighting{cell_text(cell), places.at(cell.start)}; };
    const bool number = kind != CellKind::text;
    const bool comma_number = comma_cells_.read(cell, value) != CellKind::text;
    column.numbers += number;
    column.comma_numbers += comma_number;
    if (!number && !column.first_text) column.first_text = sighting();
    if (!number && comma_number && !column.first_comma) column.first_comma = sighting();
  }

  const Sample& sample_;
  const CellReader& cells_;
  const CellReader comma_cells_{"", ","};
};

[[noreturn]] void throw_flaw(const Record& record, const std::string& file) {
  const Flaw& flaw = *record.flaw;
  throw data_error(flaw.id, flaw.message, place_in(record, flaw.offset, file), flaw_hint(flaw.id));
}

/// Array or object, and its keys, as the first record has it.
void complete_json(const Sample& sample, Syntax& syntax, Survey& survey) {
  Record record;
  syntax.form = Syntax::Form::json_objects;
  RecordCursor(sample.bytes, sample.whole).next(syntax, record);
  if (record.flaw && record.flaw->id == "json-mixed") {
    syntax.form = Syntax::Form::json_arrays;
    return;
  }
  if (record.flaw)
    throw data_error(
        record.flaw->id, record.flaw->message, place_in(record, record.flaw->offset, sample.file),
        flaw_hint(record.flaw->id) + "; from CSV whose first name starts with a bracket: --input-format csv");
  for (const Cell& key : record.keys) survey.first.push_back(cell_text(key));
  syntax.keys = survey.first;
}

}  // namespace

Survey take_survey(const Sample& sample, Syntax& syntax, const CellReader& cells) {
  Survey survey;
  const bool json = syntax.form != Syntax::Form::delimited;
  if (json) complete_json(sample, syntax, survey);
  Record record;
  RecordCursor cursor(sample.bytes, sample.whole);
  Surveyor surveyor(sample, cells);
  while (cursor.next(syntax, record) == RecordCursor::Step::record) {
    const bool is_first = survey.records == 0;
    if (is_first && record.flaw) throw_flaw(record, sample.file);
    if (is_first) {
      survey.place = place_in(record, 0, sample.file);
      surveyor.add(record, survey.head);
      if (!json)
        for (const Cell& cell : record.cells) survey.first.push_back(cell_text(cell));
    } else if (record.flaw || record.cells.size() != survey.head.size()) {
      if (record.flaw && record.flaw->fatal) break;  // read() reports it in its place
      continue;
    } else {
      surveyor.add(record, survey.body);
    }
    ++survey.records;
  }
  survey.body.resize(survey.head.size());
  return survey;
}

}  // namespace fm
