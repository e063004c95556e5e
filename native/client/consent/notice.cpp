#include "native/client/consent/notice.hpp"

#include "native/client/consent/opt_outs.hpp"
#include "native/client/consent/printable.hpp"
#include "native/hash/sha256.hpp"

namespace waymark::client {
namespace {

// `https://collect.example.com:8443/path` is collect.example.com:8443.
std::string host_of(std::string_view endpoint) {
  const size_t scheme = endpoint.find("://");
  if (scheme != std::string_view::npos) endpoint.remove_prefix(scheme + 3);
  return printable(endpoint.substr(0, endpoint.find_first_of("/?#")));
}

std::string text_of(const TelemetryConfig& config, const std::string& tool) {
  std::string text = tool + " would like to send to " + host_of(config.endpoint) +
                     " which of its features are used and what fails, so that its makers can improve it.";
  text += config.profile == Profile::anonymous
              ? " Of you, it sends nothing: no id, no time, no text that you typed."
              : " With it go a random id that stands for this installation, and times; personal data that "
                "is recognised is taken out.";
  if (config.crashes != CrashScope::none) {
    text += " If it crashes, it sends at the next start in which of its functions that was, and nothing of its memory.";
  }
  return text + " Nothing is sent, and nothing is kept, unless you agree.";
}

std::string hash_of(const ConsentNotice& notice) {
  std::string all = notice.title + '\n' + notice.text + '\n' + notice.how_to_turn_off + '\n' + notice.policy_url + '\n';
  for (const std::string& purpose : notice.purposes) all += purpose + '\n';
  const Sha256 hash = sha256(all);
  return hex_of(hash.data(), hash.size());
}

}  // namespace

ConsentNotice make_notice(const TelemetryConfig& config, const std::vector<std::string>& purposes) {
  const std::string tool = printable(config.tool);
  ConsentNotice notice;
  notice.title = "Help to improve " + tool + "?";
  notice.text = text_of(config, tool);
  notice.how_to_turn_off = "You can change your answer at any time: in a command line tool by `" + tool +
                           " telemetry off`, in others where you were asked. DO_NOT_TRACK=1 or " + tool_variable(tool) +
                           "=1 in the environment turn it off too.";
  notice.policy_url = printable(config.policy_url);
  for (const std::string& purpose : purposes) notice.purposes.push_back(printable(purpose));
  notice.hash = hash_of(notice);
  return notice;
}

}  // namespace waymark::client
