#include "core/text/time.hpp"

#include "core/limits.hpp"

namespace waymark::text {
namespace {

constexpr double day_ms = 86400000.0;

// Days since 1970-01-01 of a date of the proleptic Gregorian calendar: Hinnant, "chrono-Compatible
// Low-Level Date Algorithms", restricted to years from 0 on.
int32_t days_from_civil(int32_t year, int32_t month, int32_t day) {
  if (month <= 2) --year;
  const int32_t era = year / 400;
  const int32_t year_of_era = year - era * 400;
  const int32_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

// Reads exactly `digits` digits at `at`; -1 if they are not there.
int32_t read(std::string_view text, size_t at, size_t digits) {
  if (at + digits > text.size()) return -1;
  int32_t value = 0;
  for (size_t i = at; i < at + digits; ++i) {
    const int32_t digit = text[i] - '0';
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

bool is_day(int32_t year, int32_t month, int32_t day) {
  if (month < 1 || month > 12 || day < 1) return false;
  constexpr uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return day <= days[month - 1] + (month == 2 && leap);
}

double time_ms(int32_t year, int32_t month, int32_t day, int32_t hour, int32_t minute, int32_t second) {
  // A leap second (60) is the next second's first, as POSIX has it.
  if (!is_day(year, month, day) || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) {
    return -1;
  }
  return days_from_civil(year, month, day) * day_ms + (hour * 3600 + minute * 60 + second) * 1000.0;
}

}  // namespace

void write_timestamp(double time_ms, char* out) {
  if (!(time_ms >= 0)) time_ms = 0;
  if (time_ms > latest_time_ms) time_ms = latest_time_ms;
  const auto days = static_cast<uint32_t>(time_ms / day_ms);
  const auto ms = static_cast<uint32_t>(time_ms - days * day_ms);
  // Years begin in March: Neri and Schneider, "Euclidean affine functions and their application to calendar
  // algorithms", 2022, figure 12. Each quotient is of four times the days and three.
  const uint32_t days_x4 = (days + 719468) * 4 + 3;
  const uint32_t of_century_x4 = days_x4 % 146097 | 3;
  const uint32_t of_year_x5 = of_century_x4 % 1461 / 4 * 5 + 461;
  const uint32_t month = of_year_x5 / 153;  // 3 to 14
  const uint32_t is_next_year = month > 12;
  const uint32_t year = days_x4 / 146097 * 100 + of_century_x4 / 1461 + is_next_year;
  char* at = out + timestamp_chars;
  const auto write = [&](char after, uint32_t value, int32_t digits) {
    *--at = after;
    for (; digits > 0; --digits, value /= 10) *--at = static_cast<char>('0' + value % 10);
  };
  write('Z', ms, 3);
  write('.', ms / 1000 % 60, 2);
  write(':', ms / 60000 % 60, 2);
  write(':', ms / 3600000, 2);
  write('T', of_year_x5 % 153 / 5 + 1, 2);
  write('-', month - is_next_year * 12, 2);
  write('-', year, 4);
}

double parse_timestamp(std::string_view text) {
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || (text[10] | 0x20) != 't' || text[13] != ':' ||
      text[16] != ':') {
    return -1;
  }
  double time = time_ms(read(text, 0, 4), read(text, 5, 2), read(text, 8, 2), read(text, 11, 2), read(text, 14, 2),
                        read(text, 17, 2));
  if (time < 0) return -1;
  size_t at = 19;
  if (text[at] == '.') {
    double unit = 100;
    const size_t first = ++at;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10) {
      if (unit >= 1) time += (text[at] - '0') * unit;
    }
    if (at == first) return -1;
  }
  const std::string_view zone = text.substr(at);
  if (zone == "Z" || zone == "z") return time;
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') return -1;
  const int32_t hours = read(zone, 1, 2);
  const int32_t minutes = read(zone, 4, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return -1;
  const double offset_ms = (hours * 60 + minutes) * 60000.0;
  time += zone[0] == '+' ? -offset_ms : offset_ms;
  return time < 0 ? -1 : time;
}

double parse_retry_after_ms(std::string_view header, double now_ms) {
  while (!header.empty() && header.front() == ' ') header.remove_prefix(1);
  while (!header.empty() && header.back() == ' ') header.remove_suffix(1);
  double wait_ms = -1;
  if (!header.empty() && header[0] >= '0' && header[0] <= '9') {
    wait_ms = 0;
    for (const char c : header) {
      if (c < '0' || c > '9') return -1;
      if (wait_ms < limits::retry_after_cap_ms) wait_ms = wait_ms * 10 + (c - '0') * 1000.0;
    }
  } else if (header.size() == 29 && header.substr(25) == " GMT") {
    // "Sun, 06 Nov 1994 08:49:37 GMT"
    constexpr std::string_view months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const size_t month = months.find(header.substr(8, 3));
    if (month == std::string_view::npos || month % 3 != 0) return -1;
    const double until = time_ms(read(header, 12, 4), static_cast<int32_t>(month / 3) + 1, read(header, 5, 2),
                                 read(header, 17, 2), read(header, 20, 2), read(header, 23, 2));
    if (until < 0) return -1;
    wait_ms = until > now_ms ? until - now_ms : 0;
  }
  return wait_ms < limits::retry_after_cap_ms ? wait_ms : limits::retry_after_cap_ms;
}

}  // namespace waymark::text
