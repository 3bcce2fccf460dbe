#pragma once

// A story as read: statements with their words. The language stands in docs/stories.md.

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"

namespace stories {

enum class Verb { On, Given, As, After, Do, Then };

struct Statement {
    Verb verb;
    std::vector<std::string> words;  // behind the verb, JSON quotes kept
    int line = 0;
    std::string text() const;
};

struct Story {
    std::filesystem::path file;
    std::string proves;  // the first comment
    std::vector<Statement> statements;  // tables are unrolled
};

// A `given` file is a story without `then`.
enum class Form { Story, Given };

std::variant<Story, std::vector<base::Problem>> read_story(const std::filesystem::path&, Form = Form::Story);

// Splits a line into words; white space inside quotes and brackets does not separate.
std::vector<std::string> words_of(const std::string& line);

}  // namespace stories
