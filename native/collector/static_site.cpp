#include "native/collector/static_site.hpp"

#include <algorithm>
#include <fstream>

#include "native/collector/bounds.hpp"

namespace waymark::collector {
namespace {

namespace fs = std::filesystem;

Response not_found() { return {404, "text/plain; charset=utf-8", "There is no such page.\n"}; }

// No part may be empty, `.`, `..` or hidden, so no path can leave the directory by its own words.
bool is_plain(std::string_view path) {
  const auto odd = [](char c) { return static_cast<uint8_t>(c) < 0x20 || c == 0x7F || c == '\\'; };
  if (std::any_of(path.begin(), path.end(), odd)) return false;
  for (size_t at = 0; at < path.size();) {
    const size_t end = std::min(path.find('/', at), path.size());
    if (end == at || path[at] == '.') return false;
    at = end + 1;
  }
  return true;
}

bool is_inside(const fs::path& file, const fs::path& root) {
  const auto [at, unused] = std::mismatch(root.begin(), root.end(), file.begin(), file.end());
  return at == root.end();
}

// A path as a URL (RFC 3986 3.3).
std::string encoded(std::string_view path) {
  constexpr std::string_view kept = "-._~!$&'()*+,;=:@/";
  std::string out;
  for (const char c : path) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (is_letter || kept.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += '%';
      out += "0123456789ABCDEF"[static_cast<uint8_t>(c) >> 4];
      out += "0123456789ABCDEF"[static_cast<uint8_t>(c) & 15];
    }
  }
  return out;
}

std::string etag_of(const fs::path& file, uintmax_t size) {
  std::error_code error;
  const auto time = fs::last_write_time(file, error).time_since_epoch().count();
  return "\"" + std::to_string(time) + "-" + std::to_string(size) + "\"";
}

}  // namespace

StaticSite::StaticSite(const fs::path& root) {
  std::error_code error;
  root_ = fs::canonical(root, error);
}

Response StaticSite::serve(std::string_view path, std::string_view if_none_match) const {
  path.remove_prefix(1);
  if (!is_plain(path)) return not_found();
  std::error_code error;
  fs::path file = root_ / path;
  if (fs::is_directory(file, error)) {
    if (!path.empty() && !path.ends_with('/')) {  // so that the page's relative links are right
      return {301, "text/plain; charset=utf-8", "Moved.\n", {{"Location", "/" + encoded(path) + "/"}}};
    }
    file /= "index.html";
  }
  file = fs::canonical(file, error);  // a symbolic link may not lead out either
  if (error || !is_inside(file, root_) || !fs::is_regular_file(file, error)) return not_found();
  const uintmax_t size = fs::file_size(file, error);
  if (error || size > bounds::site_file_bytes) return not_found();

  Response response;
  response.headers = {{"ETag", etag_of(file, size)}, {"Cache-Control", "no-cache"}};
  if (if_none_match == response.headers[0].second) {
    response.status = 304;
    return response;
  }
  std::ifstream in(file, std::ios::binary);
  response.body.resize(size);
  in.read(response.body.data(), static_cast<std::streamsize>(size));
  if (in.gcount() != static_cast<std::streamsize>(size)) return not_found();
  response.content_type = content_type_of(file.filename().string());
  return response;
}

std::string_view content_type_of(std::string_view file_name) {
  constexpr std::pair<std::string_view, std::string_view> types[] = {
      {".html", "text/html; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".json", "application/json"},
      {".map", "application/json"},
      {".webmanifest", "application/manifest+json"},
      {".wasm", "application/wasm"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".jpeg", "image/jpeg"},
      {".gif", "image/gif"},
      {".webp", "image/webp"},
      {".avif", "image/avif"},
      {".ico", "image/x-icon"},
      {".woff2", "font/woff2"},
      {".txt", "text/plain; charset=utf-8"},
      {".md", "text/plain; charset=utf-8"},
      {".xml", "application/xml"},
      {".pdf", "application/pdf"},
  };
  for (const auto& [ending, type] : types) {
    if (file_name.ends_with(ending)) return type;
  }
  return "application/octet-stream";
}

}  // namespace waymark::collector
