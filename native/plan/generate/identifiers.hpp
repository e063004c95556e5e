// Names of a plan as identifiers of a language: any text becomes one, and no two of a scope become the same.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "native/plan/generate/generate.hpp"

namespace waymark::plan {

enum class Case : uint8_t {
  upper_camel,  // CheckoutCompleted; in Go with its initialisms: OrderID
  lower_camel,  // checkoutCompleted
  snake,        // checkout_completed
};

// The identifiers of one scope, in the order in which they are asked for.
class Identifiers {
 public:
  // `taken`: names of the scope that the generated code uses itself. The language's reserved words are taken anyway.
  Identifiers(Language language, Case letter_case, const std::vector<std::string_view>& taken = {});

  // An identifier of ASCII letters, digits and '_' for `name`, which may be any text. One that was given before gets a
  // number behind it; a name without ASCII letters and digits becomes `value`.
  std::string add(std::string_view name);

 private:
  Language language_;
  Case case_;
  std::set<std::string, std::less<>> taken_;
  std::map<std::string, size_t> numbers_;  // the last that was tried behind a name
};

// Whether `name` may stand as it is where the language wants an identifier: ASCII, and no reserved word.
bool is_identifier(Language language, std::string_view name);

// `name` in lower case with '-' for all that is neither ASCII letter nor digit: "Shop 2!" gives "shop-2". Empty if
// nothing is left.
std::string slug(std::string_view name);

}  // namespace waymark::plan
