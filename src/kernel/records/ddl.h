#pragma once

// SQL that makes and changes the tables of a layout. Nothing here runs it.

#include <string>
#include <vector>

#include "kernel/records/layout.h"

namespace records::ddl {

using storage::Dialect;

// On SQLite with its foreign keys; on PostgreSQL those follow with `add_reference`, when every table
// stands.
std::string create_table(Dialect, const Table&, const std::string& as);
std::string add_column(Dialect, const Table&, const Column&);
std::string create_index(Dialect, const Table&, const Index&, bool concurrently);
std::string drop_index(Dialect, const Index&, bool concurrently);

// PostgreSQL: constraints by name, added unchecked and then checked while others work.
std::string length_constraint(const Table&, const Column&);
std::string reference_constraint(const Table&, const Column&);
std::string add_length(const Table&, const Column&);
std::string add_reference(const Table&, const Column&);
std::string validate(const Table&, const std::string& constraint);
std::string drop_constraint(const Table&, const std::string& constraint);

// PostgreSQL: the scope predicate of the access function as row-level security, for the owner of the
// tables too, and the rights of the application's role `weijian_app` when it exists.
std::vector<std::string> row_security(const Table&);

}  // namespace records::ddl
