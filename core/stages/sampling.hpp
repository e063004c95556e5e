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

// Whether a rate below 1 applies to events of this name: it is not on the `sample_always` list.
bool has_rate(const Config& config, std::string_view event_name);

// Whether the first unit that is allowed and known is in; the instance, if none is known.
bool is_in_sample(const Config& config, const Identity& identity);

}  // namespace waymark::stages
