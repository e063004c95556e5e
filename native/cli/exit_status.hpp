// Exit status of every command.
#pragma once

namespace waymark::cli {

inline constexpr int exit_done = 0;
inline constexpr int exit_data = 1;   // the data is at fault
inline constexpr int exit_usage = 2;  // the arguments, the plan or schema, or the environment are

}  // namespace waymark::cli
