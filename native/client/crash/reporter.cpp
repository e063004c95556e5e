#include "native/client/crash/reporter.hpp"

#include "native/client/crash/modules.hpp"
#include "native/client/crash/places.hpp"
#include "native/client/crash/stack.hpp"
#include "native/client/crash/system_calls.hpp"
#include "native/client/crash/turn.hpp"

namespace waymark::client::crash {
namespace {

// Of the crash that is being reported. Not on the stack, of which little may be left.
Crash current;
double crashed_ms;
int process;
uint64_t addresses[most_frames];
size_t address_count;
uint64_t last_report = 0;

// A report that stands is replaced whole: the program may end while another is written.
char unfinished_path[most_path_bytes + sizeof unfinished_ending];

const char* unfinished_path_of(const Place& place) {
  size_t length = 0;
  for (; place.path[length] != 0; ++length) unfinished_path[length] = place.path[length];
  for (size_t i = 0; i < sizeof unfinished_ending; ++i) unfinished_path[length + i] = unfinished_ending[i];
  return unfinished_path;
}

bool concerns(const Place& place, uint64_t address) {
  if (!place.is_armed(process)) return false;
  return place.scope == CrashScope::program || (address >= place.module_begin && address < place.module_end);
}

void begin(Place& place) {
  const char* const path = place.report == 0 ? place.path : unfinished_path_of(place);
  place.file.create(path);
  if (!place.file.is_open()) return;
  place.is_made = true;
  place.file.add_crash({current.signal, current.code, crashed_ms, place.started_ms, place.crash_id});
  if (current.exception_type != nullptr) place.file.add_exception(current.exception_type);
  for (size_t i = 0; i < address_count; ++i) place.file.add_frame(addresses[i]);
}

// Whether there is room for another.
bool add_frame(void*, uint64_t address) {
  addresses[address_count++] = address;
  for (Place& place : places) {
    if (place.is_made) {
      place.file.add_frame(address);
    } else if (concerns(place, address)) {
      begin(place);
    }
  }
  return address_count < most_frames;
}

void add_mappings() {
  find_mappings(addresses, address_count, [](const Mapping& mapping) {
    for (Place& place : places) place.file.add_mapping(mapping);
  });
}

void add_callers() {
  if (!current.is_lost) return walk_callers(current.address, add_frame, nullptr);
  const Registers caller = caller_of(registers_of(current.context));
  set_registers(current.context, caller);
  if (add_frame(nullptr, caller.instruction - 1)) walk_callers(caller.instruction, add_frame, nullptr);
}

void end(Place& place, int thread) {
  if (place.is_made) {
    place.file.close();
    if (place.report != 0) rename_file(unfinished_path_of(place), place.path);
    place.report = last_report;
    place.report_thread = thread;
  } else if (place.report != 0 && place.report_thread == thread && place.is_armed(process)) {
    delete_file(place.path);
    place.report = 0;
  }
}

}  // namespace

bool is_any_armed() {
  const int me = process_id();
  for (const Place& place : places) {
    if (place.is_armed(me)) return true;
  }
  return false;
}

uint64_t write_reports(const Crash& crash) {
  current = crash;
  crashed_ms = unix_time_ms();
  process = process_id();
  address_count = 0;
  for (Place& place : places) place.is_made = false;

  add_frame(nullptr, crash.is_return_address ? crash.address - 1 : crash.address);
  run_guarded(add_mappings);
  if (crash.has_stack_to_walk) {
    const Registers registers = crash.is_lost ? registers_of(crash.context) : Registers{};
    run_guarded(add_callers);
    if (crash.is_lost) set_registers(crash.context, registers);
    run_guarded(add_mappings);
  }
  ++last_report;
  const int thread = thread_id();
  for (Place& place : places) end(place, thread);
  return last_report;
}

void delete_reports(uint64_t number) {
  const int me = process_id();
  for (Place& place : places) {
    if (place.report != number || !place.is_armed(me)) continue;
    delete_file(place.path);
    place.report = 0;
  }
}

}  // namespace waymark::client::crash
