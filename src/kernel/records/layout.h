#pragma once

// The tables that a release asks for: one per record, one per child-rows member, one per `refs`
// field. A Layout is plain data: it is stored with the release, and two layouts compared give the
// migration between them.
//
// How a field is kept:
//   text, code, region, phone, id_card, credit_code   one text column
//   integer, boolean, date, datetime, decimal, money  one column of that type
//   ref, organisation, user, person                   the id; ref with a real foreign key
//   codes, files, signature, polygon                  JSON text (a list of codes is ["A","B"])
//   refs                                              JSON text, and a link table with foreign keys
//   point                                             <field>_lng, <field>_lat (decimal(10,7)), <field>_system
//   protect: encrypt                                  blob (scheme E1), and <field>_index: 4 bytes of
//                                                     key version, then the blind index
//   text shown in lists                               also <field>_sort, the pinyin sort key
// `search_text` holds the unprotected search fields, NFKC and lower case.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "kernel/definitions/model.h"
#include "storage/database.h"

namespace records {

using base::Error;
using base::Kind;
using base::Result;
using base::Status;

struct Column {
    std::string name;
    storage::ColumnType type = storage::ColumnType::Text;
    int precision = 18;
    int scale = 0;
    int length_max = 0;           // characters, checked by the database; 0: no limit
    bool required = false;        // NOT NULL
    std::string references = {};  // table whose `id` it holds
    std::string was = {};         // renamed from
    std::string owner = {};       // "unit.phone", the name that `--confirm` takes
    bool derived = false;         // filled from other columns (sort key, search text, computed)
    bool operator==(const Column&) const = default;
};

struct Index {
    std::string name;
    std::vector<std::string> columns;
    bool unique = false;
    bool live_only = false;    // WHERE deleted_at IS NULL
    std::string present = {};  // only rows that have a value in this column; empty: all
    bool operator==(const Index&) const = default;
};

struct Table {
    enum class Role { Record, Rows, Link };
    std::string name;
    Role role = Role::Record;
    std::string record;  // definition it belongs to
    std::string parent = {};  // table of the parent, for Rows and Link
    std::vector<Column> columns;
    std::vector<Index> indexes;
    const Column* column(std::string_view name) const;
    const Index* index(std::string_view name) const;
    bool operator==(const Table&) const = default;
};

using Layout = std::map<std::string, Table, std::less<>>;

Layout layout_of(const definitions::Release&);
json::value to_json(const Layout&);
Result<Layout> layout_from_json(const json::value&);  // LAYOUT_STORED when it is not one of ours

std::string table_of(std::string_view record);
std::string rows_table_of(std::string_view record, std::string_view rows);  // also link tables of refs fields
std::string sql_name(std::string_view name);                                  // "name"

inline constexpr int point_scale = 7;  // digits of a degree, about a centimetre

// The type that decides how a field is kept; for `computed` that of its result.
definitions::FieldType kept_type(const definitions::Field&);
bool has_sort_key(const definitions::Record&, const definitions::Field&);
// The column a list orders, compares or is unique by.
std::string order_column(const definitions::Record&, const definitions::Field&);
// The field and direction of `list.order`.
struct Order {
    std::string field;
    bool descending = false;
};
Order order_of(std::string_view text);
std::vector<Column> columns_of(const definitions::Record&, const definitions::Field&);

}  // namespace records
