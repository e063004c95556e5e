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

  // Adds the pieces, after it has deleted what is there of the build id if these are the first.
  Failure add(Database& database, const SymbolsRow& row);

 private:
  Failure trim(Database& database);

  Statement delete_, insert_, total_, oldest_;
};

}  // namespace waymark::collector
