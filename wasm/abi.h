/* The border between JavaScript and the core.
 *
 * 1. One module instance is one tracker. It imports nothing; its memory is fixed.
 * 2. Text goes in through the input window: the caller writes UTF-8 at `waymark_input()` and passes its length in
 *    bytes. Of a text longer than WAYMARK_INPUT_BYTES the beginning is written and WAYMARK_TOO_LONG
 *    passed: it is refused as too large.
 * 3. Bytes come out by `waymark_result()`, six 32-bit words that the last call filled in. They and what they point
 *    to are valid until the next call. Never hold a view across a call.
 * 4. Time is the number of milliseconds since 1970 in a double. The core has no clock.
 * 5. Purposes are numbers: their places in the config's list. Sets of purposes are bits.
 * 6. A call that decides on an event returns verdict | reason << 8 | ticket << 16. The ticket is not 0 when the
 *    verdict is `held`: the later decision comes from `waymark_poll` with the same ticket.
 * 7. No call can fail otherwise. Before `waymark_start` all verdicts are `disabled`.
 */
#ifndef WAYMARK_ABI_H
#define WAYMARK_ABI_H

#include <stdint.h>

#define WAYMARK_ABI_VERSION 4
#define WAYMARK_INPUT_BYTES 65536
#define WAYMARK_TOO_LONG 0xFFFFFFFFu
#define WAYMARK_ENTROPY_BYTES 16

#ifdef __cplusplus
extern "C" {
#endif

uint32_t waymark_abi_version(void);
char* waymark_input(void);

/* [0] kind  [1] batch, ticket or entry  [2] pointer or value  [3] length  [4][5] a double */
uint32_t* waymark_result(void);

/* The random state becomes WAYMARK_ENTROPY_BYTES random bytes from the input window. Before start, and again before
 * a grant or a reset: ids made before and after cannot be linked then. */
void waymark_seed(void);

/* Input: a compiled tracking plan, before waymark_start. Returns 0, or the reason why it is refused. */
uint32_t waymark_plan(uint32_t length);

/* Input: the lines of the config (core/config.hpp lists them), then the state that a `store` action gave earlier, as it
 * was given, or nothing. `granted` and `denied`: purposes; all others are unknown. Returns 0, or the reason why the
 * config is refused. */
uint32_t waymark_start(double now, uint32_t granted, uint32_t denied, uint32_t length);

/* Input: the event name, a newline, the properties as a JSON object. `user_refused`: what waymark_set_user returned for
 * the user that this event names, else 0; unless it is 0 the event is invalid. */
uint32_t waymark_track(double now, uint32_t purpose, uint32_t length, uint32_t user_refused);
/* Input: the user id as it is; empty: none. Returns 0, or the reason why there is none from now on. */
uint32_t waymark_set_user(uint32_t length);
/* Input: a JSON object; empty: none. part 0: the whole context but the page, which may have no member `page`; part 1:
 * the page. Returns 0, or the reason why the part is empty from now on. */
uint32_t waymark_set_context(uint32_t part, uint32_t length);
/* New anonymous_id and session, no user id. */
void waymark_reset(void);
/* Input: the state that another tracker of the same storage gave: its ids and session hold from now on. */
void waymark_learn(uint32_t length);
/* `granted` and `denied`: purposes; all others become unknown. Purpose 0, necessary, is always granted. */
void waymark_set_consent(double now, uint32_t granted, uint32_t denied);

/* leaving 0: send what is queued, in order. 1: the page is being left, send all at once. */
void waymark_flush(uint32_t leaving);
/* The network is back: try now what waits for a retry (but not what a server asked to wait with). */
void waymark_online(double now);

/* What the host is to do next; call again until it is WAIT or IDLE.
 *   0 IDLE     nothing, until the next call
 *   1 WAIT     poll again at [4][5]
 *   2 SEND     POST the bytes [2][3]; report by waymark_respond with batch [1]
 *   3 STORE    keep the text [2][3] (the state) in place of the one kept before; length 0: delete it
 *   4 DECIDED  the held event with ticket [1] got its verdict: verdict | reason << 8 in [2]
 *   5 KEEP     append the bytes [2][3] to the journal as entry [1]; waymark_restore takes them after a crash
 *   6 FORGET   delete entry [1] and all before it from the journal */
uint32_t waymark_poll(double now);

/* `status` 0: no answer. `retry_after_ms` negative: none. Input: the indices that the answer rejects, as a JSON array
 * of numbers; empty: none. */
void waymark_respond(double now, uint32_t batch, uint32_t status, double retry_after_ms, uint32_t length);

/* on 1: the host keeps a journal, which is empty now: waymark_poll says what of. 0: it keeps none, as at first. */
void waymark_journal(uint32_t on);
/* Input: an entry of a journal. Its events are queued with the ids and times that they had. Returns 0, or the reason
 * why none of them is. */
uint32_t waymark_restore(double now, uint32_t length);

/* Bytes [2][3] become gzip (RFC 1952) of those that the last call gave; length 0 if that is no smaller. */
void waymark_compress(void);

/* The reason why the last event was not accepted and where, to [2][3]: `duplicate_key at "price"`. Empty if it was. */
void waymark_explain(void);
/* Totals since start, to [2]: six 32-bit words at that pointer: accepted, acknowledged, rejected by the collector,
 * dropped (each is in a client report), wiped (their purpose was refused), redactions. What is accepted and in none of
 * the next four is still queued or under way. */
void waymark_totals(void);

#ifdef __cplusplus
}
#endif
#endif
