#include "kernel/identity/rotation.h"
#include "kernel/identity/testing.h"

namespace identity::testing {

class Keys : public OnEachDatabase {};
ON_BOTH_DATABASES(Keys);

TEST_P(Keys, RotateWhileOldBlobsStayReadable)
{
    auto& keys = installation().identity->keys();
    const auto before = keys.encrypt("unit.phone", 5, "13800138000");
    const auto index = keys.index("unit.phone", "13800138000");
    ASSERT_TRUE(keys.rotate("records", installation().cause()).ok());
    ASSERT_TRUE(keys.rotate("index", installation().cause()).ok());
    EXPECT_EQ(*keys.decrypt("unit.phone", 5, before), "13800138000");
    EXPECT_EQ(keys.decrypt("unit.phone", 6, before).error().code, "INTEGRITY_FAIL");
    EXPECT_EQ(keys.decrypt("unit.fax", 5, before).error().code, "INTEGRITY_FAIL");
    const auto all = keys.indexes("unit.phone", "13800138000");
    EXPECT_EQ(all.size(), 2U);
    EXPECT_EQ(all.front(), index);
    EXPECT_EQ(keys.rotate("pepper", installation().cause()).error().code, "KEY_PEPPER_FIXED");
}

TEST_P(Keys, BringAccountsUnderTheNewOneAndAreThenRetired)
{
    auto& world = installation();
    auto& keys = world.identity->keys();
    const auto organisation = world.organisation("市卫健委", "110000");
    const auto user = world.user("chen", organisation.id, {}, {.phone = "13800138000", .id_card = "110105199001010010"});
    std::vector<std::uint32_t> former;
    for (const char* domain : {"accounts", "index"}) {
        const auto begun = begin_rotation(keys, world.ids, domain, world.cause());
        ASSERT_TRUE(begun.ok()) << begun.error().code;
        former.push_back(begun->from_key);
    }
    EXPECT_EQ(world.logged("key_rotate"), 2);
    const auto uses = [&](std::uint32_t key) {
        return world.read([&](Transaction& transaction) { return account_key_uses(transaction, key); })->size();
    };
    const auto retire = [&](std::uint32_t key) {
        return retire_key(world.database, keys, key,
            [&](Transaction& transaction) { return account_key_uses(transaction, key); }, world.cause());
    };
    EXPECT_EQ(uses(former[0]), 2U);
    EXPECT_EQ(retire(former[0]).error().code, "KEY_IN_USE");
    // A number under the older index key is still the same number.
    const auto again = world.write([&](Transaction& transaction) {
        return create_user(transaction, world.ids, keys,
            {.login_name = "twin", .display_name = "同号", .organisation = organisation.id, .id_card = "110105199001010010"}, world.cause());
    });
    EXPECT_EQ(again.error().code, "USER_DUP_ID");

    const auto now = world.clock.now();
    const auto claimed = *claim_rotation(world.database, now);
    ASSERT_TRUE(claimed);
    EXPECT_EQ((*claim_rotation(world.database, now))->domain, "index") << "the first is held";
    EXPECT_FALSE(*claim_rotation(world.database, now));
    EXPECT_EQ(*reencrypt_accounts(world.database, keys, {}), 1);
    EXPECT_EQ(*reencrypt_accounts(world.database, keys, {}), 0);
    for (const auto key : former) {
        EXPECT_EQ(uses(key), 0U);
        EXPECT_TRUE(retire(key).ok());
        EXPECT_EQ(retire(key).error().code, "KEY_UNKNOWN");
    }
    const auto found = *world.read([&](Transaction& transaction) { return find_user(transaction, user, &keys); });
    EXPECT_EQ(found.phone, "13800138000");
    EXPECT_EQ(found.id_card, "110105199001010010");
}

TEST_P(Keys, RefuseAWriterWhoDoesNotKnowThem)
{
    auto& world = installation();
    auto other = FieldCipher::open(world.database, world.clock, world.folder.path() / "keys" / "root.key");
    ASSERT_TRUE(other.ok());
    ASSERT_TRUE((*other)->rotate("accounts", world.cause()).ok());
    const auto write = [&] {
        return world.write([&](Transaction& transaction) { return freeze_idle_users(transaction, 0, world.cause()); });
    };
    EXPECT_EQ(write().error().code, "NODE_BEHIND");
    changes::Entry entry;
    entry.change.record = "data_key";
    ASSERT_TRUE(world.identity->follow({entry}).ok());
    EXPECT_TRUE(write().ok());
}

TEST_P(Keys, TheRootKeyTravelsOnPaper)
{
    auto& world = installation();
    const auto file = world.folder.path() / "keys" / "root.key";
    const auto text = *export_root_key(file);
    EXPECT_TRUE(import_root_key(world.folder.path() / "again.key", text).ok());
    EXPECT_EQ(*read_root_key(file), *read_root_key(world.folder.path() / "again.key"));
    auto typo = text;
    typo[8] = typo[8] == '0' ? '1' : '0';
    EXPECT_EQ(import_root_key(world.folder.path() / "typo.key", typo).error().code, "KEY_TEXT");
    ASSERT_TRUE(create_root_key(world.folder.path() / "other.key").ok());
    EXPECT_EQ(FieldCipher::open(world.database, world.clock, world.folder.path() / "other.key").error().code, "KEY_FILE_WRONG");
    std::filesystem::permissions(file, std::filesystem::perms::others_read, std::filesystem::perm_options::add);
    EXPECT_EQ(read_root_key(file).error().code, "KEY_FILE_MODE");
}

}  // namespace identity::testing
