#include "core/stages/sampling.hpp"

#include "core/text/hash.hpp"
#include "core/text/words.hpp"

namespace waymark::stages {

bool is_sampled(std::string_view salt, std::string_view unit, double rate) {
  const uint32_t hash = text::spread(text::fnv(text::fnv(text::fnv(text::fnv_start, salt), '\0'), unit));
  // Compared as doubles, which hold 32-bit integers exactly, so that no rounding turns a rate below 1 into all.
  return hash < rate * 4294967296.0;
}

std::string_view rate_of(const Config& config, std::string_view event_name, std::string_view planned) {
  const std::string_view rate = planned.empty() ? config.sample_rate : planned;
  const bool is_kept = text::parse_decimal(rate) >= 1 || text::lists(config.sample_always, event_name, '"');
  return is_kept ? std::string_view() : rate;
}

bool is_in_sample(const Config& config, const Identity& identity, std::string_view rate) {
  std::string_view known = identity.instance.view();
  for (uint32_t i = 0;; ++i) {
    const std::string_view unit = text::nth_string(config.sample_units, i);
    if (unit.empty()) break;
    const Id& id = unit[0] == 'u'   ? identity.user
                   : unit[0] == 'd' ? identity.anonymous
                   : unit[0] == 's' ? identity.session
                                    : identity.instance;
    if (id.empty()) continue;
    known = id.view();
    break;
  }
  return is_sampled(config.sample_salt, known, text::parse_decimal(rate));
}

}  // namespace waymark::stages
