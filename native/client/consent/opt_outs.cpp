#include "native/client/consent/opt_outs.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>

namespace waymark::client {
namespace {

constexpr std::string_view ascii_space = " \t\n\v\f\r";
constexpr std::string_view words_of_no_signal[] = {"", "0", "false", "no", "off", "n", "f"};

// Whatever the locale is: the Turkish capital of i is another letter.
char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }
char to_upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c; }

const char* read_process_variable(void* /*context*/, const char* name) { return std::getenv(name); }

bool asks_for_silence(const Variables& variables, const std::string& name) {
  const char* const value = variables(name.c_str());
  return value != nullptr && is_opt_out(value);
}

}  // namespace

Variables process_variables() { return {read_process_variable, nullptr}; }

bool is_no_signal(std::string_view value) {
  const size_t first = value.find_first_not_of(ascii_space);
  if (first == std::string_view::npos) return true;
  const size_t last = value.find_last_not_of(ascii_space);
  std::string word(value.substr(first, last - first + 1));
  std::transform(word.begin(), word.end(), word.begin(), to_lower);
  return std::find(std::begin(words_of_no_signal), std::end(words_of_no_signal), word) != std::end(words_of_no_signal);
}

bool is_opt_out(std::string_view value) { return !is_no_signal(value); }

std::string tool_variable(std::string_view tool) {
  std::string name;
  for (const char c : tool) name += c == '-' ? '_' : to_upper(c);
  return name + "_NO_TELEMETRY";
}

OptOutFinding find_opt_out(std::string_view tool, const Variables& variables) {
  if (asks_for_silence(variables, "DO_NOT_TRACK")) return {OptOut::do_not_track, "DO_NOT_TRACK"};
  std::string own = tool_variable(tool);
  if (asks_for_silence(variables, own)) return {OptOut::tool_variable, std::move(own)};
  return {};
}

}  // namespace waymark::client
