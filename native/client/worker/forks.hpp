// fork(): who owns a thread is told before and after, in parent and child (pthread_atfork(3)).
#pragma once

namespace waymark::client {

class ForkListener {
 public:
  virtual void before_fork() = 0;
  virtual void after_fork(bool is_child) = 0;

 protected:
  ~ForkListener() = default;
};

// From now on, until it is forgotten.
void tell_of_forks(ForkListener& listener);
void forget_forks(ForkListener& listener);

}  // namespace waymark::client
