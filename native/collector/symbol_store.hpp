// The store's part in symbols: keeps them by build id within bounds::symbols_bytes, where the oldest upload goes first.
#pragma once

#include "native/collector/rows.hpp"
#include "native/collector/sqlite.hpp"

namespace waymark::collector {

// Works within the transaction of the store that owns it. Not for several threads at once.
class SymbolStore {
 public:
  Failure prepare(Database& database);
  void close();

  // Adds the pieces, after it has deleted what is there of the build id if these are the first. Those of a stripped
  // file are not added, and `is_kept` is set, where there are some of a whole one.
  Failure add(Database& database, const SymbolsRow& row, bool& is_kept);

 private:
  Failure find_whole(Database& database, std::string_view build_id, bool& is_there);
  Failure trim(Database& database);

  Statement delete_, find_whole_, insert_, total_, oldest_;
};

}  // namespace waymark::collector
