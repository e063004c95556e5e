#include "native/client/keep_loaded.hpp"

#include <dlfcn.h>

namespace waymark::client {

void keep_this_library_loaded() {
  Dl_info found{};
  const auto* const here = reinterpret_cast<const void*>(&keep_this_library_loaded);
  if (dladdr(here, &found) == 0 || found.dli_fname == nullptr) return;
  dlopen(found.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
}

}  // namespace waymark::client
