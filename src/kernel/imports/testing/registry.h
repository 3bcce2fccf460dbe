#pragma once

// A made-up registry of public places with faults planted in it, and a store to import it into.

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <set>

#include "base/checks.h"
#include "base/text.h"
#include "kernel/definitions/loader.h"
#include "kernel/imports/engine.h"
#include "kernel/records/apply.h"
#include "kernel/sheets/writer.h"
#include "storage/testing/databases.h"

namespace imports::testing {

using Cells = std::vector<std::string>;

inline const Cells headings{"单位名称", "统一社会信用代码", "法定代表人", "负责人 / 姓名", "联系电话", "注册地址", "经营地址", "所在区划",
    "职工总数", "直接从业人员", "首次监督日期", "风险等级", "经纬度", "专业", "单位类别", "许可证号", "有效期起", "有效期至", "许可状态",
    "营业面积", "集中空调", "责任监督员", "内部编号"};

inline std::string credit_code_of(std::size_t number)
{
    const std::string digits = std::to_string(100'000'000 + number * 7);
    const std::string first = "91110105" + digits.substr(digits.size() - 9);
    return first + base::checks::credit_code_check_character(first);
}

inline std::string wide(std::string_view text)
{
    std::string result;
    for (const char c : text)
        if (std::isalnum(static_cast<unsigned char>(c))) {
            const unsigned code = 0xFEE0U + static_cast<unsigned char>(c);
            result += {static_cast<char>(0xE0 | code >> 12), static_cast<char>(0x80 | (code >> 6 & 0x3F)), static_cast<char>(0x80 | (code & 0x3F))};
        } else {
            result += c;
        }
    return result;
}

// The same day in the ways people write it.
inline std::string day_text(std::size_t form)
{
    static const std::array<std::string, 7> forms{"2024-03-05", "2024/3/5", "2024.3.5", "20240305", "2024年3月5日", "45356", "２０２４-０３-０５"};
    return forms[form % forms.size()];
}

inline Cells good(std::size_t i)
{
    const std::string n = std::to_string(i);
    const std::string code = credit_code_of(i);
    return {"朝阳第" + n + "宾馆", i % 7 == 0 ? wide(code) : i % 11 == 0 ? code.substr(0, 8) + " " + code.substr(8) : code, "赵建国", "钱国庆",
        i % 3 == 0 ? "138 0013 8000" : "１３８００１３８０００", "北京市朝阳区和平路" + n + "号", "　建设路" + wide(n) + "号 ",
        i % 2 ? "朝阳区" : i % 4 ? "110105" : "北京市朝阳区", i % 5 ? "12" : "1,200人", i % 5 ? "8" : "900", day_text(i), i % 2 ? "高" : "M",
        i % 2 ? "116.4,39.9" : "39.91，116.41", "公共场所卫生", i % 2 ? "宾馆/饭店" : "LODG02", "京卫公证字" + n + "号", day_text(i + 3),
        "2028年3月4日", "有效", i % 2 ? "1,250.50㎡" : "300平方米", i % 2 ? "是" : "无", "", "N-" + n};
}

struct Plant {
    std::size_t column;
    std::string code;
    std::function<void(Cells&)> spoil;
};

inline const std::vector<Plant>& plants()
{
    const auto set = [](std::size_t column, std::string code, std::string text) {
        return Plant{column, std::move(code), [column, text](Cells& cells) { cells[column] = text; }};
    };
    const auto repeat = [](std::string_view text, int times) {
        std::string result;
        for (int i = 0; i < times; ++i)
            result += text;
        return result;
    };
    static const std::vector<Plant> all{
        set(0, "REQUIRED", ""),
        {1, "CREDIT_CODE_CHECK", [](Cells& c) { c[1] = base::checks::normalise_credit_code(c[1]); c[1].back() = c[1].back() == '1' ? '2' : '1'; }},
        {1, "CREDIT_CODE_LENGTH", [](Cells& c) { c[1] = base::checks::normalise_credit_code(c[1]).substr(0, 17); }},
        {1, "CREDIT_CODE_CHARACTERS", [](Cells& c) { c[1] = base::checks::normalise_credit_code(c[1]); c[1][10] = 'I'; }},
        set(2, "REQUIRED", "　"), set(2, "TEXT_LENGTH", repeat("长", 51)), set(4, "PHONE_FORMAT", "12345"), set(5, "REQUIRED", ""),
        set(6, "TEXT_LENGTH", repeat("路", 301)), set(7, "REGION_UNKNOWN", "无此区"), set(7, "REGION_FORMAT", "1101"),
        set(8, "IMPORT_NUMBER", "很多"), set(8, "NUMBER_RANGE", "-5"), set(9, "STAFF_COUNT", "5000"), set(10, "DATE_RANGE", "2024-02-30"),
        set(10, "DATE_SYNTAX", "去年"), set(10, "DATE_BOUNDS", "2027/1/1"), set(11, "CODE_UNKNOWN", "特高"), set(12, "POINT_SYNTAX", "116.4"),
        set(12, "POINT_RANGE", "190,95"), set(13, "CODE_UNKNOWN", "占星术"), set(16, "PERMIT_DATES", "2026-09-01"),
        set(19, "IMPORT_NUMBER", "三间"), set(20, "IMPORT_BOOLEAN", "也许"), set(21, "NAME_UNKNOWN", "查无此人"),
        {1, "DUPLICATE_IN_FILE", [](Cells&) {}}};
    return all;
}

using Fault = std::tuple<std::size_t, std::string, std::string>;  // row, column, code

struct Registry {
    std::vector<Cells> lines;
    std::set<Fault> faults;
    std::size_t refused = 0;
};

// Every kind of fault, `faults` of them, spread over the lines. Row 1 is the headings.
inline Registry make_registry(std::size_t count, std::size_t faults)
{
    Registry registry;
    const std::size_t step = faults == 0 ? count + 1 : count / faults;
    for (std::size_t i = 0; i < count; ++i) {
        Cells cells = good(i);
        if (i % step == step - 1 && registry.refused < faults) {
            const Plant& plant = plants()[registry.refused % plants().size()];
            ++registry.refused;
            plant.spoil(cells);
            if (plant.code == "DUPLICATE_IN_FILE") {
                cells[1] = registry.lines.back()[1];
                cells[6] = registry.lines.back()[6];
            }
            if (plant.code == "PERMIT_DATES")
                cells[17] = "2026-08-31";
            registry.faults.emplace(i + 2, headings[plant.column], plant.code);
        }
        registry.lines.push_back(std::move(cells));
    }
    return registry;
}

inline void write_csv(const std::filesystem::path& path, const std::vector<Cells>& lines)
{
    std::string text;
    sheets::append_csv_row(text, headings);
    for (const Cells& cells : lines)
        sheets::append_csv_row(text, cells);
    std::ofstream{path, std::ios::binary} << base::text::to_gb18030(text);
}

inline void write_xlsx(const std::filesystem::path& path, const std::vector<std::string>& names, const std::vector<Cells>& lines)
{
    std::vector<sheets::Column> columns;
    for (const std::string& name : names)
        columns.push_back({name});
    auto writer = sheets::XlsxWriter::open(path, "登记", columns);
    ASSERT_TRUE(writer.ok());
    for (const Cells& cells : lines) {
        std::vector<sheets::Cell> line;
        for (const std::string& cell : cells)
            line.push_back({cell});
        ASSERT_TRUE(writer->add(line).ok());
    }
    ASSERT_TRUE(writer->close().ok());
}

class ImportTest : public storage::testing::ForEachDatabase {
protected:
    void SetUp() override
    {
        auto loaded = definitions::load({.folders = {WEIJIAN_SOURCE_DIR "/systems"}});
        ASSERT_TRUE(std::holds_alternative<std::shared_ptr<const definitions::Release>>(loaded));
        release_ = std::get<std::shared_ptr<const definitions::Release>>(loaded);
        ASSERT_TRUE(changes::migrate(database()).ok());
        ASSERT_TRUE(storage::migrate(database(), "identity", identity::migrations()).ok());
        ASSERT_TRUE(storage::migrate(database(), "records", records::migrations()).ok());
        const auto key = folder_.path() / "root.key";
        ASSERT_TRUE(identity::create_root_key(key).ok());
        cipher_ = *identity::FieldCipher::open(database(), clock_, key);
        ASSERT_TRUE(records::apply(database(), release_, {.at = clock_.now()}).ok());
        store_ = std::make_unique<records::Store>(
            records::Store::Parts{database(), nullptr, clock_, ids_, *cipher_}, *records::make_plan(release_));
        blobs_ = *storage::Blobs::open(folder_.path() / "blobs");
        messages_ = *http::Messages::load(WEIJIAN_SOURCE_DIR "/messages");
        const auto made = database().write([&](storage::Transaction& transaction) -> Status {
            TRY(transaction.execute("INSERT INTO organisation (id, code, name, short_name, kind, region, path, status, created_at, "
                                    "updated_at, version) VALUES (1, '1', '市卫生监督所', '', '20', '110000', '/1/', 'active', ?1, ?1, 1)",
                {clock_.now()}));
            return {};
        });
        ASSERT_TRUE(made.ok()) << made.error().detail;
        clerk_ = person(10, "clerk");
    }

    static std::shared_ptr<identity::Subject> person(base::Id user, const std::string& role)
    {
        auto made = std::make_shared<identity::Subject>();
        made->user = user;
        made->organisation = 1;
        made->organisation_path = "/1/";
        made->region = "110000";
        made->clearance = 4;
        made->second_factor = true;
        identity::Grant grant;
        grant.role = role;
        grant.scope = identity::Scope::Subtree;
        grant.organisation = 1;
        grant.organisation_path = "/1/";
        made->grants = {grant};
        return made;
    }

    records::Context as(const identity::Subject& who) { return {&who, clock_.now()}; }
    std::filesystem::path file(const std::string& name) { return folder_.path() / name; }

    Summary import(const std::filesystem::path& path, ImportOptions options = {})
    {
        auto summary = import_file(*store_, as(*clerk_), "unit", path, options);
        EXPECT_TRUE(summary.ok()) << (summary.ok() ? "" : summary.error().code + " " + summary.error().detail);
        return summary.ok() ? *std::move(summary) : Summary{};
    }

    static std::set<Fault> faults_of(const std::vector<RowFault>& faults)
    {
        std::set<Fault> result;
        for (const RowFault& fault : faults)
            result.emplace(fault.row, fault.column, fault.code);
        return result;
    }

    std::int64_t number(const std::string& sql)
    {
        const auto row = database().read([&](storage::Transaction& transaction) -> Result<std::optional<storage::Row>> {
            TRY(records::set_scope(transaction, records::everything));
            return transaction.first(sql);
        });
        EXPECT_TRUE(row.ok() && *row) << sql << (row.ok() ? "" : row.error().detail);
        return row.ok() && *row ? (*row)->integer(0) : -1;
    }

    storage::testing::Folder folder_{storage::testing::Folder::On::Memory};
    base::ManualClock clock_{*base::Timestamp::parse("2026-09-28T09:00:00+08:00")};
    base::IdGenerator ids_{clock_};
    std::shared_ptr<const definitions::Release> release_;
    std::unique_ptr<identity::FieldCipher> cipher_;
    std::unique_ptr<records::Store> store_;
    std::unique_ptr<storage::Blobs> blobs_;
    http::Messages messages_;
    std::shared_ptr<identity::Subject> clerk_;
};

}  // namespace imports::testing
