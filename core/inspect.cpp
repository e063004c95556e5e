#include "core/inspect.hpp"

#include <cstring>

#include "core/limits.hpp"
#include "core/privacy/detectors.hpp"
#include "core/privacy/fold.hpp"
#include "core/text/hash.hpp"
#include "core/text/siphash.hpp"
#include "core/text/words.hpp"

namespace waymark {

using privacy::KeyClass;
using text::JsonScanner;
using text::Token;

const Inspection& Inspector::inspect_object(std::string_view object, text::JsonWriter& out, uint32_t taken) {
  JsonScanner scan(object, limits::depth);
  result_ = {};
  hashes_[0] = taken;
  open_keys_ = taken != 0;
  copied_ = object.data();
  end_ = copied_ + object.size();
  is_allowed_ = is_enumerated_ = false;
  result_.reason = object.size() > limits::event_bytes ? Reason::event_too_large : read(scan, out);
  result_.where = scan.position();
  out.raw(copied_, static_cast<size_t>(end_ - copied_));
  return result_;
}

Reason Inspector::read(JsonScanner& scan, text::JsonWriter& out) {
  uint32_t keys = 0;
  Token token = scan.next();
  if (token == Token::object_begin) {
    token = scan.next();  // its first key is at 0 always, and so is one that is taken
  } else if (token < Token::end) {
    return Reason::not_an_object;
  }
  for (;; token = scan.next()) {
    const std::string_view span = scan.span();
    switch (token) {
      case Token::error:
        return scan.error();
      case Token::end:
        return Reason::none;
      case Token::object_begin:
      case Token::array_begin:
        first_key_[scan.depth()] = open_keys_;
        break;
      case Token::object_end:
      case Token::array_end:
        open_keys_ = first_key_[scan.depth() + 1];
        break;
      case Token::key: {
        if (++keys > limits::keys) return Reason::too_many_keys;
        if (const Reason reason = read_key(scan, out); reason != Reason::none) return reason;
        is_enumerated_ = plan_ && scan.depth() == 1 && plan_->is_enumerated(event_, span);
        const plan::Treatment treatment = plan_ ? plan_->treatment(event_, span) : plan::Treatment::none;
        is_allowed_ = treatment == plan::Treatment::allow && key_class_ != KeyClass::secret;
        if (is_allowed_ || (key_class_ < KeyClass::personal && treatment < plan::Treatment::redact)) break;
        // The whole value goes, whatever it is.
        const Token first = scan.next();
        const char* const begin = scan.span().data() - (first == Token::string);
        if (!scan.skip(first)) return scan.error();
        if (treatment == plan::Treatment::drop) {
          drop(span.data() - 1, scan, out);
          break;
        }
        if (first == Token::literal) break;  // true, false and null tell nobody apart
        if (treatment == plan::Treatment::hash && key_class_ != KeyClass::secret) {
          put_pseudonym(begin, scan, out);
          break;
        }
        replace(begin, scan, key_class_ == KeyClass::secret ? privacy::Marker::secret : privacy::Marker::personal, out);
        break;
      }
      case Token::string: {
        if (span.size() > limits::string_bytes) return Reason::string_too_long;
        if (!has_free_text_ && !is_enumerated_) {
          replace(span.data() - 1, scan, privacy::Marker::personal, out);
          break;
        }
        if (is_allowed_ || !stages::Privacy::may_change(key_class_, scan.string_traits(), span.size())) break;
        scrub(span, key_class_ == KeyClass::url, out);
        break;
      }
      case Token::number: {
        if (span.size() > limits::number_bytes) return Reason::number_too_long;
        if (is_allowed_ || span.size() < 13 || !text::is_digit(span.front())) break;
        char digits[limits::number_bytes + 1];
        std::memcpy(digits, span.data(), span.size());
        digits[span.size()] = 0;
        if (privacy::card(digits) == digits + span.size()) replace(span.data(), scan, privacy::Marker::card, out);
        break;
      }
      case Token::literal:
        break;
    }
  }
}

// Every key stands once in its object (RFC 7493 2.3). Two are taken for the same when their 32-bit hashes are.
Reason Inspector::read_key(JsonScanner& scan, text::JsonWriter& out) {
  std::string_view key = scan.span();
  result_.key = key;
  if (key.size() > limits::key_bytes) return Reason::key_too_long;
  char folded[3 * limits::key_bytes + 1];
  uint32_t hash = text::quick_hash(key);
  uint32_t written = hash;  // of what stands there, escapes undone
  if (scan.string_traits() & text::traits::encoded) {
    std::string_view rest = key;
    const bool has_escapes = text::take_line(rest, '\\').size() < key.size();
    key = {folded, privacy::fold(key, true, folded)};
    hash = text::quick_hash(key);
    if (has_escapes) written = hash;
  }
  for (uint32_t i = first_key_[scan.depth()]; i < open_keys_; ++i) {
    if (hashes_[i] == written) return Reason::duplicate_key;
  }
  hashes_[open_keys_++] = written;
  // Keys recur. What is remembered needs no scrubbing.
  if (privacy_.recall(hash, key_class_)) return Reason::none;
  key_class_ = privacy_.classify_key(key);
  const bool may_change = stages::Privacy::may_change(KeyClass::plain, scan.string_traits(), result_.key.size());
  if (!may_change || !scrub(result_.key, false, out)) privacy_.remember(hash, key_class_);
  return Reason::none;
}

// Hides what the detectors find in a key or string of the value.
bool Inspector::scrub(std::string_view span, bool is_url, text::JsonWriter& out) {
  const std::string_view before(copied_, static_cast<size_t>(span.data() - copied_));
  const uint32_t hidden = privacy_.scrub(before, span, true, is_url, out);
  if (hidden) copied_ = span.data() + span.size();
  result_.redactions += hidden;
  return hidden;
}

// Writes the marker for the value that begins at `value` and that `scan` has read.
void Inspector::replace(const char* value, JsonScanner& scan, privacy::Marker marker, text::JsonWriter& out) {
  out.raw(copied_, static_cast<size_t>(value - copied_));
  out.quoted(privacy::text_of(marker));
  copied_ = scan.position();
  privacy_.count(marker);
  ++result_.redactions;
}

// Leaves out a member that `scan` has read, with the comma after it, or else the one before it.
void Inspector::drop(const char* key, JsonScanner& scan, text::JsonWriter& out) {
  out.raw(copied_, static_cast<size_t>(key - copied_));
  copied_ = scan.position();
  while (copied_ < end_ && text::is_white(*copied_)) ++copied_;
  ++result_.redactions;
  if (copied_ < end_ && *copied_ == ',') {
    ++copied_;
    return;
  }
  std::string_view written = text::trim_end(out.text());
  if (!out.failed() && written.back() == ',') out.rewind(written.size() - 1);
}

// The same value gives the same pseudonym under the same salt. One that is a pseudonym already stays.
void Inspector::put_pseudonym(const char* value, JsonScanner& scan, text::JsonWriter& out) {
  const std::string_view text(value, static_cast<size_t>(scan.position() - value));
  constexpr std::string_view opening = "\"[hash:";
  if (text.size() > opening.size() && text::equal(text::cut(text, 0, opening.size()), opening)) return;
  out.raw(copied_, static_cast<size_t>(value - copied_));
  out.raw(opening);
  uint64_t hash = text::siphash(plan_->privacy_salt(), text);
  for (uint32_t i = 0; i < 16; ++i, hash <<= 4) out.byte("0123456789abcdef"[hash >> 60]);
  out.raw("]\"");
  copied_ = scan.position();
  ++result_.redactions;
}

uint32_t Inspector::scrub_text(std::string_view plain, bool is_url, text::JsonWriter& out) {
  if (plain.size() > limits::string_bytes) plain = {plain.data(), limits::string_bytes};
  out.byte('"');
  const uint32_t hidden = privacy_.scrub({}, plain, false, is_url, out);
  if (!hidden) out.escaped(plain);
  out.byte('"');
  return hidden;
}

}  // namespace waymark
