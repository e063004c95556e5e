#include "core/consent/record.hpp"

#include "core/text/utf8.hpp"
#include "core/text/words.hpp"

namespace waymark::consent {
namespace {

using text::literal;

constexpr size_t count_digits = 15;  // all of these JavaScript counts exactly

// JavaScript counts what is above as two characters, and can break it; so does bad UTF-8.
constexpr uint32_t last_of_basic_plane = 0xFFFF;

// Takes the record's text apart, from left to right. Once something is not as it must be, all that follows fails too.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool failed() const { return failed_; }
  bool is_done() const { return !failed_ && rest_.empty(); }

  // Whether `expected` comes next; then it is taken.
  bool takes(std::string_view expected) {
    if (failed_ || rest_.size() < expected.size()) return false;
    if (!text::equal(text::cut(rest_, 0, expected.size()), expected)) return false;
    rest_ = text::cut(rest_, expected.size(), rest_.size());
    return true;
  }
  void expect(std::string_view expected) { failed_ |= !takes(expected); }

  std::string_view string() {
    expect(literal("\""));
    const char* at = rest_.data();
    const char* const stop = at + rest_.size();
    for (uint32_t count = 0; at < stop && is_plain(*at); ++count) {
      failed_ |= count == limits::consent_text_chars || text::read_code_point(at, stop) > last_of_basic_plane;
    }
    const auto size = static_cast<size_t>(at - rest_.data());
    const std::string_view taken = text::cut(rest_, 0, size);
    rest_ = text::cut(rest_, size, rest_.size());
    expect(literal("\""));
    return taken;
  }

  double count() {
    size_t size = 0;
    while (size < rest_.size() && text::is_digit(rest_[size])) ++size;
    const std::string_view digits = text::cut(rest_, 0, size);
    rest_ = text::cut(rest_, size, rest_.size());
    const double value = text::parse_decimal(digits);
    failed_ |= size == 0 || size > count_digits || (size > 1 && digits[0] == '0');
    return value;
  }

 private:
  static bool is_plain(char c) { return c != '"' && c != '\\' && static_cast<uint8_t>(c) >= ' '; }

  std::string_view rest_;
  bool failed_ = false;
};

void write_count(text::JsonWriter& out, double value) {
  const auto whole = static_cast<uint64_t>(value);
  constexpr uint32_t billion = 1000000000;
  if (whole < billion) return out.number(static_cast<uint32_t>(whole));
  out.number(static_cast<uint32_t>(whole / billion));
  for (uint32_t unit = billion / 10; unit; unit /= 10) out.byte(static_cast<char>('0' + whole / unit % 10));
}

Choice read_choice(Reader& in) {
  Choice choice;
  choice.purpose = in.string();
  in.expect(literal(":{\"value\":\""));
  choice.value = in.takes(literal("granted")) ? Consent::granted : Consent::denied;
  if (choice.value == Consent::denied) in.expect(literal("denied"));
  in.expect(literal("\",\"source\":"));
  choice.source = in.string();
  in.expect(literal(",\"at\":"));
  choice.at_ms = in.count();
  in.expect(literal(",\"expires\":"));
  choice.expires_ms = in.count();
  in.expect(literal(",\"policy\":"));
  choice.policy = in.string();
  in.expect(literal(",\"notice\":"));
  choice.notice = in.string();
  in.expect(literal("}"));
  return choice;
}

}  // namespace

const Choice* Record::find(std::string_view purpose) const {
  for (uint32_t i = 0; i < count; ++i) {
    if (text::equal(choices[i].purpose, purpose)) return &choices[i];
  }
  return nullptr;
}

Soundness read_record(std::string_view text, Record& record) {
  record = {};
  if (text.empty()) return Soundness::missing;
  Record read;
  Reader in(text);
  in.expect(literal("{\"epoch\":"));
  read.epoch = in.count();
  in.expect(literal(",\"purged\":"));
  read.purged = in.count();
  in.expect(literal(",\"choices\":{"));
  if (!in.takes(literal("}"))) {
    do {
      const Choice choice = read_choice(in);
      if (in.failed() || read.find(choice.purpose) || read.count == limits::recorded_choices) return Soundness::corrupt;
      read.choices[read.count++] = choice;
    } while (in.takes(literal(",")));
    in.expect(literal("}"));
  }
  in.expect(literal("}"));
  if (!in.is_done()) return Soundness::corrupt;
  record = read;
  return Soundness::sound;
}

void write_record(text::JsonWriter& out, const Record& record) {
  out.raw("{\"epoch\":");
  write_count(out, record.epoch);
  out.raw(",\"purged\":");
  write_count(out, record.purged);
  out.raw(",\"choices\":{");
  for (uint32_t i = 0; i < record.count; ++i) {
    const Choice& choice = record.choices[i];
    if (i) out.byte(',');
    out.quoted(choice.purpose);
    out.raw(choice.value == Consent::granted ? ":{\"value\":\"granted\",\"source\":"
                                             : ":{\"value\":\"denied\",\"source\":");
    out.quoted(choice.source);
    out.raw(",\"at\":");
    write_count(out, choice.at_ms);
    out.raw(",\"expires\":");
    write_count(out, choice.expires_ms);
    out.raw(",\"policy\":");
    out.quoted(choice.policy);
    out.raw(",\"notice\":");
    out.quoted(choice.notice);
    out.byte('}');
  }
  out.raw("}}");
}

std::string_view plain(std::string_view text, char* out) {
  const char* at = text.data();
  const char* const stop = at + text.size();
  char* to = out;
  for (uint32_t count = 0; at < stop && count < limits::consent_text_chars; ++count) {
    const uint32_t c = text::read_code_point(at, stop);
    const bool is_plain = c >= ' ' && c != '"' && c != '\\' && c <= last_of_basic_plane;
    to = text::write_code_point(is_plain ? c : '_', to);
  }
  return {out, static_cast<size_t>(to - out)};
}

}  // namespace waymark::consent
