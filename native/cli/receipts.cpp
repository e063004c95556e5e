#include "native/cli/receipts.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <optional>
#include <set>
#include <string_view>
#include <variant>
#include <vector>

#include "native/cli/documents.hpp"
#include "native/cli/exit_status.hpp"
#include "native/collector/json_split.hpp"
#include "native/collector/receipt.hpp"

namespace waymark::cli {
namespace {

using collector::ArraySplitter;
using collector::ObjectSplitter;
using collector::Receipt;
using collector::ReceiptFault;
using collector::Step;

constexpr const char* command = "receipts verify";
constexpr size_t file_bytes = 256 * 1024 * 1024;  // what a listing of 400 000 receipts has
constexpr uint32_t most_faults = 100;

std::string_view trim(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  const size_t first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

// The receipts of an export, which is a JSON array, or of a listing, which has one a line. None for a broken array.
std::optional<std::vector<std::string_view>> split(std::string_view text) {
  std::vector<std::string_view> out;
  if (text.starts_with('[')) {
    ArraySplitter array(text);
    Step step = array.next();
    for (; step == Step::part; step = array.next()) out.push_back(array.value());
    if (step == Step::broken) return {};
    return out;
  }
  while (!text.empty()) {
    const size_t end = text.find('\n');
    if (const auto line = trim(text.substr(0, end)); !line.empty()) out.push_back(line);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return out;
}

// A line of a listing has the receipt as a member, beside what the collector says of it.
std::string_view inner(std::string_view json) {
  ObjectSplitter members(json);
  while (members.next() == Step::part) {
    if (members.key() == "receipt") return members.value();
  }
  return json;
}

const char* advice(std::string_view reason) {
  if (reason == "hash_mismatch") return "it was changed after it was made";
  if (reason == "wrong_previous")
    return "it does not follow the one before it of the same subject: one is missing or was put in";
  if (reason == "repeated_id") return "a receipt with this id was there before";
  return "it is no receipt as docs/receipts.md describes it";
}

class Faults {
 public:
  explicit Faults(const std::string& file) : file_(file) {}

  void add(size_t number, const ReceiptFault& fault) {
    if (++count_ > most_faults) return;
    const std::string place = fault.path.empty() ? "" : " at " + fault.path;
    std::fprintf(stderr, "waymark %s: %s: receipt %zu: %.*s%s: %s\n", command, file_.c_str(), number,
                 static_cast<int>(fault.reason.size()), fault.reason.data(), place.c_str(), advice(fault.reason));
  }
  size_t finish() const {
    if (count_ > most_faults) {
      std::fprintf(stderr, "waymark %s: %s: %zu more faults\n", command, file_.c_str(), count_ - most_faults);
    }
    return count_;
  }

 private:
  const std::string& file_;
  size_t count_ = 0;
};

}  // namespace

CLI::App* add_receipts(CLI::App& app, ReceiptsArguments& arguments) {
  CLI::App* const receipts = app.add_subcommand("receipts", "Check receipts of consent.");
  receipts->require_subcommand(1);
  CLI::App* const verify =
      receipts->add_subcommand("verify", "Whether receipts are as they were made, each following the one before.");
  verify->add_option("FILE", arguments.file, "An export, or a listing of the collector with a receipt a line")
      ->required();
  return receipts;
}

int receipts(const ReceiptsArguments& arguments) {
  const auto bytes = read_file(command, arguments.file, file_bytes);
  if (!bytes) return exit_usage;
  Faults faults(arguments.file);
  const auto found = split(trim(*bytes));
  if (!found) {
    std::fprintf(stderr, "waymark %s: %s is no JSON array; give an export as it was made\n", command,
                 arguments.file.c_str());
    return exit_data;
  }
  collector::ReceiptChains chains;
  std::set<std::string> ids;
  std::set<std::string> subjects;
  for (size_t i = 0; i < found->size(); ++i) {
    const auto read = collector::read_receipt(inner((*found)[i]));
    if (const auto* fault = std::get_if<ReceiptFault>(&read)) {
      faults.add(i + 1, *fault);
      continue;
    }
    const auto& receipt = std::get<Receipt>(read);
    subjects.insert(receipt.subject);
    if (!ids.insert(receipt.receipt_id).second) faults.add(i + 1, {"repeated_id", "/receipt_id"});
    if (const auto fault = chains.follow(receipt)) faults.add(i + 1, *fault);
  }
  if (found->empty()) {
    std::fprintf(stderr, "waymark %s: %s has no receipt; give an export with at least one\n", command,
                 arguments.file.c_str());
    return exit_data;
  }
  if (faults.finish() > 0) return exit_data;
  std::printf("%zu receipts of %zu subjects are as they were made\n", found->size(), subjects.size());
  return exit_done;
}

}  // namespace waymark::cli
