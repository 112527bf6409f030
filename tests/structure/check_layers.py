#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proves the include rules of ARCHITECTURE.md: which folder may include which, where Torch and Qt may be seen, and a few house rules.

check_layers.py ROOT       prints every breach and exits with 1 when there is one
check_layers.py --self     checks the checker: each rule must find a breach that is planted for it
"""

import pathlib
import re
import sys
import tempfile

LONGEST = 400
CORE_MAY_USE = {
    "base": {"base"},
    "data": {"base", "data"},
    "model": {"base", "data", "model"},
    "explore": {"base", "data", "model", "explore"},
    "train": {"base", "data", "model", "explore", "train"},
    "store": {"base", "data", "model", "store"},
    "torch": {"base", "data", "model", "explore", "torch"},
}
UI_MAY_USE = {"base", "data", "model", "explore"}
PRIVATE_FOLDERS = {"json", "detail"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
TORCH = re.compile(r"^(torch|ATen|c10|caffe2)/")
QT = re.compile(r"^(Q[A-Z]|Qt)")
QT_KEYWORD = re.compile(r"^\s*((public|protected|private)\s+slots|signals|slots)\s*:|^\s*emit\s+\w")


def sources(root):
    for top in ("core", "ui", "app", "tests", "cmake", "scripts"):
        for path in sorted((root / top).rglob("*")) if (root / top).is_dir() else []:
            if path.suffix in (".h", ".cpp", ".py", ".sh", ".cmake") or path.name == "CMakeLists.txt":
                yield path


def is_public_header(parts):
    """Headers beside their layer's sources are public; those in private folders are not, and core/torch shows two only."""
    if parts[0] != "core" or len(parts) != 3 or not parts[2].endswith(".h"):
        return False
    return parts[1] != "torch" or parts[2] in ("torch_backend_factory.h", "networks_module.h")


def include_breach(parts, quoted, name):
    """What is wrong with this include, or None."""
    top, header = parts[0], parts[-1].endswith(".h")
    target = name.split("/")
    if TORCH.match(name) and parts[:2] not in (["core", "torch"], ["tests", "core"]):
        return "Torch may be included in core/torch and its tests only"
    if top == "core":
        if QT.match(name) or target[0] in ("ui", "app", "qcustomplot.h"):
            return "the core knows neither Qt nor ui nor app"
        if target[0] == "core" and target[1] not in CORE_MAY_USE.get(parts[1], set()):
            return f"core/{parts[1]} may not use core/{target[1]}"
        if is_public_header(parts):
            if not quoted and ("." in name or "/" in name):
                return "public headers of the core need the standard library only"
            if quoted and PRIVATE_FOLDERS & set(target[:-1]):
                return "a public header may not include a private one"
    if top == "ui":
        if target[0] == "app" or (target[0] == "core" and target[1] not in UI_MAY_USE):
            return f"ui may not use {'/'.join(target[:2])}"
    if name == "qcustomplot.h" and header:
        return "qcustomplot.h takes seconds to compile: in .cpp files only"
    if quoted and top in ("core", "ui", "app") and target[0] not in ("core", "ui", "app") and not name.endswith(".moc") and name != "qcustomplot.h":
        return "own headers are included by their path from the top"
    return None


def check(root):
    breaches = []
    for path in sources(root):
        relative = path.relative_to(root)
        parts = list(relative.parts)
        lines = path.read_text(encoding="utf-8").splitlines()
        is_code = path.suffix in (".h", ".cpp")
        if not any("SPDX-License-Identifier: GPL-3.0-or-later" in line for line in lines[:3]):
            breaches.append(f"{relative}:1: the SPDX line is missing")
        if path.suffix in (".h", ".cpp", ".py", ".sh") and len(lines) > LONGEST:
            breaches.append(f"{relative}:{LONGEST + 1}: longer than {LONGEST} lines ({len(lines)})")
        if path.suffix == ".h" and "#pragma once" not in lines:
            breaches.append(f"{relative}:1: #pragma once is missing")
        for number, line in enumerate(lines if is_code else [], start=1):
            if QT_KEYWORD.match(line):
                breaches.append(f"{relative}:{number}: write Q_SIGNALS, Q_SLOTS and Q_EMIT")
            include = INCLUDE.match(line)
            breach = include_breach(parts, include.group(1) == '"', include.group(2)) if include else None
            if breach:
                breaches.append(f"{relative}:{number}: {include.group(2)}: {breach}")
    return breaches


def self_check():
    head = "// SPDX-License-Identifier: GPL-3.0-or-later\n#pragma once\n"
    planted = {  # file, text after the head, whether it is a breach
        "core/base/a.h": ('#include "core/model/metrics.h"', True),
        "core/data/b.cpp": ("#include <QString>", True),
        "core/model/c.h": ("#include <nlohmann/json.hpp>", True),
        "core/model/c2.h": ('#include "core/model/json/x.h"', True),
        "core/model/json/c3.h": ("#include <nlohmann/json.hpp>", False),
        "core/store/d.cpp": ('#include "core/train/trainer.h"', True),
        "core/train/e.cpp": ("#include <torch/torch.h>", True),
        "core/torch/f.cpp": ("#include <ATen/ATen.h>", False),
        "tests/core/f2.cpp": ("#include <ATen/ATen.h>", False),
        "tests/app/f3.cpp": ("#include <ATen/ATen.h>", True),
        "core/torch/torch_backend_factory.h": ("#include <c10/core/Device.h>", True),
        "core/torch/networks_module.h": ("#include <c10/core/Device.h>", True),
        "core/explore/g.cpp": ('#include "core/model/metrics.h"\n#include <vector>', False),
        "core/explore/g2.cpp": ('#include "metrics.h"', True),
        "ui/map/h.cpp": ('#include "core/train/trainer.h"', True),
        "ui/map/i.h": ("#include <qcustomplot.h>", True),
        "ui/map/i2.cpp": ("#include <qcustomplot.h>", False),
        "ui/map/j.cpp": ('#include "app/main.h"', True),
        "ui/map/k.h": ('#include "core/model/metrics.h"\n#include <QWidget>', False),
        "ui/map/l.h": ("signals:", True),
        "app/m.cpp": ("#include <ATen/ATen.h>", True),
        "app/n.cpp": ("\n" * LONGEST, True),
        "app/o.cpp": ('#include "core/store/safetensors.h"\n#include "core/torch/torch_backend_factory.h"', False),
    }
    wrong = []
    for name, (text, is_breach) in planted.items():
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / name
            path.parent.mkdir(parents=True)
            path.write_text(head + text + "\n", encoding="utf-8")
            if bool(check(pathlib.Path(folder))) != is_breach:
                wrong.append(f"{name}: {'not found' if is_breach else 'refused'}: {text[:60]!r}")
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "core" / "p.h"
        path.parent.mkdir()
        path.write_text("int x;\n", encoding="utf-8")
        if len(check(pathlib.Path(folder))) != 2:
            wrong.append("a header without licence and guard was not found")
    return wrong


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    breaches = self_check() if sys.argv[1] == "--self" else check(pathlib.Path(sys.argv[1]))
    for breach in breaches:
        print(breach)
    print(f"{len(breaches)} breaches")
    sys.exit(1 if breaches else 0)


main()
