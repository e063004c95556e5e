#include "native/client/crash/crash.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <thread>

#include "native/client/crash/report_file.hpp"
#include "tests/catch.hpp"

namespace crash = waymark::client::crash;
namespace fs = std::filesystem;

namespace {

constexpr char crash_id[] = "00112233445566778899aabbccddeeff";

struct TemporaryFile {
  fs::path path = fs::temp_directory_path() / ("waymark-crash-" + std::to_string(getpid()));
  TemporaryFile() { fs::remove(path); }
  ~TemporaryFile() { fs::remove(path); }
  std::string bytes() const {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
};

crash::Mapping make_mapping(uint64_t begin, const std::string& name, size_t build_id_bytes) {
  crash::Mapping mapping;
  mapping.begin = begin;
  mapping.end = begin + 0x1000;
  mapping.load_bias = begin - 0x400;
  mapping.build_id_bytes = static_cast<uint8_t>(build_id_bytes);
  for (size_t i = 0; i < build_id_bytes; ++i) mapping.build_id[i] = static_cast<uint8_t>(i + 1);
  mapping.name_bytes = static_cast<uint8_t>(name.size());
  std::copy(name.begin(), name.end(), mapping.name);
  return mapping;
}

std::string write_report(const std::string& name = "greet") {
  TemporaryFile file;
  crash::ReportFile report;
  report.create(file.path.c_str());
  REQUIRE(report.is_open());
  report.add_crash({SIGSEGV, 1, 1700000005000, 1700000000000, crash_id});
  report.add_exception("St9bad_alloc");
  report.add_frame(0x500010);
  report.add_frame(0x700020);
  report.add_frame(0x900000);
  report.add_mapping(make_mapping(0x500000, "libc.so.6", 20));
  report.add_mapping(make_mapping(0x700000, name, 6));
  report.add_mapping(make_mapping(0x500000, "libc.so.6", 20));
  report.close();
  return file.bytes();
}

crash::Settings make_settings() {
  crash::Settings settings;
  settings.path = "/nowhere/report";
  settings.instance_id = crash_id;
  return settings;
}

void do_nothing(int) {}

void (*handler_of(int signal))(int) {
  struct sigaction action {};
  sigaction(signal, nullptr, &action);
  return action.sa_handler;
}

}  // namespace

TEST_CASE("a report is read as it was written") {
  const auto report = crash::read_report(write_report());
  REQUIRE(report);
  CHECK(report->crash_id == crash_id);
  CHECK(report->signal == SIGSEGV);
  CHECK(report->code == 1);
  CHECK(report->crashed_ms == 1700000005000);
  CHECK(report->started_ms == 1700000000000);
  CHECK(report->exception_type == "St9bad_alloc");
  REQUIRE(report->modules.size() == 2);
  CHECK(report->modules[0].build_id.size() == 20);
  CHECK(report->modules[1].name == "greet");
  REQUIRE(report->frames.size() == 3);
  CHECK(report->frames[0].module == 0);
  CHECK(report->frames[0].offset == 0x410);
  CHECK(report->frames[1].module == 1);
  CHECK(report->frames[1].offset == 0x420);
  CHECK(report->frames[2].module == -1);
  CHECK(report->frames[2].offset == 0);
}

TEST_CASE("a report that is cut or changed is read as far as it is whole") {
  const std::string whole = write_report();
  const size_t with_signal = 16 + 8 + 24 + 32;
  for (size_t size = 0; size < whole.size(); ++size) {
    const auto report = crash::read_report(std::string_view(whole).substr(0, size));
    CHECK(report.has_value() == (size >= with_signal));
  }
  for (size_t at = 0; at < whole.size(); ++at) {
    std::string changed = whole;
    changed[at] = static_cast<char>(changed[at] ^ 0x10);
    const auto report = crash::read_report(changed);
    CHECK(report.has_value() == (at >= with_signal));
    if (report) CHECK((report->frames.size() < 3 || report->modules.size() < 2 || at >= whole.size() - 8 - 54));
  }
}

TEST_CASE("the properties have the words of build ids and the first frame of the program's own") {
  const auto properties = nlohmann::json::parse(crash::properties_of(*crash::read_report(write_report())));
  CHECK(properties == nlohmann::json::parse(R"({"signal":11,"code":1,"uptime_ms":5000,
    "crash_id":[1122867,1146447479,2291772091,3437096703],"exception_type":"St9bad_alloc","top_frame":1,
    "modules":[{"name":"libc.so.6","build_id":[16909060,84281096,151653132,219025168,286397204]},
               {"name":"greet","build_id":[16909060,84279296]}],
    "frames":[[0,1040],[1,1056],[-1,0]]})"));
}

TEST_CASE("names that are no text are still JSON") {
  const std::string name = "a\"\\\x01\xff/";
  const auto report = crash::read_report(write_report(name));
  REQUIRE(report);
  const auto properties = nlohmann::json::parse(crash::properties_of(*report));
  CHECK(properties["modules"][1]["name"] == "a\"\\\x01\xEF\xBF\xBD/");
}

TEST_CASE("a clock that was set back gives no negative uptime") {
  crash::Report report;
  report.crash_id = crash_id;
  report.crashed_ms = 1000;
  report.started_ms = 2000;
  const auto properties = nlohmann::json::parse(crash::properties_of(report));
  CHECK(properties["uptime_ms"] == 0);
  CHECK(!properties.contains("exception_type"));
  CHECK(properties["frames"].empty());
}

TEST_CASE("settings that are out of bounds are refused") {
  auto settings = make_settings();
  settings.path.clear();
  CHECK(crash::arm(settings) < 0);
  settings = make_settings();
  settings.path = std::string(4096, 'x');
  CHECK(crash::arm(settings) < 0);
  settings.path.pop_back();  // as long as the kernel takes
  const int longest = crash::arm(settings);
  CHECK(longest >= 0);
  crash::disarm(longest);
  settings = make_settings();
  settings.instance_id = "short";
  CHECK(crash::arm(settings) < 0);
  settings = make_settings();
  settings.scope = waymark::CrashScope::none;
  CHECK(crash::arm(settings) < 0);
  settings.scope = waymark::CrashScope::module;
  CHECK(crash::arm(settings) < 0);  // no module is at address 0
  settings.module_address = reinterpret_cast<const void*>(&make_settings);
  const int place = crash::arm(settings);
  CHECK(place >= 0);
  crash::disarm(place);
}

TEST_CASE("sixteen are armed at once, and the handlers of before come back with the last") {
  const auto before = handler_of(SIGSEGV);
  const auto terminate_before = std::get_terminate();
  std::vector<int> places;
  for (int i = 0; i < 16; ++i) {
    places.push_back(crash::arm(make_settings()));
    CHECK(places.back() >= 0);
    CHECK(std::count(places.begin(), places.end(), places.back()) == 1);
  }
  CHECK(crash::arm(make_settings()) < 0);
  CHECK(handler_of(SIGSEGV) != before);
  CHECK(std::get_terminate() != terminate_before);
  for (const int place : places) {
    CHECK(handler_of(SIGSEGV) != before);
    crash::disarm(place);
  }
  CHECK(handler_of(SIGSEGV) == before);
  CHECK(std::get_terminate() == terminate_before);
}

TEST_CASE("a place that is disarmed again is nobody else's") {
  const auto before = handler_of(SIGBUS);
  const int first = crash::arm(make_settings());
  crash::disarm(first);
  const int second = crash::arm(make_settings());
  CHECK(second != first);
  crash::disarm(first);
  CHECK(handler_of(SIGBUS) != before);
  crash::disarm(second);
  CHECK(handler_of(SIGBUS) == before);
}

TEST_CASE("a handler that came after ours stays") {
  const auto before = handler_of(SIGFPE);
  const int place = crash::arm(make_settings());
  signal(SIGFPE, do_nothing);
  crash::disarm(place);
  CHECK(handler_of(SIGFPE) == do_nothing);
  // Ours was not put on top of it either: it may call ours.
  const int again = crash::arm(make_settings());
  CHECK(handler_of(SIGFPE) == do_nothing);
  crash::disarm(again);
  signal(SIGFPE, before);
}

TEST_CASE("a thread gets a signal stack, and keeps one that it has") {
  std::thread([] {
    stack_t stack{};
    REQUIRE(crash::protect_this_thread());
    sigaltstack(nullptr, &stack);
    CHECK(stack.ss_size >= 8 * 1024);
    CHECK((stack.ss_flags & SS_DISABLE) == 0);
    const void* const first = stack.ss_sp;
    REQUIRE(crash::protect_this_thread());
    sigaltstack(nullptr, &stack);
    CHECK(stack.ss_sp == first);
  }).join();
}
