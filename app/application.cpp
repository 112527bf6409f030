// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/application.h"

#include "core/base/vector_state.h"
#include "ui/theme/style_sheet.h"

#include <QAbstractEventDispatcher>
#include <QLibraryInfo>
#include <QLocale>
#include <QSocketNotifier>
#include <QThreadPool>

#include <array>
#include <csignal>
#include <exception>
#include <sys/socket.h>
#include <unistd.h>

namespace latentscape::app {

namespace {

// a signal handler may only write to a descriptor: the pair carries the news to the event loop
std::array<int, 2> g_signalSockets{-1, -1};

void onSignal(int)
{
    const char byte = 1;
    [[maybe_unused]] const auto written = ::write(g_signalSockets[0], &byte, sizeof byte);
}

} // namespace

Application::Application(int& argc, char** argv)
    : QApplication(argc, argv)
{
    // Qt's painter shares fills of 96 spans and more among the threads of this pool and waits for them. Beside a training that has all cores
    // that costs more than the fill: one thread at least takes all parts at once. Later versions of Qt leave it on hearing the variable.
    qputenv("QT_NO_GUI_THREADPOOL", "1");
    QThreadPool::globalInstance()->setMaxThreadCount(1);
    QThreadPool::globalInstance()->setExpiryTimeout(-1);
    setStyle(ui::makeStyle());
    setApplicationName(QStringLiteral("latentscape"));
    setApplicationDisplayName(QStringLiteral("Latentscape"));
    setOrganizationName(QStringLiteral("latentscape"));
    setApplicationVersion(QStringLiteral(LATENTSCAPE_VERSION));
    // what was loaded, and what draws on the screen, may leave them in use
    connect(QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::awake, this, [] { releaseUpperVectorHalves(); });
    watchSignals();
}

Application::~Application()
{
    std::signal(SIGTERM, SIG_DFL);
    std::signal(SIGINT, SIG_DFL);
}

void Application::watchSignals()
{
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, g_signalSockets.data()) != 0)
        return;
    m_signals = std::make_unique<QSocketNotifier>(g_signalSockets[1], QSocketNotifier::Read);
    connect(m_signals.get(), &QSocketNotifier::activated, this, [] {
        char byte = 0;
        [[maybe_unused]] const auto got = ::read(g_signalSockets[1], &byte, sizeof byte);
        QCoreApplication::exit(0); // quit() would ask the window first, and nobody may be there to answer
    });
    std::signal(SIGXFSZ, SIG_IGN); // a file-size limit must fail the write, not end the program
    struct sigaction action {};
    action.sa_handler = onSignal;
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGTERM, &action, nullptr);
    ::sigaction(SIGINT, &action, nullptr);
}

bool Application::setLanguage(const QString& locale)
{
    const QLocale wanted(locale);
    if (wanted.language() == QLocale::C && locale != QLatin1String("C"))
        return false;
    QLocale::setDefault(wanted);
    if (m_translator.load(wanted, QStringLiteral("latentscape"), QStringLiteral("_"), QStringLiteral(":/translations")))
        installTranslator(&m_translator);
    if (m_qtTranslator.load(wanted, QStringLiteral("qtbase"), QStringLiteral("_"), QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        installTranslator(&m_qtTranslator);
    return true;
}

bool Application::notify(QObject* receiver, QEvent* event)
{
    try {
        return QApplication::notify(receiver, event);
    } catch (const std::exception& problem) {
        qCritical("An event handler failed: %s", problem.what());
    } catch (...) {
        qCritical("An event handler failed for an unknown reason.");
    }
    return false;
}

} // namespace latentscape::app
