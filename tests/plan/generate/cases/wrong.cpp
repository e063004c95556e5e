// What stands under a comment that begins with `wrong:` must be refused, for the reason behind the last colon; the rest
// must not.
#include "track.hpp"

using namespace tracking;

namespace {

struct Sink {
  void track(std::string_view, std::string_view) {}
};

void use(Sink& sink) {
  // right
  tracking::track(sink, CheckoutCompleted{.order_id = "a", .order_value = 1, .currency = Currency::eur});

  // wrong: no such event: CheckoutComplete
  tracking::track(sink, CheckoutComplete{.order_id = "a", .order_value = 1, .currency = Currency::eur});
  // wrong: a required property is missing: deleted function
  tracking::track(sink, CheckoutCompleted{.order_id = "a", .currency = Currency::eur});
  // wrong: all required properties are missing: deleted function
  tracking::track(sink, CheckoutCompleted{});
  // wrong: text for a number: deleted function
  tracking::track(sink, CheckoutCompleted{.order_id = "a", .order_value = "1", .currency = Currency::eur});
  // wrong: a number for text: deleted function
  tracking::track(sink, CheckoutCompleted{.order_id = 1, .order_value = 1, .currency = Currency::eur});
  // wrong: no such property: order_valu
  tracking::track(sink,
                  CheckoutCompleted{.order_id = "a", .order_value = 1, .currency = Currency::eur, .order_valu = 1});
  // wrong: no such value: chf
  tracking::track(sink, CheckoutCompleted{.order_id = "a", .order_value = 1, .currency = Currency::chf});
  // wrong: text for an enumeration: deleted function
  tracking::track(sink, CheckoutCompleted{.order_id = "a", .order_value = 1, .currency = "EUR"});
  // wrong: a fraction for an integer: deleted function
  tracking::track(sink,
                  CheckoutCompleted{.order_id = "a", .order_value = 1, .currency = Currency::eur, .item_count = 1.5});
  // wrong: text for a boolean: deleted function
  tracking::track(sink,
                  CheckoutCompleted{.order_id = "a", .order_value = 1, .currency = Currency::eur, .is_gift = "yes"});
  // wrong: a number for a boolean: deleted function
  tracking::track(sink, CheckoutCompleted{.order_id = "a", .order_value = 1, .currency = Currency::eur, .is_gift = 1});
  // wrong: neither alternative: deleted function
  tracking::track(sink, ProductViewed{.product_id = 1.5});
  // wrong: the enumeration of another event: deleted function
  tracking::track(
      sink,
      CheckoutCompleted{.order_id = "a", .order_value = 1, .currency = Currency::eur, .payment = UserTraitsPlan::paid});
  // wrong: traits are no event: no matching function
  tracking::track(sink, UserTraits{});
  // wrong: a part of an event is no event: no matching function
  tracking::track(sink, Category{.title = "a"});
  // wrong: null where it is not allowed: deleted function
  tracking::track(sink, CheckoutCompleted{.order_id = nullptr, .order_value = 1, .currency = Currency::eur});
  // wrong: too many elements: deleted function
  tracking::track(sink, ProductViewed{.product_id = 1, .size = std::tuple{1.0, 2.0, 3.0}});
  // wrong: an event that is deprecated: use cart_opened
  tracking::track(sink, BasketOpened{});

  // right
  tracking::track(sink, CheckoutCompleted{.order_id = "a", .order_value = 1, .currency = Currency::eur});
}

}  // namespace

int main() {
  Sink sink;
  use(sink);
}
