#include <cstdio>

#include "native/client/consent/consent_file.hpp"
#include "native/client/consent/terminal_question.hpp"
#include "native/client/include/waymark/terminal.hpp"

namespace waymark {

Asked ask_on_terminal(Telemetry& telemetry) {
  const Status status = telemetry.status();
  if (status.off != Off::unknown) return Asked::not_asked;
  const client::Terminal terminal;
  if (!client::why_nobody_can_be_asked(terminal).empty()) return Asked::not_asked;
  // Whose answer is forgotten would be asked at each start.
  if (!client::ConsentFile(status.data_directory).could_be_written()) return Asked::not_asked;

  const client::Answer answer = client::ask(terminal, client::question_of(telemetry.notice()));
  if (answer == client::Answer::none) return Asked::interrupted;
  const bool is_granted = answer == client::Answer::yes;
  if (!telemetry.answer(is_granted ? ConsentValue::granted : ConsentValue::denied)) {
    std::fprintf(stderr, "telemetry: your answer could not be kept, so nothing is sent: %s\n",
                 telemetry.status().detail.c_str());
    return Asked::interrupted;
  }
  std::fputs(is_granted ? "Thank you.\n\n" : "Nothing will be sent.\n\n", stderr);
  return is_granted ? Asked::granted : Asked::refused;
}

}  // namespace waymark
