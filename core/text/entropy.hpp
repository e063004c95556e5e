// Random numbers from entropy that the host gave.
#pragma once

#include <cstdint>

namespace waymark::text {

// A version 4 UUID (RFC 9562 5.4), and an instance id, as `Entropy::fill` makes them.
inline constexpr char uuid_form[] = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
inline constexpr char instance_form[] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
inline constexpr uint32_t uuid_chars = sizeof uuid_form - 1;
inline constexpr uint32_t instance_chars = sizeof instance_form - 1;

// xoshiro128++ (Blackman and Vigna, 2019). Not for secrets: whoever knows enough ids of one seed can compute the
// others of that seed, so the host seeds anew before ids that must not be linked to earlier ones.
class Entropy {
 public:
  // All zero is taken for a seed that was forgotten and mended.
  void seed(const uint32_t (&words)[4]);
  uint32_t next();
  // Uniform in [0, 1).
  double fraction() { return next() / 4294967296.0; }
  // Copies `form` with a random hexadecimal digit for every x, and 8, 9, a or b for every y.
  void fill(const char* form, char* out);

 private:
  uint32_t state_[4] = {1, 2, 3, 4};
};

}  // namespace waymark::text
