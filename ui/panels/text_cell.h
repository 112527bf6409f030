// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/tabular_text.h"
#include "ui/theme/theme.h"

#include <QWidget>

namespace latentscape::ui {

/// One line of text that changes often. Its size hint depends only on the font and on the reserved text, never on what it shows, so a
/// new text repaints the cell and lays nothing out again. Digits have equal widths; too long a text is elided and becomes the tool tip.
/// Owned by its parent; GUI thread.
class TextCell : public QWidget {
    Q_OBJECT

public:
    enum class Tone { Text, Muted, Good, Warning, Error };

    explicit TextCell(QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    void setText(const QString& text);
    [[nodiscard]] QString text() const { return m_text; }
    /// Shown in place of the text where that does not fit; where this does not fit either, nothing is.
    void setShortText(const QString& text);
    /// A muted text at the left of the cell; shortLead or nothing where it does not fit beside the text.
    void setLead(const QString& lead, const QString& shortLead = {});
    void setTone(Tone tone);
    /// 600 weight.
    void setBold(bool bold);
    /// Size relative to the widget's font, for captions.
    void setFontScale(double scale);
    void setAlignment(Qt::Alignment alignment);
    /// The widest text expected: decides the preferred width.
    void setReserve(const QString& widest);
    /// A small filled circle of the accent colour before the text.
    void setDot(bool dot);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool event(QEvent* event) override;

private:
    void describe();
    void updateFont();
    [[nodiscard]] QString fittingText() const;

    Theme m_theme = Theme::light();
    QString m_text;
    QString m_shortText;
    QString m_lead;
    QString m_shortLead;
    QString m_reserve;
    Tone m_tone = Tone::Text;
    Qt::Alignment m_alignment = Qt::AlignLeft;
    double m_scale = 1.0;
    bool m_bold = false;
    bool m_dot = false;
    TabularText m_type;
    TabularText m_leadType;
};

} // namespace latentscape::ui
