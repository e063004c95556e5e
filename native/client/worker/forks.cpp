#include "native/client/worker/forks.hpp"

#include <pthread.h>

#include <mutex>
#include <vector>

namespace waymark::client {
namespace {

struct Listeners {
  std::mutex mutex;
  std::vector<ForkListener*> all;
};

Listeners& listeners() {
  static auto* const one = new Listeners;  // outlives static objects that listen
  return *one;
}

void before() {
  listeners().mutex.lock();
  for (ForkListener* const listener : listeners().all) listener->before_fork();
}

void after(bool is_child) {
  for (ForkListener* const listener : listeners().all) listener->after_fork(is_child);
  listeners().mutex.unlock();
}

}  // namespace

void tell_of_forks(ForkListener& listener) {
  static const int registered = pthread_atfork(
      before, [] { after(false); }, [] { after(true); });
  static_cast<void>(registered);
  const std::lock_guard lock(listeners().mutex);
  listeners().all.push_back(&listener);
}

void forget_forks(ForkListener& listener) {
  const std::lock_guard lock(listeners().mutex);
  std::erase(listeners().all, &listener);
}

}  // namespace waymark::client
