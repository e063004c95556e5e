// The files that code is mapped from, found in the moment of the crash: from /proc/self/maps and the ELF headers in
// memory, in buffers that are there.
#pragma once

#include <cstddef>
#include <cstdint>

#include "native/client/crash/report_file.hpp"

namespace waymark::client::crash {

// Calls `on_mapping` once for each mapping of a file that holds one of `addresses`. Reads the headers of those files
// where they are mapped: that faults if a file was cut short under us.
void find_mappings(const uint64_t* addresses, size_t count, void (*on_mapping)(const Mapping& mapping));

}  // namespace waymark::client::crash
