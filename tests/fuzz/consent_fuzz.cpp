// Any text as a consent record, under any rules: it is written as it was read or it is corrupt, and whatever else is
// so, what refuses refuses and what is corrupt grants nothing.
#include <cstdint>
#include <string>

#include "core/consent/decision.hpp"
#include "tests/fuzz/require.hpp"

using namespace waymark;
using namespace waymark::consent;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t head = 12;
  if (size < head) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + head, size - head);
  Known known;
  known.soundness = read_record(text, known.record);
  if (known.soundness == Soundness::sound) {
    std::string out(text.size(), '\0');
    text::JsonWriter writer(out.data(), out.size());
    write_record(writer, known.record);
    require(!writer.failed() && writer.text() == text, "a record is written as it was read");
  } else {
    require(known.record.count == 0, "what is not sound leaves the record empty");
  }

  Rules rules;
  rules.mode = static_cast<Mode>(data[0] % 3);
  rules.granted_by_default = data[1];
  rules.denied_by_default = data[2];
  rules.denied_by_gpc = data[3];
  rules.honours_dnt = data[4] & 1;
  known.gpc = data[4] & 2;
  known.dnt = data[4] & 4;
  known.stop = static_cast<Stop>(data[4] >> 3 & 3);
  const Platform platforms[] = {{"one", data[5], data[6], data[10]}, {"two", data[7], data[8], data[11]}};
  known.platforms = platforms;
  known.platform_count = data[9] % 3;
  known.now_ms = 1731579825123.0;
  const char* const names[] = {"necessary", "functional", "analytics", "marketing"};
  for (uint32_t place = 0; place < 4; ++place) {
    const Judgement judgement = judge(names[place], place, rules, known);
    require(judgement.step_count > 0 && judgement.step_count <= Judgement::most_steps, "there are steps");
    const Step& last = judgement.steps[judgement.step_count - 1];
    require(last.value == judgement.value, "the last step decides");
    const bool is_granted = judgement.value == Consent::granted;
    require(!is_granted || known.stop == Stop::none, "a stop stops all");
    require(!is_granted || !known.gpc || !(rules.denied_by_gpc >> place & 1), "a signal is honoured");
    if (place == 0) continue;
    require(!is_granted || known.soundness != Soundness::corrupt, "what is corrupt grants nothing");
    for (uint32_t i = 0; i < known.platform_count; ++i) {
      const bool is_implied = platforms[i].implied >> place & 1;
      require(!is_granted || is_implied || platforms[i].granted >> place & 1, "every platform must grant");
      const bool is_by_it = last.rule == "platform" && judgement.source == platforms[i].name;
      require(!is_granted || !is_by_it || is_implied == (judgement.basis == Basis::implied),
              "what nobody chose is not called a choice");
      require(!is_granted || !(platforms[i].denied >> place & 1), "any refusal refuses");
    }
  }
  return 0;
}
