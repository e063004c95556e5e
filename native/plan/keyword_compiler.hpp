// One JSON Schema after the other to nodes: what each keyword becomes.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "native/plan/node_table_writer.hpp"
#include "native/plan/references.hpp"
#include "native/plan/schema_compiler.hpp"

namespace waymark::plan {

class KeywordCompiler {
 public:
  using Node = NodeTableWriter::Node;

  // `document` is where references look that their own schema does not answer, a base URI; empty for none. All
  // arguments outlive the compiler.
  KeywordCompiler(NodeTableWriter& writer, const References& references, std::string document, Formats formats,
                  Detail detail, Findings& findings)
      : writer_(writer),
        references_(references),
        document_(std::move(document)),
        formats_(formats),
        detail_(detail),
        findings_(findings) {}

  // The node of a schema, which is filled in by `finish`.
  Node node_of(const SchemaPlace& place);

  // Compiles what was asked for and what that refers to; then the schemas that nothing refers to, whose faults are
  // warnings. An error if references go round in a circle.
  void finish();

 private:
  struct Draft {
    const SchemaPlace& place;
    const Json& schema;
    Node node;
    bool has_count = false;  // the count may be something other than 0

    const Json* get(const char* keyword) const {
      const auto member = schema.find(keyword);
      return member == schema.end() ? nullptr : &*member;
    }
    std::string pointer(std::string_view keyword) const;
    bool is_draft7() const { return place.dialect == Dialect::draft7; }
  };

  void drain();
  void compile(const SchemaPlace& place, Node node);
  void refuse_strangers(const Draft& draft);

  // keyword_compiler.cpp
  void add_reference(const Draft& draft);
  void add_combinations(Draft& draft);
  void add_condition(Draft& draft);
  // keyword_compiler_values.cpp
  void add_type(const Draft& draft);
  void add_enum(Draft& draft);
  void add_const(const Draft& draft);
  void add_number_limits(const Draft& draft);
  void add_string_limits(Draft& draft);
  std::optional<uint32_t> automaton_of_format(const std::string& format, Dialect dialect);
  void explain(Node node, const std::string& text);
  bool add_automaton(Node node, Rule rule, const std::string& pattern, const std::string& pointer);
  // keyword_compiler_containers.cpp
  void add_items(Draft& draft);
  void add_contains(Draft& draft);
  void add_members(Draft& draft);
  void add_pattern_properties(const Draft& draft, Node program);
  void add_dependencies(Draft& draft, const char* keyword);
  void require(Node node, const std::vector<std::string>& names, Rule rule);

  // The node of the schema at a keyword; of one that accepts everything if there is none.
  Node schema_at(const Draft& draft, const char* keyword);
  std::vector<Node> schemas_at(const Draft& draft, const char* keyword);
  Node subschema(const SchemaPlace& parent, const Json& schema, std::string pointer);
  // The member if it is an object; null, with a finding if there is another member.
  const Json* object_at(const Draft& draft, const char* keyword);
  std::vector<std::string> names_at(const std::string& pointer, const Json& list);
  bool add_count(const Draft& draft, const char* keyword, Rule rule);
  std::optional<uint32_t> count_at(const Draft& draft, const char* keyword);
  void start_group(Draft& draft);
  void fault(std::string pointer, std::string message, std::string hint);
  void warn(std::string pointer, std::string message, std::string hint);

  NodeTableWriter& writer_;
  const References& references_;
  std::string document_;
  Formats formats_;
  Detail detail_;
  Findings& findings_;
  bool is_lenient_ = false;   // faults are warnings
  bool is_built_in_ = false;  // the schema that is being compiled
  std::map<const Json*, Node> nodes_;
  std::map<Node, std::string> pointers_;
  // Automata by the format or pattern that they were made of, since making one may take a while.
  std::map<std::pair<std::string, Dialect>, std::optional<uint32_t>> formats_made_;
  std::map<std::string, uint32_t> patterns_made_;
  std::deque<std::pair<SchemaPlace, Node>> waiting_;
};

// Whether the schema is one that every value keeps: true or {}.
bool accepts_all(const Json& schema);

}  // namespace waymark::plan
