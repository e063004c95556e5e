#include "native/plan/docs.hpp"

#include "tests/plan/read_plan.hpp"

using namespace waymark::plan;

namespace {

bool has(const std::string& page, std::string_view text) { return page.find(text) != std::string::npos; }

size_t count(const std::string& page, std::string_view text) {
  size_t found = 0;
  for (size_t at = 0; (at = page.find(text, at)) != std::string::npos; at += text.size()) ++found;
  return found;
}

const std::string shop = with_events(
    R"("order_placed":{"description":"An order was paid.","owner":"team-a","sample_rate":0.125,"properties":{
        "type":"object","required":["order_id"],"properties":{
          "order_id":{"type":"string","description":"The number","pii":true},
          "total":{"type":"number","minimum":0,"description":"in EUR"},
          "phone":{"type":"string","description":"of the buyer"},
          "lines":{"type":"array","items":{"$ref":"#/$defs/line"}},
          "state":{"enum":["new","paid"]}}}},
       "ad_shown":{"purpose":"marketing","deprecated":"use banner_shown"})",
    R"(,"description":"A shop.","$defs":{"line":{"type":"object","properties":{"sku":{"type":"string"}}}},
       "metrics":{"api.latency.ms":{"type":"histogram","description":"Time","tags":{"route":{}}}},
       "experiments":{"wide_cards":{"variants":{"control":1,"wide":2}}},
       "privacy":{"properties":{"order_id":"hash","total":"drop"},"salt":"s","url_parameters":["q"]})");

}  // namespace

TEST_CASE("the catalogue lists events, properties, metrics and experiments") {
  const std::string page = plan_docs(good_plan(shop), DocsFormat::markdown);
  CHECK(has(page, "# shop: tracking plan\n"));
  CHECK(has(page, "### `order_placed`\n\nAn order was paid.\n"));
  CHECK(has(page, "- Owner: team-a\n"));
  CHECK(has(page, "- Sampled: 12.5 % are kept\n"));
  CHECK(has(page, "| `order_id` | string | yes | The number | personal data, hash |\n"));
  CHECK(has(page, "| `total` | number, at least 0 | no | in EUR | drop |\n"));
  CHECK(has(page, "| `lines` | array of object | no |  |  |\n| `lines[].sku` | string | no |  |  |\n"));
  CHECK(has(page, "| `state` | one of \"new\", \"paid\" | no |  |  |\n"));
  CHECK(has(page, "### `ad_shown`\n\nDeprecated: use banner\\_shown\n"));
  CHECK(has(page, "| `api.latency.ms` | histogram | ms | analytics | `route` | Time |  |\n"));
  CHECK(has(page, "| `wide_cards` | `control` 33.333 %, `wide` 66.667 % | device |  |  |\n"));
}

TEST_CASE("the disclosure says what is collected, what never is, and how to turn it off") {
  const std::string page = plan_docs(good_plan(shop), DocsFormat::markdown);
  const size_t collected = page.find("## What we collect\n");
  const size_t never = page.find("## What we never collect\n");
  const size_t off = page.find("## How to turn it off\n");
  REQUIRE(collected < never);
  REQUIRE(never < off);
  REQUIRE(off != std::string::npos);
  const std::string told = page.substr(collected, never - collected);
  CHECK(has(told, "For the purpose `analytics`, only after you agree to it:\n\n- `order\\_placed`") == false);
  CHECK(
      has(told, "For the purpose `analytics`, only after you agree to it:\n\n- `order_placed`: An order was paid.\n"));
  CHECK(has(told, "For the purpose `marketing`, only after you agree to it:\n\n- `ad_shown`\n"));
  CHECK(has(told, "- `order_id` is sent as a salted hash only (The number)\n"));
  CHECK(has(told, "- `total` is taken out before it leaves the device (in EUR)\n"));
  CHECK(has(told, "- `phone` is replaced by a marker before it leaves the device (of the buyer)\n"));
  CHECK_FALSE(has(told, "`state`"));
  CHECK(has(page.substr(never), "but for those of campaigns and `q`\n"));
  CHECK(has(page.substr(off), "`functional`, `analytics`, `marketing`.\n"));
  CHECK(has(page.substr(off), "`DO_NOT_TRACK=1` or `SHOP_TELEMETRY=0`"));
  CHECK(has(told, "chosen by chance"));
  CHECK_FALSE(has(told, "traits"));
  CHECK_FALSE(has(page, "but not in"));
}

TEST_CASE("the disclosure names what is sent as it is, and speaks of context and traits where there are any") {
  const std::string page =
      plan_docs(good_plan(with_events(R"("a_b":{})", R"(,"context":{"properties":{"theme":{"type":"string"}}},
          "traits":{"user":{"properties":{"seats":{"type":"integer"}}}},
          "privacy":{"properties":{"note":"allow","a_b.memo":"allow","phone":"drop"}})")),
                DocsFormat::markdown);
  CHECK(has(page, "replaced by markers, but not in `note`, `a_b.memo`\n"));
  CHECK(has(page, "- what is listed below as the context of every event\n"));
  CHECK(has(page, "the traits that are listed below."));
  CHECK_FALSE(has(page, "chosen by chance"));
}

TEST_CASE("a tool's README says what is collected, what never is, how to turn it off and where the source is") {
  const std::string page =
      program_disclosure(good_plan(shop), {"plan.json", "https://example.com/shop", true}, DocsFormat::markdown);
  const size_t collected = page.find("### What we collect\n");
  const size_t never = page.find("### What we never collect\n");
  const size_t off = page.find("### How to turn it off\n");
  const size_t source = page.find("### Where the source is\n");
  REQUIRE(source != std::string::npos);
  CHECK(page.find("## Telemetry\n") == 0);
  CHECK((collected < never && never < off && off < source));
  const std::string told = page.substr(collected, never - collected);
  CHECK(has(told,
            "For the purpose `analytics`:\n\n| What | With | Meaning |\n| --- | --- | --- |\n"
            "| `order_placed` |  | An order was paid. |\n"
            "|  | `order_id` | string: The number. Sent as a salted hash only. |\n"
            "|  | `total` | number, at least 0: in EUR. Taken out before it is sent. |\n"));
  CHECK(has(told, "|  | `lines[].sku` | string |\n"));
  CHECK(has(told, "| `api.latency.ms` |  | Values are summed up over a minute. Time |\n|  | `route` |  |\n"));
  CHECK(has(told, "For the purpose `marketing`:\n"));
  CHECK_FALSE(has(told, "For the purpose `functional`"));
  CHECK(has(page, "What you are asked for: `functional`, `analytics` and `marketing`.\n"));
  CHECK(has(page.substr(off), "- `shop telemetry off` refuses at any time"));
  CHECK(has(page.substr(off), "- `DO_NOT_TRACK=1` or `SHOP_NO_TELEMETRY=1` in the environment"));
  CHECK(has(page.substr(source), "- The program: `https://example.com/shop`\n"));
  CHECK(has(page.substr(source), "- The tracking plan, from which this section is made: `plan.json`\n"));
}

TEST_CASE("a tool's README does not promise of the full profile what only the anonymous one keeps") {
  const PlanDocument plan = good_plan(with_events(R"("a_b":{})", R"(,"privacy":{"properties":{"note":"allow"}},
      "context":{"properties":{"theme":{"type":"string"}}})"));
  const std::string full = program_disclosure(plan, {"plan.json", "", false}, DocsFormat::markdown);
  const std::string anonymous = program_disclosure(plan, {"plan.json", "", true}, DocsFormat::markdown);
  for (const char* promise : {"an id of you", "the time of day", "texts, but for the words"}) {
    CAPTURE(promise);
    CHECK(has(anonymous, promise));
    CHECK_FALSE(has(full, promise));
  }
  CHECK(has(full, "- a random id of the session and one of this installation"));
  CHECK(has(full, "replaced by markers, but not in `note`\n"));
  CHECK_FALSE(has(anonymous, "installation, made after"));
  for (const std::string& page : {full, anonymous}) {
    CHECK(has(page, "- `theme`\n"));
    CHECK_FALSE(has(page, "- The program:"));
  }
}

TEST_CASE("a tool's README says what a crash report holds where the plan has crash reports") {
  const auto page_of = [](const std::string& events, bool is_anonymous = true) {
    return program_disclosure(good_plan(with_events(events)), {"plan.json", "", is_anonymous}, DocsFormat::markdown);
  };
  const std::string neither = page_of(R"("a_b":{})");
  CHECK_FALSE(has(neither, "call stack"));
  CHECK_FALSE(has(neither, "ended well"));
  const std::string events = R"("crash_reported":{"purpose":"functional"},"session_ended":{})";
  const std::string both = page_of(events);
  CHECK(has(both, "For the purpose `functional`:\n"));
  CHECK(has(both, "`crash_reported` is sent at the next start after a crash. In it are the signal, "));
  CHECK(has(both, "Never in it are contents of memory, "));
  CHECK(has(both, "`session_ended` says of a run of the program whether it ended well, crashed or was killed"));
  // The anonymous profile sends no texts.
  for (const char* text : {"the type of an exception", "the name without its folder"}) {
    CHECK_FALSE(has(both, text));
    CHECK(has(page_of(events, false), text));
  }
}

TEST_CASE("properties are listed from all that a schema is composed of, each once") {
  const std::string page = plan_docs(good_plan(with_events(R"("a_b":{"properties":{"type":"object","required":["kind"],
        "properties":{"kind":{"type":"string"},"never":false},
        "oneOf":[{"properties":{"kind":{"const":"mail"},"email":{"type":"string","pii":true}},"required":["email"]},
                 {"properties":{"kind":{"const":"call"},"phone":{"type":"string"}}}],
        "if":{"properties":{"kind":{"const":"x"}}},"then":{"properties":{"extra":{"type":"null"}},"required":["extra"]},
        "allOf":[{"properties":{"both":{"type":"string"}},"required":["both"]}]}})")),
                                     DocsFormat::markdown);
  for (const char* const row :
       {"| `kind` | string | yes |  |  |\n", "| `email` | string | no |  | personal data |\n",
        "| `phone` | string | no |  |  |\n", "| `extra` | null | no |  |  |\n", "| `both` | string | yes |  |  |\n"}) {
    CAPTURE(row);
    CHECK(count(page, row) == 1);
  }
  CHECK(count(page, "| `kind` |") == 1);
  CHECK_FALSE(has(page, "`never`"));
  CHECK(has(page, "- `email` is replaced by a marker"));
}

TEST_CASE("types name their branches and items; deprecated properties say so") {
  const std::string page = plan_docs(good_plan(with_events(
                                         R"("a_b":{"properties":{"type":"object","properties":{
            "id":{"anyOf":[{"type":"string"},{"type":"integer"},{"$ref":"#/$defs/text"}]},
            "open":{"anyOf":[{"type":"string"},{}]},
            "tags":{"type":"array","items":{"enum":["a","b"]}},
            "old":{"type":"string","deprecated":true,"description":"Use id."}}}})",
                                         R"(,"$defs":{"text":{"type":"string"}})")),
                                     DocsFormat::markdown);
  CHECK(has(page, "| `id` | string or integer | no |  |  |\n"));
  CHECK(has(page, "| `open` | any | no |  |  |\n"));
  CHECK(has(page, "| `tags` | array of one of \"a\", \"b\" | no |  |  |\n"));
  CHECK(has(page, "| `old` | string | no | Deprecated. Use id. |  |\n"));
}

TEST_CASE("a schema that holds itself is listed once") {
  const std::string page =
      plan_docs(good_plan(with_events(R"("a_b":{"properties":{"properties":{"shelf":{"$ref":"#/$defs/shelf"}}}})",
                                      R"(,"$defs":{"shelf":{"type":"object","properties":{
                              "inside":{"type":"array","items":{"$ref":"#/$defs/shelf"}},
                              "beside":{"$ref":"#/$defs/shelf","description":"Its neighbour."}}}})")),
                DocsFormat::markdown);
  CHECK(has(page, "| `shelf.inside` | array of object | no | As `shelf`. |  |\n"));
  CHECK(has(page, "| `shelf.beside` | object | no | Its neighbour. As `shelf`. |  |\n"));
  CHECK_FALSE(has(page, "`shelf.inside["));
  CHECK_FALSE(has(page, "`shelf.beside."));
}

TEST_CASE("a plan without personal data says so") {
  const std::string page = plan_docs(good_plan(with_events(R"("a_b":{"purpose":"necessary"})")), DocsFormat::markdown);
  CHECK(has(page, "None of it is personal data by its nature"));
  CHECK(has(page, "For the purpose `necessary`, which the service needs to work:\n\n- `a_b`\n"));
}

TEST_CASE("nothing in a plan becomes markup") {
  const std::string nasty =
      R"(<script>alert(1)</script> & \"quotes\" 'single' *bold* [link](http://x) | pipe `tick` \n# head)";
  const std::string text =
      with_events(R"("<b>&|`":{"description":")" + nasty + R"(","owner":")" + nasty +
                      R"(","properties":{"properties":{"<i>|``":{"type":"string","description":")" + nasty + R"("}}}})",
                  R"(,"naming":"off","description":"- no list\n1. no list")");
  const std::string html = plan_docs(good_plan(text), DocsFormat::html);
  CHECK_FALSE(has(html, "<script"));
  CHECK_FALSE(has(html, "<b>"));
  CHECK_FALSE(has(html, "<i>"));
  CHECK(has(html, "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quotes&quot; &#39;single&#39;"));
  CHECK(has(html, "id=\"event-&lt;b&gt;&amp;|`\""));
  CHECK(has(html, "href=\"#event-%3Cb%3E%26%7C%60\""));
  CHECK(count(html, "<a ") == count(html, "</a>"));

  const std::string markdown = plan_docs(good_plan(text), DocsFormat::markdown);
  CHECK_FALSE(has(markdown, "\n# head"));
  CHECK(has(markdown,
            "\\<script\\>alert(1)\\</script\\> \\& \"quotes\" 'single' \\*bold\\* \\[link\\](http://x) \\| pipe "
            "\\`tick\\`"));
  CHECK(has(markdown, "\n\\- no list 1. no list\n"));
  CHECK(has(markdown, "`` <b>&|` ``"));
  CHECK(has(markdown, "``` <i>\\|`` ```"));
  for (size_t at = 0; (at = markdown.find("\n| ", at)) != std::string::npos; ++at) {
    const std::string line = markdown.substr(at + 1, markdown.find('\n', at + 1) - at - 1);
    size_t cells = 0;
    for (size_t i = 0; i < line.size(); ++i) cells += line[i] == '|' && (i == 0 || line[i - 1] != '\\');
    CHECK(cells == 6);
  }
}

TEST_CASE("the HTML page stands alone and is whole") {
  const std::string html = plan_docs(good_plan(shop), DocsFormat::html);
  CHECK(html.rfind("<!doctype html>\n<html lang=\"en\">", 0) == 0);
  CHECK(has(html, "default-src 'none'"));
  for (const char* const outside : {"src=", "http://", "https://", "url(", "@import", "javascript:", "style=\""}) {
    CHECK_FALSE(has(html, outside));
  }
  for (const char* const tag : {"table", "ul", "nav", "main", "thead", "tbody", "h1", "h2", "h3", "p", "li", "td"}) {
    CAPTURE(tag);
    CHECK(count(html, "<" + std::string(tag) + ">") + count(html, "<" + std::string(tag) + " ") ==
          count(html, "</" + std::string(tag) + ">"));
  }
  CHECK(count(html, "<h1") == 1);
  CHECK(count(html, "<table>") == count(html, "<caption>"));
}

TEST_CASE("schemas that branch into each other without end make a page of bounded size") {
  std::string defs;
  for (const char* const name : {"a", "b"}) {
    defs += (defs.empty() ? "\"" : ",\"") + std::string(name) + R"(":{"allOf":[)";
    for (int i = 0; i < 20; ++i)
      defs += std::string(i > 0 ? "," : "") + R"({"properties":{"p":{"$ref":"#/$defs/)" + (name[0] == 'a' ? "b" : "a") +
              "\"}}}";
    defs += "]}";
  }
  const std::string page =
      plan_docs(good_plan(with_events(R"("a_b":{"properties":{"$ref":"#/$defs/a"}})", ",\"$defs\":{" + defs + "}")),
                DocsFormat::html);
  CHECK(page.size() < 1'000'000);
  CHECK(has(page, "<code>p.p</code>"));
  CHECK_FALSE(has(page, "<code>p.p.p</code>"));
}
