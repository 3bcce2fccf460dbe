#include "kernel/changes/seal_store.h"

#include <gtest/gtest.h>

namespace {

TEST(SealStore, ABodyIsTheCanonicalTextOfTheRow)
{
    changes::Entry entry;
    entry.seq = 71;
    entry.epoch = 2;
    entry.diff_hash = std::string(32, '\x1f');
    entry.diff = R"({"name":[null,"铜壶"]})";
    entry.change = {{1'790'000'000'123}, 5, 17, "unit", 9'007'199'254'740'993, 3, "update", nullptr, "MANUAL", "a\"\\\n\x01" "🐼", "::1"};
    EXPECT_EQ(changes::body_of(entry), base::canonical_json(json::object{
        {"seq", "71"}, {"epoch", 2}, {"at", 1'790'000'000'123}, {"actor", "5"}, {"organisation", "17"}, {"record", "unit"},
        {"id", "9007199254740993"}, {"version", 3}, {"action", "update"}, {"diff_hash", base::crypto::hex(entry.diff_hash)},
        {"source", "MANUAL"}, {"request_id", "a\"\\\n\x01" "🐼"}, {"remote", "::1"}}));
}

}  // namespace
