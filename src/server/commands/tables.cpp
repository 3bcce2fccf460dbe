// import and export from the console, on behalf of an account and with its rights.

#include "server/commands/commands.h"
#include "server/commands/output.h"

namespace server {
int import_file(const Common&, const ImportOptions&) { return 2; }
int export_file(const Common&, const ExportOptions&) { return 2; }
}
