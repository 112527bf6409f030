#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The long checks: every test under AddressSanitizer and UndefinedBehaviorSanitizer, and the core under ThreadSanitizer.
# scripts/check.sh [asan] [core-tsan]   (both when none is named)
# shellcheck source=scripts/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

presets=("$@")
((${#presets[@]} > 0)) || presets=(asan core-tsan)
scripts/setup.sh || exit
status=0
for preset in "${presets[@]}"; do
  build "$preset"
  echo "== $preset"
  run_tests "$preset" || status=$?
done
exit "$status"
