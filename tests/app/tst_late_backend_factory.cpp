// SPDX-License-Identifier: GPL-3.0-or-later
// The networks come from a module that is loaded late: not before the window is painted, once, and with a reason when it cannot be.
#include "app/session/late_backend_factory.h"
#include "support/app_window_fixture.h"

#include <QFile>
#include <QTemporaryDir>

#include <atomic>
#include <optional>
#include <thread>
#include <vector>

using namespace latentscape;
using namespace latentscape::tests;

class TstLateBackendFactory : public AppWindowFixture {
    Q_OBJECT

protected:
    bool eventFilter(QObject* watched, QEvent* event) override
    {
        if (event->type() == QEvent::Paint && !m_atFirstPaint)
            m_atFirstPaint = isLoaded();
        return AppWindowFixture::eventFilter(watched, event);
    }

private:
    [[nodiscard]] static bool isLoaded()
    {
        QFile maps(QStringLiteral("/proc/self/maps"));
        return maps.open(QIODevice::ReadOnly) && maps.readAll().contains("latentscape-networks.so");
    }
    [[nodiscard]] QString said() const
    {
        QString text;
        for (const QLabel* label : parts().messages->findChildren<QLabel*>())
            text += label->text();
        return text;
    }
    void openWith(const std::string& module)
    {
        app::AppWindow::Options options;
        options.data = m_folder->path();
        options.config = TinyFolder::config();
        options.keepSettings = false;
        m_app = std::make_unique<app::AppWindow>(std::make_shared<app::LateBackendFactory>(module), options);
    }

private Q_SLOTS:
    void window_beforeItsFirstPaint_hasNoNetworks() // first: the module stays loaded
    {
        openWith(LATENTSCAPE_NETWORKS);
        window().installEventFilter(this); // looks when the first paint begins
        m_app->show();
        QTRY_VERIFY(m_atFirstPaint.has_value());
        QVERIFY(!*m_atFirstPaint);
        QTRY_COMPARE(session().state(), TrainerState::Ready);
        QVERIFY(isLoaded());
        session().run();
        QTRY_COMPARE(session().state(), TrainerState::Finished);
        QVERIFY(session().status().progress.step > 3);
    }

    void factory_ofTheModule_makesNetworksOnAnyThread()
    {
        const app::LateBackendFactory factory(LATENTSCAPE_NETWORKS);
        std::vector<std::jthread> threads;
        std::atomic<int> usable = 0;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] { usable += factory.devices().front().usable ? 1 : 0; });
        threads.clear();
        QCOMPARE(usable.load(), 4);
        QVERIFY(factory.description().starts_with("2."));
        BackendRequest request;
        request.config = TinyFolder::config();
        const auto backend = factory.create(std::move(request));
        QVERIFY2(backend, backend ? "" : backend.error().text().c_str());
        const auto decoder = factory.createDecoder(backend.value()->config(), backend.value()->weights());
        QVERIFY(decoder);
        std::vector<float> means(16, -1.0f);
        decoder.value()->decode(std::vector<float>{0.3f, -0.2f}, 1, means);
        for (const float mean : means)
            QVERIFY(mean > 0.0f && mean < 1.0f);
        std::vector<float> other(16);
        decoder.value()->decode(std::vector<float>{3.0f, 2.0f}, 1, other);
        QVERIFY(other != means);
    }

    void module_thatCannotBeLoaded_isRefusedWithTheReason_data()
    {
        QTest::addColumn<QString>("module");
        QTest::addColumn<QString>("found");
        QTest::newRow("missing") << QStringLiteral("/nowhere/latentscape-networks.so") << QStringLiteral("No such file");
        QTest::newRow("not a library") << m_other.filePath(QStringLiteral("text.so")) << QStringLiteral("too short|invalid ELF");
        QTest::newRow("another library") << QStringLiteral("libm.so.6") << QStringLiteral("latentscapeNetworks");
    }
    void module_thatCannotBeLoaded_isRefusedWithTheReason()
    {
        QFETCH(QString, module);
        QFETCH(QString, found);
        TinyFolder::write(m_other.filePath(QStringLiteral("text.so")), "no library\n");
        const app::LateBackendFactory factory(module.toStdString());
        const auto refused = [&](const Error& error) {
            return error.code == ErrorCode::Unsupported && QString::fromStdString(error.expected).contains(module)
                && QString::fromStdString(error.found).contains(QRegularExpression(found)) && !error.remedy.empty();
        };
        BackendRequest request;
        request.config = TinyFolder::config();
        QVERIFY(refused(factory.create(std::move(request)).error()));
        QVERIFY(refused(factory.createDecoder(TinyFolder::config(), {}).error()));
        QVERIFY(refused(factory.join({}).error()));
        factory.prepareDecodingThread(1);
        QCOMPARE(factory.devices().size(), std::size_t{1});
        QVERIFY(!factory.devices().front().usable);
    }

    void window_withoutNetworks_saysSoAndLives()
    {
        openWith("/nowhere/latentscape-networks.so");
        m_app->show();
        QTRY_VERIFY(parts().messages->isActive());
        QVERIFY2(said().contains(QStringLiteral("networks cannot be loaded")), qPrintable(said()));
        QTRY_COMPARE(session().state(), TrainerState::Failed);
        parts().messages->dismiss();
        QVERIFY(actions().train->isEnabled());
        actions().train->trigger(); // once more, and refused once more
        QTRY_VERIFY(parts().messages->isActive());
        QVERIFY2(said().contains(QStringLiteral("networks cannot be loaded")), qPrintable(said()));
        QTRY_COMPARE(session().state(), TrainerState::Failed);
    }

private:
    QTemporaryDir m_other;
    std::optional<bool> m_atFirstPaint; ///< whether the networks were there
};

QTEST_MAIN(TstLateBackendFactory)
#include "tst_late_backend_factory.moc"
