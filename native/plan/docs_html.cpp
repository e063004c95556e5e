// One HTML page without scripts; WCAG 2.2: landmarks, a skip link, captions and header cells, colours by the reader's
// own scheme with contrast above 7:1.
#include "native/plan/docs_page.hpp"

namespace waymark::plan {
namespace {

constexpr std::string_view style = R"(
:root{color-scheme:light dark}
body{margin:0 auto;max-width:64rem;padding:1rem;font:1rem/1.6 system-ui,sans-serif;color:#1b1b1b;background:#fff}
a{color:#0b3d91}
.skip{position:absolute;left:-100rem}
.skip:focus{position:static}
h1,h2,h3{line-height:1.25}
h2{margin-top:2.5rem;border-bottom:1px solid #767676;padding-bottom:.25rem}
code{font-family:ui-monospace,monospace;font-size:.95em;overflow-wrap:anywhere}
nav ul{columns:14rem;padding-left:1.25rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}
caption{text-align:left;font-weight:600;padding:.5rem 0}
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border:1px solid #767676}
:focus-visible{outline:3px solid #0b3d91;outline-offset:2px}
@media (prefers-color-scheme:dark){body{color:#f2f2f2;background:#121212}a{color:#a8c7ff}:focus-visible{outline-color:#a8c7ff}}
@media print{nav,.skip{display:none}}
)";

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        // Control characters are no characters of HTML, even when escaped.
        out += static_cast<uint8_t>(c) < 0x20 && c != '\n' && c != '\t' ? ' ' : c;
        break;
    }
  }
  return out;
}

std::string inline_text(const Text& text) {
  std::string out;
  for (const Span& span : text) out += span.is_code ? "<code>" + escape(span.text) + "</code>" : escape(span.text);
  return out;
}

// An id may hold anything but white space (HTML, 3.2.6); in a link's fragment the rest is percent-encoded.
std::string id_of(std::string_view id) {
  std::string out;
  for (const char c : id) out += c == ' ' || static_cast<uint8_t>(c) < 0x20 ? '-' : c;
  return out;
}

std::string fragment_of(std::string_view id) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out;
  for (const char c : id_of(id)) {
    const auto byte = static_cast<uint8_t>(c);
    const bool is_plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
    if (is_plain) {
      out += c;
    } else {
      out += '%';
      out += hex[byte >> 4];
      out += hex[byte & 15];
    }
  }
  return out;
}

std::string table(const Block& block) {
  std::string out = "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"";
  for (const Span& span : block.text) out += escape(span.text);
  out += "\">\n<table>\n<caption>" + inline_text(block.text) + "</caption>\n<thead><tr>";
  for (const Text& head : block.items) out += "<th scope=\"col\">" + inline_text(head) + "</th>";
  out += "</tr></thead>\n<tbody>\n";
  for (const std::vector<Text>& row : block.rows) {
    out += "<tr>";
    for (size_t i = 0; i < row.size(); ++i) {
      out += i == 0 ? "<th scope=\"row\">" + inline_text(row[i]) + "</th>" : "<td>" + inline_text(row[i]) + "</td>";
    }
    out += "</tr>\n";
  }
  return out + "</tbody>\n</table>\n</div>\n";
}

std::string navigation(const Page& page) {
  std::string out = "<nav aria-label=\"Contents\">\n<ul>\n";
  for (const Block& block : page.blocks) {
    if (block.kind != Block::heading || block.level < 2) continue;
    out += "<li><a href=\"#" + fragment_of(block.id) + "\">" + inline_text(block.text) + "</a></li>\n";
  }
  return out + "</ul>\n</nav>\n";
}

}  // namespace

std::string to_html(const Page& page) {
  std::string out =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\">\n<title>";
  out += escape(page.title) + "</title>\n<style>" + std::string(style) + "</style>\n</head>\n<body>\n";
  out += "<a class=\"skip\" href=\"#main\">Skip to the content</a>\n";
  out += navigation(page) + "<main id=\"main\">\n";
  for (const Block& block : page.blocks) {
    switch (block.kind) {
      case Block::heading: {
        const std::string tag = "h" + std::to_string(block.level);
        out += '<' + tag + " id=\"" + escape(id_of(block.id)) + "\">" + inline_text(block.text) + "</" + tag + ">\n";
        break;
      }
      case Block::paragraph:
        out += "<p>" + inline_text(block.text) + "</p>\n";
        break;
      case Block::list:
        out += "<ul>\n";
        for (const Text& item : block.items) out += "<li>" + inline_text(item) + "</li>\n";
        out += "</ul>\n";
        break;
      case Block::table:
        out += table(block);
        break;
    }
  }
  return out + "</main>\n</body>\n</html>\n";
}

}  // namespace waymark::plan
