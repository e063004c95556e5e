/* The C interface from C11: what it tracks against a collector (c_api.test.mjs starts one and looks at what arrived),
 * and null pointers, bad configurations and short buffers in every place.
 *
 *   c_api_test ENDPOINT DIRECTORY
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <waymark/plugin.h>
#include <waymark/waymark.h>

static int failures = 0;

#define CHECK(condition)                                                        \
  do {                                                                          \
    if (!(condition)) {                                                         \
      fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
      ++failures;                                                               \
    }                                                                           \
  } while (0)

static waymark_config config_of(const char* endpoint, const char* directory) {
  waymark_config config = WAYMARK_CONFIG;
  config.tool = "c-test";
  config.version = "1.2.3";
  config.endpoint = endpoint;
  config.write_key = "demo";
  config.profile = WAYMARK_PROFILE_FULL;
  config.data_directory = directory;
  config.exit_deadline_ms = 5000;
  return config;
}

static void test_null_objects(void) {
  char text[8] = "before";
  const waymark_property property = waymark_null("key");
  waymark_environment environment = WAYMARK_ENVIRONMENT;
  waymark_telemetry_close(NULL);
  CHECK(waymark_track(NULL, "thing_done", &property, 1, NULL) == WAYMARK_DISABLED);
  CHECK(waymark_track_json(NULL, "thing_done", "{}", NULL) == WAYMARK_DISABLED);
  CHECK(waymark_record(NULL, "a.ms", 1) == WAYMARK_DISABLED);
  CHECK(waymark_expose(NULL, "a", "b") == WAYMARK_DISABLED);
  CHECK(waymark_ping(NULL, "run", 0, 0) == WAYMARK_DISABLED);
  CHECK(waymark_identify(NULL, "ann") == WAYMARK_DISABLED);
  CHECK(waymark_reset(NULL) == WAYMARK_DISABLED);
  CHECK(waymark_set_environment(NULL, &environment) == WAYMARK_DISABLED);
  CHECK(!waymark_flush(NULL, 10).is_done);
  CHECK(waymark_count_totals(NULL).accepted == 0);
  CHECK(waymark_status(NULL) == WAYMARK_OFF_BAD_CONFIG);
  CHECK(waymark_consent(NULL, "analytics") == WAYMARK_DENIED);
  CHECK(!waymark_answer(NULL, WAYMARK_GRANTED));
  CHECK(!waymark_set_consent(NULL, "analytics", WAYMARK_GRANTED, NULL));
  CHECK(waymark_status_detail(NULL, text, sizeof text) == 0 && text[0] == 0);
  strcpy(text, "before");
  CHECK(waymark_waiting(NULL, text, sizeof text) == 0 && text[0] == 0);
  strcpy(text, "before");
  CHECK(waymark_explain(NULL, "analytics", text, sizeof text) == 0 && text[0] == 0);
  strcpy(text, "before");
  CHECK(waymark_notice(NULL, WAYMARK_NOTICE_TEXT, text, sizeof text) == 0 && text[0] == 0);
  strcpy(text, "before");
  CHECK(waymark_data_directory(NULL, text, sizeof text) == 0 && text[0] == 0);
  strcpy(text, "before");
  CHECK(waymark_withdraw(NULL, text, sizeof text).events_wiped == 0 && text[0] == 0);
  waymark_resume_after_fork(NULL);
}

/* Opens, and expects a bad configuration whose detail has these words. */
static void expect_bad(const waymark_config* config, const char* words) {
  char detail[256];
  waymark_telemetry* const telemetry = waymark_telemetry_open(config);
  CHECK(telemetry != NULL);
  CHECK(waymark_status(telemetry) == WAYMARK_OFF_BAD_CONFIG);
  const size_t length = waymark_status_detail(telemetry, detail, sizeof detail);
  if (length == 0 || strstr(detail, words) == NULL) {
    fprintf(stderr, "'%s' has no '%s'\n", detail, words);
    ++failures;
  }
  CHECK(waymark_track(telemetry, "thing_done", NULL, 0, NULL) == WAYMARK_DISABLED);
  CHECK(!waymark_answer(telemetry, WAYMARK_GRANTED));
  CHECK(waymark_withdraw(telemetry, NULL, 0).files_deleted == 0);
  waymark_telemetry_close(telemetry);
}

static void test_bad_configs(const char* endpoint, const char* directory) {
  const waymark_config good = config_of(endpoint, directory);
  waymark_config config = good;
  expect_bad(NULL, "config");
  config.size = 0;
  expect_bad(&config, "WAYMARK_CONFIG");
  config = good;
  config.tool = NULL;
  expect_bad(&config, "tool");
  config = good;
  config.tool = "No Tool";
  expect_bad(&config, "tool");
  config = good;
  config.endpoint = NULL;
  expect_bad(&config, "endpoint");
  config = good;
  config.endpoint = "http://collect.example.com";
  expect_bad(&config, "https");
  config = good;
  config.write_key = NULL;
  expect_bad(&config, "write_key");
  config = good;
  config.profile = 7;
  expect_bad(&config, "profile");
  config = good;
  config.consent = -1;
  expect_bad(&config, "consent");
  config = good;
  config.crashes = 3;
  expect_bad(&config, "crashes");
  config = good;
  config.plan_bytes = 10;
  expect_bad(&config, "plan");
  config = good;
  config.plan = "no plan";
  config.plan_bytes = 7;
  expect_bad(&config, "plan");
  config = good;
  config.data_directory = "relative";
  expect_bad(&config, "data_directory");
}

/* A caller that was compiled when the struct ended after `write_key`, on memory that is someone else's from there. */
static void test_smaller_config(const char* endpoint, const char* directory) {
  const size_t known = offsetof(waymark_config, profile);
  waymark_config given;
  memset(&given, 0x7f, sizeof given);
  given.size = known;
  given.tool = "c-test";
  given.version = NULL;
  given.endpoint = endpoint;
  given.write_key = "demo";
  unsigned char* const exact = malloc(known);
  memcpy(exact, &given, known);
  setenv("XDG_STATE_HOME", directory, 1);
  waymark_telemetry* const telemetry = waymark_telemetry_open((const waymark_config*)(const void*)exact);
  CHECK(waymark_status(telemetry) == WAYMARK_OFF_UNKNOWN);
  char path[512];
  waymark_data_directory(telemetry, path, sizeof path);
  CHECK(strncmp(path, directory, strlen(directory)) == 0);
  CHECK(strcmp(path + strlen(directory), "/c-test/telemetry") == 0);
  waymark_telemetry_close(telemetry);
  free(exact);
}

static void test_texts(waymark_telemetry* telemetry) {
  char whole[2048];
  char little[5];
  const size_t length = waymark_notice(telemetry, WAYMARK_NOTICE_TEXT, whole, sizeof whole);
  CHECK(length > 20 && length < sizeof whole && strlen(whole) == length);
  CHECK(waymark_notice(telemetry, WAYMARK_NOTICE_TEXT, NULL, 0) == length);
  CHECK(waymark_notice(telemetry, WAYMARK_NOTICE_TEXT, little, sizeof little) == length);
  CHECK(strlen(little) == 4 && strncmp(little, whole, 4) == 0);
  CHECK(waymark_notice(telemetry, WAYMARK_NOTICE_HASH, whole, sizeof whole) == 64);
  CHECK(waymark_notice(telemetry, WAYMARK_NOTICE_PURPOSES, whole, sizeof whole) > 0);
  CHECK(strcmp(whole, "functional\nanalytics\n") == 0);
  CHECK(waymark_notice(telemetry, (waymark_notice_part)99, whole, sizeof whole) == 0 && whole[0] == 0);
  CHECK(waymark_explain(telemetry, "analytics", whole, sizeof whole) > 0);
  CHECK(strstr(whole, "denied") != NULL || strstr(whole, "unknown") != NULL);
}

/* More than a second of audio, half of whose time was used. */
static void use_plugin(waymark_telemetry* telemetry) {
  waymark_plugin* const usage = waymark_plugin_open(telemetry);
  CHECK(usage != NULL);
  CHECK(waymark_plugin_loaded(usage, 12.5) == WAYMARK_QUEUED);
  CHECK(waymark_plugin_preset_loaded(usage, "Warm Pad") == WAYMARK_QUEUED);
  for (int i = 0; i < 3; ++i) waymark_plugin_parameter_changed(usage, "cutoff");
  waymark_plugin_parameter_changed(usage, "resonance");
  for (int i = 0; i < 11; ++i) waymark_plugin_callback(usage, 4800, 50 * 1000 * 1000, 48000);
  waymark_plugin_frame_drawn(usage);
  waymark_plugin_close(usage);
}

static void track_everything(waymark_telemetry* telemetry) {
  waymark_environment environment = WAYMARK_ENVIRONMENT;
  environment.host_name = "C host";
  environment.sample_rate_hz = 48000;
  environment.buffer_frames = 64;
  CHECK(waymark_set_environment(telemetry, &environment) == WAYMARK_QUEUED);
  environment.size = 0;
  CHECK(waymark_set_environment(telemetry, &environment) == WAYMARK_DISABLED);
  CHECK(waymark_set_environment(telemetry, NULL) == WAYMARK_DISABLED);
  CHECK(waymark_identify(telemetry, "user_1") == WAYMARK_QUEUED);
  waymark_property properties[65] = {waymark_null("nothing"),
                                     waymark_boolean("truth", true),
                                     waymark_integer("least", INT64_MIN),
                                     waymark_natural("most", UINT64_MAX),
                                     waymark_number("half", 0.5),
                                     waymark_number("infinite", INFINITY),
                                     waymark_text("words", "gr\xc3\xbc\xc3\x9f dich"),
                                     waymark_text("none", NULL),
                                     {"strange", 77, {0}}};
  CHECK(waymark_track(telemetry, "all_kinds_tracked", properties, 9, NULL) == WAYMARK_QUEUED);
  CHECK(waymark_track(telemetry, "nothing_given", NULL, 0, "functional") == WAYMARK_QUEUED);
  CHECK(waymark_track(telemetry, "null_given", NULL, 1, NULL) == WAYMARK_DISABLED);
  CHECK(waymark_track(telemetry, "too_many_given", properties, 65, NULL) == WAYMARK_DISABLED);
  CHECK(waymark_track(telemetry, NULL, properties, 1, NULL) == WAYMARK_QUEUED); /* the core refuses it */
  CHECK(waymark_track_json(telemetry, "json_given", "{\"list\":[1,2]}", NULL) == WAYMARK_QUEUED);
  CHECK(waymark_record(telemetry, "c.work.ms", 2.5) == WAYMARK_QUEUED);
  CHECK(waymark_record(telemetry, "c.work.ms", 7.5) == WAYMARK_QUEUED);
  CHECK(waymark_expose(telemetry, "greeting", "short") == WAYMARK_QUEUED);
  CHECK(waymark_ping(telemetry, "run", 3, 45) == WAYMARK_QUEUED);
  use_plugin(telemetry);
}

static void test_null_plugins(void) {
  CHECK(waymark_plugin_open(NULL) == NULL);
  waymark_telemetry* const refused = waymark_telemetry_open(NULL);
  CHECK(waymark_plugin_open(refused) == NULL);
  waymark_telemetry_close(refused);
  const waymark_config config = config_of("http://collect.example.com", NULL);
  waymark_telemetry* const misconfigured = waymark_telemetry_open(&config);
  CHECK(waymark_status(misconfigured) == WAYMARK_OFF_BAD_CONFIG);
  CHECK(waymark_plugin_open(misconfigured) == NULL);
  waymark_telemetry_close(misconfigured);
  CHECK(waymark_plugin_loaded(NULL, 1) == WAYMARK_DISABLED);
  CHECK(waymark_plugin_preset_loaded(NULL, "any") == WAYMARK_DISABLED);
  waymark_plugin_parameter_changed(NULL, "any");
  waymark_plugin_callback(NULL, 64, 1, 48000);
  waymark_plugin_frame_drawn(NULL);
  waymark_plugin_close(NULL);
}

static void test_delivery(const char* endpoint, const char* directory) {
  const waymark_config config = config_of(endpoint, directory);
  waymark_telemetry* const telemetry = waymark_telemetry_open(&config);
  CHECK(waymark_status(telemetry) == WAYMARK_OFF_UNKNOWN);
  CHECK(waymark_consent(telemetry, "analytics") == WAYMARK_UNKNOWN);
  test_texts(telemetry);
  CHECK(!waymark_answer(telemetry, WAYMARK_UNKNOWN));
  CHECK(waymark_answer(telemetry, WAYMARK_GRANTED));
  CHECK(waymark_status(telemetry) == WAYMARK_OFF_NONE);
  CHECK(waymark_consent(telemetry, "analytics") == WAYMARK_GRANTED);
  track_everything(telemetry);
  const waymark_flushed flushed = waymark_flush(telemetry, 10000);
  CHECK(flushed.is_done);
  CHECK(flushed.acknowledged == 7 && flushed.waiting == 0);
  const waymark_totals totals = waymark_count_totals(telemetry);
  CHECK(totals.accepted == 7 && totals.acknowledged == 7 && totals.ring_full == 0);
  CHECK(totals.invalid == 1 && totals.denied == 0 && totals.sampled_out == 0 && totals.over_bound == 0);
  CHECK(waymark_reset(telemetry) == WAYMARK_QUEUED);
  const pid_t child = fork();
  if (child == 0) {
    waymark_resume_after_fork(telemetry);
    waymark_track(telemetry, "child_spoke", NULL, 0, NULL);
    waymark_telemetry_close(telemetry);
    _exit(failures > 0);
  }
  int status = -1;
  CHECK(waitpid(child, &status, 0) == child && status == 0);
  CHECK(waymark_protect_this_thread());
  CHECK(waymark_set_consent(telemetry, "analytics", WAYMARK_DENIED, NULL));
  CHECK(waymark_consent(telemetry, "analytics") == WAYMARK_DENIED);
  CHECK(waymark_set_consent(telemetry, "analytics", WAYMARK_GRANTED, "user"));
  CHECK(!waymark_set_consent(telemetry, "no such purpose", WAYMARK_GRANTED, NULL));
  char left[256] = "before";
  const waymark_purged purged = waymark_withdraw(telemetry, left, sizeof left);
  CHECK(purged.files_left == 0 && left[0] == 0);
  CHECK(waymark_status(telemetry) == WAYMARK_OFF_REFUSED);
  CHECK(waymark_track(telemetry, "withdrawn_anyway", NULL, 0, NULL) == WAYMARK_DISABLED);
  waymark_telemetry_close(telemetry);
}

/* What waits is told while nobody answers at the other end. */
static void test_waiting(const char* directory) {
  char own[512];
  snprintf(own, sizeof own, "%s/waiting", directory);
  waymark_config config = config_of("http://127.0.0.1:9", own);
  config.exit_deadline_ms = -1;
  waymark_telemetry* const telemetry = waymark_telemetry_open(&config);
  CHECK(waymark_answer(telemetry, WAYMARK_GRANTED));
  CHECK(waymark_track_json(telemetry, "later_sent", "{\"n\":1}", NULL) == WAYMARK_QUEUED);
  char lines[4096];
  size_t length = 0;
  for (int i = 0; i < 100 && length == 0; ++i) {
    usleep(20 * 1000);
    length = waymark_waiting(telemetry, lines, sizeof lines);
  }
  CHECK(length > 0 && lines[length - 1] == '\n');
  CHECK(strstr(lines, "\"later_sent\"") != NULL);
  waymark_telemetry_close(telemetry);
}

int main(int count, char** arguments) {
  if (count != 3) {
    fprintf(stderr, "usage: %s ENDPOINT DIRECTORY\n", arguments[0]);
    return 2;
  }
  char data[512];
  snprintf(data, sizeof data, "%s/data", arguments[2]);
  test_null_objects();
  test_null_plugins();
  test_bad_configs(arguments[1], data);
  CHECK(access(data, F_OK) != 0); /* a bad configuration leaves nothing behind */
  test_smaller_config(arguments[1], arguments[2]);
  test_delivery(arguments[1], data);
  test_waiting(arguments[2]);
  return failures > 0;
}
