#include "native/collector/crash_event.hpp"

#include "native/collector/symbols.hpp"
#include "tests/catch.hpp"

using namespace waymark::collector;

TEST_CASE("names of types are written as people write them where they are names alone") {
  CHECK(readable_type_name("St13runtime_error") == "std::runtime_error");
  CHECK(readable_type_name("5Error") == "Error");
  CHECK(readable_type_name("N3app2io5ErrorE") == "app::io::Error");
  CHECK(readable_type_name("NSt10filesystem5ErrorE") == "std::filesystem::Error");
  CHECK(readable_type_name("N12_GLOBAL__N_15ErrorE") == "(anonymous namespace)::Error");
  for (const char* other : {"", "i", "PKc", "N", "NE", "St", "0", "3ab", "N3appE5Error", "5ErrorE", "N5Error",
                            "9999999999a", "NSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE", "5ErrorIiE"}) {
    CHECK(readable_type_name(other) == other);
  }
}

TEST_CASE("build ids of an event and of an upload are compared alike") {
  const auto event = read_crash_event(R"({"modules":[{"name":"a","build_id":[16909060,84279296]}]})");
  REQUIRE(event.modules.size() == 1);
  std::string id;
  REQUIRE(normalise_build_id("0102030405060", id) == false);
  REQUIRE(normalise_build_id("010203040506", id));
  CHECK(event.modules[0].build_id == id);
}

TEST_CASE("a crash is read as the client wrote it") {
  const auto event = read_crash_event(
      R"({"signal":6,"code":0,"uptime_ms":3,"crash_id":[1122867,1146447479,2291772091,3437096703],)"
      R"("exception_type":"St9bad_alloc","top_frame":1,"modules":[{"name":"libc.so.6","build_id":[1]},)"
      R"({"name":"greet","build_id":[2]}],"frames":[[0,1040],[1,1056],[-1,0]]})");
  CHECK(event.signal == 6);
  CHECK(event.crash_id == "00112233445566778899aabbccddeeff");
  CHECK(event.exception_type == "std::bad_alloc");
  CHECK(event.top_frame == 1);
  REQUIRE(event.frames.size() == 3);
  CHECK(event.frames[1].module == 1u);
  CHECK(event.frames[1].offset == 1056);
  CHECK(!event.frames[2].module);
}

TEST_CASE("a crash's id is four words, or a text as it was once sent") {
  const auto id = [](const std::string& json) { return read_crash_event("{\"crash_id\":" + json + "}").crash_id; };
  CHECK(id("[0,1,2,4294967295]") == "000000000000000100000002ffffffff");
  CHECK(id(R"("00112233445566778899aabbccddeeff")") == "00112233445566778899aabbccddeeff");
  for (const char* other : {"[1,2,3]", "[1,2,3,4,5]", "[1,2,3,4294967296]", "[1,2,3,\"4\"]", R"("[personal]")", "7"}) {
    CHECK(id(other).empty());
  }
}

TEST_CASE("the end of a session is a word, or two truths where words are hidden") {
  const auto end = [](const char* properties) { return read_ended_session(properties).end; };
  CHECK(end(R"({"duration_ms":1,"status":"ok"})") == SessionEnd::ok);
  CHECK(end(R"({"status":"crashed"})") == SessionEnd::crashed);
  CHECK(end(R"({"status":"[personal]","is_crashed":true,"is_abnormal":false})") == SessionEnd::crashed);
  CHECK(end(R"({"status":"[personal]","is_crashed":false,"is_abnormal":true})") == SessionEnd::abnormal);
  CHECK(end(R"({"status":"[personal]","is_crashed":false,"is_abnormal":false})") == SessionEnd::ok);
  CHECK(end(R"({"status":"[personal]","is_crashed":false})") == SessionEnd::unknown);
  CHECK(end(R"({"status":"[personal]"})") == SessionEnd::unknown);
  CHECK(end("{}") == SessionEnd::unknown);
  CHECK(read_ended_session(R"({"version":"1.2.0"})").version == "1.2.0");
  CHECK(read_ended_session(R"({"version":"[personal]"})").version.empty());
}
