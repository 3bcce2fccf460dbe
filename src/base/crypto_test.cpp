#include "base/crypto.h"

#include <gtest/gtest.h>

namespace base::crypto {
namespace {

TEST(Crypto, EveryAlgorithmGivesItsKnownAnswer)
{
    const auto status = self_test();
    EXPECT_TRUE(status.ok()) << (status.ok() ? "" : status.error().parameters.at(0).second);
}

// The two rows of the security specification 1.12.
TEST(Crypto, TheHashChainOfTheAuditLogHasItsPublishedLinks)
{
    std::string link(32, '\0');
    const auto next = [&](char sequence, std::string_view body) {
        const std::string number{0, 0, 0, 0, 0, 0, 0, sequence};
        link = view(sm3(link + number + std::string(body)));
        return hex(link);
    };
    EXPECT_EQ(next(1, R"({"seq":1,"event":"login"})"),
        "222c93a21d8706bf96171b1c5c017485d0e48123d834cd6fda19046569c524a7");
    EXPECT_EQ(next(2, R"({"seq":2,"event":"logout"})"),
        "1bc9f02d938fc9bcba9d561b44fc811dfcb36f08582272b43c86a9df6750b7c3");
}

FieldKey test_key()
{
    return field_key_from(7, std::string(32, 'k'));
}

TEST(Crypto, AFieldThatWasChangedAnywhereIsNotDecrypted)
{
    const auto key = test_key();
    const std::string blob = encrypt_field(key, "unit.phone|42|7", "13812341234");
    ASSERT_EQ(*decrypt_field(key, "unit.phone|42|7", blob), "13812341234");
    for (std::size_t i = 0; i < blob.size(); ++i) {
        auto changed = blob;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_FALSE(decrypt_field(key, "unit.phone|42|7", changed).ok()) << i;
    }
}

TEST(Crypto, AFieldMovedToAnotherRowIsNotDecrypted)
{
    const auto key = test_key();
    const std::string blob = encrypt_field(key, "unit.phone|42|7", "13812341234");
    EXPECT_EQ(decrypt_field(key, "unit.phone|43|7", blob).error().code, "INTEGRITY_FAIL");
    EXPECT_EQ(decrypt_field(key, "unit.id_card|42|7", blob).error().code, "INTEGRITY_FAIL");
}

TEST(Crypto, ACutBlobIsNamedAsSuch)
{
    const auto key = test_key();
    const std::string blob = encrypt_field(key, "c", "");
    EXPECT_EQ(*decrypt_field(key, "c", blob), "");
    EXPECT_EQ(*field_key_id(blob), 7u);
    EXPECT_EQ(field_key_id(std::string_view(blob).substr(1)).error().code, "FIELD_BLOB");
    EXPECT_EQ(decrypt_field(key, "c", "").error().code, "FIELD_BLOB");
}

TEST(Crypto, TheSameValueEncryptsDifferentlyEachTime)
{
    EXPECT_NE(encrypt_field(test_key(), "c", "x"), encrypt_field(test_key(), "c", "x"));
}

TEST(Crypto, BothPasswordSchemesAcceptOnlyTheRightPasswordAndPepper)
{
    for (const auto scheme : {PasswordScheme::Argon2id, PasswordScheme::Pbkdf2Sm3}) {
        const auto stored = hash_password("correct horse", "pepper", scheme);
        EXPECT_TRUE(verify_password("correct horse", "pepper", stored)) << stored;
        EXPECT_FALSE(verify_password("correct hors", "pepper", stored));
        EXPECT_FALSE(verify_password("correct horse", "salt", stored));
        EXPECT_NE(hash_password("correct horse", "pepper", scheme), stored);
    }
}

TEST(Crypto, StoredPasswordsSayHowTheyWereMade)
{
    EXPECT_TRUE(
        hash_password("x", "", PasswordScheme::Argon2id).starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    EXPECT_TRUE(hash_password("x", "", PasswordScheme::Pbkdf2Sm3).starts_with("$pbkdf2-sm3$i=300000$"));
}

TEST(Crypto, AnUnmatchedPasswordLooksLikeAnyOther)
{
    const auto shape = [](std::string stored) { return std::pair{stored.size(), stored.substr(0, stored.rfind('$', stored.rfind('$') - 1))}; };
    for (const auto scheme : {PasswordScheme::Argon2id, PasswordScheme::Pbkdf2Sm3}) {
        const auto stored = unmatched_password(scheme);
        EXPECT_EQ(shape(stored), shape(hash_password("x", "", scheme)));
        EXPECT_NE(stored, unmatched_password(scheme));
        EXPECT_FALSE(verify_password("x", "", stored));
    }
}

TEST(Crypto, ABrokenStoredPasswordIsNeverRight)
{
    for (const char* stored :
        {"", "x", "$argon2id$", "$argon2id$v=19$m=19456,t=2,p=1$$", "$pbkdf2-sm3$", "$pbkdf2-sm3$i=0$$",
            "$pbkdf2-sm3$i=99999999999$AAAA$AAAA", "$pbkdf2-sm3$i=2$AAAA$AAAA", "plain"})
        EXPECT_FALSE(verify_password("", "", stored)) << stored;
}

TEST(Crypto, SignaturesHoldForOneMessageAndOneKey)
{
    const auto pair = ed25519_generate();
    const auto signature = ed25519_sign(pair.private_key, "block 1");
    EXPECT_TRUE(ed25519_verify(pair.public_key, "block 1", signature));
    EXPECT_FALSE(ed25519_verify(pair.public_key, "block 2", signature));
    EXPECT_FALSE(ed25519_verify(ed25519_generate().public_key, "block 1", signature));
    EXPECT_FALSE(ed25519_verify("short", "block 1", signature));
    EXPECT_FALSE(ed25519_verify(pair.public_key, "block 1", "short"));
}

TEST(Crypto, EncodingsOfTheRfcAreReadBack)
{
    // RFC 4648, section 10.
    EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
    EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
    EXPECT_EQ(base64("foob"), "Zm9vYg==");
    EXPECT_EQ(base64(""), "");
    EXPECT_EQ(base64_url("\xff\xfe"), "__4");
    EXPECT_EQ(base32("foobar"), "MZXW6YTBOI");
    EXPECT_EQ(hex("\x01\xAB"), "01ab");
    for (std::size_t size = 0; size < 70; ++size) {
        const auto data = random_bytes(size);
        EXPECT_EQ(*from_base64(base64(data)), data);
        EXPECT_EQ(*from_base64(base64_url(data)), data);
        EXPECT_EQ(*from_base32(base32(data)), data);
        EXPECT_EQ(*from_hex(hex(data)), data);
    }
    EXPECT_EQ(*from_base32("mzxw 6ytb-oi"), "foobar");
}

TEST(Crypto, BrokenEncodingsAreRefused)
{
    EXPECT_EQ(from_hex("abc").error().code, "HEX_SYNTAX");
    EXPECT_EQ(from_hex("zz").error().code, "HEX_SYNTAX");
    EXPECT_EQ(from_base64("Zm9vYmE").value_or("?"), "fooba");  // padding may be left out
    EXPECT_EQ(from_base64("Z").error().code, "BASE64_SYNTAX");
    EXPECT_EQ(from_base64("Zm=v").error().code, "BASE64_SYNTAX");
    EXPECT_EQ(from_base64("Zm9vYh==").error().code, "BASE64_SYNTAX");  // bits left over
    EXPECT_EQ(from_base32("M1").error().code, "BASE32_SYNTAX");
}

TEST(Crypto, RandomTokensAreLongAndDiffer)
{
    EXPECT_EQ(random_token().size(), 43u);
    EXPECT_NE(random_token(), random_token());
}

TEST(Crypto, TheFileHasherAgreesWithTheDigest)
{
    Hasher hasher(Hasher::Algorithm::Sha256);
    hasher.add("ab");
    hasher.add("");
    hasher.add("c");
    EXPECT_EQ(hex(hasher.finish()), hex(sha256("abc")));
}

TEST(Crypto, WipedSecretsAreEmpty)
{
    std::string secret = "0123456789";
    wipe(secret);
    EXPECT_TRUE(secret.empty());
    EXPECT_TRUE(equal("a", "a"));
    EXPECT_FALSE(equal("a", "b"));
    EXPECT_FALSE(equal("a", "ab"));
}

}  // namespace
}  // namespace base::crypto
