#include "native/plan/json_text.hpp"

#include <unordered_set>
#include <vector>

#include "core/text/json_path.hpp"
#include "core/text/json_scan.hpp"
#include "core/text/words.hpp"
#include "native/plan/exact_json.hpp"
#include "native/plan/naming.hpp"

namespace waymark::plan {
namespace {

using text::JsonScanner;
using text::Token;

std::string pointer_at(std::string_view json, const char* where) {
  char buffer[1024];
  return std::string(text::json_path(json, where, buffer, sizeof buffer));
}

// What an author probably did when the text goes wrong at `at`.
std::string syntax_hint(std::string_view json, const char* at) {
  const char* const stop = json.data() + json.size();
  if (at >= stop) return "the text ends too early: close what is open";
  const char* before = at;
  while (before > json.data() && std::string_view(" \t\r\n").find(before[-1]) != std::string_view::npos) --before;
  const bool after_comma = before > json.data() && before[-1] == ',';
  if ((*at == '}' || *at == ']') && after_comma) return "take the comma before it away";
  if (text::is_lower(static_cast<char>(*at | 0x20))) {
    return "outside quotes there are only true, false, null and numbers: write keys and strings between double quotes";
  }
  switch (*at) {
    case '/':
    case '#':
      return "JSON has no comments: use `description` or `$comment`";
    case '\'':
      return "write strings between double quotes";
    case '"':
      return "a comma or a colon is missing before it";
    case '\n':
    case '\t':
    case '\r':
      return "close the string with a quote, or write the control character as an escape like \\n";
    default:
      return "correct what stands there";
  }
}

Finding fault(std::string_view json, const JsonScanner& scan) {
  const char* const at = scan.position();
  Finding finding{Severity::error, pointer_at(json, at), {}, {}};
  switch (scan.error()) {
    case Reason::not_utf8:
      finding.message = "not UTF-8";
      finding.hint = "save the file as UTF-8";
      break;
    case Reason::lone_surrogate:
      finding.message = "half of a surrogate pair";
      finding.hint = "write both halves, or the character itself";
      break;
    case Reason::too_deep:
      finding.message = "nested deeper than " + std::to_string(JsonScanner::deepest) + " levels";
      finding.hint = "move the inner part to `$defs` and refer to it";
      break;
    default: {
      const bool at_end = at >= json.data() + json.size();
      finding.message = at_end ? "not JSON: the end of the text" : "not JSON: " + in_quotes(std::string_view(at, 1));
      if (!at_end && static_cast<unsigned char>(*at) >= 0x80) finding.message = "not JSON: a character outside strings";
      finding.hint = syntax_hint(json, at);
      break;
    }
  }
  return finding;
}

// The first thing that makes `json` not I-JSON, or break the bounds.
std::optional<Finding> find_fault(std::string_view json) {
  if (json.size() > document_bytes) {
    return Finding{Severity::error, "", "larger than " + std::to_string(document_bytes) + " bytes",
                   "split it, or move what repeats to `$defs`"};
  }
  if (json.substr(0, 3) == "\xEF\xBB\xBF") {
    return Finding{Severity::error, "", "begins with a byte order mark", "save the file as UTF-8 without one"};
  }
  std::vector<std::unordered_set<std::string>> keys(1);  // of the containers that are open
  JsonScanner scan(json);
  for (;;) {
    const Token token = scan.next();
    if (token == Token::error) return fault(json, scan);
    if (token == Token::end) return {};
    if (token == Token::object_begin || token == Token::array_begin) {
      keys.emplace_back();
    } else if (token == Token::object_end || token == Token::array_end) {
      keys.pop_back();
    } else if (token == Token::key) {
      std::string key = unescape(scan.span());
      const auto [place, is_new] = keys.back().insert(std::move(key));
      if (!is_new) {
        return Finding{Severity::error, pointer_at(json, scan.span().data()),
                       "the key " + in_quotes(*place) + " stands twice in one object", "keep one of them"};
      }
      if (keys.back().size() > object_members) {
        return Finding{Severity::error, pointer_at(json, scan.span().data()),
                       "an object of more than " + std::to_string(object_members) + " members", "split it"};
      }
    }
  }
}

}  // namespace

std::optional<Json> read_json(std::string_view text, Findings& findings) {
  if (auto finding = find_fault(text)) {
    findings.push_back(std::move(*finding));
    return {};
  }
  return read_exact_json(text);
}

namespace {

void write_value(const Json& value, size_t depth, std::string& out) {
  const bool is_object = value.is_object();
  if ((!is_object && !value.is_array()) || value.empty()) {
    out += exact_text(value);
  } else {
    const std::string line = '\n' + std::string(2 * depth + 2, ' ');
    out += is_object ? '{' : '[';
    bool is_first = true;
    for (auto member = value.begin(); member != value.end(); ++member) {
      if (!is_first) out += ',';
      is_first = false;
      out += line;
      if (is_object) out += Json(member.key()).dump() + ": ";
      write_value(*member, depth + 1, out);
    }
    out += '\n' + std::string(2 * depth, ' ');
    out += is_object ? '}' : ']';
  }
}

}  // namespace

std::string write_json(const Json& value) {
  std::string out;
  write_value(value, 0, out);
  return out += '\n';
}

std::string unescape(std::string_view span) {
  if (span.find('\\') == std::string_view::npos) return std::string(span);
  std::string literal = "\"";
  literal += span;
  literal += '"';
  const Json value = Json::parse(literal, nullptr, false);
  return value.is_string() ? value.get<std::string>() : std::string(span);
}

}  // namespace waymark::plan
