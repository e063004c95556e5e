#include "native/cli/symbols.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <variant>

#include "native/cli/elf_symbols.hpp"
#include "native/cli/exit_status.hpp"
#include "native/cli/http_post.hpp"
#include "native/cli/key_file.hpp"
#include "native/collector/bounds.hpp"

namespace waymark::cli {
namespace {

namespace bounds = collector::bounds;

constexpr const char* command = "waymark symbols upload";
// One request; compressed it has a sixth of that, so that it is far from bounds::body_bytes.
constexpr size_t part_bytes = 3 * 1024 * 1024;

int complain(const std::string& what, int status) {
  std::fprintf(stderr, "%s: %s\n", command, what.c_str());
  return status;
}

class InputFile {
 public:
  explicit InputFile(const std::string& name) : file_(::open(name.c_str(), O_RDONLY | O_CLOEXEC)) {
    struct stat status {};
    if (file_ >= 0 && ::fstat(file_, &status) == 0 && S_ISREG(status.st_mode)) size_ = status.st_size;
  }
  ~InputFile() {
    if (file_ >= 0) ::close(file_);
  }
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  bool is_open() const { return size_ >= 0; }
  std::optional<std::string> read(uint64_t offset, uint64_t size) const {
    const auto all = static_cast<uint64_t>(size_);
    if (offset > all || size > all - offset) return {};
    std::string out(size, '\0');
    for (size_t got = 0; got < size;) {
      const ssize_t more = ::pread(file_, out.data() + got, size - got, static_cast<off_t>(offset + got));
      if (more <= 0) return {};
      got += static_cast<size_t>(more);
    }
    return out;
  }

 private:
  int file_;
  off_t size_ = -1;
};

void append_hex(std::string& out, uint64_t value) {
  char digits[16];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value, 16).ptr);
}

// Lines as native/collector/symbols.hpp has them, in parts of one request each.
std::vector<std::string> split_lines(const ElfSymbols& elf) {
  std::vector<std::string> parts(1);
  for (const ElfSymbol& symbol : elf.symbols) {
    if (parts.back().size() >= part_bytes) parts.emplace_back();
    std::string& part = parts.back();
    append_hex(part, symbol.address);
    part += ' ';
    append_hex(part, symbol.size);
    part += ' ';
    part += symbol.name;
    part += '\n';
  }
  return parts;
}

// RFC 1952.
std::optional<std::string> compress(std::string& text) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int code = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (code != Z_STREAM_END) return {};
  return out;
}

// A name that can stand in a line.
std::string module_name(const std::string& file) {
  std::string name = std::filesystem::path(file).filename().string().substr(0, bounds::symbol_module_bytes);
  for (char& c : name) {
    if (static_cast<uint8_t>(c) <= ' ' || static_cast<uint8_t>(c) >= 0x7f) c = '_';
  }
  return name;
}

std::string url_of(std::string endpoint) {
  while (endpoint.ends_with('/')) endpoint.pop_back();
  return endpoint + "/api/symbols";
}

int upload(const std::string& file, const SymbolsArguments& arguments, const std::string& key) {
  const InputFile input(file);
  if (!input.is_open()) return complain(file + ": it cannot be read; name a file", exit_usage);
  const auto result = read_elf_symbols([&](uint64_t offset, uint64_t size) { return input.read(offset, size); });
  if (const auto* problem = std::get_if<std::string>(&result)) return complain(file + ": " + *problem, exit_data);
  const auto& elf = std::get<ElfSymbols>(result);
  if (elf.is_dynamic) {
    complain(file +
                 ": warning: it was stripped, so only the functions that it exports have names; upload it as the "
                 "linker wrote it",
             exit_done);
  }
  const auto parts = split_lines(elf);
  if (parts.size() > bounds::symbol_parts) {
    return complain(file + ": it has more than 192 MiB of names; upload its libraries one by one", exit_data);
  }
  for (size_t i = 0; i < parts.size(); ++i) {
    std::string text = "waymark symbols 1 " + elf.build_id + ' ' + std::to_string(i + 1) + ' ' +
                       std::to_string(parts.size()) + ' ' + module_name(file) +
                       (elf.is_dynamic ? " exported\n" : "\n") + parts[i];
    const auto body = compress(text);
    if (!body) return complain(file + ": no memory to compress it", exit_usage);
    const auto answer = post(url_of(arguments.endpoint), *body, key);
    if (const auto* problem = std::get_if<std::string>(&answer)) {
      return complain(arguments.endpoint + ": " + *problem + "; is the collector running there?", exit_usage);
    }
    const auto& got = std::get<HttpAnswer>(answer);
    if (got.status != 200) {
      return complain(arguments.endpoint + ": answered " + std::to_string(got.status) + ' ' +
                          got.body.substr(0, got.body.find('\n')),
                      exit_usage);
    }
    if (got.body.find("\"kept\":true") != std::string::npos) {
      std::printf("%s: not taken; the collector keeps the functions of the whole file of build %s\n", file.c_str(),
                  elf.build_id.c_str());
      return exit_done;
    }
  }
  std::printf("%s: %zu functions of build %s\n", file.c_str(), elf.symbols.size(), elf.build_id.c_str());
  return exit_done;
}

}  // namespace

CLI::App* add_symbols(CLI::App& app, SymbolsArguments& arguments) {
  CLI::App* const group = app.add_subcommand("symbols", "Names of functions, so that crashes can be read.");
  group->require_subcommand(1);
  CLI::App* const upload = group->add_subcommand("upload", "Send the names of programs' functions to a collector.");
  upload->add_option("file", arguments.files, "ELF files as the linker wrote them, or their debug files")->required();
  upload->add_option("--endpoint", arguments.endpoint, "The collector: https://…, or http:// on this machine")
      ->required();
  upload->add_option("--key", arguments.key, "The collector's read key; others on this machine may see it");
  upload->add_option("--key-file", arguments.key_file, "File with the read key");
  return group;
}

int symbols(const SymbolsArguments& arguments) {
  if (!is_trusted_endpoint(arguments.endpoint)) {
    return complain("--endpoint " + arguments.endpoint + " is neither https nor on this machine; the key would be seen",
                    exit_usage);
  }
  std::vector<std::string> keys;
  if (!arguments.key.empty()) keys.push_back(arguments.key);
  if (!arguments.key_file.empty()) {
    if (const auto problem = read_key_file(arguments.key_file, keys)) return complain(*problem, exit_usage);
  }
  if (keys.size() != 1) return complain("give one read key, by --key-file or --key", exit_usage);
  int status = exit_done;
  for (const std::string& file : arguments.files) {
    status = std::max(status, upload(file, arguments, keys[0]));
  }
  return status;
}

}  // namespace waymark::cli
