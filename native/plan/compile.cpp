#include "native/plan/compile.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "core/limits.hpp"
#include "core/plan/plan.hpp"
#include "native/plan/keyword_compiler.hpp"
#include "native/plan/metaschemas.hpp"
#include "native/plan/naming.hpp"
#include "native/plan/own_events.hpp"
#include "native/plan/positions.hpp"
#include "native/plan/references.hpp"
#include "native/plan/rule_name.hpp"
#include "native/plan/schema_walk.hpp"

namespace waymark::plan {
namespace {

using Node = NodeTableWriter::Node;

constexpr const char* document_uri = "waymark:plan";
constexpr uint32_t buckets = 1'000'000;  // plan.hpp, variant()

constexpr std::string_view units[] = {"user", "device", "session", "instance"};

// Without an exponent, as the core reads it.
std::string decimal_text(double number) {
  char text[512];
  const auto result = std::to_chars(text, text + sizeof text, number, std::chars_format::fixed);
  return {text, result.ptr};
}

Treatment treatment_of(PrivacyRule rule) {
  switch (rule) {
    case PrivacyRule::allow:
      return Treatment::allow;
    case PrivacyRule::redact:
      return Treatment::redact;
    case PrivacyRule::hash:
      return Treatment::hash;
    case PrivacyRule::drop:
      return Treatment::drop;
  }
  return Treatment::none;
}

class PlanCompiler {
 public:
  PlanCompiler(const PlanDocument& document, Detail detail, Findings& findings)
      : document_(document),
        findings_(findings),
        dialect_(dialect_of(text_of(document.root, "$schema")).value_or(Dialect::draft7)),
        keywords_(writer_, references_, document_uri, Formats::assert, detail, findings) {
    add_metaschemas(references_);
    references_.add_document(document.root, document_uri, dialect_);
  }

  std::string compile(std::string_view environment) {
    for (const char* key : {"$defs", "definitions"}) {
      const Json* const shared = member_of(document_.root, key);
      if (shared == nullptr || !shared->is_object()) continue;
      for (const auto& [name, schema] : shared->items()) {
        references_.add_part({&schema, child(child("", key), name), document_uri, dialect_}, findings_);
      }
    }
    const Node root = writer_.add_node();
    const auto mode = document_.modes.find(std::string(environment));
    const Mode chosen = mode == document_.modes.end() ? document_.mode : mode->second;
    add_text(root, Rule::version, std::to_string(document_.version));
    writer_.add(root, Rule::mode, Operand::number, static_cast<uint32_t>(chosen));
    writer_.add(root, Rule::naming, Operand::number, static_cast<uint32_t>(document_.naming));
    add_text(root, Rule::purposes, Json(document_.purposes).dump());
    add_text(root, Rule::deny_keys, Json(document_.privacy.deny_keys).dump());
    add_text(root, Rule::url_parameters, Json(document_.privacy.url_parameters).dump());
    add_text(root, Rule::privacy_salt, Json(document_.privacy.salt).dump());
    add_treatments(root, {});
    add_events(root);
    add_schema(root, Rule::context, document_.context, "/context");
    add_metrics(root);
    add_experiments(root);
    keywords_.finish();
    if (has_errors(findings_)) return {};
    add_rule_names(root);
    for (const auto& [node, pointer] : schema_nodes_) {
      // Below them may be values that `const` and `uniqueItems` compare.
      if (writer_.frames(node, limits::depth, ValidatorLimits::usual_depth - limits::depth) <=
          ValidatorLimits::usual_depth - limits::depth) {
        continue;
      }
      fault(pointer, "its schemas refer to each other more often than can be followed on one value",
            "make the chains of `$ref`, `allOf`, `anyOf` and the like shorter");
    }
    if (has_errors(findings_)) return {};
    std::string table = writer_.write(root);
    if (table.empty()) fault("", "the plan is too large", "split it, or move what repeats to `$defs`");
    return table;
  }

 private:
  void fault(std::string pointer, std::string message, std::string hint) {
    findings_.push_back({Severity::error, std::move(pointer), std::move(message), std::move(hint)});
  }

  void add_text(Node node, Rule rule, std::string json) {
    writer_.add(node, rule, Operand::text, writer_.add_text(std::move(json)));
  }

  void add_purpose(Node node, const std::string& purpose, const std::string& pointer) {
    const auto& known = document_.purposes;
    const auto place = std::find(known.begin(), known.end(), purpose);
    if (place == known.end()) {
      fault(child(pointer, "purpose"), in_quotes(purpose) + " is not among the purposes", "add it to `purposes`");
      return;
    }
    writer_.add(node, Rule::purpose, Operand::number, static_cast<uint32_t>(place - known.begin()));
  }

  // The schema as it stands in the document, so that references are known by it; else as it was read.
  Node schema_node(const Json& schema, const std::string& pointer) {
    const Json* const own = find_at(document_.root, pointer);
    const SchemaPlace place{own ? own : &schema, pointer, document_uri + ("/" + std::to_string(++schemas_)), dialect_};
    references_.add(place, findings_);
    const SchemaPlace* const known = references_.find(place.schema);
    const Node node = keywords_.node_of(known ? *known : place);
    schema_nodes_.emplace_back(node, pointer);
    return node;
  }

  void add_schema(Node node, Rule rule, const Json& schema, const std::string& pointer) {
    if (!schema.is_null()) writer_.add(node, rule, Operand::node, schema_node(schema, pointer));
  }

  void add_map(Node node, Rule rule, WordList map) {
    if (!map.names.empty()) writer_.add(node, rule, Operand::list, writer_.add_list(std::move(map)));
  }

  // The rules for an event: its own, and those for all that it has no own for. With an empty name those for all.
  void add_treatments(Node node, std::string_view event) {
    std::map<std::string, PrivacyRule> own;
    std::map<std::string, PrivacyRule> shared;
    for (const PropertyRule& rule : document_.privacy.properties) {
      const size_t dot = rule.property.find('.');
      std::string_view owner = std::string_view(rule.property).substr(0, dot == std::string::npos ? 0 : dot);
      const auto is_owner = [owner](const EventPlan& candidate) { return candidate.name == owner; };
      const bool is_for_one = std::any_of(document_.events.begin(), document_.events.end(), is_owner);
      if (!is_for_one) shared.emplace(rule.property, rule.rule);
      if (is_for_one && owner == event) own.emplace(rule.property.substr(dot + 1), rule.rule);
    }
    own.merge(shared);
    WordList map;
    for (const auto& [property, rule] : own) {
      map.names.push_back(property);
      map.meanings.push_back({Rule::privacy, Operand::number, static_cast<uint32_t>(treatment_of(rule))});
    }
    add_map(node, Rule::privacy, std::move(map));
  }

  void add_events(Node root) {
    WordList map;
    for (const EventPlan& event : document_.events) {
      const std::string pointer = child("/events", event.name);
      const Node node = writer_.add_node();
      add_purpose(node, event.purpose, pointer);
      if (event.sample_rate) add_text(node, Rule::sample_rate, decimal_text(*event.sample_rate));
      if (event.is_deprecated) add_text(node, Rule::deprecated, Json(event.deprecated).dump());
      add_treatments(node, event.name);
      add_schema(node, Rule::schema, event.properties, child(pointer, "properties"));
      map.names.push_back(event.name);
      map.meanings.push_back({Rule::node, Operand::node, node});
    }
    for (const OwnEvent& event : own_events_) add_own_event(map, event);
    add_map(root, Rule::events, std::move(map));
  }

  // One that the tracker makes, unless the plan has it among its events.
  void add_own_event(WordList& map, const OwnEvent& event) {
    if (std::find(map.names.begin(), map.names.end(), event.name) != map.names.end()) return;
    const Node node = writer_.add_node();
    add_treatments(node, {});
    add_schema(node, Rule::schema, event.properties, event.pointer);
    map.names.push_back(event.name);
    map.meanings.push_back({Rule::node, Operand::node, node});
  }

  // What the core calls the rules that it tells of.
  void add_rule_names(Node root) {
    std::set<Rule> rules = writer_.rules();
    rules.insert({Rule::too_deep, Rule::too_much_work});
    const Node names = writer_.add_node();
    for (const Rule rule : rules) {
      if (!rule_name(rule).empty()) add_text(names, rule, Json(rule_name(rule)).dump());
    }
    writer_.add(root, Rule::rule_names, Operand::node, names);
  }

  void add_metrics(Node root) {
    WordList map;
    for (const MetricPlan& metric : document_.metrics) {
      const std::string pointer = child("/metrics", metric.name);
      const Node node = writer_.add_node();
      writer_.add(node, Rule::metric_type, Operand::number, static_cast<uint32_t>(metric.type));
      add_text(node, Rule::metric_unit, Json(metric.unit).dump());
      add_purpose(node, metric.purpose, pointer);
      writer_.add(node, Rule::schema, Operand::node, tags_node(metric, child(pointer, "tags")));
      map.names.push_back(metric.name);
      map.meanings.push_back({Rule::node, Operand::node, node});
    }
    add_map(root, Rule::metrics, std::move(map));
  }

  // An object with these tags and no others.
  Node tags_node(const MetricPlan& metric, const std::string& pointer) {
    WordList tags;
    for (const auto& [tag, schema] : metric.tags) {
      tags.names.push_back(tag);
      tags.meanings.push_back({Rule::node, Operand::node, schema_node(schema, child(pointer, tag))});
    }
    const Node program = writer_.add_node();
    add_map(program, Rule::properties, std::move(tags));
    writer_.add(program, Rule::additional_properties, Operand::number, NodeTable::none);
    const Node node = writer_.add_node();
    writer_.add(node, Rule::type, Operand::number, 1u << static_cast<uint32_t>(Kind::object));
    writer_.add(node, Rule::members, Operand::node, program);
    return node;
  }

  void add_experiments(Node root) {
    WordList map;
    for (const ExperimentPlan& experiment : document_.experiments) {
      const std::string pointer = child("/experiments", experiment.name);
      const Node node = writer_.add_node();
      const auto unit = std::find(std::begin(units), std::end(units), experiment.unit);
      if (unit == std::end(units)) {
        fault(child(pointer, "unit"), in_quotes(experiment.unit) + " is no unit",
              "use user, device, session or instance");
      }
      writer_.add(node, Rule::unit, Operand::number, static_cast<uint32_t>(unit - std::begin(units)));
      add_text(node, Rule::salt, Json(experiment.salt).dump());
      double total = 0;
      for (const VariantPlan& variant : experiment.variants) total += variant.weight;
      double weight = 0;
      for (const VariantPlan& variant : experiment.variants) {
        weight += variant.weight;
        add_text(node, Rule::variant, Json(variant.name).dump());
        writer_.add(node, Rule::upto, Operand::number, static_cast<uint32_t>(std::lround(weight / total * buckets)));
      }
      map.names.push_back(experiment.name);
      map.meanings.push_back({Rule::node, Operand::node, node});
    }
    add_map(root, Rule::experiments, std::move(map));
  }

  const PlanDocument& document_;
  const std::vector<OwnEvent> own_events_ = own_events(document_);  // what refers to their schemas points into them
  Findings& findings_;
  Dialect dialect_;
  NodeTableWriter writer_;
  References references_;
  KeywordCompiler keywords_;
  uint32_t schemas_ = 0;
  std::vector<std::pair<Node, std::string>> schema_nodes_;
};

}  // namespace

std::string compile_plan(const PlanDocument& document, Findings& findings, std::string_view environment,
                         Detail detail) {
  return PlanCompiler(document, detail, findings).compile(environment);
}

}  // namespace waymark::plan
