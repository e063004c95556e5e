#include "core/config.hpp"

#include "core/text/json_scan.hpp"
#include "core/text/words.hpp"

namespace waymark {

Reason read_config(std::string_view& lines, Config& config) {
  config.batch = text::take_line(lines);
  config.context = text::take_line(lines);
  const std::string_view purposes = text::take_line(lines);
  if (!purposes.empty()) config.purposes = purposes;
  const char while_unknown = text::first_of(text::take_line(lines));
  const char names = text::first_of(text::take_line(lines));
  config.events_per_minute = text::parse_decimal(text::take_line(lines));
  config.sample_rate = text::take_line(lines);
  config.sample_salt = text::take_line(lines);
  config.sample_units = text::take_line(lines);
  config.sample_always = text::take_line(lines);
  const std::string_view url_parameters = text::take_line(lines);
  if (!url_parameters.empty()) config.privacy.allowed_url_parameters = url_parameters;
  config.privacy.allowed_keys = text::take_line(lines);
  config.is_anonymous = text::first_of(text::take_line(lines)) == 'a';

  if (config.purposes.empty()) config.purposes = text::literal(R"(["necessary","functional","analytics","marketing"])");
  if (config.sample_units.empty()) config.sample_units = text::literal(R"(["user","device"])");
  if (config.sample_rate.empty()) config.sample_rate = text::literal("1");
  config.while_unknown = while_unknown == 'd'   ? WhileUnknown::drop
                         : while_unknown == 'c' ? WhileUnknown::cookieless
                                                : WhileUnknown::hold;
  config.names = names == 'r' ? Names::reject : names == 'o' ? Names::off : Names::warn;
  config.purpose_count = 0;
  config.usual_purpose = limits::purposes;
  for (;; ++config.purpose_count) {
    const std::string_view name = purpose_name(config, config.purpose_count);
    if (name.empty()) break;
    if (text::equal(name, text::literal("analytics"))) config.usual_purpose = config.purpose_count;
  }
  // The rate goes on the wire as it is written, so it must be a JSON number.
  const bool is_number = text::only_token(config.sample_rate) == text::Token::number;
  const bool good = is_number && !config.batch.empty() && config.purpose_count > 0 &&
                    config.purpose_count <= limits::purposes && config.events_per_minute >= 0 &&
                    text::parse_decimal(config.sample_rate) >= 0;
  return good ? Reason::none : Reason::bad_config;
}

std::string_view purpose_name(const Config& config, uint32_t purpose) {
  return text::nth_string(config.purposes, purpose);
}

}  // namespace waymark
