// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/icons.h"
#include "ui/theme/theme.h"

#include <QToolButton>

class QAction;

namespace latentscape::ui {

/// A button of the toolbar that mirrors an action (enabled, checked, tool tip, visible) and triggers it, but keeps its own icon,
/// text and look: the filled one, or a flat pill that is tinted while checked. Owned by its parent; GUI thread.
class BarButton : public QToolButton {
    Q_OBJECT

public:
    enum class Look { Filled, Pill };

    /// action may not be null and must outlive the button. Without text of its own the button shows the action's.
    BarButton(Look look, IconName icon, QAction* action, QWidget* parent);

    void setIconName(IconName icon);
    /// Replaces the action's text on the button.
    void setLabel(const QString& label);
    /// The width is kept for the longest of these, so the row does not move when the label changes.
    void setLabelsToFit(const QStringList& labels);
    /// The icon alone, with the text as a tool tip.
    void setCompact(bool compact);
    [[nodiscard]] bool isCompact() const { return m_compact; }
    /// Width with icon and text, also while it is compact.
    [[nodiscard]] int wholeWidth() const;
    void setTheme(const Theme& theme);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;
    void nextCheckState() override;

private:
    void mirrorAction();
    void triggerAction();
    [[nodiscard]] QFont labelFont() const;
    [[nodiscard]] QColor ground() const;
    [[nodiscard]] QColor ink() const;

    Look m_look;
    IconName m_iconName;
    QAction* m_action;
    QString m_label;
    QStringList m_toFit;
    bool m_compact = false;
    Theme m_theme = Theme::light();
};

} // namespace latentscape::ui
