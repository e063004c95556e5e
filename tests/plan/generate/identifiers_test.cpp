#include "native/plan/generate/identifiers.hpp"

#include <algorithm>
#include <random>
#include <set>

#include "tests/catch.hpp"

using namespace waymark::plan;

namespace {

std::string upper_camel(std::string_view name, Language language = Language::typescript) {
  return Identifiers(language, Case::upper_camel).add(name);
}
std::string snake(std::string_view name, Language language = Language::cpp) {
  return Identifiers(language, Case::snake).add(name);
}

bool is_plain_identifier(const std::string& name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto is_good = [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && is_letter(name[0]) && std::all_of(name.begin(), name.end(), is_good);
}

}  // namespace

TEST_CASE("names keep their words in the case of the language") {
  CHECK(upper_camel("checkout_completed") == "CheckoutCompleted");
  CHECK(upper_camel("checkoutCompleted") == "CheckoutCompleted");
  CHECK(upper_camel("Checkout Completed!") == "CheckoutCompleted");
  CHECK(upper_camel("order_id") == "OrderId");
  CHECK(upper_camel("order_id", Language::go) == "OrderID");
  CHECK(upper_camel("api_url_json", Language::go) == "APIURLJSON");
  CHECK(Identifiers(Language::typescript, Case::lower_camel).add("order_id") == "orderId");
  CHECK(snake("orderID") == "order_id");
  CHECK(snake("HTTPServer") == "http_server");
  CHECK(snake("order-id") == "order_id");
  CHECK(snake("line1") == "line1");
  CHECK(upper_camel("v1_2") == "V1_2");
  CHECK(upper_camel("v12") == "V12");
}

TEST_CASE("what is no identifier becomes one") {
  CHECK(upper_camel("") == "Value");
  CHECK(upper_camel("😀") == "Value");
  CHECK(upper_camel("größe") == "GrE");
  CHECK(snake("1st") == "n1st");
  CHECK(snake("_private") == "private_");
  CHECK(snake("__x") == "x");
  CHECK(upper_camel("\"*/\n") == "Value");
}

TEST_CASE("reserved words get an underscore") {
  CHECK(snake("class") == "class_");
  CHECK(snake("linux") == "linux_");
  CHECK(snake("co_await") == "co_await_");
  CHECK(snake("lambda", Language::python) == "lambda_");
  CHECK(upper_camel("none", Language::python) == "None_");
  CHECK(Identifiers(Language::typescript, Case::lower_camel).add("default") == "default_");
  CHECK(Identifiers(Language::go, Case::lower_camel).add("func") == "func_");
}

TEST_CASE("names of a scope stay apart") {
  Identifiers scope(Language::typescript, Case::upper_camel, {"Track"});
  CHECK(scope.add("track") == "Track2");
  CHECK(scope.add("Track") == "Track3");
  CHECK(scope.add("track_2") == "Track2_2");
  CHECK(scope.add("order id") == "OrderId");
  CHECK(scope.add("order-id") == "OrderId2");
}

TEST_CASE("any names give identifiers that differ") {
  std::mt19937 random(7);
  for (const Language language : {Language::typescript, Language::cpp, Language::python, Language::go}) {
    for (const Case letter_case : {Case::upper_camel, Case::lower_camel, Case::snake}) {
      Identifiers scope(language, letter_case);
      std::set<std::string> seen;
      for (int i = 0; i < 2000; ++i) {
        std::string name;
        for (size_t length = random() % 5; length > 0; --length) name += "aA1_- \xc3\x28\"\n2bB"[random() % 14];
        const std::string identifier = scope.add(name);
        CHECK(is_plain_identifier(identifier));
        CHECK(seen.insert(identifier).second);
      }
    }
  }
}

TEST_CASE("is_identifier and slug") {
  CHECK(is_identifier(Language::cpp, "track_2"));
  CHECK(is_identifier(Language::python, "_x"));
  for (const char* const bad : {"", "2x", "a-b", "a b", "é", "class"}) CHECK(!is_identifier(Language::cpp, bad));
  CHECK(slug("Shop 2!") == "shop-2");
  CHECK(slug("myTool") == "my-tool");
  CHECK(slug("😀").empty());
}
