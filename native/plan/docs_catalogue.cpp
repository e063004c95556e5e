#include "native/plan/docs_page.hpp"
#include "native/plan/docs_properties.hpp"
#include "native/plan/exact_json.hpp"

namespace waymark::plan {
namespace {

// "12.5 %", at most three places.
std::string percent(double share) {
  const auto thousandths = static_cast<int64_t>(share * 100'000 + 0.5);
  return exact_text(Json(static_cast<double>(thousandths) / 1000)) + " %";
}

Text privacy_of(const PrivacyPlan& privacy, std::string_view event, const PropertyRow& row) {
  const auto rule = rule_for(privacy, event, row.name);
  std::string text = row.is_personal ? "personal data" : "";
  if (rule) text += (text.empty() ? "" : ", ") + std::string(word_of(*rule));
  return plain(text);
}

Text description_of(const PropertyRow& row) {
  Text text = plain(row.is_deprecated ? "Deprecated. " + row.description : row.description);
  if (!row.same_as) return text;
  text = text + plain(row.description.empty() ? "As " : " As ");
  return text + (row.same_as->empty() ? plain("the whole.") : code(*row.same_as) + plain("."));
}

void add_properties(const PlanDocument& plan, std::string_view event, const Json& schema, Text caption, Page& page) {
  const std::vector<PropertyRow> properties = list_properties({schema, plan.root}, schema);
  if (properties.empty()) {
    page.paragraph(plain(schema.is_null() ? "Any properties: the plan does not list them." : "No listed properties."));
    return;
  }
  std::vector<std::vector<Text>> rows;
  for (const PropertyRow& row : properties) {
    rows.push_back({code(row.path), plain(row.type), plain(row.is_required ? "yes" : "no"), description_of(row),
                    privacy_of(plan.privacy, event, row)});
  }
  page.table(std::move(caption),
             {plain("Property"), plain("Type"), plain("Required"), plain("Description"), plain("Privacy")},
             std::move(rows));
}

void add_event(const PlanDocument& plan, const EventPlan& event, Page& page) {
  page.heading(3, "event-" + event.name, code(event.name));
  if (event.is_deprecated) {
    page.paragraph(plain(event.deprecated.empty() ? "Deprecated." : "Deprecated: " + event.deprecated));
  }
  if (!event.description.empty()) page.paragraph(plain(event.description));
  std::vector<Text> facts = {plain("Purpose: " + event.purpose)};
  if (!event.owner.empty()) facts.push_back(plain("Owner: " + event.owner));
  if (event.sample_rate && *event.sample_rate < 1) {
    facts.push_back(plain("Sampled: " + percent(*event.sample_rate) + " are kept"));
  }
  page.list(std::move(facts));
  add_properties(plan, event.name, event.properties, plain("Properties of ") + code(event.name), page);
}

void add_metrics(const PlanDocument& plan, Page& page) {
  if (plan.metrics.empty()) return;
  page.heading(2, "metrics", plain("Metrics"));
  std::vector<std::vector<Text>> rows;
  for (const MetricPlan& metric : plan.metrics) {
    Text tags;
    for (const auto& [tag, schema] : metric.tags) {
      if (!tags.empty()) tags = tags + plain(", ");
      tags = tags + code(tag);
    }
    rows.push_back({code(metric.name), plain(word_of(metric.type)), plain(metric.unit), plain(metric.purpose), tags,
                    plain(metric.description), plain(metric.owner)});
  }
  page.table(plain("Metrics"),
             {plain("Metric"), plain("Type"), plain("Unit"), plain("Purpose"), plain("Tags"), plain("Description"),
              plain("Owner")},
             std::move(rows));
}

void add_experiments(const PlanDocument& plan, Page& page) {
  if (plan.experiments.empty()) return;
  page.heading(2, "experiments", plain("Experiments"));
  std::vector<std::vector<Text>> rows;
  for (const ExperimentPlan& experiment : plan.experiments) {
    double whole = 0;
    for (const VariantPlan& variant : experiment.variants) whole += variant.weight;
    Text variants;
    for (const VariantPlan& variant : experiment.variants) {
      if (!variants.empty()) variants = variants + plain(", ");
      variants = variants + code(variant.name) + plain(" " + percent(variant.weight / whole));
    }
    rows.push_back({code(experiment.name), variants, plain(experiment.unit), plain(experiment.description),
                    plain(experiment.owner)});
  }
  page.table(plain("Experiments"),
             {plain("Experiment"), plain("Variants"), plain("Assigned by"), plain("Description"), plain("Owner")},
             std::move(rows));
}

}  // namespace

void add_catalogue(const PlanDocument& plan, Page& page) {
  page.heading(2, "events", plain("Events"));
  if (plan.events.empty()) page.paragraph(plain("The plan has no events."));
  for (const EventPlan& event : plan.events) add_event(plan, event, page);
  const auto add_part = [&](const Json& schema, std::string id, std::string_view title) {
    if (schema.is_null()) return;
    page.heading(2, std::move(id), plain(title));
    add_properties(plan, {}, schema, plain(title), page);
  };
  add_part(plan.context, "context", "Context of every event");
  add_part(plan.user_traits, "user-traits", "Traits of a user");
  add_part(plan.group_traits, "group-traits", "Traits of a group");
  add_metrics(plan, page);
  add_experiments(plan, page);
}

}  // namespace waymark::plan
