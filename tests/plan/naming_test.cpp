#include "native/plan/naming.hpp"

#include "tests/catch.hpp"

using namespace waymark::plan;

TEST_CASE("names become snake_case") {
  CHECK(snake_case("Product Viewed") == "product_viewed");
  CHECK(snake_case("productViewed") == "product_viewed");
  CHECK(snake_case("ProductViewed") == "product_viewed");
  CHECK(snake_case("product-viewed") == "product_viewed");
  CHECK(snake_case("APIKey2") == "api_key_2");
  CHECK(snake_case("Signed Up!") == "signed_up");
  CHECK(snake_case("[Amplitude] Page Viewed") == "amplitude_page_viewed");
  CHECK(snake_case("product_viewed") == "product_viewed");
  CHECK(snake_case("Größe geändert") == "größe_geändert");
  CHECK(snake_case("---").empty());
}

TEST_CASE("spellings of a name have one key") {
  const std::string key = spelling_key("checkout_completed");
  for (const char* const name :
       {"checkoutCompleted", "Checkout Completed", "CHECKOUT-COMPLETED", "checkoutcompleted"}) {
    CHECK(spelling_key(name) == key);
  }
  CHECK(spelling_key("checkout_complete") != key);
}

TEST_CASE("the nearest name is guessed") {
  const std::vector<std::string_view> known = {"description", "owner", "purpose", "sample_rate"};
  CHECK(nearest_name("ownr", known) == "owner");
  CHECK(nearest_name("onwer", known) == "owner");
  CHECK(nearest_name("Owner", known) == "owner");
  CHECK(nearest_name("sampleRate", known) == "sample_rate");
  CHECK(nearest_name("colour", known).empty());
  CHECK(nearest_name("", known).empty());
  CHECK(nearest_name(std::string(10'000, 'x'), known).empty());
  CHECK(did_you_mean("ownr", known) == "did you mean `owner`?");
  CHECK(did_you_mean("colour", known).empty());
}

TEST_CASE("names in messages stay on one line and short") {
  CHECK(in_quotes("a\nb\x7f") == "`a\\u000ab\\u007f`");
  CHECK(in_quotes(std::string(100, 'x')) == "`" + std::string(80, 'x') + "…`");
  // 79 bytes, then a character of two that must not be cut apart
  CHECK(in_quotes(std::string(79, 'x') + "éé") == "`" + std::string(79, 'x') + "é…`");
  CHECK(either_of({"a", "b", "c"}) == "`a`, `b` or `c`");
  CHECK(either_of({"a"}) == "`a`");
}
