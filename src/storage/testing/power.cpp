#include "storage/testing/power.h"

#include <sqlite3.h>

#include <algorithm>
#include <fstream>

#include "storage/testing/power_vfs.h"

namespace storage::testing {

namespace {

using base::Error;
using base::Kind;
using base::Status;
using Path = std::filesystem::path;

constexpr std::size_t sector = 512;

void overlay(std::string& content, std::uint64_t offset, std::string_view bytes)
{
    if (content.size() < offset + bytes.size())
        content.resize(offset + bytes.size(), '\0');
    content.replace(offset, bytes.size(), bytes);
}

// The real disk, with every call noted first.
class NotedDisk final : public BlobDisk {
public:
    explicit NotedDisk(Power& power) : power_(power), real_(real_disk()) {}

    Status write(const Path& file, std::uint64_t offset, std::string_view bytes) override
    {
        return power_.written(file, offset, bytes) ? real_->write(file, offset, bytes) : off();
    }
    Status create(const Path& file) override { return power_.created(file, false) ? real_->create(file) : off(); }
    Status truncate(const Path& file, std::uint64_t size) override
    {
        return power_.truncated(file, size) ? real_->truncate(file, size) : off();
    }
    Status sync(const Path& file) override { return power_.synced(file, Power::Names::OnFolderSync) ? Status{} : off(); }
    Status sync_folder(const Path& folder) override { return power_.folder_synced(folder) ? Status{} : off(); }
    Status make_folder(const Path& folder) override
    {
        return power_.created(folder, true) ? real_->make_folder(folder) : off();
    }
    Status rename(const Path& from, const Path& to) override
    {
        return power_.renamed(from, to) ? real_->rename(from, to) : off();
    }
    Status remove(const Path& file) override { return power_.removed(file) ? real_->remove(file) : off(); }

private:
    static Status off() { return Error{.kind = Kind::Unavailable, .code = "FILE_UNWRITABLE", .detail = "no power"}; }

    Power& power_;
    std::unique_ptr<BlobDisk> real_;
};

std::string unique_name()
{
    static std::atomic<int> count = 0;
    return "power" + std::to_string(++count);
}

}  // namespace

Power::Power(Path folder, std::uint64_t seed, Lies lies)
    : folder_(std::move(folder)), lies_(lies), name_(unique_name()), vfs_(register_power_vfs(*this, name_)), random_(seed)
{
    const auto root = std::make_shared<Node>(Node{.folder = true});
    names_[folder_] = root;
    kept_names_[folder_] = root;
}

Power::~Power()
{
    unregister_power_vfs(*vfs_);
}

std::unique_ptr<BlobDisk> Power::disk()
{
    return std::make_unique<NotedDisk>(*this);
}

void Power::cut_after(std::int64_t calls)
{
    std::lock_guard lock(mutex_);
    left_ = calls;
}

bool Power::step()
{
    if (cut_)
        return false;
    if (left_ > 0 && --left_ == 0)
        fail();
    return !cut_;
}

void Power::apply(const NameChange& change)
{
    if (!change.gone.empty())
        kept_names_.erase(change.gone);
    if (!change.added.empty())
        kept_names_[change.added] = change.node;
}

// The flag comes first: whoever was answered before it rose had its syncs done before.
void Power::fail()
{
    cut_ = true;
    const auto kept = name_changes_.empty() ? 0 : random_() % (name_changes_.size() + 1);
    for (std::size_t index = 0; index < kept; ++index)
        apply(name_changes_[index]);
    for (const auto& [path, node] : kept_names_) {
        if (node->folder)
            surviving_folders_.push_back(path);
        else
            survivors_[path] = survivor(*node);
    }
}

// Each sector not synced is on the disk or is not; sometimes all are, sometimes none.
std::string Power::survivor(const Node& node)
{
    std::string content = node.kept;
    const auto mood = random_() % 4;
    const auto stays = [&] { return mood == 0 ? false : mood == 1 ? true : random_() % 2 == 0; };
    for (const Change& change : node.changes) {
        if (change.truncates) {
            if (stays())
                content.resize(change.offset, '\0');
            continue;
        }
        for (std::size_t at = 0; at < change.bytes.size();) {
            const std::size_t piece = std::min(sector - (change.offset + at) % sector, change.bytes.size() - at);
            if (stays())
                overlay(content, change.offset + at, std::string_view(change.bytes).substr(at, piece));
            at += piece;
        }
    }
    return content;
}

void Power::restore(const Path& to)
{
    std::lock_guard lock(mutex_);
    if (!cut_)
        fail();
    for (const Path& folder : surviving_folders_)
        std::filesystem::create_directories(to / folder.lexically_relative(folder_));
    for (const auto& [path, content] : survivors_) {
        const Path place = to / path.lexically_relative(folder_);
        if (std::filesystem::exists(place.parent_path()))
            std::ofstream(place, std::ios::binary) << content;
    }
}

bool Power::created(const Path& path, bool folder)
{
    std::lock_guard lock(mutex_);
    if (names_.contains(path))
        return !cut_;
    const auto node = std::make_shared<Node>(Node{.folder = folder});
    names_[path] = node;
    name_changes_.push_back({.added = path, .node = node});
    return step();
}

bool Power::written(const Path& path, std::uint64_t offset, std::string_view bytes)
{
    std::lock_guard lock(mutex_);
    if (cut_)
        return false;
    names_.at(path)->changes.push_back({.offset = offset, .bytes = std::string(bytes)});
    return step();
}

bool Power::truncated(const Path& path, std::uint64_t size)
{
    std::lock_guard lock(mutex_);
    if (cut_)
        return false;
    names_.at(path)->changes.push_back({.offset = size, .truncates = true});
    return step();
}

bool Power::synced(const Path& path, Names names)
{
    std::lock_guard lock(mutex_);
    ++syncs_;
    if (!step())
        return false;
    if (names == Names::OnFolderSync && lies_.file_sync)
        return true;
    Node& node = *names_.at(path);
    for (const Change& change : node.changes) {
        if (change.truncates)
            node.kept.resize(change.offset, '\0');
        else
            overlay(node.kept, change.offset, change.bytes);
    }
    node.changes.clear();
    if (names == Names::OnFileSync)
        std::erase_if(name_changes_, [&](const NameChange& change) {
            const bool ours = change.added == path;
            if (ours)
                apply(change);
            return ours;
        });
    return true;
}

bool Power::folder_synced(const Path& path)
{
    std::lock_guard lock(mutex_);
    ++syncs_;
    if (!step())
        return false;
    if (lies_.folder_sync)
        return true;
    // Before it everything that happened to these names, in order.
    std::erase_if(name_changes_, [&](const NameChange& change) {
        const bool ours = change.added.parent_path() == path || change.gone.parent_path() == path;
        if (ours)
            apply(change);
        return ours;
    });
    return true;
}

bool Power::renamed(const Path& from, const Path& to)
{
    std::lock_guard lock(mutex_);
    if (cut_)
        return false;
    const auto node = names_.at(from);
    names_.erase(from);
    names_[to] = node;
    name_changes_.push_back({.gone = from, .added = to, .node = node});
    return step();
}

bool Power::removed(const Path& path)
{
    std::lock_guard lock(mutex_);
    if (cut_)
        return false;
    names_.erase(path);
    name_changes_.push_back({.gone = path});
    return step();
}

}  // namespace storage::testing
