#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Checks that core, command line and the window's networks (latentscape-networks.so) compile and link against LibTorch's CUDA wheel, with its own
# headers alone: no CUDA toolkit, no NCCL.
# Needs no GPU; where one is, the program's self-checks compare it with the CPU. Fetches the wheel once (530 MB) into build/cuda-torch.
#
# scripts/check_cuda.sh [--with-libraries]
#   --with-libraries   fetch the wheel's own dependencies too (CUDA's runtime libraries, some GB), so that the program can be started
# shellcheck source=scripts/common.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"

version=2.13.0
wheel=$root/build/cuda-torch
folder=$root/build/cuda
log=$root/build/cuda.log
dependencies=--no-deps
case ${1:-} in
  "") ;;
  --with-libraries) dependencies="" ;;
  *)
    trap - ERR
    sed -n '3,8s/^# \{0,1\}//p' "$root/scripts/check_cuda.sh"
    [[ $1 == --help || $1 == -h ]] && exit 0
    exit 2
    ;;
esac

is_whole() {
  [[ -f $wheel/torch/lib/libtorch_cuda.so && -f $wheel/torch/share/cmake/Torch/TorchConfig.cmake ]] &&
    { [[ $dependencies == --no-deps ]] || [[ -d $wheel/nvidia ]]; }
}

: >"$log"
if ! is_whole; then
  step="fetching LibTorch $version for CUDA"
  advice="Check the network; details are in build/cuda.log."
  echo "check_cuda: fetching LibTorch $version for CUDA into build/cuda-torch"
  fresh=$(mktemp -d "$root/build/cuda-torch.XXXXXX")
  # Three equality signs: with two, a CPU wheel ("+cpu") that pip also finds would count as the same version, and as the better one.
  if ! python3 -m pip install ${dependencies:+"$dependencies"} --no-compile --target "$fresh" --disable-pip-version-check "torch===$version" >>"$log" 2>&1; then
    rm -rf -- "$fresh"
    false
  fi
  rm -rf -- "${wheel:?}"
  mv -- "$fresh" "$wheel"
  is_whole
fi

step="configuring"
advice="The reason is in build/cuda.log."
# Whatever toolkit this machine has must not be found: neither by CMake nor by the compiler.
unset CUDA_HOME CUDA_PATH CUDACXX CPATH C_INCLUDE_PATH CPLUS_INCLUDE_PATH LIBRARY_PATH
Torch_DIR=$wheel/torch/share/cmake/Torch cmake -S . -B "$folder" -G Ninja -DCMAKE_BUILD_TYPE=Release -DLATENTSCAPE_GUI=OFF -DLATENTSCAPE_TESTS=OFF \
  -DTorch_DIR="$wheel/torch/share/cmake/Torch" -DLATENTSCAPE_WERROR=ON >>"$log" 2>&1
step="building against the CUDA wheel"
advice="The first error is in build/cuda.log."
cmake --build "$folder" --parallel "$(job_count)" --target latentscape-cli latentscape_networks >>"$log" 2>&1
program=$folder/bin/latentscape-cli
networks=$folder/lib/latentscape-networks.so

step="looking at what was built"
advice="Something of it is not as it should be: see scripts/check_cuda.sh."
if grep -ahE 'cuda_runtime|/nccl\.h|/usr/local/cuda' "$folder"/.ninja_deps >/dev/null 2>&1; then
  trap - ERR
  echo "check_cuda: a header of CUDA's toolkit or of NCCL was used:" >&2
  ninja -C "$folder" -t deps | grep -E 'cuda_runtime|/nccl\.h|/usr/local/cuda' | sort -u | head -5 >&2
  exit 1
fi
echo "check_cuda: compiled without any header of CUDA's toolkit or of NCCL"
for built in "$program" "$networks"; do
  needed=$(readelf -d "$built" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
  for library in libtorch_cuda.so libc10_cuda.so libtorch_cpu.so libc10.so; do
    grep -qxF "$library" <<<"$needed" || {
      trap - ERR
      echo "check_cuda: ${built##*/} does not ask for $library: no GPU would ever be found" >&2
      exit 1
    }
  done
  echo "check_cuda: ${built##*/} is linked with $(grep -E 'torch|c10' <<<"$needed" | tr '\n' ' ')"
  # No symbol of a library that comes with the toolkit may be asked for by our own code.
  if nm -D --undefined-only "$built" | grep -E ' (cuda|cublas|cudnn|nccl)[A-Z]' >&2; then
    trap - ERR
    echo "check_cuda: ${built##*/} calls CUDA's libraries by itself" >&2
    exit 1
  fi
done
echo "check_cuda: neither calls anything of CUDA's libraries by itself"

# The graphs of steps are reached by these names (core/torch/step_graph.cpp).
exported=$(nm -D --defined-only "$wheel/torch/lib/libtorch_cuda.so" | awk '{ print $3 }')
for symbol in $(grep -oE '_ZN2at4cuda9CUDAGraph[A-Za-z0-9_]+' core/torch/step_graph.cpp); do
  grep -qxF "$symbol" <<<"$exported" || {
    trap - ERR
    echo "check_cuda: libtorch_cuda does not export $symbol: steps would run operation by operation" >&2
    exit 1
  }
done
echo "check_cuda: libtorch_cuda has the graphs of steps"

libraries=$(find "$wheel/nvidia" -type d -name lib 2>/dev/null | paste -sd: - || true)
missing=$(LD_LIBRARY_PATH=$libraries ldd "$program" | awk '/not found/ { print $1 }' | sort -u | tr '\n' ' ')
if [[ -n $missing ]]; then
  echo "check_cuda: not started: this machine has no $missing(scripts/check_cuda.sh --with-libraries fetches them)"
  exit 0
fi
export LD_LIBRARY_PATH=$libraries
step="starting the program"
"$program" --version
"$program" doctor
