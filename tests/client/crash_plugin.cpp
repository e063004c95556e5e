// A module that a program loads; it crashes in what it is given to call.
extern "C" void call_back(void (*function)()) {
  function();
  asm volatile("");  // so that the call is not a jump
}
