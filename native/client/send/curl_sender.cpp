#include "native/client/send/curl_sender.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <list>

#include "core/outbox/gzip.hpp"
#include "core/text/time.hpp"
#include "native/client/clock.hpp"
#include "native/client/send/curl_sockets.hpp"
#include "native/client/send/wire_json.hpp"

namespace waymark::client {
namespace {

struct Transfer {
  CURL* easy = nullptr;
  curl_slist* headers = nullptr;
  bool is_ping = false;
  uint32_t batch = 0;
  std::string body;
  std::string answer;
  std::string retry_after;

  Transfer() = default;
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer() {
    curl_easy_cleanup(easy);
    curl_slist_free_all(headers);
  }
};

size_t take_answer(char* bytes, size_t, size_t count, void* to) {
  std::string& answer = static_cast<Transfer*>(to)->answer;
  if (answer.size() + count > CurlSender::most_answer_bytes) return 0;  // it has the status, and nothing to say
  answer.append(bytes, count);
  return count;
}

size_t drop_answer(char*, size_t, size_t count, void*) { return count; }

size_t take_header(char* bytes, size_t, size_t count, void* to) {
  constexpr std::string_view name = "retry-after:";
  const std::string_view line(bytes, count);
  const auto is_same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
  if (line.size() > name.size() && std::equal(name.begin(), name.end(), line.begin(), is_same)) {
    std::string value(line.substr(name.size()));
    value.erase(0, value.find_first_not_of(" \t"));
    value.erase(value.find_last_not_of(" \t\r\n") + 1);
    static_cast<Transfer*>(to)->retry_after = std::move(value);
  }
  return count;
}

}  // namespace

class CurlSender::Impl {
 public:
  explicit Impl(Endpoint endpoint) : endpoint_(std::move(endpoint)) {
    curl_global_init(CURL_GLOBAL_DEFAULT);  // counts its calls, and is thread-safe since 7.84
    multi_ = make_multi();
  }
  ~Impl() {
    abort();
    if (multi_ != nullptr) curl_multi_cleanup(multi_);
    curl_global_cleanup();
  }

  bool post(uint32_t batch, std::string_view body) {
    Transfer* const transfer = begin(endpoint_.batch_url, batch_time);
    if (transfer == nullptr) return false;
    transfer->batch = batch;
    transfer->body.resize(body.size());
    const size_t small = gzip_->compress(body, transfer->body.data(), transfer->body.size());
    if (small > 0) {
      transfer->body.resize(small);
      transfer->headers = curl_slist_append(transfer->headers, "Content-Encoding: gzip");
    } else {
      transfer->body = body;
    }
    transfer->headers = curl_slist_append(transfer->headers, "Content-Type: text/plain");
    transfer->headers = curl_slist_append(transfer->headers, "Expect:");  // no waiting for "100 Continue"
    CURL* const easy = transfer->easy;
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, transfer->body.data());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(transfer->body.size()));
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_answer);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    return start(transfer);
  }

  void ping(const std::string& query) {
    const auto pings = std::count_if(transfers_.begin(), transfers_.end(), [](const Transfer& t) { return t.is_ping; });
    if (static_cast<size_t>(pings) >= most_pings) return;
    Transfer* const transfer = begin(endpoint_.ping_url + '?' + query, ping_time);
    if (transfer == nullptr) return;
    transfer->is_ping = true;
    curl_easy_setopt(transfer->easy, CURLOPT_WRITEFUNCTION, drop_answer);
    start(transfer);
  }

  std::vector<Answer> wait(std::chrono::milliseconds time) {
    std::vector<Answer> answers;
    perform();
    collect(answers);
    if (!answers.empty()) return answers;
    curl_multi_poll(multi_, nullptr, 0, static_cast<int>(std::max<int64_t>(time.count(), 0)), nullptr);
    perform();
    collect(answers);
    return answers;
  }

  void wake() { curl_multi_wakeup(multi_); }
  bool is_idle() const { return transfers_.empty(); }

  std::vector<uint32_t> abort() {
    std::vector<uint32_t> batches;
    for (Transfer& transfer : transfers_) {
      curl_multi_remove_handle(multi_, transfer.easy);
      if (!transfer.is_ping) batches.push_back(transfer.batch);
    }
    transfers_.clear();
    return batches;
  }

 private:
  void perform() {
    int running = 0;
    curl_multi_perform(multi_, &running);
    if (running > 0) close_lookups_by_exec(multi_);
  }

  Transfer* begin(const std::string& url, std::chrono::milliseconds time) {
    Transfer& transfer = transfers_.emplace_back();
    CURL* const easy = transfer.easy = curl_easy_init();
    if (easy == nullptr || multi_ == nullptr) {
      transfers_.pop_back();
      return nullptr;
    }
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);  // the program's signals are its own
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(time.count()));
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    // Without encryption it is this machine, and no proxy's business.
    if (url.starts_with("http:") || url.starts_with("HTTP:")) curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "waymark-cpp");
    curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
    close_connections_by_exec(easy);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);  // a name that is being looked up delays no exit
    return &transfer;
  }

  bool start(Transfer* transfer) {
    if (curl_multi_add_handle(multi_, transfer->easy) == CURLM_OK) return true;
    end(transfer);
    return false;
  }

  void end(const Transfer* transfer) {
    transfers_.remove_if([&](const Transfer& each) { return &each == transfer; });
  }

  void collect(std::vector<Answer>& answers) {
    int left = 0;
    while (const CURLMsg* const message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      CURL* const easy = message->easy_handle;
      void* owner = nullptr;
      curl_easy_getinfo(easy, CURLINFO_PRIVATE, &owner);
      auto* const transfer = static_cast<Transfer*>(owner);
      if (!transfer->is_ping) answers.push_back(answer_of(*transfer));
      curl_multi_remove_handle(multi_, easy);
      end(transfer);
    }
  }

  static Answer answer_of(const Transfer& transfer) {
    // One that broke off after its status did arrive.
    long status = 0;
    curl_easy_getinfo(transfer.easy, CURLINFO_RESPONSE_CODE, &status);
    Answer answer;
    answer.batch = transfer.batch;
    answer.status = static_cast<uint32_t>(std::max(status, 0L));
    if (!transfer.retry_after.empty()) {
      answer.retry_after_ms = text::parse_retry_after_ms(transfer.retry_after, unix_now_ms());
    }
    answer.rejected = rejected_in(transfer.answer);
    return answer;
  }

  Endpoint endpoint_;
  CURLM* multi_ = nullptr;
  std::list<Transfer> transfers_;
  std::unique_ptr<outbox::Gzip> gzip_ = std::make_unique<outbox::Gzip>();
};

CurlSender::CurlSender(Endpoint endpoint) : impl_(std::make_unique<Impl>(std::move(endpoint))) {}
CurlSender::~CurlSender() = default;
bool CurlSender::post(uint32_t batch, std::string_view body) { return impl_->post(batch, body); }
void CurlSender::ping(const std::string& query) { impl_->ping(query); }
std::vector<Answer> CurlSender::wait(std::chrono::milliseconds time) { return impl_->wait(time); }
void CurlSender::wake() { impl_->wake(); }
bool CurlSender::is_idle() const { return impl_->is_idle(); }
std::vector<uint32_t> CurlSender::abort() { return impl_->abort(); }

}  // namespace waymark::client
