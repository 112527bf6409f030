// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QApplication>
#include <QElapsedTimer>
#include <QFileDialog>
#include <QGuiApplication>
#include <QMessageBox>
#include <QPointer>
#include <QTest>
#include <QTimer>
#include <QWindow>

namespace latentscape::tests {

/// Types text into whatever has the keyboard, one key event a character through the window system.
inline void typeText(const QString& text)
{
    for (const QChar letter : text) {
        QVERIFY2(letter.unicode() < 128, "only ASCII has keys of its own");
        QTest::keyClick(QGuiApplication::focusWindow(), letter.toLatin1());
    }
}

/// Answers the next file dialog as a person at the keyboard does: waits until it is open and has the focus, types a name over the one
/// suggested, presses Enter. A dialog that stays open all the same is closed, so that a test fails instead of hanging. Make it before the
/// dialog opens: that blocks until it is answered.
class FileDialogTypist {
public:
    explicit FileDialogTypist(const QString& path)
        : m_path(path)
    {
        m_timer.setInterval(10);
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { look(); });
        m_timer.start();
        m_clock.start();
    }

    /// It came, and took the name.
    [[nodiscard]] bool answered() const { return m_typed && !m_dialog && m_refused.isEmpty(); }
    [[nodiscard]] QString title() const { return m_title; }
    /// What kept it open, for the message of a failing test.
    [[nodiscard]] QString refused() const { return m_refused; }

private:
    void look()
    {
        auto* modal = QApplication::activeModalWidget();
        if (!m_typed) {
            auto* dialog = qobject_cast<QFileDialog*>(modal);
            if (dialog && dialog->isVisible() && QGuiApplication::focusWindow() == dialog->windowHandle()) {
                m_typed = true;
                m_dialog = dialog;
                m_title = dialog->windowTitle();
                QTest::keyClick(dialog->windowHandle(), Qt::Key_A, Qt::ControlModifier);
                typeText(m_path);
                QTest::keyClick(QGuiApplication::focusWindow(), Qt::Key_Return);
                m_clock.restart();
            } else if (m_clock.hasExpired(10000)) {
                m_timer.stop();
            }
            return;
        }
        if (!m_dialog || !m_dialog->isVisible()) {
            m_timer.stop();
            return;
        }
        if (!m_clock.hasExpired(3000))
            return;
        const auto* box = qobject_cast<QMessageBox*>(modal);
        m_refused = box ? box->text() : QStringLiteral("the dialog stayed open");
        if (modal && modal != m_dialog)
            modal->close();
        else
            m_dialog->reject();
    }

    QString m_path, m_title, m_refused;
    QTimer m_timer;
    QElapsedTimer m_clock;
    QPointer<QFileDialog> m_dialog;
    bool m_typed = false;
};

} // namespace latentscape::tests
