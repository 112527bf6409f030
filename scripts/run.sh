#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Sets up, builds and starts Latentscape with the built-in digits, training at once. Further arguments go to the program.
# Without a screen it runs the tour instead and says which pictures it wrote.
# shellcheck source=scripts/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

scripts/setup.sh || exit
build release latentscape latentscape-cli

if [[ -n ${DISPLAY:-} || -n ${WAYLAND_DISPLAY:-} ]]; then
  exec build/release/bin/latentscape --train "$@" 3>&-
fi

echo "There is no screen (DISPLAY and WAYLAND_DISPLAY are empty): running the tour into the folder tour."
step="the tour"
advice="The reason is in the lines above."
QT_QPA_PLATFORM=offscreen build/release/bin/latentscape --tour tour --epochs 3 "$@" # names its pictures itself
