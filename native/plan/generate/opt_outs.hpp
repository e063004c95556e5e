// How people and machines say that nothing is to be sent; the generated code reads it before it does anything else.
// DO_NOT_TRACK is a convention without a standard, and programs read it in six ways. Ours never protects less than one
// of them: unset, empty and the words in `no_signal` say nothing, anything else says no.
#pragma once

#include <string>
#include <string_view>

namespace waymark::plan {

// The id of a product in pings and the name of its folder: the plan's name in a-z, 0-9 and -.
std::string tool_id(const std::string& plan_name);

// SHOP_TELEMETRY: the product's own variable, which can only switch off.
std::string opt_out_variable(const std::string& plan_name);

// SHOP_NO_TELEMETRY: the variable by which programs with the client library are switched off; it is read as
// DO_NOT_TRACK.
std::string no_telemetry_variable(const std::string& plan_name);

// Compared without the white space around it and in lower case.
inline constexpr std::string_view no_signal[] = {"", "0", "false", "no", "off", "n", "f"};

// What switches off in the product's own variable.
inline constexpr std::string_view off_words[] = {"0", "false", "no", "off", "n", "f", "disabled", "none"};

// A machine builds or tests if one of these is not empty, unless CI is exactly `false`: those of the npm package
// ci-info 4.4.0, which sets the custom, and those of env-ci and .NET.
inline constexpr std::string_view ci_variables[] = {"CI",
                                                    "CONTINUOUS_INTEGRATION",
                                                    "BUILD_ID",
                                                    "BUILD_NUMBER",
                                                    "CI_APP_ID",
                                                    "CI_BUILD_ID",
                                                    "CI_BUILD_NUMBER",
                                                    "CI_NAME",
                                                    "RUN_ID",
                                                    "AC_APPCIRCLE",
                                                    "AGOLA_GIT_REF",
                                                    "ALPIC_HOST",
                                                    "APPCENTER_BUILD_ID",
                                                    "APPVEYOR",
                                                    "BITBUCKET_COMMIT",
                                                    "BITRISE_IO",
                                                    "BUDDY_WORKSPACE_ID",
                                                    "BUILDER_OUTPUT",
                                                    "BUILDKITE",
                                                    "CF_BUILD_ID",
                                                    "CF_PAGES",
                                                    "CIRCLECI",
                                                    "CIRRUS_CI",
                                                    "CI_XCODE_PROJECT",
                                                    "CM_BUILD_ID",
                                                    "CODEBUILD_BUILD_ARN",
                                                    "DRONE",
                                                    "DSARI",
                                                    "EARTHLY_CI",
                                                    "EAS_BUILD",
                                                    "GERRIT_PROJECT",
                                                    "GITEA_ACTIONS",
                                                    "GITHUB_ACTIONS",
                                                    "GITLAB_CI",
                                                    "GO_PIPELINE_LABEL",
                                                    "HARNESS_BUILD_ID",
                                                    "HUDSON_URL",
                                                    "JB_SPACE_API_URL",
                                                    "JENKINS_URL",
                                                    "LAYERCI",
                                                    "MAGNUM",
                                                    "NETLIFY",
                                                    "NEVERCODE",
                                                    "NOW_BUILDER",
                                                    "PROW_JOB_ID",
                                                    "RELEASE_BUILD_ID",
                                                    "RENDER",
                                                    "SAILCI",
                                                    "SCREWDRIVER",
                                                    "SCRUTINIZER",
                                                    "SEMAPHORE",
                                                    "SHIPPABLE",
                                                    "STRIDER",
                                                    "TASK_ID",
                                                    "TEAMCITY_VERSION",
                                                    "TF_BUILD",
                                                    "TRAVIS",
                                                    "VELA",
                                                    "VERCEL",
                                                    "WORKERS_CI",
                                                    "XCS",
                                                    "bamboo_planKey"};

}  // namespace waymark::plan
