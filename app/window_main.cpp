// SPDX-License-Identifier: GPL-3.0-or-later
// The window: latentscape [FILE|DATA] [options].
#include "core/base/read_file.h"
#include "core/model/run_config.h"
#include "app/application.h"
#include "app/session/late_backend_factory.h"
#include "app/tour/tour.h"
#include "app/window/app_window.h"
#include "ui/theme/icons.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QTextStream>

#include <cstdio>
#include <optional>
#include <string_view>

namespace {

using namespace latentscape;

constexpr int kWrongInput = 2;

int refuse(const QString& message)
{
    QTextStream(stderr) << "latentscape: " << message << Qt::endl;
    return kWrongInput;
}

struct Arguments {
    app::AppWindow::Options options;
    QString tour;
    QSize size;
};

/// Reads the command line; the text says what is wrong with it.
std::optional<QString> readArguments(const QCommandLineParser& parser, Arguments& arguments)
{
    auto& options = arguments.options;
    if (parser.isSet(QStringLiteral("config"))) {
        const auto bytes = readFile(QFile::encodeName(parser.value(QStringLiteral("config"))).toStdString());
        if (!bytes)
            return QString::fromStdString(bytes.error().text());
        const auto config = runConfigFromJson({reinterpret_cast<const char*>(bytes.value().data()), bytes.value().size()});
        if (!config)
            return QString::fromStdString(config.error().text());
        options.config = config.value();
    }
    const auto number = [&parser](const QString& name, qulonglong low, auto store) -> std::optional<QString> {
        if (!parser.isSet(name))
            return std::nullopt;
        bool ok = false;
        const qulonglong value = parser.value(name).toULongLong(&ok);
        if (!ok || value < low)
            return app::Application::tr("--%1: expected a whole number of at least %2, found %3.").arg(name).arg(low).arg(parser.value(name));
        store(value);
        return std::nullopt;
    };
    if (auto problem = number(QStringLiteral("seed"), 0, [&](qulonglong value) { options.config.training.seed = value; }))
        return problem;
    if (auto problem = number(QStringLiteral("epochs"), 1, [&](qulonglong value) { options.config.training.epochs = static_cast<int>(std::min<qulonglong>(value, 100000)); }))
        return problem;
    if (parser.isSet(QStringLiteral("data")))
        options.data = parser.value(QStringLiteral("data"));
    const QStringList rest = parser.positionalArguments();
    if (rest.size() > 1)
        return app::Application::tr("Expected one file or data set, found %1: %2.").arg(rest.size()).arg(rest.join(QLatin1Char(' ')));
    if (rest.size() == 1) {
        if (QFileInfo(rest.first()).isFile() || rest.first().endsWith(QLatin1String(".safetensors"), Qt::CaseInsensitive))
            options.file = rest.first();
        else
            options.data = rest.first();
    }
    const QString theme = parser.value(QStringLiteral("theme"));
    if (theme == QLatin1String("light"))
        options.appearance = app::Appearance::Light;
    else if (theme == QLatin1String("dark"))
        options.appearance = app::Appearance::Dark;
    else if (theme == QLatin1String("system"))
        options.appearance = app::Appearance::System;
    else if (!theme.isEmpty())
        return app::Application::tr("--theme: expected system, light or dark, found %1.").arg(theme);
    options.train = parser.isSet(QStringLiteral("train"));
    arguments.tour = parser.value(QStringLiteral("tour"));
    options.keepSettings = arguments.tour.isEmpty();
    if (parser.isSet(QStringLiteral("size"))) {
        const auto match = QRegularExpression(QStringLiteral("^(\\d{3,5})x(\\d{3,5})$")).match(parser.value(QStringLiteral("size")));
        if (!match.hasMatch())
            return app::Application::tr("--size: expected WIDTHxHEIGHT such as 1360x860, found %1.").arg(parser.value(QStringLiteral("size")));
        arguments.size = QSize(match.captured(1).toInt(), match.captured(2).toInt());
    }
    if (const auto valid = validate(options.config, /*trainCount=*/0); !valid)
        return QString::fromStdString(valid.error().text());
    return std::nullopt;
}

void declareOptions(QCommandLineParser& parser)
{
    parser.setApplicationDescription(app::Application::tr("Trains a variational autoencoder, maps its latent space and decodes it under your hand."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(QStringLiteral("file"), app::Application::tr("A saved model, or a data set."), QStringLiteral("[FILE|DATA]"));
    parser.addOptions({
        {QStringLiteral("data"), app::Application::tr("Data set: a built-in name or a folder."), QStringLiteral("SPEC")},
        {QStringLiteral("config"), app::Application::tr("Settings as JSON, as 'latentscape-cli info --json' prints them."), QStringLiteral("FILE")},
        {QStringLiteral("train"), app::Application::tr("Starts training at once.")},
        {QStringLiteral("epochs"), app::Application::tr("Number of epochs."), QStringLiteral("N")},
        {QStringLiteral("seed"), app::Application::tr("Seed of the run."), QStringLiteral("N")},
        {QStringLiteral("theme"), app::Application::tr("system, light or dark."), QStringLiteral("THEME")},
        {QStringLiteral("lang"), app::Application::tr("Language of the window, such as zh_CN."), QStringLiteral("LOCALE")},
        {QStringLiteral("tour"), app::Application::tr("Shows everything by itself and writes pictures and tour.json into the folder."), QStringLiteral("DIR")},
        {QStringLiteral("size"), app::Application::tr("Size of the window, such as 1360x860."), QStringLiteral("WxH")},
    });
}

/// Help and version need no screen.
bool answersWithoutWindow(int argc, char** argv)
{
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument(argv[i]);
        if (argument == "--version" || argument == "-v") {
            std::printf("latentscape %s\n", LATENTSCAPE_VERSION);
            return true;
        }
        if (argument == "--help" || argument == "-h") {
            const QCoreApplication application(argc, argv);
            QCommandLineParser parser;
            declareOptions(parser);
            std::fputs(qPrintable(parser.helpText()), stdout);
            return true;
        }
    }
    return false;
}

} // namespace

int main(int argc, char** argv)
{
    if (answersWithoutWindow(argc, argv))
        return 0;
    app::Application application(argc, argv);
    ui::initResources();

    QCommandLineParser parser;
    declareOptions(parser);
    if (!parser.parse(application.arguments()))
        return refuse(parser.errorText());
    if (parser.isSet(QStringLiteral("lang")) && !application.setLanguage(parser.value(QStringLiteral("lang"))))
        return refuse(app::Application::tr("--lang: expected a locale such as en or zh_CN, found %1.").arg(parser.value(QStringLiteral("lang"))));

    Arguments arguments;
    if (const auto problem = readArguments(parser, arguments))
        return refuse(*problem);
    if (!arguments.tour.isEmpty() && !QDir().mkpath(arguments.tour))
        return refuse(app::Application::tr("--tour: expected a folder that can be made, found %1.").arg(arguments.tour));

    const QString networks = QDir::cleanPath(QCoreApplication::applicationDirPath() + QStringLiteral("/../lib/latentscape-networks.so"));
    app::AppWindow window(std::make_shared<app::LateBackendFactory>(QFile::encodeName(networks).toStdString()), arguments.options);
    if (arguments.size.isValid())
        window.window().resize(arguments.size);
    std::unique_ptr<app::Tour> tour;
    if (!arguments.tour.isEmpty()) {
        tour = std::make_unique<app::Tour>(window, arguments.tour, arguments.options.config.training.epochs);
        QObject::connect(tour.get(), &app::Tour::finished, &application, [&](int code) {
            for (const QString& file : tour->files())
                std::printf("%s\n", qPrintable(QDir(arguments.tour).filePath(file)));
            std::fflush(stdout);
            QCoreApplication::exit(code);
        });
    }
    window.show();
    return application.exec();
}
