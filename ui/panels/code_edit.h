// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/tabular_text.h"
#include "ui/theme/theme.h"

#include <QElapsedTimer>
#include <QLineEdit>
#include <QTimer>

#include <span>
#include <vector>

namespace latentscape::ui {

/// The probe's coordinates: bold text at the right that turns into a field when it has the focus. While it is not focused it paints
/// itself with digits of equal width, in a drag about twenty times a second; its own text (which assistive programs read) follows four times.
/// Owned by the DecodedPanel; GUI thread.
class CodeEdit : public QLineEdit {
    Q_OBJECT

public:
    explicit CodeEdit(QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    /// How many numbers a code has.
    void setLatent(int latent);
    /// Shows z; a text that is being typed is kept, and Esc then shows the newest z.
    void setCode(std::span<const float> z);

Q_SIGNALS:
    /// Enter or leaving the field with a valid code that differs from the one shown.
    void codeEdited(const std::vector<float>& z);
    /// Why the text cannot be used; empty when it can.
    void problemChanged(const QString& reason);

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void showText();
    void showNow();
    void putText();
    void commit();
    void revert();
    void updateType();
    [[nodiscard]] QString check(std::vector<float>& z) const;

    Theme m_theme = Theme::light();
    std::vector<float> m_code;
    int m_latent = 2;
    TabularText m_type;
    bool m_complained = false;
    QString m_shown;   ///< what is painted while the field has no focus
    QElapsedTimer m_shownAge; ///< since what is painted was set
    QTimer m_latestShown;     ///< runs while the code is newer than what is painted
    QElapsedTimer m_textAge; ///< since the field's own text was put
    QTimer m_latestText;     ///< runs while that text is older than what is painted
};

} // namespace latentscape::ui
