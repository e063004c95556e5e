// Plans that were good until something in them was changed at random: every tool has an answer, and the answers agree.
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>

#include "native/plan/compile.hpp"
#include "native/plan/diff.hpp"
#include "native/plan/docs.hpp"
#include "native/plan/export.hpp"
#include "native/plan/import.hpp"
#include "native/plan/json_text.hpp"
#include "native/plan/lint.hpp"
#include "native/plan/positions.hpp"
#include "tests/plan/read_plan.hpp"

using namespace waymark::plan;

namespace {

std::string shop_plan() {
  std::ifstream in(WAYMARK_PLAN_TESTS "/shop-plan.json", std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class Changer {
 public:
  explicit Changer(uint32_t seed) : random_(seed) {}

  // Changes one value that lies below `root`, chosen by a walk from the top.
  void change(Json& root) {
    Json* at = &root;
    while (!at->empty() && (at->is_object() || at->is_array()) && below(20) > 0) {
      auto member = at->begin();
      std::advance(member, below(at->size()));
      at = &*member;
    }
    if (at->is_object() && !at->empty() && below(3) == 0) {
      auto member = at->begin();
      std::advance(member, below(at->size()));
      at->erase(member.key());
    } else if (at->is_object() && below(2) == 0) {
      (*at)[words[below(std::size(words))]] = value();
    } else if (at->is_string() && below(4) > 0) {
      *at = words[below(std::size(words))];
    } else if (at->is_boolean() && below(4) > 0) {
      *at = !at->get<bool>();
    } else if (at->is_number() && below(4) > 0) {
      *at = below(100);
    } else {
      *at = value();
    }
  }

 private:
  static constexpr const char* words[] = {"type",    "properties", "required", "$ref",  "enum",     "oneOf", "not",
                                          "items",   "minimum",    "pattern",  "allOf", "const",    "pii",   "format",
                                          "metrics", "privacy",    "purpose",  "$defs", "variants", "tags",  "a\nb",
                                          "maximum", "if",         "then",     "x~/y",  "<b>|`",    "",      "salt"};

  size_t below(size_t count) { return random_() % count; }

  Json value() {
    switch (below(12)) {
      case 0:
        return nullptr;
      case 1:
        return below(2) == 0;
      case 2:
        return static_cast<int>(below(5)) - 2;
      case 3:
        return 0.5;
      case 4:
        return Json::array({value()});
      case 5:
        return Json::object();
      case 6:
        return Json{{words[below(std::size(words))], value()}};
      case 7:
        return Json{{"$ref", "#/$defs/" + std::string(words[below(std::size(words))])}};
      case 8:
        return Json{{"$ref", "#/events/cart_viewed/properties"}};
      case 9:
        return Json{{"type", "object"}, {"properties", {{words[below(std::size(words))], value()}}}};
      default:
        return words[below(std::size(words))];
    }
  }

  std::mt19937 random_;
};

}  // namespace

TEST_CASE("every tool answers on plans that are changed at random") {
  const std::string text = shop_plan();
  const PlanDocument shop = good_plan(text);
  size_t good = 0;
  const uint32_t seeds = std::getenv("WAYMARK_ALL") != nullptr ? 4000 : 150;
  for (uint32_t seed = 0; seed < seeds; ++seed) {
    CAPTURE(seed);
    Changer changer(seed);
    Json json = Json::parse(text);
    for (uint32_t i = 0; i <= seed % 3; ++i) changer.change(json);
    const std::string changed = write_json(json);
    Findings findings;
    const auto plan = read_plan(changed, findings);
    CHECK(plan.has_value() == !has_errors(findings));
    if (plan && compile_plan(*plan, findings).empty()) CHECK(has_errors(findings));
    for (const Finding& finding : findings) {
      CHECK_FALSE(finding.message.empty());
      const Place place = find_place(changed, finding.pointer);
      CHECK(place.line >= 1);
    }
    if (!plan || has_errors(findings)) continue;
    ++good;
    lint_plan(*plan, findings);
    CHECK_FALSE(has_errors(findings));
    CHECK(diff_plans(*plan, *plan).empty());
    const auto forth = diff_plans(shop, *plan);
    const auto back = diff_plans(*plan, shop);
    CHECK(forth.empty() == back.empty());
    CHECK(plan_docs(*plan, DocsFormat::markdown).rfind("# ", 0) == 0);
    CHECK(plan_docs(*plan, DocsFormat::html).find("<script") == std::string::npos);
    Json imported = empty_plan("again");
    for (const EventPlan& event : plan->events) {
      import_file(ImportSource::json_schema, event.name + ".json", export_event(*plan, event), imported, findings);
    }
    finish_import(imported);
    const PlanDocument again = good_plan(write_json(imported));
    CHECK(again.events.size() == plan->events.size());
    Findings errors;
    compile_plan(again, errors);
    INFO(lines_of(errors));
    CHECK_FALSE(has_errors(errors));
  }
  CHECK(good > seeds / 8);
}
