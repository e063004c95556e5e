# Writes OUTPUT, a C++ file that holds the file SCHEMA as bytes.
file(READ ${SCHEMA} hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
file(WRITE ${OUTPUT} "// Made from tracking-plan.schema.json by embed.cmake.
#include \"native/plan/plan_schema.hpp\"

namespace waymark::plan {

std::string_view plan_schema() {
  static constexpr char bytes[] = {${bytes}};
  return {bytes, sizeof bytes};
}

}  // namespace waymark::plan
")
