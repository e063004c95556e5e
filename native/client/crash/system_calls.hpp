// What a signal handler may ask of the kernel, asked directly: the C library's functions of the same names may be
// points of cancellation, or replaced by those of a sanitizer.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>

namespace waymark::client::crash {

// Each returns what the system call does, or a negative number; `errno` is changed.
int open_for_reading(const char* path);
// Made new with mode 0600. Fails where something stands already, a symbolic link too.
int create_file(const char* path);
ssize_t read_some(int file, void* bytes, size_t size);
// All of it, also if a signal comes between. False if the file takes no more.
bool write_all(int file, const void* bytes, size_t size);
void close_file(int file);
void delete_file(const char* path);
void rename_file(const char* from, const char* to);
double unix_time_ms();
void wait_ms(long milliseconds);
int process_id();
int thread_id();

}  // namespace waymark::client::crash
