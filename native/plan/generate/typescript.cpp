// track.ts: the package `waymark` as it is, with the types of one plan.
#include "native/plan/generate/printers.hpp"
#include "native/plan/generate/source_text.hpp"
#include "native/plan/generate/typescript_types.hpp"

namespace waymark::plan {
namespace {

constexpr std::string_view imports = R"(import {
  createTracker as createUntypedTracker,
  group as untypedGroup,
  identify as untypedIdentify,
  init as initUntyped,
  track as untypedTrack,
} from 'waymark';
import type { Options, {{plan_type}}TrackOptions, Tracker, Verdict } from 'waymark';
{{plan_import}}
export { consent, flush, page, reset } from 'waymark';
export type { Options, TrackOptions, Verdict };
)";

constexpr std::string_view functions = R"(
export type Identify = (userId: string, traits?: {{user_traits}}, options?: TrackOptions) => Verdict;
export type Group = (groupId: string, traits?: {{group_traits}}, options?: TrackOptions) => Verdict;

/** A tracker that takes the events of the plan and no others. */
export interface PlanTracker extends Omit<Tracker, 'track' | 'identify' | 'group'> {
  track: Track;
  identify: Identify;
  group: Group;
}

/** Records an event of the plan. Synchronous, cheap, never throws. */
export const track: Track = untypedTrack;
/** Says who the person is from now on. */
export const identify: Identify = untypedIdentify;
/** Says which group the person belongs to. */
export const group: Group = untypedGroup;
)";

// Without a plan at run time: the same functions under other types, nothing of which is left in the bundle.
constexpr std::string_view start_without_plan = R"(
/** Starts the page's one tracker. Never throws. */
export const init: (options: Options) => PlanTracker = initUntyped;
/** A tracker of its own, with its own ids and queue. */
export const createTracker: (options: Options) => PlanTracker = createUntypedTracker;
)";

constexpr std::string_view start_with_plan = R"(
/** Starts the page's one tracker with the plan. Never throws. */
export const init = (options: Omit<Options, 'plan'>): PlanTracker => initUntyped({ ...options, plan });
/** A tracker of its own with the plan, with its own ids and queue. */
export const createTracker = (options: Omit<Options, 'plan'>): PlanTracker => createUntypedTracker({ ...options, plan });
)";

}  // namespace

std::vector<GeneratedFile> print_typescript(const PrintInput& input) {
  const TypeModel& model = input.model;
  const TypeScriptTypes types(
      model, {"Track", "Identify", "Group", "Plan", "PlanTracker", "Options", "TrackOptions", "Tracker", "Verdict"});
  const auto traits = [&](const std::optional<size_t>& index) { return index ? types.name(*index) : "object"; };
  const std::string& module = input.options.plan_module;

  std::string out = comment({origin_of(input.plan)}, 0, CommentStyle::slashes);
  const std::string plan_import = "import { plan as compiledPlan } from " + quote(module, Quoting::javascript) + ";\n";
  out += fill(imports,
              {{"plan_type", module.empty() ? "" : "Plan, "}, {"plan_import", module.empty() ? "" : plan_import}});
  // The module knows its purposes as plain strings.
  if (!module.empty()) out += "export const plan = compiledPlan as Plan;\n";
  out += '\n' + types.declarations("options?: TrackOptions");
  out += "\nexport interface Track {\n" + types.signatures("options?: TrackOptions", "Verdict") + "}\n";
  out += fill(functions, {{"user_traits", traits(model.user_traits)}, {"group_traits", traits(model.group_traits)}});
  out += module.empty() ? start_without_plan : start_with_plan;
  return {{"track.ts", std::move(out)}};
}

}  // namespace waymark::plan
