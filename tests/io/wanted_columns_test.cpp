// Which columns of a table answer to those that it is read for.
#include <doctest/doctest.h>

#include "core/error.h"
#include "core/text.h"
#include "io/reader_files.h"
#include "io/table_reader.h"

using namespace fm;
using namespace fm::test;

namespace {

using Names = std::vector<std::string>;

/// The first row of `table` as read for `wanted`, "3,1"; or the id of the error.
std::string found(const std::string& table, const WantedColumns& wanted, const ReadOptions& options = {}) {
  const MemoryFile file(table);
  try {
    TableReader reader(file.name(), options, wanted);
    CHECK(reader.names() == wanted.names);
    Points block;
    reader.read(block, 1);
    std::string row;
    for (const double value : block.reshaped()) row += (row.empty() ? "" : ",") + shortest(value);
    return row;
  } catch (const Error& error) {
    return error.id();
  }
}

std::string hint_of(const std::string& table, const WantedColumns& wanted, const ReadOptions& options = {}) {
  const MemoryFile file(table);
  try {
    TableReader(file.name(), options, wanted);
  } catch (const Error& error) {
    return error.hint();
  }
  return {};
}

const std::string named = "c,note,a,b\n3,t,1,2\n6,u,4,5\n";
const std::string bare = "3,1,2\n6,4,5\n";

}  // namespace

TEST_CASE("wanted columns: where both sides have names they are found by name, in the order that is wanted") {
  CHECK(found(named, {{"a", "b", "c"}}) == "1,2,3");
  CHECK(found(named, {{"b"}}) == "2");
  CHECK(found(named, {{"a", "d"}}) == "missing-column");
  CHECK(hint_of(named, {{"a", "dd"}}) == "the columns are: c, note, a, b");
  CHECK(found(named, {{"a", "note"}}) == "text-column");
  CHECK(found("u,1990\n1,2\n", {{"u", "1990"}}) == "1,2");  // it holds what is wanted, so it is a header
  CHECK(found("{\"b\":2,\"a\":1}\n", {{"a", "b"}}) == "1,2");
}

TEST_CASE("wanted columns: -c and -x select before, and must name what is there") {
  CHECK(found(named, {{"a", "c"}}, {.columns = "c,a"}) == "1,3");
  CHECK(found(named, {{"a", "c"}}, {.columns = "a,b"}) == "missing-column");
  CHECK(found(named, {{"a", "c"}}, {.exclude = "a"}) == "missing-column");
  CHECK(found(named, {{"a"}}, {.columns = "nonsense"}) == "unknown-column");
  CHECK(found(named, {{"a"}}, {.exclude = "nonsense"}) == "unknown-column");
  CHECK(found(bare, {{"u", "v"}}, {.columns = "3,1"}) == "2,3");
  CHECK(found(bare, {{"u", "v"}}, {.exclude = "2"}) == "3,2");
}

TEST_CASE("wanted columns: without names on either side they are taken in order, if there are as many") {
  CHECK(found(bare, {{"u", "v", "w"}}) == "3,1,2");
  CHECK(found(bare, {{"u", "v"}}) == "column-count");
  CHECK(found(bare, {{"u", "v", "w", "z"}}) == "column-count");
  CHECK(found("a,b\n1,2\n", {{"x1", "x2"}, false}) == "1,2");
  CHECK(found("a,b\n1,2\n", {{"x2", "x9"}, true}) == "1,2");  // a header of places is none
  CHECK(found("x2,x9\n1,2\n", {{"a", "b"}}) == "1,2");
  CHECK(found("a,b,c\n1,2,3\n", {{"x1", "x2"}, false}) == "column-count");
  // The hints: columns left out, or the names written above.
  CHECK(found(bare, {{"u", "v"}}, {.exclude = "3"}) == "3,1");
  CHECK(hint_of(bare, {{"u", "v"}}).ends_with("in a header: u,v"));
  CHECK(found("u,z,v\n" + bare, {{"u", "v"}}) == "3,2");
}

TEST_CASE("wanted columns: made-up names are places in the table") {
  CHECK(found(bare, {{"x3", "x1"}, false}) == "2,3");
  CHECK(found(bare, {{"x2", "x3"}, true}) == "1,2");
  CHECK(found("M,1,2\nF,4,5\n", {{"x2", "x3"}, false}) == "1,2");
  CHECK(found("M,1,2\nF,4,5\n", {{"x2", "x3"}, false}, {.exclude = "1"}) == "1,2");
  CHECK(found("[3,1,2]\n", {{"x2"}, false}) == "1");
  CHECK(found("1,2\n4,5\n", {{"x2", "x3"}, false}) == "1,2");  // a part of that table, as far as can be told
  CHECK(found("x3,x2\n1,2\n", {{"x2", "x3"}, false}) == "2,1");
}

TEST_CASE("wanted columns: several of one wanted name are refused, of another name they do not matter") {
  CHECK(found("a,b,a\n1,2,3\n", {{"a", "b"}}) == "column-ambiguous");
  CHECK(hint_of("a,b,a\n1,2,3\n", {{"a", "b"}}).ends_with("-x 3"));
  CHECK(found("a,b,a\n1,2,3\n", {{"a", "b"}}, {.exclude = "3"}) == "1,2");
  CHECK(found("a,b,a\n1,2,3\n", {{"b"}}) == "2");
}

TEST_CASE("wanted columns: -c and -x of another table apply only in order, and only if they fit") {
  const auto other = [](const Names& names, bool has_names) { return WantedColumns{names, has_names, true}; };
  CHECK(found(named, other({"a", "b"}, true), {.columns = "nonsense"}) == "1,2");
  CHECK(found(named, other({"a", "b"}, true), {.exclude = "a"}) == "1,2");
  CHECK(found(bare, other({"u", "v"}, true), {.exclude = "1"}) == "1,2");         // a table like the first
  CHECK(found(bare, other({"u", "v", "w"}, true), {.exclude = "4"}) == "3,1,2");  // it has no fourth
  CHECK(found(bare, other({"u", "v", "w"}, true), {.exclude = "1"}) ==
        "3,1,2");  // it lacks the first already
  CHECK(found(bare, other({"v", "u"}, true), {.columns = "2,1"}) == "1,3");
  CHECK(found(bare, other({"u", "v"}, true), {.exclude = "note"}) == "column-count");
  CHECK(found(bare, other({"x1", "x3"}, false), {.exclude = "2"}) == "3,2");
  CHECK(found("s,a,b\nM,1,2\nF,4,5\n", other({"x2", "x3"}, true), {.exclude = "1"}) == "1,2");
  CHECK(hint_of(bare, other({"u", "v"}, true)).starts_with("leave out columns by number"));
}

TEST_CASE("columns: numbers in a header of places are those places, and what is left out may be missing") {
  const std::string part = "x2,x3,x5\n2,3,5\n";
  const auto read = [&](const ReadOptions& options) { return outcome(MemoryFile(part).name(), options); };
  CHECK(read({.columns = "5,2"}) == "5,2");
  CHECK(read({.columns = "x5,2-3"}) == "5,2,3");
  CHECK(read({.columns = "3-"}) == "3,5");
  CHECK(read({.exclude = "1"}) == "2,3,5");
  CHECK(read({.exclude = "x1,3-4"}) == "2,5");
  CHECK(read({.exclude = "7-"}) == "2,3,5");
  CHECK(read({.columns = "1"}) == "column-range");
  CHECK(read({.exclude = "5-3"}) == "column-range");
  CHECK(read({.exclude = "y"}) == "unknown-column");
  CHECK(read({.exclude = "2-5"}) == "no-columns");
  const MemoryFile whole("2,3\n4,5\n");
  CHECK(outcome(whole.name(), {.exclude = "5"}) == "column-range");
}
