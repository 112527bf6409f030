// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QString>
#include <QWidget>

#include <optional>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTimer;
class QToolButton;
class QVariantAnimation;

namespace latentscape::ui {

/// Tells inside the window what happened and what to do: icon, one sentence or two, Details, an optional action, close. Hidden while
/// it has nothing to say; information and success leave by themselves, warnings and errors stay. It takes room from what lies below, so it neither
/// comes nor leaves while a mouse button is down: a map must not move under a drag. Owned by the main window; GUI thread.
class MessageBar : public QWidget {
    Q_OBJECT

public:
    enum class Severity { Info, Success, Warning, Error };

    explicit MessageBar(QWidget* parent = nullptr);

    using QWidget::show;
    /// Replaces what is shown, when the mouse's buttons are up. All texts are plain text. Without details or actionText their buttons are absent.
    void show(Severity severity, const QString& text, const QString& details = {}, const QString& actionText = {});
    void dismiss();
    /// Takes back what was said of something that no longer is so: dismisses `text` where it is what is shown or waits.
    void retract(const QString& text);
    /// Says something at this moment (it may still be sliding in).
    [[nodiscard]] bool isActive() const { return m_active; }
    /// How long information and success stay, in ms; 8000 at first. The time stands still under the mouse and while details are open.
    void setStayTime(int milliseconds);
    void setTheme(const Theme& theme);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void actionTriggered();
    void dismissed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Message {
        Severity severity = Severity::Info;
        QString text, details, actionText;
    };
    void say(const Message& message);
    void sayWaiting();
    [[nodiscard]] QColor color() const;
    [[nodiscard]] QColor textColor() const;
    [[nodiscard]] int fullHeight() const;
    void slideTo(double reveal);
    void setReveal(double reveal);
    void placeContents();
    void restartStay();
    void applyColors();
    void translate();

    Severity m_severity = Severity::Info;
    bool m_active = false;
    double m_reveal = 0.0; ///< 0 hidden … 1 open
    int m_stayTime = 8000;
    Theme m_theme = Theme::light();
    QWidget* m_body;
    QLabel* m_icon;
    QLabel* m_text;
    QPushButton* m_action;
    QToolButton* m_detailsButton;
    QToolButton* m_close;
    QPlainTextEdit* m_details;
    QTimer* m_stay;
    std::optional<Message> m_waiting; ///< for the buttons to come up
    QTimer* m_patience;               ///< a release may go to another program
    QVariantAnimation* m_slide;
};

} // namespace latentscape::ui
