// Visitor keys: who sends without ids is known again for the rest of one day, and nobody can say afterwards who it was.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace waymark::collector {

// Holds the salt of one UTC day, in memory and in one file, so that a restart does not make new visitors of all. When
// the day is over, both are overwritten and the file is deleted: keys of two days cannot be brought together, not even
// by who has the store, the addresses and the new salt. Not for several threads at once.
class VisitorSalt {
 public:
  // Reads `file` if it is there; what it holds of another day, or does not make sense, is destroyed.
  VisitorSalt(std::filesystem::path file, int64_t now_ms);
  ~VisitorSalt();
  VisitorSalt(const VisitorSalt&) = delete;
  VisitorSalt& operator=(const VisitorSalt&) = delete;

  // Overwrites and deletes the file if it is there. False, and one line on standard error, if it cannot.
  static bool destroy(const std::filesystem::path& file);

  // To be called now and then: destroys the salt when its day is over.
  void pass_time(int64_t now_ms);

  // 32 hexadecimal digits, the same for the same four on one day. `address`: numeric; of an IPv6 address the first 64
  // bits count, since the rest changes while one surfs (RFC 8981). Neither is kept.
  std::string key(int64_t now_ms, std::string_view write_key, std::string_view address, std::string_view user_agent);

 private:
  void make(int64_t day);
  void forget();

  std::filesystem::path file_;
  std::array<char, 32> salt_{};
  int64_t day_ = -1;  // days since 1970; -1: there is no salt
};

}  // namespace waymark::collector
