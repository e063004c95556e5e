#include "native/plan/formats.hpp"

#include <variant>

#include "native/plan/regex.hpp"

namespace waymark::plan {
namespace {

// Each format is written as a pattern, after the grammar that defines it; names are the grammar's.

std::string group(const std::string& pattern) { return "(?:" + pattern + ")"; }

std::string two_digits(uint32_t value) {
  return {static_cast<char>('0' + value / 10), static_cast<char>('0' + value % 10)};
}

// RFC 3339, 5.6 and 5.7, with the days that a month has.
std::string full_date() {
  const std::string leap_year = group(R"(\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)");
  return group(R"(\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|)"
               R"(02-(?:0[1-9]|1\d|2[0-8]))|)" +
               leap_year + "-02-29");
}

// A leap second is the last of a day in UTC (RFC 3339, 5.7 and appendix D). To know it at an offset, an automaton has
// to remember the minute; here it does so for offsets of whole and half hours.
std::string full_time() {
  constexpr uint32_t day = 24 * 60;
  constexpr uint32_t step = 30;
  const std::string fraction = R"((?:\.\d+)?)";
  const auto clock = [](uint32_t minutes) { return two_digits(minutes / 60) + ":" + two_digits(minutes % 60); };
  std::string time = R"((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)" + fraction + R"((?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d))";
  for (uint32_t offset = 0; offset < day; offset += step) {
    time += "|" + clock((day - 1 + offset) % day) + ":60" + fraction +
            group("\\+" + clock(offset) + "|-" + clock((day - offset) % day) + (offset ? "" : "|[Zz]"));
  }
  return group(time);
}

// RFC 3339, appendix A.
std::string duration() {
  const std::string minute = R"(\d+M(?:\d+S)?)";
  const std::string time = R"(T(?:\d+H(?:)" + minute + ")?|" + minute + R"(|\d+S))";
  const std::string month = R"(\d+M(?:\d+D)?)";
  const std::string date = R"((?:\d+D|)" + month + R"(|\d+Y(?:)" + month + ")?)";
  return "P" + group(date + group(time) + "?|" + time + R"(|\d+W)");
}

// RFC 2673, 3.2, without leading zeros.
std::string ipv4() {
  const std::string octet = R"((?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d))";
  return octet + group("\\." + octet) + "{3}";
}

// RFC 4291, 2.2, in the form of RFC 3986, 3.2.2.
std::string ipv6() {
  const std::string h16 = "[0-9A-Fa-f]{1,4}";
  const std::string ls32 = group(h16 + ":" + h16 + "|" + ipv4());
  const auto before = [&](uint32_t most) {
    return most == 0 ? group(h16) + "?" : group(group(h16 + ":") + "{0," + std::to_string(most) + "}" + h16) + "?";
  };
  std::string address = group(h16 + ":") + "{6}" + ls32 + "|::" + group(h16 + ":") + "{5}" + ls32;
  for (uint32_t after = 4; after > 0; --after) {
    address += "|" + before(4 - after) + "::" + group(h16 + ":") + "{" + std::to_string(after) + "}" + ls32;
  }
  return group(address + "|" + before(4) + "::" + ls32 + "|" + before(5) + "::" + h16 + "|" + before(6) + "::");
}

// An address of IPv6 inside another format, where few texts have one: groups of four digits between two to seven
// colons, not counted against "::", for that would double the table.
const std::string ipv6_like = R"((?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f.]{0,15})";

// RFC 1123, 2.1: letters, digits and hyphens, 63 in a label.
constexpr char hostname[] =
    R"([A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*)";

// RFC 5890 to 5892, as far as an automaton of bearable size can tell. A label is one of letters, digits and hyphens; an
// A-label, whose Punycode is not decoded; or a U-label of PVALID characters (RFC 5892, 2 and 3), with the rules of
// appendix A for what depends on context. A katakana middle dot has to stand beside a character of Japanese, not
// just in one label with it; Arabic-Indic and extended digits may mix; a U-label may have two hyphens where an A-label
// has them; its length as Punycode is not known.
std::string idn_hostname() {
  const std::string ascii =
      "(?:[A-Za-z0-9](?:[A-Za-z0-9-]?[A-Za-z0-9]|[A-Za-z0-9-](?:-[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-])"
      "[A-Za-z0-9-]{0,58}[A-Za-z0-9]|[A-Za-z0-9-]-[A-Za-z0-9])?|"
      "[Xx][Nn]--(?:[A-Za-z0-9]+-)*[A-Za-z0-9]{2,})";
  const std::string never =
      R"(\p{Lt}\p{Me}\p{Nl}\p{No}\p{P}\p{S}\p{Z}\p{C}\p{CWKCF}\p{DI}\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff)"
      R"(\u20d0-\u20ff\u{1d100}-\u{1d24f}\u0640\u07fa\u302e\u302f\u3031-\u3035\u303b)";
  const std::string exceptions = R"([\u00df\u03c2\u06fd\u06fe\u0f0b\u3007])";
  const std::string japanese = R"([\p{sc=Hira}\p{sc=Kana}\p{sc=Hani}])";
  const std::string arabic = R"([\u0620-\u063f\u0641-\u064a\u066e-\u06d3\u0750-\u077f])";
  // Combining class 9.
  const std::string virama =
      R"([\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d3b\u0d3c\u0d4d\u0dca\u0e3a\u0eba\u0f84\u1039\u103a\u1714)"
      R"(\u1715\u1734\u17d2\u1a60\u1b44\u1baa\u1bab\u1bf2\u1bf3\u2d7f\ua806\ua82c\ua8c4\ua953\ua9c0\uaaf6\uabed])";
  const std::string begin = "[^" + never + "\\p{M}]|" + exceptions +
                            R"(|l(?:\u00b7l)+|\u0375\p{sc=Grek}|[\u05d0-\u05ea\u05ef-\u05f2][\u05f3\u05f4]+|)" +
                            arabic + "(?:\\u200c" + arabic + ")+|\\u30fb+" + japanese + "|" + japanese + "\\u30fb+";
  const std::string more = begin + "|[^" + never + "]|" + virama + R"([\u200c\u200d])";
  const std::string label = group(ascii + "|" + group(begin) + group("-*" + group(more)) + "*");
  return label + group("\\." + label) + "*";
}

// RFC 5321, 4.1.2 and 4.1.3. What `more` adds are the characters of RFC 6531.
std::string mailbox(const std::string& more) {
  const std::string atom = R"([A-Za-z0-9!#$%&'*+\-\/=?^_`{\|}~)" + more + "]+";
  const std::string quoted = R"("(?:[ !#-\[\]-~)" + more + R"(]|\\[ -~])*")";
  const std::string label_end = "[A-Za-z0-9" + more + "]";
  const std::string label = label_end + "(?:[A-Za-z0-9" + more + "-]*" + label_end + ")?";
  return group(atom + group("\\." + atom) + "*|" + quoted) + "@" +
         group(label + group("\\." + label) + R"(*|\[(?:)" + ipv4() + "|[Ii][Pp][Vv]6:" + ipv6_like + R"()\])");
}

constexpr char not_ascii[] = R"(\u0080-\u{10ffff})";
// RFC 3987, 2.2.
constexpr char ucschar[] =
    R"(\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef\u{10000}-\u{1fffd}\u{20000}-\u{2fffd}\u{30000}-\u{3fffd})"
    R"(\u{40000}-\u{4fffd}\u{50000}-\u{5fffd}\u{60000}-\u{6fffd}\u{70000}-\u{7fffd}\u{80000}-\u{8fffd})"
    R"(\u{90000}-\u{9fffd}\u{a0000}-\u{afffd}\u{b0000}-\u{bfffd}\u{c0000}-\u{cfffd}\u{d0000}-\u{dfffd})"
    R"(\u{e1000}-\u{efffd})";
constexpr char iprivate[] = R"(\ue000-\uf8ff\u{f0000}-\u{ffffd}\u{100000}-\u{10fffd})";

// RFC 3986, appendix A; with more characters RFC 3987, 2.2.
std::string uri(bool may_be_relative, const std::string& more, const std::string& more_in_query) {
  const std::string percent = "%[0-9A-Fa-f]{2}";
  const auto some_of = [&](const std::string& punctuation) {
    return group(R"([A-Za-z0-9\-._~!$&'()*+,;=)" + punctuation + more + "]|" + percent);
  };
  const std::string pchar = some_of(":@");
  const std::string host =
      R"(\[(?:)" + ipv6_like + R"(|[Vv][0-9A-Fa-f]+\.[A-Za-z0-9\-._~!$&'()*+,;=:]+)\]|)" + some_of("") + "*";
  const std::string segments = group("\\/" + pchar + "*") + "*";
  const std::string rooted = "\\/\\/" + group(some_of(":") + "*@") + "?" + group(host) + R"((?::\d*)?)" + segments +
                             "|\\/" + group(pchar + "+" + segments) + "?|";
  std::string path = "[A-Za-z][A-Za-z0-9+\\-.]*:" + group(rooted + group(pchar + "+" + segments) + "?");
  if (may_be_relative) path = group(path + "|" + rooted + group(some_of("@") + "+" + segments) + "?");
  return path + "(?:\\?" + group(pchar + "|[\\/?" + more_in_query + "]") + "*)?(?:#" + group(pchar + "|[\\/?]") + "*)?";
}

// RFC 6570, 2.
std::string uri_template() {
  const std::string percent = "%[0-9A-Fa-f]{2}";
  const std::string literal = group(std::string(R"([!#$&(-;=?-\[\]_a-z~)") + ucschar + iprivate + "]|" + percent);
  const std::string varchar = group("[A-Za-z0-9_]|" + percent);
  const std::string varspec = varchar + group("\\.?" + varchar) + R"(*(?::[1-9]\d{0,3}|\*)?)";
  return group(literal + R"(|\{[+#./;?&=,!@\|]?)" + varspec + group("," + varspec) + "*\\}") + "*";
}

// RFC 6901, 3.
constexpr char json_pointer[] = R"((?:\/(?:[^~\/]|~[01])*)*)";

// ECMA-262, 22.2.1, as far as an automaton can tell: groups are balanced four deep (what is deeper is not looked at),
// the order of ranges, group names and back-references are not checked.
std::string regex() {
  const std::string escape = R"(\\(?:[dDsSwWfnrtv\/\^$\\.*+?()\[\]{}\|]|0|[1-9]\d*|c[A-Za-z]|x[0-9A-Fa-f]{2}|)"
                             R"(u(?:[0-9A-Fa-f]{4}|\{[0-9A-Fa-f]+\})|[pP]\{\w+(?:=\w+)?\}|k<[^>]+>))";
  const std::string characters = R"(\[(?:[^\\\]]|\\[b\-]|)" + escape + R"()*\])";
  const std::string quantifier = R"((?:(?:[*+?]|\{\d+(?:,\d*)?\})\??)?)";
  const std::string open = R"(\((?:\?(?::|<?[=!]|<[^>=!][^>]*>))?)";
  const std::string single = R"([\^$\|]|\\[bB]|(?:[^\^$\\.*+?()\[\]{}\|]|\.|)" + escape + "|" + characters;
  std::string balanced = group(single + ")" + quantifier) + "*";
  std::string deeper = "[^]*";  // what begins with a group that is too deep to look at
  for (uint32_t depth = 0; depth < 4; ++depth) {
    deeper = balanced + open + deeper;
    balanced = group(single + "|" + open + balanced + "\\))" + quantifier) + "*";
  }
  return balanced + "|" + deeper;
}

std::string pattern_of(std::string_view format, Dialect dialect) {
  if (format == "date") return full_date();
  if (format == "time") return full_time();
  if (format == "date-time") return full_date() + "[Tt]" + full_time();
  if (format == "duration") return duration();
  if (format == "email") return mailbox("");
  if (format == "idn-email") return mailbox(not_ascii);
  if (format == "hostname") return hostname;
  if (format == "idn-hostname") return idn_hostname();
  if (format == "ipv4") return ipv4();
  if (format == "ipv6") return ipv6();
  if (format == "uri") return uri(false, "", "");
  if (format == "uri-reference") return uri(true, "", "");
  if (format == "iri") return uri(false, ucschar, iprivate);
  if (format == "iri-reference") return uri(true, ucschar, iprivate);
  if (format == "uri-template") return uri_template();
  if (format == "uuid") return "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}";
  if (format == "json-pointer") return json_pointer;
  if (format == "relative-json-pointer") {
    const std::string shift = dialect == Dialect::draft7 ? "" : R"((?:[+-](?:0|[1-9]\d*))?)";
    return R"((?:0|[1-9]\d*))" + shift + group(std::string("#|") + json_pointer);
  }
  if (format == "regex") return regex();
  return "";
}

}  // namespace

std::optional<std::string> compile_format(std::string_view format, Dialect dialect) {
  const std::string pattern = pattern_of(format, dialect);
  if (pattern.empty()) return std::nullopt;
  return std::get<std::string>(compile_regex("^(?:" + pattern + ")$"));  // the tests compile each
}

uint32_t format_max_length(std::string_view format) {
  if (format == "hostname") return 253;                        // RFC 1123, 2.1; RFC 1035, 2.3.4 without the root
  if (format == "email" || format == "idn-email") return 254;  // RFC 5321, 4.5.3.1.3 without the brackets
  return 0;
}

}  // namespace waymark::plan
