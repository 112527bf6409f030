// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QApplication>
#include <QTranslator>

#include <memory>

class QSocketNotifier;

namespace latentscape::app {

/// The Qt application: last net for exceptions, signals that end it cleanly, language. One a process, owned by main.
class Application : public QApplication {
    Q_OBJECT
public:
    Application(int& argc, char** argv);
    ~Application() override;

    /// Sets the locale and loads translations where there are some. False: not a locale.
    bool setLanguage(const QString& locale);
    /// Catches whatever escapes a handler: it is printed, and the program lives on.
    bool notify(QObject* receiver, QEvent* event) override;

private:
    void watchSignals();

    QTranslator m_translator;
    QTranslator m_qtTranslator;
    std::unique_ptr<QSocketNotifier> m_signals;
};

} // namespace latentscape::app
