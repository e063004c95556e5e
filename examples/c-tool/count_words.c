/* Counts the words of its standard input, and tells how many times it did.
 *
 *   count_words [--telemetry on|off|status] < TEXT
 *
 * COLLECTOR says where events go; http://127.0.0.1:8787 if it is not set.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <waymark/waymark.h>

typedef struct counts {
  uint64_t lines, words, bytes;
} counts;

static counts count(FILE* input) {
  counts found = {0, 0, 0};
  bool in_word = false;
  for (int c = getc(input); c != EOF; c = getc(input)) {
    ++found.bytes;
    found.lines += c == '\n';
    found.words += !isspace(c) && !in_word;
    in_word = !isspace(c);
  }
  return found;
}

static double now_ms(void) {
  struct timespec now;
  timespec_get(&now, TIME_UTC);
  return 1e3 * (double)now.tv_sec + 1e-6 * (double)now.tv_nsec;
}

static waymark_telemetry* open_telemetry(void) {
  const char* const collector = getenv("COLLECTOR");
  waymark_config config = WAYMARK_CONFIG;
  config.tool = "count-words";
  config.version = "1.0.0";
  config.endpoint = collector != NULL ? collector : "http://127.0.0.1:8787";
  config.write_key = "demo";
  return waymark_telemetry_open(&config);
}

/* Shows the notice, and answers as the person said. */
static int set_telemetry(waymark_telemetry* telemetry, const char* wanted) {
  char text[1024];
  if (strcmp(wanted, "status") != 0) {
    waymark_notice(telemetry, WAYMARK_NOTICE_TEXT, text, sizeof text);
    puts(text);
    const bool is_on = strcmp(wanted, "on") == 0;
    if (!is_on && strcmp(wanted, "off") != 0) {
      fprintf(stderr, "count_words: --telemetry takes on, off or status\n");
      return 2;
    }
    if (!waymark_answer(telemetry, is_on ? WAYMARK_GRANTED : WAYMARK_DENIED)) {
      waymark_status_detail(telemetry, text, sizeof text);
      fprintf(stderr, "count_words: %s\n", text);
      return 2;
    }
  }
  waymark_explain(telemetry, "analytics", text, sizeof text);
  printf("telemetry is %s\n%s", waymark_status(telemetry) == WAYMARK_OFF_NONE ? "on" : "off", text);
  return 0;
}

int main(int argument_count, char** arguments) {
  waymark_telemetry* const telemetry = open_telemetry();
  if (argument_count == 3 && strcmp(arguments[1], "--telemetry") == 0) {
    const int status = set_telemetry(telemetry, arguments[2]);
    waymark_telemetry_close(telemetry);
    return status;
  }
  if (argument_count != 1) {
    fprintf(stderr, "usage: count_words [--telemetry on|off|status] < TEXT\n");
    waymark_telemetry_close(telemetry);
    return 2;
  }
  const double began = now_ms();
  const counts found = count(stdin);
  printf("%llu %llu %llu\n", (unsigned long long)found.lines, (unsigned long long)found.words,
         (unsigned long long)found.bytes);

  /* What was counted, nothing of what was read. While nobody has agreed this is copied to memory and forgotten. */
  const waymark_property properties[] = {waymark_natural("lines", found.lines), waymark_natural("words", found.words)};
  waymark_track(telemetry, "words_counted", properties, sizeof properties / sizeof *properties, NULL);
  waymark_record(telemetry, "count.time.ms", now_ms() - began);
  waymark_telemetry_close(telemetry);
  return 0;
}
