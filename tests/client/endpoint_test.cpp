#include "native/client/send/endpoint.hpp"

#include <string>

#include "tests/catch.hpp"

using waymark::client::Endpoint;
using waymark::client::read_endpoint;

TEST_CASE("endpoint: https anywhere, http on this machine") {
  for (const char* const good :
       {"https://collect.example.com", "https://collect.example.com:8443", "https://collect.example.com/base/path",
        "https://[2001:db8::1]", "http://127.0.0.1", "http://127.0.0.1:8080", "http://127.9.8.7:1", "http://localhost",
        "http://localhost:8080", "http://tool.localhost", "http://[::1]:8080", "HTTPS://collect.example.com"}) {
    INFO(good);
    const Endpoint endpoint = read_endpoint(good);
    CHECK(endpoint.problem.empty());
    CHECK(endpoint.batch_url == std::string(good) + "/api/analytics/batch");
    CHECK(endpoint.ping_url == std::string(good) + "/t");
  }
  CHECK(read_endpoint("https://collect.example.com/").ping_url == "https://collect.example.com/t");
  CHECK(read_endpoint("https://collect.example.com//").ping_url == "https://collect.example.com/t");
}

TEST_CASE("endpoint: everything else is refused, with what and why") {
  const std::string clear = "events must not cross a network in the clear";
  for (const auto& [bad, why] : std::initializer_list<std::pair<const char*, std::string>>{
           {"", "is no URL"},
           {"collect.example.com", "is no URL"},
           {"//collect.example.com", "is no URL"},
           {"https://", "is no URL"},
           {"https://a b", "is no URL"},
           {"https://collect.example.com:99999", "is no URL"},
           {"http://collect.example.com", clear},
           {"http://127.0.0.1.example.com", clear},
           {"http://127.example.com", clear},
           {"http://1270.0.0.1", clear},
           {"http://localhost.example.com", clear},
           {"http://notlocalhost", clear},
           {"http://0.0.0.0", clear},
           {"http://[::2]", clear},
           {"http://192.168.0.1", clear},
           {"ftp://127.0.0.1", clear},
           {"file:///etc/passwd", clear},
           {"javascript:alert(1)", ""},
           {"https://user@collect.example.com", "leave them out"},
           {"https://user:secret@collect.example.com", "leave them out"},
           {"https://:secret@collect.example.com", "leave them out"},
           {"https://collect.example.com/?a=b", "leave them out"},
           {"https://collect.example.com/?", "leave them out"},
           {"https://collect.example.com/#", "leave them out"},
           {"https://collect.example.com/#part", "leave them out"},
       }) {
    INFO(bad);
    const Endpoint endpoint = read_endpoint(bad);
    CHECK(endpoint.batch_url.empty());
    CHECK(endpoint.ping_url.empty());
    CHECK(endpoint.problem.find("the endpoint '") == 0);
    CHECK(endpoint.problem.find(why) != std::string::npos);
  }
}

TEST_CASE("endpoint: ways to write a host are judged by what the network's library makes of them") {
  for (const char* const loopback : {"http://127.1", "http://2130706433", "http://0x7f.0.0.1", "http://LOCALHOST"}) {
    INFO(loopback);
    CHECK(read_endpoint(loopback).problem.empty());
  }
  for (const char* const elsewhere :
       {"http://127.0.0.1%2eexample.com", "http://127.0.0.1\\@example.com", "http://127.0.0.1:80@example.com",
        "http://134744072", "http://0x8.8.8.8", "http://example.com#@127.0.0.1"}) {
    INFO(elsewhere);
    CHECK_FALSE(read_endpoint(elsewhere).problem.empty());
  }
}
