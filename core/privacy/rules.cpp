#include "core/privacy/rules.hpp"

#include "core/text/words.hpp"

namespace waymark::privacy {

std::string_view text_of(Marker marker) {
  std::string_view lines = text::literal("[secret]\n[personal]\n[email]\n[card]\n[iban]\n[ip]\n[phone]\n[jwt]\n[url]");
  for (auto i = static_cast<uint32_t>(marker); i > 0; --i) text::take_line(lines);
  return text::take_line(lines);
}

}  // namespace waymark::privacy
