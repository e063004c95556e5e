// Whether a machine runs this, not a person: the vendors of continuous integration as the npm package ci-info lists
// them.
//
// The rule, in this order; a value that says nothing (opt_outs.hpp) counts as not set, but for names in _ID and
// _NUMBER:
//   1. a vendor's variables                            ci; of a vendor that serves in production too: maybe
//   2. CI is set, but to a word of no signal (`false`)   no
//   3. CI, CONTINUOUS_INTEGRATION, CI_NAME, CI_APP_ID, CI_BUILD_ID, CI_BUILD_NUMBER   ci
//   4. BUILD_ID, BUILD_NUMBER, RUN_ID                   maybe
// ci-info itself takes `CI=0` and `CI=no` for CI, and lets `CI=false` hide the vendors. Builds set that to change what
// other tools do, and are builds still; a person loses nothing by it but a question.
#pragma once

#include <cstdint>
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

// The variable by which a program that writes and runs code in a person's place can be told, empty if there is none.
// What it answers is no person's consent.
std::string find_agent(const Variables& variables);

}  // namespace waymark::client
