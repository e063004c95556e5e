// The consent record: it has one form, and everything else is corrupt.
#include "core/consent/record.hpp"
#include "tests/catch.hpp"
#include "tests/core/consent_vectors.hpp"

namespace waymark::testing {
namespace {

using namespace waymark::consent;

std::string written(const Record& record) {
  char out[16 * 1024];
  text::JsonWriter writer(out, sizeof out);
  write_record(writer, record);
  REQUIRE_FALSE(writer.failed());
  return std::string(writer.text());
}

TEST_CASE("consent record: what is sound is written as it was read") {
  const Json vectors = read_consent_vectors("records");
  for (const std::string text : vectors["sound"]) {
    INFO(text);
    Record record;
    CHECK(read_record(text, record) == Soundness::sound);
    CHECK(written(record) == text);
  }
}

TEST_CASE("consent record: what is not sound leaves it empty") {
  const Json vectors = read_consent_vectors("records");
  for (const char* kind : {"missing", "corrupt"}) {
    for (const std::string text : vectors[kind]) {
      INFO(text);
      Record record;
      record.count = 1;
      CHECK(read_record(text, record) == (text.empty() ? Soundness::missing : Soundness::corrupt));
      CHECK(record.count == 0);
    }
  }
}

TEST_CASE("consent record: no single byte can be changed unseen into a grant") {
  const std::string text = read_consent_vectors("records")["sound"][1];
  Record sound;
  REQUIRE(read_record(text, sound) == Soundness::sound);
  for (size_t at = 0; at < text.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = text;
      changed[at] = static_cast<char>(byte);
      Record record;
      if (read_record(changed, record) != Soundness::sound) continue;
      CHECK(written(record) == changed);
      CHECK(record.count == sound.count);
      for (uint32_t i = 0; i < record.count; ++i) CHECK(record.choices[i].value == sound.choices[i].value);
    }
    Record record;
    CHECK(read_record(text.substr(0, at), record) != Soundness::sound);
  }
}

TEST_CASE("consent record: a text is made fit to stand in it") {
  char out[3 * limits::consent_text_chars];
  CHECK(plain("v2 Zürich", out) == "v2 Zürich");
  CHECK(plain("a\"b\\c\n", out) == "a_b_c_");
  CHECK(plain(std::string(100, 'x'), out) == std::string(64, 'x'));
  CHECK(plain(std::string(63, 'x') + "üy", out) == std::string(63, 'x') + "ü");
  CHECK(plain("a\xFF\U0001F600 b", out) == "a__ b");
}

TEST_CASE("consent record: without room for it the writer has failed") {
  const std::string text = read_consent_vectors("records")["sound"][1];
  Record record;
  REQUIRE(read_record(text, record) == Soundness::sound);
  std::string out(text.size(), '\0');
  for (size_t capacity = 0; capacity <= text.size(); ++capacity) {
    text::JsonWriter writer(out.data(), capacity);
    write_record(writer, record);
    CHECK(writer.failed() == (capacity < text.size()));
  }
}

}  // namespace
}  // namespace waymark::testing
