# write_from_ci_info(SCRIPT OUTPUT): at build time, `node SCRIPT OUTPUT` writes a C++ table from the npm package ci-info.
macro(write_from_ci_info script output)
  set(ci_info ${PROJECT_SOURCE_DIR}/node_modules/ci-info/vendors.json)
  if(NOT EXISTS ${ci_info})
    message(FATAL_ERROR "${ci_info} is missing: run `npm ci` in ${PROJECT_SOURCE_DIR}")
  endif()
  find_program(NODE_PROGRAM node REQUIRED)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${NODE_PROGRAM} ${script} ${output}
    DEPENDS ${script} ${ci_info}
    VERBATIM)
endmacro()
