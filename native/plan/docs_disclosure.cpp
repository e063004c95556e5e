// What those who are measured have a right to know (GDPR, articles 12 and 13), from the plan itself, so that the page
// cannot say something else than what is done.
#include <set>

#include "core/limits.hpp"
#include "core/privacy/keys.hpp"
#include "native/plan/docs_page.hpp"
#include "native/plan/docs_properties.hpp"
#include "native/plan/generate/opt_outs.hpp"
#include "native/plan/schema_walk.hpp"

namespace waymark::plan {
namespace {

std::string_view treatment(PrivacyRule rule) {
  switch (rule) {
    case PrivacyRule::allow:
      return "is sent as it is";
    case PrivacyRule::redact:
      return "is replaced by a marker before it leaves the device";
    case PrivacyRule::hash:
      return "is sent as a salted hash only";
    case PrivacyRule::drop:
      break;
  }
  return "is taken out before it leaves the device";
}

void add_purpose(const PlanDocument& plan, const std::string& purpose, Page& page) {
  std::vector<Text> items;
  for (const EventPlan& event : plan.events) {
    if (event.purpose != purpose) continue;
    items.push_back(code(event.name) + plain(event.description.empty() ? "" : ": " + event.description));
  }
  for (const MetricPlan& metric : plan.metrics) {
    if (metric.purpose != purpose) continue;
    items.push_back(code(metric.name) +
                    plain(" (a measurement)" + (metric.description.empty() ? "" : ": " + metric.description)));
  }
  if (items.empty()) return;
  const bool is_necessary = purpose == plan.purposes[0];
  page.paragraph(plain("For the purpose ") + code(purpose) +
                 plain(is_necessary ? ", which the service needs to work:" : ", only after you agree to it:"));
  page.list(std::move(items));
}

// Whether the core takes a property for personal by its name.
bool looks_personal(const std::string& name) {
  return name.size() <= limits::key_bytes && privacy::classify_key(name, {}) == privacy::KeyClass::personal;
}

// Each property that the plan says is personal, and what becomes of it.
void add_personal(const PlanDocument& plan, Page& page) {
  std::vector<Text> items;
  std::set<std::string> told;
  for (const PlacedSchema& placed : schemas_of(plan)) {
    for (const PropertyRow& row : list_properties({*placed.schema, plan.root}, *placed.schema)) {
      const auto rule = rule_for(plan.privacy, placed.event, row.name);
      const bool is_treated = rule && *rule != PrivacyRule::allow;
      if (!row.is_personal && !is_treated && !looks_personal(row.name)) continue;
      const PrivacyRule in_effect = rule.value_or(PrivacyRule::redact);
      std::string text = " " + std::string(treatment(in_effect));
      if (!row.description.empty()) text += " (" + row.description + ')';
      if (!told.insert(row.name + text).second) continue;
      items.push_back(code(row.name) + plain(text));
    }
  }
  if (items.empty()) {
    page.paragraph(plain("None of it is personal data by its nature: the plan lists no property that is."));
    return;
  }
  page.paragraph(plain("What is personal data in it, or treated as such:"));
  page.list(std::move(items));
}

void add_always(const PlanDocument& plan, Page& page) {
  page.paragraph(plain("With each of these go:"));
  std::vector<Text> items = {
      plain("its name, its time, its number in the sequence, and the properties that are listed under its name below"),
      plain("a random id of the session and one of this browser or device, which stand for nothing else"),
      plain("the version of the application and of this plan"),
      plain("the purposes that you agreed to"),
      plain("your id and that of your group, once the application has said who you are"),
      plain("on a web page: its address, its title, and the page that led to it"),
  };
  if (!plan.context.is_null()) items.push_back(plain("what is listed below as the context of every event"));
  page.list(std::move(items));
  if (!plan.user_traits.is_null() || !plan.group_traits.is_null()) {
    page.paragraph(plain("With your id or that of your group go the traits that are listed below."));
  }
  if (!plan.experiments.empty()) {
    page.paragraph(plain("Some people see another variant of the application. Which one you see is chosen by chance."));
  }
}

// The properties that are sent as they are, whatever is in them.
Text exceptions(const PrivacyPlan& privacy) {
  Text text;
  for (const PropertyRule& rule : privacy.properties) {
    if (rule.rule != PrivacyRule::allow) continue;
    text = text + plain(text.empty() ? ", but not in " : ", ") + code(rule.property);
  }
  return text;
}

void add_never(const PlanDocument& plan, Page& page) {
  page.heading(2, "never", plain("What we never collect"));
  std::vector<Text> items = {
      plain("anything at all before you have agreed, other than for the purpose ") + code(plan.purposes[0]),
      plain("passwords, access tokens and other secrets: a property that names one is replaced by a marker"),
      plain("e-mail addresses, telephone, card and account numbers, network addresses and access tokens inside of "
            "texts: they are looked for in every text and replaced by markers") +
          exceptions(plan.privacy),
      plain("your network address and the name of your browser: the collector stores neither"),
      plain("parameters of web addresses, but for those of campaigns"),
  };
  if (!plan.privacy.url_parameters.empty()) {
    Text text = plain("parameters of web addresses, but for those of campaigns and ");
    for (size_t i = 0; i < plan.privacy.url_parameters.size(); ++i) {
      if (i > 0) text = text + plain(", ");
      text = text + code(plan.privacy.url_parameters[i]);
    }
    items.back() = text;
  }
  page.list(std::move(items));
}

void add_off_switch(const PlanDocument& plan, Page& page) {
  page.heading(2, "off", plain("How to turn it off"));
  std::vector<Text> items = {
      plain("Refuse when you are asked. Nothing is sent then, and nothing is kept but your refusal."),
      plain("Withdraw your consent in the same place, at any time. What waits to be sent is deleted at once."),
  };
  if (plan.purposes.size() > 2) {
    Text text = plain("Agree to some purposes only. You can choose each of these by itself: ");
    for (size_t i = 1; i < plan.purposes.size(); ++i) {
      if (i > 1) text = text + plain(", ");
      text = text + code(plan.purposes[i]);
    }
    items.push_back(text + plain("."));
  }
  items.push_back(plain("In programs without a page to ask you on, such as tools of the command line, set the "
                        "environment variable ") +
                  code("DO_NOT_TRACK=1") + plain(" or ") + code(opt_out_variable(plan.name) + "=0") +
                  plain(" before you start them. They send nothing then."));
  page.list(std::move(items));
}

}  // namespace

void add_disclosure(const PlanDocument& plan, Page& page) {
  page.heading(2, "collected", plain("What we collect"));
  for (const std::string& purpose : plan.purposes) add_purpose(plan, purpose, page);
  add_always(plan, page);
  add_personal(plan, page);
  add_never(plan, page);
  add_off_switch(plan, page);
}

}  // namespace waymark::plan
