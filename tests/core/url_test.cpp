// URLs keep where someone was and lose who it was.
#include "core/privacy/url.hpp"

#include <string>

#include "tests/catch.hpp"

namespace waymark::privacy {
namespace {

std::string cleaned(std::string text, bool is_url = true, std::string_view allowed = {}) {
  text.push_back('\0');
  const size_t size = clean_urls(text.data(), is_url, allowed);
  CHECK(size < text.size());
  CHECK(text[size] == 0);
  return text.substr(0, size);
}

}  // namespace

TEST_CASE("userinfo goes", "[url]") {
  CHECK(cleaned("https://user:pw@example.com/a") == "https://example.com/a");
  CHECK(cleaned("https://user@example.com") == "https://example.com");
  CHECK(cleaned("ftp://a:b@c@example.com/x") == "ftp://example.com/x");
  CHECK(cleaned("https://example.com/@handle") == "https://example.com/@handle");
}

TEST_CASE("the fragment goes", "[url]") {
  CHECK(cleaned("https://example.com/a#access_token=1") == "https://example.com/a");
  CHECK(cleaned("/a#b?c=d") == "/a");
  CHECK(cleaned("https://example.com#x") == "https://example.com");
  CHECK(cleaned("#x") == "");
}

TEST_CASE("query parameters go unless they are on the list", "[url]") {
  CHECK(cleaned("/a?token=1") == "/a");
  CHECK(cleaned("/a?utm_source=x&token=1&utm_medium=y") == "/a?utm_source=x&utm_medium=y");
  CHECK(cleaned("/a?token=1&utm_campaign=x&id=2") == "/a?utm_campaign=x");
  CHECK(cleaned("/a?utm_term=a&utm_content=b&ref=c") == "/a?utm_term=a&utm_content=b&ref=c");
  CHECK(cleaned("/a?q=1&page=2", true, R"(["page"])") == "/a?page=2");
  CHECK(cleaned("/a?UTM_SOURCE=x") == "/a");
  CHECK(cleaned("/a?utm_sourcery=x") == "/a");
  CHECK(cleaned("/a?ref") == "/a?ref");
  CHECK(cleaned("/a?") == "/a");
  CHECK(cleaned("/a?&&&") == "/a");
  CHECK(cleaned("/a?x=1;utm_source=y") == "/a?utm_source=y");
  CHECK(cleaned("https://example.com?token=1") == "https://example.com");
  CHECK(cleaned("?token=1") == "");
}

TEST_CASE("URLs are cleaned wherever they stand in a text", "[url]") {
  CHECK(cleaned("see https://u@a.com/x?t=1#y, or http://b.com/?k=2 please", false) ==
        "see https://a.com/x or http://b.com/ please");
  CHECK(cleaned("<a href=\"https://a.com/?t=1\">x</a>", false) == "<a href=\"https://a.com/\">x</a>");
  CHECK(cleaned("myapp://open?token=1", false) == "myapp://open");
}

TEST_CASE("text without a URL stays", "[url]") {
  for (const char* text : {"", "what? no #1 fan @home", "a:b", "10:30", "a//b", "50% off?x=1"}) {
    CHECK(cleaned(text, false) == text);
  }
}

TEST_CASE("a path alone is a URL when it is said to be one", "[url]") {
  CHECK(cleaned("/reset?token=abc", true) == "/reset");
  CHECK(cleaned("/reset?token=abc", false) == "/reset?token=abc");
}

TEST_CASE("a query or fragment after another URL's is cleaned as well", "[url]") {
  CHECK(cleaned("https://a.com/redirect?to=https://b.com/?token=1") == "https://a.com/redirect");
  CHECK(cleaned("https://a.com/http://u:p@b.com/?t=1") == "https://a.com/http://b.com/");
}

TEST_CASE("cleaning twice is cleaning once", "[url]") {
  for (const char* text : {"https://u:p@a.com/x?t=1&ref=2#y", "/a?x=1&utm_source=2;y", "a://b@c://d@e?f#g h://i@j"}) {
    const std::string once = cleaned(text);
    CHECK(cleaned(once) == once);
  }
}

}  // namespace waymark::privacy
