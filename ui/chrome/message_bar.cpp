// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/chrome/message_bar.h"

#include "ui/theme/color_mix.h"
#include "ui/theme/icons.h"

#include <QAccessible>
#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTimer>
#include <QToolButton>
#include <QVariantAnimation>

#include <algorithm>
#include <utility>

namespace latentscape::ui {

namespace {

constexpr int kEdge = 3;
constexpr int kIconSide = 18;
constexpr int kSlideMs = 160;
constexpr int kDetailLines = 6;
constexpr int kLookAgainMs = 500;   // whether a drag that kept a message has ended
constexpr int kPatienceMs = 20'000; // with a message that waits for it

bool isDragging()
{
    return QGuiApplication::mouseButtons() != Qt::NoButton;
}

IconName iconOf(MessageBar::Severity severity)
{
    switch (severity) {
    case MessageBar::Severity::Info: return IconName::Info;
    case MessageBar::Severity::Success: return IconName::Success;
    case MessageBar::Severity::Warning: return IconName::Warning;
    case MessageBar::Severity::Error: return IconName::Error;
    }
    return IconName::Info;
}

} // namespace

MessageBar::MessageBar(QWidget* parent) : QWidget(parent)
{
    setFocusPolicy(Qt::ClickFocus);
    m_body = new QWidget(this);
    m_icon = new QLabel(m_body);
    m_icon->setFixedSize(kIconSide, kIconSide);
    m_text = new QLabel(m_body);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_text->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    m_detailsButton = new QToolButton(m_body);
    m_detailsButton->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_detailsButton->setIconSize({12, 12});
    m_detailsButton->setCheckable(true);
    
    m_action = new QPushButton(m_body);
    m_close = new QToolButton(m_body);
    m_close->setIconSize({14, 14});
    m_details = new QPlainTextEdit(m_body);
    m_details->setReadOnly(true);
    m_details->setTabChangesFocus(true);
    m_details->hide();

    auto* column = new QVBoxLayout(m_body);
    column->setContentsMargins(14 + kEdge, 8, 10, 9);
    column->setSpacing(8);
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(m_icon);
    row->addSpacing(2);
    row->addWidget(m_text, 1);
    row->addWidget(m_detailsButton);
    row->addWidget(m_action);
    row->addWidget(m_close);
    column->addLayout(row);
    column->addWidget(m_details);

    m_stay = new QTimer(this);
    m_stay->setSingleShot(true);
    m_slide = new QVariantAnimation(this);
    m_slide->setDuration(kSlideMs);
    m_slide->setEasingCurve(QEasingCurve::OutCubic);
    connect(m_slide, &QVariantAnimation::valueChanged, this, [this](const QVariant& value) { setReveal(value.toDouble()); });
    connect(m_stay, &QTimer::timeout, this, [this] {
        if (isDragging())
            m_stay->start(kLookAgainMs);
        else
            dismiss();
    });
    m_patience = new QTimer(this);
    m_patience->setSingleShot(true);
    m_patience->setInterval(kPatienceMs);
    connect(m_patience, &QTimer::timeout, this, &MessageBar::sayWaiting);
    connect(m_close, &QToolButton::clicked, this, &MessageBar::dismiss);
    connect(m_action, &QPushButton::clicked, this, &MessageBar::actionTriggered);
    connect(m_detailsButton, &QToolButton::toggled, this, [this](bool open) {
        m_details->setVisible(open);
        applyColors();
        restartStay();
        m_body->layout()->activate();
        setReveal(m_reveal);
    });
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    translate();
    setTheme(m_theme);
    hide();
}

void MessageBar::show(Severity severity, const QString& text, const QString& details, const QString& actionText)
{
    m_waiting = Message{severity, text, details, actionText}; // in place of one that waits
    if (!isDragging()) {
        sayWaiting();
        return;
    }
    qApp->installEventFilter(this); // once, however often it is called
    m_patience->start();
}

void MessageBar::sayWaiting()
{
    qApp->removeEventFilter(this);
    m_patience->stop();
    if (const auto message = std::exchange(m_waiting, std::nullopt))
        say(*message);
}

bool MessageBar::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::MouseButtonRelease && !isDragging()) // after whoever ends a drag with it
        QMetaObject::invokeMethod(this, &MessageBar::sayWaiting, Qt::QueuedConnection);
    return QWidget::eventFilter(watched, event);
}

void MessageBar::say(const Message& message)
{
    m_severity = message.severity;
    m_active = true;
    m_text->setText(message.text);
    m_details->setPlainText(message.details);
    m_detailsButton->setChecked(false);
    m_detailsButton->setVisible(!message.details.isEmpty());
    m_action->setText(message.actionText);
    m_action->setVisible(!message.actionText.isEmpty());
    setAccessibleDescription(message.text);
    applyColors();
    m_body->layout()->activate();
    placeContents();
    setVisible(true);
    slideTo(1.0);
    restartStay();
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void MessageBar::dismiss()
{
    if (!m_active)
        return;
    m_active = false;
    m_stay->stop();
    slideTo(0.0);
    Q_EMIT dismissed();
}

void MessageBar::retract(const QString& text)
{
    if (m_waiting && m_waiting->text == text)
        m_waiting.reset();
    if (m_active && m_text->text() == text)
        dismiss();
}

void MessageBar::setStayTime(int milliseconds)
{
    m_stayTime = milliseconds;
    restartStay();
}

void MessageBar::restartStay()
{
    const bool leaves = m_active && (m_severity == Severity::Info || m_severity == Severity::Success);
    if (leaves && !underMouse() && !m_detailsButton->isChecked())
        m_stay->start(m_stayTime);
    else
        m_stay->stop();
}

void MessageBar::slideTo(double reveal)
{
    m_slide->stop();
    if (m_reveal == reveal) {
        setReveal(reveal);
        return;
    }
    m_slide->setStartValue(m_reveal);
    m_slide->setEndValue(reveal);
    m_slide->start();
}

int MessageBar::fullHeight() const
{
    const int wide = width();
    const int body = m_body->layout()->hasHeightForWidth() ? m_body->layout()->totalHeightForWidth(wide) : m_body->sizeHint().height();
    return std::max(body, 44);
}

void MessageBar::setReveal(double reveal)
{
    m_reveal = reveal;
    if (reveal <= 0.0 && !m_active)
        hide();
    placeContents();
}

void MessageBar::placeContents()
{
    const int full = fullHeight();
    // The room opens at once and only the contents slide into it: a bar that grew would resize the map below it in every frame.
    if (minimumHeight() != full || maximumHeight() != full)
        setFixedHeight(full);
    m_body->setGeometry(0, qRound(full * (m_reveal - 1.0)), width(), full);
    update();
}

QSize MessageBar::sizeHint() const
{
    return {480, fullHeight()};
}

QSize MessageBar::minimumSizeHint() const
{
    return {240, 1};
}

void MessageBar::resizeEvent(QResizeEvent* event)
{
    placeContents();
    QWidget::resizeEvent(event);
}

void MessageBar::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape)
        dismiss();
    else
        QWidget::keyPressEvent(event);
}

void MessageBar::enterEvent(QEnterEvent* event)
{
    m_stay->stop();
    QWidget::enterEvent(event);
}

void MessageBar::leaveEvent(QEvent* event)
{
    restartStay();
    QWidget::leaveEvent(event);
}

void MessageBar::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::LanguageChange)
        translate();
    QWidget::changeEvent(event);
}

void MessageBar::translate()
{
    setAccessibleName(tr("Message"));
    m_detailsButton->setText(tr("Details"));
    m_detailsButton->setAccessibleName(tr("Details"));
    m_detailsButton->setToolTip(tr("Shows all that is known about this message."));
    m_details->setAccessibleName(tr("Message details"));
    m_close->setAccessibleName(tr("Close message"));
    m_close->setToolTip(tr("Close this message"));
}

QColor MessageBar::color() const
{
    switch (m_severity) {
    case Severity::Info: return m_theme.accent;
    case Severity::Success: return m_theme.good;
    case Severity::Warning: return m_theme.warning;
    case Severity::Error: return m_theme.error;
    }
    return m_theme.accent;
}

QColor MessageBar::textColor() const
{
    switch (m_severity) {
    case Severity::Info: return m_theme.accent;
    case Severity::Success: return m_theme.goodText;
    case Severity::Warning: return m_theme.warningText;
    case Severity::Error: return m_theme.errorText;
    }
    return m_theme.accent;
}

void MessageBar::setTheme(const Theme& theme)
{
    m_theme = theme;
    applyColors();
}

void MessageBar::applyColors()
{
    m_icon->setPixmap(makeIcon(iconOf(m_severity), textColor(), m_theme.muted).pixmap(QSize(kIconSide, kIconSide), devicePixelRatioF()));
    m_close->setIcon(makeIcon(IconName::Close, m_theme.muted, m_theme.muted));
    const bool open = m_detailsButton->isChecked();
    m_detailsButton->setIcon(makeIcon(open ? IconName::ChevronUp : IconName::ChevronDown, m_theme.muted, m_theme.muted));
    m_details->setFixedHeight(kDetailLines * fontMetrics().lineSpacing() + 14);
    update();
}

void MessageBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.surface);
    const QRect body = m_body->geometry();
    painter.fillRect(body, mix(m_theme.surface, color(), m_theme.dark ? 0.12F : 0.08F));
    painter.fillRect(QRect(0, body.top(), kEdge, body.height()), color());
    painter.fillRect(QRect(kEdge, body.bottom(), width() - kEdge, 1), mix(m_theme.border, color(), 0.25F));
}

} // namespace latentscape::ui
