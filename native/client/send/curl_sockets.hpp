// Keeps libcurl's sockets from the programs that this one starts: 7.88 marks none of them as closed by exec.
#pragma once

#include <curl/curl.h>

namespace waymark::client {

// As `curl_multi_init`; what wakes it up is closed by exec. Between the two steps a program that is started without
// fork() (posix_spawn, vfork) may still get it: some microseconds.
CURLM* make_multi();

// The connections of `easy` are closed by exec from the moment that they are there.
void close_connections_by_exec(CURL* easy);

// After each `curl_multi_perform`: what a look-up of a name has opened in it is closed by exec from here on.
void close_lookups_by_exec(CURLM* multi);

}  // namespace waymark::client
