#include "native/client/send/curl_sockets.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

namespace waymark::client {
namespace {

// So many bytes show which pair it is that a wake-up is written to.
constexpr int marks = 7;
// The two ends of a pair are made at once: seldom is one much behind the other.
constexpr int most_apart = 64;

bool is_inherited(int number) {
  const int flags = ::fcntl(number, F_GETFD);
  return flags >= 0 && (flags & FD_CLOEXEC) == 0;
}

void close_by_exec(int number) { ::fcntl(number, F_SETFD, FD_CLOEXEC); }

std::vector<int> inherited() {
  std::vector<int> found;
#if defined(__linux__)
  DIR* const directory = ::opendir("/proc/self/fd");
#else
  DIR* const directory = ::opendir("/dev/fd");
#endif
  if (directory == nullptr) return found;
  while (const dirent* const entry = ::readdir(directory)) {
    if (entry->d_name[0] == '.') continue;
    const int number = std::atoi(entry->d_name);
    if (is_inherited(number)) found.push_back(number);
  }
  ::closedir(directory);
  return found;
}

int bytes_to_read(int number) {
  int bytes = 0;
  return ::ioctl(number, FIONREAD, &bytes) == 0 ? bytes : 0;
}

bool has_unread(int number) {
  int bytes = 0;
  return ::ioctl(number, TIOCOUTQ, &bytes) == 0 && bytes > 0;
}

curl_socket_t open_connection(void*, curlsocktype, curl_sockaddr* address) {
#if defined(SOCK_CLOEXEC)
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
#else
  const int number = ::socket(address->family, address->socktype, address->protocol);
  if (number >= 0) close_by_exec(number);
  return number;
#endif
}

bool is_local(int number) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  return ::getsockname(number, reinterpret_cast<sockaddr*>(&address), &size) == 0 && address.ss_family == AF_UNIX;
}

bool is_at_an_end([[maybe_unused]] int number) {
#if defined(POLLRDHUP)
  pollfd one{number, POLLRDHUP, 0};
  return ::poll(&one, 1, 0) == 1 && (one.revents & POLLRDHUP) != 0;
#else
  return false;
#endif
}

// The other end of the pair that tells of a look-up's end, which libcurl names to nobody. Of this one it only reads:
// that nothing more will be written is what the other can be known by.
void close_other_end_by_exec(int reader) {
  std::array<int, most_apart> maybe{};
  size_t count = 0;
  for (int other = reader + 1; other <= reader + most_apart; ++other) {
    if (is_inherited(other) && is_local(other) && !is_at_an_end(other)) maybe[count++] = other;
  }
  if (count == 0) return;
  ::shutdown(reader, SHUT_WR);
  const auto other = std::find_if(maybe.begin(), maybe.begin() + count, is_at_an_end);
  if (other != maybe.begin() + count) close_by_exec(*other);
}

}  // namespace

CURLM* make_multi() {
  const std::vector<int> before = inherited();
  CURLM* const multi = curl_multi_init();
  if (multi == nullptr) return nullptr;
  // Other threads open things too: a descriptor is only touched if it is seen to be one of the pair's.
  std::vector<int> maybe = inherited();
  std::erase_if(maybe, [&](int number) {
    const bool is_old = std::find(before.begin(), before.end(), number) != before.end();
    return is_old || bytes_to_read(number) != 0 || has_unread(number);
  });
  if (maybe.empty()) return multi;
  for (int i = 0; i < marks; ++i) curl_multi_wakeup(multi);
  for (const int number : maybe) {
    if (bytes_to_read(number) == marks || (is_local(number) && has_unread(number))) close_by_exec(number);
  }
  curl_multi_poll(multi, nullptr, 0, 0, nullptr);  // takes the marks out again
  return multi;
}

void close_connections_by_exec(CURL* easy) { curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_connection); }

void close_lookups_by_exec(CURLM* multi) {
  fd_set reads, writes, errors;
  FD_ZERO(&reads);
  FD_ZERO(&writes);
  FD_ZERO(&errors);
  int most = -1;
  if (curl_multi_fdset(multi, &reads, &writes, &errors, &most) != CURLM_OK) return;
  for (int number = 0; number <= most; ++number) {
    if (!FD_ISSET(number, &reads) || !is_inherited(number)) continue;
    close_by_exec(number);
    if (is_local(number)) close_other_end_by_exec(number);
  }
}

}  // namespace waymark::client
