// What reads bytes of strangers, each as one function that any bytes may be given to: errors of ours are what
// damaged bytes are for; whatever else happens (a crash, another exception, a broken promise, much memory or
// time) is a finding. The same functions are run by libFuzzer (libfuzzer/, `make fuzz`) and, on the inputs of
// seeds/ and found/, by the test program (seeds_test.cpp), which needs no clang.
#pragma once

#include <array>
#include <string_view>

namespace fm::fuzz {

// A table whose first byte chooses the options of reading.
void read_csv(std::string_view bytes);
void read_json_lines(std::string_view bytes);
/// A NumPy array as numbers and as text.
void read_npy(std::string_view bytes);
/// The bytes as a gzip file, and a gzip file of the bytes.
void read_gzip(std::string_view bytes);
/// A whole model file, with the checksum made right.
void read_safetensors(std::string_view bytes);
// A header, a line break and the tensors' data: the length and the checksum are made right.
void read_model(std::string_view bytes);
void read_checkpoint(std::string_view bytes);
/// A config of fm-train and of fm-eval.
void read_config(std::string_view bytes);
/// A value of each family, and the command line of fm-train, an argument a line.
void read_options(std::string_view bytes);
void read_mixture(std::string_view bytes);
void read_pair_table(std::string_view bytes);

struct Reader {
  const char* name;  ///< of its folder in seeds/ and found/
  void (*read)(std::string_view bytes);
};

inline constexpr std::array readers = {Reader{"csv", read_csv},
                                       Reader{"json_lines", read_json_lines},
                                       Reader{"npy", read_npy},
                                       Reader{"gzip", read_gzip},
                                       Reader{"safetensors", read_safetensors},
                                       Reader{"model", read_model},
                                       Reader{"checkpoint", read_checkpoint},
                                       Reader{"config", read_config},
                                       Reader{"options", read_options},
                                       Reader{"mixture", read_mixture},
                                       Reader{"pair_table", read_pair_table}};

}  // namespace fm::fuzz
