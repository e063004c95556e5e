// Puts a small file in the place of another, so that a reader sees the old one or the new one, whole.
#pragma once

#include <string>
#include <string_view>

namespace waymark::client {

// Writes `text` to `name` in an open directory: to `temporary` first (mode 0600), which is made anew, then fsync and
// rename. Returns 0, or errno; then the old file stands as it was and nothing is left beside it. A full disk or a limit
// of file sizes is an error, never the signal SIGXFSZ. Only one may do this at a time.
int replace_file(int directory, const char* name, const char* temporary, std::string_view text);

}  // namespace waymark::client
