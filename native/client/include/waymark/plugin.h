/* What plug-ins for audio hosts tell of their use, for C and every language that can call C: waymark/plugin.hpp,
 * function by function. The rules of waymark/waymark.h hold.
 *
 *   waymark_plugin* usage = waymark_plugin_open(telemetry);
 *   waymark_plugin_loaded(usage, load_ms);
 *   waymark_plugin_callback(usage, frames, took_ns, sample_rate_hz);  at the end of each audio callback
 *   waymark_plugin_close(usage);                                      before the telemetry is closed
 *
 * All but `open` and `close` are safe in an audio callback: no lock, no allocation, no system call.
 */
#ifndef WAYMARK_PLUGIN_H
#define WAYMARK_PLUGIN_H

#include <stdint.h>

#include "waymark/waymark.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct waymark_plugin waymark_plugin;

/* Null if `telemetry` is null or was badly configured, or for want of memory. */
WAYMARK_C_API waymark_plugin* waymark_plugin_open(waymark_telemetry* telemetry);
/* Tells of the parameters that changed since they were last told of. No other call on the object may be concurrent. */
WAYMARK_C_API void waymark_plugin_close(waymark_plugin* usage);

/* A parameter was given another value; from any thread. What was counted leaves as one event
 * `plugin_parameters_changed` a minute. 64 parameters, whose ids are cut to 48 bytes; more are counted together. */
WAYMARK_C_API void waymark_plugin_parameter_changed(waymark_plugin* usage, const char* id);
/* The event `plugin_preset_loaded`. */
WAYMARK_C_API waymark_tracked waymark_plugin_preset_loaded(waymark_plugin* usage, const char* name);
/* The metric `plugin.load.ms`. */
WAYMARK_C_API waymark_tracked waymark_plugin_loaded(waymark_plugin* usage, double load_ms);
/* Of the audio thread alone: a callback of so many frames took so long. After each second of audio, the metrics
 * `plugin.cpu.percent` and `plugin.cpu.peak.percent`. */
WAYMARK_C_API void waymark_plugin_callback(waymark_plugin* usage, uint32_t frames, uint64_t took_ns,
                                           double sample_rate_hz);
/* Of the window's thread alone: one frame was drawn. Once a second the metric `plugin.ui.fps`. */
WAYMARK_C_API void waymark_plugin_frame_drawn(waymark_plugin* usage);

#ifdef __cplusplus
}
#endif

#endif
