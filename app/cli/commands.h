// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/App.hpp>

namespace latentscape::app {

struct Context;

/// Each adds one command (or, for bench, a group) to the program; parsing puts the chosen one into context.action.
void addDoctorCommand(CLI::App& program, Context& context);
void addDatasetsCommand(CLI::App& program, Context& context);
void addTrainCommand(CLI::App& program, Context& context);
void addEvalCommand(CLI::App& program, Context& context);
void addEncodeCommand(CLI::App& program, Context& context);
void addDecodeCommand(CLI::App& program, Context& context);
void addSampleCommand(CLI::App& program, Context& context);
void addReconstructCommand(CLI::App& program, Context& context);
void addInterpolateCommand(CLI::App& program, Context& context);
void addManifoldCommand(CLI::App& program, Context& context);
void addDirectionCommand(CLI::App& program, Context& context);
void addSubsetCommand(CLI::App& program, Context& context);
void addInfoCommand(CLI::App& program, Context& context);
void addBenchCommand(CLI::App& program, Context& context);

} // namespace latentscape::app
