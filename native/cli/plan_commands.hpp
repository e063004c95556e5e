// What the subcommands of `waymark plan` do. Each returns the exit status.
#pragma once

#include "native/cli/plan.hpp"

namespace waymark::cli {

int plan_check(const PlanArguments& arguments);
int plan_compile(const PlanArguments& arguments);
int plan_diff(const PlanArguments& arguments);
int plan_docs(const PlanArguments& arguments);
int plan_import(const PlanArguments& arguments);
int plan_export(const PlanArguments& arguments);
int plan_generate(const PlanArguments& arguments);
int plan_schema(const PlanArguments& arguments);

}  // namespace waymark::cli
