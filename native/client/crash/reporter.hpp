// What is done in the moment of a crash: to every armed file whose concern it is, the report is written.
#pragma once

#include <cstdint>

namespace waymark::client::crash {

struct Crash {
  int signal = 0;
  int code = 0;
  const char* exception_type = nullptr;  // null: there is none
  uint64_t address = 0;                  // of the instruction that crashed, or a return address
  bool is_return_address = false;
  void* context = nullptr;        // of the signal, if it is one
  bool is_lost = false;           // there is no code at the address: a call went wrong
  bool has_stack_to_walk = true;  // false: what is left of the signal stack is too little to find callers
};

// Whether any file is armed in this process.
bool is_any_armed();
// To be called by the thread whose turn it is. What it wrote before is gone then: it lived on. Returns the report's
// number, which is not 0.
uint64_t write_reports(const Crash& crash);
// The program lives on: deletes what was written, but for what has been replaced since. By the thread whose turn it is.
void delete_reports(uint64_t number);

}  // namespace waymark::client::crash
