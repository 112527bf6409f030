// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/style_sheet.h"

#include "ui/theme/color_mix.h"
#include "ui/theme/icons.h"

#include <QFont>
#include <QGuiApplication>
#include <QProxyStyle>

#include <utility>
#include <vector>

namespace latentscape::ui {

namespace {

class Style : public QProxyStyle {
public:
    Style() : QProxyStyle(QStringLiteral("Fusion")) { }

    int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget, QStyleHintReturn* data) const override
    {
        return hint == SH_Slider_AbsoluteSetButtons ? int(Qt::LeftButton) : QProxyStyle::styleHint(hint, option, widget, data);
    }
};

// Words in braces are replaced by the theme's tokens. Font weights are given only where they cannot be inherited by children.
constexpr const char* kGrounds = R"(
QMainWindow, QDialog { background: {window}; }
QMainWindow::separator { background: {border}; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: {accent}; }
QMenuBar { background: {window}; color: {text}; border-bottom: 1px solid {border}; padding: 1px 8px; }
QMenuBar::item { background: transparent; padding: 5px 10px; border-radius: 6px; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: {hover}; }
QMenu { background: {surface}; color: {text}; border: 1px solid {border}; padding: 5px; }
QMenu::item { padding: 5px 28px 5px 26px; border-radius: 5px; }
QMenu::item:selected { background: {accentSoft}; color: {text}; }
QMenu::item:disabled { color: {faint}; }
QMenu::icon { left: 6px; }
QMenu::separator { height: 1px; background: {border}; margin: 5px 6px; }
QMenu::indicator { width: 16px; height: 16px; left: 5px; }
QMenu::indicator:checked { image: url({check:text}); }
QMenu::right-arrow { image: url({chevronRight:muted}); width: 12px; height: 12px; right: 6px; }
QToolTip { background: {surface}; color: {text}; border: 1px solid {border}; padding: 4px 6px; }
QStatusBar { background: {window}; color: {muted}; border: none; }
QStatusBar::item { border: none; }
QDockWidget { titlebar-close-icon: url({close:muted}); titlebar-normal-icon: url({float:muted}); color: {text}; }
QDockWidget::title { background: {surface}; padding: 9px 14px 7px 14px; text-align: left; }
QDockWidget::close-button, QDockWidget::float-button { border: none; background: transparent; border-radius: 4px; icon-size: 14px; }
QDockWidget::close-button:hover, QDockWidget::float-button:hover { background: {hover}; }
QTabWidget::pane { border: none; background: {surface}; }
QTabWidget { background: {surface}; }
QTabBar { background: {surface}; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: {muted}; border: none; border-bottom: 2px solid transparent; padding: 8px 4px 6px 4px; margin: 0 8px; }
QTabBar::tab:hover { color: {text}; }
QTabBar::tab:selected { color: {text}; border-bottom: 2px solid {accent}; }
QTabBar::tab:focus { color: {accentText}; }
QTabBar QToolButton { background: {surface}; border: none; }
QTabBar::scroller { width: 44px; }
QTabBar QToolButton::left-arrow, QTabBar QToolButton::right-arrow { width: 14px; height: 14px; }
QTabBar QToolButton::left-arrow { image: url({chevronLeft:muted}); }
QTabBar QToolButton::right-arrow { image: url({chevronRight:muted}); }
QToolBar { background: {surface}; border: none; padding: 0; spacing: 0; }
QToolBar::separator { background: {border}; width: 1px; margin: 4px 8px; }
QGroupBox { border: none; margin-top: 24px; padding: 0; }
QGroupBox::title { subcontrol-origin: margin; color: {muted}; padding: 4px 0; }
QScrollArea { background: transparent; border: none; }
QSplitter::handle { background: {border}; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
)";

constexpr const char* kFields = R"(
QLineEdit, QAbstractSpinBox, QComboBox { background: {field}; color: {text}; border: 1px solid {border}; border-radius: 6px; padding: 3px 9px;
  min-height: 18px; selection-background-color: {accent}; selection-color: {onAccent}; }
QAbstractSpinBox { padding-right: 2px; }
QComboBox { padding-left: 11px; padding-right: 4px; combobox-popup: 0; }
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover { border-color: {edge}; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus { border-color: {accent}; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled { color: {faint}; background: {window}; }
QLineEdit:read-only { background: {sunken}; }
QLineEdit[invalid="true"], QAbstractSpinBox[invalid="true"] { border-color: {error}; }
QComboBox::drop-down { border: none; width: 22px; subcontrol-origin: padding; subcontrol-position: center right; }
QComboBox::down-arrow { image: url({chevronDown:muted}); width: 12px; height: 12px; }
QComboBox::down-arrow:disabled { image: url({chevronDown:faint}); }
QComboBoxPrivateContainer { border: none; background: {surface}; }
QComboBox QAbstractItemView { background: {surface}; color: {text}; border: 1px solid {edge}; padding: 4px; outline: none;
  selection-background-color: {accentSoft}; selection-color: {text}; }
QComboBox QAbstractItemView::item { min-height: 24px; padding: 1px 6px; border-radius: 4px; }
QComboBox QAbstractItemView::item:selected { background: {accentSoft}; color: {text}; }
QComboBox QAbstractItemView::item:disabled { color: {faint}; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; background: transparent; width: 18px; subcontrol-origin: border; border-radius: 4px; }
QAbstractSpinBox::up-button { subcontrol-position: top right; margin: 2px 2px 0 0; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; margin: 0 2px 2px 0; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: {hover}; }
QAbstractSpinBox::up-arrow { image: url({chevronUp:muted}); width: 9px; height: 9px; }
QAbstractSpinBox::down-arrow { image: url({chevronDown:muted}); width: 9px; height: 9px; }
QAbstractSpinBox::up-arrow:off, QAbstractSpinBox::up-arrow:disabled { image: url({chevronUp:border}); }
QAbstractSpinBox::down-arrow:off, QAbstractSpinBox::down-arrow:disabled { image: url({chevronDown:border}); }
QPlainTextEdit, QTextEdit, QTextBrowser { background: {field}; color: {text}; border: 1px solid {border}; border-radius: 6px; padding: 4px;
  selection-background-color: {accent}; selection-color: {onAccent}; }
QCheckBox, QRadioButton { color: {text}; spacing: 8px; background: transparent; }
QCheckBox:disabled, QRadioButton:disabled { color: {faint}; }
QCheckBox::indicator, QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid {edge}; background: {field}; }
QCheckBox::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover, QCheckBox::indicator:focus, QRadioButton::indicator:focus { border-color: {accent}; }
QCheckBox::indicator:checked { background: {accent}; border-color: {accent}; image: url({check:onAccent}); }
QRadioButton::indicator:checked { background: {accent}; border-color: {accent}; image: url({dot:onAccent}); }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { background: {window}; border-color: {border}; }
QSlider { background: transparent; }
QSlider:horizontal { min-height: 20px; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: {track}; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: {accent}; }
QSlider::sub-page:horizontal:disabled { background: {edge}; }
QSlider::handle:horizontal { width: 12px; height: 12px; margin: -6px 0; border: 2px solid {accent}; border-radius: 8px; background: {knob}; }
QSlider::handle:horizontal:hover, QSlider::handle:horizontal:focus { background: {accentSoft}; }
QSlider::handle:horizontal:disabled { border-color: {edge}; background: {window}; }
QProgressBar { background: {track}; border: none; border-radius: 2px; min-height: 4px; max-height: 4px; color: transparent; }
QProgressBar::chunk { background: {accent}; border-radius: 2px; }
)";

constexpr const char* kButtonsAndViews = R"(
QPushButton { background: {field}; color: {text}; border: 1px solid {border}; border-radius: 6px; padding: 4px 14px; min-height: 18px; }
QPushButton:hover { background: {hover}; border-color: {edge}; }
QPushButton:pressed { background: {track}; }
QPushButton:default, QPushButton:focus { border-color: {accent}; }
QPushButton:checked { background: {accentSoft}; color: {accentText}; border-color: {accentSoft}; }
QPushButton:disabled { color: {faint}; background: {window}; }
QPushButton[role="primary"], QToolButton[role="primary"] { background: {accent}; color: {onAccent}; border: none; border-radius: 8px; padding: 8px 16px; font-weight: 600; }
QPushButton[role="primary"]:hover, QToolButton[role="primary"]:hover { background: {accentHover}; }
QPushButton[role="primary"]:disabled, QToolButton[role="primary"]:disabled { background: {track}; color: {faint}; }
QToolButton { background: transparent; color: {text}; border: none; border-radius: 6px; padding: 4px 6px; }
QToolButton:hover { background: {hover}; }
QToolButton:pressed { background: {track}; }
QToolButton:checked { background: {accentSoft}; color: {accentText}; }
QToolButton:disabled { color: {faint}; }
QToolButton::menu-indicator { image: none; }
QToolButton[role="disclosure"], QToolButton[role="disclosure"]:checked { background: transparent; color: {muted}; padding: 3px 6px 3px 0; margin-left: -3px; }
QToolButton[role="legend"], QToolButton[role="legend"]:checked { background: transparent; color: {muted}; padding: 2px 0; }
QToolButton[role="legend"]:hover { color: {text}; }
QToolButton[role="legend"]:focus { color: {accentText}; }
QToolButton[role="disclosure"]:hover { color: {text}; }
QToolButton[role="disclosure"]:focus { color: {accentText}; }
QPushButton[role="pill"], QToolButton[role="pill"] { background: transparent; color: {muted}; border: none; border-radius: 8px; padding: 6px 12px; }
QPushButton[role="pill"]:hover, QToolButton[role="pill"]:hover { background: {hover}; color: {text}; }
QPushButton[role="pill"]:checked, QToolButton[role="pill"]:checked { background: {accentSoft}; color: {accentText}; }
QPushButton[role="pill"]:focus, QToolButton[role="pill"]:focus { color: {accentText}; }
QPushButton[role="pill"]:disabled, QToolButton[role="pill"]:disabled { color: {faint}; }
QLabel { background: transparent; color: {text}; }
QLabel:disabled { color: {faint}; }
QLabel[role="title"] { font-weight: 600; }
QLabel[role="section"] { color: {muted}; font-weight: 600; font-size: {sectionSize}; letter-spacing: 0.6px; }
QLabel[role="caption"] { color: {muted}; font-size: {captionSize}; }
QLabel[role="muted"] { color: {muted}; }
QLabel[role="value"] { font-weight: 600; }
QLabel[role="error"] { color: {errorText}; font-size: {captionSize}; }
QLabel[role="chip"] { background: {sunken}; border-radius: 13px; padding: 5px 11px; min-height: 16px; font-size: {captionSize}; }
QFrame[role="separator"] { background: {border}; border: none; }
QAbstractItemView { background: {surface}; color: {text}; border: none; alternate-background-color: {window}; gridline-color: {grid};
  selection-background-color: {accentSoft}; selection-color: {text}; }
QHeaderView { background: {surface}; border: none; }
QHeaderView::section { background: {surface}; color: {muted}; border: none; border-bottom: 1px solid {border}; padding: 6px 10px; }
QTableCornerButton::section { background: {surface}; border: none; border-bottom: 1px solid {border}; }
QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 10px; margin: 2px; }
QScrollBar:horizontal { height: 10px; margin: 2px; }
QScrollBar::handle { background: {edge}; border-radius: 3px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: {muted}; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
)";

QString fontSize(double factor)
{
    const QFont font = QGuiApplication::font();
    if (font.pointSizeF() > 0)
        return QStringLiteral("%1pt").arg(font.pointSizeF() * factor, 0, 'f', 2);
    return QStringLiteral("%1px").arg(qRound(font.pixelSize() * factor));
}

/// Tokens that only controls need are mixed from the theme's, so both themes keep the same steps.
std::vector<std::pair<QString, QColor>> colours(const Theme& t)
{
    return {{"window", t.window}, {"surface", t.surface}, {"sunken", t.sunken}, {"border", t.border}, {"grid", t.grid},
            {"text", t.text}, {"muted", t.muted}, {"accent", t.accent}, {"onAccent", t.onAccent}, {"accentSoft", t.accentSoft},
            {"errorText", t.errorText}, {"error", t.error}, {"faint", mix(t.muted, t.surface, 0.45F)},
            {"edge", mix(t.border, t.muted, 0.45F)}, {"hover", mix(t.surface, t.text, t.dark ? 0.08F : 0.06F)},
            {"track", mix(t.surface, t.text, 0.11F)}, {"field", t.dark ? mix(t.surface, t.text, 0.02F) : t.surface},
            {"knob", t.surface}, {"accentHover", mix(t.accent, t.dark ? QColor(Qt::white) : QColor(Qt::black), 0.12F)},
            {"accentText", t.dark ? mix(t.accent, t.text, 0.25F) : mix(t.accent, t.text, 0.12F)}};
}

} // namespace

QStyle* makeStyle() { return new Style; }

QString styleSheet(const Theme& theme)
{
    QString sheet = QLatin1String(kGrounds) + QLatin1String(kFields) + QLatin1String(kButtonsAndViews);
    const std::vector<std::pair<QString, IconName>> icons{
        {"check", IconName::Check}, {"dot", IconName::Dot}, {"close", IconName::Close}, {"float", IconName::Float},
        {"chevronLeft", IconName::ChevronLeft}, {"chevronDown", IconName::ChevronDown}, {"chevronUp", IconName::ChevronUp}, {"chevronRight", IconName::ChevronRight}};
    for (const auto& [token, color] : colours(theme)) {
        sheet.replace(QLatin1Char('{') + token + QLatin1Char('}'), color.name());
        for (const auto& [icon, name] : icons)
            sheet.replace(QStringLiteral("{%1:%2}").arg(icon, token), iconUrl(name, color));
    }
    sheet.replace(QLatin1String("{sectionSize}"), fontSize(0.85));
    sheet.replace(QLatin1String("{captionSize}"), fontSize(0.93));
    return sheet;
}

QPalette palette(const Theme& t)
{
    QPalette p;
    const QColor faint = mix(t.muted, t.surface, 0.45F);
    p.setColor(QPalette::Window, t.window);
    p.setColor(QPalette::WindowText, t.text);
    p.setColor(QPalette::Base, t.surface);
    p.setColor(QPalette::AlternateBase, t.window);
    p.setColor(QPalette::ToolTipBase, t.surface);
    p.setColor(QPalette::ToolTipText, t.text);
    p.setColor(QPalette::PlaceholderText, t.muted);
    p.setColor(QPalette::Text, t.text);
    p.setColor(QPalette::Button, t.surface);
    p.setColor(QPalette::ButtonText, t.text);
    p.setColor(QPalette::BrightText, t.onAccent);
    p.setColor(QPalette::Light, mix(t.surface, t.text, t.dark ? 0.10F : 0.0F));
    p.setColor(QPalette::Midlight, t.grid);
    p.setColor(QPalette::Mid, t.border);
    p.setColor(QPalette::Dark, mix(t.border, t.muted, 0.45F));
    p.setColor(QPalette::Shadow, t.sunken);
    p.setColor(QPalette::Highlight, t.accent);
    p.setColor(QPalette::HighlightedText, t.onAccent);
    p.setColor(QPalette::Link, t.accent);
    p.setColor(QPalette::LinkVisited, t.accent);
    for (const QPalette::ColorRole role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, faint);
    p.setColor(QPalette::Disabled, QPalette::Highlight, t.border);
    return p;
}

} // namespace latentscape::ui
