// Sampling: who is in. One unit (user, device, session or instance) is in or out for all its events and on every
// host, and whoever is in at a lower rate is in at every higher one, so that funnels stay whole.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/config.hpp"
#include "core/stages/identity.hpp"

namespace waymark::stages {

// In when spread(fnv(salt ‖ 0x00 ‖ unit)) < rate · 2^32. A rate of 1 or more takes everyone, of 0 or less no one.
bool is_sampled(std::string_view salt, std::string_view unit, double rate);

// The rate below 1 that applies to events of this name, as it is written; empty if none does: they are on the
// `sample_always` list. `planned` is the plan's own rate for them, which goes before the config's; empty for none.
std::string_view rate_of(const Config& config, std::string_view event_name, std::string_view planned);

// Whether the first unit that is allowed and known is in; the instance, if none is known.
bool is_in_sample(const Config& config, const Identity& identity, std::string_view rate);

}  // namespace waymark::stages
