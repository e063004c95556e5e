// Whether a machine runs this, not a person: the vendors of continuous integration as the npm package ci-info lists
// them.
#pragma once

#include <string>

#include "native/client/consent/opt_outs.hpp"

namespace waymark::client {

enum class Ci : uint8_t {
  no,
  maybe,  // a generic variable, or a hosting platform: nobody is asked, nothing that was not granted is done
  ci,     // nobody is asked, nothing is collected
};
struct CiFinding {
  Ci ci = Ci::no;
  std::string reason;  // `GITHUB_ACTIONS (GitHub Actions)`
};
CiFinding find_ci(const Variables& variables);

}  // namespace waymark::client
