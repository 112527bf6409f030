// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/self_checks.h"
#include "core/torch/matrix_product_bench.h"

#include <nlohmann/json.hpp>

#ifdef LATENTSCAPE_HAS_QT
#include <QtGlobal>
#endif

#include <algorithm>

namespace latentscape::app {

namespace {

using nlohmann::ordered_json;

std::string qtVersion()
{
#ifdef LATENTSCAPE_HAS_QT
    return qVersion();
#else
    return {};
#endif
}

const char* mark(bool good) { return good ? "✓ " : "✗ "; }

Result<int> runDoctor(Context& context)
{
    const std::string qt = qtVersion();
    context.report.text(std::string("latentscape-cli ") + LATENTSCAPE_VERSION);
    context.report.text("LibTorch " + context.factory->description());
    context.report.text(qt.empty() ? "built without Qt: no window, no pictures" : "Qt " + qt);

    ordered_json devices = ordered_json::array();
    for (const DeviceReport& device : context.factory->devices()) {
        devices.push_back({{"name", device.name}, {"id", device.id}, {"usable", device.usable}, {"reason", device.reason}});
        context.report.text((device.usable ? "✓ " : "· ") + device.name + ": " + device.reason);
    }
    context.report.progress(0.2, "multiplying matrices");
    const double gflops = matrixProductGflops(context.usedThreads());
    context.report.text("matrix products: " + fixed(gflops, 1) + " GFLOP/s with " + std::to_string(context.usedThreads())
                        + (context.usedThreads() == 1 ? " thread" : " threads"));
    context.report.progress(0.5, "checking");

    ordered_json results = ordered_json::array();
    const std::vector<SelfCheck> checks = runSelfChecks(context);
    for (const SelfCheck& check : checks) {
        results.push_back({{"name", check.name}, {"passed", check.passed}, {"detail", check.detail}});
        context.report.text(mark(check.passed) + check.name + " (" + check.detail + ")");
    }
    const bool passed = gflops > 0.0 && std::ranges::all_of(checks, &SelfCheck::passed);
    context.report.json({{"program", LATENTSCAPE_VERSION},
                         {"torch", context.factory->description()},
                         {"qt", qt.empty() ? ordered_json() : ordered_json(qt)},
                         {"devices", std::move(devices)},
                         {"threads", context.usedThreads()},
                         {"matrix_product_gflops", gflops},
                         {"checks", std::move(results)},
                         {"passed", passed}});
    return passed ? kDone : kRuntimeFailure;
}

} // namespace

void addDoctorCommand(CLI::App& program, Context& context)
{
    addCommand(program, context, "doctor", "Versions, devices, speed and self-checks; fails when one of them fails", [&context] { return runDoctor(context); });
}

} // namespace latentscape::app
