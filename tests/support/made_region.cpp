#include "support/made_region.h"

namespace support {

MadeRegion::MadeRegion(storage::testing::Engine engine)
{
    if (engine != storage::testing::Engine::Postgres)
        return;
    database_ = std::make_unique<storage::testing::FreshDatabase>(engine);
    database_->close();
}

std::string MadeRegion::database() const
{
    return database_ ? database_->where() : (data() / "weijian.sqlite").string();
}

Outcome MadeRegion::make(int units) const
{
    std::vector<std::string> arguments{"demo", "--units", std::to_string(units), "--password", password, "--quiet"};
    if (database_)
        arguments.insert(arguments.end(), {"--database", database_->where()});
    return run(std::move(arguments));
}

Outcome MadeRegion::run(std::vector<std::string> arguments) const
{
    arguments.insert(arguments.end(), {"--data", data().string()});
    return run_weijian(arguments);
}

}  // namespace support
