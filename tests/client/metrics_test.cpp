#include "native/client/usage/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <vector>

#include "tests/catch.hpp"

namespace {

using nlohmann::json;
using waymark::client::Metrics;

constexpr uint32_t analytics = 2;

json summary_of(const std::vector<double>& values) {
  Metrics metrics;
  for (const double value : values) REQUIRE(metrics.add("work.done.ms", value, analytics));
  const std::vector<Metrics::Event> events = metrics.take();
  REQUIRE(events.size() == 1);
  return json::parse(events[0].properties).at("metrics").at("work.done.ms");
}

}  // namespace

TEST_CASE("metrics: percentiles are right to 5 %, whatever the values are like") {
  std::mt19937_64 random(7);
  const auto uniform = [&] { return static_cast<double>(random() >> 11) / 9007199254740992.0; };
  for (int shape = 0; shape < 5; ++shape) {
    for (const size_t count : {1u, 2u, 10u, 1000u, 20000u}) {
      std::vector<double> values;
      for (size_t i = 0; i < count; ++i) {
        const double u = uniform();
        values.push_back(shape == 0   ? 1 + 99 * u
                         : shape == 1 ? -std::log(1 - u)
                         : shape == 2 ? std::pow(10.0, 20 * u - 8)
                         : shape == 3 ? (u < 0.95 ? 2.0 : 5000.0)
                                      : 7.25);
      }
      const json summary = summary_of(values);
      std::sort(values.begin(), values.end());
      INFO("shape " << shape << ", " << count << " values");
      CHECK(summary.at("count") == count);
      CHECK(summary.at("min").get<double>() == values.front());
      CHECK(summary.at("max").get<double>() == values.back());
      for (const auto& [key, share] : {std::pair("p50", 0.5), std::pair("p90", 0.9), std::pair("p99", 0.99)}) {
        const auto rank = static_cast<size_t>(std::ceil(share * static_cast<double>(count)));
        const double exact = values[rank - 1];
        INFO(key << " is " << exact);
        CHECK(std::abs(summary.at(key).get<double>() - exact) <= 0.05 * exact);
      }
    }
  }
}

TEST_CASE("metrics: zeros, negative and extreme numbers are summed up too") {
  const json zeros = summary_of({0, 0, 0});
  CHECK(zeros.at("p50") == 0);
  CHECK(zeros.at("sum") == 0);
  const json mixed = summary_of({-5, -1, 0, 4});
  CHECK(mixed.at("min") == -5);
  CHECK(mixed.at("max") == 4);
  CHECK(mixed.at("sum") == -2);
  CHECK(mixed.at("p50").get<double>() <= 0);
  const double most = std::numeric_limits<double>::max();
  const json extreme = summary_of({most, most, 5e-324});
  CHECK(extreme.at("max").get<double>() == most);
  CHECK(extreme.at("min").get<double>() == 5e-324);
  CHECK(extreme.at("p99").get<double>() <= most);
  for (const auto& [key, value] : extreme.items()) CHECK(std::isfinite(value.get<double>()));
}

TEST_CASE("metrics: what is no number, or one name too many, is refused") {
  Metrics metrics;
  CHECK_FALSE(metrics.add("a.ms", NAN, analytics));
  CHECK_FALSE(metrics.add("a.ms", INFINITY, analytics));
  CHECK_FALSE(metrics.add("a.ms", -INFINITY, analytics));
  CHECK_FALSE(metrics.add("", 1, analytics));
  CHECK(metrics.is_empty());
  for (size_t i = 0; i < Metrics::most_names; ++i) CHECK(metrics.add("m" + std::to_string(i) + ".ms", 1, analytics));
  CHECK_FALSE(metrics.add("one.more.ms", 1, analytics));
  CHECK(metrics.add("m63.ms", 1, analytics));
  metrics.take();
  CHECK(metrics.add("one.more.ms", 1, analytics));
}

TEST_CASE("metrics: leave in events that the core takes, each name in one, and begin anew") {
  Metrics metrics;
  CHECK(metrics.take().empty());
  for (size_t i = 0; i < Metrics::most_names; ++i) {
    for (int n = 0; n < 3; ++n)
      REQUIRE(metrics.add("metric." + std::to_string(i) + ".ms", static_cast<double>(i), analytics));
  }
  const std::vector<Metrics::Event> events = metrics.take();
  CHECK(events.size() == 3);
  size_t names = 0;
  for (const Metrics::Event& event : events) {
    CHECK(event.purpose == analytics);
    const json parsed = json::parse(event.properties);
    size_t keys = 1;
    for (const auto& [name, summary] : parsed.at("metrics").items()) {
      CHECK(summary.at("count") == 3);
      keys += 1 + summary.size();
      ++names;
    }
    CHECK(keys <= 256);
  }
  CHECK(names == Metrics::most_names);
  CHECK(metrics.is_empty());
  CHECK(metrics.take().empty());
}

TEST_CASE("metrics: names are escaped") {
  Metrics metrics;
  const std::string name = "a\"b\\c\n.ms";
  REQUIRE(metrics.add(name, 1, analytics));
  CHECK(json::parse(metrics.take().at(0).properties).at("metrics").at(name).at("count") == 1);
}

TEST_CASE("metrics: those of different purposes leave in events of their own") {
  Metrics metrics;
  REQUIRE(metrics.add("a.ms", 1, 2));
  REQUIRE(metrics.add("b.ms", 1, 1));
  REQUIRE(metrics.add("c.ms", 1, 2));
  const std::vector<Metrics::Event> events = metrics.take();
  REQUIRE(events.size() == 2);
  CHECK(events[0].purpose == 1);
  CHECK(json::parse(events[0].properties).at("metrics").size() == 1);
  CHECK(events[1].purpose == 2);
  CHECK(json::parse(events[1].properties).at("metrics").size() == 2);
}
