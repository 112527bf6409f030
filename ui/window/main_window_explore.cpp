// SPDX-License-Identifier: GPL-3.0-or-later
// The Explore menu of MainWindow: every way to ask the latent space something, each explained in one sentence.
#include "ui/window/main_window.h"

#include "ui/map/latent_map.h"
#include "ui/window/central_area.h"

#include <QAction>
#include <QActionGroup>
#include <QMenu>
#include <QMenuBar>

namespace latentscape::ui {

void MainWindow::createExplorerActions()
{
    Actions& a = m_actions;
    a.probe = makeAction(tr("Probe"), tr("Drag on the map: the image at that point is decoded as you move."), tr("1"), true);
    a.path = makeAction(tr("Path"), tr("Click on the map to place two or more anchors; the filmstrip shows the way between them."), tr("2"), true);
    a.lasso = makeAction(tr("Lasso"), tr("Draw around codes to select their images; Shift adds, Ctrl removes."), tr("3"), true);
    a.fit = makeAction(tr("&Fit the map"), tr("Shows the codes, but for far ones that are less than one in a hundred."), tr("F"));
    a.focusMap = makeAction(tr("&Go to the map"), tr("Gives the keyboard to the latent map: arrows move the probe, Enter sets anchors and corners."), tr("F6"));
    connect(a.focusMap, &QAction::triggered, this, [this] {
        m_parts.central->setCurrent(0);
        m_parts.map->setFocus(Qt::ShortcutFocusReason);
    });
    a.releasePick = makeAction(tr("&Let go of the picked image"), tr("The probe moves freely again."), tr("Esc"));
    a.releasePick->setShortcutContext(Qt::WidgetShortcut); // the map answers Esc itself; listed for the menu

    a.playPath = makeAction(tr("&Play the path"), tr("Moves the probe along the path, or stops it."), tr("P"));
    a.closePath = makeAction(tr("Close the path"), tr("Leads the path from its last anchor back to the first."), {}, true);
    a.clearPath = makeAction(tr("&Clear the path"), tr("Removes all anchors."));

    a.sample = makeAction(tr("Sample the &prior"), tr("Draws codes from the prior N(0, I) and shows their images."), tr("Ctrl+Shift+P"));
    a.sampleAggregate = makeAction(tr("Sample the &aggregate posterior"), tr("Draws codes from where the data are and shows their images."));
    a.samplePosterior = makeAction(tr("Sample the picked image's p&osterior"), tr("Decodes 12 draws of what the encoder believes about the picked image."));

    a.clearSelection = makeAction(tr("&Clear the selection"), tr("No image is selected any more."), tr("Ctrl+Shift+A"));
    a.invertSelection = makeAction(tr("&Invert the selection"), tr("Selects exactly the images that were not selected."), tr("Ctrl+I"));
    a.groupA = makeAction(tr("Selection is group &A"), tr("Remembers the selected images as where a direction starts."), tr("Ctrl+1"));
    a.groupB = makeAction(tr("Selection is group &B"), tr("Remembers the selected images as where a direction leads."), tr("Ctrl+2"));
    a.findDirection = makeAction(tr("&Find the direction from A to B"), tr("Names the step from the mean code of group A to that of group B, with its effect size."),
                                 tr("Ctrl+D"));

    const auto group = [this](const auto& actions, QActionGroup::ExclusionPolicy policy) {
        auto* made = new QActionGroup(this);
        made->setExclusionPolicy(policy);
        for (QAction* action : actions)
            made->addAction(action);
    };
    a.planes = {
        makeAction(tr("Two &axes"), tr("Shows two latent dimensions of your choice."), {}, true),
        makeAction(tr("&Principal components (PCA)"), tr("Shows the two directions in which the codes vary most."), {}, true),
        makeAction(tr("3-D &rotation"), tr("Shows the three leading components; drag the axes at the lower right to turn them."), {}, true),
        makeAction(tr("Along a &direction"), tr("Puts a named direction on the horizontal axis."), {}, true),
        makeAction(tr("&Grand tour"), tr("Drifts slowly through all planes of the latent space."), {}, true),
    };
    a.playTour = makeAction(tr("Grand tour &moves"), tr("Lets the grand tour drift, or holds it."), tr("T"), true);
    a.colours = {
        makeAction(tr("&Label"), tr("Colours each code by the label of its image."), {}, true),
        makeAction(tr("&Predicted class"), tr("Colours each code by the majority of its ten nearest codes."), {}, true),
        makeAction(tr("L&oss"), tr("Colours each code by its image's NELBO, decoded at its mean."), {}, true),
        makeAction(tr("&KL"), tr("Colours each code by how far its posterior lies from the prior, in nats."), {}, true),
        makeAction(tr("Posterior width &σ"), tr("Colours each code by how sure the encoder is about it: the wider, the less."), {}, true),
    };
    a.backdrops = {
        makeAction(tr("&Nothing"), tr("Shows the codes alone."), {}, true),
        makeAction(tr("Decoded &images"), tr("Fills the visible window with decoded images; zooming in refines them."), {}, true),
        makeAction(tr("Images at &quantiles"), tr("Places decoded images where the prior puts equal shares of its mass."), {}, true),
        makeAction(tr("&Class map"), tr("Colours the plane by the class that its decoded images look like; pale where that is in doubt."), {}, true),
        makeAction(tr("&Density of codes"), tr("Shows where the aggregate posterior puts its mass."), {}, true),
        makeAction(tr("Prior &holes"), tr("Shows where the prior promises images and no code lies."), {}, true),
    };
    group(std::array{a.probe, a.path, a.lasso}, QActionGroup::ExclusionPolicy::Exclusive);
    group(a.planes, QActionGroup::ExclusionPolicy::Exclusive);
    group(a.colours, QActionGroup::ExclusionPolicy::ExclusiveOptional); // none while a column colours the map
    group(a.backdrops, QActionGroup::ExclusionPolicy::Exclusive);
    a.probe->setChecked(true);
    a.planes[1]->setChecked(true);
    a.colours[0]->setChecked(true);
    a.backdrops[0]->setChecked(true);
}

void MainWindow::createExploreMenu()
{
    const Actions& a = m_actions;
    QMenu* explore = menuBar()->addMenu(tr("E&xplore"));
    explore->addActions({a.probe, a.path, a.lasso});
    explore->addSeparator();
    const auto submenu = [explore](const QString& title, const auto& actions) {
        QMenu* menu = explore->addMenu(title);
        for (QAction* action : actions)
            menu->addAction(action);
        return menu;
    };
    const auto plane = [&a](PlaneKind kind) { return a.planes[static_cast<std::size_t>(kind)]; };
    submenu(tr("&Plane"), std::array{plane(PlaneKind::Principal), plane(PlaneKind::Axes), plane(PlaneKind::Rotation), plane(PlaneKind::Attribute),
                                     plane(PlaneKind::Tour), a.playTour}); // in the order of the row over the map
    submenu(tr("&Colour"), a.colours);
    submenu(tr("&Behind the points"), a.backdrops);
    explore->addSeparator();
    explore->addActions({a.playPath, a.closePath, a.clearPath, a.releasePick});
    explore->addSeparator();
    explore->addActions({a.sample, a.sampleAggregate, a.samplePosterior});
    explore->addSeparator();
    explore->addActions({a.groupA, a.groupB, a.findDirection});
}

} // namespace latentscape::ui
