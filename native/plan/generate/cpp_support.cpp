#include "native/plan/generate/cpp_support.hpp"

namespace waymark::plan {

const std::string_view cpp_includes = R"cpp(#pragma once

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>
)cpp";

const std::string_view cpp_values = R"cpp(
  // Any JSON value, as JSON text that is already right.
  struct Json {
    std::string text = "null";
  };

  // Names that the plan does not know beforehand, in the order in which they are to be written.
  template <class Value>
  using Map = std::vector<std::pair<std::string, Value>>;

  // What a type of the plan can be made from without a change of kind: no number from text, no integer from 1.5.
  template <class To, class From>
  inline constexpr bool accepts = std::is_convertible_v<From, To>;
  template <class From>
  inline constexpr bool accepts<bool, From> = std::is_same_v<std::remove_cvref_t<From>, bool>;
  template <class From>
  inline constexpr bool accepts<std::string, From> =
      std::is_convertible_v<From, std::string> && !std::is_same_v<std::remove_cvref_t<From>, std::nullptr_t>;
  template <class From>
  inline constexpr bool accepts<std::int64_t, From> =
      std::is_integral_v<std::remove_cvref_t<From>> && !std::is_same_v<std::remove_cvref_t<From>, bool>;
  template <class From>
  inline constexpr bool accepts<double, From> =
      std::is_arithmetic_v<std::remove_cvref_t<From>> && !std::is_same_v<std::remove_cvref_t<From>, bool>;
  template <class From, class... Parts>
  inline constexpr bool accepts<std::variant<Parts...>, From> =
      std::is_same_v<std::remove_cvref_t<From>, std::variant<Parts...>> || (accepts<Parts, From> || ...);

  // The first alternative that takes the value.
  template <class Variant, std::size_t index = 0, class From>
  Variant choose(From&& from) {
    using Part = std::variant_alternative_t<index, Variant>;
    if constexpr (accepts<Part, From>) {
      return Variant(std::in_place_index<index>, static_cast<Part>(std::forward<From>(from)));
    } else {
      return choose<Variant, index + 1>(std::forward<From>(from));
    }
  }

  template <class To, class From>
  struct Conversion {
    static To convert(From&& from) { return static_cast<To>(std::forward<From>(from)); }
  };
  template <class From, class... Parts>
  struct Conversion<std::variant<Parts...>, From> {
    using Variant = std::variant<Parts...>;
    static Variant convert(From&& from) {
      if constexpr (std::is_same_v<std::remove_cvref_t<From>, Variant>) {
        return std::forward<From>(from);
      } else {
        return choose<Variant>(std::forward<From>(from));
      }
    }
  };

  // What a list in braces holds, for properties that are arrays or maps.
  struct NoElement {};
  template <class Value>
  struct ElementOf {
    using type = NoElement;
  };
  template <class Element>
  struct ElementOf<std::vector<Element>> {
    using type = Element;
  };

  // A property that must be given: an event without it does not compile.
  template <class Value>
  class Required {
   public:
    Required() = delete;
    Required(Value value) : value_(std::move(value)) {}
    Required(std::initializer_list<typename ElementOf<Value>::type> elements) requires(
        !std::is_same_v<typename ElementOf<Value>::type, NoElement>)
        : value_(Value(elements)) {}
    template <class From>
    requires(!std::is_same_v<std::remove_cvref_t<From>, Required> && accepts<Value, From>) Required(From&& from)
        : value_(Conversion<Value, From>::convert(std::forward<From>(from))) {}
    template <class From>
    requires(!std::is_same_v<std::remove_cvref_t<From>, Required> && !accepts<Value, From>) Required(From&& from)
    = delete;

    const Value& get() const { return value_; }

   private:
    Value value_;
  };

  // A property that may be left out.
  template <class Value>
  class Optional {
   public:
    Optional() = default;
    Optional(std::nullopt_t) {}
    Optional(Value value) : value_(std::move(value)) {}
    Optional(std::initializer_list<typename ElementOf<Value>::type> elements) requires(
        !std::is_same_v<typename ElementOf<Value>::type, NoElement>)
        : value_(Value(elements)) {}
    template <class From>
    requires(!std::is_same_v<std::remove_cvref_t<From>, Optional> && accepts<Value, From>) Optional(From&& from)
        : value_(Conversion<Value, From>::convert(std::forward<From>(from))) {}
    template <class From>
    requires(!std::is_same_v<std::remove_cvref_t<From>, Optional> && !accepts<Value, From>) Optional(From&& from)
    = delete;

    const std::optional<Value>& get() const { return value_; }

   private:
    std::optional<Value> value_;
  };

  // A value inside one of its own type.
  template <class Value>
  class Boxed {
   public:
    Boxed(Value value) : value_(std::make_shared<const Value>(std::move(value))) {}
    const Value& get() const { return *value_; }

   private:
    std::shared_ptr<const Value> value_;
  };
)cpp";

const std::string_view cpp_calls = R"cpp(
  // Bytes that are not UTF-8 pass through; the tracker refuses them.
  inline void write_json(std::string& out, const std::string& text) {
    constexpr char hex[] = "0123456789abcdef";
    out += '"';
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x20) {
        out += "\\u00";
        out += hex[byte >> 4];
        out += hex[byte & 15];
        continue;
      }
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    out += '"';
  }
  inline void write_json(std::string& out, bool value) { out += value ? "true" : "false"; }
  inline void write_json(std::string& out, std::nullptr_t) { out += "null"; }
  inline void write_json(std::string& out, const Json& value) { out += value.text; }
  inline void write_json(std::string& out, std::int64_t value) {
    char digits[24];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
  }
  // JSON has no NaN and no infinity: they become null, as in JSON.stringify.
  inline void write_json(std::string& out, double value) {
    if (!std::isfinite(value)) return write_json(out, nullptr);
    char digits[32];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
  }

  template <class Value>
  void write_json(std::string& out, const Boxed<Value>& value);
  template <class... Parts>
  void write_json(std::string& out, const std::variant<Parts...>& value);
  template <class... Parts>
  void write_json(std::string& out, const std::tuple<Parts...>& value);
  template <class Value>
  void write_json(std::string& out, const std::vector<std::pair<std::string, Value>>& map);

  template <class Value>
  void write_json(std::string& out, const std::vector<Value>& array) {
    out += '[';
    bool is_first = true;
    for (const auto& value : array) {
      if (!is_first) out += ',';
      is_first = false;
      write_json(out, static_cast<const Value&>(value));
    }
    out += ']';
  }
  template <class Value>
  void write_json(std::string& out, const std::vector<std::pair<std::string, Value>>& map) {
    out += '{';
    for (const auto& [name, value] : map) {
      if (out.back() != '{') out += ',';
      write_json(out, name);
      out += ':';
      write_json(out, value);
    }
    out += '}';
  }
  template <class Value>
  void write_json(std::string& out, const Boxed<Value>& value) {
    write_json(out, value.get());
  }
  template <class... Parts>
  void write_json(std::string& out, const std::variant<Parts...>& value) {
    std::visit([&](const auto& part) { write_json(out, part); }, value);
  }
  template <class... Parts>
  void write_json(std::string& out, const std::tuple<Parts...>& tuple) {
    out += '[';
    std::apply([&](const auto&... parts) { ((write_json(out, parts), out += ','), ...); }, tuple);
    out.back() = ']';
  }

  // `name` is written as JSON already.
  template <class Value>
  void write_member(std::string& out, std::string_view name, const Required<Value>& value) {
    if (out.back() != '{') out += ',';
    out += name;
    out += ':';
    write_json(out, value.get());
  }
  template <class Value>
  void write_member(std::string& out, std::string_view name, const Optional<Value>& value) {
    if (value.get()) write_member(out, name, Required<Value>(*value.get()));
  }

  // The JSON text of an event's properties, of traits, or of any other type of the plan.
  template <class Value>
  std::string to_json(const Value& value) {
    std::string out;
    write_json(out, value);
    return out;
  }

  // What the plan says of an event: its name and its purpose.
  template <class Event>
  struct EventTraits;

  template <class Event>
  concept PlannedEvent = requires {
    EventTraits<Event>::name;
  };

  // Hands an event to `sink`, which is anything with a function `track` that takes the event's name and the JSON text
  // of its properties first; what else it wants follows the event. Both views are valid until it returns. Returns what
  // the sink returns.
  template <class Sink, PlannedEvent Event, class... More>
  auto track(Sink& sink, const Event& event, More&&... more) {
    const std::string properties = to_json(event);
    return sink.track(EventTraits<Event>::name, std::string_view(properties), std::forward<More>(more)...);
  }
)cpp";

}  // namespace waymark::plan
