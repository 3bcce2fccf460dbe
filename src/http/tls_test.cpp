#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "http/testing.h"

namespace http {
namespace {

using testing::RunningServer;

// A certificate of its own signature, made for this test run.
void write_certificate(const std::string& folder, const std::string& name)
{
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    auto* subject = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(
        subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(certificate, subject);
    X509_sign(certificate, key, EVP_sha256());
    auto* certificate_file = std::fopen((folder + "/certificate.pem").c_str(), "w");
    PEM_write_X509(certificate_file, certificate);
    std::fclose(certificate_file);
    auto* key_file = std::fopen((folder + "/key.pem").c_str(), "w");
    PEM_write_PrivateKey(key_file, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(key_file);
    X509_free(certificate);
    EVP_PKEY_free(key);
}

struct Conversation {
    bool connected = false;
    std::string version;
    std::string cipher;
    std::string subject;
    std::string answer;
};

Conversation talk(
    unsigned short port, const std::string& text, int version_max, const char* ciphers = nullptr)
{
    Conversation conversation;
    auto* context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context, version_max);
    if (ciphers)
        SSL_CTX_set_cipher_list(context, ciphers);
    const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    auto* tls = SSL_new(context);
    SSL_set_fd(tls, descriptor);
    conversation.connected = SSL_connect(tls) == 1;
    if (conversation.connected) {
        conversation.version = SSL_get_version(tls);
        conversation.cipher = SSL_get_cipher_name(tls);
        auto* certificate = SSL_get1_peer_certificate(tls);
        std::array<char, 100> name{};
        X509_NAME_get_text_by_NID(
            X509_get_subject_name(certificate), NID_commonName, name.data(), name.size());
        conversation.subject = name.data();
        X509_free(certificate);
        EXPECT_EQ(SSL_write(tls, text.data(), static_cast<int>(text.size())), static_cast<int>(text.size()));
        std::array<char, 4096> bytes;
        for (int got = 0; (got = SSL_read(tls, bytes.data(), bytes.size())) > 0;)
            conversation.answer.append(bytes.data(), static_cast<std::size_t>(got));
        SSL_shutdown(tls);
    }
    SSL_free(tls);
    SSL_CTX_free(context);
    ::close(descriptor);
    return conversation;
}

class TlsTest : public ::testing::Test {
protected:
    const std::string folder = ::testing::TempDir() + "weijian_tls_" + std::to_string(getpid());
    const std::string get = "GET /secure HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    std::unique_ptr<RunningServer> server;

    void SetUp() override
    {
        std::filesystem::create_directories(folder);
        write_certificate(folder, "first");
        Router router;
        router.get("/secure", public_access(), [](const Request& request) -> Result<Response> {
            return Response::text(
                request.secure ? "secure" + std::string(100'000, '.') + "end" : "plain", "text/plain");
        });
        server = std::make_unique<RunningServer>(
            std::move(router), ServerOptions{.request_timeout = std::chrono::milliseconds(500),
                                   .tls_certificate = folder + "/certificate.pem",
                                   .tls_key = folder + "/key.pem"});
    }

    void TearDown() override
    {
        server.reset();
        std::filesystem::remove_all(folder);
    }
};

TEST_F(TlsTest, ServesWithForwardSecrecy)
{
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        const auto conversation = talk((*server)->port(), get, version);
        ASSERT_TRUE(conversation.connected);
        EXPECT_EQ(conversation.version, version == TLS1_2_VERSION ? "TLSv1.2" : "TLSv1.3");
        EXPECT_TRUE(conversation.answer.ends_with(".end"));
        EXPECT_NE(conversation.answer.find("Strict-Transport-Security: max-age=31536000"), std::string::npos);
        if (version == TLS1_2_VERSION) {
            EXPECT_TRUE(conversation.cipher.starts_with("ECDHE-")) << conversation.cipher;
            EXPECT_NE(conversation.cipher.find("GCM"), std::string::npos) << conversation.cipher;
        }
    }
}

TEST_F(TlsTest, RefusesOldVersionsAndWeakCiphers)
{
    EXPECT_FALSE(talk((*server)->port(), get, TLS1_1_VERSION).connected);
    EXPECT_FALSE(talk((*server)->port(), get, TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA:AES128-SHA").connected);
}

TEST_F(TlsTest, TakesANewCertificateWhileRunning)
{
    EXPECT_EQ(talk((*server)->port(), get, TLS1_3_VERSION).subject, "first");
    write_certificate(folder, "second");
    ASSERT_TRUE((*server)->reload_tls());
    EXPECT_EQ(talk((*server)->port(), get, TLS1_3_VERSION).subject, "second");
    std::filesystem::resize_file(folder + "/key.pem", 10);
    EXPECT_EQ((*server)->reload_tls().error().code, "TLS_FILES");
    EXPECT_EQ(talk((*server)->port(), get, TLS1_3_VERSION).subject, "second");
}

TEST_F(TlsTest, EndsWhoNeverShakesHands)
{
    testing::RawConnection silent((*server)->port());
    testing::RawConnection plain((*server)->port());
    plain.send("GET /secure HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_TRUE(plain.closed_by_server());
    EXPECT_TRUE(silent.closed_by_server());
}

} // namespace
} // namespace http
