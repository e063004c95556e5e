#include "native/client/send/endpoint.hpp"

#include <curl/curl.h>

#include <memory>

namespace waymark::client {
namespace {

struct Parts {
  std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url{curl_url(), curl_url_cleanup};

  std::string get(CURLUPart part) const {
    char* text = nullptr;
    if (curl_url_get(url.get(), part, &text, 0) != CURLUE_OK) return {};
    std::string out = text;
    curl_free(text);
    return out;
  }
};

bool is_loopback(std::string host) {
  for (char& letter : host) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter | 0x20);
  }
  if (host == "[::1]" || host == "localhost" || host.ends_with(".localhost")) return true;
  return host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

Endpoint read_endpoint(std::string_view text) {
  const auto refused = [&](std::string_view why) {
    return Endpoint{{}, {}, "the endpoint '" + std::string(text) + "' " + std::string(why)};
  };
  const Parts parts;
  const std::string whole(text);
  if (!parts.url || curl_url_set(parts.url.get(), CURLUPART_URL, whole.c_str(), 0) != CURLUE_OK) {
    return refused("is no URL; write https://collect.example.com");
  }
  const std::string scheme = parts.get(CURLUPART_SCHEME);
  if (scheme != "https" && (scheme != "http" || !is_loopback(parts.get(CURLUPART_HOST)))) {
    return refused("is neither https nor http on this machine; events must not cross a network in the clear");
  }
  if (!parts.get(CURLUPART_USER).empty() || !parts.get(CURLUPART_PASSWORD).empty() ||
      whole.find_first_of("?#") != std::string::npos) {
    return refused("has a user, a query or a fragment; leave them out");
  }
  std::string base = whole;
  while (base.ends_with('/')) base.pop_back();
  return {base + "/api/analytics/batch", base + "/t", {}};
}

}  // namespace waymark::client
