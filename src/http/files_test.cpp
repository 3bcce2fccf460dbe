#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

#include "http/compress.h"
#include "http/testing.h"

namespace http {
namespace {

using testing::RunningServer;

std::string gunzipped(const std::string& packed)
{
    z_stream stream{};
    EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
    std::string plain(1 << 20, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(plain.data());
    stream.avail_out = static_cast<uInt>(plain.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
    plain.resize(stream.total_out);
    inflateEnd(&stream);
    return plain;
}

class FilesTest : public ::testing::Test {
protected:
    const std::string folder = ::testing::TempDir() + "weijian_files_" + std::to_string(getpid());
    const std::string script = "const a = 1; // " + std::string(3000, 'x');
    const std::string digits = "0123456789";
    std::unique_ptr<RunningServer> server;
    std::unique_ptr<Client> client;

    void SetUp() override
    {
        std::filesystem::create_directories(folder + "/web/assets");
        write("web/index.html", "<!doctype html>start");
        write("web/sign-in.html", "<!doctype html>sign in");
        write("web/assets/app-1a2b.js", script);
        write("web/assets/app-1a2b.js.br", "pretend brotli");
        write("web/plain.txt", digits);
        write("web/data.json", "{\"a\":\"" + std::string(3000, 'a') + "\"}");
        write("report.csv", digits);
        Router router;
        router.get("/api/report", public_access(), [this](const Request&) -> Result<Response> {
            return Response::file({folder + "/report.csv"}, "text/csv", "报表.csv").with("ETag", "\"v1\"");
        });
        router.get("/api/once", public_access(), [this](const Request&) -> Result<Response> {
            return Response::file({folder + "/once.bin", true}, "application/octet-stream", "once.bin");
        });
        router.get("/api/list", public_access(), [](const Request&) -> Result<Response> {
            return Response::json({{"text", std::string(3000, 'z')}}).with("ETag", "\"7\"");
        });
        router.get("/api/session", public_access(), [](const Request&) -> Result<Response> {
            return Response::json({{"text", std::string(3000, 'z')}});
        });
        server = std::make_unique<RunningServer>(
            std::move(router), ServerOptions{.static_folder = folder + "/web"});
        client = std::make_unique<Client>(server->client());
    }

    void TearDown() override
    {
        server.reset();
        std::filesystem::remove_all(folder);
    }

    void write(const std::string& name, const std::string& content) const
    {
        std::ofstream(folder + "/" + name, std::ios::binary) << content;
    }

    ClientResponse get(const std::string& target, Pairs headers = {}, Method method = Method::Get)
    {
        auto response = client->send(method, target, {}, std::move(headers));
        EXPECT_TRUE(response) << target;
        return response ? *response : ClientResponse{};
    }
};

TEST_F(FilesTest, ServesPagesAndApplicationPaths)
{
    EXPECT_EQ(get("/").body, "<!doctype html>start");
    EXPECT_EQ(get("/").header("content-type"), "text/html; charset=utf-8");
    EXPECT_EQ(get("/").header("cache-control"), "no-cache");
    EXPECT_EQ(get("/records/unit/7").body, "<!doctype html>start");
    EXPECT_EQ(get("/sign-in").body, "<!doctype html>sign in");
    EXPECT_EQ(get("/plain.txt").body, digits);
    EXPECT_EQ(get("/missing.js").status, 404);
    EXPECT_EQ(get("/assets/gone-1.js").status, 404);
    EXPECT_EQ(get("/api/gone").status, 404);
    EXPECT_EQ(get("/api").status, 404);
    EXPECT_EQ(get("/assets/app-1a2b.js.br").status, 404);
    EXPECT_EQ(client->send(Method::Post, "/", "{}")->status, 404);
}

TEST_F(FilesTest, SendsCompressedFormsAndKeepsAssetsForever)
{
    const auto brotli = get("/assets/app-1a2b.js", {{"Accept-Encoding", "gzip, br"}});
    EXPECT_EQ(brotli.header("content-encoding"), "br");
    EXPECT_EQ(brotli.body, "pretend brotli");
    EXPECT_EQ(brotli.header("vary"), "Accept-Encoding");
    EXPECT_EQ(brotli.header("cache-control"), "public, max-age=31536000, immutable");
    const auto packed = get("/assets/app-1a2b.js", {{"Accept-Encoding", "gzip"}});
    EXPECT_EQ(packed.header("content-encoding"), "gzip");
    EXPECT_EQ(gunzipped(packed.body), script);
    const auto plain = get("/assets/app-1a2b.js");
    EXPECT_EQ(plain.header("content-encoding"), "");
    EXPECT_EQ(plain.body, script);
    EXPECT_NE(plain.header("etag"), packed.header("etag"));
    EXPECT_NE(brotli.header("etag"), packed.header("etag"));
}

TEST_F(FilesTest, SaysNotModified)
{
    const auto tag = get("/plain.txt").header("etag");
    for (const std::string& known : {tag, "W/" + tag, "\"x\", " + tag, std::string("*")}) {
        const auto response = get("/plain.txt", {{"If-None-Match", known}});
        EXPECT_EQ(response.status, 304) << known;
        EXPECT_EQ(response.body, "");
        EXPECT_EQ(response.header("etag"), tag);
    }
    EXPECT_EQ(get("/plain.txt", {{"If-None-Match", "\"x\""}}).status, 200);
    EXPECT_EQ(get("/api/list", {{"If-None-Match", "\"7\""}}).status, 304);
}

TEST_F(FilesTest, SendsParts)
{
    struct Case {
        std::string range;
        int status;
        std::string body;
        std::string content_range;
    };
    const std::vector<Case> cases = {{"bytes=0-3", 206, "0123", "bytes 0-3/10"},
        {"bytes=7-", 206, "789", "bytes 7-9/10"}, {"bytes=-2", 206, "89", "bytes 8-9/10"},
        {"bytes=-20", 206, digits, "bytes 0-9/10"}, {"bytes=8-100", 206, "89", "bytes 8-9/10"},
        {"bytes=9-9", 206, "9", "bytes 9-9/10"}};
    for (const auto& [range, status, body, content_range] : cases) {
        for (const std::string target : {"/plain.txt", "/api/report"}) {
            const auto response = get(target, {{"Range", range}});
            EXPECT_EQ(response.status, status) << range;
            EXPECT_EQ(response.body, body) << range;
            EXPECT_EQ(response.header("content-range"), content_range) << range;
        }
    }
    for (const std::string range :
        {"bytes=5-2", "bytes=a-b", "bytes=0-1,3-4", "items=0-1", "bytes=", "bytes=-", "bytes=--1"})
        EXPECT_EQ(get("/api/report", {{"Range", range}}).body, digits) << range;
    for (const std::string range : {"bytes=10-", "bytes=-0", "bytes=99-100"}) {
        const auto response = get("/api/report", {{"Range", range}});
        EXPECT_EQ(response.status, 416) << range;
        EXPECT_EQ(response.header("content-range"), "bytes */10");
    }
    EXPECT_EQ(get("/api/report", {{"Range", "bytes=0-1"}, {"If-Range", "\"v1\""}}).body, "01");
    EXPECT_EQ(get("/api/report", {{"Range", "bytes=0-1"}, {"If-Range", "\"v0\""}}).body, digits);
}

TEST_F(FilesTest, SendsAFileAndRemovesATemporaryOne)
{
    const auto report = get("/api/report");
    EXPECT_EQ(report.body, digits);
    EXPECT_EQ(report.header("cache-control"), "no-store");
    EXPECT_NE(report.header("content-disposition").find("filename*=UTF-8''%E6%8A%A5%E8%A1%A8.csv"),
        std::string::npos);
    EXPECT_EQ(get("/api/report", {}, Method::Head).header("content-length"), "10");

    const std::string large(1'500'000, 'b');
    write("once.bin", large);
    EXPECT_EQ(get("/api/once").body, large);
    EXPECT_FALSE(std::filesystem::exists(folder + "/once.bin"));
    const auto gone = get("/api/once");
    EXPECT_EQ(gone.status, 500);
    EXPECT_NE(gone.body.find("FILE_GONE"), std::string::npos);
}

TEST_F(FilesTest, CompressesJsonButNotTheSession)
{
    const auto packed = get("/api/list", {{"Accept-Encoding", "gzip"}});
    EXPECT_EQ(packed.header("content-encoding"), "gzip");
    EXPECT_EQ(packed.header("vary"), "Accept-Encoding");
    EXPECT_EQ(gunzipped(packed.body), get("/api/list").body);
    EXPECT_LT(packed.body.size(), 100u);
    EXPECT_EQ(get("/api/session", {{"Accept-Encoding", "gzip"}}).header("content-encoding"), "");
}

TEST_F(FilesTest, CarriesTheSecurityHeadersEverywhere)
{
    for (const std::string target : {"/", "/plain.txt", "/api/list", "/api/gone", "/api/report"}) {
        const auto response = get(target);
        EXPECT_EQ(response.header("content-security-policy"),
            "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: "
            "blob:; "
            "object-src 'none'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'");
        EXPECT_EQ(response.header("x-content-type-options"), "nosniff");
        EXPECT_EQ(response.header("referrer-policy"), "same-origin");
        EXPECT_NE(response.header("x-request-id"), "");
        EXPECT_EQ(response.header("strict-transport-security"), "");
        EXPECT_NE(response.header("date"), "");
    }
    EXPECT_EQ(get("/api/list").header("cache-control"), "no-store");
}

TEST(Gzip, GivesUpWhenNothingIsGained)
{
    EXPECT_FALSE(gzip("abc", 1));
    EXPECT_FALSE(gzip("", 1));
    EXPECT_EQ(gunzipped(*gzip(std::string(100'000, 'a'), 6)), std::string(100'000, 'a'));
}

} // namespace
} // namespace http
