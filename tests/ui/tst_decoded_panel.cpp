// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/decoded_panel.h"

#include "ui/panels/code_edit.h"
#include "ui/panels/code_slider.h"
#include "ui/panels/image_pair.h"
#include "ui/panels/image_view.h"
#include "ui/panels/neighbour_row.h"
#include "ui/panels/number_text.h"
#include "ui/panels/support_chip.h"
#include "ui/panels/text_cell.h"

#include <QSignalSpy>
#include <QtTest>

#include <cmath>
#include <memory>

using namespace latentscape::ui;

namespace {
/// Counts the layouts that a window goes through.
class LayoutCounter : public QObject {
public:
    int count = 0;
    bool eventFilter(QObject*, QEvent* event) override
    {
        count += event->type() == QEvent::LayoutRequest;
        return false;
    }
};

QImage square(QRgb color)
{
    QImage image(28, 28, QImage::Format_RGB32);
    image.fill(color);
    return image;
}
} // namespace

class TestDecodedPanel : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<DecodedPanel> m_panel;

    static DecodedPanel::View view(std::vector<float> z, int step = 0)
    {
        DecodedPanel::View v;
        v.image = square(qRgb(200, step % 200, 0));
        v.z = std::move(z);
        v.milliseconds = 0.4;
        v.epoch = 14;
        for (int i = 0; i < 5; ++i)
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

private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support )")));
        m_panel = std::make_unique<DecodedPanel>();
        m_panel->setTheme(Theme::light());
        m_panel->resize(292, 600);
        m_panel->show();
        m_panel->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_panel.get()));
    }
    void cleanup() { m_panel.reset(); }

    void imageView_accessibleName_isFixed() { QCOMPARE(m_panel->imageView()->accessibleName(), QStringLiteral("Decoded image")); }

    void view_set_showsAllItsParts()
    {
        m_panel->setView(view({0.62f, -1.18f}));
        QVERIFY(shows(QStringLiteral("0.4 ms · epoch 14")));
        QCOMPARE(edit()->text(), QStringLiteral("(0.62, −1.18)"));
        QVERIFY(shows(QStringLiteral("label 7 · 0.005 away")));
        QCOMPARE(chip()->text(), QStringLiteral("Well supported: 318 codes within 0.25"));
        QCOMPARE(chip()->level(), SupportChip::Level::Good);
        QCOMPARE(m_panel->imageView()->image(), square(qRgb(200, 0, 0)));
    }

    void view_farFromData_warnsWithDistance()
    {
        DecodedPanel::View far = view({6.0f, 6.0f});
        far.neighbours.front().distance = 2.1;
        far.supported = 0;
        far.farFromData = true;
        m_panel->setView(far);
        QCOMPARE(chip()->text(), QStringLiteral("Far from data: nearest code is 2.10 away, 0 codes within 0.25"));
        QCOMPARE(chip()->level(), SupportChip::Level::Far);
    }

    void image_painted_reportsTagAndShowsPixels()
    {
        QSignalSpy painted(m_panel->imageView(), &ImageView::painted);
        m_panel->setView(view({0.0f, 0.0f}));
        QTRY_VERIFY(!painted.isEmpty());
        QCOMPARE(painted.last().at(0).toULongLong(), quint64{5});
        const QImage shot = m_panel->imageView()->grab().toImage();
        QCOMPARE(shot.pixelColor(shot.width() / 2, shot.height() / 2), QColor(200, 0, 0));
        const QRectF frame = m_panel->imageView()->frameRect();
        QCOMPARE(shot.pixelColor(frame.topLeft().toPoint()), Theme::light().surface); // rounded corner
    }

    void imageView_nearestNeighbour_keepsSharpPixels()
    {
        ImageView view;
        QImage two(2, 2, QImage::Format_RGB32);
        two.setPixel(0, 0, qRgb(255, 0, 0));
        two.setPixel(1, 0, qRgb(0, 255, 0));
        two.setPixel(0, 1, qRgb(0, 0, 255));
        two.setPixel(1, 1, qRgb(255, 255, 255));
        view.resize(101, 101); // odd: the pixels differ by one in width, but never mix
        view.setImage(two, 1);
        const QImage shot = view.grab().toImage();
        QCOMPARE(shot.pixel(47, 47), qRgb(255, 0, 0));
        QCOMPARE(shot.pixel(53, 47), qRgb(0, 255, 0));
        QCOMPARE(shot.pixel(47, 53), qRgb(0, 0, 255));
        QCOMPARE(shot.pixel(53, 53), qRgb(255, 255, 255));
    }

    void manyViews_causeNoLayout()
    {
        m_panel->setLatent(20);
        m_panel->setView(view(std::vector<float>(20, 0.5f)));
        settle();
        LayoutCounter counter;
        m_panel->installEventFilter(&counter);
        for (QWidget* child : m_panel->findChildren<QWidget*>())
            child->installEventFilter(&counter);
        const QRect chipBefore = chip()->geometry();
        for (int i = 0; i < 50; ++i) {
            DecodedPanel::View next = view(std::vector<float>(20, std::sin(static_cast<float>(i)) * 5.0f), i);
            next.supported = static_cast<std::size_t>(i * 1000);
            next.farFromData = i % 7 == 0;
            next.milliseconds = i * 3.3;
            next.epoch = i + 0.25;
            if (i % 5 == 0)
                next.neighbours.clear();
            m_panel->setView(next);
            QCoreApplication::processEvents();
        }
        QCOMPARE(counter.count, 0);
        QCOMPARE(chip()->geometry(), chipBefore);
    }

    void sliders_appearAboveTwoDimensions_data()
    {
        QTest::addColumn<int>("latent");
        QTest::addColumn<int>("sliders");
        QTest::newRow("1") << 1 << 0;
        QTest::newRow("2") << 2 << 0;
        QTest::newRow("3") << 3 << 3;
        QTest::newRow("64") << 64 << 64;
    }
    void sliders_appearAboveTwoDimensions()
    {
        QFETCH(int, latent);
        QFETCH(int, sliders);
        m_panel->setLatent(latent);
        QCOMPARE(m_panel->findChildren<CodeSlider*>().size(), sliders);
    }

    void slider_movedByKeyAndMouse_emitsTheWholeCode()
    {
        m_panel->setLatent(3);
        m_panel->setView(view({0.5f, -1.25f, 7.5f}));
        QSignalSpy edited(m_panel.get(), &DecodedPanel::codeEdited);
        CodeSlider* second = nullptr;
        for (CodeSlider* slider : m_panel->findChildren<CodeSlider*>()) {
            if (slider->dimension() == 1)
                second = slider;
        }
        QVERIFY(second);
        QCOMPARE(second->coordinate(), -1.25f);
        second->setFocus();
        QTest::keyClick(second, Qt::Key_Right);
        QCOMPARE(edited.count(), 1);
        const auto z = edited.at(0).at(0).value<std::vector<float>>();
        QCOMPARE(z.size(), std::size_t{3});
        QCOMPARE(z[0], 0.5f);
        QCOMPARE(z[1], -1.2f);
        QCOMPARE(z[2], 7.5f); // beyond the track, and still exact

        QTest::mousePress(second, Qt::LeftButton, {}, QPoint(second->width() * 3 / 4, second->height() / 2));
        QTest::mouseRelease(second, Qt::LeftButton, {}, QPoint(second->width() * 3 / 4, second->height() / 2));
        QVERIFY(edited.count() >= 2);
        QVERIFY(second->coordinate() > 0.0f);
        QCOMPARE(edit()->text(), codeText(edited.last().at(0).value<std::vector<float>>()));
    }

    void setCode_showsWithoutSignal()
    {
        m_panel->setLatent(3);
        QSignalSpy edited(m_panel.get(), &DecodedPanel::codeEdited);
        const std::vector<float> z{1.0f, 2.0f, 3.0f};
        m_panel->setCode(z);
        QCOMPARE(edited.count(), 0);
        QCOMPARE(edit()->text(), QStringLiteral("(1.00, 2.00, 3.00)"));
    }

    void dimensionOrder_reordersAndMarksUnused()
    {
        m_panel->setLatent(3);
        m_panel->setDimensionOrder({2, 0, 1}, {false, true, false});
        QCoreApplication::processEvents();
        QList<int> tops(3);
        for (CodeSlider* slider : m_panel->findChildren<CodeSlider*>()) {
            tops[slider->dimension()] = slider->y();
            QCOMPARE(slider->toolTip().isEmpty(), slider->dimension() != 1);
            QCOMPARE(slider->accessibleDescription().isEmpty(), slider->dimension() != 1);
        }
        QVERIFY(tops[2] < tops[0]);
        QVERIFY(tops[0] < tops[1]);
        m_panel->setDimensionOrder({0, 0, 1}, {}); // no permutation: ignored
        QCoreApplication::processEvents();
        QCOMPARE(m_panel->findChildren<CodeSlider*>().size(), 3);
    }

    void code_typed_isEmittedOnEnter_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("plain") << "0.5, -2";
        QTest::newRow("as shown") << "(0.5, −2.00)";
        QTest::newRow("blanks") << " 5e-1  -2 ";
        QTest::newRow("semicolon") << "[0.5; -2]";
    }
    void code_typed_isEmittedOnEnter()
    {
        QFETCH(QString, text);
        m_panel->setView(view({0.0f, 0.0f}));
        QSignalSpy edited(m_panel.get(), &DecodedPanel::codeEdited);
        typeCode(text);
        QCOMPARE(edited.count(), 0);
        QTest::keyClick(edit(), Qt::Key_Return);
        QCOMPARE(edited.count(), 1);
        QCOMPARE(edited.at(0).at(0).value<std::vector<float>>(), (std::vector<float>{0.5f, -2.0f}));
        QCOMPARE(edit()->text(), QStringLiteral("(0.50, −2.00)"));
    }

    void code_invalid_showsReasonAndEscRestores_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("reason");
        QTest::newRow("too many") << "1, 2, 3"
                                  << "2 numbers are needed; found 3.";
        QTest::newRow("word") << "1, two"
                              << "Only numbers, separated by commas, can stand here.";
        QTest::newRow("infinity") << "1, inf"
                                  << "Only numbers, separated by commas, can stand here.";
    }
    void code_invalid_showsReasonAndEscRestores()
    {
        QFETCH(QString, text);
        QFETCH(QString, reason);
        m_panel->setView(view({0.25f, 0.5f}));
        QSignalSpy edited(m_panel.get(), &DecodedPanel::codeEdited);
        typeCode(text);
        QTest::keyClick(edit(), Qt::Key_Return);
        QCOMPARE(edited.count(), 0);
        QVERIFY(shows(reason));
        QCOMPARE(edit()->accessibleDescription(), reason);
        QTest::keyClick(edit(), Qt::Key_Escape);
        QVERIFY(!shows(reason));
        QCOMPARE(edit()->text(), QStringLiteral("(0.25, 0.50)"));
        QVERIFY(shows(QStringLiteral("label 7 · 0.005 away")));
    }

    void view_whileTyping_keepsTheText()
    {
        m_panel->setView(view({0.0f, 0.0f}));
        typeCode(QStringLiteral("1.5"));
        m_panel->setView(view({2.0f, 3.0f}));
        QCOMPARE(edit()->text(), QStringLiteral("1.5"));
        QTest::keyClick(edit(), Qt::Key_Escape);
        QCOMPARE(edit()->text(), QStringLiteral("(2.00, 3.00)"));
    }

    void neighbour_clicked_isActivatedWithItsRow()
    {
        m_panel->setView(view({0.0f, 0.0f}));
        QSignalSpy activated(m_panel.get(), &DecodedPanel::neighbourActivated);
        const auto thumbnails = m_panel->findChildren<Thumbnail*>();
        QCOMPARE(thumbnails.size(), 5);
        QTest::mouseClick(thumbnails.at(2), Qt::LeftButton);
        QCOMPARE(activated.count(), 1);
        QCOMPARE(activated.at(0).at(0).value<qsizetype>(), qsizetype{102});
        thumbnails.at(4)->setFocus();
        QTest::keyClick(thumbnails.at(4), Qt::Key_Space);
        QCOMPARE(activated.count(), 2);
        QVERIFY(thumbnails.at(2)->accessibleName().contains(QLatin1String("label 9")));
    }

    void original_set_standsBesideTheDecode()
    {
        m_panel->setView(view({0.0f, 0.0f}));
        settle();
        auto* pair = m_panel->findChild<ImagePair*>();
        const int alone = pair->decoded()->width();
        m_panel->setOriginal(square(qRgb(0, 0, 255)), QStringLiteral("Original · label 7"));
        settle();
        QVERIFY(pair->original()->isVisible());
        QVERIFY(pair->decoded()->width() < alone);
        QVERIFY(pair->original()->x() > pair->decoded()->geometry().right());
        m_panel->setOriginal({}, {});
        settle();
        QVERIFY(!pair->original()->isVisible());
        QCOMPARE(pair->decoded()->width(), alone);
    }

    void smallPanel_everythingStaysReachable_data()
    {
        QTest::addColumn<int>("latent");
        QTest::newRow("plane") << 2;
        QTest::newRow("sliders") << 20;
    }
    void smallPanel_everythingStaysReachable()
    {
        QFETCH(int, latent);
        m_panel->setLatent(latent);
        m_panel->resize(260, 480);
        m_panel->setView(view(std::vector<float>(static_cast<std::size_t>(latent), 0.5f)));
        settle();
        const auto bottom = [this](QWidget* widget) { return widget->mapTo(m_panel.get(), QPoint(0, widget->height())).y(); };
        QVERIFY(bottom(chip()) <= 480);
        QVERIFY(m_panel->imageView()->height() >= 96);
        if (latent > 2)
            QVERIFY(bottom(m_panel->findChildren<CodeSlider*>().first()) <= 480);
    }

    void clear_returnsToTheEmptyState()
    {
        m_panel->setView(view({0.5f, 0.5f}));
        m_panel->setOriginal(square(qRgb(1, 2, 3)), QStringLiteral("Original"));
        m_panel->clear();
        QVERIFY(m_panel->imageView()->image().isNull());
        QVERIFY(edit()->text().isEmpty());
        QVERIFY(!edit()->isEnabled());
        QCOMPARE(chip()->level(), SupportChip::Level::None);
        for (const Thumbnail* thumbnail : m_panel->findChildren<Thumbnail*>())
            QVERIFY(thumbnail->image().isNull());
    }
};

QTEST_MAIN(TestDecodedPanel)
#include "tst_decoded_panel.moc"
