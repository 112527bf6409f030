// SPDX-License-Identifier: GPL-3.0-or-later
// The Path tool: anchors by the mouse, the film, playing, undo, and every way to export it through the real file dialogs.
#include "app/window/path_controller.h"
#include "app/window/sample_pictures.h"
#include "support/app_window_fixture.h"

#include <QCheckBox>
#include <QDir>
#include <QImageReader>
#include <QSlider>
#include <QSpinBox>
#include <QToolButton>

using namespace latentscape;
using namespace latentscape::tests;

class TstWindowPath : public AppWindowFixture {
    Q_OBJECT

private:
    static constexpr int kFrames = 12;

    [[nodiscard]] std::size_t anchors() const { return m_app->path().anchorCount(); }
    [[nodiscard]] ui::PathStrip* strip() const { return parts().pathStrip; }
    /// Opens the window, takes the tool by its key and clicks on free places.
    void openWithPath(std::size_t count, int latent = 2)
    {
        m_script->imagesFollowCodes = true;
        open(TinyFolder::config(latent, 100000));
        key(Qt::Key_2);
        QTRY_VERIFY(strip()->isVisible());
        QTRY_VERIFY(map()->settled());
        for (const QPoint& at : spreadPlaces(count))
            click(map(), at);
        QCOMPARE(anchors(), count);
        if (count >= 2)
            QTRY_COMPARE(strip()->frames().size(), qsizetype(kFrames));
    }
    /// The probe at an end of the path, by the position's own keys.
    [[nodiscard]] std::vector<float> probeAt(Qt::Key end)
    {
        auto* position = control<QSlider>("Path position");
        if (!position)
            return {};
        position->setFocus();
        key(end == Qt::Key_Home ? Qt::Key_End : Qt::Key_Home);
        key(end);
        return probe();
    }
    [[nodiscard]] static bool isNear(const std::vector<float>& a, const std::vector<float>& b)
    {
        return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](float x, float y) { return std::abs(x - y) < 1e-4f; });
    }
    [[nodiscard]] std::vector<float> codeAt(QPoint at) const { return plane().lift(map()->toPlane(at), probe()); }
    void verifyExported(const QString& name) { QTRY_COMPARE(message(), exported(file(name))); }

private Q_SLOTS:
    void tool_inALowWindow_showsItsStripWhole()
    {
        open();
        m_app->window().resize(960, 500);
        key(Qt::Key_2);
        QTRY_VERIFY(strip()->isVisible());
        QTRY_VERIFY2(strip()->height() >= strip()->minimumSizeHint().height(), qPrintable(QString::number(strip()->height())));
        QTRY_VERIFY(map()->height() >= map()->minimumSizeHint().height());
    }

    void position_whenThePlaneChanges_staysOnThePath()
    {
        openWithPath(3, /*latent=*/3);
        strip()->setPosition(0.4);
        m_app->planes().choose({PlaneKind::Axes, 0, 1, 0});
        QTRY_VERIFY(plane().isAxisPair());
        const auto mark = [this] {
            const QPoint at = map()->toPixel(plane().project(probe())).toPoint(); // it stands on the probe, which went along
            return map()->grab(QRect(at - QPoint(6, 6), QSize(12, 12))).toImage();
        };
        QTRY_VERIFY(map()->settled());
        const QImage kept = mark();
        strip()->setPosition(0.5);
        strip()->setPosition(0.4); // put there anew
        QTRY_VERIFY(mark() == kept);
    }

    void clear_afterPlaying_takesThePositionBack()
    {
        openWithPath(2);
        strip()->setPosition(0.6);
        actions().clearPath->trigger();
        QCOMPARE(anchors(), std::size_t{0});
        QCOMPARE(strip()->position(), 0.0);
    }

    void clicks_oneOnACode_itsImageStandsAtTheEnd()
    {
        open();
        key(Qt::Key_2);
        QTRY_VERIFY(strip()->isVisible());
        QTRY_VERIFY(map()->settled());
        const QPoint free = freePlaces(1).front();
        click(map(), free);
        click(map(), pixelOfRow(7));
        QCOMPARE(anchors(), std::size_t{2});
        QTRY_COMPARE(strip()->frames().size(), qsizetype(kFrames));
        QCOMPARE(probeAt(Qt::Key_End), codeOf(7)); // exactly the sample's code, not where the mouse was
        QVERIFY(isNear(probeAt(Qt::Key_Home), codeAt(free)));

        const auto index = static_cast<std::size_t>(codes().indices[7]);
        const QImage original = app::samplePicture(*session().data(), session().data()->train(), index);
        const QImage film = strip()->rendered(2.0);
        QHash<QRgb, int> pixels;
        for (int y = 0; y < film.height(); ++y)
            for (int x = 0; x < film.width(); ++x)
                ++pixels[film.pixel(x, y) | 0xff000000u];
        for (int y = 0; y < original.height(); ++y) // decoded frames have one grey each: this picture is the sample's own
            for (int x = 0; x < original.width(); ++x)
                QVERIFY2(pixels.value(original.pixel(x, y) | 0xff000000u) > 50, qPrintable(QStringLiteral("pixel %1, %2 of the sample").arg(x).arg(y)));
    }

    void sampleAnchor_whileTraining_followsItsCode()
    {
        open();
        key(Qt::Key_2);
        QTRY_VERIFY(strip()->isVisible());
        QTRY_VERIFY(map()->settled());
        click(map(), freePlaces(1).front());
        click(map(), pixelOfRow(7));
        const std::vector<float> before = codeOf(7);
        key(Qt::Key_Space);
        QTRY_VERIFY(session().status().progress.step > 20 && codeOf(7) != before);
        key(Qt::Key_Space);
        QTRY_COMPARE(session().state(), TrainerState::Paused);
        QTRY_VERIFY(codes().exact);
        QCOMPARE(probeAt(Qt::Key_End), codeOf(7));
    }

    void anchor_dragged_isOneStep()
    {
        openWithPath(3);
        const std::vector<QPoint> at = spreadPlaces(3);
        const std::vector<float> first = probeAt(Qt::Key_Home);
        const int before = steps();
        const QPoint to = at[0] + QPoint(60, 30);
        drag(map(), {at[0], at[0] + QPoint(20, 10), at[0] + QPoint(40, 20), to});
        QCOMPARE(anchors(), std::size_t{3});
        QCOMPARE(steps(), before + 1);
        QVERIFY(isNear(probeAt(Qt::Key_Home), codeAt(to)));
        undo();
        QCOMPARE(probeAt(Qt::Key_Home), first);
        redo();
        QVERIFY(isNear(probeAt(Qt::Key_Home), codeAt(to)));
    }

    void anchor_addedAndDraggedAtOnce_isOneStep()
    {
        openWithPath(2);
        const int before = steps();
        const QPoint at = spreadPlaces(3)[1]; // between the two that are there
        drag(map(), {at, at + QPoint(20, 10), at + QPoint(50, 30)});
        QCOMPARE(anchors(), std::size_t{3});
        QCOMPARE(steps(), before + 1);
        QVERIFY(isNear(probeAt(Qt::Key_End), codeAt(at + QPoint(50, 30))));
        undo();
        QCOMPARE(anchors(), std::size_t{2});
        redo();
        QVERIFY(isNear(probeAt(Qt::Key_End), codeAt(at + QPoint(50, 30))));
    }

    void anchors_removedAndCleared_comeBackByUndo()
    {
        openWithPath(3);
        const std::vector<QPoint> at = spreadPlaces(3);
        QCOMPARE(steps(), 3);
        click(map(), at[1], {}, Qt::RightButton);
        QCOMPARE(anchors(), std::size_t{2});
        undo();
        QCOMPARE(anchors(), std::size_t{3});
        click(map(), at[2]); // selects its anchor
        QCOMPARE(anchors(), std::size_t{3});
        key(Qt::Key_Delete);
        QCOMPARE(anchors(), std::size_t{2});
        click(control<QToolButton>("Clear"));
        QCOMPARE(anchors(), std::size_t{0});
        QVERIFY(strip()->frames().isEmpty());
        undo();
        QCOMPARE(anchors(), std::size_t{2});
        QTRY_COMPARE(strip()->frames().size(), qsizetype(kFrames));
        redo();
        QCOMPARE(anchors(), std::size_t{0});
        for (int left = steps(); left > 0; --left)
            undo();
        QCOMPARE(anchors(), std::size_t{0});
        QVERIFY(!actions().undo->isEnabled());
    }

    void closedSpline_endsWhereItBegins()
    {
        openWithPath(3);
        const std::vector<float> first = probeAt(Qt::Key_Home), last = probeAt(Qt::Key_End);
        QVERIFY(!isNear(first, last));
        choose("Interpolation", QStringLiteral("Spline"));
        QCOMPARE(strip()->method(), Interpolation::Spline);
        QVERIFY(isNear(probeAt(Qt::Key_End), last)); // a spline passes through its anchors
        click(control<QCheckBox>("Closed"));
        QVERIFY(strip()->isClosed());
        QVERIFY(actions().closePath->isChecked());
        QVERIFY(isNear(probeAt(Qt::Key_End), first));
        undo();
        QVERIFY(!strip()->isClosed());
        QVERIFY(!actions().closePath->isChecked());
        undo();
        QCOMPARE(strip()->method(), Interpolation::Linear);
        actions().closePath->trigger();
        QVERIFY(strip()->isClosed());
        QVERIFY(isNear(probeAt(Qt::Key_End), first));
    }

    void film_whileTraining_isDecodedAgain()
    {
        openWithPath(2);
        const QImage before = strip()->frames().first();
        QSignalSpy shown(&m_app->path(), &app::PathController::framesShown);
        key(Qt::Key_Space);
        QTRY_VERIFY(shown.count() >= 3);
        QTRY_VERIFY(strip()->frames().first() != before);
        QVERIFY(m_app->path().shownRequest() > 0);
        QVERIFY(m_app->path().shownRequest() <= m_app->path().newestRequest());
    }

    void frames_otherNumber_isDecoded()
    {
        openWithPath(2);
        auto* frames = control<QSpinBox>("Path frames");
        frames->setFocus();
        key(Qt::Key_A, Qt::ControlModifier);
        typeText(QStringLiteral("20"));
        key(Qt::Key_Return);
        QTRY_COMPARE(strip()->frames().size(), qsizetype{20});
    }

    void play_movesTheProbeAndLoops()
    {
        openWithPath(2);
        choose("Speed", QStringLiteral("4×"));
        click(control<QCheckBox>("Loop path"));
        std::vector<double> positions;
        connect(strip(), &ui::PathStrip::positionChanged, this, [&](double position) { positions.push_back(position); });
        map()->setFocus();
        const std::vector<float> before = probe();
        key(Qt::Key_P);
        QVERIFY(strip()->isPlaying());
        QTRY_VERIFY(probe() != before);
        const auto wrapped = [&] { return std::is_sorted_until(positions.begin(), positions.end()) != positions.end(); };
        QTRY_VERIFY(wrapped()); // past the end it starts over
        QVERIFY(strip()->isPlaying());
        key(Qt::Key_P);
        QVERIFY(!strip()->isPlaying());
    }

    void play_withoutAPath_saysWhatToDo()
    {
        open();
        key(Qt::Key_P);
        QVERIFY2(message().contains(QStringLiteral("no path to play")) && message().contains(QStringLiteral("Path tool")), qPrintable(message()));
        QVERIFY(!strip()->isPlaying());
        key(Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier); // no dialog for nothing, either
        QVERIFY2(message().contains(QStringLiteral("no path to export")), qPrintable(message()));
    }

    void export_strip_isTheFilmAsAPng()
    {
        openWithPath(2);
        map()->setFocus();
        answerWith(file(QStringLiteral("film.png")), [this] { key(Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier); });
        verifyExported(QStringLiteral("film.png"));
        const QImage saved(file(QStringLiteral("film.png")));
        QCOMPARE(saved.size(), strip()->rendered(2.0).size());
        QVERIFY(saved.convertToFormat(QImage::Format_RGB32) == strip()->rendered(2.0).convertToFormat(QImage::Format_RGB32));
    }

    void export_gif_hasAllFramesForthAndBack()
    {
        openWithPath(2);
        answerWith(file(QStringLiteral("walk")), [this] { actions().exportGif->trigger(); }); // no ending typed: it is added
        verifyExported(QStringLiteral("walk.gif"));
        QImageReader reader(file(QStringLiteral("walk.gif")));
        QCOMPARE(reader.format(), QByteArray("gif"));
        std::vector<int> greys;
        for (QImage frame; reader.read(&frame);) {
            QCOMPARE(frame.size(), QSize(32, 32)); // 4 × 4 samples, eight screen pixels each
            greys.push_back(qGray(frame.pixel(16, 16)));
        }
        QCOMPARE(greys.size(), std::size_t(kFrames + kFrames - 2));
        for (int i = 0; i < kFrames; ++i) { // the film, then back without its ends
            QCOMPARE(greys[std::size_t(i)], qGray(strip()->frames().at(i).pixel(0, 0)));
            if (i > 0 && i < kFrames - 1)
                QCOMPARE(greys[std::size_t(2 * kFrames - 2 - i)], greys[std::size_t(i)]);
        }
        QVERIFY(greys.front() != greys[kFrames - 1]);
        QCOMPARE(reader.loopCount(), -1); // for ever
        QVERIFY(std::abs(reader.nextImageDelay() - 4000 / kFrames) <= 10);
    }

    void export_closedGif_goesRoundOnce()
    {
        openWithPath(3);
        click(control<QCheckBox>("Closed"));
        QTRY_COMPARE(m_app->path().shownRequest(), m_app->path().newestRequest());
        answerWith(file(QStringLiteral("round.gif")), [this] { actions().exportGif->trigger(); });
        verifyExported(QStringLiteral("round.gif"));
        QImageReader reader(file(QStringLiteral("round.gif")));
        int frames = 0;
        for (QImage frame; reader.read(&frame);)
            ++frames;
        QCOMPARE(frames, kFrames);
    }

    void export_webp_isAnAnimation()
    {
        openWithPath(2);
        answerWith(file(QStringLiteral("walk.webp")), [this] { actions().exportWebp->trigger(); });
        verifyExported(QStringLiteral("walk.webp"));
        const QByteArray bytes = bytesOf(file(QStringLiteral("walk.webp")));
        QCOMPARE(bytes.left(4), QByteArray("RIFF"));
        QCOMPARE(bytes.mid(8, 8), QByteArray("WEBPVP8X"));
        const auto length = [&bytes](int at) { return qsizetype(uchar(bytes[at]) | uchar(bytes[at + 1]) << 8 | uchar(bytes[at + 2]) << 16 | uchar(bytes[at + 3]) << 24); };
        QCOMPARE(length(4) + 8, bytes.size());
        QVERIFY(bytes.contains("ANIM"));
        QCOMPARE(bytes.count("ANMF"), qsizetype(kFrames + kFrames - 2));
    }

    void export_sequence_isOnePngAFrame()
    {
        openWithPath(2);
        const QString folder = file(QStringLiteral("frames"));
        QVERIFY(QDir().mkdir(folder));
        answerWith(folder, [this] { actions().exportFrames->trigger(); });
        QTRY_COMPARE(message(), QStringLiteral("Exported into frames in %1.").arg(shownFolder()));
        const QStringList names = QDir(folder).entryList(QDir::Files, QDir::Name);
        QCOMPARE(names.size(), qsizetype(kFrames));
        QCOMPARE(names.first(), QStringLiteral("frame-000.png"));
        for (const QString& name : names)
            QCOMPARE(QImageReader(folder + QLatin1Char('/') + name).size(), QSize(32, 32));
        answerWith(folder, [this] { actions().exportFrames->trigger(); }); // a second time: never over what is there
        QTRY_VERIFY2(message().contains(QStringLiteral("empty folder")), qPrintable(message()));
        QCOMPARE(QDir(folder).entryList(QDir::Files).size(), qsizetype(kFrames));
    }

    void export_placeThatCannotBeWritten_saysSoAndLosesNothing()
    {
        openWithPath(2);
        const QString kept = file(QStringLiteral("kept.gif"));
        TinyFolder::write(kept, QByteArray("what was there"));
        const QString within = kept + QStringLiteral("/walk.gif"); // a file is no folder
        answerWith(within, [this] { actions().exportGif->trigger(); });
        QTRY_VERIFY2(!message().isEmpty() && !message().contains(QStringLiteral("Exported")), qPrintable(message()));
        QVERIFY2(message().contains(QStringLiteral("walk.gif")) || message().contains(QStringLiteral("kept.gif")), qPrintable(message()));
        QCOMPARE(bytesOf(kept), QByteArray("what was there"));
        QCOMPARE(anchors(), std::size_t{2});
        QCOMPARE(strip()->frames().size(), qsizetype(kFrames));

        // Among the files there is one that answers no reader; the dialog lists it and must not read it.
        parts().messages->dismiss();
        answerWith(QStringLiteral("/proc/walk.gif"), [this] { actions().exportGif->trigger(); });
        QTRY_VERIFY2(message().contains(QStringLiteral("walk.gif")), qPrintable(message()));

        parts().messages->dismiss();
        answerWith(file(QStringLiteral("nowhere/film.png")), [this] { actions().exportFilmstrip->trigger(); });
        QVERIFY2(!message().isEmpty() && !message().contains(QStringLiteral("Exported")), qPrintable(message()));
        QVERIFY(!QFile::exists(file(QStringLiteral("nowhere"))));
        answerWith(file(QStringLiteral("film.png")), [this] { actions().exportFilmstrip->trigger(); }); // and the next try works
        verifyExported(QStringLiteral("film.png"));
    }
};

QTEST_MAIN(TstWindowPath)
#include "tst_window_path.moc"
