/* program.cpp in C. */
#include <stdio.h>
#include <waymark/waymark.h>

int main(int count, char** arguments) {
  if (count != 4) return 2;
  waymark_config config = WAYMARK_CONFIG;
  config.tool = "installed";
  config.version = "1.0.0";
  config.endpoint = arguments[2];
  config.write_key = "demo";
  config.data_directory = arguments[3];
  waymark_telemetry* const telemetry = waymark_telemetry_open(&config);
  if (!waymark_answer(telemetry, WAYMARK_GRANTED)) {
    char detail[256];
    waymark_status_detail(telemetry, detail, sizeof detail);
    fprintf(stderr, "%s\n", detail);
    return 1;
  }
  const waymark_property answer = waymark_integer("answer", 42);
  waymark_track(telemetry, arguments[1], &answer, 1, NULL);
  const waymark_flushed flushed = waymark_flush(telemetry, 10000);
  waymark_telemetry_close(telemetry);
  return flushed.is_done ? 0 : 1;
}
