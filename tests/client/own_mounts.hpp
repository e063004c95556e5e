// File systems that a child of a test sees alone (in_child.hpp).
#pragma once

#include <sched.h>
#include <sys/mount.h>

#include <string>

namespace waymark::testing {

// What is mounted from now on is seen by this process alone. False without the right to.
inline bool enter_own_mounts() {
  if (unshare(CLONE_NEWNS) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  return mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}

// For this process alone, which root's rights do not change.
inline bool mount_read_only(const std::string& directory) {
  const char* const path = directory.c_str();
  return enter_own_mounts() && mount(path, path, nullptr, MS_BIND, nullptr) == 0 &&
         mount(path, path, nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) == 0;
}

}  // namespace waymark::testing
