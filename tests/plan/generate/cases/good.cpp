// What a user of the generated track.hpp may write; prints what the sink gets.
#include <cstdio>
#include <limits>

#include "track.hpp"

using namespace tracking;

namespace {

struct Printer {
  int track(std::string_view name, std::string_view properties, int purpose = 0) {
    std::printf("%.*s %.*s %d\n", static_cast<int>(name.size()), name.data(), static_cast<int>(properties.size()),
                properties.data(), purpose);
    return 7;
  }
};

}  // namespace

int main() {
  Printer printer;
  const int result = tracking::track(
      printer, CheckoutCompleted{.order_id = "a\"\\\n\x01 é", .order_value = 149.99, .currency = Currency::eur}, 2);
  if (result != 7) return 1;
  const std::string order = "ord_1";
  const int value = 3;
  tracking::track(printer,
                  CheckoutCompleted{.order_id = order,
                                    .order_value = value,
                                    .currency = Currency::usd,
                                    .item_count = order.size(),
                                    .is_gift = true,
                                    .coupon = nullptr,
                                    .payment = CheckoutCompletedPayment::wallet,
                                    .items = {{.sku = "s", .price = 0.1, .options = {{"size", "XL"}, {"b", ""}}},
                                              {.sku = "t", .price = -1e300}},
                                    .shipping = CheckoutCompletedShipping{.country = "DE", .days = 2},
                                    .note = Json{"[1,{}]"}});
  tracking::track(printer, CheckoutCompleted{.order_id = "",
                                             .order_value = std::numeric_limits<double>::quiet_NaN(),
                                             .currency = Currency::gbp,
                                             .coupon = "c"});
  tracking::track(printer,
                  ProductViewed{.product_id = "p", .size = std::tuple{1.5, 2.0}, .rating = ProductViewedRating::n5});
  tracking::track(
      printer,
      ProductViewed{.product_id = 7,
                    .category = Category{.title = "a", .inside = {{.title = "b"}}, .parent = Category{.title = "c"}}});
  tracking::track(printer, CartEmptied{});
  tracking::track(printer, AppCrashed{});
  std::printf(
      "%s\n",
      to_json(UserTraits{.plan = UserTraitsPlan::paid, .seats = std::numeric_limits<std::int64_t>::min()}).c_str());
  std::printf("%.*s\n", static_cast<int>(EventTraits<CartEmptied>::purpose.size()),
              EventTraits<CartEmptied>::purpose.data());
  static_cast<void>(static_cast<Currency>(99));
  return 0;
}
