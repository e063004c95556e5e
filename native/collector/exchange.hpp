// One request and its answer as values, so that everything but http.cpp can do without an HTTP library.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "native/collector/live.hpp"
#include "native/collector/rows.hpp"
#include "native/collector/writer.hpp"

namespace waymark::collector {

struct Request {
  std::string method;
  std::string target;  // path and query as they came
  std::string host;
  std::string authorization;
  std::string if_none_match;
  std::string last_event_id;
  std::string sec_gpc;
  // Only to make visitor keys of them (visitor_salt.hpp); neither is kept or logged.
  std::string peer_address;
  std::string forwarded_for;
  std::string user_agent;
  std::string body;
};

struct Response {
  unsigned status = 200;
  std::string content_type;  // empty for no body
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers = {};
};

// Answer when the store has the rows, or when it is clear that it will not.
struct AfterCommit {
  Intake intake;
  std::function<Response(CommitResult)> respond;
};

// Answer from the thread that reads the store.
struct FromReader {
  std::function<Response(Reader&)> respond;
};

// Answer by a stream that ends when either side goes away.
struct Stream {
  std::unique_ptr<LiveFeed> feed;
};

struct Plan {
  std::string_view route;  // for the metrics; a closed list
  std::variant<Response, AfterCommit, FromReader, Stream> what;
};

}  // namespace waymark::collector
