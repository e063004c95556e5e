#include "native/plan/regex_characters.hpp"

#include <algorithm>
#include <utility>

#include "native/plan/regex_unicode.hpp"

namespace waymark::plan {
namespace {

constexpr uint32_t no_code = UINT32_MAX;

const CodeSet digits{{'0', '9'}};
const CodeSet word_characters{{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
// WhiteSpace and LineTerminator (ECMA-262 12.2 and 12.3).
const CodeSet white_space{{0x09, 0x0D},     {0x20, 0x20},     {0xA0, 0xA0},     {0x1680, 0x1680}, {0x2000, 0x200A},
                          {0x2028, 0x2029}, {0x202F, 0x202F}, {0x205F, 0x205F}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF}};
const CodeSet line_terminators{{0x0A, 0x0A}, {0x0D, 0x0D}, {0x2028, 0x2029}};

uint32_t hex_value(uint32_t code) {
  if (code - '0' < 10) return code - '0';
  const uint32_t letter = (code | 32) - 'a';
  return letter < 6 ? letter + 10 : no_code;
}

// After \p or \P.
CodeSet read_property(PatternReader& reader, bool negated) {
  const size_t begin = reader.place() - 2;
  const auto word = [&reader] {
    const size_t from = reader.place();
    while (word_characters.contains(reader.peek())) reader.next();
    return reader.text(from, reader.place());
  };
  const bool is_open = reader.take('{');
  const std::string name = word();
  const bool has_value = reader.take('=');
  const std::string value = has_value ? word() : "";
  if (!is_open || !reader.take('}') || (has_value && value.empty())) {
    reader.fail("\\p and \\P are followed by a property in braces, such as \\p{L} or \\p{Script=Greek}", begin);
    return {};
  }
  std::optional<CodeSet> set = unicode_property(name, value);
  if (!set) {
    reader.fail("ECMA-262 knows no Unicode property '" + reader.text(begin + 3, reader.place() - 1) +
                    "'; names are case-sensitive",
                begin);
    return {};
  }
  return negated ? set->complement() : *std::move(set);
}

// \d \D \s \S \w \W \p{…} \P{…}, after the backslash; nullopt if it is something else.
std::optional<CodeSet> read_set_escape(PatternReader& reader) {
  if (reader.take('d')) return digits;
  if (reader.take('D')) return digits.complement();
  if (reader.take('s')) return white_space;
  if (reader.take('S')) return white_space.complement();
  if (reader.take('w')) return word_characters;
  if (reader.take('W')) return word_characters.complement();
  if (reader.take('p')) return read_property(reader, false);
  if (reader.take('P')) return read_property(reader, true);
  return std::nullopt;
}

// So many hexadecimal digits, or no_code and nothing is read.
uint32_t read_hex(PatternReader& reader, size_t count) {
  const size_t begin = reader.place();
  uint32_t value = 0;
  for (size_t i = 0; i < count; ++i) {
    const uint32_t digit = hex_value(reader.next());
    if (digit == no_code) {
      reader.go_back(begin);
      return no_code;
    }
    value = value * 16 + digit;
  }
  return value;
}

// After \u. Two escaped surrogates are one code point; one alone is a code point that no text has.
uint32_t read_unicode_escape(PatternReader& reader) {
  const size_t begin = reader.place() - 2;
  if (reader.take('{')) {
    uint32_t value = 0;
    const bool has_digits = hex_value(reader.peek()) != no_code;
    while (hex_value(reader.peek()) != no_code) {
      value = std::min(value * 16 + hex_value(reader.next()), last_code_point + 1);
    }
    if (has_digits && value <= last_code_point && reader.take('}')) return value;
    reader.fail("\\u{…} holds the hexadecimal number of a code point, at most 10FFFF", begin);
    return no_code;
  }
  const uint32_t lead = read_hex(reader, 4);
  if (lead == no_code) reader.fail("\\u is followed by four hexadecimal digits, or by a code point in braces", begin);
  if (lead - 0xD800 >= 0x400) return lead;
  const size_t after_lead = reader.place();
  const uint32_t trail = reader.take("\\u") ? read_hex(reader, 4) : no_code;
  if (trail - 0xDC00 < 0x400) return 0x10000 + ((lead - 0xD800) << 10) + (trail - 0xDC00);
  reader.go_back(after_lead);
  return lead;
}

// The character that an escape stands for, after the backslash.
uint32_t read_character_escape(PatternReader& reader) {
  constexpr std::string_view names = "tnvfr";
  constexpr std::string_view controls = "\t\n\v\f\r";
  const size_t begin = reader.place() - 1;
  const uint32_t code = reader.next();
  const size_t name = code < 128 ? names.find(static_cast<char>(code)) : std::string_view::npos;
  if (name != std::string_view::npos) return static_cast<uint8_t>(controls[name]);
  if (code == 'u') return read_unicode_escape(reader);
  if (code == '0' && !reader.at_digit()) return 0;
  if (code == 'x') {
    const uint32_t value = read_hex(reader, 2);
    if (value == no_code) reader.fail("\\x is followed by two hexadecimal digits", begin);
    return value;
  }
  if (code == 'c' && (reader.peek() | 32) - 'a' < 26) return reader.next() & 31;
  reader.go_back(begin + 1);
  if (reader.at_one_of("^$\\.*+?()[]{}|/")) return reader.next();
  std::string message = "there is no escape \\" + reader.text(begin + 1, begin + 2);
  if (code == PatternReader::end) {
    message = "the pattern ends in a backslash; write \\\\ for the character";
  } else if (code == 'c') {
    message = "\\c is followed by a letter";
  } else if (code - '0' < 10) {
    message += "; a character by its number is \\x and two hexadecimal digits";
  } else if (code >= 128 || !word_characters.contains(code)) {
    message += "; the character needs no backslash";
  }
  reader.fail(std::move(message), begin);
  return no_code;
}

// A character of a class, or a set in it and no_code.
struct ClassAtom {
  CodeSet set;
  uint32_t code;
};

ClassAtom read_class_atom(PatternReader& reader) {
  if (!reader.take('\\')) return {{}, reader.next()};
  if (reader.take('b')) return {{}, '\b'};
  if (reader.take('-')) return {{}, '-'};
  if (std::optional<CodeSet> set = read_set_escape(reader)) return {*std::move(set), no_code};
  return {{}, read_character_escape(reader)};
}

}  // namespace

CodeSet read_dot(PatternReader& reader) {
  reader.next();
  return line_terminators.complement();
}

CodeSet read_escape(PatternReader& reader) {
  const size_t begin = reader.place();
  reader.next();
  if ((reader.at_digit() && reader.peek() != '0') || reader.peek() == 'k') {
    reader.fail("the back-reference " + reader.text(begin, begin + 2) +
                    " is not supported: a pattern cannot ask for the same text twice",
                begin);
    return {};
  }
  if (std::optional<CodeSet> set = read_set_escape(reader)) return *std::move(set);
  const uint32_t code = read_character_escape(reader);
  return reader.error() ? CodeSet{} : CodeSet{{code, code}};
}

CodeSet read_class(PatternReader& reader) {
  const size_t begin = reader.place();
  reader.next();
  const bool negated = reader.take('^');
  CodeSet set;
  while (!reader.take(']')) {
    const size_t at = reader.place();
    if (reader.peek() == PatternReader::end) {
      reader.fail("the class that begins here is not closed; write \\[ for the character", begin);
    }
    const ClassAtom first = read_class_atom(reader);
    if (reader.error()) return {};
    if (reader.peek() != '-' || reader.peek(1) == ']' || reader.peek(1) == PatternReader::end) {
      set.add(first.set);
      if (first.code != no_code) set.add(first.code, first.code);
      continue;
    }
    reader.next();
    const ClassAtom last = read_class_atom(reader);
    if (first.code == no_code || last.code == no_code) {
      reader.fail("a range in a class runs between two characters, not sets; write \\- for the character", at);
    } else if (first.code > last.code) {
      reader.fail("the range's ends are out of order", at);
    }
    if (reader.error()) return {};
    set.add(first.code, last.code);
  }
  return negated ? set.complement() : set;
}

}  // namespace waymark::plan
