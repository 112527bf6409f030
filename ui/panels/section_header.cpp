// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/section_header.h"

#include "ui/panels/text_cell.h"

#include <QHBoxLayout>
#include <QLabel>

namespace latentscape::ui {

SectionHeader::SectionHeader(const QString& title, QWidget* parent)
    : QWidget(parent), m_title(new QLabel(title, this)), m_note(new TextCell(this))
{
    m_title->setProperty("role", QStringLiteral("section"));
    m_note->setTone(TextCell::Tone::Muted);
    m_note->setFontScale(0.85);
    m_note->setAlignment(Qt::AlignRight);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 10, 0, 3);
    layout->setSpacing(6);
    layout->addWidget(m_title);
    layout->addWidget(m_note, 1);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void SectionHeader::setTheme(const Theme& theme) { m_note->setTheme(theme); }

void SectionHeader::setNote(const QString& note, const QString& shortNote, const QString& toolTip)
{
    m_note->setText(note);
    m_note->setShortText(shortNote);
    m_note->setDot(!note.isEmpty());
    m_note->setToolTip(toolTip);
}

QString SectionHeader::note() const { return m_note->text(); }

} // namespace latentscape::ui
