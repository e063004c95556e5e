#include "native/cli/http_post.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <memory>

namespace waymark::cli {
namespace {

constexpr size_t most_answer_bytes = 64 * 1024;
constexpr long connect_ms = 10'000;
constexpr long whole_ms = 60'000;

size_t keep_answer(char* bytes, size_t size, size_t count, void* to) {
  auto& answer = *static_cast<std::string*>(to);
  answer.append(bytes, std::min(size * count, most_answer_bytes - answer.size()));
  return size * count;
}

}  // namespace

bool is_trusted_endpoint(std::string_view endpoint) {
  if (endpoint.starts_with("https://")) return endpoint.size() > 8;
  if (!endpoint.starts_with("http://")) return false;
  endpoint.remove_prefix(7);
  const std::string_view authority = endpoint.substr(0, endpoint.find_first_of("/?#"));
  if (authority.find('@') != std::string_view::npos) return false;
  if (authority == "[::1]" || authority.starts_with("[::1]:")) return true;
  const std::string_view host = authority.substr(0, authority.find(':'));
  return host == "localhost" ||
         (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string_view::npos);
}

std::variant<std::string, HttpAnswer> post(const std::string& url, std::string_view bytes, const std::string& key) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  const std::unique_ptr<CURL, void (*)(CURL*)> request(curl_easy_init(), curl_easy_cleanup);
  if (started != CURLE_OK || !request) return "libcurl cannot be started";
  // `Expect:` empty: no waiting for a 100 that the collector does not send.
  curl_slist* list = nullptr;
  for (const std::string& header :
       {"Authorization: Bearer " + key, std::string("Content-Type: application/gzip"), std::string("Expect:")}) {
    list = curl_slist_append(list, header.c_str());
  }
  const std::unique_ptr<curl_slist, void (*)(curl_slist*)> headers(list, curl_slist_free_all);
  HttpAnswer answer;
  char error[CURL_ERROR_SIZE] = "";
  CURL* const curl = request.get();
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
#if LIBCURL_VERSION_NUM >= 0x075500
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
#else
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
#endif
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(bytes.size()));
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, bytes.data());
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep_answer);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.body);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, whole_ms);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  if (url.starts_with("http://")) curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");  // the key stays on this machine
  const CURLcode code = curl_easy_perform(curl);
  if (code != CURLE_OK) return std::string(error[0] != 0 ? error : curl_easy_strerror(code));
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
  return answer;
}

}  // namespace waymark::cli
