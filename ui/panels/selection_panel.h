// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QColor>
#include <QImage>
#include <QString>
#include <QStringList>
#include <QVector>
#include <QWidget>

#include <cstddef>
#include <vector>

class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace latentscape::ui {

class ClassBars;
class ImageGrid;
class ImageView;
class MarginScroll;
class NarrowCombo;
class TextCell;

/// What a panel about chosen samples shows. A value.
struct SelectionView {
    struct ClassCount {
        QString name;
        QColor color;
        std::size_t count = 0; ///< chosen ones
        std::size_t total = 0; ///< of the whole set
    };
    std::size_t count = 0;
    std::size_t total = 0;            ///< samples of the set
    std::vector<ClassCount> classes;  ///< those with count > 0 get a bar, in this order
    QImage mean;                      ///< mean of the chosen images; null when there are none
    QVector<QImage> montage;          ///< up to 48 of the chosen ones
    QStringList captions;             ///< of the montage, in its order
    std::vector<std::size_t> samples; ///< train sample indices of the montage, in its order
};

/// The samples that were chosen on the map: how many of which class, their mean image, some of them, and what can be done with them. Two
/// selections can be remembered as A and B to find the direction from one to the other. Owned by the main window; GUI thread.
class SelectionPanel : public QWidget {
    Q_OBJECT

public:
    explicit SelectionPanel(QWidget* parent = nullptr);
    ~SelectionPanel() override;

    void setTheme(const Theme& theme);
    void setView(const SelectionView& view);
    /// The two remembered selections in words ("412 images"), empty when there is none; ready: a direction can be found between them.
    void setGroups(const QString& from, const QString& to, bool ready);
    /// Classes that a relabelling offers; without any it is disabled and says why.
    void setClassNames(const QStringList& names);
    /// What the person typed for the next direction; empty: it has yet to be named.
    [[nodiscard]] QString directionName() const;
    /// The name was given to a direction: the next one gets its own.
    void clearDirectionName();
    /// The montage at scale device pixels a logical pixel. Null when nothing is chosen.
    [[nodiscard]] QImage renderedMontage(double scale) const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void sampleActivated(std::size_t sample);
    void clearRequested();
    void invertRequested();
    /// An existing class or a new one.
    void relabelRequested(const QString& className);
    void saveCsvRequested();
    void saveDatasetRequested();
    void saveMontageRequested();
    /// Remember the selection as A (false) or B (true).
    void groupRequested(bool second);
    /// Find the direction from A to B and call it name; empty: however it likes.
    void directionRequested(const QString& name);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void build();
    [[nodiscard]] QWidget* makeSummary();
    [[nodiscard]] QWidget* makeActions();
    [[nodiscard]] QWidget* makeMontage();
    [[nodiscard]] QWidget* makeRelabel();
    [[nodiscard]] QWidget* makeDirection();
    void fitMontage();
    void relabel();
    void findDirection();
    void describe();

    Theme m_theme = Theme::light();
    SelectionView m_view;
    QLabel* m_title;
    TextCell* m_caption;
    MarginScroll* m_scroll;
    QWidget* m_body;
    QVBoxLayout* m_column;
    QLabel* m_hint;
    QWidget* m_details; ///< everything that needs chosen samples
    ImageView* m_mean;
    TextCell* m_meanTitle;
    ClassBars* m_bars;
    TextCell* m_montageTitle;
    ImageGrid* m_montage;
    QPushButton* m_clear;
    QPushButton* m_invert;
    QPushButton* m_save;
    NarrowCombo* m_className;
    QPushButton* m_relabel;
    QWidget* m_direction;
    TextCell* m_groups[2];
    QPushButton* m_setGroup[2];
    QLineEdit* m_directionName;
    QPushButton* m_find;
    QString m_groupTexts[2];
    bool m_ready = false;
    bool m_relabelable = false;
};

} // namespace latentscape::ui
