// Read this first. A Tracker takes events in and gives batches out; in between it decides:
//
//   consent → rate → sampling → validation → privacy → plan → session and identity → queue → batch → wire
//
// It is sans-I/O: it has no clock, no random source, no network, no storage, no thread, no global. Time and entropy are
// arguments; what is to be done outside comes back from `poll`. It works in one block of memory that it is given, never
// allocates, never throws, and several can live side by side.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/config.hpp"
#include "core/inspect.hpp"
#include "core/outbox/delivery.hpp"
#include "core/outbox/queue.hpp"
#include "core/outbox/reports.hpp"
#include "core/plan/plan.hpp"
#include "core/stages/consent.hpp"
#include "core/stages/context.hpp"
#include "core/stages/identity.hpp"
#include "core/stages/rate.hpp"
#include "core/stages/session.hpp"
#include "core/text/entropy.hpp"
#include "core/verdict.hpp"

namespace waymark {

// What the host is to do. Views are valid until the next call of any kind.
struct Action {
  enum Kind : uint8_t {
    idle,     // nothing until the next call
    wait,     // poll again at `wake_ms`
    send,     // POST `bytes`; report by `on_response` with `batch`
    store,    // keep `bytes`, the state, in place of those kept before; empty: delete them
    decided,  // the held event with the ticket of `decision` got its verdict
    keep,     // append `bytes` to the journal as `entry`: events that `restore` takes after a crash
    forget,   // delete `entry` and all before it from the journal
  };
  Kind kind = idle;
  uint8_t batch = 0;
  Decision decision;
  uint32_t entry = 0;
  double wake_ms = 0;
  std::string_view bytes;
};

using outbox::Totals;

// About 45 KiB itself; the block that it works in is apart.
class Tracker {
 public:
  // The block lives as long as the tracker and is aligned to 8. All of it but 76 KiB is the queue.
  static constexpr size_t least_memory = 256 * 1024;
  constexpr Tracker(char* memory, size_t capacity);

  // Randomness from the host takes the place of what there was: before `start`, and again before a grant or a reset.
  void seed(const uint32_t (&words)[4]) { entropy_.seed(words); }

  // The tracking plan, compiled, before `start`; it is read in place and must outlive the tracker. bad_config, and
  // there is no plan, if it is not sound.
  Reason set_plan(std::string_view compiled);

  // `lines` are those of the config (config.hpp), then the state that a `store` action gave in an earlier life, or
  // nothing; the state is passed over while nothing is granted that allows storage. bad_config leaves the tracker
  // disabled.
  Reason start(std::string_view lines, Purposes granted, Purposes denied, double now);

  // An event; `properties` is a JSON object, `purpose` a place in the config's list. It is invalid if
  // `set_user` refused the user that it names.
  Decision track(std::string_view name, std::string_view properties, uint32_t purpose, double now,
                 bool user_refused = false);
  // page_viewed; `page`, a JSON object, becomes the context's page for this event and those that follow. One that is
  // refused is left out: the event goes on without a page.
  Decision page(std::string_view properties, std::string_view page, uint32_t purpose, double now);
  // user_identified, with the traits as its properties; it and the events that follow carry the user id. With an id
  // that is empty or refused the event is invalid, and those that follow carry none.
  Decision identify(std::string_view user_id, std::string_view traits, uint32_t purpose, double now);
  // group_identified, with group_id and the traits as its properties.
  Decision group(std::string_view group_id, std::string_view traits, uint32_t purpose, double now);

  // What events carry from now on. The user id is plain text, the context JSON; empty: none. Where one is refused there
  // is none: the former would be someone or somewhere else. `rest` may have no member `page`.
  Reason set_user(std::string_view user_id);
  Reason set_context(stages::Context::Part part, std::string_view object);
  // A new anonymous_id and session, no user id: another person sits down.
  void reset();
  // Another tracker of the same person (a tab beside this one) gave this state to be kept: its ids and session hold
  // here from now on. Passed over while nothing is granted that allows storage.
  void learn(std::string_view state);

  // What is in neither set becomes unknown. What was held is decided anew; what is no longer allowed is wiped.
  void set_consent(Purposes granted, Purposes denied, double now);
  Consent consent(uint32_t purpose) const { return gate_.get(purpose); }

  // Send what is queued; with `leaving` at once and side by side, since the host may be gone in a moment.
  void flush(bool leaving);
  void online(double now) { delivery_.online(now); }

  // The next thing to do; call until it is `wait` or `idle`.
  Action poll(double now);
  // What became of a batch, within a minute (limits::answer_after_ms): the HTTP status, 0 for none; the wait that
  // Retry-After asks for (text/time.hpp), negative for none; the indices of rejected events as a JSON array, or empty.
  void on_response(uint32_t batch, uint32_t status, double retry_after_ms, std::string_view rejected, double now);

  // The host itself lost so many calls before they came here: they are reported like drops of its own.
  void count_lost(Reason reason, uint32_t purpose, uint32_t count, double now);

  // Why the last event was not accepted, or what is wrong with its name: `duplicate_key at "price"`. Else empty.
  [[gnu::always_inline]] std::string_view explain() const { return {explanation_, explanation_size_}; }
  const Totals& totals() const { return totals_; }
  const privacy::Counts& redactions() const { return inspector_.counts(); }

  // Whether the host keeps a journal: then `poll` asks it to, while something that allows storage is granted. At first
  // it keeps none. One that begins, or begins anew, has nothing yet.
  void keep_journal(bool keeps);

  // The queue as bytes, at most `capacity` of them: the oldest events stay out of what is too small. Returns how many
  // were written; 0 when there is nothing, or nothing may be stored. For a host that ends: where the queue has no room
  // for the counts of what was dropped, events of the least important purpose make some.
  size_t snapshot(char* out, size_t capacity, double now);
  // The same for a host that goes on and only looks: nothing changes, and what may not be stored is in it too.
  size_t copy_queue(char* out, size_t capacity) { return queue_.snapshot(out, capacity); }
  // Takes over a snapshot's events with the ids and times that they had; those older than three days are counted as
  // dropped. bad_config, and nothing changes, if the snapshot is not sound or does not fit. Entries of a journal are
  // snapshots too.
  Reason restore(std::string_view snapshot, double now);

 private:
  bool admit(std::string_view name, uint32_t purpose, std::string_view page, double now);
  void share(wire::Profile profile, std::string_view page);
  void make_ids(double now);
  bool is_denied(uint32_t purpose) const;
  void forget_expired(double now);
  Decision enqueue(text::JsonWriter& event, std::string_view name, uint32_t purpose, double now);
  Decision release(const outbox::Record& held, double now);
  Decision refuse(Verdict verdict, Reason reason, uint32_t purpose, double now, std::string_view where = {},
                  std::string_view rule = {});
  bool has_plan() const { return !config_.plan_version.empty(); }
  std::string_view rate_of(std::string_view name) const;
  void outdate();

  void keep(const outbox::Unkept& unkept, double now, Action& action);
  void report_drops(double now);
  void send(double now, Action& action);

  Config config_;
  plan::Plan plan_;
  bool started_ = false;
  bool has_journal_ = false;
  bool state_is_current_ = true;  // the host keeps what `store` would give
  stages::ConsentGate gate_;
  wire::Profile shared_profile_ = wire::Profile::full;  // of the last event
  uint32_t sequence_ = 0;
  double stored_seen_ms_ = 0;  // the session's last event in the state that the host keeps
  stages::Session session_;
  stages::RateLimit rate_;
  text::Entropy entropy_;
  Totals totals_;
  outbox::Queue queue_;
  outbox::Delivery delivery_;
  outbox::Journal journal_;
  char* config_text_;
  char* body_;
  size_t explanation_size_ = 0;
  stages::Identity identity_;
  char explanation_[256] = {};
  outbox::Reports reports_;
  Inspector inspector_;
  stages::Context context_;
};

inline constexpr size_t config_bytes = 8 * 1024;
inline constexpr size_t body_bytes = 68 * 1024;  // a full batch, or the largest event with all that stands around it

constexpr Tracker::Tracker(char* memory, size_t capacity)
    : queue_(memory + config_bytes + body_bytes, capacity - config_bytes - body_bytes),
      config_text_(memory),
      body_(memory + config_bytes),
      inspector_(config_.privacy) {}

}  // namespace waymark
