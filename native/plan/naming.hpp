// Names as people write them: how they are quoted, compared, brought to snake_case, and guessed when misspelt.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace waymark::plan {

// `text` between backticks for a message of one line: control characters are escaped, and what is longer than 80 bytes
// is cut.
std::string in_quotes(std::string_view text);

// "Product Viewed", "productViewed" and "product-viewed" give "product_viewed"; "APIKey2" gives "api_key_2". Letters
// of other scripts stay. Empty when nothing of the name is a letter or digit.
std::string snake_case(std::string_view name);

// The same for all spellings of a name: lower case, without what separates words.
std::string spelling_key(std::string_view name);

// The name in `known` that `name` was probably meant to be: another spelling, or one with few letters changed (a third
// of them at most). Empty if there is none.
std::string_view nearest_name(std::string_view name, const std::vector<std::string_view>& known);

// "did you mean `owner`?", or empty.
std::string did_you_mean(std::string_view name, const std::vector<std::string_view>& known);

// "a, b or c", each between backticks.
std::string either_of(const std::vector<std::string_view>& names);

}  // namespace waymark::plan
