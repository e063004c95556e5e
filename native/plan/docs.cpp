#include "native/plan/docs.hpp"

#include "native/plan/docs_page.hpp"

namespace waymark::plan {

std::string plan_docs(const PlanDocument& plan, DocsFormat format) {
  Page page;
  page.title = plan.name + ": tracking plan";
  page.heading(1, "top", plain(page.title));
  if (!plan.description.empty()) page.paragraph(plain(plan.description));
  page.paragraph(plain("Version " + std::to_string(plan.version) + "."));
  add_disclosure(plan, page);
  add_catalogue(plan, page);
  return format == DocsFormat::html ? to_html(page) : to_markdown(page);
}

}  // namespace waymark::plan
