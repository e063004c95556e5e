#include "core/consent/record.hpp"

#include "core/text/utf8.hpp"
#include "core/text/words.hpp"

namespace waymark::consent {
namespace {

using text::literal;

constexpr double largest_count = 9007199254740991.0;  // 2^53 - 1: what JavaScript counts exactly

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
    while (at < stop && is_plain(*at)) {
      if (static_cast<uint8_t>(*at) < 0x80) {
        ++at;
      } else if (text::read_code_point(at, stop) == text::bad_code_point) {
        failed_ = true;
      }
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
    failed_ |= size == 0 || size > 16 || (size > 1 && digits[0] == '0') || value > largest_count;
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
  size_t size = text.size() < limits::consent_text_bytes ? text.size() : limits::consent_text_bytes;
  if (size < text.size()) {
    while (size && (static_cast<uint8_t>(text[size]) & 0xC0) == 0x80) --size;  // not within a character
  }
  for (size_t i = 0; i < size; ++i) {
    const char c = text[i];
    out[i] = c == '"' || c == '\\' || static_cast<uint8_t>(c) < ' ' ? '_' : c;
  }
  return {out, size};
}

}  // namespace waymark::consent
