#include "native/plan/generate/identifiers.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "core/text/words.hpp"

namespace waymark::plan {
namespace {

// ECMA-262, 12.7.2, with what strict mode and TypeScript add.
constexpr std::string_view javascript_words[] = {
    "abstract", "any",      "arguments", "as",        "async",      "await",    "bigint",   "boolean",    "break",
    "case",     "catch",    "class",     "const",     "continue",   "debugger", "declare",  "default",    "delete",
    "do",       "else",     "enum",      "eval",      "export",     "extends",  "false",    "finally",    "for",
    "from",     "function", "get",       "if",        "implements", "import",   "in",       "instanceof", "interface",
    "is",       "keyof",    "let",       "module",    "namespace",  "never",    "new",      "null",       "number",
    "object",   "of",       "package",   "private",   "protected",  "public",   "readonly", "require",    "return",
    "set",      "static",   "string",    "super",     "switch",     "symbol",   "this",     "throw",      "true",
    "try",      "type",     "typeof",    "undefined", "unique",     "unknown",  "var",      "void",       "while",
    "with",     "yield",    "__proto__"};

// ISO/IEC 14882:2020, 5.10 and 5.11, and names that compilers and system headers define as macros.
constexpr std::string_view cpp_words[] = {
    "alignas",      "alignof",   "and",          "and_eq",    "asm",       "assert",   "auto",     "bitand",
    "bitor",        "bool",      "break",        "case",      "catch",     "char",     "char16_t", "char32_t",
    "char8_t",      "class",     "co_await",     "co_return", "co_yield",  "compl",    "concept",  "const",
    "const_cast",   "consteval", "constexpr",    "constinit", "continue",  "decltype", "default",  "delete",
    "do",           "double",    "dynamic_cast", "else",      "enum",      "errno",    "explicit", "export",
    "extern",       "false",     "far",          "float",     "for",       "friend",   "goto",     "i386",
    "if",           "inline",    "int",          "interface", "linux",     "long",     "major",    "minor",
    "mutable",      "namespace", "near",         "new",       "noexcept",  "not",      "not_eq",   "nullptr",
    "operator",     "or",        "or_eq",        "private",   "protected", "public",   "register", "reinterpret_cast",
    "requires",     "return",    "short",        "signed",    "sizeof",    "small",    "static",   "static_assert",
    "static_cast",  "stderr",    "stdin",        "stdout",    "struct",    "switch",   "template", "this",
    "thread_local", "throw",     "true",         "try",       "typedef",   "typeid",   "typename", "union",
    "unix",         "unsigned",  "using",        "virtual",   "void",      "volatile", "wchar_t",  "while",
    "xor",          "xor_eq"};

// Python Language Reference, 2.3.1 and 2.3.2.
constexpr std::string_view python_words[] = {
    "False",  "None",     "True",   "and", "as",   "assert", "async",  "await",    "break", "case",
    "class",  "continue", "def",    "del", "elif", "else",   "except", "finally",  "for",   "from",
    "global", "if",       "import", "in",  "is",   "lambda", "match",  "nonlocal", "not",   "or",
    "pass",   "raise",    "return", "try", "type", "while",  "with",   "yield"};

// The Go Programming Language Specification, "Keywords" and "Predeclared identifiers".
constexpr std::string_view go_words[] = {
    "any",         "append", "bool",      "break",   "byte",    "cap",     "case",   "chan",   "close",
    "complex",     "const",  "continue",  "copy",    "default", "defer",   "delete", "else",   "error",
    "fallthrough", "false",  "float64",   "for",     "func",    "go",      "goto",   "if",     "import",
    "int",         "int64",  "interface", "iota",    "len",     "make",    "map",    "new",    "nil",
    "package",     "panic",  "print",     "println", "range",   "recover", "return", "select", "string",
    "struct",      "switch", "true",      "type",    "uint",    "var"};

// The names that golint wrote in capitals.
constexpr std::string_view go_initialisms[] = {"api",  "cpu", "css", "dns",  "html", "http", "https", "id",  "ip",
                                               "json", "ram", "sql", "ssh",  "tcp",  "tls",  "ttl",   "udp", "ui",
                                               "uid",  "uri", "url", "utf8", "uuid", "vm",   "xml"};

std::span<const std::string_view> reserved_words(Language language) {
  switch (language) {
    case Language::typescript:
    case Language::node:
      return javascript_words;
    case Language::cpp:
      return cpp_words;
    case Language::python:
      return python_words;
    case Language::go:
      return go_words;
  }
  return {};
}

bool is_reserved(Language language, std::string_view name) {
  const auto words = reserved_words(language);
  return std::find(words.begin(), words.end(), name) != words.end();
}

bool is_alphanumeric(char c) { return text::is_lower(c) || text::is_upper(c) || text::is_digit(c); }
char to_upper(char c) { return text::is_lower(c) ? static_cast<char>(c & ~0x20) : c; }
char to_lower(char c) { return text::is_upper(c) ? static_cast<char>(c | 0x20) : c; }

// "orderID", "order id" and "order_id" have the words order and id.
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words;
  bool is_open = false;
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (!is_alphanumeric(c)) {
      is_open = false;
      continue;
    }
    const bool after_lower = i > 0 && (text::is_lower(name[i - 1]) || text::is_digit(name[i - 1]));
    const bool before_lower = i + 1 < name.size() && text::is_lower(name[i + 1]);
    if (!is_open || (text::is_upper(c) && (after_lower || before_lower))) words.emplace_back();
    is_open = true;
    words.back() += to_lower(c);
  }
  return words;
}

std::string capitalised(Language language, std::string word) {
  const bool all = language == Language::go &&
                   std::find(std::begin(go_initialisms), std::end(go_initialisms), word) != std::end(go_initialisms);
  for (size_t i = 0; i < (all ? word.size() : 1); ++i) word[i] = to_upper(word[i]);
  return word;
}

std::string join(Language language, Case letter_case, const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) {
    if (letter_case == Case::snake) {
      if (!out.empty()) out += '_';
      out += word;
    } else {
      // Digits side by side would run together: 1_2 is not 12.
      if (!out.empty() && text::is_digit(out.back()) && text::is_digit(word.front())) out += '_';
      out += out.empty() && letter_case == Case::lower_camel ? word : capitalised(language, word);
    }
  }
  return out;
}

}  // namespace

Identifiers::Identifiers(Language language, Case letter_case, const std::vector<std::string_view>& taken)
    : language_(language), case_(letter_case), taken_(taken.begin(), taken.end()) {}

std::string Identifiers::add(std::string_view name) {
  std::vector<std::string> words = words_of(name);
  if (words.empty()) words.emplace_back("value");
  // An identifier begins with a letter; in Go and in C++ a '_' in front has a meaning of its own.
  if (text::is_digit(words.front().front())) words.front().insert(0, "n");
  const std::string plain = join(language_, case_, words);
  std::string identifier = is_reserved(language_, plain) ? plain + '_' : plain;
  size_t& number = numbers_.emplace(plain, 1).first->second;
  while (!taken_.insert(identifier).second) {
    identifier = plain + (text::is_digit(plain.back()) ? "_" : "") + std::to_string(++number);
  }
  return identifier;
}

bool is_identifier(Language language, std::string_view name) {
  if (name.empty() || text::is_digit(name.front()) || is_reserved(language, name)) return false;
  return std::all_of(name.begin(), name.end(), [](char c) { return is_alphanumeric(c) || c == '_'; });
}

std::string slug(std::string_view name) {
  std::string out;
  for (const std::string& word : words_of(name)) {
    if (!out.empty()) out += '-';
    out += word;
  }
  return out;
}

}  // namespace waymark::plan
