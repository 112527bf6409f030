// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/window/app_window.h"
#include "app/window/explorer_controller.h"
#include "app/window/plane_controller.h"
#include "support/app_fixture.h"
#include "support/file_dialog_typist.h"
#include "ui/chrome/message_bar.h"
#include "ui/map/latent_map.h"
#include "ui/panels/decoded_panel.h"
#include "ui/panels/map_options.h"
#include "ui/panels/path_strip.h"
#include "ui/panels/samples_view.h"
#include "ui/theme/icons.h"
#include "ui/window/central_area.h"

#include <QAbstractItemView>
#include <QAction>
#include <QComboBox>
#include <QFileInfo>
#include <QLabel>
#include <QRegularExpression>
#include <QScrollArea>
#include <QSettings>
#include <QSignalSpy>
#include <QTest>
#include <QUndoStack>
#include <QWindow>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

namespace latentscape::tests {

/// The whole window on a fake backend, made anew for each test function: real threads, and mouse and key events that take the way through
/// the window system, so that what lies on top, what has the focus and what is a shortcut decide as they do for a person.
class AppWindowFixture : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        ui::initResources();
        QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_settings.path()); // file dialogs remember their places there
    }
    void init()
    {
        QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support )")));
        m_script = std::make_shared<FakeScript>();
        m_script->stepMicroseconds = 200; // 100000 epochs then outlast any test
        m_folder = std::make_unique<TinyFolder>();
    }
    void cleanup()
    {
        m_script->stepLatch.open();
        m_script->decodeLatch.open();
        m_app.reset();
        QCOMPARE(int(m_script->alive), 0);
    }

protected:
    [[nodiscard]] ui::MainWindow& window() const { return m_app->window(); }
    [[nodiscard]] const ui::MainWindow::Parts& parts() const { return window().parts(); }
    [[nodiscard]] const ui::MainWindow::Actions& actions() const { return window().actions(); }
    [[nodiscard]] app::Session& session() const { return m_app->session(); }
    [[nodiscard]] ui::LatentMap* map() const { return parts().map; }
    [[nodiscard]] std::vector<float> probe() const { return m_app->explorer().probe(); }
    [[nodiscard]] const Plane& plane() const { return m_app->planes().plane(); }
    [[nodiscard]] const LatentFrame& codes() const { return *session().snapshot()->codes; }
    [[nodiscard]] std::vector<float> codeOf(std::size_t row) const { return {codes().muOf(row).begin(), codes().muOf(row).end()}; }

    /// data: a folder of the test; not given: the tiny one, of which the first codes are waited for.
    void open(const RunConfig& config = TinyFolder::config(2, 100000), const QString& data = {})
    {
        app::AppWindow::Options options;
        options.data = data.isEmpty() ? m_folder->path() : data;
        options.config = config;
        options.keepSettings = false;
        options.appearance = app::Appearance::Light;
        m_app = std::make_unique<app::AppWindow>(std::make_shared<FakeBackendFactory>(m_script), options);
        m_app->show();
        window().activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&window()));
        if (!data.isEmpty())
            return;
        QTRY_COMPARE(session().state(), TrainerState::Ready);
        QTRY_VERIFY(session().snapshot() != nullptr && session().snapshot()->codes->exact);
        if (config.model.latent > 2)
            QTRY_COMPARE(plane().kind(), PlaneKind::Principal);
        QTRY_VERIFY(m_app->planes().axisNames().first.contains(QLatin1Char('%'))); // the shares of the variance come last
        QTRY_VERIFY(map()->settled());
    }

    // --- the mouse --------------------------------------------------------------------------------------------------------------
    /// A place of a widget in the window's coordinates; what a scroll area hides is scrolled to first.
    [[nodiscard]] QPoint place(QWidget* on, QPoint at) const
    {
        for (QWidget* above = on->parentWidget(); above; above = above->parentWidget())
            if (auto* scroll = qobject_cast<QScrollArea*>(above))
                scroll->ensureWidgetVisible(on, 0, 4);
        return on->mapTo(&window(), at);
    }
    void click(QWidget* on, QPoint at, Qt::KeyboardModifiers keys = {}, Qt::MouseButton button = Qt::LeftButton)
    {
        QTest::mouseClick(window().windowHandle(), button, keys, place(on, at));
    }
    void click(QWidget* on) { click(on, on->rect().center()); }
    /// Presses at the first place, moves through all and releases at the last.
    void drag(QWidget* on, const std::vector<QPoint>& places, Qt::KeyboardModifiers atPress = {}, Qt::KeyboardModifiers atRelease = {},
              Qt::MouseButton button = Qt::LeftButton)
    {
        QWindow* to = window().windowHandle();
        QTest::mousePress(to, button, atPress, place(on, places.front()));
        for (std::size_t i = 1; i < places.size(); ++i)
            QTest::mouseMove(to, place(on, places[i]));
        QTest::mouseRelease(to, button, atRelease, place(on, places.back()));
    }
    [[nodiscard]] QPoint pixelOf(PlanePoint point) const { return map()->toPixel(point).toPoint(); }
    [[nodiscard]] QPoint pixelOfRow(std::size_t row) const { return pixelOf(plane().project(codes().muOf(row))); }
    /// Free places as far apart as there are.
    [[nodiscard]] std::vector<QPoint> spreadPlaces(std::size_t count) const
    {
        const std::vector<QPoint> all = freePlaces(1000);
        std::vector<QPoint> found;
        for (std::size_t i = 0; i < count && all.size() >= count; ++i)
            found.push_back(all[i * (all.size() - 1) / std::max<std::size_t>(1, count - 1)]);
        return found;
    }
    /// Places on the map that are far from every code and from each other, and not under one of its small windows.
    [[nodiscard]] std::vector<QPoint> freePlaces(std::size_t count) const
    {
        std::vector<QPoint> taken, found;
        for (std::size_t row = 0; row < codes().count(); ++row)
            taken.push_back(pixelOfRow(row));
        const QRect inside = map()->rect().adjusted(60, 40, -40, -60);
        for (int y = inside.top(); y < inside.bottom(); y += 12)
            for (int x = inside.left(); x < inside.right() && found.size() < count; x += 12) {
                const auto near = [x, y](const QPoint& other) { return std::hypot(other.x() - x, other.y() - y) < 40.0; };
                const QWidget* on = map()->childAt(x, y);
                const bool covered = on && on->focusPolicy() != Qt::NoFocus;
                if (!covered && std::none_of(taken.begin(), taken.end(), near)) {
                    found.emplace_back(x, y);
                    taken.emplace_back(x, y);
                }
            }
        return found;
    }

    // --- the keyboard -----------------------------------------------------------------------------------------------------------
    void key(Qt::Key pressed, Qt::KeyboardModifiers held = {})
    {
        QTRY_VERIFY(QGuiApplication::focusWindow() != nullptr);
        QTest::keyClick(QGuiApplication::focusWindow(), pressed, held);
    }
    void keys(Qt::Key pressed, int times, Qt::KeyboardModifiers held = {})
    {
        for (int i = 0; i < times; ++i)
            key(pressed, held);
    }
    void undo() { key(Qt::Key_Z, Qt::ControlModifier); }
    void redo() { key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier); }
    [[nodiscard]] int steps() const { return m_app->undo().index(); }

    // --- controls ---------------------------------------------------------------------------------------------------------------
    /// The visible one with this accessible name.
    template <typename Widget = QWidget>
    [[nodiscard]] Widget* control(const QString& name) const
    {
        for (Widget* widget : window().template findChildren<Widget*>())
            if (widget->isVisible() && widget->accessibleName() == name)
                return widget;
        return nullptr;
    }
    template <typename Widget = QWidget>
    [[nodiscard]] Widget* control(const char* name) const
    {
        return control<Widget>(QString::fromUtf8(name));
    }
    /// Opens a box by its key, goes to an entry by arrows, and takes it with Enter.
    void choose(const char* name, const QString& entry)
    {
        auto* box = control<QComboBox>(name);
        QVERIFY2(box, name);
        const int wanted = box->findText(entry);
        QVERIFY2(wanted >= 0, qPrintable(entry));
        box->setFocus();
        key(Qt::Key_F4);
        QTRY_VERIFY(box->view()->isVisible());
        key(Qt::Key_Home);
        for (int i = 0; i < box->count() && box->view()->currentIndex().row() < wanted; ++i)
            key(Qt::Key_Down);
        QCOMPARE(box->view()->currentIndex().row(), wanted);
        key(Qt::Key_Return);
        QTRY_VERIFY(!box->view()->isVisible());
        QTRY_VERIFY(QGuiApplication::focusWindow() == window().windowHandle());
    }
    /// What the message bar says now; empty when it says nothing.
    [[nodiscard]] QString message() const { return parts().messages->isActive() ? parts().messages->accessibleDescription() : QString(); }
    [[nodiscard]] QString caption() const
    {
        for (const QLabel* label : parts().central->findChildren<QLabel*>(QString(), Qt::FindChildrenRecursively))
            if (label->property("role") == QLatin1String("caption") && label->text().contains(QLatin1String("codes")))
                return label->text();
        return {};
    }
    [[nodiscard]] QImage picture(QWidget* of) const { return of->grab().toImage(); }
    /// Triggers something that asks for a file or a folder, and types its name.
    template <typename Ask>
    void answerWith(const QString& path, Ask ask)
    {
        const FileDialogTypist typist(path);
        ask();
        QVERIFY2(typist.answered(), qPrintable(QStringLiteral("“%1”: %2").arg(typist.title(), typist.refused())));
        takeFocusBack();
    }
    /// What a window manager does when a dialog goes away, and the platform without a screen does not.
    void takeFocusBack()
    {
        if (QGuiApplication::focusWindow() == nullptr)
            window().activateWindow();
        QTRY_VERIFY(QGuiApplication::focusWindow() == window().windowHandle());
    }
    [[nodiscard]] QString file(const QString& name) const { return m_folder->file(name); }
    /// The folder of file(), as messages name it.
    [[nodiscard]] QString shownFolder() const { return QFileInfo(file(QStringLiteral("x"))).absolutePath(); }
    /// What the bar says of a file that was exported.
    [[nodiscard]] static QString exported(const QString& path)
    {
        return QStringLiteral("Exported to %1 in %2.").arg(QFileInfo(path).fileName(), QFileInfo(path).absolutePath());
    }
    [[nodiscard]] static QByteArray bytesOf(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }

    std::shared_ptr<FakeScript> m_script;
    std::unique_ptr<TinyFolder> m_folder;
    std::unique_ptr<app::AppWindow> m_app;

private:
    QTemporaryDir m_settings;
};

} // namespace latentscape::tests
