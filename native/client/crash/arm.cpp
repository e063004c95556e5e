#include <dlfcn.h>
#include <link.h>
#include <pthread.h>

#include <cstring>
#include <mutex>

#include "native/client/crash/handlers.hpp"
#include "native/client/crash/places.hpp"
#include "native/client/crash/reporter.hpp"
#include "native/client/crash/stack.hpp"
#include "native/client/crash/system_calls.hpp"

namespace waymark::client::crash {

constinit Place places[most_places];

namespace {

std::mutex mutex;
uint32_t last_turn = 0;

// A place's number has both, so that who disarms twice disarms nobody else's.
constexpr uint32_t most_turns = (1u << 27) - 1;
int number_of(uint32_t turn, size_t index) { return static_cast<int>(turn * most_places + index); }

struct LoadedModule {
  uint64_t address;
  uint64_t begin = 0;
  uint64_t end = 0;
};

int look_at_module(dl_phdr_info* info, size_t, void* argument) {
  auto& wanted = *static_cast<LoadedModule*>(argument);
  uint64_t begin = UINT64_MAX;
  uint64_t end = 0;
  for (size_t i = 0; i < info->dlpi_phnum; ++i) {
    const auto& header = info->dlpi_phdr[i];
    if (header.p_type != PT_LOAD) continue;
    const uint64_t first = info->dlpi_addr + header.p_vaddr;
    if (first < begin) begin = first;
    if (first + header.p_memsz > end) end = first + header.p_memsz;
  }
  if (wanted.address < begin || wanted.address >= end) return 0;
  wanted.begin = begin;
  wanted.end = end;
  return 1;
}

}  // namespace

// A child that came out of fork() while another thread was arming could never arm.
void keep_whole_over_fork() {
  static const bool is_registered =
      pthread_atfork([] { mutex.lock(); }, [] { mutex.unlock(); }, [] { mutex.unlock(); }) == 0;
  static_cast<void>(is_registered);
}

int arm(const Settings& settings) {
  if (!knows_this_processor || settings.scope == CrashScope::none) return -1;
  if (settings.path.empty() || settings.path.size() > most_path_bytes) return -1;
  if (settings.instance_id.size() != crash_id_chars) return -1;
  LoadedModule module{reinterpret_cast<uint64_t>(settings.module_address)};
  if (settings.scope == CrashScope::module && dl_iterate_phdr(look_at_module, &module) == 0) return -1;

  keep_whole_over_fork();
  const std::lock_guard lock(mutex);
  const int me = process_id();
  for (size_t i = 0; i < most_places; ++i) {
    Place& place = places[i];
    if (place.is_armed(me)) continue;
    protect_this_thread();
    prime_unwinder();
    place.turn = 0;
    place.process = me;
    place.scope = settings.scope;
    place.module_begin = module.begin;
    place.module_end = module.end;
    place.report = 0;
    place.started_ms = settings.started_ms;
    std::memcpy(place.crash_id, settings.instance_id.data(), crash_id_chars);
    std::memcpy(place.path, settings.path.c_str(), settings.path.size() + 1);
    last_turn = last_turn % most_turns + 1;
    const uint32_t turn = last_turn;
    place.turn.store(turn, std::memory_order_release);
    if (install_handlers()) return number_of(turn, i);
    place.turn = 0;
    return -1;
  }
  return -1;
}

void disarm(int number) {
  if (number < 0) return;
  const std::lock_guard lock(mutex);
  Place& place = places[static_cast<size_t>(number) % most_places];
  if (place.turn != static_cast<uint32_t>(number) / most_places) return;
  place.turn = 0;
  if (!is_any_armed()) remove_handlers();
}

}  // namespace waymark::client::crash
