#include "fuzz/file_of.h"
#include "fuzz/promises.h"
#include "fuzz/readers.h"
#include "model/model_file.h"
#include "model/network_field.h"

namespace fm::fuzz {

namespace {

/// A model that was accepted can be asked for its field.
void evaluate(const Model& model) {
  const auto dim = static_cast<Index>(model.columns.size());
  const Points x = Points::Constant(dim, 2, 0.25);
  const Vector t = Vector::Constant(2, 0.5);
  Points v(dim, 2);
  if (model.network.condition_rows == 0) NetworkField(model.network).evaluate(t, x, v);
}

}  // namespace

void read_model(std::string_view bytes) {
  accepted([&] {
    const Model model = decode_model(file_of(bytes), "m");
    const std::string again = encode_model(model);
    require(encode_model(decode_model(again, "m")) == again, "a model that is read can be written");
    training_options(model);
    evaluate(model);
  });
}

}  // namespace fm::fuzz
