// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/decoded_panel_fixture.h"
#include "ui/panels/code_slider.h"
#include "ui/panels/image_pair.h"
#include "ui/panels/image_view.h"
#include "ui/panels/neighbour_row.h"

#include <QSet>
#include <QSignalSpy>
#include <QtTest>

#include <cmath>

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
} // namespace

class TestDecodedPanel : public DecodedPanelFixture {
    Q_OBJECT

private Q_SLOTS:
    void init() { showPanel(); }
    void cleanup() { m_panel.reset(); }

    void imageView_accessibleName_isFixed() { QCOMPARE(m_panel->imageView()->accessibleName(), QStringLiteral("Decoded image")); }

    void view_set_showsAllItsParts()
    {
        show(view({0.62f, -1.18f}));
        QVERIFY(shows(QStringLiteral("0.4 ms · epoch 14")));
        QCOMPARE(edit()->text(), QStringLiteral("(0.62, −1.18)"));
        QVERIFY(shows(QStringLiteral("label 7 · 0.005 away")));
        QCOMPARE(chip()->text(), QStringLiteral("Well supported: 318 codes within 0.25"));
        QCOMPARE(chip()->level(), SupportChip::Level::Good);
        QCOMPARE(m_panel->imageView()->image(), square(qRgb(200, 0, 0)));
    }

    void view_farFromData_warnsWithDistance()
    {
        View far = view({6.0f, 6.0f});
        far.neighbours.front().distance = 2.1;
        far.supported = 0;
        far.farFromData = true;
        show(far);
        QCOMPARE(chip()->text(), QStringLiteral("Far from data: nearest code is 2.10 away, 0 codes within 0.25"));
        QCOMPARE(chip()->level(), SupportChip::Level::Far);
    }

    void image_painted_reportsTagAndShowsPixels()
    {
        QSignalSpy painted(m_panel->imageView(), &ImageView::painted);
        show(view({0.0f, 0.0f}));
        QTRY_VERIFY(!painted.isEmpty());
        QCOMPARE(painted.last().at(0).toULongLong(), quint64{5});
        const QImage shot = m_panel->imageView()->grab().toImage();
        QCOMPARE(shot.pixelColor(shot.width() / 2, shot.height() / 2), QColor(200, 0, 0));
        const QRectF frame = m_panel->imageView()->frameRect();
        QCOMPARE(shot.pixelColor(frame.topLeft().toPoint()), Theme::light().surface); // rounded corner
    }

    void manyViews_causeNoLayout()
    {
        m_panel->setLatent(20);
        show(view(std::vector<float>(20, 0.5f)));
        settle();
        LayoutCounter counter;
        m_panel->installEventFilter(&counter);
        for (QWidget* child : m_panel->findChildren<QWidget*>())
            child->installEventFilter(&counter);
        const QRect chipBefore = chip()->geometry();
        for (int i = 0; i < 50; ++i) {
            View next = view(std::vector<float>(20, std::sin(static_cast<float>(i)) * 5.0f), i);
            next.supported = static_cast<std::size_t>(i * 1000);
            next.farFromData = i % 7 == 0;
            next.milliseconds = i * 3.3;
            next.epoch = i + 0.25;
            if (i % 5 == 0)
                next.neighbours.clear();
            show(next);
            QCoreApplication::processEvents();
        }
        QCOMPARE(counter.count, 0);
        QCOMPARE(chip()->geometry(), chipBefore);
    }

    void neighbours_inATallPanel_standInTwoRows()
    {
        show(view({0.0f, 0.0f}));
        settle();
        const auto tops = [this] {
            QSet<int> found;
            for (const Thumbnail* thumbnail : m_panel->findChildren<Thumbnail*>())
                found.insert(thumbnail->y());
            return found.size();
        };
        m_panel->resize(292, 544);
        settle();
        QCOMPARE(tops(), 1);
        const int image = m_panel->imageView()->height();
        m_panel->resize(292, 800);
        settle();
        QCOMPARE(tops(), 2);
        QCOMPARE(m_panel->imageView()->height(), image); // they take nothing from the image
        m_panel->resize(200, 544); // too narrow for eight in a row
        settle();
        QCOMPARE(tops(), 2);
    }

    void density_known_standsInTheSupport()
    {
        View v = view({0.0f, 0.0f});
        v.density = 3.14;
        show(v);
        QCOMPARE(chip()->text(), QStringLiteral("Well supported: 318 codes within 0.25, density 3.1× a typical code’s"));
        v.density = 0.088; // sparse only where nineteen of twenty codes lie denser; but well is more than that
        show(v);
        QCOMPARE(chip()->text(), QStringLiteral("Supported: 318 codes within 0.25, density 0.088× a typical code’s"));
        v.supported = 0;
        v.farFromData = true;
        v.density = 1e-7;
        show(v);
        QCOMPARE(chip()->text(), QStringLiteral("Far from data: nearest code is 0.005 away, density below 0.001× a typical code’s"));
        v.density = 0.0123;
        show(v);
        QCOMPARE(chip()->text(), QStringLiteral("Far from data: nearest code is 0.005 away, density 0.012× a typical code’s"));
    }

    void density_lowerThanNearlyAllCodes_isThinSupportThoughACodeIsNear()
    {
        View v = view({0.0f, 0.0f});
        v.supported = 1;
        v.density = 0.0012;
        v.sparse = true;
        show(v);
        QCOMPARE(chip()->level(), SupportChip::Level::Thin);
        QCOMPARE(chip()->text(), QStringLiteral("Thinly supported: 1 code within 0.25, density 0.001× a typical code’s"));
        v.sparse = false;
        show(v);
        QCOMPARE(chip()->level(), SupportChip::Level::Good);
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
        show(view({0.0f, 0.0f}));
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
        show(view({0.25f, 0.5f}));
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
        show(view({0.0f, 0.0f}));
        typeCode(QStringLiteral("1.5"));
        show(view({2.0f, 3.0f}));
        QCOMPARE(edit()->text(), QStringLiteral("1.5"));
        QTest::keyClick(edit(), Qt::Key_Escape);
        QCOMPARE(edit()->text(), QStringLiteral("(2.00, 3.00)"));
    }

    void neighbour_clicked_isActivatedWithItsRow()
    {
        show(view({0.0f, 0.0f}));
        QSignalSpy activated(m_panel.get(), &DecodedPanel::neighbourActivated);
        const auto thumbnails = m_panel->findChildren<Thumbnail*>();
        QCOMPARE(thumbnails.size(), 8);
        QTest::mouseClick(thumbnails.at(2), Qt::LeftButton);
        QCOMPARE(activated.count(), 1);
        QCOMPARE(activated.at(0).at(0).value<qsizetype>(), qsizetype{102});
        thumbnails.at(7)->setFocus();
        QTest::keyClick(thumbnails.at(7), Qt::Key_Space);
        QCOMPARE(activated.count(), 2);
        QCOMPARE(activated.at(1).at(0).value<qsizetype>(), qsizetype{107});
        QVERIFY(thumbnails.at(2)->accessibleName().contains(QLatin1String("label 9")));
    }

    void original_set_standsBesideTheDecode()
    {
        show(view({0.0f, 0.0f}));
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
        show(view(std::vector<float>(static_cast<std::size_t>(latent), 0.5f)));
        settle();
        const auto bottom = [this](QWidget* widget) { return widget->mapTo(m_panel.get(), QPoint(0, widget->height())).y(); };
        QVERIFY(bottom(chip()) <= 480);
        QVERIFY(m_panel->imageView()->height() >= 96);
        if (latent > 2)
            QVERIFY(bottom(m_panel->findChildren<CodeSlider*>().first()) <= 480);
    }

    void clear_returnsToTheEmptyState()
    {
        show(view({0.5f, 0.5f}));
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
