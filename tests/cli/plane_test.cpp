#include "cli/plane.h"

#include <doctest/doctest.h>

#include "core/error.h"

using namespace fm;

TEST_CASE("plane: centres are those of equal cells, x first, and their areas fill the range") {
  const Plane plane = parse_range("-1:3,0:1");
  const Points x = plane.centres(2);
  CHECK(x == Points{{0, 2, 0, 2}, {0.25, 0.25, 0.75, 0.75}});
  CHECK(plane.cell_area(2) == 1);
}

TEST_CASE("plane: a range is two stretches of numbers that rise") {
  for (const char* text :
       {"", "0:1", "0:1,0:1,0:1", "0:1,1:0", "0:0,0:1", "0:1,0:nan", "0:1,0:x", "0,1:0,1"}) {
    CAPTURE(text);
    try {
      parse_range(text);
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(error.id() == "range");
    }
  }
}

TEST_CASE("plane: corners in coordinates span a rectangle in data units") {
  Standardiser coordinates;
  coordinates.shift = Vector{{1, -1}};
  coordinates.scale = Vector{{2, 10}};
  const Plane plane = plane_around(Points{{-1, 1, 0}, {0, 0.5, -0.5}}, coordinates);
  CHECK(plane.low == std::array<double, 2>{-1, -6});
  CHECK(plane.high == std::array<double, 2>{3, 4});
}
