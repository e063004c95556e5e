// Context: two parts of at most 4 KiB.
#include "core/stages/context.hpp"

#include <memory>
#include <string>

#include "tests/catch.hpp"

namespace waymark::stages {

TEST_CASE("each part is kept on its own", "[context]") {
  const auto context = std::make_unique<Context>();
  CHECK(context->get(Context::rest).empty());
  CHECK(context->set(Context::rest, R"({"os":"linux"})"));
  CHECK(context->set(Context::page, R"({"path":"/"})"));
  CHECK(context->get(Context::rest) == R"({"os":"linux"})");
  CHECK(context->get(Context::page) == R"({"path":"/"})");
  CHECK(context->set(Context::page, {}));
  CHECK(context->get(Context::page).empty());
  CHECK(context->get(Context::rest) == R"({"os":"linux"})");
}

TEST_CASE("a part that is too large changes nothing", "[context]") {
  const auto context = std::make_unique<Context>();
  CHECK(context->set(Context::page, std::string(limits::context_bytes, 'a')));
  CHECK_FALSE(context->set(Context::page, std::string(limits::context_bytes + 1, 'b')));
  CHECK(context->get(Context::page) == std::string(limits::context_bytes, 'a'));
}

TEST_CASE("a part that goes leaves nothing", "[context]") {
  const auto context = std::make_unique<Context>();
  const auto holds = [&](std::string_view bytes) {
    return std::string_view(reinterpret_cast<const char*>(context.get()), sizeof *context).find(bytes) !=
           std::string_view::npos;
  };
  context->set(Context::page, R"({"title":"a page whose title is a canary"})");
  REQUIRE(holds("canary"));
  context->set(Context::page, {});
  CHECK_FALSE(holds("canary"));
}

}  // namespace waymark::stages
