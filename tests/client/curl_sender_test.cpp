#include "native/client/send/curl_sender.hpp"

#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

#include "tests/catch.hpp"
#include "tests/client/http_server.hpp"

namespace {

using namespace waymark::client;
using namespace waymark::testing;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

const std::string body = R"({"events":[{"event_name":"a","properties":{"n":1}}]})";

// The answers that come until nothing is under way, or the time is over.
std::vector<Answer> answers_of(CurlSender& sender, std::chrono::milliseconds time = 20s) {
  std::vector<Answer> all;
  const Clock::time_point end = Clock::now() + time;
  while (!sender.is_idle() && Clock::now() < end) {
    for (Answer& answer : sender.wait(50ms)) all.push_back(std::move(answer));
  }
  return all;
}

Answer answer_to(const HttpServer::Reply& reply) {
  HttpServer server([&](const HttpRequest&) { return reply; });
  CurlSender sender(read_endpoint(server.url()));
  REQUIRE(sender.post(7, body));
  const std::vector<Answer> answers = answers_of(sender);
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].batch == 7);
  CHECK(sender.is_idle());
  return answers[0];
}

}  // namespace

TEST_CASE("sender: a batch goes as gzip to its address, and its answer comes back") {
  HttpServer server;
  CurlSender sender(read_endpoint(server.url() + "/base/"));
  const std::string large = R"({"events":[{"event_name":")" + std::string(50'000, 'a') + R"("}]})";
  REQUIRE(sender.post(3, large));
  CHECK_FALSE(sender.is_idle());
  const std::vector<Answer> answers = answers_of(sender);
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].batch == 3);
  CHECK(answers[0].status == 200);
  CHECK(answers[0].retry_after_ms < 0);
  CHECK(answers[0].rejected.empty());
  const std::vector<HttpRequest> requests = server.requests();
  REQUIRE(requests.size() == 1);
  CHECK(requests[0].method == "POST");
  CHECK(requests[0].target == "/base/api/analytics/batch");
  CHECK(requests[0].is_packed);
  CHECK(requests[0].has_header("\r\nContent-Type: text/plain\r\n"));
  CHECK_FALSE(requests[0].has_header("\r\nExpect:"));
  CHECK(requests[0].body == large);
}

TEST_CASE("sender: a body that gzip makes no smaller goes as it is") {
  HttpServer server;
  CurlSender sender(read_endpoint(server.url()));
  REQUIRE(sender.post(1, "{}"));
  answers_of(sender);
  REQUIRE(server.requests().size() == 1);
  CHECK_FALSE(server.requests()[0].is_packed);
  CHECK(server.requests()[0].body == "{}");
}

TEST_CASE("sender: a status and the wait that it asks for come back") {
  const Answer busy = answer_to(HttpServer::status(429, "{}", "Retry-After: 120\r\n"));
  CHECK(busy.status == 429);
  CHECK(busy.retry_after_ms == 120'000);
  const Answer spelled = answer_to(HttpServer::status(503, "", "RETRY-AFTER:\t 5 \r\n"));
  CHECK(spelled.status == 503);
  CHECK(spelled.retry_after_ms == 5'000);
  CHECK(answer_to(HttpServer::status(503, "", "Retry-After: soon\r\n")).retry_after_ms < 0);
  CHECK(answer_to(HttpServer::status(503, "", "X-Retry-After: 5\r\n")).retry_after_ms < 0);
  CHECK(answer_to(HttpServer::status(413)).status == 413);
  CHECK(answer_to(HttpServer::status(500)).status == 500);
}

TEST_CASE("sender: the indices of what was rejected come back, of nothing else") {
  const auto rejected = [](const std::string& text) { return answer_to(HttpServer::status(200, text)).rejected; };
  CHECK(rejected(R"({"accepted":1,"rejected":[{"index":0,"reason":"x"},{"index":4}]})") == "[0,4]");
  for (const char* const text :
       {"", "{}", "null", "[1,2]", "{\"rejected\":{}}", "{\"rejected\":[]}", "{\"rejected\":[1,null,{}]}",
        "{\"rejected\":[{\"index\":-1},{\"index\":\"0\"},{\"index\":1.5}]}", "{\"rejected\":[{\"index\":0}",
        "<html>"}) {
    INFO(text);
    CHECK(rejected(text).empty());
  }
}

TEST_CASE("sender: an answer that breaks off, or is none, is told from one that arrived") {
  CHECK(answer_to({""}).status == 0);
  CHECK(answer_to({"HTTP/1.1 "}).status == 0);
  CHECK(answer_to({"no HTTP at all\r\n\r\n"}).status == 0);
  // The status did arrive: what was asked for is done.
  const Answer broken = answer_to({"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"rejected\":[{\"index\":0}"});
  CHECK(broken.status == 200);
  CHECK(broken.rejected.empty());
}

TEST_CASE("sender: an answer that is too large has a status and nothing to say") {
  std::string large = "{\"rejected\":[{\"index\":0}],\"pad\":\"";
  large.append(CurlSender::most_answer_bytes, 'x').append("\"}");
  const Answer answer = answer_to(HttpServer::status(200, large));
  CHECK(answer.status == 200);
  CHECK(answer.rejected.empty());
}

TEST_CASE("sender: is not led elsewhere") {
  HttpServer elsewhere;
  const Answer answer = answer_to(HttpServer::status(302, "", "Location: " + elsewhere.url() + "/trap\r\n"));
  CHECK(answer.status == 302);
  CHECK(elsewhere.requests().empty());
}

TEST_CASE("sender: what goes to this machine goes by no proxy") {
  std::string nowhere;
  {
    const HttpServer gone;
    nowhere = gone.url();
  }
  for (const char* const name : {"http_proxy", "all_proxy", "ALL_PROXY"}) {
    INFO(name);
    ::setenv(name, nowhere.c_str(), 1);
    const HttpServer server;
    CurlSender sender(read_endpoint(server.url()));
    REQUIRE(sender.post(1, body));
    const std::vector<Answer> answers = answers_of(sender);
    ::unsetenv(name);
    REQUIRE(answers.size() == 1);
    CHECK(answers[0].status == 200);
  }
}

TEST_CASE("sender: a collector that is not there is no answer") {
  std::string url;
  {
    const HttpServer gone;
    url = gone.url();
  }
  CurlSender sender(read_endpoint(url));
  REQUIRE(sender.post(1, body));
  const std::vector<Answer> answers = answers_of(sender);
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].status == 0);
}

TEST_CASE("sender: what hangs is ended at once, without an answer") {
  HttpServer server([](const HttpRequest&) { return HttpServer::Reply{"HTTP/1.1 200 OK\r\nContent-", true}; });
  CurlSender sender(read_endpoint(server.url()));
  REQUIRE(sender.post(1, body));
  REQUIRE(sender.post(2, body));
  sender.ping("t=tool&e=search");
  CHECK(answers_of(sender, 300ms).empty());
  CHECK_FALSE(sender.is_idle());
  const Clock::time_point begun = Clock::now();
  sender.abort();
  CHECK(Clock::now() - begun < 200ms);
  CHECK(sender.is_idle());
  CHECK(sender.wait(1ms).empty());
  // And it goes on.
  HttpServer well;
  CurlSender next(read_endpoint(well.url()));
  REQUIRE(next.post(3, body));
  CHECK(answers_of(next).size() == 1);
}

TEST_CASE("sender: a ping is tried once, for two seconds, and nobody hears of it") {
  HttpServer server([](const HttpRequest&) { return HttpServer::Reply{"", true}; });
  CurlSender sender(read_endpoint(server.url()));
  const Clock::time_point begun = Clock::now();
  sender.ping("t=tool&e=search&v=1.0.0");
  CHECK(answers_of(sender).empty());
  const auto took = Clock::now() - begun;
  CHECK(took >= 1900ms);
  CHECK(took < 4s);
  REQUIRE(server.requests().size() == 1);
  CHECK(server.requests()[0].method == "GET");
  CHECK(server.requests()[0].target == "/t?t=tool&e=search&v=1.0.0");
}

TEST_CASE("sender: of many pings at once no more than 16 are under way") {
  HttpServer server;
  CurlSender sender(read_endpoint(server.url()));
  for (int i = 0; i < 40; ++i) sender.ping("n=" + std::to_string(i));
  answers_of(sender);
  CHECK(server.requests().size() == CurlSender::most_pings);
}

TEST_CASE("sender: a wait ends when it is woken, by any thread") {
  HttpServer server([](const HttpRequest&) { return HttpServer::Reply{"", true}; });
  CurlSender sender(read_endpoint(server.url()));
  REQUIRE(sender.post(1, body));
  const Clock::time_point begun = Clock::now();
  std::thread waker([&] {
    std::this_thread::sleep_for(50ms);
    sender.wake();
  });
  while (Clock::now() - begun < 45ms) sender.wait(20s);
  CHECK(Clock::now() - begun < 5s);
  waker.join();
}
