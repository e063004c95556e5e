// The part of the `waymark` command that Node runs: plans and validation, without the collector.
#include "native/cli/plan.hpp"
#include "native/cli/program.hpp"
#include "native/cli/validate.hpp"

int main(int argc, char** argv) {
  using namespace waymark::cli;
  PlanArguments plan_arguments;
  ValidateArguments validate_arguments;
  return run_program(
      argc, argv,
      {{[&](CLI::App& app) { return add_plan(app, plan_arguments); }, [&] { return plan(plan_arguments); }},
       {[&](CLI::App& app) { return add_validate(app, validate_arguments); },
        [&] { return validate(validate_arguments); }}});
}
