// SPDX-License-Identifier: GPL-3.0-or-later
// Two remembered selections, the direction between them, what its slider does, its names, and that the file keeps it.
#include "app/window/selection_controller.h"
#include "support/app_window_fixture.h"
#include "ui/panels/bipolar_slider.h"
#include "ui/panels/decoded_panel.h"
#include "ui/panels/directions_panel.h"
#include "ui/panels/image_view.h"
#include "ui/panels/selection_panel.h"

#include <QAbstractButton>
#include <QLineEdit>

using namespace latentscape;
using namespace latentscape::tests;

class TstWindowDirections : public AppWindowFixture {
    Q_OBJECT

private:
    static constexpr int kLatent = 3;

    /// The samples of one class, as a lasso would leave them.
    void selectClass(int label)
    {
        std::vector<std::size_t> samples;
        for (std::size_t sample = 0; sample < session().data()->train().count; ++sample)
            if (session().data()->train().labels[sample] == label)
                samples.push_back(sample);
        m_app->selections().select(Selection(session().data()->train().count).combined(samples, SelectionMode::Replace), QStringLiteral("Select"));
    }
    /// Groups by their keys, the name typed in the panel.
    void findDirection(const QString& name)
    {
        open(TinyFolder::config(kLatent, 100000));
        selectClass(0);
        key(Qt::Key_1, Qt::ControlModifier);
        selectClass(1);
        key(Qt::Key_2, Qt::ControlModifier);
        QLineEdit* field = nullptr;
        QTRY_VERIFY((field = control<QLineEdit>("Direction name")));
        field->setFocus();
        typeText(name);
        key(Qt::Key_Return);
        QTRY_COMPARE(session().directions().size(), std::size_t{1});
        map()->setFocus();
    }
    [[nodiscard]] const AttributeDirection& direction() const { return session().directions().front(); }
    [[nodiscard]] double alongDirection(const std::vector<float>& from, const std::vector<float>& to) const
    {
        double sum = 0.0;
        for (std::size_t k = 0; k < from.size(); ++k)
            sum += (double(to[k]) - double(from[k])) * double(direction().direction[k]);
        return sum;
    }
    [[nodiscard]] static double distance(const std::vector<float>& a, const std::vector<float>& b)
    {
        double sum = 0.0;
        for (std::size_t k = 0; k < a.size(); ++k)
            sum += (double(a[k]) - double(b[k])) * (double(a[k]) - double(b[k]));
        return std::sqrt(sum);
    }

private Q_SLOTS:
    void groups_aAndB_giveTheStepBetweenTheirMeans()
    {
        findDirection(QStringLiteral("slant"));
        QCOMPARE(direction().name, std::string("slant"));
        QCOMPARE(direction().from, std::size_t{20});
        QCOMPARE(direction().to, std::size_t{20});
        std::vector<double> step(kLatent, 0.0);
        for (std::size_t row = 0; row < codes().count(); ++row) {
            const int label = session().data()->train().labels[std::size_t(codes().indices[row])];
            for (std::size_t k = 0; k < kLatent && label < 2; ++k)
                step[k] += (label == 1 ? 1.0 : -1.0) * double(codes().muOf(row)[k]) / 20.0;
        }
        for (std::size_t k = 0; k < kLatent; ++k)
            QVERIFY(std::abs(direction().length * double(direction().direction[k]) - step[k]) < 1e-5);
        QVERIFY(direction().effect > 0.0 && direction().chance > 0.0 && direction().chance <= 1.0);
        QCOMPARE(parts().directions->count(), 1);
        QVERIFY2(message().contains(QStringLiteral("slant")), qPrintable(message()));
        undo();
        QVERIFY(session().directions().empty());
        QVERIFY(!parts().messages->isActive()); // what it said no longer is so
        QCOMPARE(parts().directions->count(), 0);
        redo();
        QCOMPARE(parts().directions->count(), 1);
    }

    void direction_found_standsUnderTheImageThatItMoves()
    {
        findDirection(QStringLiteral("slant"));
        QTRY_VERIFY(parts().directions->isVisible() && parts().decoded->isVisible());
        const QWidget* image = parts().decoded->imageView();
        const auto* slider = control<ui::BipolarSlider>("Amount of slant");
        QVERIFY(image->isVisible() && !image->visibleRegion().isEmpty() && slider && !slider->visibleRegion().isEmpty());
        QVERIFY(slider->mapTo(&window(), QPoint()).y() > image->mapTo(&window(), QPoint(0, image->height())).y());
    }

    void name_thereAlready_getsANumber()
    {
        findDirection(QStringLiteral("slant"));
        for (const char* name : {"slant 2", "slant 3"}) {
            Q_EMIT parts().selection->directionRequested(QStringLiteral("slant"));
            QTRY_COMPARE(session().directions().back().name, std::string(name));
        }
        control<QLineEdit>("Direction name")->setText(QStringLiteral("slant"));
        key(Qt::Key_D, Qt::ControlModifier); // takes the name in the field, as the button does
        QTRY_COMPARE(session().directions().back().name, std::string("slant 4"));
        QVERIFY(control<QLineEdit>("Direction name")->text().isEmpty()); // its name was given away
        key(Qt::Key_D, Qt::ControlModifier);
        QTRY_COMPARE(session().directions().back().name, std::string("direction 1"));
        Q_EMIT parts().directions->renamed(4, QStringLiteral("slant"));
        QCOMPARE(session().directions().back().name, std::string("slant 5"));
    }

    void direction_beyondWhatAFileHolds_isRefusedWithWhatToDo()
    {
        findDirection(QStringLiteral("slant"));
        session().setDirections(std::vector<AttributeDirection>(kMostDirections, direction()));
        key(Qt::Key_D, Qt::ControlModifier);
        QVERIFY2(message().contains(QStringLiteral("256 directions")) && message().contains(QStringLiteral("Remove one")), qPrintable(message()));
        QCOMPARE(session().directions().size(), kMostDirections);
    }

    void group_ofOneImage_isRefusedWithWhatToDo()
    {
        open();
        const std::size_t one[] = {0};
        m_app->selections().select(Selection(session().data()->train().count).combined(one, SelectionMode::Replace), QStringLiteral("Select"));
        key(Qt::Key_1, Qt::ControlModifier);
        selectClass(1);
        key(Qt::Key_2, Qt::ControlModifier);
        key(Qt::Key_D, Qt::ControlModifier);
        QVERIFY2(message().contains(QStringLiteral("Group A is a single image")) && message().contains(QStringLiteral("at least two")), qPrintable(message()));
        QVERIFY(session().directions().empty());
    }

    void groups_missing_areRefusedWithWhatToDo()
    {
        open();
        key(Qt::Key_D, Qt::ControlModifier);
        QVERIFY2(message().contains(QStringLiteral("Group A is empty")) && message().contains(QStringLiteral("Lasso")), qPrintable(message()));
        selectClass(0);
        key(Qt::Key_1, Qt::ControlModifier);
        key(Qt::Key_D, Qt::ControlModifier);
        QVERIFY2(message().contains(QStringLiteral("Group B is empty")), qPrintable(message()));
        key(Qt::Key_2, Qt::ControlModifier); // the same selection twice
        key(Qt::Key_D, Qt::ControlModifier);
        QTRY_VERIFY2(!message().contains(QStringLiteral("is empty")), qPrintable(message()));
        QVERIFY(session().directions().empty());
        undo();
        undo();
        QVERIFY(m_app->selections().groups()[0].isEmpty());
    }

    void slider_drag_movesTheProbeByLengthsInOneStep()
    {
        findDirection(QStringLiteral("slant"));
        auto* slider = control<ui::BipolarSlider>("Amount of slant");
        QVERIFY(slider);
        m_app->explorer().setProbe({0.3f, -0.2f, 0.5f});
        const std::vector<float> before = probe();
        const int stepsBefore = steps();
        const QPoint middle = slider->rect().center();
        drag(slider, {middle, middle + QPoint(10, 0), middle + QPoint(25, 0), middle + QPoint(40, 0)});
        QVERIFY(slider->amount() > 0.2);
        QVERIFY2(std::abs(alongDirection(before, probe()) - slider->amount() * direction().length) < 1e-4, qPrintable(QString::number(slider->amount())));
        QVERIFY(std::abs(distance(before, probe()) - slider->amount() * direction().length) < 1e-4); // and nowhere else
        QCOMPARE(steps(), stepsBefore + 1);
        const double amount = slider->amount();
        const std::vector<float> after = probe();
        undo();
        QCOMPARE(probe(), before);
        QCOMPARE(slider->amount(), 0.0);
        redo();
        QCOMPARE(probe(), after);
        QCOMPARE(slider->amount(), amount);
        drag(slider, {middle + QPoint(40, 0), middle + QPoint(20, 0)}); // goes on from there
        QVERIFY2(std::abs(alongDirection(before, probe()) - slider->amount() * direction().length) < 1e-4, qPrintable(QString::number(slider->amount())));
        undo();
        QCOMPARE(slider->amount(), amount);
        QCOMPARE(probe(), after);
    }

    void slider_keys_moveTheProbeBothWays()
    {
        findDirection(QStringLiteral("slant"));
        m_app->explorer().setProbe({0.0f, 0.0f, 0.0f});
        auto* slider = control<ui::BipolarSlider>("Amount of slant");
        slider->setFocus();
        key(Qt::Key_PageUp);
        key(Qt::Key_Right);
        QVERIFY(std::abs(slider->amount() - 0.55) < 1e-9);
        QVERIFY(std::abs(alongDirection({0.0f, 0.0f, 0.0f}, probe()) - 0.55 * direction().length) < 1e-4);
        keys(Qt::Key_PageDown, 2);
        QVERIFY(std::abs(alongDirection({0.0f, 0.0f, 0.0f}, probe()) + 0.45 * direction().length) < 1e-4);
    }

    void plane_ofADirection_isShownByItsButton()
    {
        findDirection(QStringLiteral("slant"));
        click(control<QAbstractButton>("Show the plane of slant"));
        QTRY_COMPARE(plane().kind(), PlaneKind::Attribute);
        for (std::size_t k = 0; k < kLatent; ++k)
            QVERIFY(std::abs(plane().u()[k] - double(direction().direction[k])) < 1e-6);
        QTRY_VERIFY(m_app->planes().axisNames().first.startsWith(QStringLiteral("slant")));
    }

    /// The plane's direction moves up in the list when one before it goes: no step of its own, neither then nor while undoing.
    void plane_ofADirection_whenAnotherIsRemoved_staysWithoutAStep()
    {
        findDirection(QStringLiteral("slant"));
        selectClass(2);
        key(Qt::Key_2, Qt::ControlModifier);
        auto* field = control<QLineEdit>("Direction name");
        field->setFocus();
        key(Qt::Key_A, Qt::ControlModifier);
        typeText(QStringLiteral("width"));
        key(Qt::Key_Return);
        QTRY_COMPARE(session().directions().size(), std::size_t{2});
        QCOMPARE(session().directions()[1].name, std::string("width"));
        map()->setFocus();
        QTRY_VERIFY(control<QAbstractButton>("Show the plane of width"));
        click(control<QAbstractButton>("Show the plane of width"));
        QTRY_COMPARE(plane().kind(), PlaneKind::Attribute);
        const std::vector<float> width = session().directions()[1].direction;
        const auto shown = [&] {
            for (std::size_t k = 0; k < kLatent; ++k)
                if (std::abs(plane().u()[k] - double(width[k])) > 1e-6)
                    return false;
            return true;
        };
        QTRY_VERIFY(shown());
        const int before = m_app->undo().count();
        QTRY_VERIFY(control<QAbstractButton>("Remove slant"));
        click(control<QAbstractButton>("Remove slant"));
        QCOMPARE(session().directions().size(), std::size_t{1});
        QVERIFY(shown());
        QCOMPARE(m_app->undo().count(), before + 1);
        for (int round = 0; round < 2; ++round) {
            undo();
            QCOMPARE(session().directions().size(), std::size_t{2});
            QVERIFY(shown());
            redo();
            QCOMPARE(session().directions().size(), std::size_t{1});
            QVERIFY(shown());
        }
        QCOMPARE(m_app->undo().count(), before + 1);
    }

    void name_changedByF2_andRemoving_comeBackByUndo()
    {
        findDirection(QStringLiteral("slant"));
        auto* name = control<QLineEdit>("Name of direction slant");
        QVERIFY(name);
        name->setFocus();
        key(Qt::Key_F2);
        key(Qt::Key_A, Qt::ControlModifier);
        typeText(QStringLiteral("width"));
        key(Qt::Key_Return);
        QCOMPARE(direction().name, std::string("width"));
        map()->setFocus();
        undo();
        QCOMPARE(direction().name, std::string("slant"));
        redo();
        QCOMPARE(direction().name, std::string("width"));
        click(control<QAbstractButton>("Remove width"));
        QVERIFY(session().directions().empty());
        undo();
        QCOMPARE(session().directions().size(), std::size_t{1});
        QCOMPARE(direction().name, std::string("width"));
        QVERIFY(control<ui::BipolarSlider>("Amount of width"));
    }

    void file_savedAndOpenedAgain_keepsTheDirections()
    {
        findDirection(QStringLiteral("slant"));
        const AttributeDirection found = direction();
        QVERIFY(session().hasUnsavedTraining()); // a direction is work, too
        answerWith(file(QStringLiteral("model.safetensors")), [this] { key(Qt::Key_S, Qt::ControlModifier); });
        QTRY_COMPARE(message(), QStringLiteral("Saved as model.safetensors in %1.").arg(shownFolder()));
        QVERIFY(!session().hasUnsavedTraining());
        QVERIFY(session().startOver(TinyFolder::config(kLatent), QStringLiteral("auto"), false).ok());
        QTRY_COMPARE(session().state(), TrainerState::Ready);
        QCOMPARE(parts().directions->count(), 0);
        QSignalSpy opened(&session(), &app::Session::opened);
        answerWith(file(QStringLiteral("model.safetensors")), [this] { key(Qt::Key_O, Qt::ControlModifier); });
        QTRY_COMPARE(opened.count(), 1);
        QTRY_COMPARE(session().directions().size(), std::size_t{1});
        QCOMPARE(direction(), found);
        QCOMPARE(parts().directions->count(), 1);
        QVERIFY(!session().hasUnsavedTraining());
        QCOMPARE(steps(), 0); // steps of another run are gone
    }
};

QTEST_MAIN(TstWindowDirections)
#include "tst_window_directions.moc"
