// The path of an event allocates nothing. All of malloc's family goes through here (the linker's --wrap, see
// CMakeLists.txt), and so does operator new, since its default calls malloc in another library.
#include <cstdlib>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "core/tracker.hpp"
#include "tests/catch.hpp"

namespace {

int allocations = 0;

}  // namespace

extern "C" {
void* __real_malloc(size_t size);
void* __real_calloc(size_t count, size_t size);
void* __real_realloc(void* old, size_t size);
void* __real_aligned_alloc(size_t alignment, size_t size);
int __real_posix_memalign(void** out, size_t alignment, size_t size);

void* __wrap_malloc(size_t size) { return ++allocations, __real_malloc(size); }
void* __wrap_calloc(size_t count, size_t size) { return ++allocations, __real_calloc(count, size); }
void* __wrap_realloc(void* old, size_t size) { return ++allocations, __real_realloc(old, size); }
void* __wrap_aligned_alloc(size_t alignment, size_t size) {
  return ++allocations, __real_aligned_alloc(alignment, size);
}
int __wrap_posix_memalign(void** out, size_t alignment, size_t size) {
  return ++allocations, __real_posix_memalign(out, alignment, size);
}
}

[[gnu::noinline]] void* operator new(size_t size) {
  void* const memory = std::malloc(size);
  if (!memory) std::abort();
  return memory;
}
[[gnu::noinline]] void* operator new(size_t size, const std::nothrow_t&) noexcept { return std::malloc(size); }
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace waymark {
namespace {

constexpr uint32_t analytics = 2;

// Everything is made before the count begins, Catch2's own strings included.
struct Program {
  Program() : block(512 * 1024), out(128 * 1024) {
    tracker = std::make_unique<Tracker>(block.data(), block.size());
    tracker->seed({1, 2, 3, 4});
  }
  std::vector<char> block, out;
  std::unique_ptr<Tracker> tracker;
  std::string config = "\"write_key\":\"demo\"\n{\"os\":\"linux\"}\n\n\n\n\n0.5\nsalt\n\n[\"always_in\"]\n";
  std::string large = R"({"note":")" + std::string(8000, 'x') + " ann@example.com\"}";
};

}  // namespace

TEST_CASE("the count counts") {
  int before = allocations;
  void* volatile memory = std::malloc(32);  // volatile, or the compiler leaves both out
  std::free(memory);
  CHECK(allocations > before);
  before = allocations;
  std::string* volatile text = new std::string(100, 'x');
  delete text;
  CHECK(allocations >= before + 2);
}

TEST_CASE("no call of a tracker allocates") {
  Program program;
  Tracker& tracker = *program.tracker;
  double now = 1731579825123.0;
  uint32_t accepted = 0, sent = 0, held = 0;
  const int before = allocations;

  bool good = tracker.start(program.config, 0, 0, now) == Reason::none;
  for (int round = 0; round < 50; ++round, now += 1000) {
    held += tracker.track("page_viewed", R"({"x":1})", analytics, now).verdict() == Verdict::held;
    if (round == 10) tracker.set_consent(1 << analytics, 0, now);
    tracker.track("always_in",
                  R"({"order_id":"ord_456789","order_value":149.99,"email":"ann@example.com","url":"/a?b=c"})",
                  analytics, now);
    tracker.track("always_in", program.large, analytics, now);
    tracker.track("always_in", R"({"a":1,"a":2})", analytics, now);
    tracker.page("{}", R"({"path":"/","title":"+14155552671"})", analytics, now);
    tracker.identify("user_8x92j4k1", R"({"plan":"pro"})", analytics, now);
    tracker.group("acme", R"({"seats":5})", analytics, now);
    tracker.set_context(stages::Context::rest, R"({"os":"linux"})");
    tracker.flush(round % 7 == 0);
    for (int turn = 0; turn < 20; ++turn) {
      const Action action = tracker.poll(now);
      if (action.kind <= Action::wait) break;
      if (action.kind != Action::send) continue;
      ++sent;
      constexpr uint32_t statuses[] = {200, 503, 413, 400, 500, 0, 200};
      tracker.on_response(action.batch, statuses[sent % 7], -1, "[0,2]", now);
    }
    tracker.online(now);
    if (round % 20 == 19) tracker.reset();
    good &= tracker.explain().size() < 256;
  }
  const size_t size = tracker.snapshot(program.out.data(), program.out.size(), now);
  tracker.set_consent(0, ~0u, now);
  tracker.set_consent(1 << analytics, 0, now);
  good &= tracker.restore({program.out.data(), size}, now) == Reason::none;
  accepted = tracker.totals().accepted;

  const int made = allocations - before;
  CHECK(made == 0);
  CHECK(good);
  CHECK(held == 11);  // the grant comes behind the eleventh
  CHECK(accepted > 50);
  CHECK(sent > 10);
  CHECK(size > 0);
}

}  // namespace waymark
