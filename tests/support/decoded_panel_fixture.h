// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/panels/code_edit.h"
#include "ui/panels/decoded_panel.h"
#include "ui/panels/support_chip.h"
#include "ui/panels/text_cell.h"

#include <QtTest>

#include <algorithm>
#include <memory>

namespace latentscape::ui {

/// A DecodedPanel on the screen with some content; base of the test classes about it.
class DecodedPanelFixture : public QObject {
protected:
    std::unique_ptr<DecodedPanel> m_panel;

    struct View : DecodedPanel::Surroundings {
        QImage image;
        std::vector<float> z;
        quint64 tag = 0;
    };
    void show(const View& view) const
    {
        m_panel->setDecoded(view.image, view.z, view.tag);
        m_panel->setSurroundings(view);
    }
    static QImage square(QRgb color)
    {
        QImage image(28, 28, QImage::Format_RGB32);
        image.fill(color);
        return image;
    }
    static View view(std::vector<float> z, int step = 0)
    {
        View v;
        v.image = square(qRgb(200, step % 200, 0));
        v.z = std::move(z);
        v.milliseconds = 0.4;
        v.epoch = 14;
        for (int i = 0; i < 9; ++i)
            v.neighbours.push_back(
                {square(qRgb(step % 256, i * 40, 90)), QString::number((7 + step + i) % 10), 0.005 + i * 0.01, 100 + i + step});
        v.supported = 318;
        v.tag = 5;
        return v;
    }
    CodeEdit* edit() const { return m_panel->findChild<CodeEdit*>(); }
    /// Until no layout waits: one layout may ask for the next.
    static void settle()
    {
        for (int i = 0; i < 4; ++i)
            QCoreApplication::processEvents();
    }
    SupportChip* chip() const { return m_panel->findChild<SupportChip*>(); }
    bool shows(const QString& text) const
    {
        const auto cells = m_panel->findChildren<TextCell*>();
        return std::any_of(cells.begin(), cells.end(), [&](const TextCell* cell) { return cell->text() == text; });
    }
    void typeCode(const QString& text) const
    {
        edit()->setFocus();
        QTest::keyClick(edit(), Qt::Key_A, Qt::ControlModifier);
        for (const QChar character : text) { // QTest::keyClicks() knows ASCII only
            QKeyEvent press(QEvent::KeyPress, 0, Qt::NoModifier, character);
            QApplication::sendEvent(edit(), &press);
        }
    }
    void showPanel()
    {
        QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support )")));
        m_panel = std::make_unique<DecodedPanel>();
        m_panel->setTheme(Theme::light());
        m_panel->resize(292, 600);
        m_panel->show();
        m_panel->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_panel.get()));
    }
};

} // namespace latentscape::ui
