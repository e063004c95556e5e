// Where batches may go: https, or http to this machine, so that no event crosses a network in the clear.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace waymark::client {

struct Endpoint {
  std::string batch_url;
  std::string ping_url;
  std::string problem;  // why the text is no endpoint; empty if it is one
};

// `text`: scheme, host and perhaps port and path: no user, query or fragment.
Endpoint read_endpoint(std::string_view text);

}  // namespace waymark::client
