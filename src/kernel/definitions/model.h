#pragma once

// What a business system declares, after loading and checking (DESIGN section 4). Everything above
// reads these structs; nobody else reads YAML. A Release is immutable once loaded.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "kernel/definitions/workflow_model.h"

namespace definitions {

enum class FieldType {
    Text, Integer, Decimal, Money, Boolean, Date, DateTime, Code, Codes, Ref, Refs, Organisation, User,
    Person, Region, IdCard, CreditCode, Phone, Files, Signature, Point, Polygon, Computed,
};
std::string_view name_of(FieldType);

enum class Protection { None, Mask, Encrypt };  // Encrypt is masked on screens as well

struct Field {
    std::string name;
    Title title;
    Title help = {};
    FieldType type = FieldType::Text;
    FieldType computed_type = FieldType::Text;  // the result type of Computed
    int max = 0;                 // text: characters; integer/decimal bounds are `minimum`/`maximum`
    int precision = 18;          // decimal(p, s); money is decimal(18, 2)
    int scale = 0;
    std::optional<std::string> minimum = {}, maximum = {};  // as written
    std::string pattern = {};    // ECMA regular expression for text
    std::string dictionary = {}; // code, codes
    std::string record = {};     // ref, refs
    std::string unit = {};       // shown behind the value
    bool required = false;
    std::optional<Rule> required_if = {}, visible_if = {};
    std::optional<Rule> initial = {};   // `default:` a literal or CEL such as now(), today(), user.organisation
    std::optional<Rule> computed = {};  // `value:` of a computed field
    Protection protection = Protection::None;
    std::vector<std::string> accept = {};  // files: image, video, pdf, sheet, document
    int max_mb = 50;
    int max_files = 20;
    bool multiline = false;      // text shown as a text area
    bool track = false;
    bool read_only = false;      // filled by effects and defaults, never by a form
    std::string fill_from = {};  // a look-up that fills: "unit.business_address"
    std::string was = {};        // renamed from
    std::vector<std::string> import_names = {};  // headings under which registries deliver it
    int line = 0;
};

struct Rows {
    std::string name;
    Title title;
    std::vector<Field> fields;
    int max_rows = 1000;
    std::vector<std::vector<std::string>> unique = {};  // within the parent
    std::vector<Check> checks = {};
    const Field* field(std::string_view name) const;
};

struct Section {  // of the form
    Title title;
    std::vector<std::vector<std::string>> lines;  // field names that stand beside each other; rows names alone
};

struct ListView {
    std::vector<std::string> columns;
    std::vector<std::string> filters;
    std::string order = "-created_at";  // "-field" descending
    std::vector<std::string> sort = {};    // further fields the list may be ordered by; each costs an index
    std::vector<std::string> search = {};  // fields the list's search box looks in
};

struct Duplicate {  // candidates shown before saving
    std::vector<std::string> same = {};              // equal fields
    std::string similar = {};                        // text field compared with `above`
    double above = 0.9;
    std::string near = {};                           // point field within `metres`
    double metres = 50;
    Title message = {};
};

struct Record {
    std::string system;
    std::string name;
    Title title;
    Title purpose = {};
    std::string number = {};  // pattern "TS{yyyyMMdd}{seq:5}"; empty: no number
    std::string label = {};   // field (or "number") that names a row to people
    std::string region_from = {};  // region field that fills the standard `region`; else the organisation's
    std::vector<Field> fields;
    std::vector<Rows> rows = {};
    std::vector<Check> checks = {};
    std::vector<std::vector<std::string>> unique = {};
    std::vector<std::vector<std::string>> indexes = {};
    std::vector<Duplicate> duplicates = {};
    std::vector<Section> form = {};
    ListView list = {};
    std::map<std::string, std::vector<std::string>> access = {};  // role -> create read update delete export import unmask
    std::string scope = "organisation";  // organisation | region | own | public
    int security_label = 2;              // 1 public .. 4 highly sensitive
    std::vector<std::string> states = {};  // from the workflow, the first one first; `open` alone without one
    std::vector<std::string> locked_states = {};  // in which nothing but an action changes a field
    std::string workflow = {};             // its name; empty: the record has no life of its own
    std::string file = {};
    int line = 0;

    const Field* field(std::string_view name) const;
    const Rows* child(std::string_view name) const;
};

// What a list of any size can be ordered by: its default order, the number, `list.sort`.
std::vector<std::string> orders_of(const Record&);

struct DictionaryEntry {
    std::string code;
    Title title;
    std::string parent = {};
    std::optional<base::Date> valid_from = {}, valid_to = {};  // inclusive
    std::map<std::string, std::string> extra = {};  // further columns, such as national_code
};
struct Dictionary {
    std::string name;
    std::string system;
    std::vector<DictionaryEntry> entries;
    const DictionaryEntry* find(std::string_view code) const;
    bool valid_on(std::string_view code, base::Date) const;
};

struct Role {
    std::string name;
    std::string system;
    Title title;
    bool sensitive = false;  // needs a second approver and a second factor
    int clearance = 2;       // reads records up to this security label
    int line = 0;
};

struct System {
    std::string name;
    Title title;
    Title purpose;
    Title menu = {};         // group of the menu it stands in
    int menu_order = 100;
    std::string icon = {};
    std::vector<std::string> needs = {};
    std::vector<std::string> records = {};
    std::string folder = {};
};

// A dated legal figure (DESIGN idea 5): a deadline, limit, amount or share with its legal basis.
struct Figure {
    std::string rule_code;
    std::string system;
    Title title = {};
    std::string legal_basis;
    std::string value;        // as written
    std::string unit = {};
    base::Date effective_from = {};
    std::optional<base::Date> effective_to = {};  // inclusive
    std::string source_mark;  // statute | unconfirmed | default
    std::string file = {};
    int line = 0;
};

// A form that anybody may fill without an account; what is sent becomes a record.
struct Intake {
    std::string system, name;
    Title title, purpose;
    std::string record;
    std::vector<std::string> fields;                     // asked for, in this order
    std::map<std::string, json::value, std::less<>> set = {};  // filled without asking
    std::string organisation_from = {};  // region field; the agency in charge of it gets the record
    std::vector<std::string> progress = {};  // fields the sender may see later
    Title consent = {}, done = {};       // agreed to before sending; shown after
    int per_hour = 10, files_per_hour = 60, look_ups_per_hour = 30;  // of one network
    std::string file = {};
    std::map<std::string, std::pair<int, int>, std::less<>> places = {};  // of names in the file, line and column
};

// Standard columns every record has (DESIGN 4.2); they are found by `field_of` too.
const std::vector<Field>& standard_fields();

struct Release {
    std::string hash;  // SM3 over every file, hex
    std::vector<System> systems;  // in menu order
    std::map<std::string, Record, std::less<>> records;
    std::map<std::string, Workflow, std::less<>> workflows;
    std::map<std::string, Dictionary, std::less<>> dictionaries;
    std::map<std::string, Role, std::less<>> roles;
    std::map<std::string, std::vector<Figure>, std::less<>> figures;  // rule_code -> by effective_from
    std::map<std::string, Intake, std::less<>> intakes;
    std::map<std::string, std::string, std::less<>> files;  // path -> content, as stored with the release

    const Record* record(std::string_view name) const;
    const Workflow* workflow_of(const Record&) const;  // null without one
    const System* system(std::string_view name) const;
    // The version of a legal figure that is valid on a day.
    const Figure* figure(std::string_view rule_code, base::Date) const;
    // A declared or a standard field.
    const Field* field_of(const Record&, std::string_view name) const;
};

// Declarations of a record's names for the rules: its fields, standard fields, rows, and
// `user` {id, organisation, region, roles}. Ids are Int, a file is {hash, name, size, media_type},
// a point {lng, lat, system}.
rules::Declarations declarations_of(const Release&, const Record&);
// Names of a child row: its own fields, `parent` (a map of the record's names) and `user`.
rules::Declarations declarations_of_rows(const Release&, const Record&, const Rows&);

}  // namespace definitions
