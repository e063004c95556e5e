// One POST to a collector, over libcurl.
#pragma once

#include <string>
#include <string_view>
#include <variant>

namespace waymark::cli {

struct HttpAnswer {
  long status = 0;
  std::string body;  // its first 64 KiB
};

// Whether a key may be sent there: https, or http to this machine.
bool is_trusted_endpoint(std::string_view endpoint);

// `bytes` is sent as it is, `key` as a bearer token. What went wrong, if there is no answer within 60 s.
std::variant<std::string, HttpAnswer> post(const std::string& url, std::string_view bytes, const std::string& key);

}  // namespace waymark::cli
