// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QScrollArea>

class QLayout;

namespace latentscape::ui {

/// A vertical scroll area whose bar stands in the content's right margin, so that the content keeps its width when the bar appears.
/// Transparent and frameless. Owned by its panel; GUI thread.
class MarginScroll : public QScrollArea {
    Q_OBJECT

public:
    explicit MarginScroll(QWidget* parent = nullptr);

    /// content with its layout; the layout's right margin is the room for the bar. Takes ownership of content.
    void setContent(QWidget* content, QLayout* layout);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QLayout* m_contentLayout = nullptr;
    int m_margin = 0;
};

} // namespace latentscape::ui
