#include "io/dialect.h"

#include <algorithm>
#include <functional>
#include <optional>

#include "core/text.h"

namespace fm {

namespace {

constexpr std::size_t sample_bytes = 1u << 20;
constexpr char candidates[] = {',', ';', '\t', '|', Delimiter::blank_runs};

char parse_delimiter(const std::string& word) {
  if (word == "tab" || word == "\\t") return '\t';
  if (word == "blank") return Delimiter::blank_runs;
  constexpr std::string_view no_delimiters = "\"\r\n0123456789+-.";
  if (word.size() != 1 || no_delimiters.find(word[0]) != std::string_view::npos)
    throw usage_error("delimiter", in_quotes(word) + " cannot separate fields",
                      "-d takes one character, tab or blank (runs of blanks)");
  return word[0];
}

char parse_comment(const std::string& word) {
  if (word.size() > 1)
    throw usage_error("comment", in_quotes(word) + " is not one character",
                      "--comment takes one character: '#'");
  return word.empty() ? '\0' : word[0];
}

/// One delimiter tried on the sample.
struct Attempt {
  Syntax syntax;
  Shape shape;
  std::optional<Layout> layout;
  std::optional<Error> error;  // why there is no layout
};

class Detection {
 public:
  Detection(const Sample& sample, const ReadOptions& options, const WantedColumns& wanted)
      : sample_(sample), options_(options), wanted_(wanted), cells_(options.na, options.decimal) {}

  Dialect json(Syntax syntax) {
    if (!options_.delimiter.empty() || options_.header == HeaderPolicy::yes || options_.decimal != ".")
      throw usage_error("jsonl-option", "--delimiter, --header and --decimal do not apply to JSON Lines",
                        "to read the input as delimited text: --input-format csv");
    syntax.form = Syntax::Form::json_arrays;
    return decide(syntax, options_.input_format == TableFormat::jsonl ? "--input-format"
                                                                      : "the first record opens like JSON");
  }

  Dialect delimited(Syntax syntax) {
    if (!options_.delimiter.empty() || options_.input_format == TableFormat::tsv) {
      syntax.delimiter = Delimiter(options_.delimiter.empty() ? '\t' : parse_delimiter(options_.delimiter));
      return decide(syntax, options_.delimiter.empty() ? "--input-format" : "--delimiter");
    }
    for (const char delimiter : candidates) {
      if (options_.decimal == "," && delimiter == ',') continue;
      syntax.delimiter = Delimiter(delimiter);
      attempts_.push_back({syntax, measure_shape(sample_, syntax), {}, {}});
    }
    return choose();
  }

 private:
  Dialect decide(Syntax syntax, std::string reason) const {
    const Survey survey = take_survey(sample_, syntax, cells_);
    Layout layout = decide_layout(survey, syntax, options_, wanted_);
    return {std::move(syntax), std::move(layout), std::move(reason)};
  }

  Dialect choose() {
    std::vector<Attempt*> fits = fitting([](const Shape& shape) { return shape.even(); });
    if (fits.empty() && one_column())
      return decide(attempts_.front().syntax, "no delimiter cuts the records: one column");
    const std::string records = fits.empty() ? "most records alike" : "all records alike";
    if (fits.empty()) fits = fitting([](const Shape& shape) { return shape.nearly_even(); });
    if (fits.empty()) throw_none();
    if (fits.size() == 1) return decide(fits.front()->syntax, "the only one that cuts " + records);
    return choose_by_numbers(fits, "of those that cut " + records + ", the only one that makes numbers");
  }

  std::vector<Attempt*> fitting(const std::function<bool(const Shape&)>& fits) {
    std::vector<Attempt*> found;
    const Attempt* tab = nullptr;
    for (Attempt& attempt : attempts_) {
      if (!fits(attempt.shape)) continue;
      if (attempt.syntax.delimiter.byte == Delimiter::blank_runs && tab &&
          tab->shape.fields == attempt.shape.fields)
        continue;
      if (attempt.syntax.delimiter.byte == '\t') tab = &attempt;
      found.push_back(&attempt);
    }
    return found;
  }

  /// All records have one field. The first may be a name with blanks in it, and a few may be slips.
  bool one_column() const {
    return std::all_of(attempts_.begin(), attempts_.end(), [](const Attempt& attempt) {
      const Shape& shape = attempt.shape;
      if (shape.fatal) return false;
      if (attempt.syntax.delimiter.byte != Delimiter::blank_runs)
        return shape.fields == 1 && shape.single == shape.records - 1;
      return (shape.fields == 1 || shape.first_numbers == 0) && 2 * shape.single >= shape.records - 1;
    });
  }

  Dialect choose_by_numbers(const std::vector<Attempt*>& fits, const std::string& reason) {
    std::vector<Attempt*> good, partly;
    const Attempt* comma = nullptr;
    for (Attempt* attempt : fits) {
      try {
        attempt->layout = decide(attempt->syntax, reason).layout;
        if (wanted_.as_text && !attempt->layout->any_numbers) continue;
        (attempt->layout->all_numbers ? good : partly).push_back(attempt);
      } catch (const Error& error) {
        attempt->error = error;
        if (error.id() == "csv-number") comma = attempt;
        if (error.id() != "header-ambiguous" && error.id() != "no-numeric-column") partly.push_back(attempt);
      }
    }
    if (good.empty() && comma) throw *comma->error;  // its hint settles delimiter and decimal mark
    // Under the only one that makes any numbers, slips and columns of text are reported most clearly.
    if (good.empty() && partly.size() == 1) good = partly;
    if (good.size() == 1 && good.front()->error) throw *good.front()->error;
    if (good.size() == 1) return {good.front()->syntax, std::move(*good.front()->layout), reason};
    std::vector<std::string> words;
    for (const Attempt* attempt : good.empty() ? fits : good)
      words.push_back("-d " + delimiter_word(attempt->syntax.delimiter.byte));
    throw data_error("delimiter-ambiguous", "the fields may be separated in more than one way",
                     {sample_.file, 1, 1}, "say which: " + joined(words, " or "));
  }

  [[noreturn]] void throw_none() const {
    const Attempt* shown = &attempts_.front();
    for (const Attempt& attempt : attempts_) {
      if (attempt.shape.fatal)
        throw data_error(attempt.shape.fatal->id, attempt.shape.fatal->message, attempt.shape.fatal_place);
      if (shown->shape.odd_line == 0 || (shown->shape.fields < 2 && attempt.shape.fields >= 2))
        shown = &attempt;
    }
    const std::string word = delimiter_word(shown->syntax.delimiter.byte);
    const auto fields = [](std::size_t count) {
      return std::to_string(count) + (count == 1 ? " field" : " fields");
    };
    throw data_error(
        "delimiter-unknown",
        "no delimiter makes the same fields of all records; with " + word + " the first record has " +
            fields(shown->shape.fields) + ", this one " + fields(shown->shape.odd_fields),
        {sample_.file, shown->shape.odd_line, 1},
        starts_like_comment() ? "lines of comments? try --comment '#'" : "name the delimiter: -d " + word);
  }

  bool starts_like_comment() const { return options_.comment.empty() && sample_.bytes.starts_with('#'); }

  const Sample& sample_;
  const ReadOptions& options_;
  const WantedColumns& wanted_;
  CellReader cells_;
  std::vector<Attempt> attempts_;
};

/// The first bytes, at least one record of them; tells whether that looks like JSON.
Sample take_sample(RecordReader& records, Syntax syntax, bool& is_json) {
  Sample sample{{}, false, records.name()};
  Record record;
  for (std::size_t bytes = sample_bytes;; bytes *= 2) {
    sample.bytes = records.peek(bytes);
    sample.whole = records.whole();
    RecordCursor cursor(sample.bytes, sample.whole);
    const RecordCursor::Step step = cursor.next(syntax, record);
    if (step == RecordCursor::Step::end)
      throw data_error("empty-file", "there are no rows", {sample.file},
                       sample.bytes.empty() ? "" : "all lines are blank or comments");
    if (step == RecordCursor::Step::record) {
      is_json = !record.cells.empty() && record.cells[0].form != CellForm::quoted &&
                (record.cells[0].raw.starts_with('{') || record.cells[0].raw.starts_with('['));
      return sample;
    }
    if (bytes >= RecordReader::max_record) RecordReader::throw_too_long({sample.file, cursor.line(), 1});
  }
}

void refuse_nul(const Sample& sample) {
  const std::size_t at = sample.bytes.find('\0');
  if (at == std::string_view::npos) return;
  Record all;
  all.text = sample.bytes;
  all.line = 1;
  throw data_error("nul-byte", "a NUL byte: this is no text", place_in(all, at, sample.file));
}

}  // namespace

namespace {

/// An array is numbers between commas, without names.
Dialect array_dialect(const Sample& sample, const NpyType& type, const ReadOptions& options,
                      const WantedColumns& wanted) {
  if (options.input_format != TableFormat::automatic && options.input_format != TableFormat::npy)
    throw data_error("binary-format", "this is a NumPy array, not a table of text", {sample.file},
                     "leave out --input-format, or say --input-format npy");
  if (!options.delimiter.empty() || options.header == HeaderPolicy::yes || options.decimal != "." ||
      !options.comment.empty())
    throw usage_error("npy-option",
                      "--delimiter, --header, --decimal and --comment do not apply to a NumPy array",
                      "leave them out");
  ReadOptions rows = options;
  rows.header = HeaderPolicy::no;
  rows.delimiter = ",";
  Dialect dialect = Detection(sample, rows, wanted).delimited({});
  dialect.array = type.word;
  dialect.reason = "it starts like one";
  dialect.layout.header_reason = "arrays have no names";
  return dialect;
}

}  // namespace

std::string form_words(const Dialect& dialect) {
  return dialect.array.empty() ? form_words(dialect.syntax.form) : "NumPy array";
}

Dialect detect_dialect(RecordReader& records, const ReadOptions& options, const WantedColumns& wanted) {
  Syntax syntax;
  syntax.comment = parse_comment(options.comment);
  if (!options.delimiter.empty()) syntax.delimiter = Delimiter(parse_delimiter(options.delimiter));
  bool is_json = false;
  const Sample sample = take_sample(records, syntax, is_json);
  if (records.array()) return array_dialect(sample, records.array()->type, options, wanted);
  if (options.input_format == TableFormat::npy)
    throw data_error("npy-header", "this is no NumPy array", {sample.file}, "leave out --input-format");
  refuse_nul(sample);
  Detection detection(sample, options, wanted);
  const bool automatic = options.input_format == TableFormat::automatic;
  return options.input_format == TableFormat::jsonl || (automatic && is_json) ? detection.json(syntax)
                                                                              : detection.delimited(syntax);
}

}  // namespace fm
