// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "core/data/data_catalogue.h"

#include <nlohmann/json.hpp>

namespace latentscape::app {

namespace {

Result<int> runDatasets(Context& context)
{
    for (const DataListing& set : listDatasets()) {
        context.report.json({{"spec", set.spec},
                             {"title", set.title},
                             {"description", set.description},
                             {"available", set.available},
                             {"how_to_get", set.howToGet}});
        context.report.text((set.available ? "✓ " : "· ") + set.spec + "  " + set.title + ". " + set.description);
        if (!set.available && !set.howToGet.empty())
            context.report.text("    " + set.howToGet);
    }
    context.report.text("A path works too: an IDX folder or file, for example. The content decides, not the name.");
    return kDone;
}

} // namespace

void addDatasetsCommand(CLI::App& program, Context& context)
{
    addCommand(program, context, "datasets", "List built-in sets, sets found on this computer, and how to get the others",
               [&context] { return runDatasets(context); });
}

} // namespace latentscape::app
