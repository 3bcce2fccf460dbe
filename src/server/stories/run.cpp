#include "server/stories/run.h"

#include <algorithm>

#include "server/stories/actor.h"

namespace stories {

namespace {

namespace fs = std::filesystem;

struct Outcome {
    int held = 0;
    std::optional<Failure> failure;
};

// Runs one story; with `turned` the expectation of that number is turned into its opposite.
Outcome run_once(const Story& story, const RunOptions& options, std::optional<int> turned)
{
    Outcome outcome;
    auto world = World::open({options.release, options.database});
    if (!world.ok()) {
        outcome.failure = Failure{story.file, 0, "the world of the story could not be made: " + world.error().code +
                " " + world.error().detail};
        return outcome;
    }
    Actor actor{**world, story.file.parent_path()};
    int expectation = 0;
    for (const Statement& statement : story.statements) {
        const bool turn = statement.verb == Verb::Then && turned && expectation == *turned;
        if (statement.verb == Verb::Then)
            ++expectation;
        auto fault = actor.perform(statement);
        if (turn) {
            if (!fault)
                fault = "turned: the opposite of `" + statement.text() + "` does not hold";
            else
                fault.reset();
        }
        if (fault) {
            outcome.failure = Failure{story.file, statement.line, statement.text() + "\n    " + *fault};
            return outcome;
        }
        if (statement.verb == Verb::Then)
            ++outcome.held;
    }
    if (const auto unnoticed = actor.unexpected_refusal())
        outcome.failure = Failure{story.file, story.statements.back().line, *unnoticed};
    return outcome;
}

int expectations_of(const Story& story)
{
    return static_cast<int>(std::count_if(story.statements.begin(), story.statements.end(),
        [](const Statement& statement) { return statement.verb == Verb::Then; }));
}

// Another expectation of each story, always the same one.
int chosen(const Story& story)
{
    return static_cast<int>(story.file.filename().string().size()) % expectations_of(story);
}

std::vector<fs::path> files_of(const fs::path& folder)
{
    std::vector<fs::path> files;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored))
        if (entry.path().extension() == ".story")
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

Report run_stories(const RunOptions& options)
{
    Report report;
    for (const fs::path& file : files_of(options.system / "stories")) {
        auto read = read_story(file);
        if (auto* problems = std::get_if<1>(&read)) {
            report.problems.insert(report.problems.end(), problems->begin(), problems->end());
            continue;
        }
        const Story& story = std::get<0>(read);
        ++report.stories;
        Outcome outcome = run_once(story, options, {});
        report.expectations += outcome.held;
        if (!outcome.failure && options.invert) {
            if (run_once(story, options, chosen(story)).failure)
                ++report.inverted;
            else
                outcome.failure = Failure{file, 0, "the story does not notice when an expectation is turned"};
        }
        if (outcome.failure)
            report.failures.push_back(*outcome.failure);
        if (options.progress)
            options.progress(file.filename().string(), !outcome.failure);
    }
    return report;
}

}  // namespace stories
