// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chrome/message_bar.h"
#include "ui/chrome/status_panel.h"
#include "ui/chrome/train_bar.h"
#include "ui/panels/decoded_panel.h"
#include "ui/panels/directions_panel.h"
#include "ui/panels/experiment_panel.h"
#include "ui/panels/manifold_view.h"
#include "ui/panels/map_options.h"
#include "ui/panels/path_strip.h"
#include "ui/panels/reconstruction_view.h"
#include "ui/panels/samples_view.h"
#include "ui/panels/selection_panel.h"

#include <QAccessible>
#include <QAction>
#include <QPushButton>
#include <QtTest>

#include <functional>
#include <memory>

using namespace latentscape;
using namespace latentscape::ui;

/// Nothing that a person can focus or press is without a name.
class TestAccessibleNames : public QObject {
    Q_OBJECT

private:
    using Make = std::function<std::unique_ptr<QWidget>()>;

    static QImage image()
    {
        QImage made(28, 28, QImage::Format_RGB32);
        made.fill(Qt::gray);
        return made;
    }
    static bool isNested(QAccessible::Role role)
    {
        // Parts of a control that is named itself: list entries, the arrow of a box, the bars of a scroll area.
        return role == QAccessible::ListItem || role == QAccessible::List || role == QAccessible::ScrollBar ||
               role == QAccessible::Grip || role == QAccessible::PopupMenu || role == QAccessible::Cell || role == QAccessible::Table;
    }
    static void walk(QAccessibleInterface* element, const QString& path, QStringList& nameless, int& seen)
    {
        if (!element || !element->isValid() || element->state().invisible)
            return;
        const QAccessible::Role role = element->role();
        if (isNested(role))
            return;
        const QObject* object = element->object();
        const QString here = path + QLatin1Char('/') +
                             (object ? QLatin1String(object->metaObject()->className()) : QLatin1String("element")) +
                             (element->text(QAccessible::Name).isEmpty() ? QString() : QStringLiteral("“%1”").arg(element->text(QAccessible::Name)));
        const bool pressable = element->actionInterface() &&
                               element->actionInterface()->actionNames().contains(QAccessibleActionInterface::pressAction());
        if (element->state().focusable || pressable || element->valueInterface()) {
            ++seen;
            if (element->text(QAccessible::Name).trimmed().isEmpty())
                nameless << here;
        }
        for (int i = 0; i < element->childCount(); ++i)
            walk(element->child(i), here, nameless, seen);
    }
    static std::unique_ptr<QWidget> decoded(int latent)
    {
        auto panel = std::make_unique<DecodedPanel>();
        panel->setLatent(latent);
        panel->setDecoded(image(), std::vector<float>(static_cast<std::size_t>(latent), 0.5f), 1);
        DecodedPanel::Surroundings surroundings;
        for (int i = 0; i < 8; ++i)
            surroundings.neighbours.push_back({image(), QStringLiteral("7"), 0.1, i});
        surroundings.supported = 3;
        panel->setSurroundings(surroundings);
        return panel;
    }
    static std::unique_ptr<QWidget> selection()
    {
        auto panel = std::make_unique<SelectionPanel>();
        SelectionView view;
        view.count = view.total = 3;
        view.classes = {{QStringLiteral("7"), Qt::red, 3, 3}};
        view.mean = image();
        view.montage = {image(), image(), image()};
        view.samples = {0, 1, 2};
        panel->setView(view);
        panel->setClassNames({QStringLiteral("7")});
        panel->setGroups(QStringLiteral("3 images"), QStringLiteral("3 images"), true);
        return panel;
    }
    static std::unique_ptr<QWidget> trainBar()
    {
        auto holder = std::make_unique<QWidget>();
        auto action = [&holder](const char* text) { return new QAction(QLatin1String(text), holder.get()); };
        auto* bar = new TrainBar({action("Train"), action("Step"), action("Stop"), action("Reset"), action("Probe"), action("Path"), action("Lasso")},
                                 holder.get());
        bar->setLikelihood(QStringLiteral("Bernoulli"));
        bar->setDevice(QStringLiteral("CPU"), true, {});
        bar->resize(1360, bar->sizeHint().height());
        return holder;
    }

private Q_SLOTS:
    void everyControl_hasAName_data()
    {
        QTest::addColumn<Make>("make");
        const auto row = [](const char* name, Make make) { QTest::newRow(name) << make; };
        row("experiment", [] { return std::make_unique<ExperimentPanel>(); });
        row("decoded", [] { return decoded(2); });
        row("decoded with sliders", [] { return decoded(5); });
        row("path", [] {
            auto strip = std::make_unique<PathStrip>();
            strip->setAnchorCount(2);
            strip->setFrames({image(), image()});
            return strip;
        });
        row("manifold", [] { return std::make_unique<ManifoldView>(); });
        row("reconstructions", [] { return std::make_unique<ReconstructionView>(); });
        row("samples", [] { return std::make_unique<SamplesView>(); });
        row("selection, empty", [] { return std::make_unique<SelectionPanel>(); });
        row("selection", [] { return selection(); });
        row("directions", [] {
            auto panel = std::make_unique<DirectionsPanel>();
            panel->setEntries({{QStringLiteral("slant"), 7.0, 2.0, 0.01, 1.0}});
            return panel;
        });
        row("map options, axes", [] {
            auto options = std::make_unique<MapOptions>();
            options->setLatent(5);
            options->setPlaneChoice({PlaneKind::Axes, 0, 1, 0});
            options->setColourChoice({ColourBy::Kl, 0, ColourScaleName::Viridis});
            return options;
        });
        row("map options, tour", [] {
            auto options = std::make_unique<MapOptions>();
            options->setLatent(5);
            options->setPlaneChoice({PlaneKind::Tour, 0, 1, 0});
            return options;
        });
        row("train bar", [] { return trainBar(); });
        row("status", [] { return std::make_unique<StatusPanel>(); });
        row("message", [] {
            auto bar = std::make_unique<MessageBar>();
            bar->show(MessageBar::Severity::Warning, QStringLiteral("Text"), QStringLiteral("Details"), QStringLiteral("Undo"));
            return bar;
        });
    }
    void everyControl_hasAName()
    {
        QTest::failOnWarning(QRegularExpression(QStringLiteral("^(?!This plugin does not support )")));
        QFETCH(Make, make);
        const std::unique_ptr<QWidget> widget = make();
        widget->resize(900, 900);
        widget->show();
        QVERIFY(QTest::qWaitForWindowExposed(widget.get()));
        QStringList nameless;
        int seen = 0;
        walk(QAccessible::queryAccessibleInterface(widget.get()), {}, nameless, seen);
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(QLatin1Char('\n'))));
        if (!QLatin1String(QTest::currentDataTag()).contains(QLatin1String("empty")) &&
            QLatin1String(QTest::currentDataTag()) != QLatin1String("status"))
            QVERIFY2(seen > 0, "the walk found nothing to press: it does not look where the controls are");
    }

    void walk_ofAButtonWithoutName_complains()
    {
        QWidget widget;
        QAbstractButton* nameless = new QPushButton(&widget);
        nameless->resize(40, 20);
        widget.resize(100, 100);
        widget.show();
        QVERIFY(QTest::qWaitForWindowExposed(&widget));
        QStringList found;
        int seen = 0;
        walk(QAccessible::queryAccessibleInterface(&widget), {}, found, seen);
        QCOMPARE(found.size(), 1);
        QVERIFY(found.first().contains(QLatin1String("QPushButton")));
    }
};

QTEST_MAIN(TestAccessibleNames)
#include "tst_accessible_names.moc"
