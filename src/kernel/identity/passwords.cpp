#include "kernel/identity/passwords.h"

#include <array>
#include <future>

#include "base/embedded.h"
#include "base/text.h"

std::span<const base::EmbeddedFile> identity_passwords();

namespace identity {

namespace {

constexpr std::size_t fragment_min = 4;  // shorter parts of a name would refuse too much

// "P@ssw0rd" -> "password": what people think is clever.
std::string folded(std::string_view text)
{
    std::string result = base::text::lower(text);
    for (char& c : result) {
        switch (c) {
        case '@': case '4': c = 'a'; break;
        case '3': c = 'e'; break;
        case '1': case '!': case '|': c = 'i'; break;
        case '0': c = 'o'; break;
        case '$': case '5': c = 's'; break;
        case '7': c = 't'; break;
        default: break;
        }
    }
    return result;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80; }

// The word inside "2024Summer!!": without what is not a letter at both ends.
std::string_view core(std::string_view text)
{
    while (!text.empty() && !is_letter(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && !is_letter(text.back()))
        text.remove_suffix(1);
    return text;
}

int classes_of(std::string_view password)
{
    bool lower = false, upper = false, digit = false, other = false;
    for (const char c : password) {
        if (c >= 'a' && c <= 'z')
            lower = true;
        else if (c >= 'A' && c <= 'Z')
            upper = true;
        else if (c >= '0' && c <= '9')
            digit = true;
        else
            other = true;
    }
    return lower + upper + digit + other;
}

std::string without_spaces(std::string_view text)
{
    std::string result;
    for (const char c : text)
        if (c != ' ' && c != '-' && c != '\'')
            result.push_back(c);
    return result;
}

std::vector<std::string> fragments_of(const PersonalFacts& facts)
{
    std::vector<std::string> fragments{base::text::lower(facts.login_name)};
    const auto add_name = [&](const std::string& name) {
        fragments.push_back(base::text::lower(name));
        fragments.push_back(without_spaces(base::text::lower(base::text::pinyin(name))));
        fragments.push_back(base::text::lower(base::text::pinyin_initials(name)));
    };
    add_name(facts.display_name);
    for (const auto& name : facts.organisation_names)
        add_name(name);
    if (facts.phone.size() >= 8) {
        fragments.push_back(facts.phone);
        fragments.push_back(facts.phone.substr(facts.phone.size() - 8));
    }
    if (facts.id_card.size() == 18) {
        fragments.push_back(facts.id_card.substr(6, 8));
        fragments.push_back(base::text::lower(facts.id_card.substr(12)));
    }
    std::erase_if(fragments, [](const auto& fragment) { return fragment.size() < fragment_min; });
    return fragments;
}

}  // namespace

Passwords::Passwords()
{
    for (const auto& file : identity_passwords())
        for (const auto line : base::text::split(file.content, '\n'))
            if (!line.empty() && line.front() != '#') {
                common_.insert(line);
                folded_.insert(folded(line));
            }
}

bool Passwords::common(std::string_view password) const
{
    const auto plain = base::text::lower(password);
    const auto fold = folded(password);
    const auto inside = core(plain);
    const auto inside_fold = core(fold);
    return common_.contains(plain) || folded_.contains(fold)
        || (inside.size() >= fragment_min && common_.contains(inside))
        || (inside_fold.size() >= fragment_min && folded_.contains(std::string{inside_fold}));
}

std::vector<base::Fault> Passwords::faults(const AccountPolicy& policy, const PersonalFacts& facts,
    std::string_view password, std::string field) const
{
    std::vector<base::Fault> found;
    const auto length = static_cast<int>(base::text::length(password));
    const int minimum = facts.administrator ? policy.password_min_length_administrator : policy.password_min_length;
    if (length < minimum)
        found.push_back({field, "PWD_TOO_SHORT", {{"minimum", std::to_string(minimum)}}});
    if (length > policy.password_max_length)
        found.push_back({field, "PWD_TOO_LONG", {{"maximum", std::to_string(policy.password_max_length)}}});
    if (classes_of(password) < policy.password_classes)
        found.push_back({field, "PWD_CLASSES", {{"classes", std::to_string(policy.password_classes)}}});
    const auto plain = base::text::lower(password);
    const auto fold = folded(password);
    bool guessable = common(password);
    for (const auto& fragment : fragments_of(facts))
        guessable = guessable || plain.find(fragment) != std::string::npos
            || fold.find(folded(fragment)) != std::string::npos;
    if (guessable)
        found.push_back({std::move(field), "PWD_COMMON"});
    return found;
}

std::string random_password()
{
    static constexpr std::array<std::string_view, 4> sets{
        "abcdefghijkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789", "-_+=?%#"};
    std::string password;
    while (password.size() < 16) {
        const auto byte = base::crypto::random_bytes(2);
        const auto set = sets[password.size() % 4 == 3 ? 2 : password.size() % 5 == 4 ? 3 : password.size() % 2];
        const auto at = (static_cast<unsigned char>(byte[0]) * 256u + static_cast<unsigned char>(byte[1])) % set.size();
        password.push_back(set[at]);
    }
    return password;
}

HashPool::HashPool(std::size_t queue_max) : queue_max_(queue_max), thread_([this] { work(); }) {}

HashPool::~HashPool()
{
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

void HashPool::work()
{
    std::unique_lock lock{mutex_};
    while (true) {
        wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
        if (queue_.empty())
            return;
        auto task = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        task();
        lock.lock();
    }
}

Status HashPool::run(std::function<void()> task)
{
    std::promise<void> done;
    auto finished = done.get_future();
    {
        const std::lock_guard lock{mutex_};
        if (stopping_ || queue_.size() >= queue_max_)
            return Error{.kind = Kind::Unavailable, .code = "HASH_QUEUE_FULL", .parameters = {{"retry_after", "5"}}};
        queue_.push_back([&] {
            task();
            done.set_value();
        });
    }
    wake_.notify_one();
    finished.wait();
    return {};
}

Result<std::string> HashPool::hash(std::string_view password, const std::string& pepper,
    base::crypto::PasswordScheme scheme)
{
    std::string result;
    TRY(run([&] { result = base::crypto::hash_password(password, pepper, scheme); }));
    return result;
}

Result<bool> HashPool::verify(std::string_view password, const std::string& pepper, const std::string& stored)
{
    bool result = false;
    TRY(run([&] { result = base::crypto::verify_password(password, pepper, stored); }));
    return result;
}

}  // namespace identity
