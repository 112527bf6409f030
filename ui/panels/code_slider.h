// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/panels/bipolar_slider.h"
#include "ui/theme/tabular_text.h"

#include <QImage>
#include <QList>
#include <QPixmap>
#include <QString>
#include <QVector>

#include <array>

namespace latentscape::ui {

class IconButton;

/// One coordinate of the code: name, track from −4 to 4 with a tick at 0, value and a lock; below it what the decoder makes of five
/// values of the coordinate, or why the dimension is unused. Painted from the theme, because a code may have hundreds of coordinates.
/// The key L locks and frees. Owned by CodeSliders; GUI thread.
class CodeSlider : public BipolarSlider {
    Q_OBJECT

public:
    static constexpr int kPreviews = 5;
    static constexpr std::array<float, kPreviews> kPreviewValues{-3.0f, -1.5f, 0.0f, 1.5f, 3.0f};

    /// Why a dimension is or is not in use.
    struct Use {
        bool inactive = false;
        double kl = -1.0;           ///< nats; below 0: unknown
        double meanVariance = -1.0; ///< of the posterior mean over the data; below 0: unknown
        friend bool operator==(const Use&, const Use&) = default;
    };

    explicit CodeSlider(int dimension, QWidget* parent = nullptr);

    void setTheme(const Theme& theme) override;
    [[nodiscard]] int dimension() const noexcept { return m_dimension; }
    /// Shows value without a signal; values beyond the track are kept and printed, with the handle at its end.
    void setCoordinate(float value) { setAmount(static_cast<double>(value)); }
    [[nodiscard]] float coordinate() const noexcept { return static_cast<float>(amount()); }
    /// An inactive dimension is greyed and says why; it can still be moved.
    void setUse(const Use& use);
    [[nodiscard]] bool isInactive() const noexcept { return m_use.inactive; }
    /// A locked one cannot be moved. No signal.
    void setLocked(bool locked);
    [[nodiscard]] bool isLocked() const;
    /// One for each of kPreviewValues, or none. An inactive dimension shows its reason in their place.
    void setPreviews(const QVector<QImage>& previews);
    [[nodiscard]] bool hasPreviews() const noexcept { return !m_previews.isEmpty() && !m_use.inactive; }
    /// Where a preview stands, in the widget's coordinates.
    [[nodiscard]] QRectF previewRect(int preview) const;
    void setNameWidth(int width);
    /// What the Tab key visits, in its order.
    [[nodiscard]] QList<QWidget*> tabStops();

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void coordinateEdited(int dimension, float value);
    /// By the person.
    void lockToggled(int dimension, bool locked);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    [[nodiscard]] QRectF track() const override;
    void updateAmount() override;

private:
    void describe();
    void updateType();
    [[nodiscard]] int rowHeight() const;
    [[nodiscard]] int captionHeight() const;
    [[nodiscard]] int previewAt(const QPointF& position) const;
    [[nodiscard]] QString reason() const;
    void paintPreviews(QPainter& painter);

    TabularText m_type;
    TabularText m_captionType;
    double m_valueWidth = 0.0;
    int m_dimension;
    int m_nameWidth = 0;
    Use m_use;
    QVector<QImage> m_previews;
    QPixmap m_previewCache;
    IconButton* m_lock;
};

} // namespace latentscape::ui
