// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/common_options.h"
#include "app/cli/context.h"
#include "app/cli/train_processes.h"
#include "core/data/path_text.h"
#include "core/torch/torch_backend_factory.h"
#ifdef LATENTSCAPE_HAS_QT
#include "app/media/qt_image_codec.h"
#endif

#include <CLI/CLI.hpp>

#include <cerrno>
#include <exception>
#include <iostream>
#include <new>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace latentscape::app {

namespace {

void addCommands(CLI::App& program, Context& context)
{
    program.require_subcommand(1);
    addCommonOptions(program, context);
    addDoctorCommand(program, context);
    addDatasetsCommand(program, context);
    addTrainCommand(program, context);
    addEvalCommand(program, context);
    addEncodeCommand(program, context);
    addDecodeCommand(program, context);
    addSampleCommand(program, context);
    addReconstructCommand(program, context);
    addInterpolateCommand(program, context);
    addManifoldCommand(program, context);
    addDirectionCommand(program, context);
    addSubsetCommand(program, context);
    addInfoCommand(program, context);
    addBenchCommand(program, context);
}

/// What is wrong with the command line, in the four parts of every message.
Error describe(const CLI::App& program, const CLI::ParseError& error)
{
    const std::string help = "See latentscape-cli --help, or the help of the command.";
    const std::vector<std::string> left = program.remaining(/*recurse=*/true);
    if (error.get_name() != "RequiredError" || left.empty())
        return {ErrorCode::InvalidArgument, error.what(), {}, {}, help};
    // CLI11 says only that a command is missing, when the one that was given has a slip in it.
    const auto chosen = program.get_subcommands();
    const CLI::App& parent = chosen.empty() ? program : *chosen.front();
    std::string names;
    for (const CLI::App* command : parent.get_subcommands({}))
        names += (names.empty() ? "" : ", ") + command->get_name();
    return {ErrorCode::InvalidArgument, "There is no such command", names, '"' + left.front().substr(0, 80) + '"', help};
}

/// An option given with nothing in it, as a shell does with a variable that is not set, is not an option left out.
std::optional<Error> emptyValue(const CLI::App& command)
{
    for (const CLI::Option* option : command.get_options())
        for (const std::string& value : option->results())
            if (value.empty())
                return Error{ErrorCode::InvalidArgument, option->get_name() + " was given without a value", "a value", "\"\"", "Give one, or leave the option out."};
    for (const CLI::App* chosen : command.get_subcommands())
        if (auto problem = emptyValue(*chosen))
            return problem;
    return std::nullopt;
}

/// What stdout did not take is lost. A reader that left by itself, such as head, has all it wanted.
int withOutputProblem(Context& context, int code)
{
    const int problem = context.report.outputProblem();
    if (problem == 0 || problem == EPIPE)
        return code;
    context.report.error({ErrorCode::WriteFailed, "The result could not be printed", "", std::generic_category().message(problem),
                          "Make room where standard output goes, and run the command again."});
    return code == 0 ? kRuntimeFailure : code;
}

/// Runs the chosen command and turns its failure into an exit code.
int runAction(Context& context)
{
    const Interruption interruption;
    context.interruption = &interruption;
    const Result<int> done = context.action();
    if (!done)
        context.report.error(done.error());
    if (!done && done.error().code == ErrorCode::PeerLost)
        return kRuntimeFailure; // also when whoever started the processes then ends them all by a signal
    if (interruption.signalNumber() != 0)
        return kSignalBase + interruption.signalNumber();
    if (done)
        return done.value();
    return isInputError(done.error().code) ? kWrongInput : kRuntimeFailure;
}

int runProgram(int argc, char** argv)
{
    Context context;
    CLI::App program("Trains variational autoencoders and looks at what they learnt. All losses are in nats per image.", "latentscape-cli");
    addCommands(program, context);
    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0)
            return program.exit(error); // --help and --version
        context.report.error(describe(program, error));
        return kWrongInput;
    }
    if (const auto problem = emptyValue(program)) {
        context.report.error(*problem);
        return kWrongInput;
    }
    context.report.setJson(context.json);
    context.report.setQuiet(context.quiet);
    context.factory = makeTorchBackendFactory();
    if (!program.got_subcommand("train"))
        noteIgnoredProcesses(context);
#ifdef LATENTSCAPE_HAS_QT
    context.codec = std::make_unique<QtImageCodec>();
#endif
    return withOutputProblem(context, runAction(context));
}

} // namespace

} // namespace latentscape::app

int main(int argc, char** argv)
{
    try {
        return latentscape::app::runProgram(argc, argv);
    } catch (const std::bad_alloc&) {
        std::cerr << "latentscape-cli: There is not enough memory. Ask for fewer images or a smaller model.\n";
    } catch (const std::exception& error) {
        std::cerr << "latentscape-cli: An unexpected failure ended the program: " << latentscape::cleanText(error.what()) << '\n';
    }
    return latentscape::app::kRuntimeFailure;
}
