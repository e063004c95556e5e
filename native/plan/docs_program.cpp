// The section of a command line tool's README on what it sends: from the plan, so that it cannot say something else
// than what is done. docs_disclosure.cpp says the same of web pages.
#include <algorithm>

#include "native/plan/docs.hpp"
#include "native/plan/docs_page.hpp"
#include "native/plan/docs_properties.hpp"
#include "native/plan/generate/opt_outs.hpp"

namespace waymark::plan {
namespace {

Text list_of(const std::vector<std::string>& names) {
  Text text;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text = text + plain(i + 1 == names.size() ? " and " : ", ");
    text = text + code(names[i]);
  }
  return text;
}

std::string_view treatment(PrivacyRule rule) {
  switch (rule) {
    case PrivacyRule::redact:
      return "Replaced by a marker before it is sent.";
    case PrivacyRule::hash:
      return "Sent as a salted hash only.";
    case PrivacyRule::drop:
      return "Taken out before it is sent.";
    case PrivacyRule::allow:
      break;
  }
  return "Sent as it is.";
}

using Rows = std::vector<std::vector<Text>>;

void add_event(const PlanDocument& plan, const EventPlan& event, Rows& rows) {
  rows.push_back({code(event.name), {}, plain(event.description)});
  for (const PropertyRow& row : list_properties({event.properties, plan.root}, event.properties)) {
    const auto rule = rule_for(plan.privacy, event.name, row.name);
    std::string text = row.type;
    if (!row.description.empty()) text += ": " + row.description;
    if (rule && *rule != PrivacyRule::allow) text += (text.ends_with('.') ? " " : ". ") + std::string(treatment(*rule));
    rows.push_back({{}, code(row.path), plain(text)});
  }
}

void add_metric(const MetricPlan& metric, Rows& rows) {
  rows.push_back({code(metric.name), {}, plain("Values are summed up over a minute. " + metric.description)});
  for (const auto& [tag, schema] : metric.tags) rows.push_back({{}, code(tag), {}});
}

void add_purpose(const PlanDocument& plan, const std::string& purpose, Page& page) {
  Rows rows;
  for (const EventPlan& event : plan.events) {
    if (event.purpose == purpose) add_event(plan, event, rows);
  }
  for (const MetricPlan& metric : plan.metrics) {
    if (metric.purpose == purpose) add_metric(metric, rows);
  }
  if (rows.empty()) return;
  page.paragraph(plain("For the purpose ") + code(purpose) + plain(":"));
  page.table(plain("For the purpose ") + code(purpose), {plain("What"), plain("With"), plain("Meaning")},
             std::move(rows));
}

bool lists(const PlanDocument& plan, std::string_view event_name) {
  return std::any_of(plan.events.begin(), plan.events.end(),
                     [&](const EventPlan& event) { return event.name == event_name; });
}

// What the library tells by itself, where the plan says for which purpose: the plan does not say what is in it.
void add_runs(const PlanDocument& plan, bool is_anonymous, Page& page) {
  if (lists(plan, "session_ended")) {
    page.paragraph(code("session_ended") +
                   plain(" says of a run of the program whether it ended well, crashed or was killed, and how long it "
                         "took."));
  }
  if (!lists(plan, "crash_reported")) return;
  const std::string_view texts = is_anonymous ? "the build id" : "the name without its folder and the build id";
  const std::string_view type =
      is_anonymous ? "" : "a random id of the crash, the type of an exception that nobody caught, ";
  page.paragraph(code("crash_reported") +
                 plain(" is sent at the next start after a crash. In it are the signal, " + std::string(type) +
                       "how long the program had run, at most 64 places of the call stack, and " + std::string(texts) +
                       " of each program or library that has one of them. Never in it are contents of memory, the text "
                       "of an error, paths, the environment or the command line."));
}

void add_always(const PlanDocument& plan, bool is_anonymous, Page& page) {
  page.paragraph(plain("With each of these go:"));
  std::vector<Text> items = {plain("the version of the program and of the plan below"),
                             plain("the name of the operating system and of the processor's architecture")};
  if (is_anonymous) {
    items.push_back(
        plain("a random number of this one run, by which is seen what arrives twice, and the place in its "
              "order of events"));
  } else {
    items.push_back(plain("its time, and its place in the order of events"));
    items.push_back(
        plain("a random id of the session and one of this installation, made after you agreed, which stand for nothing "
              "else"));
    items.push_back(plain("the purposes that you agreed to"));
    items.push_back(plain("your id, if you told the program who you are"));
  }
  if (!plan.context.is_null()) {
    Text names;
    for (const PropertyRow& row : list_properties({plan.context, plan.root}, plan.context)) {
      names = names + plain(names.empty() ? "" : ", ") + code(row.path);
    }
    if (!names.empty()) items.push_back(names);
  }
  page.list(std::move(items));
}

void add_never(const PlanDocument& plan, bool is_anonymous, Page& page) {
  page.heading(3, "never", plain("What we never collect"));
  std::vector<Text> items = {plain("anything at all before you have agreed")};
  if (is_anonymous) {
    items.push_back(plain("an id of you, of your computer or of this installation; the time of day"));
    items.push_back(plain("texts, but for the words that are listed above"));
  } else {
    Text exceptions;
    for (const PropertyRule& rule : plan.privacy.properties) {
      if (rule.rule != PrivacyRule::allow) continue;
      exceptions = exceptions + plain(exceptions.empty() ? ", but not in " : ", ") + code(rule.property);
    }
    items.push_back(plain("e-mail addresses, telephone, card and account numbers, network addresses and access tokens "
                          "inside of texts: they are looked for in every text and replaced by markers") +
                    exceptions);
  }
  items.push_back(
      plain("passwords, access tokens and other secrets: what stands under a name that says so is replaced "
            "by a marker"));
  items.push_back(plain("your network address: the collector stores none"));
  page.list(std::move(items));
}

void add_off_switch(const PlanDocument& plan, Page& page) {
  const std::string tool = tool_id(plan.name);
  page.heading(3, "off", plain("How to turn it off"));
  page.list({
      plain("Refuse when you are asked; Enter alone refuses too. Without a terminal nobody is asked. In continuous "
            "integration nothing is asked or sent."),
      code(tool + " telemetry off") + plain(" refuses at any time, and deletes what waits to be sent. ") +
          code(tool + " telemetry show") + plain(" shows what waits, ") + code(tool + " telemetry status") +
          plain(" what holds and why."),
      code("DO_NOT_TRACK=1") + plain(" or ") + code(no_telemetry_variable(plan.name) + "=1") +
          plain(" in the environment turns it off, whatever you answered."),
  });
}

void add_source(const DisclosureOptions& options, Page& page) {
  page.heading(3, "source", plain("Where the source is"));
  std::vector<Text> items;
  if (!options.source.empty()) items.push_back(plain("The program: ") + code(options.source));
  items.push_back(plain("The tracking plan, from which this section is made: ") + code(options.plan_file));
  page.list(std::move(items));
}

}  // namespace

std::string program_disclosure(const PlanDocument& plan, const DisclosureOptions& options, DocsFormat format) {
  Page page;
  page.title = plan.name + ": telemetry";
  page.heading(2, "telemetry", plain("Telemetry"));
  const std::vector<std::string> asked(plan.purposes.begin() + 1, plan.purposes.end());
  page.paragraph(plain(plan.name + " can tell its makers how it is used. It asks you first, once, and sends nothing "
                                   "unless you agree.") +
                 (asked.empty() ? Text() : plain(" What you are asked for: ") + list_of(asked) + plain(".")));
  page.heading(3, "collected", plain("What we collect"));
  for (const std::string& purpose : plan.purposes) add_purpose(plan, purpose, page);
  add_runs(plan, options.is_anonymous, page);
  add_always(plan, options.is_anonymous, page);
  add_never(plan, options.is_anonymous, page);
  add_off_switch(plan, page);
  add_source(options, page);
  return format == DocsFormat::html ? to_html(page) : to_markdown(page);
}

}  // namespace waymark::plan
