// The `waymark` command. One file a subcommand; this one only knows their names.
#include "native/cli/collect.hpp"
#include "native/cli/plan.hpp"
#include "native/cli/program.hpp"
#include "native/cli/receipts.hpp"
#include "native/cli/symbols.hpp"
#include "native/cli/validate.hpp"

int main(int argc, char** argv) {
  using namespace waymark::cli;
  CollectArguments collect_arguments;
  PlanArguments plan_arguments;
  ReceiptsArguments receipts_arguments;
  SymbolsArguments symbols_arguments;
  ValidateArguments validate_arguments;
  return run_program(
      argc, argv,
      {{[&](CLI::App& app) { return add_collect(app, collect_arguments); }, [&] { return collect(collect_arguments); }},
       {[&](CLI::App& app) { return add_plan(app, plan_arguments); }, [&] { return plan(plan_arguments); }},
       {[&](CLI::App& app) { return add_receipts(app, receipts_arguments); },
        [&] { return receipts(receipts_arguments); }},
       {[&](CLI::App& app) { return add_symbols(app, symbols_arguments); }, [&] { return symbols(symbols_arguments); }},
       {[&](CLI::App& app) { return add_validate(app, validate_arguments); },
        [&] { return validate(validate_arguments); }}});
}
