// Identity: ids of at most 64 bytes, made once, overwritten when they go.
#include "core/stages/identity.hpp"

#include <cstring>
#include <string>

#include "tests/catch.hpp"

namespace waymark::stages {
namespace {

bool holds(const Id& id, std::string_view bytes) {
  return std::string_view(reinterpret_cast<const char*>(&id), sizeof id).find(bytes) != std::string_view::npos;
}

}  // namespace

TEST_CASE("an id is set, unless it is too long", "[identity]") {
  Id id;
  CHECK(id.empty());
  CHECK(id.view().empty());
  CHECK(id.set("user_8x92j4k1"));
  CHECK(id.view() == "user_8x92j4k1");
  CHECK_FALSE(id.set(std::string(limits::id_bytes + 1, 'x')));
  CHECK(id.view() == "user_8x92j4k1");
  CHECK(id.set(std::string(limits::id_bytes, 'y')));
  CHECK(id.view() == std::string(limits::id_bytes, 'y'));
  CHECK(id.set(""));
  CHECK(id.empty());
}

TEST_CASE("an id is made once", "[identity]") {
  text::Entropy entropy;
  entropy.seed({1, 2, 3, 4});
  Id id;
  CHECK(id.make(entropy, text::uuid_form, text::uuid_chars));
  const std::string first(id.view());
  CHECK(first.size() == 36);
  CHECK_FALSE(id.make(entropy, text::uuid_form, text::uuid_chars));
  CHECK(id.view() == first);
  id.wipe();
  CHECK(id.make(entropy, text::instance_form, text::instance_chars));
  CHECK(id.view().size() == 32);
  CHECK(id.view() != first.substr(0, 32));
}

TEST_CASE("wiping overwrites", "[identity]") {
  Id id;
  id.set("canary-of-an-id-that-must-go");
  CHECK(holds(id, "canary"));
  id.wipe();
  CHECK(id.empty());
  CHECK_FALSE(holds(id, "canary"));
}

TEST_CASE("a shorter id leaves nothing of a longer one", "[identity]") {
  Id id;
  id.set("somebody-else-s-long-canary-id");
  id.set("me");
  CHECK_FALSE(holds(id, "canary"));
}

}  // namespace waymark::stages
