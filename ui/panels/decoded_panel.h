// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QImage>
#include <QStringList>
#include <QVector>
#include <QWidget>

#include <array>
#include <cstddef>
#include <span>
#include <vector>

class QLabel;
class QVBoxLayout;

namespace latentscape::ui {

class CodeEdit;
class CodeSliders;
class ImagePair;
class ImageView;
class MarginScroll;
class NarrowCombo;
class NeighbourRow;
class SupportChip;
class TextCell;

/// What the decoder makes of the probe's code: the image, the code (to be typed, or moved by sliders when L > 2), the nearest real
/// samples and how well the data supports this point. Owned by the main window; GUI thread. setDecoded() may be called at 120 Hz: it lays
/// nothing out and repaints only what changed; setSurroundings() follows at reading speed.
class DecodedPanel : public QWidget {
    Q_OBJECT

public:
    /// One real sample near the code.
    struct NeighbourView {
        QImage image;
        QString label;         ///< class name; empty when unlabelled
        double distance = 0.0; ///< Euclidean, in latent space
        qsizetype row = -1;    ///< handed back by neighbourActivated()
    };
    /// What is known of a code besides its image.
    struct Surroundings {
        double milliseconds = 0;               ///< that the decode took
        double epoch = 0;                      ///< of the decoder
        std::vector<NeighbourView> neighbours; ///< nearest first; the first eight are shown
        std::size_t supported = 0;             ///< codes within radius
        double radius = 0.25;
        bool farFromData = false;
        double density = -1.0; ///< of the codes here over that at a typical code; below 0: unknown
        bool sparse = false;   ///< the density is known, and lower than where nineteen of twenty codes lie
    };

    explicit DecodedPanel(QWidget* parent = nullptr);
    ~DecodedPanel() override;

    void setTheme(const Theme& theme);
    /// The decode of a code z [L]; imageView()'s painted() reports the tag.
    void setDecoded(const QImage& image, std::span<const float> z, quint64 tag);
    void setSurroundings(const Surroundings& surroundings);
    /// The picked sample beside its decode; a null image removes it.
    void setOriginal(const QImage& image, const QString& title);
    /// L ≥ 1; sliders appear for L > 2. The code starts at 0.
    void setLatent(int latent);
    /// Shows a code [L] before its decode arrives, without a signal.
    void setCode(std::span<const float> z);
    /// Order of the sliders from the top (a permutation of the dimensions), and by dimension: whether it is unused, its KL in nats and
    /// the variance of its posterior mean over the data, which tells why. Lists of another size are ignored.
    void setDimensionOrder(const std::vector<int>& order, const std::vector<bool>& inactive, const std::vector<double>& klPerDimension,
                           const std::vector<double>& meanVariance);

    /// How many previews stand below a slider, and at which coordinates.
    static constexpr int kPreviews = 5;
    [[nodiscard]] static std::array<float, kPreviews> previewValues();
    /// The dimensions that have previews: those in use among the first 32 of the order. Others would cost a decode and say nothing.
    [[nodiscard]] std::vector<int> previewDimensions() const;
    /// Decodes of the code with one coordinate replaced: [L][5] at previewValues(); a dimension without previews has an empty list.
    /// Empty as a whole: none. Rows change their height only between having and not having previews.
    void setPreviews(const QVector<QVector<QImage>>& byDimension);
    /// By dimension [L]: a locked coordinate cannot be moved. No signal.
    void setLocked(const std::vector<bool>& locked);
    [[nodiscard]] std::vector<bool> locked() const;
    /// What a conditional model can decode for, by name; the chooser is there only while there are classes. The first one is chosen.
    void setClasses(const QStringList& names);
    /// Chooses a class without a signal.
    void setCurrentClass(int label);
    /// Samples that are sequences or rows of a table are no images: the words follow.
    void setVectors(bool vectors);
    /// Back to the empty state.
    void clear();
    [[nodiscard]] ImageView* imageView() const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// The person typed a code or moved a slider.
    void codeEdited(const std::vector<float>& z);
    /// Around the codeEdited() of one gesture (a slider's drag, a held key, a typed code): what one step of undo takes back.
    void codeEditStarted();
    void codeEditFinished();
    /// The person locked or freed a coordinate.
    void locksChanged(const std::vector<bool>& locked);
    /// The person chose a class.
    void classChosen(int label);
    void neighbourActivated(qsizetype row);

protected:
    void paintEvent(QPaintEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void build();
    void fitImages();
    void buildCoordinates();
    void describeCoordinates();
    void showProblem(const QString& reason);
    [[nodiscard]] QString emptyText() const;
    void showNearest(const QString& text);
    void showNeighbours(const Surroundings& surroundings);
    void showSupport(const Surroundings& surroundings);

    Theme m_theme = Theme::light();
    QLabel* m_title;
    QLabel* m_classLabel;
    NarrowCombo* m_class; ///< hidden while the model has no classes
    TextCell* m_caption;
    MarginScroll* m_scroll;
    QWidget* m_body;
    QVBoxLayout* m_layout;
    ImagePair* m_images;
    QLabel* m_codeLabel;
    CodeEdit* m_code;
    TextCell* m_nearest;
    NeighbourRow* m_neighbours;
    SupportChip* m_support;
    QWidget* m_coordinates; ///< heading of the sliders
    TextCell* m_coordinatesNote;
    CodeSliders* m_sliders;
    QString m_nearestText;
    bool m_problem = false;
    bool m_vectors = false;
    int m_latent = 2;
    QSize m_imageSize;
};

} // namespace latentscape::ui
