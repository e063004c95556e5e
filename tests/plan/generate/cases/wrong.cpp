// With CASE n, the n-th use; only 0 may compile.
#include "track.hpp"

using namespace tracking;

namespace {

struct Sink {
  void track(std::string_view, std::string_view) {}
};

void use(Sink& sink) {
#if CASE == 0  // right
  tracking::track(sink, CheckoutCompleted{.order_id = "a", .order_value = 1, .currency = Currency::eur});
#elif CASE == 1   // no such event: CheckoutComplete
  tracking::track(sink, CheckoutComplete{.order_id = "a", .order_value = 1, .currency = Currency::eur});
#elif CASE == 2   // a required property is missing: deleted function
  tracking::track(sink, CheckoutCompleted{.order_id = "a", .currency = Currency::eur});
#elif CASE == 3   // all required properties are missing: deleted function
  tracking::track(sink, CheckoutCompleted{});
#elif CASE == 4   // text for a number: deleted function
  tracking::track(sink, CheckoutCompleted{.order_id = "a", .order_value = "1", .currency = Currency::eur});
#elif CASE == 5   // a number for text: deleted function
  tracking::track(sink, CheckoutCompleted{.order_id = 1, .order_value = 1, .currency = Currency::eur});
#elif CASE == 6   // no such property: order_valu
  tracking::track(sink,
                  CheckoutCompleted{.order_id = "a", .order_value = 1, .currency = Currency::eur, .order_valu = 1});
#elif CASE == 7   // no such value: chf
  tracking::track(sink, CheckoutCompleted{.order_id = "a", .order_value = 1, .currency = Currency::chf});
#elif CASE == 8   // text for an enumeration: deleted function
  tracking::track(sink, CheckoutCompleted{.order_id = "a", .order_value = 1, .currency = "EUR"});
#elif CASE == 9   // a fraction for an integer: deleted function
  tracking::track(sink,
                  CheckoutCompleted{.order_id = "a", .order_value = 1, .currency = Currency::eur, .item_count = 1.5});
#elif CASE == 10  // text for a boolean: deleted function
  tracking::track(sink,
                  CheckoutCompleted{.order_id = "a", .order_value = 1, .currency = Currency::eur, .is_gift = "yes"});
#elif CASE == 11  // a number for a boolean: deleted function
  tracking::track(sink, CheckoutCompleted{.order_id = "a", .order_value = 1, .currency = Currency::eur, .is_gift = 1});
#elif CASE == 12  // neither alternative: deleted function
  tracking::track(sink, ProductViewed{.product_id = 1.5});
#elif CASE == 13  // the enumeration of another event: deleted function
  tracking::track(
      sink,
      CheckoutCompleted{.order_id = "a", .order_value = 1, .currency = Currency::eur, .payment = UserTraitsPlan::paid});
#elif CASE == 14  // traits are no event: no matching function
  tracking::track(sink, UserTraits{});
#elif CASE == 15  // a part of an event is no event: no matching function
  tracking::track(sink, Category{.title = "a"});
#elif CASE == 16  // null where it is not allowed: deleted function
  tracking::track(sink, CheckoutCompleted{.order_id = nullptr, .order_value = 1, .currency = Currency::eur});
#elif CASE == 17  // too many elements: deleted function
  tracking::track(sink, ProductViewed{.product_id = 1, .size = std::tuple{1.0, 2.0, 3.0}});
#elif CASE == 18  // an event that is deprecated: use cart_opened
  tracking::track(sink, BasketOpened{});
#endif
}

}  // namespace

int main() {
  Sink sink;
  use(sink);
}
