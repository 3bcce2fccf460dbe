#include "http/event_stream.h"

#include <algorithm>
#include <utility>

namespace http {

namespace {

// A field of the protocol is one line; text with line breaks becomes several fields.
void write_field(std::string& text, std::string_view name, std::string_view value)
{
    do {
        const auto end = std::min(value.find_first_of("\r\n"), value.size());
        text.append(name).append(": ").append(value.substr(0, end)).append("\n");
        value.remove_prefix(end);
        if (value.starts_with("\r\n"))
            value.remove_prefix(1);
        if (value.empty())
            return;
        value.remove_prefix(1);
    } while (true);
}

std::string_view first_line(std::string_view text)
{
    return text.substr(0, text.find_first_of("\r\n"));
}

} // namespace

bool QueuedEventStream::push(std::string_view event, std::string_view id, std::string_view data)
{
    std::string text;
    text.reserve(event.size() + id.size() + data.size() + 32);
    if (!event.empty())
        write_field(text, "event", first_line(event));
    if (!id.empty())
        write_field(text, "id", first_line(id));
    write_field(text, "data", data);
    text += "\n";

    const std::lock_guard lock(mutex_);
    if (closed_)
        return false;
    // What is queued still goes out, so the client resumes after it.
    if (events_ >= events_max)
        closed_ = true;
    else
        append(std::move(text));
    if (wake_)
        wake_();
    return !closed_;
}

void QueuedEventStream::append(std::string text)
{
    ++events_;
    text_ += text;
}

bool QueuedEventStream::closed() const
{
    const std::lock_guard lock(mutex_);
    return closed_;
}

void QueuedEventStream::close()
{
    const std::lock_guard lock(mutex_);
    closed_ = true;
    if (wake_)
        wake_();
}

void QueuedEventStream::heartbeat()
{
    const std::lock_guard lock(mutex_);
    if (closed_ || !text_.empty())
        return;
    append(": \n\n");
    if (wake_)
        wake_();
}

std::string QueuedEventStream::take()
{
    const std::lock_guard lock(mutex_);
    events_ = 0;
    return std::exchange(text_, {});
}

void QueuedEventStream::detach()
{
    const std::lock_guard lock(mutex_);
    closed_ = true;
    wake_ = nullptr;
}

} // namespace http
