// Names of events: object_action in snake_case.
#include "core/stages/validation.hpp"

#include <string>

#include "core/limits.hpp"
#include "tests/catch.hpp"

namespace waymark::stages {

TEST_CASE("good names", "[validation]") {
  for (const char* name :
       {"checkout_completed", "page_viewed", "a_b", "order2_paid", "step_2", "video_1080p_played", "a_b_c_d"}) {
    INFO(name);
    CHECK(check_event_name(name) == Reason::none);
    CHECK(check_event_name(name, true) == Reason::none);
  }
}

TEST_CASE("one word is good for a ping only", "[validation]") {
  CHECK(check_event_name("search") == Reason::name_style);
  CHECK(check_event_name("search", true) == Reason::none);
  CHECK(check_event_name("search_fuzzy", true) == Reason::none);
}

TEST_CASE("names that break the style", "[validation]") {
  for (const char* name :
       {"Checkout_completed", "checkoutCompleted", "checkout-completed", "checkout completed", "_a_b", "a_b_", "a__b",
        "_", "__", "1_a", "2fa_passed", "a.b", "é_b", "ключ_нажат", "a_b!", "a\n_b", "a_B"}) {
    INFO(name);
    CHECK(check_event_name(name) == Reason::name_style);
    CHECK(check_event_name(name, true) == Reason::name_style);
  }
  CHECK(check_event_name(std::string_view("a_\0b", 4)) == Reason::name_style);
}

TEST_CASE("names that are none", "[validation]") {
  CHECK(check_event_name("") == Reason::name_missing);
  CHECK(check_event_name("a_" + std::string(limits::event_name_bytes - 2, 'b')) == Reason::none);
  CHECK(check_event_name("a_" + std::string(limits::event_name_bytes - 1, 'b')) == Reason::name_too_long);
  CHECK(check_event_name("a_\xFF") == Reason::not_utf8);
  CHECK(check_event_name("a_\xED\xA0\x80") == Reason::not_utf8);
}

}  // namespace waymark::stages
