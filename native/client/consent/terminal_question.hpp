// Asks a question on a terminal and reads the answer, leaving the terminal as it was.
#pragma once

#include <chrono>
#include <string>

#include "native/client/consent/opt_outs.hpp"
#include "native/client/include/waymark/telemetry.hpp"

namespace waymark::client {

struct Terminal {
  int input = 0;
  int output = 2;
  Variables variables = process_variables();
  std::chrono::milliseconds patience = std::chrono::minutes(1);
};

// Why nobody can be asked there; empty if there is a person: input and output are the terminal whose foreground this
// process is in, TERM is neither unset nor `dumb`, no CI, nor maybe CI, no program that types in a person's place, and
// nothing was typed before the question.
std::string why_nobody_can_be_asked(const Terminal& terminal);

// As it is shown: lines of at most 78 characters, the question at the end.
std::string question_of(const ConsentNotice& notice);

enum class Answer : uint8_t {
  yes,   // `y` or `yes`, in any case
  no,    // `n`, `no`, or an empty line
  none,  // end of input, a signal that the program handles, patience at its end, or three lines that are neither
};

// Writes the text and reads lines until one is an answer. Signals keep their effect: Ctrl-C ends the program unless it
// handles that. Handlers of SIGWINCH, SIGCHLD, SIGALRM and SIGCONT run when the answer is there. Changes no setting of
// the terminal; what was typed without Enter when patience ended is discarded.
Answer ask(const Terminal& terminal, const std::string& text);

}  // namespace waymark::client
