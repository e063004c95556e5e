// The generated header in front of the core's tracker.
#include <vector>

#include "core/tracker.hpp"
#include "track.hpp"

int main() {
  std::vector<double> memory(waymark::Tracker::least_memory / sizeof(double));
  waymark::Tracker tracker(reinterpret_cast<char*>(memory.data()), waymark::Tracker::least_memory);
  const uint32_t analytics = 1;
  const waymark::Decision decision = tracking::track(tracker, tracking::CartEmptied{}, analytics, 0.0);
  return decision.verdict() == waymark::Verdict::disabled ? 0 : 1;
}
