/* Telemetry for C programs, and for every language that can call C: waymark/telemetry.hpp, function by function.
 *
 *   waymark_config config = WAYMARK_CONFIG;
 *   config.tool = "greet";
 *   config.version = "1.2.0";
 *   config.endpoint = "https://collect.example.com";
 *   config.write_key = "demo";
 *   waymark_telemetry* telemetry = waymark_telemetry_open(&config);
 *   const waymark_property properties[] = {waymark_text("language", "en"), waymark_integer("names", 3)};
 *   waymark_track(telemetry, "greeting_printed", properties, 2, NULL);
 *   waymark_telemetry_close(telemetry);
 *
 * Nothing happens before the person agreed: no file, no directory, no socket, no thread. No call ends or interrupts
 * the program; none blocks but those that say so. Any function may be called from any thread, but for `open`, `close`
 * and `resume_after_fork`, which no other call on the same object may be concurrent with.
 *
 * Three rules hold for all functions:
 * - Texts that are given are UTF-8, end in a zero byte, and are copied before the call returns. Null stands for the
 *   empty text.
 * - Texts that are returned are copied into `buffer`, cut to `capacity` - 1 bytes and ended by a zero byte, and the
 *   whole length without it is returned, as snprintf does. With `capacity` 0, `buffer` may be null.
 * - Where an object or an array is null, nothing is done: the result is `disabled`, `denied`, 0, or false.
 */
#ifndef WAYMARK_WAYMARK_H
#define WAYMARK_WAYMARK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(_WIN32)
#define WAYMARK_C_API
#else
#define WAYMARK_C_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef struct waymark_telemetry waymark_telemetry;

/* ---- configuration ---------------------------------------------------------------------------------------------- */

enum { WAYMARK_PROFILE_ANONYMOUS, WAYMARK_PROFILE_FULL };
enum { WAYMARK_CONSENT_RECORD, WAYMARK_CONSENT_HOST };
enum { WAYMARK_CRASHES_NONE, WAYMARK_CRASHES_PROGRAM, WAYMARK_CRASHES_MODULE };

/* Zeros and nulls mean what is usual. Members are only ever added at the end: `size` says how many the caller knows,
 * and those beyond have their usual values. What they mean in full: waymark::TelemetryConfig. */
typedef struct waymark_config {
  size_t size;                /* sizeof(waymark_config), as WAYMARK_CONFIG sets it */
  const char* tool;           /* 1 to 64 of a-z, 0-9, '-' and '_', a letter first */
  const char* version;        /* of the tool; at most 64 bytes */
  const char* endpoint;       /* the collector: https://…, or http:// on loopback */
  const char* write_key;      /* 1 to 64 bytes */
  int32_t profile;            /* WAYMARK_PROFILE_…; anonymous */
  int32_t consent;            /* WAYMARK_CONSENT_…; the record in the data directory */
  const char* data_directory; /* an absolute path; $XDG_STATE_HOME/TOOL/telemetry */
  const void* plan;           /* compiled; none. Must stay where it is until the object is closed */
  size_t plan_bytes;
  const char* policy_version; /* at most 64 plain characters; none */
  const char* policy_url;     /* none */
  int32_t crashes;            /* WAYMARK_CRASHES_…; none */
  int32_t exit_deadline_ms;   /* how long `close` may take, 24 h at most; 100. Negative: it waits for nothing */
  const char* crash_purpose;  /* functional */
  size_t ring_bytes;          /* 256 KiB */
  size_t disk_bytes;          /* 4 MiB; less than 2 MiB counts as 2 MiB */
} waymark_config;

#define WAYMARK_CONFIG waymark_usual_config()
static inline waymark_config waymark_usual_config(void) {
  waymark_config config;
  memset(&config, 0, sizeof config);
  config.size = sizeof config;
  return config;
}

/* Never null but for want of memory: what is wrong with a configuration stands in `waymark_status`. Starts the worker
 * if something is granted. */
WAYMARK_C_API waymark_telemetry* waymark_telemetry_open(const waymark_config* config);
/* Sends and keeps what waits, within `exit_deadline_ms`, and frees the object. */
WAYMARK_C_API void waymark_telemetry_close(waymark_telemetry* telemetry);

/* ---- what is tracked -------------------------------------------------------------------------------------------- */

typedef enum waymark_tracked {
  WAYMARK_QUEUED,     /* copied; the core decides on it */
  WAYMARK_QUEUE_FULL, /* no room: gone, and counted */
  WAYMARK_DISABLED    /* opted out, refused, badly configured, or a null pointer: gone */
} waymark_tracked;

typedef enum waymark_kind {
  WAYMARK_NULL,
  WAYMARK_BOOLEAN,
  WAYMARK_INTEGER,
  WAYMARK_NATURAL,
  WAYMARK_NUMBER, /* infinities and NaN are sent as null */
  WAYMARK_TEXT
} waymark_kind;

typedef struct waymark_property {
  const char* key;
  int32_t kind; /* of waymark_kind; any other counts as WAYMARK_NULL */
  union {
    bool boolean;
    int64_t integer;
    uint64_t natural;
    double number;
    const char* text;
  } value;
} waymark_property;

static inline waymark_property waymark_null(const char* key) {
  waymark_property property = {key, WAYMARK_NULL, {0}};
  return property;
}
static inline waymark_property waymark_boolean(const char* key, bool value) {
  waymark_property property = {key, WAYMARK_BOOLEAN, {0}};
  property.value.boolean = value;
  return property;
}
static inline waymark_property waymark_integer(const char* key, int64_t value) {
  waymark_property property = {key, WAYMARK_INTEGER, {0}};
  property.value.integer = value;
  return property;
}
static inline waymark_property waymark_natural(const char* key, uint64_t value) {
  waymark_property property = {key, WAYMARK_NATURAL, {0}};
  property.value.natural = value;
  return property;
}
static inline waymark_property waymark_number(const char* key, double value) {
  waymark_property property = {key, WAYMARK_NUMBER, {0}};
  property.value.number = value;
  return property;
}
static inline waymark_property waymark_text(const char* key, const char* value) {
  waymark_property property = {key, WAYMARK_TEXT, {0}};
  property.value.text = value;
  return property;
}

/* Those that follow are safe in an audio callback: no lock, no allocation, no system call. */

/* An event with `count` properties, 64 at most: with more nothing is tracked, and the result is disabled. Without a
 * purpose it has the plan's, or analytics. */
WAYMARK_C_API waymark_tracked waymark_track(waymark_telemetry* telemetry, const char* event_name,
                                            const waymark_property* properties, size_t count, const char* purpose);
/* The same with the properties as a JSON object. */
WAYMARK_C_API waymark_tracked waymark_track_json(waymark_telemetry* telemetry, const char* event_name,
                                                 const char* properties_json, const char* purpose);
/* A value of a metric; they leave summed up, once a minute. 64 metrics at most. */
WAYMARK_C_API waymark_tracked waymark_record(waymark_telemetry* telemetry, const char* metric, double value);
/* `experiment_exposed`, once a run for each experiment and variant. */
WAYMARK_C_API waymark_tracked waymark_expose(waymark_telemetry* telemetry, const char* experiment, const char* variant);
/* GET /t at the collector, tried once: that the tool was used, not by whom. Zeros are left out. */
WAYMARK_C_API waymark_tracked waymark_ping(waymark_telemetry* telemetry, const char* event, uint64_t n,
                                           uint64_t duration_ms);
/* The person from now on; null or empty: nobody. Passed over in the anonymous profile. */
WAYMARK_C_API waymark_tracked waymark_identify(waymark_telemetry* telemetry, const char* user_id);
/* Another person sits down: a new anonymous_id and session. */
WAYMARK_C_API waymark_tracked waymark_reset(waymark_telemetry* telemetry);

/* What the program runs in. Texts are at most 64 bytes; nulls and zeros are left out. */
typedef struct waymark_environment {
  size_t size; /* sizeof(waymark_environment), as WAYMARK_ENVIRONMENT sets it */
  const char* host_name;
  const char* host_version;
  const char* plugin_format; /* vst3, clap, lv2 … */
  double sample_rate_hz;
  uint32_t buffer_frames;
} waymark_environment;

#define WAYMARK_ENVIRONMENT waymark_usual_environment()
static inline waymark_environment waymark_usual_environment(void) {
  waymark_environment environment;
  memset(&environment, 0, sizeof environment);
  environment.size = sizeof environment;
  return environment;
}

/* Replaces what was set before. */
WAYMARK_C_API waymark_tracked waymark_set_environment(waymark_telemetry* telemetry,
                                                      const waymark_environment* environment);

/* ---- delivery --------------------------------------------------------------------------------------------------- */

typedef struct waymark_flushed {
  bool is_done; /* all that was tracked before is acknowledged, or given up and counted; nothing waits for an answer */
  uint64_t acknowledged;
  uint64_t given_up;
  uint64_t waiting; /* in memory or on disk, for the collector or for an answer about their purpose */
} waymark_flushed;

/* Sends what waits. Blocks until that is done or the time is over, 24 h at most; a negative time is none. */
WAYMARK_C_API waymark_flushed waymark_flush(waymark_telemetry* telemetry, int32_t timeout_ms);

typedef struct waymark_totals {
  uint64_t accepted;
  uint64_t acknowledged;
  uint64_t rejected;
  uint64_t dropped;
  uint64_t wiped;
  uint64_t ring_full;
  uint64_t invalid;     /* breaks a rule: a name, a key twice, no JSON, too large, the plan; NaN as a metric */
  uint64_t denied;      /* no consent, or a purpose that there is not */
  uint64_t sampled_out; /* not in the sample */
  uint64_t over_bound;  /* over the rate, no room in the queue, the 65th metric or exposure */
} waymark_totals;

/* What was counted since `open`, of calls and of what was accepted: waymark::TelemetryTotals. */
WAYMARK_C_API waymark_totals waymark_count_totals(const waymark_telemetry* telemetry);

/* What waits to be sent, 1000 events at most, as JSON objects, one a line. Blocks for a second at most. */
WAYMARK_C_API size_t waymark_waiting(const waymark_telemetry* telemetry, char* buffer, size_t capacity);

/* ---- consent ---------------------------------------------------------------------------------------------------- */

typedef enum waymark_consent_value { WAYMARK_UNKNOWN, WAYMARK_GRANTED, WAYMARK_DENIED } waymark_consent_value;

/* Why telemetry does nothing, if it does nothing. The first that holds, in this order. */
typedef enum waymark_off {
  WAYMARK_OFF_NONE, /* it works */
  WAYMARK_OFF_BAD_CONFIG,
  WAYMARK_OFF_DO_NOT_TRACK,  /* DO_NOT_TRACK */
  WAYMARK_OFF_TOOL_VARIABLE, /* TOOL_NO_TELEMETRY */
  WAYMARK_OFF_CI,
  WAYMARK_OFF_REFUSED,
  WAYMARK_OFF_UNKNOWN, /* nobody was asked yet: what is tracked waits in memory */
  WAYMARK_OFF_UNUSABLE_FILES
} waymark_off;

/* Why it does nothing; of a null object, bad_config. */
WAYMARK_C_API waymark_off waymark_status(const waymark_telemetry* telemetry);
/* More of that: which variable, which file, what to do. Empty if there is nothing to say. */
WAYMARK_C_API size_t waymark_status_detail(const waymark_telemetry* telemetry, char* buffer, size_t capacity);
/* Where files are, or would be. */
WAYMARK_C_API size_t waymark_data_directory(const waymark_telemetry* telemetry, char* buffer, size_t capacity);

/* Reads a small file. */
WAYMARK_C_API waymark_consent_value waymark_consent(const waymark_telemetry* telemetry, const char* purpose);
/* The rules that decided, one a line. */
WAYMARK_C_API size_t waymark_explain(const waymark_telemetry* telemetry, const char* purpose, char* buffer,
                                     size_t capacity);

typedef enum waymark_notice_part {
  WAYMARK_NOTICE_TITLE,
  WAYMARK_NOTICE_TEXT,
  WAYMARK_NOTICE_HOW_TO_TURN_OFF,
  WAYMARK_NOTICE_POLICY_URL,
  WAYMARK_NOTICE_PURPOSES, /* those that an answer decides, one a line */
  WAYMARK_NOTICE_HASH
} waymark_notice_part;

/* What a person is to be shown before they are asked, for a dialog of the program's own. */
WAYMARK_C_API size_t waymark_notice(const waymark_telemetry* telemetry, waymark_notice_part part, char* buffer,
                                    size_t capacity);
/* What they answered, granted or denied. False, and nothing changed, if an opt-out holds or it cannot be recorded:
 * waymark_status_detail says why. Blocks while a small file is written. */
WAYMARK_C_API bool waymark_answer(waymark_telemetry* telemetry, waymark_consent_value value);
/* For one purpose. `source`: who decided, `user`, `api` (also for null), or a name of the program's own. */
WAYMARK_C_API bool waymark_set_consent(waymark_telemetry* telemetry, const char* purpose, waymark_consent_value value,
                                       const char* source);

typedef struct waymark_purged {
  uint64_t events_wiped; /* in memory */
  uint64_t files_deleted;
  uint64_t files_left; /* that could not be deleted */
} waymark_purged;

/* Refuses all, overwrites what waits, deletes all files but the record of the refusal. Where that cannot be written the
 * refusal holds for this object, and the yes before it is deleted: waymark_status_detail says so. While an opt-out
 * holds, what earlier runs left is deleted, and no answer is read or changed. Blocks for 5 s at most. The files that
 * are left are told in `buffer`, one a line, with the reason; their length is not returned. */
WAYMARK_C_API waymark_purged waymark_withdraw(waymark_telemetry* telemetry, char* buffer, size_t capacity);

/* ---- threads and processes -------------------------------------------------------------------------------------- */

/* Stack overflows of the calling thread are reported. False if it has no memory for a signal stack. */
WAYMARK_C_API bool waymark_protect_this_thread(void);
/* In a child that came out of fork(): starts the worker there. */
WAYMARK_C_API void waymark_resume_after_fork(waymark_telemetry* telemetry);

#ifdef __cplusplus
}
#endif

#endif
