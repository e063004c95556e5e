#include "native/collector/collector.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "native/collector/http.hpp"

namespace waymark::collector {
namespace {

namespace fs = std::filesystem;

// Keeps a second collector out of the same directory while this lives.
class DirectoryLock {
 public:
  ~DirectoryLock() {
    if (file_ >= 0) ::close(file_);
  }
  DirectoryLock() = default;
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

  Failure take(const fs::path& directory) {
    const std::string name = (directory / "collector.lock").string();
    file_ = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file_ < 0) return name + ": " + std::strerror(errno) + "; --data must be a directory that can be written";
    if (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
      return directory.string() + " is in use by another collector; stop it or choose another --data";
    }
    return {};
  }

 private:
  int file_ = -1;
};

// The new directory's name must be on disk too, or a power cut takes it with all that is in it (fsync(2)).
Failure make_directory(const fs::path& directory) {
  std::error_code error;
  if (fs::is_directory(directory, error)) return {};
  fs::create_directories(directory, error);
  if (error) return directory.string() + ": " + error.message() + "; --data must be a directory that can be written";
  fs::permissions(directory, fs::perms::owner_all, error);
  const fs::path parent = fs::absolute(directory).lexically_normal().parent_path();
  const int file = ::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file >= 0) {
    ::fsync(file);
    ::close(file);
  }
  return {};
}

// The usual limit of 1024 open files is less than the connections that are allowed.
void raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

bool is_loopback(const std::string& address) {
  in_addr v4{};
  if (inet_pton(AF_INET, address.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  in6_addr v6{};
  return inet_pton(AF_INET6, address.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

Failure run_collector(const CollectorOptions& options, const std::function<void(const std::string& url)>& on_ready) {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a limit on file size is a full disk, not the end (setrlimit(2))
  ::umask(0077);                  // what users did is for the owner's eyes
  raise_file_limit();
  if (auto failure = make_directory(options.data)) return failure;
  DirectoryLock lock;
  if (auto failure = lock.take(options.data)) return failure;

  const fs::path file = options.data / "events.db";
  Metrics metrics;
  ServiceOptions service_options = options.service;
  service_options.loopback = is_loopback(options.address);
  const fs::path salt = options.data / "visitor.salt";
  if (options.has_visitor_salt) {
    service_options.visitor_salt = salt.string();
  } else {
    VisitorSalt::destroy(salt);
  }
  Service service(std::move(service_options), metrics);
  HttpServer server(service, Reader(file.string(), options.vfs), metrics);
  Writer writer(Store({file, options.vfs}), options.writer, metrics, [&server](int64_t) { server.wake_live(); });
  if (auto failure = writer.start()) return failure;
  if (auto failure = server.listen(options.address, options.port)) return failure;
  const bool v6 = options.address.find(':') != std::string::npos;
  on_ready("http://" + (v6 ? "[" + options.address + "]" : options.address) + ":" + std::to_string(server.port()));
  server.run(writer);
  writer.stop();
  return {};
}

}  // namespace waymark::collector
