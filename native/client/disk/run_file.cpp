#include "native/client/disk/run_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>

namespace waymark::client {
namespace {

constexpr std::string_view ending = ".run";
constexpr size_t most_file_bytes = 256;
constexpr size_t most_runs = 64;

}  // namespace

RunFile RunFile::create(const std::string& directory, const std::string& name, std::string_view version,
                        double started_ms) {
  RunFile run;
  if (make_directory(directory)) return run;
  std::string path = directory + '/' + name + std::string(ending);
  const std::string text = std::to_string(static_cast<int64_t>(started_ms)) + '\n' + std::string(version) + '\n';
  Descriptor file = write_locked_file(path, text);
  if (!file.is_open()) return run;
  run.path_ = std::move(path);
  run.file_ = std::move(file);
  return run;
}

void RunFile::touch() const {
  if (is_open()) ::futimens(file_.get(), nullptr);
}

void RunFile::remove() {
  if (!is_open()) return;
  ::unlink(path_.c_str());
  file_.close();
}

std::vector<EndedRun> find_ended_runs(const std::string& directory) {
  std::vector<EndedRun> ended;
  for (const std::string& name : names_in(directory, ending)) {
    if (ended.size() == most_runs) break;
    EndedRun run;
    run.name = name.substr(0, name.size() - ending.size());
    run.path = directory + '/' + name;
    run.lock = open_own_file(run.path, O_RDONLY, most_file_bytes);
    struct stat opened {
    }, named{};
    if (!run.lock.is_open() || !try_lock(run.lock.get()) || ::fstat(run.lock.get(), &opened) != 0 ||
        ::stat(run.path.c_str(), &named) != 0 || opened.st_ino != named.st_ino) {
      continue;
    }
    run.seen_ms = static_cast<double>(opened.st_mtim.tv_sec) * 1000 + static_cast<double>(opened.st_mtim.tv_nsec) / 1e6;
    const std::string text = read_all(run.lock.get(), most_file_bytes).value_or("");
    const size_t line = text.find('\n');
    int64_t started_ms = 0;
    if (line != std::string::npos) {
      std::from_chars(text.data(), text.data() + line, started_ms);
      run.version = text.substr(line + 1, text.find('\n', line + 1) - line - 1);
    }
    run.started_ms = started_ms > 0 ? static_cast<double>(started_ms) : run.seen_ms;
    ended.push_back(std::move(run));
  }
  return ended;
}

}  // namespace waymark::client
