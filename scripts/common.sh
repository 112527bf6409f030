# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What the scripts share: sourced, never run. Sets the working folder to the checkout's root.

set -Eeuo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
root=$PWD
mkdir -p build

# What is going on, for the one sentence that a failure gets.
step="starting"
advice=""
trap 'explain_failure $?' ERR
exec 3>&2 # the sentence must reach the person even where a command's messages go into a log

explain_failure() {
  trap - ERR
  echo "Latentscape: $step failed (exit code $1). $advice" >&3
  exit "$1"
}

# A compiler that reads Torch's headers takes more than 1 GB: one job for every 1.5 GB that are free, at most one a processor.
job_count() {
  local kilobytes limit used jobs processors
  kilobytes=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo 2>/dev/null || echo 1500000)
  limit=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || echo max)
  if [[ $limit =~ ^[0-9]+$ ]]; then
    used=$(cat /sys/fs/cgroup/memory.current 2>/dev/null || echo 0)
    limit=$(((limit - used) / 1024))
    ((limit < kilobytes)) && kilobytes=$limit
  fi
  processors=$(nproc 2>/dev/null || echo 2)
  jobs=$((kilobytes / 1500000))
  ((jobs > processors)) && jobs=$processors
  ((jobs < 1)) && jobs=1
  echo "$jobs"
}

# build PRESET [TARGET ...]: configures when there is nothing to build from (ninja itself repeats it when a CMake file changed) and builds.
build() {
  local preset=$1 folder=build/$1 target_options=()
  shift
  if [[ -f $folder/CMakeCache.txt ]] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$folder/CMakeCache.txt"; then
    rm -rf -- "${root:?}/$folder" # the checkout was moved or copied: CMake refuses such a folder
  fi
  if [[ ! -f $folder/build.ninja ]]; then
    step="configuring the preset $preset"
    advice="The reason is in the lines above."
    cmake --preset "$preset"
  fi
  step="building the preset $preset"
  advice="The first error is in the lines above; scripts/setup.sh installs what a build needs."
  (($# > 0)) && target_options=(--target "$@")
  cmake --build --preset "$preset" --parallel "$(job_count)" "${target_options[@]}"
}

# run_tests PRESET: every test of a built preset; prints the skipped ones and, last of all, "N passed, N failed[, N skipped]".
# Returns what ctest returned.
run_tests() {
  local preset=$1 status=0 total=0 failed=0 skipped=0 not_run=0 summary log=build/$1/Testing/Temporary/LastTest.log output=build/$1/tests.log
  step="testing the preset $preset"
  advice=""
  ctest --preset "$preset" --no-tests=error --parallel "${CTEST_PARALLEL_LEVEL:-$(job_count)}" 2>&1 | tee "$output" || status=${PIPESTATUS[0]}
  summary=$(grep -E 'tests failed out of [0-9]+' "$output" | tail -n 1 || true)
  if [[ $summary =~ ([0-9]+)\ tests\ failed\ out\ of\ ([0-9]+) ]]; then
    failed=${BASH_REMATCH[1]}
    total=${BASH_REMATCH[2]}
  fi
  # A program that skips one of its functions passes as a whole: say what was left out.
  if [[ -f $log ]] && grep -E '^SKIP +:' "$log"; then
    skipped=$(grep -cE '^SKIP +:' "$log")
  fi
  not_run=$(grep -cE '\*\*\*Skipped' "$output" || true)
  skipped=$((skipped + not_run))
  if ((skipped > 0)); then
    echo "$((total - failed - not_run)) passed, $failed failed, $skipped skipped"
  else
    echo "$((total - failed)) passed, $failed failed"
  fi
  return "$status"
}
