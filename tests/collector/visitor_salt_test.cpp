// Visitors are known for a day, and nothing that is left joins two days.
#include "native/collector/visitor_salt.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "native/collector/clock.hpp"
#include "native/hash/sha256.hpp"
#include "tests/catch.hpp"

namespace waymark::collector {
namespace {

namespace fs = std::filesystem;

constexpr int64_t noon_ms = 20'000 * day_ms + day_ms / 2;

struct Directory {
  fs::path path;
  Directory() {
    char name[] = "/tmp/waymark-salt-XXXXXX";
    path = mkdtemp(name);
  }
  ~Directory() { fs::remove_all(path); }
  fs::path salt() const { return path / "visitor.salt"; }
};

std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string key_of(VisitorSalt& salt, int64_t now_ms, std::string_view address = "192.0.2.1") {
  return salt.key(now_ms, "demo", address, "Browser/1");
}

}  // namespace

TEST_CASE("one key for the same key, address and user agent of one day") {
  const Directory directory;
  VisitorSalt salt(directory.salt(), noon_ms);
  CHECK_FALSE(fs::exists(directory.salt()));  // nobody asked yet
  const std::string one = key_of(salt, noon_ms);
  CHECK(one.size() == 32);
  CHECK(key_of(salt, noon_ms + day_ms / 2 - 1) == one);
  std::set<std::string> keys{one,
                             salt.key(noon_ms, "demo", "192.0.2.2", "Browser/1"),
                             salt.key(noon_ms, "demo", "192.0.2.1", "Browser/2"),
                             salt.key(noon_ms, "shop", "192.0.2.1", "Browser/1"),
                             salt.key(noon_ms, "demo", "", "Browser/1"),
                             salt.key(noon_ms, "demo", "2001:db8::1", "Browser/1")};
  CHECK(keys.size() == 6);
  CHECK(key_of(salt, noon_ms, "2001:db8::1") == key_of(salt, noon_ms, "2001:db8:0:0:ffff::2"));
  CHECK(key_of(salt, noon_ms, "2001:db8::1") != key_of(salt, noon_ms, "2001:db8:0:1::1"));
  CHECK(key_of(salt, noon_ms, "::ffff:192.0.2.1") == one);
  CHECK(key_of(salt, noon_ms, "not an address") == key_of(salt, noon_ms, ""));
}

TEST_CASE("a restart on the same day knows visitors again") {
  const Directory directory;
  std::string before;
  {
    VisitorSalt salt(directory.salt(), noon_ms);
    before = key_of(salt, noon_ms);
  }
  VisitorSalt salt(directory.salt(), noon_ms + 1000);
  CHECK(key_of(salt, noon_ms + 1000) == before);
  CHECK((fs::status(directory.salt()).permissions() & (fs::perms::group_all | fs::perms::others_all)) ==
        fs::perms::none);
}

TEST_CASE("when the day is over the salt is overwritten and gone, and the new one leads nowhere") {
  const Directory directory;
  VisitorSalt salt(directory.salt(), noon_ms);
  const std::string yesterday = key_of(salt, noon_ms);
  const std::string old_salt = read(directory.salt()).substr(8);
  REQUIRE(old_salt.size() == 32);
  fs::create_hard_link(directory.salt(), directory.path / "witness");  // sees what becomes of the bytes
  salt.pass_time(noon_ms + day_ms / 2 - 1);
  CHECK(fs::exists(directory.salt()));
  salt.pass_time(noon_ms + day_ms / 2);
  CHECK_FALSE(fs::exists(directory.salt()));
  CHECK(read(directory.path / "witness") == std::string(40, '\0'));

  const std::string today = key_of(salt, noon_ms + day_ms);
  CHECK(today != yesterday);
  const std::string new_salt = read(directory.salt()).substr(8);
  CHECK(new_salt != old_salt);
  // Who has the store and today's salt, and knows the very visitor, can make today's key and not yesterday's.
  const auto size = [](uint32_t bytes) { return std::string(reinterpret_cast<const char*>(&bytes), sizeof bytes); };
  const std::string known = size(4) + "demo" + size(4) + "\xC0" + std::string("\0\2\1", 3) + size(9) + "Browser/1";
  const Sha256 made = hmac_sha256(new_salt, known);
  CHECK(hex_of(made.data(), 16) == today);
  CHECK(hex_of(made.data(), 16) != yesterday);
  for (const auto& entry : fs::directory_iterator(directory.path)) {
    CHECK(read(entry.path()).find(old_salt) == std::string::npos);
  }
}

TEST_CASE("what is left of another day, or makes no sense, is destroyed at the start") {
  const Directory directory;
  {
    VisitorSalt salt(directory.salt(), noon_ms);
    key_of(salt, noon_ms);
  }
  const VisitorSalt next(directory.salt(), noon_ms + day_ms);
  CHECK_FALSE(fs::exists(directory.salt()));
  for (const size_t size : {0, 39, 41}) {
    std::ofstream(directory.salt()) << std::string(size, 'x');
    const VisitorSalt salt(directory.salt(), noon_ms);
    CHECK_FALSE(fs::exists(directory.salt()));
  }
}

TEST_CASE("a salt that cannot be kept still serves for this run") {
  VisitorSalt salt("/proc/no/such/place/visitor.salt", noon_ms);
  const std::string one = key_of(salt, noon_ms);
  CHECK(key_of(salt, noon_ms + 1) == one);
  CHECK(key_of(salt, noon_ms + day_ms) != one);
}

}  // namespace waymark::collector
