// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTimer;
class QToolButton;
class QVariantAnimation;

namespace latentscape::ui {

/// Tells inside the window what happened and what to do: icon, one sentence or two, Details, an optional action, close. Hidden while
/// it has nothing to say; information and success leave by themselves, warnings and errors stay. Owned by the main window; GUI thread.
class MessageBar : public QWidget {
    Q_OBJECT

public:
    enum class Severity { Info, Success, Warning, Error };

    explicit MessageBar(QWidget* parent = nullptr);

    using QWidget::show;
    /// Replaces what is shown. All texts are plain text. Without details or actionText their buttons are absent.
    void show(Severity severity, const QString& text, const QString& details = {}, const QString& actionText = {});
    void dismiss();
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
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
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
    QVariantAnimation* m_slide;
};

} // namespace latentscape::ui
