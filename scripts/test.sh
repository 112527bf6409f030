#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Sets up, builds everything and runs every test without a screen. The last line is "N passed, N failed[, N skipped]".
# shellcheck source=scripts/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

scripts/setup.sh || exit
build release
trap - ERR # from here on the tests speak for themselves
run_tests release
