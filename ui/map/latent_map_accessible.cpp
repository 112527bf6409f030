// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/map/latent_map_accessible.h"

#include "ui/map/latent_map.h"
#include "ui/map/map_colour_bar.h"
#include "ui/map/map_hint.h"

#include <QAccessible>
#include <QAccessibleWidget>
#include <QCoreApplication>
#include <QLocale>
#include <QPointer>

#include <vector>

namespace latentscape::ui {

namespace {

/// One class of the map. Its action shows the class alone, or all again. Registered with Qt, which deletes it by its id.
class ClassInterface final : public QAccessibleInterface, public QAccessibleActionInterface {
public:
    ClassInterface(LatentMap* map, int index)
        : m_map(map)
        , m_index(index)
    {
    }

    bool isValid() const override { return m_map && m_index < static_cast<int>(m_map->classes().size()); }
    QObject* object() const override { return nullptr; }
    QWindow* window() const override { return m_map ? m_map->window()->windowHandle() : nullptr; }
    QAccessibleInterface* parent() const override { return QAccessible::queryAccessibleInterface(m_map); }
    QAccessibleInterface* child(int) const override { return nullptr; }
    QAccessibleInterface* childAt(int, int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface*) const override { return -1; }
    QAccessible::Role role() const override { return QAccessible::ListItem; }
    QString text(QAccessible::Text kind) const override
    {
        const LatentMap::ClassEntry entry = current();
        if (kind == QAccessible::Name)
            return entry.name;
        if (kind == QAccessible::Value || kind == QAccessible::Description)
            return LatentMap::tr("%1 codes").arg(QLocale().toString(static_cast<qulonglong>(entry.count)));
        return {};
    }
    void setText(QAccessible::Text, const QString&) override {}
    QRect rect() const override
    {
        const QRect area = current().area;
        return area.isEmpty() || !m_map ? QRect() : QRect(m_map->mapToGlobal(area.topLeft()), area.size());
    }
    QAccessible::State state() const override
    {
        QAccessible::State state;
        const LatentMap::ClassEntry entry = current();
        state.checkable = true;
        state.checked = entry.shown;
        state.offscreen = entry.area.isEmpty();
        return state;
    }
    void* interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::ActionInterface ? static_cast<QAccessibleActionInterface*>(this) : nullptr;
    }
    QStringList actionNames() const override { return {pressAction()}; }
    void doAction(const QString& name) override
    {
        if (m_map && name == pressAction())
            m_map->isolateClass(current().label);
    }
    QStringList keyBindingsForAction(const QString&) const override { return {}; }

private:
    [[nodiscard]] LatentMap::ClassEntry current() const
    {
        const std::vector<LatentMap::ClassEntry> entries = m_map ? m_map->classes() : std::vector<LatentMap::ClassEntry>();
        return m_index < static_cast<int>(entries.size()) ? entries[static_cast<std::size_t>(m_index)] : LatentMap::ClassEntry{};
    }

    QPointer<LatentMap> m_map;
    int m_index;
};

class MapInterface final : public QAccessibleWidget {
public:
    explicit MapInterface(LatentMap* map)
        : QAccessibleWidget(map, QAccessible::Chart)
    {
    }
    ~MapInterface() override
    {
        for (const QAccessible::Id id : m_children)
            QAccessible::deleteAccessibleInterface(id);
    }

    QString text(QAccessible::Text kind) const override
    {
        if (kind != QAccessible::Description)
            return QAccessibleWidget::text(kind);
        std::size_t codes = 0;
        for (const LatentMap::ClassEntry& entry : map()->classes())
            codes += entry.count;
        QStringList sentences;
        if (!map()->probeInfo().isEmpty())
            sentences.append(LatentMap::tr("Probe at %1.").arg(map()->probeInfo()));
        if (codes > 0)
            sentences.append(LatentMap::tr("%1 codes.").arg(QLocale().toString(static_cast<qulonglong>(codes))));
        if (const std::size_t selected = map()->selectedCount(); selected > 0)
            sentences.append(LatentMap::tr("%1 are selected.").arg(QLocale().toString(static_cast<qulonglong>(selected))));
        sentences.append(toolSentence());
        if (!map()->hint().isEmpty())
            sentences.append(map()->hint());
        return sentences.join(QLatin1Char(' '));
    }
    int childCount() const override { return static_cast<int>(map()->classes().size()); }
    QAccessibleInterface* child(int index) const override
    {
        const int count = childCount();
        if (index < 0 || index >= count)
            return nullptr;
        while (static_cast<int>(m_children.size()) <= index)
            m_children.push_back(QAccessible::registerAccessibleInterface(new ClassInterface(map(), static_cast<int>(m_children.size()))));
        return QAccessible::accessibleInterface(m_children[static_cast<std::size_t>(index)]);
    }
    QAccessibleInterface* childAt(int x, int y) const override
    {
        for (int i = 0; i < childCount(); ++i) {
            if (QAccessibleInterface* item = child(i); item->rect().contains(x, y))
                return item;
        }
        return nullptr;
    }
    int indexOfChild(const QAccessibleInterface* wanted) const override
    {
        for (int i = 0; i < childCount(); ++i) {
            if (child(i) == wanted)
                return i;
        }
        return -1;
    }

private:
    [[nodiscard]] LatentMap* map() const { return static_cast<LatentMap*>(object()); }
    [[nodiscard]] QString toolSentence() const
    {
        switch (map()->tool()) {
        case LatentMap::Tool::Path: return LatentMap::tr("Path tool.");
        case LatentMap::Tool::Lasso: return LatentMap::tr("Lasso tool: arrows move the cross, Enter sets a corner, Enter twice closes.");
        case LatentMap::Tool::Probe: break;
        }
        return LatentMap::tr("Probe tool.");
    }

    mutable std::vector<QAccessible::Id> m_children; ///< made when first asked for
};

/// The colour bar as a slider whose value is a sentence.
class ColourBarInterface final : public QAccessibleWidget {
public:
    explicit ColourBarInterface(MapColourBar* bar)
        : QAccessibleWidget(bar, QAccessible::Slider)
    {
    }
    QString text(QAccessible::Text kind) const override
    {
        return kind == QAccessible::Value ? static_cast<MapColourBar*>(object())->valueText() : QAccessibleWidget::text(kind);
    }
};

QAccessibleInterface* makeInterface(const QString& className, QObject* object)
{
    if (className == QLatin1String(MapColourBar::staticMetaObject.className()) && object)
        return new ColourBarInterface(static_cast<MapColourBar*>(object));
    if (className == QLatin1String(MapHint::staticMetaObject.className()) && object)
        return new QAccessibleWidget(static_cast<MapHint*>(object), QAccessible::AlertMessage);
    if (className == QLatin1String(LatentMap::staticMetaObject.className()) && object)
        return new MapInterface(static_cast<LatentMap*>(object));
    return nullptr;
}

} // namespace

void installLatentMapAccessible()
{
    QAccessible::installFactory(makeInterface); // Qt keeps one entry a factory
}

} // namespace latentscape::ui
