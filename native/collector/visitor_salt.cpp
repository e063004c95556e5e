#include "native/collector/visitor_salt.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "native/collector/clock.hpp"
#include "native/hash/sha256.hpp"

namespace waymark::collector {
namespace {

// The day as eight bytes, the low ones first, and the salt.
constexpr size_t file_bytes = 8 + 32;

// The bytes of a numeric address that count; empty for none.
std::string network_of(std::string_view address) {
  const std::string text(address);
  char bytes[16];
  if (inet_pton(AF_INET, text.c_str(), bytes) == 1) return {bytes, 4};
  if (inet_pton(AF_INET6, text.c_str(), bytes) != 1) return {};
  in6_addr v6;
  std::memcpy(&v6, bytes, sizeof v6);
  return IN6_IS_ADDR_V4MAPPED(&v6) ? std::string(bytes + 12, 4) : std::string(bytes, 8);
}

// Each part with its size before it, so that no two lists of parts are one text.
void append_part(std::string& out, std::string_view part) {
  const auto size = static_cast<uint32_t>(part.size());
  out.append(reinterpret_cast<const char*>(&size), sizeof size).append(part);
}

bool write_all(int file, const char* bytes, size_t size) {
  return ::pwrite(file, bytes, size, 0) == static_cast<ssize_t>(size) && ::fsync(file) == 0;
}

void complain(const std::filesystem::path& file, const char* what) {
  std::fprintf(stderr, "waymark: %s %s: %s\n", file.c_str(), what, std::strerror(errno));
}

}  // namespace

VisitorSalt::VisitorSalt(std::filesystem::path file, int64_t now_ms) : file_(std::move(file)) {
  const int handle = ::open(file_.c_str(), O_RDONLY | O_CLOEXEC);
  if (handle < 0) return;
  char bytes[file_bytes + 1];
  const ssize_t size = ::read(handle, bytes, sizeof bytes);
  ::close(handle);
  if (size == static_cast<ssize_t>(file_bytes)) {
    std::memcpy(&day_, bytes, sizeof day_);
    std::memcpy(salt_.data(), bytes + sizeof day_, salt_.size());
  }
  explicit_bzero(bytes, sizeof bytes);
  if (size != static_cast<ssize_t>(file_bytes) || day_ != day_of(now_ms)) forget();
}

VisitorSalt::~VisitorSalt() { explicit_bzero(salt_.data(), salt_.size()); }

void VisitorSalt::pass_time(int64_t now_ms) {
  if (day_ >= 0 && day_ != day_of(now_ms)) forget();
}

std::string VisitorSalt::key(int64_t now_ms, std::string_view write_key, std::string_view address,
                             std::string_view user_agent) {
  pass_time(now_ms);
  if (day_ < 0) make(day_of(now_ms));
  const std::string network = network_of(address);
  std::string text;
  for (const std::string_view part : {write_key, std::string_view(network), user_agent}) append_part(text, part);
  const Sha256 hash = hmac_sha256({salt_.data(), salt_.size()}, text);
  explicit_bzero(text.data(), text.size());
  return hex_of(hash.data(), 16);
}

void VisitorSalt::make(int64_t day) {
  // Waits only before the kernel's pool is first filled; so few bytes are never cut short (getrandom(2)).
  while (getrandom(salt_.data(), salt_.size(), 0) != static_cast<ssize_t>(salt_.size())) {
  }
  day_ = day;
  char bytes[file_bytes];
  std::memcpy(bytes, &day_, sizeof day_);
  std::memcpy(bytes + sizeof day_, salt_.data(), salt_.size());
  const int handle = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (handle < 0 || !write_all(handle, bytes, sizeof bytes)) {
    complain(file_, "cannot be written, so a restart makes new visitors of today's");
  }
  if (handle >= 0) ::close(handle);
  explicit_bzero(bytes, sizeof bytes);
}

void VisitorSalt::forget() {
  explicit_bzero(salt_.data(), salt_.size());
  day_ = -1;
  destroy(file_);
}

bool VisitorSalt::destroy(const std::filesystem::path& file) {
  const int handle = ::open(file.c_str(), O_WRONLY | O_CLOEXEC);
  if (handle < 0 && errno == ENOENT) return true;
  const char zeros[file_bytes] = {};
  const bool is_overwritten = handle >= 0 && write_all(handle, zeros, sizeof zeros);
  if (handle >= 0) ::close(handle);
  if (::unlink(file.c_str()) == 0 && is_overwritten) return true;
  complain(file, "cannot be overwritten and deleted, so the salt of another day may still be in it; delete it");
  return false;
}

}  // namespace waymark::collector
