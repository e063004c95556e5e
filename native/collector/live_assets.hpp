// The live view's files, as they stand in live/; the build puts them into the program.
#pragma once

#include <string_view>

namespace waymark::collector {

std::string_view live_html();
std::string_view live_key_html();
std::string_view live_css();
std::string_view live_js();
std::string_view live_icon();

}  // namespace waymark::collector
