// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/image_grid.h"
#include "ui/panels/manifold_view.h"
#include "ui/panels/reconstruction_view.h"
#include "ui/panels/samples_view.h"
#include "ui/panels/text_cell.h"
#include "ui/theme/icons.h"
#include "ui/theme/style_sheet.h"

#include <QAbstractButton>
#include <QApplication>
#include <QComboBox>
#include <QSignalSpy>
#include <QSlider>
#include <QtTest>

using namespace latentscape::ui;

class TestViews : public QObject {
    Q_OBJECT

private:
    template <typename Widget>
    static Widget* control(QWidget& view, const char* name)
    {
        for (Widget* widget : view.findChildren<Widget*>()) {
            if (widget->accessibleName() == QString::fromUtf8(name))
                return widget;
        }
        return nullptr;
    }
    static QVector<QImage> images(int count)
    {
        QImage image(28, 28, QImage::Format_Grayscale8);
        image.fill(128);
        return QVector<QImage>(count, image);
    }

    /// The longest text: the other cells show numbers.
    static QString captionOf(const QWidget& view)
    {
        QString longest;
        for (const TextCell* cell : view.findChildren<TextCell*>()) {
            if (cell->text().size() > longest.size())
                longest = cell->text();
        }
        return longest;
    }

private Q_SLOTS:
    void initTestCase()
    {
        initResources();
        qApp->setStyleSheet(styleSheet(Theme::light())); // widths are those of the program
    }
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support )"))); }

    void manifold_controls_requestOtherImages()
    {
        ManifoldView view;
        view.setTheme(Theme::light());
        QSignalSpy request(&view, &ManifoldView::requestChanged);
        QCOMPARE(view.columns(), 20);
        QVERIFY(view.priorQuantiles());
        auto* mode = control<QComboBox>(view, "Manifold range");
        auto* size = control<QComboBox>(view, "Manifold size");
        QVERIFY(mode && size);
        QTest::keyClick(mode, Qt::Key_Down);
        QCOMPARE(request.count(), 1);
        QVERIFY(!view.priorQuantiles());
        QTest::keyClick(size, Qt::Key_Down);
        QCOMPARE(request.count(), 2);
        QCOMPARE(view.columns(), 30);
    }

    void manifold_moreDimensionsThanThePlane_saysWhereTheyAre()
    {
        ManifoldView view;
        const auto caption = [&view] { return view.findChild<TextCell*>()->text(); };
        const QString alone = caption();
        QVERIFY(!alone.contains(QLatin1String("probe")));
        view.setBeyondPlane(true);
        QVERIFY(caption().endsWith(QLatin1String("off the plane as at the probe.")));
        QTest::keyClick(control<QComboBox>(view, "Manifold range"), Qt::Key_Down);
        QVERIFY(caption().endsWith(QLatin1String("off the plane as at the probe.")));
        QTest::keyClick(control<QComboBox>(view, "Manifold range"), Qt::Key_Up);
        view.setBeyondPlane(false);
        QCOMPARE(caption(), alone);
    }

    void manifold_images_fillTheirColumnsAndCanBePicked()
    {
        ManifoldView view;
        view.resize(600, 640);
        view.show();
        auto* save = control<QAbstractButton>(view, "Export…");
        QVERIFY(!save->isEnabled());
        view.setImages(images(400));
        QVERIFY(save->isEnabled());
        QCOMPARE(view.grid()->columns(), 20);
        QSignalSpy activated(&view, &ManifoldView::activated);
        QTest::mouseClick(view.grid(), Qt::LeftButton, {}, view.grid()->cellRect(21).center());
        QCOMPARE(activated.count(), 1);
        QCOMPARE(activated.at(0).at(0).toInt(), 21);
        QSignalSpy exported(&view, &ManifoldView::exportRequested);
        QTest::mouseClick(save, Qt::LeftButton);
        QCOMPARE(exported.count(), 1);
        QVERIFY(!view.rendered(1.0).isNull());
    }

    void reconstruction_pairs_areShownAndShuffled()
    {
        ReconstructionView view;
        view.resize(600, 500);
        view.show();
        QSignalSpy shuffle(&view, &ReconstructionView::shuffleRequested);
        QTest::mouseClick(control<QAbstractButton>(view, "Other samples"), Qt::LeftButton);
        QCOMPARE(shuffle.count(), 1);
        view.setPairs(images(10), images(10), QStringList(10, QStringLiteral("7 · 12")));
        QCOMPARE(view.grid()->count(), 10);
        const QRect cell = view.grid()->cellRect(0);
        QVERIFY(cell.height() >= 2 * cell.width()); // two images high
        bool namesMean = false;
        for (const TextCell* cellText : view.findChildren<TextCell*>())
            namesMean |= cellText->text().contains(QStringLiteral("posterior mean μ"));
        QVERIFY(namesMean);
    }

    void samples_twoButtons_requestAndNameTheirSource()
    {
        SamplesView view;
        view.resize(700, 500);
        view.show();
        QSignalSpy prior(&view, &SamplesView::samplePriorRequested);
        QSignalSpy aggregate(&view, &SamplesView::sampleAggregateRequested);
        const auto caption = [&view] { return captionOf(view); };
        QTest::mouseClick(control<QAbstractButton>(view, "Sample the prior"), Qt::LeftButton);
        QCOMPARE(prior.count(), 1);
        view.setImages(images(64));
        QVERIFY(caption().contains(QLatin1String("from the prior")));
        QTest::mouseClick(control<QAbstractButton>(view, "Sample the aggregate posterior"), Qt::LeftButton);
        QCOMPARE(aggregate.count(), 1);
        QVERIFY2(caption().contains(QLatin1String("from the prior")), "the caption names what is shown, not what was asked for");
        view.setImages(images(64));
        QVERIFY(caption().contains(QLatin1String("aggregate posterior")));
        QCOMPARE(view.grid()->columns(), 8);
    }

    void samples_otherCount_asksAgainForTheSameSource()
    {
        SamplesView view;
        view.show();
        QSignalSpy aggregate(&view, &SamplesView::sampleAggregateRequested);
        auto* count = control<QComboBox>(view, "Number of samples");
        QTest::keyClick(count, Qt::Key_Down);
        QCOMPARE(view.sampleCount(), 100);
        QCOMPARE(aggregate.count(), 0); // nothing is shown yet
        QTest::mouseClick(control<QAbstractButton>(view, "Sample the aggregate posterior"), Qt::LeftButton);
        view.setImages(images(100));
        QTest::keyClick(count, Qt::Key_Up);
        QCOMPARE(aggregate.count(), 2);
        QCOMPARE(view.sampleCount(), 64);
    }

    void samples_posterior_needsAPickAndDrawsTwelve()
    {
        SamplesView view;
        view.resize(834, 500);
        view.show();
        QSignalSpy posterior(&view, &SamplesView::samplePosteriorRequested);
        auto* button = control<QAbstractButton>(view, "Picked image's posterior");
        QVERIFY(!button->isEnabled());
        QVERIFY(button->toolTip().contains(QLatin1String("Pick an image")));
        view.requestSamples(SamplesView::Source::Posterior);
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(posterior.count(), 0);
        QCOMPARE(view.sampleCount(), 64);
        view.setPosteriorAvailable(true);
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(posterior.count(), 1);
        QCOMPARE(view.source(), SamplesView::Source::Posterior);
        QCOMPARE(view.sampleCount(), 12);
        view.setImages(images(12));
        QVERIFY(captionOf(view).contains(QLatin1String("picked image's posterior")));
        auto* count = control<QComboBox>(view, "Number of samples");
        QVERIFY(!count->isEnabled() && count->toolTip().contains(QLatin1String("12")));
        view.requestSamples(SamplesView::Source::Prior);
        QVERIFY(count->isEnabled());
    }

    void samples_temperature_isSignalledAndNamedInTheCaption()
    {
        SamplesView view;
        view.resize(834, 500);
        view.show();
        QSignalSpy changed(&view, &SamplesView::temperatureChanged);
        QCOMPARE(view.temperature(), 1.0);
        view.requestSamples(SamplesView::Source::Prior);
        view.setImages(images(64));
        QVERIFY(captionOf(view).endsWith(QLatin1String("T = 1.00")));
        auto* slider = control<QSlider>(view, "Temperature");
        QVERIFY(slider);
        slider->setFocus();
        QTest::keyClick(slider, Qt::Key_Left);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(changed.at(0).at(0).toDouble(), 0.95);
        QVERIFY2(captionOf(view).endsWith(QLatin1String("T = 1.00")), "the caption tells what is shown, not what comes next");
        view.setImages(images(64));
        QVERIFY(captionOf(view).endsWith(QLatin1String("T = 0.95")));
        QTest::keyClick(slider, Qt::Key_End);
        QCOMPARE(view.temperature(), 2.0);
        view.setTemperature(0.3);
        QCOMPARE(view.temperature(), 0.3);
        QCOMPARE(changed.count(), 2); // not by a setter
    }

    void samples_inANarrowWindow_cutNothingOff()
    {
        QWidget window;
        SamplesView view(&window);
        view.setPosteriorAvailable(true);
        view.setImages(images(25));
        view.resize(834, 400);
        window.show();
        view.resize(456, 400);
        QCoreApplication::processEvents();
        for (const QWidget* child : view.findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly)) {
            if (child->isVisible())
                QVERIFY2(view.rect().contains(child->geometry()), qPrintable(child->accessibleName()));
        }
        for (const char* name : {"Sample the prior", "Sample the aggregate posterior", "Picked image's posterior"}) {
            auto* button = control<QAbstractButton>(view, name); // shorter words, the same name
            QVERIFY2(button && button->sizeHint().width() <= button->width(), name);
        }
    }
};

QTEST_MAIN(TestViews)
#include "tst_views.moc"
